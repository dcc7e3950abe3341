"""Finding the report in what a program printed.

Covers AddressSanitizer, HWAddressSanitizer, MemorySanitizer, ThreadSanitizer, LeakSanitizer and
UndefinedBehaviorSanitizer as printed by gcc and clang, libFuzzer, the kernel's address sanitizer, failed checks and
run-times of other languages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from levee.formats.sanitizer import kernel, kinds
from levee.formats.sanitizer.failures import Failure, read_failure
from levee.formats.sanitizer.frames import MAX_FRAMES, Frame, read_frame
from levee.formats.sanitizer.report import Report
from levee.formats.sanitizer.runtimes import read_exception

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FOLLOWING = 1500
MAX_ATTEMPTS = 50
MAX_TEXT = 1 << 20
MAX_LINE = 2048
NULL_PAGE = 0x1000

_HEADER = re.compile(
    r"(?:ERROR|WARNING): (?P<tool>(?:Address|HWAddress|Memory|Thread|Leak|UndefinedBehavior)Sanitizer): (?P<what>.*)"
)
_FUZZER = re.compile(r"ERROR: (?P<tool>libFuzzer): (?P<what>.*)")
_RUNTIME_ERROR = re.compile(r"^(?P<file>\S.*?):(?P<line>\d{1,9}):(?:(?P<column>\d{1,9}):)? runtime error: (?P<what>.*)")
_ADDRESS = re.compile(
    r"\bon (?:unknown )?address (?P<address>0x[0-9a-f]+)"
    r"|\bof address (?P<freed>0x[0-9a-f]+)|: (?P<at>0x[0-9a-f]+) in thread",
    re.IGNORECASE,
)
_WORDS = re.compile(r"^(?P<kind>[A-Za-z][A-Za-z _-]*?)(?: on (?:unknown )?address| \(|: |$| in | of size|: 0x)")
_FIRST_WORDS = re.compile(r"(?P<kind>[A-Za-z][A-Za-z _-]*)")
_ACCESS = re.compile(r"^\s*(?P<access>READ|WRITE) of size (?P<size>\d{1,12}|\{\*\})")
_CAUSED_BY = re.compile(r"The signal is caused by a (?P<access>READ|WRITE|UNKNOWN)")
_LEAK = re.compile(r"^\s*(?P<kind>Direct|Indirect) leak of (?P<size>\d{1,12}) byte")
_RACE = re.compile(
    r"^\s*(?:Atomic )?(?P<access>[Rr]ead|[Ww]rite) of size (?P<size>\d{1,12}) at (?P<address>0x[0-9a-f]+)"
)
_OTHER_STACK = re.compile(
    r"freed by thread|previously allocated|allocated by thread|was stored to memory"
    r"|Previous (?:write|read)|located in stack|created by"
)


_CAST = re.compile(r"control flow integrity check for type '(?P<type>.*)' failed|object of type '(?P<other>[^']*)'")
_VTABLE = re.compile(r"vtable address (?P<address>0x[0-9a-f]+)")
_ACTUAL = re.compile(r"note: (?:vtable|object) is of type '(?P<type>[^']*)'")
# A line worth a closer look; all others are passed over without one.
_TRIGGER = re.compile(
    r"Sanitizer: |libFuzzer: |runtime error: |KASAN: |:FATAL:|^F\d{4} |Assertion [`']|\[assert\]|^# Fatal error|CHECK"
    r"|[Pp]anic|^fatal error: |Uncaught |Java Exception|FATAL EXCEPTION"
)
_STOPPED_ITSELF = frozenset({
    "abrt", "ill", "trap", "breakpoint", "fatal-signal", "fuzz-target-exited", "segv", "null-dereference", "timeout",
})  # fmt: skip


def parse_report(text: str) -> Report | None:
    """The first crash that the text reports; None where it reports none.

    Reads at most the first mebibyte and raises nothing, whatever the text. A failed check or an exception that the
    program names before it stops itself gives the kind; a sanitizer's finding of its own outranks it.
    """
    lines = [line[:MAX_LINE] for line in text[:MAX_TEXT].splitlines()]
    named: Failure | None = None
    attempts = 0
    for number, line in enumerate(lines):
        if not _TRIGGER.search(line):
            continue
        attempts += 1
        if attempts > MAX_ATTEMPTS:
            break
        following = lines[number + 1 : number + 1 + MAX_FOLLOWING]
        report = _read_at(line, following)
        if report is not None:
            return report if named is None or report.kind not in _STOPPED_ITSELF else _explained(report, named)
        if named is None:
            named = read_exception(line, following) or _with_stack(read_failure(line, following), following)
    if named is None:
        return None
    return Report(tool=named.tool, kind=named.kind, message=named.message, frames=named.frames)


def _explained(report: Report, named: Failure) -> Report:
    """The program stopped itself: its own words are the kind, and the abort's address says nothing."""
    frames = named.frames if named.tool not in {"check", "assert"} and named.frames else report.frames or named.frames
    return Report(tool=named.tool, kind=named.kind, message=named.message, frames=frames)


