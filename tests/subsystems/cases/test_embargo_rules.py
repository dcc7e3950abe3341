from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.answers import JUSTIFICATIONS, Answer, check_answer
from levee.cases.rules.embargo import (
    CONSENT,
    EMBARGO,
    LONGEST,
    Consent,
    ConsentVerb,
    Embargo,
    EmbargoVerb,
    check_end,
)
from levee.kernel.errors import BadInput, Conflict

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
FINAL = {Embargo.NONE, Embargo.EXITED}
HOLDING = {Embargo.ACTIVE, Embargo.REVISE}


def run(verbs):
    state = Embargo.NONE
    for verb in verbs:
        state = EMBARGO.after(state, verb)
    return state


def accepted(verbs):
    try:
        return run(verbs) in FINAL
    except Conflict:
        return False


def test_as_many_embargoes_run_from_none_to_an_end_as_the_model_has_words():
    words = [sum(map(accepted, product(EmbargoVerb, repeat=length))) for length in range(2, 8)]
    assert words == [1, 2, 4, 9, 18, 38]
    assert len(EMBARGO.steps) == 10


@given(st.lists(st.sampled_from(EmbargoVerb), max_size=12))
def test_an_embargo_that_was_accepted_holds_until_it_is_terminated_and_then_for_good(verbs):
    state, held, over = Embargo.NONE, False, False
    for verb in verbs:
        try:
            state = EMBARGO.after(state, verb)
        except Conflict:
            continue
        assert not over, "nothing follows the end"
        held = held or verb is EmbargoVerb.ACCEPT
        over = state is Embargo.EXITED
        assert (state in HOLDING) == (held and not over)
        assert not over or verb is EmbargoVerb.TERMINATE


def test_consent_moves_as_the_model_says_and_no_other_way():
    inviting = {Consent.NO_EMBARGO, Consent.LAPSED, Consent.DECLINED}
    asked = {Consent.NO_EMBARGO, Consent.INVITED, Consent.LAPSED}
    open_to = {
        ConsentVerb.INVITE: (inviting, Consent.INVITED),
        ConsentVerb.ACCEPT: (asked, Consent.SIGNATORY),
        ConsentVerb.DECLINE: (asked, Consent.DECLINED),
        ConsentVerb.REVISE: ({Consent.SIGNATORY}, Consent.LAPSED),
        ConsentVerb.RESET: (set(Consent), Consent.NO_EMBARGO),
    }
    for state, verb in product(Consent, ConsentVerb):
        states, after = open_to[verb]
        if state in states:
            assert CONSENT.after(state, verb) is after
        else:
            with pytest.raises(Conflict):
                CONSENT.after(state, verb)
    assert len(CONSENT.steps) == 15


@given(st.lists(st.sampled_from(ConsentVerb), max_size=10))
def test_nobody_becomes_a_signatory_but_by_accepting(verbs):
    state = Consent.NO_EMBARGO
    for verb in verbs:
        try:
            after = CONSENT.after(state, verb)
        except Conflict:
            continue
        if after is Consent.SIGNATORY:
            assert verb is ConsentVerb.ACCEPT
        assert not (state is Consent.DECLINED and after is Consent.SIGNATORY), "who declined is invited first"
        state = after


@given(st.timedeltas(min_value=-LONGEST * 2, max_value=LONGEST * 2))
def test_the_end_of_an_embargo_lies_ahead_and_within_ninety_days(away):
    if timedelta(0) < away <= LONGEST:
        assert check_end(NOW + away, NOW) == NOW + away
    else:
        with pytest.raises(BadInput):
            check_end(NOW + away, NOW)


def test_the_end_of_an_embargo_has_a_zone():
    with pytest.raises(BadInput, match="zone"):
        check_end(datetime(2026, 12, 1, 12, 0), NOW)  # noqa: DTZ001 - a time without a zone is what is refused


@given(st.sampled_from(Answer), st.sampled_from(["", "because", *sorted(JUSTIFICATIONS)]))
def test_not_affected_is_justified_and_nothing_else_is(answer, justification):
    fits = answer is not Answer.NOT_SEEN and (
        justification in JUSTIFICATIONS if answer is Answer.NOT_AFFECTED else not justification
    )
    if fits:
        check_answer(answer, justification)
    else:
        with pytest.raises(BadInput):
            check_answer(answer, justification)
