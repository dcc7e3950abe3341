"""Handing the outbox to the ways out: what is due is claimed, handed over, and marked by the answer to it."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.alerts import planning
from levee.alerts.models import Delivery, Hook
from levee.alerts.types import Channel, DeliveryState
from levee.kernel.errors import BadInput, LeveeError, Unavailable
from levee.platform import webhooks
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.jobs.work import standing_run
from levee.platform.mail import in_wire_form, with_body
from levee.platform.ports import post
from levee.platform.postman import Answer, Outcome, Outgoing
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

POST = "alerts.post"
AT_A_TIME = 200
MARKED_AT_A_TIME = 100
CALLS_AT_A_TIME = 8
LOOK_SECONDS = 0.2
LOST_AFTER = timedelta(seconds=15)
"""What left the outbox so long ago without an answer is asked for again: the post answers for what it has sent."""

_DUE = """
select exists (select from alerts_delivery where state = 'held' and not_before <= %(now)s),
    exists (select from alerts_delivery where state = 'waiting' and not_before <= %(now)s and channel = 'mail')
    or exists (select from alerts_delivery where state = 'leaving' and leaving_at < %(lost)s and channel = 'mail'),
    exists (select from alerts_delivery where state = 'waiting' and not_before <= %(now)s and channel = 'webhook')
    or exists (select from alerts_delivery where state = 'leaving' and leaving_at < %(lost)s and channel = 'webhook')
"""

_log = logging.getLogger(__name__)


def post_for_ever(stop: Callable[[], bool]) -> None:
    """Look into the outbox several times a second until told to stop; every worker of the operators' side does.

    Args:
        stop: whether to.
    """
    try:
        with standing_run(POST, party=clearinghouse()) as actor:
            while not stop():
                try:
                    busy = post_once(actor)
                except Exception:  # noqa: BLE001 - the outbox is looked at again, whatever went wrong
                    _log.warning("the outbox could not be worked off", exc_info=True)
                    connection.close()
                    busy = 0
                if not busy:
                    time.sleep(LOOK_SECONDS)
    finally:
        connection.close()


def post_once(actor: Actor) -> int:
    """Hand over what is due.

    Args:
        actor: a run of the kind `POST`.

    Returns:
        How much there was to do.
    """
    with acting(actor) as act:
        to_write, mails, calls = _due(act)
        found = planning.due(act, AT_A_TIME) if to_write else ()
        for key, organisation in found:
            enqueue(act, planning.WRITE, subject=key, party=organisation)
    return len(found) + (_post_mail(actor) if mails else 0) + (_post_calls(actor) if calls else 0)


def _due(act: Act) -> tuple[bool, bool, bool]:
    """Whether there is anything to write, to mail and to call: all that a look into an outbox without news costs."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"now": act.now, "lost": act.now - LOST_AFTER})
        to_write, mails, calls = cursor.fetchone() or (False, False, False)
    return to_write, mails, calls


def _claimed(act: Act, channel: Channel, most: int) -> Sequence[Delivery]:
    """Take what is due out of the outbox, and what was taken long ago and never answered for."""
    waiting = Delivery.unscoped.filter(channel=channel, state=DeliveryState.WAITING, not_before__lte=act.now)
    lost = Delivery.unscoped.filter(channel=channel, state=DeliveryState.LEAVING, leaving_at__lt=act.now - LOST_AFTER)
    found = [
        row
        for rows in (waiting, lost)
        for row in rows.select_for_update(skip_locked=True, of=("self",)).order_by("not_before")[:most]
    ]
    Delivery.unscoped.filter(id__in=[row.id for row in found]).update(state=DeliveryState.LEAVING, leaving_at=act.now)
    return found


def _post_mail(actor: Actor) -> int:
    with acting(actor) as act:
        claimed = _claimed(act, Channel.MAIL, AT_A_TIME)
    if not claimed:
        return 0
    letters, refused = _letters(claimed)
    _mark(actor, refused)
    waiting: list[Answer] = []
    try:
        for answer in post().hand_over(letters):
            waiting.append(answer)
            if len(waiting) >= MARKED_AT_A_TIME:
                _mark(actor, waiting)
                waiting = []
    finally:
        _mark(actor, waiting)
    return len(claimed)


def _letters(rows: Iterable[Delivery]) -> tuple[list[Outgoing], list[Answer]]:
    made, refused = [], []
    for row in rows:
        try:
            made.append(Outgoing(row.id, row.to, _wire(row)))
        except BadInput as error:
            refused.append(Answer(row.id, Outcome.REFUSED, error.message))
    return made, refused


