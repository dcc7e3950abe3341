from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access.services import demand
from levee.alerts import raising, rows, scopes, types
from levee.alerts.feed import as_atom, as_json
from levee.alerts.models import Alert, Delivery, FeedToken, Hook
from levee.alerts.services import digest_of
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.policy.actors import Actor

NEWEST = 50
_FEED = (
    "select organisation, id, at, kind, action, forensic, title, reason, band, due_at, urgent from levee_feed(%s, %s)"
)


def preferences(actor: Actor) -> types.Preferences:
    """How the operator is told: as it chose, or as usual."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        return rows.preferences(actor)


def address(actor: Actor) -> str:
    """Where its mail goes; empty where it goes nowhere."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        return raising.way_of(act).address


def hooks(actor: Actor) -> Sequence[types.Hook]:
    """The webhooks that are called, and those that were given up."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        found = Hook.unscoped.filter(scopes.visible(actor), ended_at=None).order_by("created_at", "id")
        return [rows.hook(row) for row in found]


def feed_tokens(actor: Actor) -> Sequence[types.FeedToken]:
    """The secret addresses of the feed, without their secrets."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        found = FeedToken.unscoped.filter(scopes.visible(actor)).order_by("-created_at", "id")
        return [rows.feed_token(row) for row in found]


def alerts(actor: Actor, *, limit: int = NEWEST) -> Sequence[types.Alert]:
    """What the operator was told or is to be told, the newest first."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        found = Alert.unscoped.filter(scopes.visible(actor)).order_by("-at", "id")[:limit]
        return [rows.alert(row) for row in found]


def log(actor: Actor, *, limit: int = NEWEST) -> Sequence[types.Delivery]:
    """What was sent when and how it ended, the newest first."""
    with acting(actor) as act:
        demand(act, Action.ALERT_SEE, of=actor.party)
        found = Delivery.unscoped.filter(scopes.visible(actor)).order_by("-queued_at", "id")[:limit]
        return [rows.delivery(row) for row in found]


def feed(secret: str) -> tuple[UUID, Sequence[types.Alert]]:
    """The newest alerts of the operator whose feed has this secret.

    Returns:
        The operator's key, and its alerts, the newest first.

    Raises:
        NotFound: no open address has it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FEED, [digest_of(secret), NEWEST])
        found = cursor.fetchall()
    if not found:
        raise NotFound("there is nothing here by that name")
    told = [
        types.Alert(
            id=key,
            at=at,
            kind=types.AlertKind(kind),
            action=action,
            forensic=forensic,
            title=title,
            reason=reason,
            band=band,
            due_at=due_at,
            urgent=urgent,
        )
        for _, key, at, kind, action, forensic, title, reason, band, due_at, urgent in found
        if key is not None
    ]
    return found[0][0], told


def feed_as_atom(secret: str) -> bytes:
    """The same as Atom; raises as `feed` does."""
    organisation, told = feed(secret)
    return as_atom(organisation, told, site=rows.site(), now=ports().clock.now())


def feed_as_json(secret: str) -> str:
    """The same as JSON Feed; raises as `feed` does."""
    organisation, told = feed(secret)
    return as_json(organisation, told, site=rows.site())
