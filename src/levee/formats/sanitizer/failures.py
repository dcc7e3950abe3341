"""A program's own failed checks: what it says went wrong before it aborts on purpose.

The abort that follows (a signal, a trap) says only that the program stopped itself; the check's words are the kind.
Dialects: glibc's assert, glog and Abseil, Chromium's logging, V8, Android's CHECK macros.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from levee.formats.sanitizer.frames import Frame

MAX_MESSAGE = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failed check or an exception; `frames` are empty where the dialect prints its stack elsewhere."""

    tool: str
    kind: str
    message: str
    frames: tuple[Frame, ...] = ()


_CHROMIUM = re.compile(
    r"\[[^\]]*:FATAL:(?P<file>[^\](]+)\(\d+\)\] (?:(?P<sort>(?:Security )?D?check) failed: (?P<what>.*)|(?P<other>.*))",
    re.IGNORECASE,
)
_GLOG = re.compile(
    r"^F\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ (?P<file>[^\s\]:]+):\d+\] (?P<check>Check failed: )?(?P<what>.*)"
)
_ASSERT = re.compile(
    r"(?P<file>[^\s:]+):(?P<line>\d{1,7}): (?P<function>[^`']{1,400}): Assertion [`'](?P<what>.*)' failed"
)
_LOGGED_ASSERT = re.compile(r"\[assert\].{0,200}\] (?:assert failure|panic): (?P<what>.*)")
_V8 = re.compile(r"^# Fatal error(?: in (?P<file>.*?)(?P<line>, line \d+)?)?$")
_V8_WHAT = re.compile(r"^# (?:(?P<debug>Debug )?check failed: (?P<check>.*)|(?P<what>.*))", re.IGNORECASE)
_MACRO = re.compile(r"^(?:Abort message: )?(?P<file>\S+\.\w+):\d+ (?P<what>D?CHECK\w*\(.{1,300}?\) failed)")
_COMPARED = re.compile(r" \([^()]*(?:\([^()]*\)[^()]*)* vs\. .*\)\.?$")
_UNREACHABLE = frozenset({"unimplemented code", "unreachable code"})


def read_failure(line: str, following: list[str]) -> Failure | None:
    """The failed check that this line reports; None where it reports none."""
    if line.startswith("# Fatal error"):
        return _v8(line, following)
    for mark, pattern, read in _READERS:
        match = pattern.search(line) if mark in line else None
        if match:
            return read(match)
    return None


def _chromium(match: re.Match[str]) -> Failure | None:
    file = _name(match["file"])
    if match["sort"]:
        kind = match["sort"].lower().replace(" ", "-") + "-failure"
        return _failure("check", kind, f"{_condition(match['what'])} in {file}")
    if match["other"].startswith("Out of memory"):
        return _failure("check", "out-of-memory", "")
    return _failure("check", "fatal-error", f"{_condition(match['other'])} in {file}")


def _glog(match: re.Match[str]) -> Failure:
    kind = "check-failure" if match["check"] else "fatal-error"
    return _failure("check", kind, f"{_condition(match['what'])} in {_name(match['file'])}")


def _assert(match: re.Match[str]) -> Failure:
    place = Frame(
        index=0,
        function=match["function"].split("(", 1)[0].rpartition(" ")[2],
        file=match["file"],
        line=int(match["line"]),
    )
    return Failure(tool="assert", kind="assert", message=match["what"][:MAX_MESSAGE], frames=(place,))


def _logged_assert(match: re.Match[str]) -> Failure:
    return _failure("assert", "assert", match["what"].strip())


def _macro(match: re.Match[str]) -> Failure:
    return _failure("check", "check-failure", f"{match['what']} in {_name(match['file'])}")


_READERS = (
    (":FATAL:", _CHROMIUM, _chromium),
    ("] ", _GLOG, _glog),
    ("Assertion ", _ASSERT, _assert),
    ("[assert]", _LOGGED_ASSERT, _logged_assert),
    ("CHECK", _MACRO, _macro),
)
"""The mark that a line holds before its pattern is tried, the pattern, and its reader."""


def _v8(line: str, following: list[str]) -> Failure | None:
    head, said = _V8.match(line), _V8_WHAT.match(following[0]) if following else None
    if head is None or said is None:
        return None
    file = _name(head["file"]) if head["line"] else ""
    place = f" in {file}" if file else ""
    if said["check"] is not None:
        return _failure(
            "check", "dcheck-failure" if said["debug"] else "check-failure", _condition(said["check"]) + place
        )
    if said["what"].strip() in _UNREACHABLE:
        return _failure("check", "unreachable-code", file)
    return _failure("check", "fatal-error", _condition(said["what"]) + place)


def _failure(tool: str, kind: str, message: str) -> Failure:
    return Failure(tool=tool, kind=kind, message=message[:MAX_MESSAGE])


def _condition(text: str) -> str:
    """The condition without the values compared and without the sentence that may follow it."""
    return _COMPARED.sub("", text.strip()).split(". ", 1)[0].rstrip(". ")


def _name(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]