def _wire(row: Delivery) -> bytes:
    sender = settings().mail_from
    if row.raw is not None:
        return with_body(row.id, sender=sender, to=row.to, subject=row.subject, body=bytes(row.raw), at=row.not_before)
    return in_wire_form(row.id, sender=sender, to=row.to, subject=row.subject, text=row.body, at=row.not_before)


def _mark(actor: Actor, answers: Sequence[Answer]) -> None:
    """Note how handing over ended; what was not taken is tried again, and in the end given up, for everybody to see."""
    if not answers:
        return
    with acting(actor) as act:
        mine = Delivery.unscoped.filter(state=DeliveryState.LEAVING)
        for said in {answer.said for answer in answers if answer.outcome is Outcome.SENT}:
            keys = [answer.id for answer in answers if answer.outcome is Outcome.SENT and answer.said == said]
            mine.filter(id__in=keys).update(state=DeliveryState.SENT, ended_at=act.now, answer=said, body="", raw=None)
        ended = {answer.id: answer for answer in answers if answer.outcome is not Outcome.SENT}
        for row in mine.filter(id__in=list(ended)):
            _put_back(row, ended[row.id], act.now)
            row.save(update_fields=["state", "attempts", "not_before", "ended_at", "answer"])


def _put_back(row: Delivery, answer: Answer, now: datetime) -> None:
    row.attempts += 1
    row.answer = f"may arrive twice: {answer.said}" if answer.outcome is Outcome.UNSURE else answer.said
    if answer.outcome is Outcome.REFUSED or row.attempts >= webhooks.MOST_TRIES:
        row.state, row.ended_at = DeliveryState.FAILED, now
    else:
        row.state, row.not_before = DeliveryState.WAITING, webhooks.next_try(now, row.attempts)


def _post_calls(actor: Actor) -> int:
    with acting(actor) as act:
        claimed = _claimed(act, Channel.WEBHOOK, CALLS_AT_A_TIME)
        live = set(
            Hook.unscoped.filter(id__in=[row.hook for row in claimed], ended_at=None, paused=False).values_list(
                "id", flat=True
            )
        )
    if not claimed:
        return 0
    with ThreadPoolExecutor(CALLS_AT_A_TIME) as pool:
        answers = list(pool.map(lambda row: _call(row, act.now, live), claimed))
    _mark(actor, answers)
    _note_hooks(actor, claimed, answers)
    return len(claimed)


def _call(row: Delivery, now: datetime, live: set[UUID]) -> Answer:
    if row.hook is None or (row.hook not in live and row.purpose != "test"):
        return Answer(row.id, Outcome.REFUSED, "the webhook was removed, or given up")
    try:
        return Answer(row.id, Outcome.SENT, _said(row, row.hook, now))
    except Unavailable as error:
        return Answer(row.id, Outcome.LATER, error.message)
    except LeveeError as error:
        return Answer(row.id, Outcome.REFUSED, error.message)


def _said(row: Delivery, hook: UUID, now: datetime) -> str:
    secret = webhooks.secret_of(hook.bytes)
    return webhooks.call(row.to, row.id, row.body, secret=secret, now=now)


def _note_hooks(actor: Actor, rows: Sequence[Delivery], answers: Sequence[Answer]) -> None:
    """A webhook that works is well; one with a delivery that was given up is paused, and its operator sees so."""
    ended = {answer.id: answer.outcome for answer in answers}
    well = {row.hook for row in rows if row.hook and ended[row.id] is Outcome.SENT}
    ill = {row.hook for row in rows if row.hook and ended[row.id] is not Outcome.SENT} - well
    with acting(actor) as act:
        Hook.unscoped.filter(id__in=well).exclude(failed_at=None).update(failed_at=None)
        Hook.unscoped.filter(id__in=ill, failed_at=None).update(failed_at=act.now)
        given_up = Delivery.unscoped.filter(
            id__in=[row.id for row in rows], state=DeliveryState.FAILED, attempts__gte=webhooks.MOST_TRIES
        )
        Hook.unscoped.filter(id__in=given_up.values_list("hook", flat=True)).update(paused=True)


@contextmanager
def posting() -> Iterator[Actor]:
    """A run that posts, for tests and programs."""
    with standing_run(POST, party=clearinghouse()) as actor:
        yield actor
