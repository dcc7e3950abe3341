from __future__ import annotations

import hashlib
import re
import secrets
from typing import TYPE_CHECKING, Final
from zoneinfo import available_timezones

from levee.access.services import demand
from levee.alerts import planning, rows, scopes, wording
from levee.alerts.models import Delivery, FeedToken, Hook, Preference
from levee.alerts.raising import on_forensics, on_news, way_of
from levee.alerts.types import Channel, DeliveryState, Purpose, Secret
from levee.kernel.errors import BadInput, Conflict, NotFound, TooMany
from levee.ledger.services import record
from levee.platform import webhooks
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.alerts.types import Preferences
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

__all__ = [
    "add_feed_token",
    "add_hook",
    "on_forensics",
    "on_news",
    "prefer",
    "remove_hook",
    "resume_hook",
    "revoke_feed_token",
    "test",
]

MOST_HOOKS, MOST_TOKENS, MOST_TESTS = 5, 20, 6
LONGEST_NAME = 100
_SUNDAY, _MOST_HOURLY = 6, 60
_ADDRESS: Final = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,189}", re.ASCII)
NOT_THERE = "there is nothing here by that name"


def prefer(actor: Actor, preferences: Preferences) -> None:
    """State how the operator wants to be told.

    Args:
        actor: a person of the operator.
        preferences: all of them.

    Raises:
        BadInput: a value cannot be; its place is the field.
    """
    _check(preferences)
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        values = {name: getattr(preferences, name) for name in rows.CHOICES}
        Preference.unscoped.bulk_create(
            [Preference(organisation=actor.party, **values)],
            update_conflicts=True,
            unique_fields=["organisation"],
            update_fields=list(rows.CHOICES),
        )
        planning.plan_brief(act, preferences)
        _note(act, "preferences", actor.party)


def _check(preferences: Preferences) -> None:
    if preferences.address and not _ADDRESS.fullmatch(preferences.address):
        raise BadInput("this is no mail address", place="address")
    if preferences.zone not in available_timezones():
        raise BadInput("there is no such time zone", place="zone", advice="Write it like America/Chicago.")
    if (preferences.quiet_from is None) != (preferences.quiet_to is None):
        raise BadInput("quiet hours have a beginning and an end", place="quiet_to")
    if preferences.brief_day is not None and not 0 <= preferences.brief_day <= _SUNDAY:
        raise BadInput("a day is 0 for Monday to 6 for Sunday", place="brief_day")
    if not 1 <= preferences.hourly <= _MOST_HOURLY:
        raise BadInput("one mail an hour at least, and 60 at most", place="hourly")
    clocks = (preferences.digest_at, preferences.quiet_from, preferences.quiet_to)
    if any(each is not None and each.tzinfo is not None for each in clocks):
        raise BadInput("an hour has no zone of its own", place="digest_at", advice="The zone is a field of its own.")


def add_hook(actor: Actor, url: str) -> Secret:
    """Have a webhook called.

    Args:
        actor: a person of the operator.
        url: an https address.

    Returns:
        Its key, and the secret that signs its calls; shown this once.

    Raises:
        BadInput: the address may not be called. Conflict: there are five already.
    """
    address = webhooks.checked(url)
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        if Hook.unscoped.filter(scopes.visible(actor), ended_at=None).count() >= MOST_HOOKS:
            raise Conflict("there are five webhooks already", advice="Remove one first.")
        key = act.new_id()
        Hook.unscoped.bulk_create(
            [Hook(id=key, organisation=actor.party, url=address, created_at=act.now, paused=False)]
        )
        _note(act, "add_webhook", key)
    return Secret(id=key, secret=webhooks.secret_of(key.bytes))


def remove_hook(actor: Actor, key: UUID) -> None:
    """Call a webhook no more.

    Raises:
        NotFound: there is none.
    """
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        if not Hook.unscoped.filter(scopes.visible(actor), id=key, ended_at=None).update(ended_at=act.now):
            raise NotFound(NOT_THERE)
        _note(act, "remove_webhook", key)


def resume_hook(actor: Actor, key: UUID) -> None:
    """Call a webhook again that was given up.

    Raises:
        NotFound: there is none.
    """
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        mine = Hook.unscoped.filter(scopes.visible(actor), id=key, ended_at=None)
        if not mine.update(paused=False, failed_at=None):
            raise NotFound(NOT_THERE)
        _note(act, "resume_webhook", key)


def add_feed_token(actor: Actor, name: str) -> Secret:
    """Make a secret address of the feed.

    Args:
        actor: a person of the operator.
        name: what it is for; at most 100 characters.

    Returns:
        Its key and its secret; shown this once.

    Raises:
        BadInput: the name is empty or too long. Conflict: there are twenty already.
    """
    told = name.strip()
    if not 0 < len(told) <= LONGEST_NAME:
        raise BadInput("a name has 1 to 100 characters", place="name")
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        if FeedToken.unscoped.filter(scopes.visible(actor), revoked_at=None).count() >= MOST_TOKENS:
            raise Conflict("there are twenty addresses already", advice="Revoke one first.")
        key, secret = act.new_id(), "lvf_" + secrets.token_urlsafe(32)
        FeedToken.unscoped.bulk_create(
            [FeedToken(id=key, organisation=actor.party, name=told, digest=digest_of(secret), created_at=act.now)]
        )
        _note(act, "add_feed_token", key)
    return Secret(id=key, secret=secret)


def revoke_feed_token(actor: Actor, key: UUID) -> None:
    """Close a secret address of the feed.

    Raises:
        NotFound: there is none that is open.
    """
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        mine = FeedToken.unscoped.filter(scopes.visible(actor), id=key, revoked_at=None)
        if not mine.update(revoked_at=act.now):
            raise NotFound(NOT_THERE)
        _note(act, "revoke_feed_token", key)


def digest_of(secret: str) -> bytes:
    """What is kept of a feed's secret, which is random enough for a plain digest."""
    return hashlib.sha256(secret.encode()).digest()


def test(actor: Actor) -> int:
    """Send a test by every way that is set up.

    Returns:
        How many leave.

    Raises:
        TooMany: six in this hour already.
    """
    with acting(actor) as act:
        demand(act, Action.ALERT_MANAGE, of=actor.party)
        mine = Delivery.unscoped.filter(scopes.visible(actor), purpose=Purpose.TEST)
        if mine.filter(queued_at__gt=act.now - planning.HOUR).count() >= MOST_TESTS:
            raise TooMany("six tests in an hour are enough", advice="Try again in an hour.")
        made = [_test(act, Channel.MAIL, to=address)] if (address := way_of(act).address) else []
        live = Hook.unscoped.filter(scopes.visible(actor), ended_at=None)
        made += [_test(act, Channel.WEBHOOK, to=hook.url, hook=hook.id) for hook in live]
        Delivery.unscoped.bulk_create(made)
        _note(act, "test", actor.party)
    return len(made)


def _test(act: Act, channel: Channel, *, to: str, hook: UUID | None = None) -> Delivery:
    key, site = act.new_id(), rows.site()
    return Delivery(
        id=key,
        organisation=act.actor.party,
        key=f"test {key}",
        channel=channel,
        purpose=Purpose.TEST,
        state=DeliveryState.WAITING,
        hook=hook,
        to=to,
        subject=wording.TEST_SUBJECT,
        body=wording.call(key, act.actor.party, [], site=site) if hook else wording.test_letter(site=site),
        queued_at=act.now,
        not_before=act.now,
    )


def _note(act: Act, what: str, subject: UUID) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.ALERT_MANAGE, subject=subject, fields={"what": what})
