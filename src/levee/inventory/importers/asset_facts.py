"""What files say about assets in words of their own, understood; what is not understood is remarked on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.inventory import words
from levee.inventory.types import AssetType, Criticality, Exposure, Owner, StatedAsset
from levee.inventory.windows import parse_window
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from levee.inventory.sheet import Sheet
    from levee.inventory.types import MaintenanceWindow

FACTS = (
    "owner", "owner_name", "vendor", "environment", "exposed", "exposure_source", "exposure_at", "criticality", "type",
    "window",
)  # fmt: skip


def stated_asset(sheet: Sheet, place: str, name: str, facts: Mapping[str, str]) -> StatedAsset:
    """An asset from the words of a file.

    Args:
        sheet: takes the remarks.
        place: where the words stand.
        name: of the asset.
        facts: words by the names in FACTS; others are passed over.
    """
    said = {fact: facts[fact].strip() for fact in FACTS if facts.get(fact) and not words.says_nothing(facts[fact])}
    owner = said.get("owner", "")
    kind = words.owner(owner)
    team = owner if kind is None else ""  # a person or a team of the operator's own
    maker = said.get("vendor", "") if kind in {Owner.VENDOR, Owner.MANUFACTURER} else ""
    exposure = _exposure(sheet, place, said.get("exposed", ""))
    return StatedAsset(
        name=name,
        owner=kind,
        owner_name=said.get("owner_name") or team or maker,
        environment=said.get("environment", ""),
        exposure=exposure,
        exposure_source=said.get("exposure_source", "") if exposure is not Exposure.UNKNOWN else "",
        exposure_at=_moment(sheet, place, said.get("exposure_at", "")) if exposure is not Exposure.UNKNOWN else None,
        criticality=_criticality(sheet, place, said.get("criticality", "")),
        type=_type(sheet, place, said.get("type", "")),
        window=_window(sheet, place, said.get("window", "")),
    )


def _exposure(sheet: Sheet, place: str, text: str) -> Exposure:
    found = words.exposure(text)
    if text and found is Exposure.UNKNOWN:
        sheet.remark(place, text, "says neither yes nor no about exposure")
    return found


def _criticality(sheet: Sheet, place: str, text: str) -> Criticality:
    found = words.criticality(text)
    if text and found is Criticality.UNKNOWN:
        sheet.remark(place, text, "is not a criticality that Levee knows: high, medium, low")
    return found


def _type(sheet: Sheet, place: str, text: str) -> AssetType:
    found = words.asset_type(text)
    if text and found is AssetType.UNKNOWN:
        sheet.remark(place, text, "is not a type that Levee knows: it, ot, medical, vendor service")
    return found


def _moment(sheet: Sheet, place: str, text: str) -> datetime | None:
    found = words.moment(text) if text else None
    if text and found is None:
        sheet.remark(place, text, "is not a date that Levee reads, such as 2026-11-28: the day of the import is taken")
    return found


def _window(sheet: Sheet, place: str, text: str) -> MaintenanceWindow | None:
    try:
        return parse_window(text)
    except BadInput as error:
        sheet.remark(place, text, f"{error.message}; {error.advice()}")
        return None
