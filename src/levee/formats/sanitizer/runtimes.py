"""Crashes that a language's own run-time reports: Go panics, and uncaught exceptions of Python, Java and JavaScript.

Dialects: the Go run-time; Atheris, Jazzer and Jazzer.js, which fuzz the other three; Android's run-time.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from levee.formats.sanitizer.failures import MAX_MESSAGE, Failure
from levee.formats.sanitizer.frames import MAX_FRAMES, Frame

if TYPE_CHECKING:
    from collections.abc import Callable

_GO = re.compile(r"^(?:panic|fatal error): (?P<what>.*)")
_GO_LOGGED = re.compile(r"\bpanic\b[^:]{0,40}: (?P<what>runtime error: .*)", re.IGNORECASE)
_GO_CALL = re.compile(r"^(?P<function>[^\s(][^\s]*.*)\([^()]*\)$")
_GO_PLACE = re.compile(r"^\s*(?P<file>\S+\.(?:go|s)):(?P<line>\d{1,7})(?:\s|$)")
_GO_KIND = re.compile(r"[a-z ]+")
_PYTHON_FRAME = re.compile(r'^\s+File "(?P<file>[^"]{1,400})", line (?P<line>\d{1,7}), in (?P<function>\S+)')
_JAVA_FRAME = re.compile(r"^\s+at (?P<function>[\w.$<>-]+)\((?:(?P<file>[\w$.-]+):(?P<line>\d{1,7})|[^()]{0,100})\)")
_JAVA = re.compile(r"(?:== Java Exception: |FATAL EXCEPTION)")
_JAVA_NAMED = re.compile(r"^(?:Caused by: )?(?P<what>[a-z][\w.]*\.[A-Z]\w*(?:Exception|Error)\b.*)")
_JS = re.compile(r"Uncaught Exception: (?:Jazzer\.js: )?(?P<what>.*)")
_JS_FRAME = re.compile(
    r"^\s+at (?:(?:async )?(?P<function>[^\s(][^(]{0,200}) \()?"
    r"(?P<file>[^()\s]+?):(?P<line>\d{1,7}):(?P<column>\d{1,7})\)?$"
)


def read_exception(line: str, following: list[str]) -> Failure | None:
    """The panic or exception that this line reports; None where it reports none."""
    go = _GO.match(line) or _GO_LOGGED.search(line)
    if go:
        return _go(go["what"], following)
    if "=== Uncaught Python exception: ===" in line:
        return _python(following)
    javascript = _JS.search(line)
    if javascript:
        frames = _frames(following, _javascript_frame)
        return Failure(
            tool="JavaScript", kind="uncaught-exception", message=javascript["what"][:MAX_MESSAGE], frames=frames
        )
    if _JAVA.search(line):
        return _java(line, following)
    return None


def _go(what: str, following: list[str]) -> Failure | None:
    frames = _go_frames(following)
    words = what.removeprefix("runtime error: ")
    if words != what or words == "stack overflow":
        match = _GO_KIND.match(words)
        kind = match[0].partition(" or ")[0].strip().replace(" ", "-") if match else "panic"
        return Failure(tool="Go", kind=kind or "panic", message="", frames=frames)
    if not frames:
        return None
    return Failure(tool="Go", kind="panic", message=what.removesuffix(" [recovered]")[:MAX_MESSAGE], frames=frames)


def _go_frames(lines: list[str]) -> tuple[Frame, ...]:
    """The stack of the goroutine that failed: a call on one line, its place on the next."""
    frames: list[Frame] = []
    for call, place in itertools.pairwise(lines):
        if len(frames) == MAX_FRAMES or (frames and (not call.strip() or call.startswith("goroutine "))):
            if not frames or not frames[-1].function.startswith("runtime."):
                break
            continue
        named, at = _GO_CALL.match(call), _GO_PLACE.match(place)
        if named and at:
            name = named["function"].rpartition("/")[2]
            frames.append(Frame(index=len(frames), function=name, file=at["file"], line=int(at["line"])))
    return tuple(frames)


def _python(following: list[str]) -> Failure:
    message = following[0].strip() if following else ""
    found: list[Frame] = []
    for line in following[1:MAX_FRAMES]:
        match = _PYTHON_FRAME.match(line)
        if match:
            found.append(Frame(index=0, function=match["function"], file=match["file"], line=int(match["line"])))
        elif found and not line.startswith("    "):
            break
    # Python prints the innermost call last
    frames = tuple(
        Frame(index=index, function=frame.function, file=frame.file, line=frame.line)
        for index, frame in enumerate(reversed(found))
    )
    return Failure(tool="Python", kind="uncaught-exception", message=message[:MAX_MESSAGE], frames=frames)


def _java(line: str, following: list[str]) -> Failure:
    jazzer = "== Java Exception: " in line
    message = line.partition("== Java Exception: ")[2]
    if not jazzer:
        named = (_JAVA_NAMED.match(each) for each in following[:8])
        message = next((match["what"] for match in named if match), "")
    kind = "uncaught-exception" if jazzer else "fatal-exception"
    frames = _frames(following, _java_frame)
    return Failure(tool="Java", kind=kind, message=message[:MAX_MESSAGE], frames=frames)


def _java_frame(line: str, index: int) -> Frame | None:
    match = _JAVA_FRAME.match(line)
    if match is None:
        return None
    return Frame(index=index, function=match["function"], file=match["file"] or "", line=int(match["line"] or 0))


def _javascript_frame(line: str, index: int) -> Frame | None:
    match = _JS_FRAME.match(line)
    if match is None:
        return None
    place = (int(match["line"]), int(match["column"]))
    return Frame(index=index, function=match["function"] or "", file=match["file"], line=place[0], column=place[1])


def _frames(lines: list[str], read: Callable[[str, int], Frame | None]) -> tuple[Frame, ...]:
    frames: list[Frame] = []
    for line in lines[: 4 * MAX_FRAMES]:
        frame = read(line, len(frames))
        if frame is not None:
            frames.append(frame)
        elif frames or len(frames) == MAX_FRAMES:
            break
    return tuple(frames)
