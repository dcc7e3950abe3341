"""The pages on which cases are merged, split, opened again and taken over, and parts in them are offered."""

from __future__ import annotations

import re

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import EndReason
from levee.cases.rules.facts import Event
from levee.kernel.ids import public_id
from levee.policy.actors import OrganisationKind, Role
from support.coordination import another_case, found_again, vendor_of

FOUND, REFUSED, HIDDEN, DONE = 200, 403, 404, 302


@pytest.fixture
def as_(client):
    """The browser of somebody who is signed in."""

    def signed_in(actor):
        session = client.session
        session["levee.principal"] = str(actor.id)
        session.save()
        return client

    return signed_in


@pytest.fixture
def other(world, opened):
    return another_case(world, opened, "Halyard")


def page(case, what=""):
    return f"/cases/{public_id('CAS', case.case)}/{what}"


def test_the_page_shows_what_a_merge_would_do_and_then_does_it(world, opened, other, as_):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    into = public_id("CAS", opened.case)
    shown = as_(opened.coordinator).get(page(other, "merge/"), {"into": into}).content.decode()
    for words in ("What will happen", "2026-12-13 09:00", "Halyard, Harrow", "Minimist"):
        assert words in shown
    assert selectors.get(opened.coordinator, other.case).goes_on
    empty = as_(opened.coordinator).post(page(other, "merge/"), {"into": into, "because": ""})
    assert empty.status_code == 400
    done = as_(opened.coordinator).post(page(other, "merge/"), {"into": into, "because": "one bug"})
    assert (done.status_code, done.url) == (DONE, page(opened))

    shown = as_(vendor).get(page(other)).content.decode()
    assert "Merged into another case" in shown
    assert "one bug" in shown
    assert into not in shown
    assert "Answer</a>" not in shown
    offers = as_(vendor).get("/cases/offers/").content.decode()
    offer = re.search(r'action="(/cases/offers/[^"]+)"', offers)[1]
    assert "You are offered a part in 1 case" in as_(vendor).get("/cases/").content.decode()
    taken = as_(vendor).post(offer, {"accept": "1"})
    assert (taken.status_code, taken.url) == (DONE, page(opened))
    assert into in as_(vendor).get(page(other)).content.decode()


def test_the_page_and_the_api_lead_to_what_a_vendor_answered_in_the_case_that_was_merged(world, opened, other, as_):
    vendor, into = vendor_of(world), public_id("CAS", opened.case)
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    services.answer(vendor, other.case, answer=Answer.AFFECTED, by="Ada")
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    browser, before = as_(opened.coordinator), public_id("CAS", other.case)
    shown = browser.get(page(opened)).content.decode()
    assert f'answered in <a href="/cases/{before}/"><code>{before}</code></a>: affected' in shown
    seats = browser.get(f"/api/v1/cases/{into}/participants").json()
    assert {each["name"]: each["earlier"] for each in seats}["Minimist"] == [
        {"public_id": before, "answer": "affected"}
    ]
    assert before not in as_(opened.finder).get(page(opened)).content.decode()


def test_an_offer_is_declined_by_its_other_button(opened, other, as_):
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    (offer,) = selectors.offers(other.finder)
    as_(other.finder).post(f"/cases/offers/{offer.public_id}/", {"decline": "1"})
    assert selectors.offers(other.finder) == []
    assert as_(other.finder).get(page(opened)).status_code == HIDDEN


def test_what_waits_leads_to_the_place_where_an_offer_is_answered_and_names_no_case(opened, other, as_):
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    (offer,) = selectors.offers(other.finder)
    browser = as_(other.finder)
    shown = browser.get("/cases/waiting/").content.decode()
    assert f'href="/cases/offers/#{offer.public_id}"' in shown
    assert f"{offer.house} offers you a part in a case" in shown
    answer = browser.get("/api/v1/cases/waiting")
    (task,) = answer.json()
    assert (task["what"], task["public_id"], task["who"]) == ("offer", offer.public_id, offer.house)
    for told in (shown, answer.content.decode()):
        assert public_id("CAS", opened.case) not in told
        assert "pollution" not in told


def test_what_cannot_be_merged_now_says_why_and_what_to_do(opened, other, as_):
    services.end_embargo(opened.coordinator, other.case, reason=EndReason.PUBLIC, evidence="a post")
    into = public_id("CAS", opened.case)
    shown = as_(opened.coordinator).get(page(other, "merge/"), {"into": into}).content.decode()
    assert "This cannot be done now" in shown
    assert "accept it there first" in shown
    tried = as_(opened.coordinator).post(page(other, "merge/"), {"into": into, "because": "one bug"})
    assert tried.status_code == 400
    assert "accept it there first" in tried.content.decode()


def test_findings_are_chosen_on_the_page_and_become_a_case(world, opened, as_):
    finding = found_again(world, opened, world.finder("Halyard"))
    services.take_in(opened.coordinator, opened.case, finding)
    shown = as_(opened.coordinator).get(page(opened, "split/")).content.decode()
    assert "The same, later" in shown
    body = {"findings": [public_id("FND", finding)], "title": "The other flaw", "summary": "", "because": "two bugs"}
    done = as_(opened.coordinator).post(page(opened, "split/"), body)
    assert done.status_code == DONE
    assert "The other flaw" in as_(opened.coordinator).get(done.url).content.decode()
    again = as_(opened.coordinator).post(
        page(opened, "split/"), {**body, "findings": [public_id("FND", opened.finding)]}
    )
    assert again.status_code == 400
    assert "leave some in the case" in again.content.decode()


