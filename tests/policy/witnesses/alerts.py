from __future__ import annotations

from datetime import time
from uuid import uuid5

from levee.alerts import scopes
from levee.alerts.models import Alert, Delivery, FeedToken, Hook, Preference
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from policy.witnesses.kind import Do, See, by_owner, sight
from policy.worlds import THEN


def owned(make):
    """A row for each subject, of the organisation that owns it."""

    def plant(world):
        make(world, [(each, world.owners[each]) for each in world.subjects])

    plant.__qualname__ = f"plant_{make.__name__}"
    return plant


@owned
def hooks(_world, rows):
    Hook.unscoped.bulk_create(
        Hook(id=key, organisation=owner, url="https://a.example", created_at=THEN) for key, owner in rows
    )


@owned
def tokens(_world, rows):
    FeedToken.unscoped.bulk_create(
        FeedToken(id=key, organisation=owner, name="n", digest=key.bytes, created_at=THEN) for key, owner in rows
    )


@owned
def alerts(_world, rows):
    Alert.unscoped.bulk_create(
        Alert(
            id=key,
            organisation=owner,
            at=THEN,
            kind="new",
            action=key,
            title="t",
            lines=[],
            reason="r",
            band="b",
            urgent=True,
            waits=False,
        )
        for key, owner in rows
    )


def delivery(key, owner, purpose="alert"):
    return Delivery(
        id=key,
        organisation=owner,
        key=str(key),
        channel="mail",
        purpose=purpose,
        state="waiting",
        queued_at=THEN,
        not_before=THEN,
    )


@owned
def deliveries(_world, rows):
    Delivery.unscoped.bulk_create(delivery(key, owner) for key, owner in rows)


@owned
def briefs(_world, rows):
    Delivery.unscoped.bulk_create(delivery(uuid5(key, "brief"), owner, "brief") for key, owner in rows)


def preferences(world):
    Preference.unscoped.bulk_create(  # the clearinghouse is the same in every world
        [
            Preference(
                organisation=party,
                mail=True,
                address="",
                says="reason",
                zone="UTC",
                urgent_in_quiet=False,
                digest_at=time(7),
                hourly=6,
            )
            for party in {*world.owners.values()}
        ],
        ignore_conflicts=True,
    )


def nothing_yet(_world):
    """The rows that are tried need no others."""


def add_hook(world, _actor, subject):
    return (
        "insert into alerts_hook (id, organisation, url, created_at, paused) values (%s, %s, 'u', %s, false)",
        [world.key(), world.owners[subject], THEN],
    )


def end_hook(_world, _actor, subject):
    return "update alerts_hook set ended_at = now() where id = %s", [subject]


def add_token(world, _actor, subject):
    key = world.key()
    return (
        "insert into alerts_feed_token (id, organisation, name, digest, created_at) values (%s, %s, 'n', %s, %s)",
        [key, world.owners[subject], key.bytes, THEN],
    )


def revoke_token(_world, _actor, subject):
    return "update alerts_feed_token set revoked_at = now() where id = %s", [subject]


def prefer(world, _actor, subject):
    return "update alerts_preference set mail = false where organisation = %s", [world.owners[subject]]


def say_preference(world, _actor, subject):
    return (
        "insert into alerts_preference (organisation, mail, address, says, zone, urgent_in_quiet, digest_at, hourly) "
        "values (%s, true, '', 'reason', 'UTC', false, '07:00', 6)",
        [world.owners[subject]],
    )


def look_at_preference(world, _actor, subject):
    return "select from alerts_preference where organisation = %s", [world.owners[subject]]


def add_alert(world, _actor, subject):
    return (
        'insert into alerts_alert (id, organisation, at, kind, "action", title, lines, reason, band, urgent, waits, '
        "taken_back) values (%s, %s, %s, 'new', %s, 't', '{}', 'r', 'b', true, false, false)",
        [world.key(), world.owners[subject], THEN, subject],
    )


def change_alert(_world, _actor, subject):
    return "update alerts_alert set waits = true where id = %s", [subject]


def put(purpose):
    def attempt(world, _actor, subject):
        key = world.key()
        return (
            'insert into alerts_delivery (id, organisation, key, channel, purpose, state, "to", subject, body, alerts, '
            "queued_at, not_before, attempts, answer) values (%s, %s, %s, 'mail', %s, 'waiting', '', '', '', '{}', "
            "%s, %s, 0, '')",
            [key, world.owners[subject], str(key), purpose, THEN, THEN],
        )

    attempt.__qualname__ = f"put_{purpose}"
    return attempt


def write(_world, _actor, subject):
    return "update alerts_delivery set subject = 's' where id = %s", [subject]


def take_out(_world, _actor, subject):
    return "update alerts_delivery set state = 'dropped' where id = %s", [uuid5(subject, "brief")]


def by_person_or_run(world, actor, subject):
    """A person plans the brief, and a run the one after it; a machine of the operator's plans none."""
    able = actor.kind is not PrincipalKind.AGENT
    return able and sight(actor) and world.owners[subject] == actor.party


WITNESSES = (
    Do(attempt=put("brief"), says=by_person_or_run),
    Do(plant=briefs, attempt=take_out, says=by_person_or_run),
    Do(action=Action.ALERT_SEE, plant=preferences, attempt=look_at_preference, facts=by_owner),
    *(
        See(action=Action.ALERT_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in ((Hook, hooks), (FeedToken, tokens), (Alert, alerts), (Delivery, deliveries))
    ),
    *(
        Do(action=Action.ALERT_MANAGE, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (nothing_yet, add_hook),
            (hooks, end_hook),
            (nothing_yet, add_token),
            (tokens, revoke_token),
            (nothing_yet, say_preference),
            (preferences, prefer),
            (nothing_yet, put("test")),
        )
    ),
    *(
        Do(action=Action.EXPOSURE_RECORD, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (nothing_yet, add_alert),
            (alerts, change_alert),
            (nothing_yet, put("alert")),
            (deliveries, write),
        )
    ),
)
