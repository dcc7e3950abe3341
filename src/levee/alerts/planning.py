"""What leaves at its hour: the daily mail, and the weekly brief, of which each plans the next."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.alerts import raising, rows, scopes, timing
from levee.alerts.models import Alert, Delivery
from levee.alerts.types import Channel, DeliveryState, Purpose
from levee.exposure import selectors as exposure
from levee.exposure.brief.page import as_html
from levee.exposure.brief.paper import as_pdf
from levee.exposure.brief.text import as_text
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.alerts.raising import Way
    from levee.alerts.types import Preferences
    from levee.exposure.brief.content import Brief
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

HOUR = timing.HOUR
WRITE = "alerts.write"
MOST = 200


def plan_brief(act: Act, preferences: Preferences) -> None:
    """Put the next weekly brief into the outbox, in place of one that waits there; none where none is wanted."""
    mine = Delivery.unscoped.filter(scopes.visible(act.actor), purpose=Purpose.BRIEF, state=DeliveryState.HELD)
    mine.update(state=DeliveryState.DROPPED, ended_at=act.now, answer="planned anew")
    if preferences.brief_day is None:
        return
    at = timing.next_at(act.now, preferences, preferences.digest_at, weekday=preferences.brief_day)
    key = act.new_id()
    Delivery.unscoped.bulk_create(
        [
            Delivery(
                id=key,
                organisation=act.actor.party,
                key=f"brief {key}",
                channel=Channel.MAIL,
                purpose=Purpose.BRIEF,
                state=DeliveryState.HELD,
                queued_at=act.now,
                not_before=at,
            )
        ]
    )


def write(actor: Actor, delivery: UUID) -> None:
    """The handler of `WRITE`: the hour has come, so write what a delivery says; it leaves right after.

    Args:
        actor: a run for the operator.
        delivery: its key.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        hold(f"exposure {actor.party}")  # an act that is about to add to this mail ends first
        row = Delivery.unscoped.filter(scopes.visible(actor), id=delivery, state=DeliveryState.WRITING).first()
        if row is None:
            return
        way = raising.way_of(act)
        if row.purpose == Purpose.BRIEF:
            plan_brief(act, way.preferences)
        if not way.address:
            _drop(act, row, "no mail is wanted")
        elif row.purpose == Purpose.BRIEF:
            _write_brief(act, row, way)
        else:
            _write_collected(act, row, way)


def _write_collected(act: Act, row: Delivery, way: Way) -> None:
    waiting = Alert.unscoped.filter(scopes.visible(act.actor), waits=True).order_by("-urgent", "due_at", "at", "id")
    found = list(waiting[:MOST])
    standing = exposure.standing(act.actor, {each.action for each in found if each.action})
    for each in found:
        each.waits, each.taken_back = False, each.kind != "stand_down" and each.action not in standing
    worth = [each for each in found if not each.taken_back]
    if worth:
        raising.fill(row, raising.letter(act, way, worth, purpose=Purpose.COLLECTED, key=row.key))
        for each in worth:
            each.told = row.id
    else:
        _drop(act, row, "nothing was left to tell")
    Alert.unscoped.bulk_update(found, ["waits", "told", "taken_back"], batch_size=MOST)


def _write_brief(act: Act, row: Delivery, way: Way) -> None:
    brief = exposure.brief(act.actor)
    row.to, row.subject, row.state, row.not_before = (
        way.address,
        "Levee: what to do this week",
        DeliveryState.WAITING,
        act.now,
    )
    row.raw = enclosed(brief)
    row.save(update_fields=["to", "subject", "state", "not_before", "raw"])


def enclosed(brief: Brief) -> bytes:
    """The body of a mail with the brief as text, as HTML, and on paper."""
    message = EmailMessage(policy=SMTP)
    message.set_content(as_text(brief), cte="base64")
    message.add_alternative(as_html(brief, site=rows.site()), subtype="html", cte="base64")
    message.add_attachment(as_pdf(brief), maintype="application", subtype="pdf", filename="brief.pdf")
    return message.as_bytes()


def _drop(act: Act, row: Delivery, why: str) -> None:
    row.state, row.ended_at, row.answer = DeliveryState.DROPPED, act.now, why
    row.save(update_fields=["state", "ended_at", "answer"])


def due(act: Act, most: int) -> Sequence[tuple[UUID, UUID]]:
    """Mark what is to be written now, for a run that posts.

    Returns:
        Deliveries with their organisations; each is written by a run of its own.
    """
    found = list(
        Delivery.unscoped.filter(state=DeliveryState.HELD, not_before__lte=act.now)
        .select_for_update(skip_locked=True, of=("self",))
        .only("id", "organisation")
        .order_by("not_before")[:most]
    )
    for row in found:
        # A fresh key: what comes from now on for the same hour finds no place here, and makes its own.
        row.state, row.key = DeliveryState.WRITING, f"written {row.id}"
    Delivery.unscoped.bulk_update(found, ["state", "key"], batch_size=most)
    return [(row.id, row.organisation) for row in found]
