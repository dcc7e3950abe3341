"""Policies of projects: what they are called, and what they leave room for in a case's embargo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.course.replay import Entry, Moves, Standing
from levee.cases.projects.naming import project, project_of
from levee.cases.projects.policies import (
    AiFound,
    Bound,
    Counts,
    Terms,
    began,
    check_opening,
    check_proposal,
    check_terms,
    keeps_no_secret,
    latest_end,
)
from levee.cases.rules.embargo import LONGEST, ConsentVerb, Embargo, EmbargoVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.kernel.errors import AgainstRules, BadInput

NOON, DAY = datetime(2026, 11, 23, 12, tzinfo=UTC), timedelta(days=1)
OWNER, MAKER, SHIPPER = UUID(int=1), UUID(int=2), UUID(int=3)
NAMED = "pkg:npm/minimist, version 2"
TERMS = st.builds(
    Terms,
    ai_found=st.sampled_from(AiFound),
    embargo=st.sampled_from(Counts),
    longest_days=st.none() | st.integers(1, LONGEST.days),
)
HAPPENED = st.dictionaries(st.sampled_from(Counts), st.integers(-100, 0).map(lambda days: NOON + days * DAY))


def proposal(days, by=MAKER):
    return Entry(at=NOON, moves=Moves.EMBARGO, verb=EmbargoVerb.PROPOSE, by=by, end=NOON + days * DAY)


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("npm:minimist@0.0.8", "pkg:npm/minimist"),
        ("npm:@babel/core@7.0.0", "pkg:npm/%40babel/core"),
        ("pypi:Zope.Interface@5", "pkg:pypi/zope.interface"),
        ("source:tidepack@1.0.0", "pkg:generic/tidepack"),
        ("source:tidepack", "pkg:generic/tidepack"),
    ],
)
def test_a_target_names_its_project_without_version(target, named):
    assert project_of(target) == named == project(f"{named}@9?arch=x#y")


@pytest.mark.parametrize("text", ["minimist", "npm:minimist", "pkg:npm/", ""])
def test_what_is_no_package_url_names_no_project(text):
    with pytest.raises(BadInput):
        project(text)


@pytest.mark.parametrize(
    ("terms", "place"),
    [
        (Terms(embargo=Counts.NONE, longest_days=3), "longest_days"),
        (Terms(longest_days=0), "longest_days"),
        (Terms(longest_days=91), "longest_days"),
        (Terms(per_week=0), "per_week"),
        (Terms(per_week=1001), "per_week"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused_with_their_field(terms, place):
    with pytest.raises(BadInput) as refused:
        check_terms(terms)
    assert refused.value.place == place


def test_a_project_keeps_no_secret_by_its_embargo_or_of_what_ai_found():
    assert not keeps_no_secret(Terms(), ai_found=True)
    assert keeps_no_secret(Terms(embargo=Counts.NONE), ai_found=False)
    public = Terms(ai_found=AiFound.PUBLIC)
    assert keeps_no_secret(public, ai_found=True)
    assert not keeps_no_secret(public, ai_found=False)


def test_contact_report_and_fix_are_the_first_of_each_among_the_vendors():
    def entry(hours, moves, verb, seat):
        return Entry(at=NOON + timedelta(hours=hours), moves=moves, verb=verb, seat=seat)

    told = [
        entry(0, Moves.CONSENT, ConsentVerb.ACCEPT, OWNER),
        entry(1, Moves.CONSENT, ConsentVerb.INVITE, MAKER),
        entry(2, Moves.CONSENT, ConsentVerb.ACCEPT, SHIPPER),
        entry(3, Moves.REPORT, ReportVerb.RECEIVE, SHIPPER),
        entry(4, Moves.REPORT, ReportVerb.RECEIVE, MAKER),
        entry(5, Moves.FACTS, Event.VENDOR_AWARE, MAKER),
        entry(6, Moves.FACTS, Event.FIX_READY, MAKER),
    ]
    hours = {counts: (at - NOON) / timedelta(hours=1) for counts, at in began(told, [MAKER, SHIPPER]).items()}
    assert hours == {Counts.CONTACT: 1, Counts.REPORT: 3, Counts.FIX: 6}


@given(terms=TERMS, happened=HAPPENED, days=st.integers(1, 90), holds=st.booleans(), agreed=st.integers(1, 90))
def test_no_proposal_ends_later_than_the_policy_allows_unless_it_brings_an_end_forward(
    terms, happened, days, holds, agreed
):
    state = Standing(
        owner=OWNER, embargo=Embargo.ACTIVE if holds else Embargo.NONE, end=NOON + agreed * DAY if holds else None
    )
    latest = latest_end(terms, happened, NOON)
    fits = latest is None or NOON + days * DAY <= latest or (holds and days < agreed)
    wants = holds or not keeps_no_secret(terms, ai_found=True)
    for by in (OWNER, MAKER):
        try:
            check_proposal(Bound(named=NAMED, terms=terms, ai_found=True), state, proposal(days, by), happened)
            taken = True
        except AgainstRules as refusal:
            taken = False
            assert refusal.code == "case.project_policy"
            assert NAMED in str(refusal)
        assert taken is (fits and (wants or by == OWNER))


@given(terms=TERMS, days=st.none() | st.integers(1, 90), ai_found=st.booleans(), reason=st.sampled_from(["", " ", "b"]))
def test_a_case_opens_under_an_embargo_that_its_project_wants_or_its_owner_gives_a_reason_for(
    terms, days, ai_found, reason
):
    bound, end = Bound(named=NAMED, terms=terms, ai_found=ai_found), None if days is None else NOON + days * DAY
    latest = latest_end(terms, {}, NOON)
    fits = end is None or (
        (not keeps_no_secret(terms, ai_found=ai_found) or bool(reason.strip())) and (latest is None or end <= latest)
    )
    try:
        check_opening(bound, end, reason, NOON)
        taken = True
    except AgainstRules:
        taken = False
    assert taken is fits


def test_before_there_is_a_fix_a_policy_that_counts_from_it_sets_no_end():
    terms = Terms(embargo=Counts.FIX, longest_days=7)
    assert latest_end(terms, {Counts.REPORT: NOON}, NOON) is None
    assert latest_end(terms, {Counts.FIX: NOON - DAY}, NOON) == NOON + 6 * DAY


def test_the_last_instant_that_a_policy_allows_is_allowed_and_the_next_is_not():
    bound = Bound(named=NAMED, terms=Terms(longest_days=30))
    check_opening(bound, NOON + 30 * DAY, "", NOON)
    with pytest.raises(AgainstRules):
        check_opening(bound, NOON + 30 * DAY + timedelta(microseconds=1), "", NOON)
