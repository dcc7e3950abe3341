"""Calling webhooks: by a run for the organisation that they are of, which sees what it sees, and nothing after that.

A call says that a case changed, never what it holds. Whether the organisation still sees the change is looked at when a
call is made, not only when it is planned.
"""

from __future__ import annotations

import json
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.cases import changing, scopes
from levee.cases.models import Call, Change, Hook
from levee.cases.services.hooking import secret_of
from levee.cases.types import CallState, Changed
from levee.kernel.errors import LeveeError, Unavailable
from levee.kernel.ids import public_id
from levee.platform import webhooks
from levee.platform.database.acting import acting
from levee.platform.database.asking import ask
from levee.platform.jobs import enqueue
from levee.platform.jobs.work import standing_run
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LOOK_FOR_CHANGES = "cases.look_for_changes"
CALL_WEBHOOK = "cases.call_webhook"
LOOK_SECONDS = 1.0
AT_A_TIME, CALLS_AT_A_TIME = 100, 8
LEASE = timedelta(minutes=2)
"""So long a webhook is left to the run that works on it."""

_log = logging.getLogger(__name__)


def look_for_changes(stop: Callable[[], bool]) -> None:
    """Give every webhook for which there is something to call a job, until told to stop.

    Args:
        stop: whether to.
    """
    try:
        with standing_run(LOOK_FOR_CHANGES, party=clearinghouse()) as actor:
            while not stop():
                try:
                    look_for_changes_once(actor)
                except Exception:  # noqa: BLE001 - it is looked again, whatever went wrong
                    _log.warning("webhooks of cases could not be looked at", exc_info=True)
                    connection.close()
                time.sleep(LOOK_SECONDS)
    finally:
        connection.close()


def look_for_changes_once(actor: Actor) -> int:
    """Give each of them a job, by a run for its organisation.

    Args:
        actor: a run of the clearinghouse.

    Returns:
        How many got one.
    """
    with acting(actor) as act:
        due = ask("select id, organisation from levee_webhooks_due(%s)", [act.now])
        for hook, organisation in due:
            enqueue(act, CALL_WEBHOOK, subject=hook, party=organisation)
    return len(due)


def call_webhook(actor: Actor, hook: UUID) -> None:
    """Plan the calls of a webhook, and make those that are due.

    Args:
        actor: a run for its organisation.
        hook: the webhook; nothing is done where it was removed.
    """
    try:
        while calls := _claimed(actor, hook):
            _make(actor, hook, calls)
    finally:
        with acting(actor):
            Hook.unscoped.filter(scopes.webhooks(actor), id=hook).update(look_at=None)


def _claimed(actor: Actor, key: UUID) -> Sequence[tuple[Call, str]]:
    """What is to be called now, each with its secret; what its organisation sees no more is dropped."""
    with acting(actor) as act:
        demand(act, Action.WEBHOOK_CALL, of=actor.party)
        hook = Hook.unscoped.filter(scopes.webhooks(actor), id=key).first()
        waiting = Call.unscoped.filter(scopes.webhooks(actor), hook=key, state=CallState.WAITING)
        if hook is None or hook.ended_at is not None:
            waiting.update(state=CallState.DROPPED, ended_at=act.now, answer="the webhook was removed")
            return ()
        Hook.unscoped.filter(scopes.webhooks(actor), id=key).update(look_at=act.now + LEASE)
        if hook.paused:
            given_up = waiting.exclude(change=None)
            given_up.update(state=CallState.FAILED, ended_at=act.now, answer="the webhook was given up")
        else:
            _plan(act, hook)
        found = list(waiting.filter(not_before__lte=act.now).order_by("not_before", "queued_at")[:CALLS_AT_A_TIME])
        seen = changing.still_seen(act, [row.change for row in found if row.change])
        gone = [row.id for row in found if row.change and row.change not in seen]
        waiting.filter(id__in=gone).update(state=CallState.DROPPED, ended_at=act.now, answer="it is seen no more")
        secret = secret_of(hook.generation)
        left = [(row, secret) for row in found if row.id not in gone]
    return left or (_claimed(actor, key) if gone else ())


def _plan(act: Act, hook: Hook) -> None:
    """Put what changed since into the outbox; what there is and is held back is passed over for good."""
    newest = Change.unscoped.filter(scopes.changes(act.actor)).aggregate(at=Max("told_at"))["at"]
    found = changing.rows_after(act, hook.after, AT_A_TIME)
    Call.unscoped.bulk_create((_planned(act, hook, row) for row in found), ignore_conflicts=True)
    reached = [row.told_at for row in found[-1:] if row.told_at]
    if len(found) < AT_A_TIME and newest is not None:
        reached.append(newest)
    if reached and max(reached) > hook.after:
        Hook.unscoped.filter(scopes.webhooks(act.actor), id=hook.id).update(after=max(reached))


def _planned(act: Act, hook: Hook, row: Change) -> Call:
    return Call(
        id=act.new_id(),
        organisation=hook.organisation,
        hook=hook.id,
        url=hook.url,
        change=row.id,
        case=row.case,
        what=row.what,
        state=CallState.WAITING,
        queued_at=act.now,
        not_before=act.now,
    )


def _make(actor: Actor, hook: UUID, calls: Sequence[tuple[Call, str]]) -> None:
    with acting(actor) as act:
        now = act.now
    with ThreadPoolExecutor(CALLS_AT_A_TIME) as pool:
        answers = list(pool.map(lambda each: _call(each[0], each[1], now), calls))
    with acting(actor) as act:
        own = Call.unscoped.filter(scopes.webhooks(actor), state=CallState.WAITING)
        for (row, _), (again, said) in zip(calls, answers, strict=True):
            own.filter(id=row.id).update(**_ended(row, act.now, again=again, said=said))
        well = any(again is None for again, _ in answers)
        about = Hook.unscoped.filter(scopes.webhooks(actor), id=hook)
        if well:
            about.update(failed_at=None)
        else:
            about.filter(failed_at=None).update(failed_at=act.now)
            if any(row.change and row.attempts + 1 >= webhooks.MOST_TRIES for row, _ in calls):
                about.update(paused=True)


def _ended(row: Call, now: datetime, *, again: bool | None, said: str) -> dict[str, object]:
    """What becomes of a call: None for `again` where it was taken, else whether it is worth another try."""
    told: dict[str, object] = {"attempts": row.attempts + 1, "answer": said}
    if again is None:
        return told | {"state": CallState.SENT, "ended_at": now}
    if not again or row.change is None or row.attempts + 1 >= webhooks.MOST_TRIES:
        return told | {"state": CallState.FAILED, "ended_at": now}
    return told | {"not_before": webhooks.next_try(now, row.attempts + 1)}


def _call(row: Call, secret: str, now: datetime) -> tuple[bool | None, str]:
    try:
        return None, webhooks.call(row.url, row.id, body_of(row), secret=secret, now=now)
    except Unavailable as error:
        return True, error.message
    except LeveeError as error:
        return False, error.message


def body_of(row: Call) -> str:
    """What a call says: which case changed, what of it, and from where on to ask for more."""
    delivery = public_id("DLV", row.id)
    if row.change is None or row.case is None:
        return json.dumps({"type": "test", "delivery": delivery})
    return json.dumps(
        {
            "type": "case.changed",
            "delivery": delivery,
            "case": public_id("CAS", row.case),
            "what": Changed(row.what),
            "cursor": public_id("CHG", row.change),
        }
    )
