"""What a scanner's finding is about: the one thing that has to be changed, so that findings with one fix are one. Pure.

A package that advisories know keeps their name for it, so that both meet. All else is named by the product to upgrade
or, where there is none, by what the scanner advises.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.inventory.support import product, says_ended
from levee.inventory.types import ADVICE, PRODUCT, SUPPORT, Subject

if TYPE_CHECKING:
    from levee.inventory.types import StatedFinding

UPDATES = "Install the updates of the operating system"
NO_FIX = "Let only those who need it reach it: {} has no fix yet for some of its packages"
DISTRIBUTIONS = frozenset(
    {
        "Debian", "Ubuntu", "Alpine", "Wolfi", "Chainguard", "AlmaLinux", "Rocky Linux", "Red Hat", "openSUSE", "SUSE",
        "Mageia", "openEuler", "Photon OS",
    }
)  # fmt: skip
LONGEST = 120
_PRODUCT = r"(?P<product>[A-Z][\w+#&/. -]{1,60}?)"
_VERSION = r"(?P<version>\d[\w.+-]*)"
_ONE_WORD = r"(?!(?:it|them|this|the|all) )(?P<product>[\w@][\w+#&/.-]*)"
_SHORT = r"(?P<version>\d+(?:\.\d[\w-]*)+|\d+(?= or (?:later|newer|higher)))"
_UPGRADE = r"\b[Uu]p(?:grade|date)"
_UPGRADES = (
    re.compile(rf"{_UPGRADE} {_ONE_WORD} to (?:version )?(?P<version>\d[\w.:+~-]*\w)"),
    re.compile(rf"{_UPGRADE}(?: to)? {_PRODUCT},? (?:version|release) {_VERSION}"),
    re.compile(
        rf"{_UPGRADE}(?: to)? {_PRODUCT}(?: to)? (?P<version>\d+(?:\.\d[\w-]*)+|\d+(?= or (?:later|newer|higher)))"
    ),
    re.compile(rf"{_UPGRADE} to (?:the latest|a supported|a) version of {_PRODUCT}(?: that\b|[.,]|$)"),
)
_TITLE = re.compile(rf"^{_PRODUCT}(?: (?:[\d.x]+|/|-))* <=? ?(?P<version>\d+\.\d[\w.+-]*)")
_PACKAGES = re.compile(
    r"^(?:update|upgrade|install) the (?:affected|relevant|updated)\b[\w .,/+-]*\bpackages?\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"(?<=[^\d.])\.(?:\s|$)")
_MARK = re.compile(r"^[-*•\s]+")


def subject(found: StatedFinding) -> Subject:
    """What has to be changed for a finding to go away."""
    if says_ended(found):
        return Subject(SUPPORT, product(found))
    if found.ecosystem and found.name:
        if found.fixed or found.ecosystem not in DISTRIBUTIONS:
            return Subject(found.ecosystem, found.name, found.fixed)
        return Subject(ADVICE, NO_FIX.format(found.ecosystem))
    return Subject(PRODUCT, found.stated[:LONGEST], found.fixed) if found.stated else _advised(found)


def _advised(found: StatedFinding) -> Subject:
    """By what the scanner advises, where it names no package."""
    advice = " ".join(found.solution.split())
    if _PACKAGES.match(advice):
        return Subject(ADVICE, UPDATES)
    for words in (advice, found.title):
        named = _upgrade(words) if words is advice else _TITLE.match(words)
        if named:
            version = found.fixed or named.groupdict().get("version") or ""
            return Subject(PRODUCT, named["product"].strip(" -,"), version.rstrip("."))
    return Subject(ADVICE, _sentence(advice) or found.title[:LONGEST] or found.rule[:LONGEST])


def _upgrade(advice: str) -> re.Match[str] | None:
    return next((named for pattern in _UPGRADES if (named := pattern.search(advice))), None)


def _sentence(advice: str) -> str:
    """The first sentence, cut between words."""
    first = _MARK.sub("", _SENTENCE.split(advice, 1)[0]).rstrip(".")
    if len(first) <= LONGEST:
        return first
    return f"{first[:LONGEST].rpartition(' ')[0]} …"
