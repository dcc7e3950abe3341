from __future__ import annotations

from levee.feeds import scopes
from levee.feeds.models import Feed, Load, Record, Signal
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See
from policy.worlds import THEN


def feeds(world):
    Feed.unscoped.bulk_create(
        Feed(id=each, name=str(each), title="t", kind="kev", urls=[], hours=1, added_at=THEN) for each in world.subjects
    )


def loads(world):
    Load.unscoped.bulk_create(
        Load(id=each, feed=each, principal=each, asked_at=THEN, state="loaded", came_by="folder")
        for each in world.subjects
    )


def records(world):
    Record.unscoped.bulk_create(
        Record(id=each, feed=each, name="n", shard=0, digest=b"", packed=b"", modified=THEN, batch=each)
        for each in world.subjects
    )


def signals(world):
    Signal.unscoped.bulk_create(
        Signal(id=each, feed=each, vulnerability="v", says="kev", value="yes", at=THEN, batch=each)
        for each in world.subjects
    )


def add_feed(via):
    def attempt(world, _actor, subject):
        return (
            "insert into feeds_feed (id, name, title, kind, urls, hours, via, added_at, known, cursor, held, edition, "
            "version, came_by, place, note, alarm, failure) "
            "values (%s, %s, 't', 'kev', '{}', 1, %s, %s, '{}', '', 0, '', '', '', '', '', '', '')",
            [world.key(), str(world.key()), subject if via else None, THEN],
        )

    return attempt


def change_feed(_world, _actor, subject):
    return "update feeds_feed set title = 'x' where id = %s", [subject]


def add_load(state):
    def attempt(world, actor, subject):
        return (
            "insert into feeds_load (id, feed, principal, asked_at, state, came_by, place, accept, size, read, "
            "changed, gone, refused, refusals, version, why) "
            "values (%s, %s, %s, %s, %s, 'folder', '', false, 0, 0, 0, 0, 0, '[]', '', '')",
            [world.key(), subject, actor.id, THEN, state],
        )

    return attempt


def end_load(_world, _actor, subject):
    return "update feeds_load set state = 'failed' where id = %s", [subject]


def keep_record(world, _actor, subject):
    return (
        "insert into feeds_record (id, feed, name, shard, digest, packed, modified, batch) "
        "values (%s, %s, 'm', 0, '', '', %s, %s)",
        [world.key(), subject, THEN, subject],
    )


def change_record(_world, _actor, subject):
    return "update feeds_record set digest = 'x' where id = %s", [subject]


def keep_signal(world, _actor, subject):
    return (
        "insert into feeds_signal (id, feed, vulnerability, says, value, at, batch) "
        "values (%s, %s, 'w', 'kev', 'yes', %s, %s)",
        [world.key(), subject, THEN, subject],
    )


def change_signal(_world, _actor, subject):
    return "update feeds_signal set value = 'no' where id = %s", [subject]


def everyones(_world, _actor, _subject):
    """What feeds say belongs to everyone."""
    return Facts()


def of_the_house(world, actor, _subject):
    """What feeds bring is taken for the clearinghouse."""
    return Facts(own=world.parties[actor.party][0] is OrganisationKind.CLEARINGHOUSE)


def nothing_yet(_world):
    """The rows that are tried need no others."""


WITNESSES = (
    *(
        See(action=Action.FEED_SEE, model=model, plant=plant, scope=scopes.visible, facts=everyones)
        for model, plant in ((Feed, feeds), (Load, loads), (Record, records), (Signal, signals))
    ),
    *(
        Do(action=Action.FEED_MANAGE, plant=nothing_yet, attempt=attempt, facts=everyones)
        for attempt in (add_feed(via=False), add_load("waiting"))
    ),
    *(
        Do(action=Action.FEED_RECORD, plant=plant, attempt=attempt, facts=of_the_house)
        for plant, attempt in (
            (nothing_yet, add_feed(via=True)),
            (feeds, change_feed),
            (nothing_yet, add_load("running")),
            (loads, end_load),
            (nothing_yet, keep_record),
            (records, change_record),
            (nothing_yet, keep_signal),
            (signals, change_signal),
        )
    ),
)
