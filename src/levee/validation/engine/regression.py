"""The target's own tests, run by the harness; what counts is exit status, expected output and a report's counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from levee.kernel.errors import BadInput
from levee.platform.sandbox.port import MIB, Limits, Run
from levee.validation.engine import manifest as manifests
from levee.validation.engine.kinds import Language
from levee.validation.engine.runtime import interpreter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from levee.platform.sandbox.port import Outcome
    from levee.validation.engine.sealed import BuiltTarget
    from levee.validation.engine.trial import Bench

LIMITS = Limits(cpu_seconds=60.0, wall_seconds=120.0, memory=1024 * MIB, disk=128 * MIB)
_TAP = re.compile(r"^ *(not )?ok\b *\d* *-? *([^#]*)(#.*)?$")
_INTERPRETERS = {"{node}": Language.JAVASCRIPT, "{python}": Language.PYTHON}
_QUIET = "detect_leaks=0:exitcode=99"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One command of the test suite: whether it passed, and how many tests its report counts (1 without a report)."""

    name: str
    passed: bool
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The tests before and after a change.

    Attributes:
        broken: tests that passed before and do not now. held: nothing broke, and no tests went missing.
    """

    before: tuple[Tested, ...]
    after: tuple[Tested, ...]
    broken: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether the tests are as they were before the change."""
        missing = sum(test.count for test in self.after) < sum(test.count for test in self.before)
        return bool(self.before) and not self.broken and not missing


def compare(before: tuple[Tested, ...], after: tuple[Tested, ...]) -> Comparison:
    """Set the two runs of a test suite against one another."""
    now = {test.name: test for test in after}
    broken = tuple(
        test.name
        for test in before
        if test.passed and (test.name not in now or not now[test.name].passed or now[test.name].count < test.count)
    )
    return Comparison(before=before, after=after, broken=broken)


def run_tests(
    manifest: manifests.Manifest | None, built: BuiltTarget, bench: Bench, *, stated: BuiltTarget
) -> tuple[Tested, ...]:
    """Run every test of a manifest on a build, each in a sandbox of its own.

    Args:
        manifest: of the target.
        built: what is tested.
        bench: where.
        stated: the build that input and expected output are taken from: the unchanged one, for a patch must not decide
            what is expected of it.

    Raises:
        BadInput: there are no tests.
    """
    if manifest is None or not manifest.tests:
        raise BadInput(
            "the target carries no tests that Levee can run", code="regression.none", advice=f"see {manifests.FILE}"
        )
    return tuple(bench.each(lambda test: _run(test, built, bench, stated), manifest.tests))


def _run(test: manifests.Test, built: BuiltTarget, bench: Bench, stated: BuiltTarget) -> Tested:
    report = f"report-{bench.random(8).hex()}"
    argv, trees = _command(test.command, report, built)
    stdin = _file(stated, test.stdin) if test.stdin else b""
    outcome = bench.sandbox.run(
        Run(
            argv=argv,
            trees={"/t": built.tree, **trees},
            stdin=stdin,
            environment={"ASAN_OPTIONS": _QUIET, "UBSAN_OPTIONS": _QUIET},
            limits=LIMITS,
            executable_work=True,
            collect=(report,),
        )
    )
    passed = outcome.exit == test.exit and not outcome.hits
    if test.stdout:
        passed = passed and outcome.stdout == _file(stated, test.stdout)
    if not test.report:
        return Tested(name=test.name, passed=passed, count=1)
    good, bad = _counts(test.report, outcome, report)
    return Tested(name=test.name, passed=passed and good > 0 and bad == 0, count=good)


def _command(command: tuple[str, ...], report: str, built: BuiltTarget) -> tuple[tuple[str, ...], Mapping[str, Path]]:
    words: list[str] = []
    trees: dict[str, Path] = {}
    for word in command:
        if word in _INTERPRETERS:
            program = interpreter(_INTERPRETERS[word])
            words.append(program.path)
            trees |= program.trees
        else:
            words.append(word.replace("{report}", f"/w/{report}").replace("{root}", f"/t/{built.root}"))
    if not words[0].startswith("/"):
        words[0] = f"/t/{built.root}/{words[0]}"
    return tuple(words), trees


def _file(built: BuiltTarget, path: str) -> bytes:
    file = built.tree / built.root / path
    if not file.is_file():
        raise BadInput("a test names a file that is not there", code="target.manifest", place=path)
    return file.read_bytes()


def _counts(kind: str, outcome: Outcome, name: str) -> tuple[int, int]:
    """Tests that passed and tests that did not, by a report that the target's own runner wrote."""
    data = outcome.files.get(name, b"")
    return _junit(data) if kind == "junit" else _tap(data.decode("utf-8", "replace"))


def _tap(text: str) -> tuple[int, int]:
    results = [match for line in text.splitlines() if (match := _TAP.match(line))]
    bad = sum(bool(match[1]) and "# todo" not in (match[3] or "").lower() for match in results)
    return len(results) - bad, bad


def _junit(data: bytes) -> tuple[int, int]:
    try:
        cases = list(fromstring(data).iter("testcase"))
    except (ParseError, DefusedXmlException, ValueError):
        return 0, 0
    bad = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    return len(cases) - bad - skipped, bad
