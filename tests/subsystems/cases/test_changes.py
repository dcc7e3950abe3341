"""Whoever follows what changes in its cases misses nothing, gets nothing twice, and learns of nothing hidden."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from levee.cases import selectors, services
from levee.cases.models import Change
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.threads import Audience
from levee.cases.types import Changed
from levee.kernel.errors import BadInput
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from support.coordination import open_for, vendor_of
from support.database import as_role
from support.running import work

HOUR = timedelta(hours=1)


@pytest.fixture
def world(real_world):
    """Transactions really commit: of one that is open, nothing is told."""
    return real_world


@pytest.fixture
def vendor(world, opened):
    actor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=actor.party, name="Minimist", because="its code")
    return actor


def follow(actor, since="", limit=100):
    """All that there is after a cursor, page by page, and the cursor to go on with."""
    found = []
    while page := selectors.changes(actor, since=since, limit=limit):
        found += page
        since = page[-1].cursor
    return found, since


def kinds(found):
    return [each.what for each in found]


def say(opened, actor, text="said", **more):
    return services.send(actor, opened.case, text=text, author="A", **more)


def test_what_everybody_sees_comes_to_everybody_in_the_same_order(world, opened, vendor):
    starts = {actor: follow(actor)[1] for actor in (opened.coordinator, opened.finder, vendor)}
    say(opened, opened.finder)
    services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada")
    services.claim(vendor, opened.case, event=Event.PUBLIC_AWARE, evidence="a post")
    seen = {actor: follow(actor, since)[0] for actor, since in starts.items()}
    assert kinds(seen[vendor]) == [Changed.MESSAGE, Changed.ANSWER, Changed.CLAIM]
    assert len({tuple(each) for each in seen.values()}) == 1
    assert {each.case for each in seen[vendor]} == {opened.case}


def test_of_a_thread_hear_those_who_are_in_it(world, opened, vendor):
    starts = {actor: follow(actor)[1] for actor in (opened.coordinator, opened.finder, vendor)}
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    say(opened, opened.finder, thread=thread)
    internal = next(
        each for each in selectors.threads(opened.coordinator, opened.case) if each.audience is Audience.INTERNAL
    )
    say(opened, opened.coordinator, thread=internal.id)
    seen = {actor: kinds(follow(actor, since)[0]) for actor, since in starts.items()}
    assert seen[opened.coordinator] == [Changed.THREAD, Changed.MESSAGE, Changed.MESSAGE]
    assert seen[opened.finder] == [Changed.THREAD, Changed.MESSAGE]
    assert seen[vendor] == []


def test_who_takes_no_part_is_told_nothing_and_gets_back_its_own_cursor(world, opened, vendor):
    stranger = vendor_of(world)
    assert selectors.changes(stranger) == []
    cursor = follow(vendor)[1]
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    say(opened, opened.finder)
    assert selectors.changes(vendor, since=cursor) == [], "who left hears nothing more, and its cursor is still one"


def test_who_has_not_agreed_hears_that_the_embargo_moves_and_not_what_is_said(world, opened, vendor):
    world.clock.advance(HOUR)
    services.propose_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + timedelta(days=60), because="more time"
    )
    start = follow(vendor)[1]
    world.clock.advance(HOUR)
    say(opened, opened.coordinator)
    assert follow(vendor, start) == ([], start), "a cursor that moved would tell that there is something"
    say(opened, vendor, text="our own word")
    own, start = follow(vendor, start)
    assert kinds(own) == [Changed.MESSAGE]
    services.consent(vendor, opened.case, verb=ConsentVerb.ACCEPT)
    told, _ = follow(vendor, start)
    assert Changed.CONSENT in kinds(told)


def test_an_act_that_is_committed_late_comes_late(world, opened, vendor):
    start, wrote, go_on = follow(vendor)[1], threading.Event(), threading.Event()

    def slowly():
        try:
            with acting(opened.finder):
                say(opened, opened.finder, text="begun first")
                wrote.set()
                go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(slowly)
        assert wrote.wait(30)
        services.answer(vendor, opened.case, answer=Answer.LOOKING, by="Ada")
        first, start = follow(vendor, start)
        go_on.set()
        slow.result()
    assert kinds(first) == [Changed.ANSWER]
    assert kinds(follow(vendor, start)[0]) == [Changed.MESSAGE]


def test_several_of_a_kind_in_one_act_are_one_change(world, opened, vendor):
    start = follow(opened.finder)[1]
    with acting(opened.finder):
        say(opened, opened.finder, text="one")
        say(opened, opened.finder, text="two")
    assert kinds(follow(opened.finder, start)[0]) == [Changed.MESSAGE]


def test_the_end_of_an_embargo_by_time_is_told(world, opened, vendor):
    start = follow(vendor)[1]
    world.clock.advance(timedelta(days=31))
    work()
    assert Changed.CLOCK in kinds(follow(vendor, start)[0])


def test_a_token_that_does_not_cover_messages_hears_of_none(world, opened, vendor):
    from dataclasses import replace

    say(opened, opened.finder)
    narrow = replace(vendor, scopes=frozenset({Action.CASE_SEE}))
    assert Changed.MESSAGE not in kinds(follow(narrow)[0])
    assert Changed.MESSAGE in kinds(follow(vendor)[0])


@pytest.mark.parametrize("since", ["nonsense", "CHG-0", "CAS-00000000000000000000000000", "CHG-" + "0" * 26])
def test_what_is_no_cursor_is_refused_with_its_place(world, opened, vendor, since):
    with pytest.raises(BadInput) as refused:
        selectors.changes(vendor, since=since)
    assert refused.value.place == "since"


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_what_is_no_limit_is_refused_with_its_place(world, opened, vendor, limit):
    with pytest.raises(BadInput) as refused:
        selectors.changes(vendor, limit=limit)
    assert refused.value.place == "limit"


class Writer:
    """Somebody who writes at the same time as others, each act in a transaction of its own."""

    def __init__(self, opened, actor, thread=None):
        self.opened, self.actor, self.thread = opened, actor, thread

    def write(self, times):
        try:
            for number in range(times):
                say(self.opened, self.actor, text=str(number), thread=self.thread)
        finally:
            connection.close()


@settings(max_examples=6, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    writing=st.lists(st.integers(min_value=0, max_value=6), min_size=3, max_size=3),
    sizes=st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=4),
    skips=st.integers(min_value=0, max_value=4),
)
def test_whoever_follows_sees_every_change_once_and_in_order(once, writing, sizes, skips):
    """From any point, with any size of page, while several write at once, and some where the reader does not look."""
    opened, vendor, thread = once
    begun = follow(vendor)[1]
    writers = [Writer(opened, opened.finder), Writer(opened, opened.coordinator), Writer(opened, opened.finder, thread)]
    with ThreadPoolExecutor(len(writers)) as pool:
        running = [pool.submit(each.write, times) for each, times in zip(writers, writing, strict=True)]
        live, since, rounds = [], begun, 0
        while True:
            over = all(each.done() for each in running)
            page = selectors.changes(vendor, since=since, limit=sizes[rounds % len(sizes)])
            live += page
            since, rounds = (page[-1].cursor if page else since), rounds + 1
            if over and not page:
                break
        for each in running:
            each.result()
    assert len(live) == len(set(live)) == writing[0] + writing[1], "every change once, and none of the others' thread"
    assert follow(vendor, begun, limit=3)[0] == live, "a second reader sees the same in the same order"
    from_there = live[skips].cursor if len(live) > skips else begun
    assert follow(vendor, from_there)[0] == (live[skips + 1 :] if len(live) > skips else live)
    others = [each for each in follow(opened.finder)[0] if each in set(live)]
    assert others == live
    with as_role(opened.owner_role):
        places = dict(Change.unscoped.filter(id__in=[each.id for each in live]).values_list("id", "told_at"))
    assert all(places[one.id] < places[other.id] for one, other in pairwise(live))


@pytest.fixture
def once(world):
    """A case in which a finder, its owner and a vendor take part, and a thread without the vendor."""
    opened = open_for(world)
    opened.owner_role = world.owner_role
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    thread = services.open_thread(opened.finder, opened.case, audience=Audience.PARTY, subject="Between us")
    return opened, vendor, thread
