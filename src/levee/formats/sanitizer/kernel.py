"""The Linux kernel's address sanitizer: `BUG: KASAN: slab-out-of-bounds in f+0x1/0x2`."""

from __future__ import annotations

import re

from levee.formats.sanitizer.frames import MAX_FRAMES, Frame

HEADER = re.compile(r"BUG: KASAN: (?P<what>[a-z][a-z -]*?) (?:in|on) ")
ACCESS = re.compile(r"(?P<access>Read|Write) of size (?P<size>\d{1,9}) at addr (?P<address>[0-9a-f]{8,16})")
_FRAME = re.compile(r"(?:\[<[0-9a-fx]+>\]\s+)?\??\s*(?P<function>[A-Za-z_][\w.]*)\+0x[0-9a-f]+/0x[0-9a-f]+")
_RUNTIME = re.compile(r"kasan|^__asan|^print_address|^dump_stack|^show_stack|^_?_?etext|^_stext|^__dump|^describe_")
_END = re.compile(r"Allocated by task|Freed by task|The buggy address|^\s*$")


def kernel_frames(lines: list[str]) -> tuple[Frame, ...]:
    """The first call trace after the header, without the sanitizer's own calls."""
    frames: list[Frame] = []
    for line in lines[: 4 * MAX_FRAMES]:
        text = re.sub(r"^\[\s*\d+\.\d+\]\s?", "", line)
        match = _FRAME.search(text)
        if match and not _RUNTIME.search(match["function"]):
            frames.append(Frame(index=len(frames), function=match["function"]))
        if frames and _END.search(text):
            break
    return tuple(frames[:MAX_FRAMES])
