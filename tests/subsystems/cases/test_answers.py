"""Vendors answer for their products, and say what they did with the report; each step is one of their own machines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import Report, ReportVerb
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.policy.actors import OrganisationKind
from support.coordination import vendor_of

DAY = timedelta(days=1)


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    world.clock.advance(timedelta(hours=1))
    return vendor


def answer(world, opened, vendor, answer, product="", version="", **more):
    world.clock.advance(timedelta(minutes=1))
    if answer is Answer.NOT_AFFECTED:
        more.setdefault("justification", "component_not_present")
    services.answer(vendor, opened.case, answer=answer, by="Ada", product=product, version=version, **more)


def handle(world, opened, vendor, *steps):
    for step in steps:
        world.clock.advance(timedelta(minutes=1))
        services.handle(vendor, opened.case, step=step, because="so we found")


def seat(opened, vendor, reader=None):
    seats = selectors.participants(reader or opened.coordinator, opened.case)
    return next(each for each in seats if each.party == vendor.party)


def steps(opened, vendor):
    return [
        (each.verb, each.state)
        for each in selectors.history(vendor, opened.case)
        if each.party == "Minimist" and each.moves in {"RM", "CS"}
    ]


def test_an_answer_is_dated_and_carries_the_name_of_who_gives_it(world, opened, vendor):
    answer(world, opened, vendor, Answer.LOOKING)
    with pytest.raises(BadInput) as refused:
        services.answer(vendor, opened.case, answer=Answer.FIXED, by=" ")
    assert refused.value.place == "by"
    (told,) = seat(opened, vendor, reader=opened.finder).answers
    assert (told.answer, told.by, told.at, told.about) == (Answer.LOOKING, "Ada", world.clock.now(), "all products")
    with pytest.raises(Forbidden):
        services.answer(opened.finder, opened.case, answer=Answer.FIXED, by="Grace")


def test_answers_stand_per_product_and_version_until_a_later_one_covers_them(world, opened, vendor):
    answer(world, opened, vendor, Answer.LOOKING)
    answer(world, opened, vendor, Answer.AFFECTED, "Widget", "2.x")
    answer(world, opened, vendor, Answer.NOT_AFFECTED, "Widget", "1.x")
    answer(world, opened, vendor, Answer.NOT_AFFECTED, "Gadget")
    stand = [(each.about, each.answer) for each in seat(opened, vendor).answers]
    assert stand == [
        ("all products", Answer.LOOKING),
        ("Gadget", Answer.NOT_AFFECTED),
        ("Widget 1.x", Answer.NOT_AFFECTED),
        ("Widget 2.x", Answer.AFFECTED),
    ]
    answer(world, opened, vendor, Answer.FIXED, "Widget")
    stand = {each.about: each.answer for each in seat(opened, vendor).answers}
    assert stand == {"all products": Answer.LOOKING, "Gadget": Answer.NOT_AFFECTED, "Widget": Answer.FIXED}
    answer(world, opened, vendor, Answer.FIXED)
    assert [each.about for each in seat(opened, vendor).answers] == ["all products"]
    on_record = selectors.answers(opened.finder, opened.case)
    assert [each.stands for each in on_record] == [False, False, False, False, False, True]
    assert on_record == sorted(on_record, key=lambda each: each.at)


def test_a_vendor_stands_where_the_answer_that_asks_most_of_it_puts_it(world, opened, vendor):
    assert seat(opened, vendor).answer is Answer.NOT_SEEN
    for product, said, whole in (
        ("Gadget", Answer.NOT_AFFECTED, Answer.NOT_AFFECTED),
        ("Widget", Answer.FIXED, Answer.FIXED),
        ("Gizmo", Answer.LOOKING, Answer.LOOKING),
        ("Gizmo", Answer.AFFECTED, Answer.AFFECTED),
        ("Gizmo", Answer.FIXED, Answer.FIXED),
    ):
        answer(world, opened, vendor, said, product)
        assert seat(opened, vendor).answer is whole


@pytest.mark.parametrize("place", ["product", "version"])
def test_a_product_is_one_line_and_a_version_is_one_of_a_product(opened, vendor, place):
    for text in ("x" * 201, "two\nlines", "\x1b[2J"):
        named = {"product": "Widget", "version": "1", place: text}
        with pytest.raises(BadInput) as refused:
            services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada", **named)
        assert refused.value.place == place
    with pytest.raises(BadInput) as refused:
        services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada", version="2.x")
    assert refused.value.place == "product"
    assert selectors.answers(vendor, opened.case) == []


def test_who_is_affected_has_taken_the_report_up_and_who_fixed_it_has_a_fix(world, opened, vendor):
    answer(world, opened, vendor, Answer.SEEN)
    answer(world, opened, vendor, Answer.LOOKING)
    assert steps(opened, vendor) == [("receive", "received"), ("V", "V")], "to look at it moves nothing"
    answer(world, opened, vendor, Answer.AFFECTED)
    answer(world, opened, vendor, Answer.AFFECTED, "Widget")
    assert steps(opened, vendor)[2:] == [("validate", "valid"), ("accept", "accepted")]
    answer(world, opened, vendor, Answer.FIXED)
    answer(world, opened, vendor, Answer.FIXED, "Widget")
    assert steps(opened, vendor)[4:] == [("F", "VF")], "a fix is ready once"
    assert seat(opened, vendor).fix == {Event.VENDOR_AWARE, Event.FIX_READY}


def test_who_is_not_affected_sets_the_report_aside_and_takes_it_up_when_it_finds_that_it_is(world, opened, vendor):
    answer(world, opened, vendor, Answer.NOT_AFFECTED)
    assert seat(opened, vendor).report is Report.INVALID
    answer(world, opened, vendor, Answer.AFFECTED)
    assert seat(opened, vendor).report is Report.ACCEPTED
    answer(world, opened, vendor, Answer.NOT_AFFECTED)
    assert seat(opened, vendor).report is Report.DEFERRED
    answer(world, opened, vendor, Answer.FIXED)
    assert seat(opened, vendor).report is Report.ACCEPTED


def test_a_fact_is_never_taken_back_by_a_later_answer(world, opened, vendor):
    answer(world, opened, vendor, Answer.FIXED)
    answer(world, opened, vendor, Answer.AFFECTED, "Gadget")
    assert Event.FIX_READY in seat(opened, vendor).fix


def test_what_a_vendor_did_is_one_step_at_a_time_and_only_what_is_open(world, opened, vendor):
    assert selectors.open_steps(vendor, opened.case) == [ReportVerb.VALIDATE, ReportVerb.INVALIDATE]
    with pytest.raises(AgainstRules, match="RM"):
        handle(world, opened, vendor, ReportVerb.ACCEPT)
    with pytest.raises(AgainstRules, match="rule 5"):
        handle(world, opened, vendor, Event.FIX_READY)
    handle(world, opened, vendor, ReportVerb.VALIDATE, ReportVerb.ACCEPT)
    with pytest.raises(AgainstRules, match="fix ready"):
        handle(world, opened, vendor, Event.FIX_DEPLOYED)
    handle(world, opened, vendor, Event.FIX_READY, Event.FIX_DEPLOYED)
    assert seat(opened, vendor).fix == {Event.VENDOR_AWARE, Event.FIX_READY, Event.FIX_DEPLOYED}
    assert selectors.open_steps(vendor, opened.case) == [ReportVerb.DEFER]
    assert steps(opened, vendor)[-1] == ("D", "VFD")


def test_nobody_closes_its_report_while_an_embargo_holds_and_closed_it_moves_no_more(world, opened, vendor):
    handle(world, opened, vendor, ReportVerb.VALIDATE, ReportVerb.DEFER)
    with pytest.raises(AgainstRules, match="rule 7"):
        handle(world, opened, vendor, ReportVerb.CLOSE)
    world.clock.advance(90 * DAY)
    handle(world, opened, vendor, ReportVerb.CLOSE)
    before = selectors.history(opened.coordinator, opened.case)
    with pytest.raises(AgainstRules, match="closed"):
        answer(world, opened, vendor, Answer.AFFECTED)
    for step in (*ReportVerb, Event.VENDOR_AWARE, Event.PUBLIC_AWARE, Event.FIX_DEPLOYED):
        with pytest.raises((AgainstRules, BadInput)):
            handle(world, opened, vendor, step)
    assert selectors.history(opened.coordinator, opened.case) == before
    assert selectors.answers(opened.coordinator, opened.case) == []


@pytest.mark.parametrize("step", [ReportVerb.RECEIVE, Event.VENDOR_AWARE, Event.PUBLIC_AWARE])
def test_a_vendor_says_nothing_that_is_not_its_own_to_say(opened, vendor, step):
    with pytest.raises(BadInput) as refused:
        services.handle(vendor, opened.case, step=step, because="b")
    assert refused.value.place == "step"


def test_a_step_says_why_and_only_a_vendor_takes_it(opened, vendor):
    with pytest.raises(BadInput) as refused:
        services.handle(vendor, opened.case, step=ReportVerb.VALIDATE, because=" ")
    assert refused.value.place == "because"
    for other in (opened.finder, opened.coordinator):
        with pytest.raises(Forbidden):
            services.handle(other, opened.case, step=ReportVerb.VALIDATE, because="b")


def test_one_vendor_moves_no_other(world, opened, vendor):
    other = world.actor(world.organisation(OrganisationKind.VENDOR, "Other"), name="Maintainer")
    services.invite(opened.coordinator, opened.case, party=other.party, name="Other", because="ships it")
    answer(world, opened, vendor, Answer.FIXED)
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    still = seat(opened, other)
    assert (still.report, still.fix, still.answer) == (Report.RECEIVED, {Event.VENDOR_AWARE}, Answer.NOT_SEEN)
    left = seat(opened, vendor)
    assert (left.report, left.answer) == (Report.ACCEPTED, Answer.FIXED), "its word stays on record"
    with pytest.raises(AgainstRules, match="rule 9"):
        answer(world, opened, vendor, Answer.AFFECTED)
    with pytest.raises(AgainstRules, match="rule 9"):
        handle(world, opened, vendor, ReportVerb.DEFER)


def test_that_a_vendor_knows_is_the_owners_to_say_with_evidence_and_once(world, opened, vendor):
    locator_less = services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="left@pad.example", because="its code"
    )
    assert locator_less
    silent = next(each for each in selectors.participants(opened.coordinator, opened.case) if each.name == "Left-pad")
    assert silent.fix == frozenset()
    with pytest.raises(BadInput) as refused:
        services.note_awareness(opened.coordinator, opened.case, silent.id, evidence=" ")
    assert refused.value.place == "evidence"
    for other in (opened.finder, vendor):
        with pytest.raises(Forbidden):
            services.note_awareness(other, opened.case, silent.id, evidence="its tracker")
    services.note_awareness(opened.coordinator, opened.case, silent.id, evidence="its public tracker")
    after = next(each for each in selectors.participants(opened.coordinator, opened.case) if each.id == silent.id)
    assert after.fix == {Event.VENDOR_AWARE}
    with pytest.raises(AgainstRules, match="already"):
        services.note_awareness(opened.coordinator, opened.case, silent.id, evidence="again")
    finder = next(each for each in selectors.participants(opened.finder, opened.case) if each.capacity == "finder")
    with pytest.raises(NotFound):
        services.note_awareness(opened.coordinator, opened.case, finder.id, evidence="its tracker")


def test_who_has_not_agreed_to_new_terms_reads_no_newer_answer_and_no_newer_reason(world, opened, vendor):
    answer(world, opened, vendor, Answer.LOOKING)
    world.clock.advance(timedelta(minutes=1))
    services.propose_embargo(vendor, opened.case, end=world.clock.now() + 60 * DAY, because="a release")
    answer(world, opened, vendor, Answer.AFFECTED, "Widget")
    handle(world, opened, vendor, ReportVerb.DEFER)
    assert [each.answer for each in selectors.answers(opened.finder, opened.case)] == [Answer.LOOKING]
    assert [each.answer for each in seat(opened, vendor, reader=opened.finder).answers] == [Answer.LOOKING]
    told = {each.verb: each.because for each in selectors.history(opened.finder, opened.case)}
    assert (told["defer"], told["propose"]) == ("", "a release")
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert len(selectors.answers(opened.finder, opened.case)) == 2
    told = {each.verb: each.because for each in selectors.history(opened.finder, opened.case)}
    assert told["defer"] == "so we found"


def page(client, party, opened, path=""):
    session = client.session
    session["levee.principal"] = str(party.id)
    session.save()
    found = client.get(f"/cases/{selectors.get(opened.coordinator, opened.case).public_id}/{path}")
    assert found.status_code == 200
    return found.content.decode()


def test_the_case_page_tells_every_answer_and_draws_how_far_each_vendor_is(world, opened, vendor, client):
    answer(world, opened, vendor, Answer.FIXED, "Widget", "2.x")
    answer(world, opened, vendor, Answer.NOT_AFFECTED, "Gadget")
    told = page(client, opened.finder, opened)
    for words in ("Widget 2.x", "component not present", "fix ready", "The course of the case"):
        assert words in told
    assert "awareness" not in told, "it is the owner who says that a vendor knows"
    assert "Set it aside" in page(client, vendor, opened, "report/")


def test_a_case_page_shows_what_came_out_and_who_declined(world, opened, vendor, client):
    services.claim(vendor, opened.case, event=Event.PUBLIC_AWARE, evidence="a post")
    (claim,) = selectors.claims(opened.coordinator, opened.case)
    world.clock.advance(timedelta(minutes=1))
    services.propose_embargo(vendor, opened.case, end=world.clock.now() + 60 * DAY, because="a release")
    services.consent(opened.finder, opened.case, verb=ConsentVerb.DECLINE)
    assert "declined" in page(client, opened.coordinator, opened)
    services.decide_claim(opened.coordinator, opened.case, claim.id, verb=ClaimVerb.ACCEPT, because="seen there")
    assert "public aware" in page(client, opened.coordinator, opened)
