"""Webhooks of an organisation: called when a case changes that it takes part in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Call, Change, Hook
from levee.cases.types import CallState, HookSecret
from levee.kernel.errors import Conflict, NotFound, TooMany
from levee.ledger.services import record
from levee.platform import webhooks
from levee.platform.database.acting import acting
from levee.platform.database.asking import ask
from levee.policy.actions import Action

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

MOST_HOOKS, MOST_TESTS = 5, 6
HOUR = timedelta(hours=1)
OF_CASES = b"case"


def add_hook(actor: Actor, url: str) -> HookSecret:
    """Have an address called when a case changes that the organisation takes part in, from now on.

    Args:
        actor: one of its people.
        url: an https address.

    Returns:
        Its key, and the secret that signs its calls; shown this once.

    Raises:
        BadInput: the address may not be called. Conflict: there are five already.
    """
    address = webhooks.checked(url)
    with acting(actor) as act:
        demand(act, Action.WEBHOOK_MANAGE, of=actor.party)
        if Hook.unscoped.filter(scopes.webhooks(actor), ended_at=None).count() >= MOST_HOOKS:
            raise Conflict("there are five webhooks already", advice="Remove one first.")
        row = Hook(
            id=act.new_id(),
            organisation=actor.party,
            url=address,
            generation=act.new_id(),
            after=_from_now_on(act),
            created_at=act.now,
        )
        Hook.unscoped.bulk_create([row])
        _note(act, "add", row.id)
    return HookSecret(id=row.id, secret=secret_of(row.generation))


def remove_hook(actor: Actor, key: UUID) -> None:
    """Call a webhook no more; what waits for it is not sent.

    Raises:
        NotFound: there is none.
    """
    with acting(actor) as act:
        _own(act, key).update(ended_at=act.now)
        _note(act, "remove", key)


def resume_hook(actor: Actor, key: UUID) -> None:
    """Call a webhook again that was given up, for what changes from now on.

    Raises:
        NotFound: there is none.
    """
    with acting(actor) as act:
        _own(act, key).update(paused=False, failed_at=None, after=_from_now_on(act))
        _note(act, "resume", key)


def renew_secret(actor: Actor, key: UUID) -> HookSecret:
    """Give a webhook another secret; from now on it signs every call, those among them that wait.

    Returns:
        The secret; shown this once.

    Raises:
        NotFound: there is none.
    """
    with acting(actor) as act:
        generation = act.new_id()
        _own(act, key).update(generation=generation)
        _note(act, "renew", key)
    return HookSecret(id=key, secret=secret_of(generation))


def test_hook(actor: Actor, key: UUID) -> UUID:
    """Call a webhook once for nothing, also one that was given up.

    Returns:
        The call's key in the log.

    Raises:
        NotFound: there is none. TooMany: six in this hour already.
    """
    with acting(actor) as act:
        hook = _own(act, key).get()
        tests = Call.unscoped.filter(scopes.webhooks(actor), change=None, queued_at__gt=act.now - HOUR)
        if tests.count() >= MOST_TESTS:
            raise TooMany("six tests in an hour are enough", advice="Try again in an hour.")
        call = act.new_id()
        row = Call(
            id=call,
            organisation=actor.party,
            hook=key,
            url=hook.url,
            state=CallState.WAITING,
            queued_at=act.now,
            not_before=act.now,
        )
        Call.unscoped.bulk_create([row])
        _note(act, "test", key)
    return call


def secret_of(generation: UUID) -> str:
    """What signs the calls of a webhook of this generation."""
    return webhooks.secret_of(OF_CASES + generation.bytes)


def _from_now_on(act: Act) -> datetime:
    """A place in the order of changes that all those of before lie in front of."""
    ask("select from levee_order_case_changes()", [])
    last = Change.unscoped.filter(scopes.changes(act.actor)).aggregate(at=Max("told_at"))["at"]
    place: datetime = ask("select greatest(clock_timestamp(), %s::timestamptz)", [last])[0][0]
    return place


def _own(act: Act, key: UUID) -> QuerySet[Hook]:
    demand(act, Action.WEBHOOK_MANAGE, of=act.actor.party)
    found = Hook.unscoped.filter(scopes.webhooks(act.actor), id=key, ended_at=None)
    if not found.exists():
        raise NotFound("there is nothing here by that name")
    return found


def _note(act: Act, what: str, key: UUID) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.WEBHOOK_MANAGE, subject=key, fields={"what": what})
