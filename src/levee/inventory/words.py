"""The words by which files say who keeps an asset, how exposed and how important it is. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from levee.inventory.types import AssetType, Criticality, Exposure, Owner

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
_TYPES = {
    AssetType.IT: {
        "it", "server", "workstation", "desktop", "laptop", "notebook", "pc", "computer", "virtual machine", "vm",
        "host", "container", "switch", "router", "firewall", "access point", "printer", "phone", "tablet", "nas",
        "appliance", "network device", "application", "web server", "database", "atm", "kiosk", "camera",
    },
    AssetType.OT: {
        "ot", "ics", "plc", "hmi", "rtu", "scada", "dcs", "historian", "engineering workstation", "controller", "pump",
        "sensor", "meter", "industrial", "building automation", "bms", "ied", "relay", "drive",
        "operational technology",
    },
    AssetType.MEDICAL: {
        "medical", "medical device", "biomed", "biomedical", "iomt", "infusion pump", "imaging", "patient monitor",
        "ventilator", "mri", "ct scanner", "x-ray", "ultrasound", "pacs", "modality",
    },
    AssetType.VENDOR_SERVICE: {
        "vendor service", "service", "saas", "cloud service", "cloud", "hosted", "managed service", "core provider",
        "provider service", "third-party service", "outsourced",
    },
}  # fmt: skip
_MOMENTS = ("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%a %b %d %H:%M:%S %Y")
_EXPOSURES = {
    Exposure.YES: {"yes", "true", "1", "internet", "public", "external"},
    Exposure.NO: {"no", "false", "0", "internal", "private"},
}


@lru_cache(maxsize=4096)
def says_nothing(text: str) -> bool:
    """Whether a field is a way of saying nothing."""
    return _folded(text) in _NOTHING


@lru_cache(maxsize=4096)
def owner(text: str) -> Owner | None:
    """Who keeps an asset; None for a word that names somebody instead of a kind."""
    return next((kind for kind, known in _OWNERS.items() if _folded(text) in known), None)


@lru_cache(maxsize=4096)
def criticality(text: str) -> Criticality:
    """How important an asset is; unknown for any other word."""
    return next((kind for kind, known in _CRITICALITIES.items() if _folded(text) in known), Criticality.UNKNOWN)


@lru_cache(maxsize=4096)
def exposure(text: str) -> Exposure:
    """Whether an asset can be reached from the internet; unknown for any other word."""
    return next((kind for kind, known in _EXPOSURES.items() if _folded(text) in known), Exposure.UNKNOWN)


@lru_cache(maxsize=4096)
def asset_type(text: str) -> AssetType:
    """What an asset is; unknown for any other word."""
    word = _folded(re.sub(r"[_-]+", " ", text))
    return next((kind for kind, known in _TYPES.items() if word in known or _folded(text) in known), AssetType.UNKNOWN)


@lru_cache(maxsize=4096)
def moment(text: str) -> datetime | None:
    """A date or a moment: ISO 8601, or with the month in English letters; UTC where it names no zone.

    Dates in figures alone, such as 03/04/2026, are read differently on both sides of the ocean: None.
    """
    found = _iso(text.strip()) or _spelt(text.strip())
    if found is None:
        return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:  # the first or the last day there is, in another zone
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _spelt(text: str) -> datetime | None:
    for shape in _MOMENTS:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 - the caller gives it a zone
        except ValueError:
            continue
    return None


def _folded(text: str) -> str:
    return " ".join(text.lower().split())
