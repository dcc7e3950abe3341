"""The words by which files say who keeps an asset, how exposed and how important it is. Pure."""

from __future__ import annotations

from levee.inventory.types import Criticality, Exposure, Owner

_NOTHING = frozenset({"", "?", "-", "n/a", "na", "none", "tbd", "unknown"})
_OWNERS = {
    Owner.US: {"us", "we", "self", "own", "internal", "in-house", "inhouse", "it"},
    Owner.VENDOR: {"vendor", "provider", "supplier", "msp", "third party", "third-party", "external", "contractor"},
    Owner.MANUFACTURER: {"manufacturer", "maker", "oem"},
}
_CRITICALITIES = {
    Criticality.HIGH: {"high", "critical", "very high", "highest", "essential", "tier 1", "yes"},
    Criticality.MEDIUM: {"medium", "moderate", "normal", "tier 2"},
    Criticality.LOW: {"low", "very low", "minor", "tier 3", "no"},
}
_EXPOSURES = {
    Exposure.YES: {"yes", "true", "1", "internet", "public", "external"},
    Exposure.NO: {"no", "false", "0", "internal", "private"},
}


def says_nothing(text: str) -> bool:
    """Whether a field is a way of saying nothing."""
    return _folded(text) in _NOTHING


def owner(text: str) -> Owner | None:
    """Who keeps an asset; None for a word that names somebody instead of a kind."""
    return next((kind for kind, known in _OWNERS.items() if _folded(text) in known), None)


def criticality(text: str) -> Criticality:
    """How important an asset is; unknown for any other word."""
    return next((kind for kind, known in _CRITICALITIES.items() if _folded(text) in known), Criticality.UNKNOWN)


def exposure(text: str) -> Exposure:
    """Whether an asset can be reached from the internet; unknown for any other word."""
    return next((kind for kind, known in _EXPOSURES.items() if _folded(text) in known), Exposure.UNKNOWN)


def _folded(text: str) -> str:
    return " ".join(text.lower().split())
