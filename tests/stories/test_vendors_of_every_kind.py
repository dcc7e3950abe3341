"""Vendors: silent, late, mistaken, leaving, denying; and those with nobody behind them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.access.selectors import actor_of
from levee.cases import selectors, services
from levee.cases.clocks.moments import Moment
from levee.cases.clocks.running import State
from levee.cases.ladder.climbing import Way
from levee.cases.ladder.rungs import ATTEMPTS, Approach
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent, Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import Report, ReportVerb
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, NotFound, NotSignedIn
from levee.ledger.models import Pending
from support.coordination import codes, come_in, contact_of
from support.database import as_role


def test_silent_vendor_its_silence_is_shown_and_the_case_is_published_without_it(story):
    vendor = story.vendor("Minimist")
    services.keep_policy(story.owner, story.case, policy="coordinator:45-days", because="our policy")
    (clock,) = [each for each in selectors.timing(story.owner, story.case).clocks if each.policy != "embargo"]
    assert clock.yours, "the clock of a silent vendor asks the coordinator"
    story.pass_days(31)
    assert (story.seat(vendor).answer, story.seat(vendor).report) == (Answer.NOT_SEEN, Report.RECEIVED)
    assert story.state().embargo is Embargo.EXITED
    story.publishes()
    clock = next(each for each in selectors.timing(story.owner, story.case).clocks if each.policy != "embargo")
    assert clock.state is State.MET


def test_a_vendor_that_leaves_sees_no_more_and_takes_nobody_with_it(story):
    leaves, stays = story.vendor("Minimist"), story.vendor("Left-pad")
    story.answers(leaves, Answer.AFFECTED)
    story.answers(stays, Answer.FIXED)
    before = story.seat(stays)
    story.leaves(leaves)
    story.pass_days(1)
    story.writes(stays, "Our release is on Monday.")
    with pytest.raises(NotFound):
        story.read_by(leaves)
    assert story.seat(stays) == before
    assert story.state().embargo is Embargo.ACTIVE


def test_a_message_of_who_left_changes_nothing_and_its_attempt_is_on_its_own_record(world, story):
    leaves = story.vendor("Minimist")
    story.leaves(leaves)
    story.refused("case.rule_9", story.writes, leaves, "One more thing.")
    story.refused("case.rule_9", story.answers, leaves, Answer.FIXED)
    story.refused("case.rule_9", story.says_it_happened, leaves, Event.PUBLIC_AWARE)
    with as_role(world.owner_role):
        refusals = Pending.unscoped.filter(fields__contains="case.rule_9")
        assert {each.log_key for each in refusals} == {leaves.party}
        assert refusals.count() == 3


def test_a_vendor_that_declines_the_terms_at_the_door_has_seen_nothing(world, story):
    maintainer = come_in(world, story.owner, locator := story.letter("Minimist"), accept=False)
    services.decline(maintainer, contact_of(locator))
    for ask in (selectors.get, selectors.messages, selectors.history):
        with pytest.raises(NotFound):
            ask(maintainer, story.case)
    assert story.seat(maintainer).consent is Consent.DECLINED
    assert story.state().embargo is Embargo.ACTIVE


def test_a_vendor_that_comes_late_is_offered_the_terms_first_and_then_sees_all(world, story):
    story.writes(story.owner, "What we know so far.")
    story.pass_days(20)
    late = come_in(world, story.owner, locator := story.letter("Yargs"), accept=False)
    assert services.terms(late, contact_of(locator)).embargo_end == story.state().embargo_end
    with pytest.raises(NotFound):
        findings.get(late, story.opened.finding)
    world.clock.advance(timedelta(minutes=2))
    services.renew_terms_code(late, contact_of(locator))
    services.accept(late, contact_of(locator), by="Ada", code=codes(story.owner)[-1])
    assert findings.get(late, story.opened.finding)
    assert story.read_by(late) == ["What we know so far."]
    assert story.seat(late).fix == {Event.VENDOR_AWARE}


def test_a_vendor_that_takes_the_report_for_wrong_can_be_convinced(story):
    vendor = story.vendor("Minimist")
    services.handle(vendor, story.case, step=ReportVerb.INVALIDATE, because="it does not crash here")
    assert story.seat(vendor).report is Report.INVALID
    story.writes(story.finder, "Run it on the released version, with the second argument set.")
    services.handle(vendor, story.case, step=ReportVerb.VALIDATE, because="now it does")
    services.handle(vendor, story.case, step=ReportVerb.ACCEPT, because="we fix it")
    assert story.seat(vendor).report is Report.ACCEPTED


def test_a_vendor_that_said_not_affected_and_was_wrong_corrects_itself_and_both_are_on_record(story):
    vendor = story.vendor("Minimist")
    story.answers(vendor, Answer.NOT_AFFECTED, product="cli", reason="vulnerable_code_not_present")
    story.pass_days(2)
    story.answers(vendor, Answer.AFFECTED, product="cli")
    said = [(each.answer, each.stands) for each in selectors.answers(story.finder, story.case)]
    assert said == [(Answer.NOT_AFFECTED, False), (Answer.AFFECTED, True)]
    assert story.seat(vendor).report is Report.ACCEPTED


def test_a_vendor_answers_one_product_at_a_time_and_the_worst_counts(story):
    vendor = story.vendor("Minimist")
    story.answers(vendor, Answer.FIXED, product="minimist", version="1.x")
    story.answers(vendor, Answer.AFFECTED, product="minimist", version="0.x")
    story.answers(vendor, Answer.NOT_AFFECTED, product="docs", reason="component_not_present")
    assert story.seat(vendor).answer is Answer.AFFECTED


def test_a_vendor_cannot_close_its_report_while_the_embargo_holds_and_sets_it_aside_instead(story):
    vendor = story.vendor("Minimist")
    services.handle(vendor, story.case, step=ReportVerb.VALIDATE, because="it is so")
    services.handle(vendor, story.case, step=ReportVerb.ACCEPT, because="we fix it")

    def close():
        services.handle(vendor, story.case, step=ReportVerb.CLOSE, because="out of support")

    story.refused("case.rule_7", close)
    services.handle(vendor, story.case, step=ReportVerb.DEFER, because="out of support")
    assert story.state().embargo is Embargo.ACTIVE, "one vendor's setting aside ends nothing (rule 8)"
    story.ends(EndReason.OWNER)
    close()
    assert story.seat(vendor).report is Report.CLOSED
    story.refused("case.rm", services.handle, vendor, story.case, step=ReportVerb.ACCEPT, because="after all")


def test_a_fix_is_said_to_be_deployed_by_who_never_had_one(story):
    vendor = story.vendor("Minimist")
    for step in (Event.FIX_READY, Event.FIX_DEPLOYED):
        story.refused("case.rule_5", services.handle, vendor, story.case, step=step, because="done")
    assert story.seat(vendor).fix == {Event.VENDOR_AWARE}


def test_no_maintainer_is_reached_and_two_people_decide_to_look_for_a_steward(story):
    vendor = story.vendor("Minimist")
    seat, colleague = story.seat(vendor).id, story.colleague()
    for channel in ATTEMPTS[1:]:
        story.pass_days(7)
        services.chase(story.owner, story.case, seat, channel=channel, because="no answer")

    def agrees(who):
        services.settle_outcome(who, story.case, seat, agree=True, because="the project is abandoned")

    services.propose_outcome(story.owner, story.case, seat, way=Way.STEWARD, because="nobody answers for it")
    story.refused("case.second_person", agrees, story.owner)
    agrees(colleague)
    story.publishes()
    assert story.state().world == (Event.PUBLIC_AWARE,), "the decision did nothing by itself; publishing is an act"
    assert sum(each.moves == "SIL" for each in selectors.history(story.finder, story.case)) == len(ATTEMPTS)


def test_a_vendor_that_answers_late_takes_the_place_of_any_decision(story):
    vendor = story.vendor("Minimist")
    seat = story.seat(vendor).id
    story.pass_days(8)
    services.chase(story.owner, story.case, seat, channel=Approach.REMINDER, because="no answer")
    story.answers(vendor, Answer.LOOKING)
    with pytest.raises(AgainstRules):
        services.chase(story.owner, story.case, seat, channel=Approach.REMINDER, because="no answer")


def test_a_letter_that_is_forwarded_tells_a_colleague_nothing_without_the_code(story):
    locator = story.letter("Minimist")
    with pytest.raises(NotSignedIn):
        services.enter(contact_of(locator), code="0000000000")
    assert story.seat_named("Minimist").consent is Consent.INVITED


def test_a_stolen_link_is_ended_by_a_new_one_with_all_that_came_of_it(world, story):
    thief = story.maintainer("Minimist")
    world.clock.advance(timedelta(days=1))
    fresh = services.new_link(story.owner, story.case, participant=story.seat(thief).id)
    with pytest.raises(NotFound):
        story.read_by(thief)
    assert actor_of(thief.id) is None, "no session, passkey or token of it is anybody any more"
    honest = come_in(world, story.owner, fresh, accept=False)
    assert story.read_by(honest) == [], "the party agreed before, and whoever comes in by the new letter acts for it"


def test_an_exploited_flaw_in_the_european_market_starts_the_manufacturers_clocks_once(story):
    vendor = story.vendor("Minimist")
    services.keep_policy(vendor, story.case, policy="eu:cra", because="we sell there")
    story.owner_accepts(story.says_it_happened(vendor, Event.ATTACKS_OBSERVED, "a log"), keep_embargo=True)
    known = story.world.clock.now()
    due = {each.name: each.due for each in selectors.timing(vendor, story.case).clocks if each.policy == "eu:cra"}
    assert (due["early_warning"], due["notification"]) == (known + timedelta(hours=24), known + timedelta(hours=72))
    story.pass_days(0.5)
    now = story.world.clock.now()
    services.state_moment(vendor, story.case, moment=Moment.EARLY_WARNING, at=now, evidence="receipt 17")
    story.answers(vendor, Answer.FIXED)
    clocks = {each.name: each for each in selectors.timing(vendor, story.case).clocks if each.policy == "eu:cra"}
    assert clocks["early_warning"].state is State.MET
    assert clocks["final_report"].due == now + timedelta(days=14)
