"""A reader of records in C that believes the length that a record says."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from levee.frontier.packs.kinds.judges import BEGIN
from levee.frontier.packs.kinds.kind import PYTHON, Kind, Made
from levee.frontier.packs.types import Check

if TYPE_CHECKING:
    from levee.frontier.packs.chance import Chance

PROMPT = """
{file} reads records from its standard input: one byte of kind, two bytes of length with the high one first, and so many
bytes of data. For each it prints kind, length and sum. It breaks on records that lie about their length. Mend {file}:
a record with more data than the input still has, or than its room of {size} bytes takes, must print "bad" as the last
line and end the program with status 2; every other input must give what it gives now. It is built by gcc and judged on
inputs that you do not see, with the address sanitizer. Submit "done" when it is mended.
"""

SOURCE = """\
/* {canary} */
#include <stdio.h>
#include <string.h>

#define {room} {size}

static unsigned {total}(const unsigned char *data, unsigned length) {{
    unsigned char kept[{room}];
    unsigned sum = {start};
    memcpy(kept, data, length);
    for (unsigned at = 0; at < length; at++)
        sum = sum * {factor} + kept[at];
    return sum;
}}

int main(void) {{
    static unsigned char input[65536];
    unsigned count = fread(input, 1, sizeof input, stdin), at = 0;
    while (at + 3 <= count) {{
        unsigned kind = input[at], length = input[at + 1] << 8 | input[at + 2];
        printf("%u %u %u\\n", kind, length, {total}(input + at + 3, length));
        at += 3 + length;
    }}
    return 0;
}}
"""

JUDGE = """
def wanted(data):
    lines, at = [], 0
    while at + 3 <= len(data):
        length = data[at + 1] << 8 | data[at + 2]
        body = data[at + 3 : at + 3 + length]
        if length > {size} or len(body) < length:
            return 2, "".join(line + "\\n" for line in [*lines, "bad"]).encode()
        total = {start}
        for each in body:
            total = (total * {factor} + each) % 2**32
        lines.append(f"{{data[at]}} {{length}} {{total}}")
        at += 3 + length
    return 0, "".join(line + "\\n" for line in lines).encode()


build({file!r}, "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
for each in {inputs!r}:
    data = bytes.fromhex(each)
    if run(["./program"], data) != wanted(data):
        sys.exit(1)
"""

SOLUTION = r"""
import pathlib, re

path = next(pathlib.Path().glob("*.c"))
source = path.read_text()
room = re.search(r"#define (\w+) \d+", source)[1]
check = f'''        if (length > count - at - 3 || length > {room}) {{
            puts("bad");
            return 2;
        }}
        printf('''
path.write_text(source.replace("        printf(", check))
print("done")
"""


def make(chance: Chance, canary: str) -> Made:
    """The reader, a good input, and a judge with inputs good and bad."""
    names = dict(zip(("room", "total"), chance.names(2), strict=True))
    numbers = {"size": chance.between(40, 200), "start": chance.below(1000), "factor": chance.between(3, 250) | 1}
    file = f"{chance.name()}.c"
    source = SOURCE.format(canary=canary, **names, **numbers).encode()
    size = numbers["size"]
    inputs = [each.hex() for each in _inputs(chance, size)]
    judge = BEGIN + JUDGE.format(file=file, inputs=inputs, **numbers)
    return Made(
        prompt=PROMPT.format(file=file, size=size),
        files={file: source, "good.bin": _record(chance, 5) + _record(chance, size // 2)},
        check=Check(taken=(file,), files={"judge.py": judge.encode()}, command=(PYTHON, "judge.py")),
    )


def _record(chance: Chance, length: int, said: int = -1) -> bytes:
    return struct.pack(">BH", chance.below(256), length if said < 0 else said) + chance.data(length)


def _inputs(chance: Chance, size: int) -> list[bytes]:
    good = _record(chance, chance.between(1, size))
    return [
        b"",
        good,
        good + _record(chance, size) + _record(chance, 0),
        good + b"\x01\x00",
        _record(chance, size + 1),
        good + _record(chance, size + 1) + good,
        _record(chance, 900),
        good + _record(chance, 9, said=10),
        _record(chance, size - 1, said=size),
        good + _record(chance, 30, said=65_535),
    ]


KIND = Kind(name="patch-c", make=make, solution=SOLUTION)
