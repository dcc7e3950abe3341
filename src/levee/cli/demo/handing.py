"""Handing findings in over the API, as a lab's machine does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx

from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID


def hand_in(token: str, batch: list[dict[str, object]]) -> tuple[list[UUID], list[str]]:
    """Hand a batch in.

    Returns:
        The keys of what was taken, and what was refused: its title, place and reason.

    Raises:
        LeveeError: the batch as a whole was refused.
    """
    response = httpx.post(
        f"{settings().site}/api/v1/findings",
        content=json.dumps({"findings": batch}).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        timeout=120,
    )
    answer = response.json()
    if not response.is_success:
        raise LeveeError(str(answer.get("title")), code="demo.refused", place=str(answer.get("place", "")))
    taken = [parse_public_id("FND", each["public_id"]) for each in answer["accepted"]]
    return taken, [f"{_titled(batch, each['place'])}: {each['message']}" for each in answer["refused"]]


def _titled(batch: Sequence[Mapping[str, object]], place: str) -> str:
    """A refused item as its sender knows it: `/findings/3/proof` becomes its title and `/proof`."""
    _, _, number, *inner = place.split("/")
    return " ".join([str(batch[int(number)]["title"]), *(["/" + "/".join(inner)] if inner else [])])
