"""Crash reports are read from what gcc and clang print, and hostile text breaks nothing."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.sanitizer import parse_report

OVERFLOW = """\
==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000015 at pc 0x55d0 bp 0x7ffe sp 0x7ffd
WRITE of size 4 at 0x602000000015 thread T0
    #0 0x7f0011223344 in __interceptor_memcpy ../../../../src/libsanitizer/asan/asan_interceptors.cc:827
    #1 0x55d0aabbccdd in copy_row /src/imagekit/row.c:31
    #2 0x55d0aabbcc00 in read_image /src/imagekit/image.c:88:5
    #3 0x55d0aabbcc11 in main /src/imagekit/tool.c:12
    #4 0x7f0000000111 in __libc_start_main (/lib/x86_64-linux-gnu/libc.so.6+0x2)

0x602000000015 is located 0 bytes to the right of 5-byte region
allocated by thread T0 here:
    #0 0x7f0011223344 in malloc (/lib/libasan.so.6+0x1)
    #1 0x55d0aabbff00 in new_row /src/imagekit/row.c:9
"""


def test_a_heap_overflow_gives_kind_access_size_address_and_its_own_stack_only():
    report = parse_report("progress 10 %\n" + OVERFLOW)
    assert report is not None
    assert (report.tool, report.kind, report.access, report.size) == (
        "AddressSanitizer",
        "heap-buffer-overflow",
        "WRITE",
        4,
    )
    assert report.address == "0x602000000015"
    assert [frame.function for frame in report.frames][1:4] == ["copy_row", "read_image", "main"]
    assert len(report.frames) == 5


def test_the_signature_names_the_top_frame_inside_the_project_whatever_folder_it_was_built_in():
    here = parse_report(OVERFLOW)
    there = parse_report(OVERFLOW.replace("/src/imagekit/", "/build/7/imagekit/"))
    assert here is not None
    assert there is not None
    assert here.signature(["/src/imagekit"]) == "heap-buffer-overflow copy_row row.c:31"
    assert here.signature(["/src/imagekit/"]) == there.signature(["/build/7/imagekit"]) == here.signature()


def test_a_frame_of_a_bundled_library_is_passed_over_for_the_project_s_own():
    text = OVERFLOW.replace("/src/imagekit/row.c:31", "/src/vendored/row.c:31")
    report = parse_report(text)
    assert report is not None
    assert report.signature(["/src/imagekit"]) == "heap-buffer-overflow read_image image.c:88"


def test_a_fault_in_the_first_page_is_a_null_dereference_and_elsewhere_is_not():
    line = "==1==ERROR: AddressSanitizer: SEGV on unknown address {} (pc 0x5 bp 0x6 sp 0x7 T0)\n"
    cause = "==1==The signal is caused by a READ memory access.\n    #0 0x5512345678 in f a.c:3:1\n"
    near, far = parse_report(line.format("0x000000000008") + cause), parse_report(line.format("0x00000beef008") + cause)
    assert near is not None
    assert far is not None
    assert (near.kind, near.access) == ("null-dereference", "READ")
    assert (far.kind, far.access) == ("segv", "READ")


def test_undefined_behaviour_without_a_stack_still_has_a_place():
    report = parse_report(
        "src/clock.c:14:9: runtime error: signed integer overflow: 2147483647 + 1 cannot be represented"
    )
    assert report is not None
    assert report.signature() == "integer-overflow clock.c:14"


def test_a_data_race_is_read_from_the_dialect_without_addresses():
    report = parse_report(
        "WARNING: ThreadSanitizer: data race (pid=9)\n  Write of size 8 at 0x7b04 by thread T1:\n"
        "    #0 bump /src/counter.c:5:12 (counter+0x4a2)\n    #1 worker /src/counter.c:9 (counter+0x4b1)\n\n"
        "  Previous write of size 8 at 0x7b04 by main thread:\n    #0 other /src/counter.c:30 (counter+0x1)\n"
    )
    assert report is not None
    assert (report.kind, report.access, report.size, report.address) == ("data-race", "WRITE", 8, "0x7b04")
    assert report.signature() == "data-race bump counter.c:5"


def test_quiet_output_is_no_report():
    assert parse_report("") is None
    assert parse_report("ok\n12 tests passed\nAddressSanitizer is mentioned here\n") is None


@given(
    st.text() | st.lists(st.sampled_from([*OVERFLOW.splitlines(), "#9999999 0x0", "runtime error: "])).map("\n".join)
)
def test_no_text_makes_the_reader_fail(text):
    report = parse_report(text)
    if report is not None:
        assert report.signature(["/src"]).startswith(report.kind)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_what_gcc_s_sanitizer_prints_here_is_read(tmp_path):
    source = tmp_path / "over.c"
    source.write_text(
        "#include <stdlib.h>\nint touch(char *p) {\n  return p[9];\n}\nint main(void) { return touch(malloc(3)); }\n"
    )
    subprocess.run(["gcc", "-g", "-fsanitize=address", "-o", tmp_path / "over", source], check=True)
    ran = subprocess.run(
        [tmp_path / "over"], check=False, capture_output=True, text=True, env={"ASAN_OPTIONS": "detect_leaks=0"}
    )
    report = parse_report(ran.stderr)
    assert report is not None
    assert report.signature([str(tmp_path)]) == "heap-buffer-overflow touch over.c:3"


def test_a_recursion_has_one_signature_wherever_it_ran_out_of_stack():
    head = "==1==ERROR: AddressSanitizer: stack-overflow on address 0x7ffc (pc 0x1 bp 0x2 sp 0x3 T0)\n"
    places = ["parse_value /s/p.c:10", "parse_list /s/p.c:20", "parse_pair /s/p.c:30"]

    def run(start, leaf):
        frames = [leaf, *(places[(start + step) % 3] for step in range(9)), "main /s/main.c:1"]
        return parse_report(
            head + "".join(f"    #{at} 0x55550000{at:04x} in {frame}\n" for at, frame in enumerate(frames))
        )

    found = {run(start, leaf).signature(["/s/"]) for start in range(3) for leaf in ("skip /s/u.c:5", "peek /s/u.c:9")}
    assert found == {"stack-overflow parse_list p.c:20"}


def test_a_failed_check_outranks_the_abort_that_follows_it_and_not_a_finding():
    check = "tool: src/row.c:14: int copy(int): Assertion `n < 8' failed.\n"
    abort = "==9==ERROR: AddressSanitizer: ABRT on unknown address 0x000000000001 (pc 0x1 bp 0x2 sp 0x3 T0)\n"
    stack = "    #0 0x7f0011223344 in raise (/lib/libc.so.6+0x1)\n    #1 0x55d0aabbccdd in copy /src/row.c:14:3\n"
    report = parse_report(check + abort + stack)
    assert (report.kind, report.message, report.address) == ("assert", "n < 8", "")
    assert report.signature(["/src"]) == "assert copy row.c:14"
    assert parse_report(check).signature() == "assert copy row.c:14"
    assert parse_report(check + OVERFLOW).kind == "heap-buffer-overflow"


def test_other_languages_crashes_are_read_with_the_innermost_call_first():
    go = parse_report(
        "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\n"
        "example.com/acme/tile.(*Map).At(...)\n\t/src/tile/map.go:41\nmain.main()\n\t/src/main.go:9 +0x1d\n"
    )
    assert go.signature(["/src"]) == "index-out-of-range tile.(*Map).At tile/map.go:41"
    python = parse_report(
        " === Uncaught Python exception: ===\nValueError: no\nTraceback (most recent call last):\n"
        '  File "fuzz.py", line 9, in TestOneInput\n    f(x)\n  File "acme/wire.py", line 30, in decode\n    raise\n'
    )
    assert python.signature(["acme/"]) == "uncaught-exception decode wire.py:30"
    assert python.message == "ValueError: no"
    javascript = parse_report("==3== Uncaught Exception: Jazzer.js: no\nError: no\n    at check (/out/x.js:27:9)\n")
    # the message may take a line of its own before the stack
    assert javascript.signature() == "uncaught-exception check x.js:27"
    kernel = parse_report(
        "[ 1.5] BUG: KASAN: use-after-free in hid_probe+0x1/0x2\n"
        "[ 1.5] Read of size 8 at addr ffff88800c1d0000 by task x\n"
        "[ 1.6] Call Trace:\n[ 1.6]  dump_stack+0x1/0x2\n[ 1.6]  hid_probe+0x33/0x90\n[ 1.6]  really_probe+0x1/0x2\n\n"
    )
    assert (kernel.kind, kernel.access, kernel.size) == ("use-after-free", "READ", 8)
    assert kernel.signature() == "use-after-free hid_probe"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("requested allocation size 0x3ff00000000 (0x1 after adjustments) exceeds maximum", "allocation-size-too-big"),
        ("allocator is out of memory trying to allocate 0x9a bytes", "out-of-memory"),
        ("attempting double-free on 0x602000000010 in thread T0:", "double-free"),
        ("attempting free on address which was not malloc()-ed: 0x602000000011 in thread T0", "invalid-free"),
        ("stack-use-after-return on address 0x7f01 at pc 0x1", "stack-use-after-return"),
        ("negative-size-param: (size=-1)", "negative-size-param"),
        ("memcpy-param-overlap: memory ranges [0x1,0x2) and [0x3, 0x4) overlap", "memcpy-param-overlap"),
        ("alloc-dealloc-mismatch (malloc vs operator delete) on 0x602000000010", "alloc-dealloc-mismatch"),
    ],
)
def test_each_of_the_tool_s_findings_has_its_kind(words, kind):
    assert parse_report(f"==1==ERROR: AddressSanitizer: {words}\n    #0 0x5500aabbcc in f /s/a.c:3\n").kind == kind
