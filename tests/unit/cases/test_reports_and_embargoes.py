"""How a report is handled, and what an embargo asks of reports and facts: one table each, and numbered rules across."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.crossing import (
    HOLDING,
    RULES,
    check_embargo,
    check_fix,
    check_report,
    ends_embargo,
    joint_states,
)
from levee.cases.rules.embargo import EMBARGO, Embargo, EmbargoVerb
from levee.cases.rules.facts import Event, Facts, every_state, facts
from levee.cases.rules.reports import REPORT, TAKEN_UP, Report, ReportVerb
from levee.kernel.errors import Conflict

WORLD = {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC, Event.ATTACKS_OBSERVED}


def test_a_report_is_handled_in_as_many_ways_as_the_model_has_words():
    assert len(REPORT.steps) == 11
    assert [len(list(REPORT.words(length))) for length in range(3, 8)] == [1, 2, 4, 4, 4]
    assert [len(list(EMBARGO.words(length))) for length in range(2, 8)] == [1, 2, 4, 9, 18, 38]


@given(st.lists(st.sampled_from(ReportVerb), max_size=12))
def test_a_report_is_closed_for_good_and_never_unread_or_undecided(verbs):
    state = Report.START
    for verb in verbs:
        try:
            after = REPORT.after(state, verb)
        except Conflict:
            continue
        assert state is not Report.CLOSED, "nothing follows the end"
        if after is Report.CLOSED:
            assert state in {Report.INVALID, Report.DEFERRED, Report.ACCEPTED}
        state = after


@pytest.mark.parametrize("state", [Report.VALID, Report.RECEIVED])
def test_a_refused_step_names_the_machine_and_what_is_possible(state):
    with pytest.raises(Conflict, match=f"a report that is {state.value} does not take “close”") as refused:
        REPORT.after(state, ReportVerb.CLOSE)
    assert refused.value.code == "case.rm"
    assert all(verb.value in refused.value.advice() for verb in REPORT.open_to(state))


def test_what_is_public_ends_an_embargo_and_attacks_do_unless_decided_otherwise():
    for state in every_state():
        public = bool(state.happened & {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC})
        attacked = Event.ATTACKS_OBSERVED in state.happened
        assert ends_embargo(state) == (public or attacked)
        assert ends_embargo(state, kept_during_attacks=True) == public


@pytest.mark.parametrize("verb", EmbargoVerb)
def test_an_embargo_is_agreed_only_over_a_secret_and_proposed_only_before_the_fix_is_out(verb):
    for state in every_state():
        known, deployed = bool(state.happened & WORLD), Event.FIX_DEPLOYED in state.happened
        refused_by = {
            EmbargoVerb.PROPOSE: 3 if known else 4 if deployed else 0,
            EmbargoVerb.ACCEPT: 3 if known else 0,
        }.get(verb, 0)
        if not refused_by:
            check_embargo(verb, state)
            continue
        with pytest.raises(Conflict) as refused:
            check_embargo(verb, state)
        assert refused.value.code == f"case.rule_{refused_by}"
        assert RULES[refused_by].says in refused.value.message


def test_nobody_closes_while_an_embargo_holds():
    for verb, embargo in product(ReportVerb, Embargo):
        if verb is ReportVerb.CLOSE and embargo in HOLDING:
            with pytest.raises(Conflict, match="set aside"):
                check_report(verb, embargo)
        else:
            check_report(verb, embargo)


def test_a_fix_comes_from_who_took_the_report_up():
    for event, report in product(Event, Report):
        if event in {Event.FIX_READY, Event.FIX_DEPLOYED} and report not in TAKEN_UP:
            with pytest.raises(Conflict, match="accepted the report"):
                check_fix(event, report)
        else:
            check_fix(event, report)


def test_the_rules_leave_as_much_of_the_joint_space_as_was_counted_by_others():
    assert [len(left) for _, left in joint_states()] == [1120, 520, 380]
    for joint in joint_states()[-1][1]:
        if joint.embargo in HOLDING | {Embargo.PROPOSED}:
            assert str(joint.facts)[3:] == "pxa"


@given(st.lists(st.sampled_from(Event), max_size=8), st.booleans())
def test_no_reachable_case_keeps_an_embargo_over_what_is_public(events, kept):
    """Propose, agree, let things happen in any order: no embargo is left over what everybody knows."""
    state, embargo = Facts(), Embargo.NONE
    for verb in (EmbargoVerb.PROPOSE, EmbargoVerb.ACCEPT):
        check_embargo(verb, state)
        embargo = EMBARGO.after(embargo, verb)
    for event in events:
        if event in state.legal:
            state = state.after(event)
        if embargo in HOLDING and ends_embargo(state, kept_during_attacks=kept):
            embargo = EMBARGO.after(embargo, EmbargoVerb.TERMINATE)
        assert embargo not in HOLDING or not state.happened & {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC}
        assert embargo is not Embargo.NONE


def test_facts_are_read_as_they_are_written():
    assert [str(facts(str(each))) for each in every_state()] == [str(each) for each in every_state()]
