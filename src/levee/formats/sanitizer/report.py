"""One crash, in one shape, and the signature by which crashes are told apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.formats.sanitizer.frames import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One crash as a tool reported it.

    `tool` is the sanitizer's name; `kind` is lower case with hyphens (`heap-buffer-overflow`, `null-dereference`);
    `access` is READ, WRITE or empty; `size` is bytes, 0 where not given; `address` is as printed, or empty;
    `frames` are those of the first stack, in order; `message` is the failed condition or exception, where one is named.
    """

    tool: str
    kind: str
    access: str = ""
    size: int = 0
    address: str = ""
    frames: tuple[Frame, ...] = ()
    message: str = ""

    def interesting(self, count: int = 3) -> tuple[Frame, ...]:
        """The first `count` frames that belong to no run-time, down to the harness's entry."""
        found: list[Frame] = []
        for frame in self._from_cycle():
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
        frames = self._from_cycle()
        if self.kind == "stack-overflow":
            # where a recursion runs out of stack is chance; the least member of its cycle is not
            inside = [frame for frame in frames if _within(frame, project_prefixes)] or list(
                self.interesting(len(frames))
            )
            return min(inside, key=lambda frame: (frame.function, frame.file, frame.line), default=None)
        first = next((frame for frame in frames if _within(frame, project_prefixes)), None)
        return first or next(iter(self.interesting(1)), None)

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

    def _from_cycle(self) -> tuple[Frame, ...]:
        """The frames; for a stack overflow only the functions that recur, where any does."""
        if self.kind != "stack-overflow":
            return self.frames
        times = Counter(frame.function for frame in self.frames if frame.function and not frame.is_runtime)
        return tuple(frame for frame in self.frames if times[frame.function] > 1) or self.frames


def _within(frame: Frame, prefixes: Sequence[str]) -> bool:
    return bool(frame.file) and any(_tidy(frame.file).startswith(_tidy(prefix)) for prefix in prefixes)


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
