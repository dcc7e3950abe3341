"""Between rows and what is handed out."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import time
from typing import TYPE_CHECKING

from levee.alerts import scopes, types
from levee.alerts.models import Preference
from levee.settings import settings

if TYPE_CHECKING:
    from levee.alerts.models import Alert, Delivery, FeedToken, Hook
    from levee.policy.actors import Actor

CHOICES = tuple(field.name for field in fields(types.Preferences))


def preferences(actor: Actor) -> types.Preferences:
    """The preferences of the actor's organisation: its own, or the usual ones."""
    row = Preference.unscoped.filter(scopes.visible(actor)).first()
    if row is None:
        return types.USUAL
    return types.Preferences(**{name: getattr(row, name) for name in CHOICES} | {"says": types.Says(row.says)})


def chosen(written: str | None) -> types.Preferences:
    """The same from a row as JSON; the usual ones where there is none."""
    if written is None:
        return types.USUAL
    row = json.loads(written)
    hours = {name: row[name] and time.fromisoformat(row[name]) for name in ("quiet_from", "quiet_to", "digest_at")}
    return types.Preferences(**{name: row[name] for name in CHOICES} | hours | {"says": types.Says(row["says"])})


def site() -> str:
    """Address of the operators' pages, without a trailing slash."""
    return settings().operators_site


def alert(row: Alert) -> types.Alert:
    """What is handed out of an alert's row."""
    return types.Alert(
        id=row.id,
        at=row.at,
        kind=types.AlertKind(row.kind),
        action=row.action,
        forensic=row.forensic,
        title=row.title,
        reason=row.reason,
        band=row.band,
        due_at=row.due_at,
        urgent=row.urgent,
    )


def delivery(row: Delivery) -> types.Delivery:
    """What is handed out of a delivery's row."""
    return types.Delivery(
        id=row.id,
        channel=types.Channel(row.channel),
        purpose=types.Purpose(row.purpose),
        state=types.DeliveryState(row.state),
        to=row.to,
        subject=row.subject,
        queued_at=row.queued_at,
        not_before=row.not_before,
        ended_at=row.ended_at,
        attempts=row.attempts,
        answer=row.answer,
    )


def hook(row: Hook) -> types.Hook:
    """What is handed out of a webhook's row."""
    return types.Hook(id=row.id, url=row.url, created_at=row.created_at, failed_at=row.failed_at, paused=row.paused)


def feed_token(row: FeedToken) -> types.FeedToken:
    """What is handed out of a feed token's row."""
    return types.FeedToken(id=row.id, name=row.name, created_at=row.created_at, revoked_at=row.revoked_at)
