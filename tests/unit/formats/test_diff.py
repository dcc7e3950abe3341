"""A patch is understood line by line or refused, and what is applied is only what was understood."""

from __future__ import annotations

import difflib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.diff import Change, read_patch
from levee.kernel.errors import BadInput, LeveeError

FIX = """\
diff --git a/src/row.c b/src/row.c
index 1234567..89abcde 100644
--- a/src/row.c
+++ b/src/row.c
@@ -1,4 +1,5 @@ int copy(void)
 int copy(char *to, const char *from, int n)
 {
+  if (n > 8) return -1;
   memcpy(to, from, n);
 }
"""


def test_a_plain_fix_is_read_with_its_counts():
    patch = read_patch(FIX)
    assert patch.paths == ("src/row.c",)
    assert (patch.files[0].change, patch.files[0].added, patch.files[0].removed) == (Change.MODIFIED, 1, 0)
    assert patch.files[0].hunks[0].patch_line == 5


def test_what_is_applied_is_a_fresh_print_that_reads_the_same():
    mail = (
        "From 1a2b Mon Sep 17\nSubject: [PATCH] check length\n\nLong talk.\n---\n row.c | 1 +\n\n"
        + FIX
        + "-- \n2.39.2\n"
    )
    patch = read_patch(mail)
    assert "Subject" not in patch.text
    assert read_patch(patch.text) == read_patch(read_patch(patch.text).text)
    assert read_patch(patch.text).text == patch.text


def header(*lines: str) -> str:
    return "diff --git a/x.c b/x.c\n" + "".join(line + "\n" for line in lines)


NEW_FILE = "--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+int x;\n"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (header("index 1234..5678 100644", "GIT binary patch"), "patch.binary", 3),
        (header("index 1234..5678 100644", "Binary files a/x.c and b/x.c differ"), "patch.binary", 3),
        ("Binary files x and y differ\n", "patch.binary", 1),
        (header("new file mode 120000") + NEW_FILE, "patch.symlink", 2),
        (header("index 1234..5678 120000"), "patch.symlink", 2),
        (header("new file mode 160000") + NEW_FILE, "patch.submodule", 2),
        (header("new file mode 100755") + NEW_FILE, "patch.mode", 2),
        (header("old mode 100644", "new mode 100755"), "patch.mode", 2),
        (header("similarity index 90%", "rename from x.c", "rename to y.c"), "patch.rename", 2),
        (FIX.replace("+++ b/src/row.c", "+++ b/src/other.c"), "patch.rename", 1),
        (FIX.replace("src/row.c", "../row.c"), "patch.path", 1),
        (FIX.replace("src/row.c", "src/.GIT/hooks/x"), "patch.path", 1),
        (FIX.replace("a/src/row.c", "/etc/passwd").replace("b/src/row.c", "/etc/passwd").partition("\n")[2], None, 2),
        (FIX.replace("src/row.c", "tests/row.c"), "patch.protected", 1),
        (FIX.replace("src/row.c", "Makefile"), "patch.protected", 1),
        (FIX.replace("src/row.c", "src/row_fuzzer.cc"), "patch.protected", 1),
        (FIX.replace("if (n > 8) return -1;", 'system("id");'), "patch.new_power", 8),
        (FIX.replace("if (n > 8) return -1;", "__attribute__((no_sanitize))"), "patch.check_off", 8),
        (FIX.replace("n > 8", "n \u202e> 8"), "patch.invisible", 8),
        (FIX.replace("@@ -1,4 +1,5 @@", "@@ -1,4 +1,6 @@"), "patch.syntax", 5),
        (FIX + "And this follows.\n", "patch.syntax", 11),
        (FIX + FIX, "patch.repeat", 11),
        ("hello\n", "patch.empty", 1),
        (FIX.encode() + b"\xff\n", "patch.encoding", 11),
    ],
)
def test_what_a_patch_may_not_do_is_refused_with_its_line(text, code, line):
    with pytest.raises(BadInput) as refusal:
        read_patch(text)
    assert code in (None, refusal.value.code)
    assert refusal.value.place.split(" ")[:2] == ["line", str(line)]


def test_a_refusal_that_concerns_a_file_names_it():
    with pytest.raises(BadInput) as refusal:
        read_patch(FIX.replace("src/row.c", "tests/row.c"))
    assert "tests/row.c" in refusal.value.place


def test_changing_the_arguments_of_a_call_that_was_there_is_no_new_power():
    text = "--- a/s.c\n+++ b/s.c\n@@ -1 +1 @@\n-  fd = socket(AF_INET, 9, 0);\n+  fd = socket(AF_INET, kind, 0);\n"
    assert read_patch(text).files[0].added == 1


def test_the_project_may_name_its_own_protected_files():
    with pytest.raises(BadInput):
        read_patch(FIX, protected=["src/*.c"])
    assert read_patch(FIX.replace("src/row.c", "tests/row.c"), protected=[]).paths == ("tests/row.c",)


LINES = st.lists(st.sampled_from(["a", "bb", "", "  c", "- d", "+ e", "@@ f", "--- g", "+++ h", "\\ i"]), max_size=12)


@given(LINES, LINES)
def test_the_printed_patch_turns_the_old_text_into_the_new_one_under_git_s_own_reading(old, new):
    diff = list(difflib.unified_diff(old, new, "a/src/t.txt", "b/src/t.txt", lineterm=""))
    if not diff or not old or not new:
        return
    patch = read_patch("\n".join(diff) + "\n", protected=[])
    kept = list(old)
    for hunk in reversed(patch.files[0].hunks):
        start = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        kept[start : start + hunk.source_length] = [line[1:] for line in hunk.lines if line[0] in " +"]
    assert kept == new


@pytest.mark.parametrize("tail", ["\n", ""])
def test_git_applies_what_was_printed(tmp_path, tail):
    (tmp_path / "gone.txt").write_text("one\ntwo" + tail)
    (tmp_path / "kept.txt").write_text("one\ntwo" + tail)
    marker = "" if tail else "\n\\ No newline at end of file"
    text = (
        f"--- a/gone.txt\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two{marker}\n"
        f"--- /dev/null\n+++ b/deep/new.txt\n@@ -0,0 +1 @@\n+three\n"
        f"--- a/kept.txt\n+++ b/kept.txt\n@@ -1,2 +1,2 @@\n-one\n+ONE\n two{marker}\n"
    )
    printed = read_patch(text, protected=[]).text
    subprocess.run(
        ["git", "apply", "-"], input=printed, text=True, cwd=tmp_path, check=True, env={"GIT_DIR": "/nowhere"}
    )
    assert not (tmp_path / "gone.txt").exists()
    assert (tmp_path / "deep/new.txt").read_text() == "three\n"
    assert (tmp_path / "kept.txt").read_text() == "ONE\ntwo" + tail


PIECES = [*FIX.splitlines(), "--- /dev/null", "+++ b/y", "@@ -0,0 +1 @@", "+z", "", "-- "]


@given(st.binary() | st.text() | st.lists(st.sampled_from(PIECES)).map("\n".join))
def test_nothing_makes_the_reader_fail_otherwise(data):
    try:
        patch = read_patch(data, protected=[])
    except LeveeError:
        return
    assert read_patch(patch.text, protected=[]).text == patch.text
