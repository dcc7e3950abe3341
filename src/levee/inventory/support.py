"""What files say about the end of support: which product, and until when its maker mends it. Pure.

An inventory states a date beside a component or an asset, or that there is no support any more; scanners say the
latter in titles of their own. Either becomes a finding about the product, so that it is kept, shown and ended as all
others are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.inventory import words
from levee.inventory.types import INVENTORY, StatedFinding

if TYPE_CHECKING:
    from levee.inventory.sheet import Sheet
    from levee.inventory.types import StatedComponent

RULE = "end of support"
LONGEST = 120
_OVER = frozenset({"eol", "eos", "end of life", "end of support", "unsupported", "not supported", "expired", "ended"})
_GOES_ON = frozenset({"supported", "active", "current", "no end", "none planned", "in support"})
_SAID = re.compile(
    r"\b(?:SEoL|EOL|end[ -]of[ -](?:life|support)|obsolete)\b|\bno longer (?:supported|maintained)\b"
    r"|\bunsupported (?:version|installation|software|operating|web server|windows|unix|linux|os\b)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"\b(?:is|has|reached|detection|detected|version|software|installation)\b|\(\s*\)|[:/|]", re.IGNORECASE
)


def says_ended(found: StatedFinding) -> bool:
    """Whether a finding says that nobody mends a product any more, and not that it has some flaw."""
    if found.rule == RULE:
        return True
    return not any(name.startswith("CVE-") for name in found.vulnerabilities) and bool(_SAID.search(found.title))


def product(found: StatedFinding) -> str:
    """What has no support, in the words of whoever says so."""
    if found.stated:
        return found.stated[:LONGEST]
    left = _AROUND.sub(" ", _SAID.sub(" ", found.title))
    return " ".join(left.split()).strip(" -,;.")[:LONGEST] or found.title[:LONGEST]


def state_support(sheet: Sheet, place: str, text: str, *, asset: str, about: StatedComponent | str) -> None:
    """Note until when something is supported, where a row says so beside what it is about.

    Args:
        sheet: takes the finding, or a remark about a word that is none.
        place: where the row stands.
        text: a date such as 2027-01-31, or that support is over; empty where the row says nothing.
        asset: the asset's name.
        about: the component as the row states it, or the asset's own system or model in words.
    """
    word = " ".join(text.lower().split())
    if words.says_nothing(text) or word in _GOES_ON:
        return
    ends = words.moment(text)
    if ends is None and word not in _OVER:
        sheet.remark(place, text, "is no end of support that Levee reads: a date such as 2027-01-31, or unsupported")
        return
    stated, name, version = (about, "", "") if isinstance(about, str) else (about.stated, about.name, about.version)
    sheet.finding_beside(
        StatedFinding(
            place=place,
            asset=asset,
            source=INVENTORY,
            rule=RULE,
            title=f"Support for {stated} {f'ends on {ends:%Y-%m-%d}' if ends else 'has ended'}",
            stated=stated,
            name=name or (stated if version else ""),
            version=version,
            support_ends=ends.date() if ends else None,
        )
    )
