"""What a page asks the database does not grow with the case; its history is gone through once for a page."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from levee.cases import selectors, services
from levee.cases.rules.facts import Event
from levee.cases.rules.threads import Audience
from levee.cases.services import course
from levee.kernel.ids import public_id
from levee.platform.models import Run
from levee.policy.actors import OrganisationKind
from levee.web.signed_in import SESSION_KEY
from support.coordination import open_for
from support.database import as_role

PAGES = ("", "threads/{thread}/", "search/?words=news")


def let_in(world, opened, *names):
    vendors = [world.actor(world.organisation(OrganisationKind.VENDOR, name), name=name) for name in names]
    for vendor, name in zip(vendors, names, strict=True):
        services.invite(opened.coordinator, opened.case, party=vendor.party, name=name, because="its code")
    return vendors


def say(opened, vendors):
    for vendor in vendors:
        services.send(vendor, opened.case, text="news", author="A")
        services.open_thread(vendor, opened.case, audience=Audience.PARTY, subject="Between us")


def signed_in(actor):
    client = Client()
    session = client.session
    session[SESSION_KEY] = str(actor.id)
    session.save()
    return client


def asked(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_of_a_larger_case(world, opened, page):
    say(opened, let_in(world, opened, "Acme", "Bolt"))
    thread = selectors.threads(opened.coordinator, opened.case)[0].public_id
    path = f"/cases/{public_id('CAS', opened.case)}/{page.format(thread=thread)}"
    client = signed_in(opened.coordinator)
    client.get(path)
    before = asked(client, path)
    say(opened, let_in(world, opened, "Cask", "Dell", "Eaves", "Fern"))
    assert asked(client, path) == before


def test_the_list_asks_no_more_about_more_cases(world, opened):
    client = signed_in(opened.coordinator)
    client.get("/cases/")
    before = asked(client, "/cases/")
    for number in range(3):
        world.clock.advance(timedelta(minutes=1))
        open_for(world, title=f"Flaw {number}")
    assert asked(client, "/cases/") == before


def test_a_page_asks_for_nothing_that_its_case_has_nothing_of_and_shows_what_it_has(world, opened):
    client, path = signed_in(opened.coordinator), f"/cases/{public_id('CAS', opened.case)}/"
    client.get(path)
    before = asked(client, path)
    services.claim(opened.finder, opened.case, event=Event.PUBLIC_AWARE, evidence="a post on a list")
    services.say_conflict(opened.finder, opened.case, because="it sells a rival")
    assert asked(client, path) == before + 2
    page = client.get(path).content.decode()
    assert "a post on a list" in page
    assert "it sells a rival" in page


def test_a_page_goes_through_the_history_once(opened, monkeypatch):
    gone = []
    replay = course.replay
    monkeypatch.setattr(course, "replay", lambda *given: gone.append(1) or replay(*given))
    signed_in(opened.coordinator).get(f"/cases/{public_id('CAS', opened.case)}/")
    assert len(gone) == 1


def watched(world, opened):
    """How often each party's clocks were to be looked at."""
    with as_role(world.owner_role):
        runs = Run.unscoped.filter(kind="cases.watch_clocks", subject=opened.case)
        return Counter(runs.values_list("party", flat=True))


def test_clocks_are_looked_at_for_a_newcomer_and_the_owner_and_not_for_every_party(world, opened):
    (acme,) = let_in(world, opened, "Acme")
    before = watched(world, opened)
    (bolt,) = let_in(world, opened, "Bolt")
    after = watched(world, opened)
    assert set(after - before) == {bolt.party, opened.coordinator.party}
    services.keep_policy(opened.coordinator, opened.case, policy="list:linux-distros", because="it ships the code")
    everyone = {acme.party, bolt.party, opened.finder.party, opened.coordinator.party}
    assert set(watched(world, opened) - after) == everyone
