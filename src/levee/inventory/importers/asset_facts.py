"""What files say about assets in words of their own, understood."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from levee.inventory import words
from levee.inventory.types import Criticality, StatedAsset

if TYPE_CHECKING:
    from levee.inventory.sheet import Sheet


def with_words(sheet: Sheet, place: str, stated: StatedAsset, *, owner: str, criticality: str) -> StatedAsset:
    """An asset with the words about its owner and weight understood; words that are not known are remarked on."""
    kind, weight = words.owner(owner), words.criticality(criticality)
    if weight is Criticality.UNKNOWN and not words.says_nothing(criticality):
        sheet.remark(place, criticality, "is not a criticality that Levee knows: high, medium, low")
    if kind is None and not words.says_nothing(owner):
        stated = replace(stated, owner_name=stated.owner_name or owner)  # a person or a team of the operator's own
    return replace(stated, owner=kind, criticality=weight)
