"""Channels and bridges, as the people of their clearinghouse see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import types
from levee.cases.bridges.port import FINAL, Kind, Problem

if TYPE_CHECKING:
    from levee.cases.models import Bridge, Channel


def channel(row: Channel) -> types.Channel:
    """Without its token."""
    return types.Channel(id=row.id, kind=Kind(row.kind), name=row.name, base=row.base, since=row.since)


def bridge(row: Bridge, kind: str) -> types.Bridge:
    """Where the report was handed in, and how that stands."""
    return types.Bridge(
        id=row.id,
        case=row.case,
        kind=Kind(kind),
        project=row.project,
        name=row.name,
        state=types.BridgeState(row.state),
        remote=row.remote,
        url=row.url if row.url.startswith("https://") or row.url.startswith("http://") else "",
        remote_state=row.remote_state,
        remote_at=row.remote_at,
        claims=FINAL.get(row.remote_state, ""),
        problem=Problem(row.problem) if row.problem else None,
        detail=row.detail,
        looked_at=row.looked_at,
        look_at=row.look_at,
    )
