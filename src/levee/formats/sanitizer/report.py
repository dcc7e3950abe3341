"""The report: kind, place and stack of one crash, and the signature by which crashes are told apart.

Covers AddressSanitizer, HWAddressSanitizer, MemorySanitizer, ThreadSanitizer, LeakSanitizer,
UndefinedBehaviorSanitizer and libFuzzer as printed by gcc and clang.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.sanitizer import kinds
from levee.formats.sanitizer.frames import Frame, read_frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_TEXT = 1 << 20
MAX_LINE = 2048
MAX_FRAMES = 256
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One crash as a tool reported it.

    `tool` is the sanitizer's name; `kind` is lower case with hyphens (`heap-buffer-overflow`, `null-dereference`);
    `access` is READ, WRITE or empty; `size` is bytes, 0 where not given; `address` is as printed, or empty;
    `frames` are those of the first stack, in order.
    """

    tool: str
    kind: str
    access: str = ""
    size: int = 0
    address: str = ""
    frames: tuple[Frame, ...] = ()

    def interesting(self, count: int = 3) -> tuple[Frame, ...]:
        """The first `count` frames that belong to no run-time, down to the harness's entry."""
        found: list[Frame] = []
        for frame in self.frames:
            if len(found) == count:
                break
            if frame.is_entry:
                if not found or frame.function.startswith("LLVMFuzzer"):
                    found.append(frame)
                break
            if not frame.is_runtime:
                found.append(frame)
        return tuple(found)

    def top_frame(self, project_prefixes: Sequence[str] = ()) -> Frame | None:
        """The first frame inside the project: its file begins with one of the prefixes.

        Without prefixes, or where no file fits one, the first frame that belongs to no run-time; None without any.
        """
        for frame in self.frames:
            if frame.file and any(_tidy(frame.file).startswith(_tidy(prefix)) for prefix in project_prefixes):
                return frame
        return next(iter(self.interesting(1)), None)

    def signature(self, project_prefixes: Sequence[str] = ()) -> str:
        """What tells this crash apart: kind, top frame inside the project, and its line.

        Two causes may share one and one cause may have several: it proposes a cluster and proves none.
        """
        frame = self.top_frame(project_prefixes)
        if frame is None:
            return self.kind
        place = (
            f"{_inside(frame.file, project_prefixes)}:{frame.line}" if frame.file else frame.module.rpartition("/")[2]
        )
        return " ".join(part for part in (self.kind, frame.function, place) if part)


def parse_report(text: str) -> Report | None:
    """The first crash that the text reports; None where it reports none.

    Reads at most the first mebibyte and raises nothing, whatever the text.
    """
    lines = [line[:MAX_LINE] for line in text[:MAX_TEXT].splitlines()]
    for number, line in enumerate(lines):
        report = _read_at(line, lines[number + 1 :])
        if report is not None:
            return report
    return None


def _read_at(line: str, following: list[str]) -> Report | None:
    header = _HEADER.search(line)
    if header:
        if header["tool"] == "LeakSanitizer" or "detected memory leaks" in header["what"]:
            return _leak(header["tool"], following)
        if header["tool"] == "ThreadSanitizer":
            return _race(header["what"], following)
        return _memory(header["tool"], header["what"], following)
    undefined = _RUNTIME_ERROR.match(line)
    if undefined:
        return _undefined(undefined, following)
    fuzzer = _FUZZER.search(line)
    if fuzzer:
        kind = kinds.of_sanitizer(fuzzer["what"].split("(", 1)[0].split(" after ", 1)[0])
        return Report(tool="libFuzzer", kind=_FUZZER_KINDS.get(kind, kind), frames=_first_stack(following))
    return None


_FUZZER_KINDS = {"deadly-signal": "fatal-signal"}


def _memory(tool: str, what: str, following: list[str]) -> Report | None:
    words = _WORDS.match(what)
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
    return Report(
        tool="UndefinedBehaviorSanitizer",
        kind=kind,
        access=access,
        frames=_first_stack(following[:40]) or (place,),
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
        if (frames and frame.index < frames[-1].index) or len(frames) == MAX_FRAMES:
            break
        frames.append(frame)
    return tuple(frames)


def _tidy(path: str) -> str:
    """A path without leading `./` and `../`, so that build folders do not tell crashes apart."""
    tidy = path.replace("\\", "/")
    while tidy.startswith(("./", "../")):
        tidy = tidy.partition("/")[2]
    return tidy


def _inside(file: str, prefixes: Sequence[str]) -> str:
    tidy = _tidy(file)
    for prefix in prefixes:
        if tidy.startswith(_tidy(prefix)):
            return tidy[len(_tidy(prefix)) :].lstrip("/")
    return tidy.rpartition("/")[2]