def _with_stack(named: Failure | None, following: list[str]) -> Failure | None:
    """A failed check with the stack that its logging prints after it, if that comes without a sanitizer's header."""
    if named is None:
        return None
    own = next((number for number, line in enumerate(following) if _HEADER.search(line)), len(following))
    frames = _first_stack(following[:own])
    return replace(named, frames=frames) if frames else named


def _read_at(line: str, following: list[str]) -> Report | None:
    header = _HEADER.search(line)
    if header:
        return _sanitizer(header["tool"], header["what"], following)
    undefined = _RUNTIME_ERROR.match(line)
    if undefined:
        return _undefined(undefined, following)
    in_kernel = kernel.HEADER.search(line)
    if in_kernel:
        return _kernel(in_kernel["what"], following)
    fuzzer = _FUZZER.search(line)
    if fuzzer:
        kind = kinds.of_sanitizer(fuzzer["what"].split("(", 1)[0].split(" after ", 1)[0])
        return Report(tool="libFuzzer", kind=_FUZZER_KINDS.get(kind, kind), frames=_first_stack(following))
    return None


def _sanitizer(tool: str, what: str, following: list[str]) -> Report | None:
    if tool == "LeakSanitizer" or "detected memory leaks" in what:
        return _leak(tool, following)
    if tool == "ThreadSanitizer":
        return _race(what, following)
    return _memory(tool, what, following)


def _kernel(what: str, following: list[str]) -> Report:
    access = next((found for each in following[:8] if (found := kernel.ACCESS.search(each))), None)
    return Report(
        tool="KernelAddressSanitizer",
        kind=kinds.of_sanitizer(what),
        access=access["access"].upper() if access else "",
        size=int(access["size"]) if access else 0,
        address=f"0x{access['address'].lstrip('0') or '0'}" if access else "",
        frames=kernel.kernel_frames(following),
    )


_FUZZER_KINDS = {"deadly-signal": "fatal-signal"}


def _memory(tool: str, what: str, following: list[str]) -> Report | None:
    words = _WORDS.match(what) or _FIRST_WORDS.match(what)
    if words is None:
        return None
    kind, access, size = kinds.of_sanitizer(words["kind"]), "", 0
    address = _address(what)
    for line in _before_stack(following):
        accessed, caused = _ACCESS.match(line), _CAUSED_BY.search(line)
        if accessed:
            access, size = accessed["access"], int(accessed["size"]) if accessed["size"].isdigit() else 0
        elif caused and caused["access"] != "UNKNOWN":
            access = caused["access"]
    if kind == "floating-point-exception":
        address = ""  # the tool prints the instruction's own
    if kind == "segv" and address and int(address, 16) < NULL_PAGE:
        kind = "null-dereference"
    return Report(tool=tool, kind=kind, access=access, size=size, address=address, frames=_first_stack(following))


def _leak(tool: str, following: list[str]) -> Report | None:
    first: Report | None = None
    for number, line in enumerate(following):
        leak = _LEAK.match(line)
        if leak is None:
            continue
        stack = _first_stack(following[number + 1 :])
        report = Report(tool=tool, kind=f"{leak['kind'].lower()}-leak", size=int(leak["size"]), frames=stack)
        if leak["kind"] == "Direct":
            return report
        first = first or report
    return first


def _race(what: str, following: list[str]) -> Report:
    kind = kinds.of_sanitizer(what.split("(", 1)[0])
    access = next((found for line in following[:8] if (found := _RACE.match(line))), None)
    return Report(
        tool="ThreadSanitizer",
        kind=kind,
        access=access["access"].upper() if access else "",
        size=int(access["size"]) if access else 0,
        address=access["address"] if access else _address(what),
        frames=_first_stack(following, without_address=True),
    )


def _undefined(match: re.Match[str], following: list[str]) -> Report:
    kind, _, access = kinds.of_undefined(match["what"]).partition(" ")
    place = Frame(index=0, function="", file=match["file"], line=int(match["line"]), column=int(match["column"] or 0))
    cast, vtable = _CAST.search(match["what"]), _VTABLE.search(match["what"])
    actual = next((found for line in following[:2] if (found := _ACTUAL.search(line))), None) if cast else None
    source = f" from {actual['type']}" if actual else ""
    return Report(
        tool="UndefinedBehaviorSanitizer",
        kind=kind,
        access=access,
        address=vtable["address"] if vtable else "",
        frames=_first_stack(following[:40]) or (place,),
        message=f"bad cast to {cast['type'] or cast['other']}{source}" if cast else "",
    )


def _address(what: str) -> str:
    match = _ADDRESS.search(what)
    return next((value for value in match.groups() if value), "") if match else ""


def _before_stack(lines: list[str]) -> Iterator[str]:
    for line in lines[:32]:
        if read_frame(line) is not None:
            return
        yield line


def _first_stack(lines: list[str], *, without_address: bool = False) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    for line in lines:
        frame = read_frame(line, without_address=without_address)
        if frame is None:
            if frames and (not line.strip() or _OTHER_STACK.search(line)):
                break
            continue
        if (frames and frame.index == 0) or len(frames) == MAX_FRAMES:
            break
        frames.append(frame)
    return tuple(frames)
