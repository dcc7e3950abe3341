"""What breaks an embargo: leaks, exploits, attacks, haste, delay; and what must not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from levee.advisories import selectors as advisories
from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.kernel.errors import NotFound
from levee.platform.database.roles import DbRole
from support.database import as_role
from support.stories import Story


def test_early_leak_a_blog_post_ends_the_embargo_for_all_at_once_and_no_new_one_starts(story):
    first, second = story.vendor("Minimist"), story.vendor("Left-pad")
    story.pass_days(3)
    leak = story.says_it_happened(first, Event.PUBLIC_AWARE, "https://blog.example/minimist")
    assert story.state().embargo is Embargo.ACTIVE, "somebody's word alone ends nothing"
    story.owner_accepts(leak)
    for party in (story.finder, first, second):
        seen = story.state(party)
        assert (seen.embargo, seen.embargo_end_reason) == (Embargo.EXITED, EndReason.PUBLIC)
    story.refused("case.rule_3", story.proposes, first, days=5)


def test_a_rumour_that_is_about_another_flaw_moves_nothing(story):
    vendor = story.vendor("Minimist")
    rumour = story.says_it_happened(vendor, Event.PUBLIC_AWARE, "a talk that was announced")
    story.owner_refuses(rumour)
    assert (story.state().embargo, story.state().world) == (Embargo.ACTIVE, ())
    assert [each.state for each in selectors.claims(story.finder, story.case)] == ["refused"]


def test_wrong_public_two_people_correct_it_and_the_secret_is_kept_again(story):
    vendor, end = story.vendor("Minimist"), story.state().embargo_end
    mistake = story.says_it_happened(story.finder, Event.PUBLIC_AWARE, "a commit that looks like the fix")
    story.owner_accepts(mistake)
    services.doubt_claim(story.owner, story.case, mistake, because="the commit is about another file")
    before = story.case
    story.case = services.settle_doubt(
        story.colleague(), story.case, mistake, verb=ClaimVerb.CORRECT, because="so it is"
    )
    assert (story.state(vendor).embargo, story.state(vendor).embargo_end) == (Embargo.ACTIVE, end)
    assert selectors.get(vendor, before).world == (Event.PUBLIC_AWARE,), "what was on record stays so, over there"


def test_an_exploit_is_published_before_anybody_spoke_of_the_flaw(story):
    told, untold = story.vendor("Minimist"), story.letter("Left-pad")
    assert untold
    story.owner_accepts(story.says_it_happened(told, Event.EXPLOIT_PUBLIC, "a repository with the exploit"))
    assert story.state(told).world == (Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC)
    assert story.state(told).embargo is Embargo.EXITED
    vendors = [each for each in selectors.participants(story.owner, story.case) if each.capacity == "vendor"]
    assert all(Event.VENDOR_AWARE in each.fix for each in vendors), "where the public knows, every vendor does"


def test_exploitation_is_seen_and_ends_the_embargo_where_its_owner_says_nothing_else(story):
    vendor = story.vendor("Minimist")
    story.owner_accepts(story.says_it_happened(vendor, Event.ATTACKS_OBSERVED, "logs of three customers"))
    assert (story.state().embargo, story.state().embargo_end_reason) == (Embargo.EXITED, EndReason.ATTACKS)
    assert story.state().world == (Event.ATTACKS_OBSERVED,), "attacks do not make the flaw public"


def test_exploitation_is_seen_and_its_owner_keeps_the_secret_until_a_fix_is_out(story):
    vendor = story.vendor("Minimist")
    story.owner_accepts(story.says_it_happened(vendor, Event.ATTACKS_OBSERVED, "one log"), keep_embargo=True)
    assert story.state(vendor).embargo is Embargo.ACTIVE
    story.refused("case.rule_3", story.proposes, vendor, days=60)
    story.answers(vendor, Answer.FIXED, product="minimist", version="0.2.1")
    story.publishes()
    assert story.state().world == (Event.PUBLIC_AWARE, Event.ATTACKS_OBSERVED)


def test_extension_refused_the_end_that_was_agreed_holds_and_publication_goes_ahead_without_a_fix(story):
    vendor, end = story.vendor("Minimist"), story.state().embargo_end
    story.pass_days(20)
    story.owner_says(EmbargoVerb.REJECT, story.proposes(vendor, days=40))
    assert (story.state().embargo, story.state().embargo_end) == (Embargo.ACTIVE, end)
    assert story.seat(vendor).consent is Consent.SIGNATORY, "who asked for more is bound by what was agreed"
    story.pass_days(11)
    assert (story.state().embargo, story.state().embargo_end_reason) == (Embargo.EXITED, EndReason.TIME)
    story.publishes()
    with as_role(DbRole.PUBLIC):
        assert advisories.count_published() == 1


def test_extension_nobody_answers_is_read_as_no(story):
    vendor, end = story.vendor("Minimist"), story.state().embargo_end
    story.proposes(vendor, days=60, answer_in=3)
    assert story.state().embargo is Embargo.REVISE
    story.pass_days(4)
    assert (story.state().embargo, story.state().embargo_end) == (Embargo.ACTIVE, end)
    assert any(each.startswith("No answer in time") for each in story.told())


def test_extension_granted_binds_who_agrees_and_tells_nothing_new_to_who_does_not(story):
    asks, silent = story.vendor("Minimist"), story.vendor("Left-pad")
    story.writes(story.owner, "before")
    story.pass_days(1)
    proposal = story.proposes(asks, days=60)
    story.owner_says(EmbargoVerb.ACCEPT, proposal)
    story.pass_days(0.1)
    story.writes(asks, "after")
    assert story.read_by(asks) == ["before", "after"]
    assert story.read_by(silent) == ["before"]
    services.consent(silent, story.case, verb="accept")
    assert story.read_by(silent) == ["before", "after"]


def test_of_several_proposals_the_shortest_is_agreed_and_the_longer_one_revises_it(story):
    vendor = story.vendor("Minimist")
    long, short = story.proposes(vendor, days=60), story.proposes(story.finder, days=10)
    story.refused("case.rule_11", story.owner_says, EmbargoVerb.ACCEPT, long)
    story.owner_says(EmbargoVerb.ACCEPT, short)
    assert (story.state().embargo, story.state().embargo_end) == (Embargo.REVISE, story.ahead(10))


def test_an_embargo_without_an_end_in_sight_or_behind_us_is_refused(story):
    for days in (91, -1):
        story.refused("case.rule_10", story.proposes, story.finder, days=days)


def test_public_by_policy_a_project_that_works_in_the_open_has_no_embargo(world, story):
    story.ends(EndReason.OWNER, "SECURITY.md: report in the public tracker")
    vendor = story.vendor("Minimist")
    story.writes(vendor, "We fix it in the open.")
    assert story.state().embargo is Embargo.EXITED
    story.publishes()
    assert story.state(vendor).world == (Event.PUBLIC_AWARE,)


def test_one_vendor_ships_its_fix_and_talks_the_others_learn_at_once_that_it_is_out(story):
    hasty, others = story.vendor("Minimist"), [story.vendor(name) for name in ("Left-pad", "Yargs")]
    story.answers(hasty, Answer.FIXED, product="minimist", version="0.2.1")
    services.handle(hasty, story.case, step=Event.FIX_DEPLOYED, because="released with notes that say why")
    story.refused("case.rule_4", story.proposes, others[0], days=40)
    story.owner_accepts(story.says_it_happened(others[0], Event.PUBLIC_AWARE, "their release notes"))
    assert story.state().embargo is Embargo.EXITED
    assert [story.seat(each).fix for each in others] == [{Event.VENDOR_AWARE}] * 2, "one's fix is nobody else's"


@pytest.mark.parametrize(
    ("opened", "end"),
    [
        (datetime(2027, 3, 27, 9, 0, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (datetime(2027, 10, 30, 9, 0, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
    ],
    ids=["spring", "autumn"],
)
def test_an_embargo_ends_once_at_its_instant_when_the_clocks_change(world, opened, end):
    world.clock.advance(opened - world.clock.now())
    story = Story(world)
    services.shorten_embargo(story.owner, story.case, end=end, because="before the conference")
    world.clock.advance(end - world.clock.now() - timedelta(seconds=1))
    assert story.state().embargo is Embargo.ACTIVE
    world.clock.advance(timedelta(seconds=1))
    assert story.state().embargo is Embargo.EXITED
    world.clock.advance(timedelta(hours=2))
    assert [each for each in story.told() if "ends" in each] == ["The embargo ends: its time is over"]


def test_who_was_never_told_learns_nothing_of_all_this(world, story):
    stranger = world.finder("Stranger")
    story.vendor("Minimist")
    story.ends(EndReason.ATTACKS)
    for ask in (selectors.get, selectors.history, selectors.claims, selectors.participants):
        with pytest.raises(NotFound):
            ask(stranger, story.case)
