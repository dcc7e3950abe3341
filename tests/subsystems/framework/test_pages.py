"""The pages of both sides: what is offered on them, what they draw, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile

from levee.frontier import selectors, services
from levee.frontier.bundles.writing import bundle
from levee.frontier.course.machines import Part
from levee.frontier.determination.plan import Plan
from levee.frontier.determination.runs import Run
from levee.kernel.ids import public_id
from levee.web.signed_in import SESSION_KEY
from support.frontier import EVALUATOR, PACK, STRANGER, by_both, by_developer, sides_in
from support.sites import MEMBERS, SiteClient

PLANNED = Plan(pack=PACK, threshold=0.4, looks=(10,), epochs=2)
RUNS = [
    Run(task=f"t{task}", epoch=epoch, success=task % 3 > 0, tokens=100 * epoch)
    for task in range(10)
    for epoch in (1, 2)
]


@pytest.fixture
def sides(world):
    return sides_in(world)


@pytest.fixture
def signed(sides):
    key = services.offer(sides.developer, by_developer(), other=sides.evaluator.party)
    services.sign(sides.evaluator, key, by_both())
    return key


def browser(actor):
    client, session = SiteClient(MEMBERS), SessionStore()
    session[SESSION_KEY] = str(actor.id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def page(key, step=""):
    return f"/frontier/{public_id('AGR', key)}/{step}"


def results(digest, key=EVALUATOR):
    made_at = datetime(2026, 11, 30, tzinfo=UTC)
    return bundle(PLANNED, RUNS, agreement=digest, tools={"levee": "0"}, made_at=made_at, key=key)


def uploaded(data):
    return {"file": SimpleUploadedFile("results.json", data)}


def test_taking_back_is_the_first_thing_on_the_page_and_one_press(sides, signed):
    shown = browser(sides.evaluator)
    text = shown.get(page(signed)).content.decode()
    assert text.index("Take everything back") < text.index("How far it is")
    assert shown.post(page(signed, "withdraw/")).status_code == 302
    assert selectors.agreement(sides.developer, signed).state[Part.AGREEMENT] == "withdrawn"
    assert "Take everything back" not in shown.get(page(signed)).content.decode()


def test_a_side_is_offered_what_it_can_do_and_nothing_else(sides, signed):
    assert "Give the access" in browser(sides.developer).get(page(signed)).content.decode()
    assert "Give the access" not in browser(sides.evaluator).get(page(signed)).content.decode()
    refused = browser(sides.evaluator).post(page(signed, "give/"), {"tokens": "", "calls": "", "ends": ""})
    assert refused.status_code == 400


def test_signed_results_are_drawn_with_their_intervals_and_not_kept(sides, signed):
    data = results(selectors.agreement(sides.developer, signed).digest)
    text = browser(sides.developer).post(page(signed, "results/"), uploaded(data)).content.decode()
    assert "all of them, scored again" in text
    for title in ("At each look", "If cheating counts otherwise", "With so many tokens a run"):
        assert title in text
    assert selectors.agreement(sides.developer, signed).bundle == ""


@pytest.mark.parametrize(("key", "of"), [(STRANGER, ""), (EVALUATOR, "sha256:" + "b" * 64)])
def test_results_that_another_signed_or_of_another_agreement_are_not_drawn(sides, signed, key, of):
    data = results(of or selectors.agreement(sides.developer, signed).digest, key)
    answer = browser(sides.developer).post(page(signed, "results/"), uploaded(data))
    assert answer.status_code == 400
    assert "At each look" not in answer.content.decode()


def test_an_agreement_is_written_on_a_page_read_in_words_and_taken_as_a_file(sides):
    from support.frontier import told

    terms = told()
    given = {f"{side}_{name}": terms[side][name] for side in ("developer", "evaluator") for name in terms[side]}
    given |= {name: value for name, value in terms.items() if not isinstance(value, (dict, list))}
    given |= {"begins": "2026-11-20 00:00", "ends": "2026-12-20 00:00"}
    client = browser(sides.developer)
    assert "of its own will" in client.post("/frontier/draft/", given).content.decode()
    from levee.frontier.agreements.terms import read_agreement

    taken = client.post("/frontier/draft/", {**given, "download": "yes"}).json()
    assert read_agreement(taken) == read_agreement(terms)
    assert client.post("/frontier/draft/", {**given, "ends": "2027-02-01 00:00"}).status_code == 400
