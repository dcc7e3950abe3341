"""Webhooks and their calls, as their organisation sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import types

if TYPE_CHECKING:
    from levee.cases.models import Call, Hook


def hook(row: Hook) -> types.Hook:
    """Without its secret."""
    return types.Hook(id=row.id, url=row.url, created_at=row.created_at, failed_at=row.failed_at, paused=row.paused)


def call(row: Call) -> types.Call:
    """A line of the log."""
    return types.Call(
        id=row.id,
        url=row.url,
        case=row.case,
        what=types.Changed(row.what) if row.what else None,
        state=types.CallState(row.state),
        queued_at=row.queued_at,
        not_before=row.not_before,
        ended_at=row.ended_at,
        attempts=row.attempts,
        answer=row.answer,
    )
