"""Words that are put into what is asked, to be looked for afterwards: none of them is anywhere by chance."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

PATTERN = re.compile(rb"(?:CANARY|canary)-[0-9a-f]{32}")
"""In small letters they are those of generated tasks."""


def new_canary() -> str:
    """One that was never used before."""
    return f"CANARY-{secrets.token_hex(16)}"


def read_canaries(lines: Iterable[bytes]) -> frozenset[bytes]:
    """Canaries from the lines of a file; BadInput names a line that is none."""
    found = [line.strip() for line in lines]
    for number, each in enumerate(found, 1):
        if not PATTERN.fullmatch(each):
            raise BadInput("a canary is CANARY- or canary- and 32 hexadecimal digits", place=f"line {number}")
    return frozenset(found)
