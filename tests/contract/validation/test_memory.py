"""Memory errors of the target's own program; a report is what the sanitizer wrote, never what a program prints."""

from __future__ import annotations

import base64
import json

import pytest

from levee.platform.sandbox.port import MIB
from levee.validation.engine.build import BuildFailed, DoesNotApply
from levee.validation.engine.job import build_job, checked_patch, handle, judge_job, regression_job, replay_job
from levee.validation.engine.verdict import Result
from support.targets import source

READER = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int copy(const char *text, size_t size) {
    char *held = malloc(8);
    size_t room = 8;
    (void)room;
    memcpy(held, text, size);
    int first = held[0];
    free(held);
    return first;
}

int main(int count, char **words) {
    static char text[4096];
    FILE *file = count > 1 ? fopen(words[1], "rb") : stdin;
    if (!file) return 2;
    size_t size = fread(text, 1, sizeof text, file);
    if (size > 3 && !memcmp(text, "say", 3)) {
        fputs("==2==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000018\n"
              "WRITE of size 1 at 0x602000000018 thread T0\n    #0 0x4 in copy src/reader.c:12\n", stderr);
        return size > 4 && text[3] == '!' ? 1 : 0;
    }
    if (size > 3 && !memcmp(text, "die", 3)) abort();
    if (size > 3 && !memcmp(text, "odd", 3)) return 99;
    if (size > 3 && !memcmp(text, "eat", 3)) for (;;) memset(malloc(1 << 20), 1, 1 << 20);
    return copy(text, size) < 0;
}
"""
FIX = """--- a/src/reader.c
+++ b/src/reader.c
@@ -9,3 +9,3 @@
     (void)room;
-    memcpy(held, text, size);
+    memcpy(held, text, size < room ? size : room);
     int first = held[0];
"""
USELESS = FIX.replace("size < room ? size : room", "size + 0")
CHEAT = """--- a/src/reader.c
+++ b/src/reader.c
@@ -7,3 +7,3 @@
     char *held = malloc(8);
-    size_t room = 8;
+    size_t room = 8; free(held); if (size) return -1; held = malloc(8);
     (void)room;