def test_what_is_over_is_opened_again_on_the_page(opened, as_):
    shown = as_(opened.coordinator).get(page(opened, "reopen/")).content.decode()
    assert "This cannot be done now" in shown
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    done = as_(opened.coordinator).post(page(opened, "reopen/"), {"because": "the fix does not hold"})
    assert done.status_code == DONE
    shown = as_(opened.finder).get(page(opened)).content.decode()
    assert "Opened again as another case" in shown
    assert "the fix does not hold" in shown


def test_the_credits_of_an_advisory_begin_with_every_finder(opened, other, as_):
    services.merge(opened.coordinator, other.case, into=opened.case, because="one bug")
    assert "Halyard, Harrow" in as_(opened.coordinator).get(page(opened, "publish/")).content.decode()


def test_nobody_else_comes_by_these_pages(world, opened, other, as_):
    into = {"into": public_id("CAS", opened.case)}
    assert as_(other.finder).get(page(other, "merge/"), into).status_code == REFUSED
    for what in ("split/", "reopen/"):
        assert as_(other.finder).get(page(other, what)).status_code == REFUSED
        assert as_(opened.finder).get(page(other, what)).status_code == HIDDEN


@pytest.fixture
def lead(world, opened):
    """A vendor's coordinator, whose organisation takes part in the case."""
    firm = world.organisation(OrganisationKind.VENDOR, "Halyard Industrial")
    lead = world.actor(firm, Role.MEMBER, Role.COORDINATOR, Role.ADMIN, name="Lead")
    services.invite(opened.coordinator, opened.case, party=firm, because="its code")
    return lead


def seat_of(opened, name):
    seats = selectors.participants(opened.coordinator, opened.case)
    return next(each.public_id for each in seats if each.name == name)


def test_a_case_is_handed_to_another_owner_on_its_pages(opened, lead, as_):
    desk = as_(opened.coordinator)
    assert "Hand it to another owner" in desk.get(page(opened)).content.decode()
    asked = desk.get(page(opened, "transfer/")).content.decode()
    assert [name in asked for name in ("Halyard Industrial", "Harrow")] == [True, True]
    body = {"to": seat_of(opened, "Halyard Industrial"), "because": "it runs the fix"}
    assert desk.post(page(opened, "transfer/"), body | {"because": ""}).status_code == 400
    assert desk.post(page(opened, "transfer/"), body).url == page(opened)
    shown = desk.get(page(opened)).content.decode()
    assert "Take the offer back" in shown
    assert "Offered to Halyard Industrial, to own it: it runs the fix" in shown
    assert desk.get(page(opened, "transfer/answer/")).status_code == REFUSED
    assert as_(opened.finder).get(page(opened)).content.decode().count("answer</a>") == 0

    browser = as_(lead)
    assert page(opened, "transfer/answer/") in browser.get("/cases/waiting/").content.decode()
    assert "See what would happen, and answer" in browser.get(page(opened)).content.decode()
    plan = browser.get(page(opened, "transfer/answer/")).content.decode()
    for words in ("What will happen", "2026-12-23 09:00", "Harrow", "Decline"):
        assert words in plan
    taken = browser.post(page(opened, "transfer/answer/"), {"go": "1"})
    assert taken.status_code == DONE
    after = browser.get(taken.url).content.decode()
    assert "Taken over from another owner" in after
    assert "owner" in after
    before = browser.get(page(opened)).content.decode()
    assert "Another owner took this case over" in before
    assert "Halyard Industrial took it over" in before


def test_an_offer_is_declined_and_taken_back_on_its_pages(opened, lead, as_):
    body = {"to": seat_of(opened, "Halyard Industrial"), "because": "it runs the fix"}
    as_(opened.coordinator).post(page(opened, "transfer/"), body)
    assert as_(lead).post(page(opened, "transfer/answer/"), {"decline": "1"}).url == page(opened)
    assert "Halyard Industrial declined to own it" in as_(lead).get(page(opened)).content.decode()
    as_(opened.coordinator).post(page(opened, "transfer/"), body)
    assert as_(opened.coordinator).post(page(opened, "transfer/withdraw/")).url == page(opened)
    assert "The offer was taken back" in as_(lead).get(page(opened)).content.decode()
    assert as_(lead).get(page(opened, "transfer/answer/")).status_code == HIDDEN


def test_the_page_says_why_a_case_cannot_be_taken_over_now(opened, lead, as_):
    body = {"to": seat_of(opened, "Halyard Industrial"), "because": "it runs the fix"}
    as_(opened.coordinator).post(page(opened, "transfer/"), body)
    services.claim(lead, opened.case, event=Event.PUBLIC_AWARE, evidence="a rumour")
    shown = as_(lead).get(page(opened, "transfer/answer/")).content.decode()
    assert "This cannot be done now" in shown
    assert "Take it over</button>" not in shown