"""
BROKEN = FIX.replace("size < room ? size : room);", "size")
ELSEWHERE = FIX.replace("int first", "int second")
BUILD = ["{cc}", "{sanitize}", "-o", "reader", "src/reader.c"]
TESTS = [{"name": "harmless", "command": ["reader", "{root}/control"]}]


def reader(build=BUILD, **manifest):
    programs = {"reader": {"path": "reader", "control": "control", "public": True}}
    files = {"src/reader.c": READER, "control": "hi"}
    return source(files, build=[build], programs=programs, tests=TESTS, **manifest)


def proof(data, via="file", program="reader"):
    document = {"levee": "proof/1", "form": "bytes", "kind": "memory", "program": program, "via": via}
    return json.dumps(document | {"data": base64.b64encode(data).decode()}).encode()


CRASH = proof(b"A" * 24)


def test_a_memory_error_is_confirmed_against_a_patched_build(engine):
    verdict = engine.judge(engine.read(CRASH), reader(), contrast_patch=checked_patch(FIX.encode()))
    assert verdict.result is Result.CONFIRMED
    assert (verdict.effect.shown, verdict.effect.runs, verdict.reach) == (5, 5, "yes")
    assert verdict.signature == "heap-buffer-overflow copy reader.c:10"
    statuses = {run["slots"]["status"] for run in verdict.evidence.runs}
    assert len(statuses) > 1


def test_input_may_come_on_standard_input(judged):
    programs = {"reader": {"path": "reader", "arguments": [], "control": "control"}}
    target = source({"src/reader.c": READER, "control": "hi"}, build=[BUILD], programs=programs)
    verdict = judged(proof(b"A" * 24, "stdin"), target)
    assert (verdict.result, verdict.reach) == (Result.EFFECT_SHOWN, "unknown")


def test_on_standard_input_a_program_that_also_takes_a_file_is_given_none(judged):
    assert judged(proof(b"A" * 24, "stdin"), reader()).result is Result.EFFECT_SHOWN
    assert judged(proof(b"hi", "stdin"), reader()).result is Result.NOT_REPRODUCED


@pytest.mark.parametrize(
    "data",
    [b"hi", b"say it", b"say!it", b"die!", b"odd!", b"eat!"],
    ids=["decoy", "says", "says and fails", "aborts", "odd", "eats"],
)
def test_what_a_program_prints_or_ends_with_is_no_report(judged, data):
    verdict = judged(proof(data), reader())
    assert verdict.result is Result.NOT_REPRODUCED
    assert all(run["peak_memory"] <= 1200 * MIB for run in verdict.evidence.runs)


def test_a_contrast_that_crashes_too_is_not_silent(engine):
    verdict = engine.judge(engine.read(CRASH), reader(), contrast_patch=checked_patch(USELESS.encode()))
    assert verdict.result is Result.CONTROL_FAILED


def test_a_contrast_that_does_not_build_is_none(engine):
    verdict = engine.judge(engine.read(CRASH), reader(), contrast_patch=checked_patch(BROKEN.encode()))
    assert verdict.result is Result.EFFECT_SHOWN


def test_a_program_that_the_target_does_not_have_shows_nothing(judged):
    assert judged(proof(b"A" * 24, program="other"), reader()).result is Result.NOT_REPRODUCED


def test_a_build_without_the_sanitizer_is_refused(engine):
    with pytest.raises(BuildFailed, match="AddressSanitizer"):
        engine.build(reader([word for word in BUILD if word != "{sanitize}"]))


def test_a_patch_that_does_not_apply_is_told_apart_from_one_that_does_not_build(engine):
    with pytest.raises(DoesNotApply):
        engine.build(reader(), checked_patch(ELSEWHERE.encode()))
    with pytest.raises(BuildFailed) as caught:
        engine.build(reader(), checked_patch(BROKEN.encode()))
    assert not isinstance(caught.value, DoesNotApply)


def answer(job, sandbox):
    header, attachments = handle(*job, sandbox)
    json.dumps(header)
    return header, attachments


def test_a_job_judges_and_attaches_its_evidence(sandbox):
    header, attachments = answer(judge_job(CRASH, reader(), contrast_patch=FIX.encode()), sandbox)
    assert header["verdict"]["result"] == "confirmed"
    assert json.loads(attachments["evidence"])["proof"] == header["verdict"]["proof"]
    assert json.loads(attachments["proof"])["program"] == "reader"


def test_a_job_replays_proofs_on_a_patched_target(sandbox):
    def replayed(patch):
        header, _ = answer(replay_job([CRASH, proof(b"hi")], reader(), patch=patch.encode()), sandbox)
        told = [(one["shown"], one["silent"], one["reached"]) for one in header["proofs"]]
        return (header["applies"], header["builds"]), told

    assert replayed(FIX) == ((True, True), [(0, True, True), (0, True, True)])
    assert replayed(USELESS) == ((True, True), [(1, False, True), (0, True, True)])  # one sign settles it
    assert replayed(CHEAT)[1] == [(0, False, False), (0, False, False)]  # silent, but its control input does not pass
    assert replayed(BROKEN) == ((True, False), [])
    assert replayed(ELSEWHERE) == ((False, False), [])


def test_a_job_runs_the_targets_own_tests(sandbox):
    def tested(patch):
        header, _ = answer(regression_job(reader(), patch.encode()), sandbox)
        return header["held"], header["broken"]

    assert tested(FIX) == (True, [])
    assert tested(CHEAT) == (False, ["harmless"])


def test_a_job_builds(sandbox):
    header, _ = answer(build_job(reader()), sandbox)
    assert (header["builds"], len(header["digest"])) == (True, 64)
    again, _ = answer(build_job(reader()), sandbox)
    assert again["digest"] == header["digest"]


@pytest.mark.parametrize(
    ("job", "code"),
    [
        (({"job": "format the disk"}, {}), "job.unknown"),
        (({"job": "judge", "proof": "absent"}, {}), "job.attachment"),
        (({"job": "judge", "proof": "p"}, {"p": CRASH}), "job.target"),
        (({"job": "replay", "proofs": 7}, {}), "job.proofs"),
        (({"job": "build", "target": {"spec": "x"}}, {}), "job.target"),
    ],
)
def test_a_job_that_breaks_a_rule_is_an_answer(sandbox, job, code):
    header, _ = handle(*job, sandbox)
    assert header["refused"]["code"] == code


def test_a_patch_of_the_manifest_is_refused(sandbox):
    patch = FIX.replace("src/reader.c", "levee-target.json")
    header, _ = answer(replay_job([CRASH], reader(), patch=patch.encode()), sandbox)
    assert "refused" in header


TAP = "console.log('TAP version 13\\nok 1 - a\\nLINE\\n1..2')"


def suite(line):
    script = TAP.replace("LINE", line).replace("console.log(", "require('node:fs').writeFileSync(process.argv[2], ")
    tests = [{"name": "suite", "command": ["{node}", "{root}/test.js", "{report}"], "report": "tap"}]
    files = {"index.js": "module.exports = () => 1;\n", "test.js": script}
    return source(files, language="javascript", tests=tests)


PATCH = """--- a/index.js
+++ b/index.js
@@ -1 +1 @@
-module.exports = () => 1;
+module.exports = () => 2;
"""


def test_a_report_counts_tests_and_not_its_words(engine):
    held = engine.regression(suite("ok 2 - b"), checked_patch(PATCH.encode()))
    assert held.held
    assert [test.count for test in held.after] == [2]
    failing = engine.regression(suite("not ok 2 - b"), checked_patch(PATCH.encode()))
    assert [test.passed for test in failing.before] == [False]


MOVES_WHAT_IS_EXPECTED = """--- a/answer.txt
+++ b/answer.txt
@@ -1 +1 @@
-1
+2
"""


def test_a_patch_does_not_decide_what_is_expected_of_it(engine):
    files = {
        "index.js": "module.exports = () => 1;\n",
        "say.js": "console.log(require('./index.js')());\n",
        "answer.txt": "1\n",
    }
    tests = [{"name": "says", "command": ["{node}", "{root}/say.js"], "stdout": "answer.txt"}]
    patch = checked_patch((PATCH + MOVES_WHAT_IS_EXPECTED).encode())
    found = engine.regression(source(files, language="javascript", tests=tests), patch)
    assert [test.passed for test in found.before] == [True]
    assert found.broken == ("says",)
