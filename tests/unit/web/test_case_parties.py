"""A case with very many parties shows those that need most, and counts all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent
from levee.cases.rules.reports import Report
from levee.cases.types import Participant
from levee.policy.actors import Capacity
from levee.web.cases.parties import MOST, answers_of, most_pressing

LAUNCH = datetime(2026, 6, 1, tzinfo=UTC)


def party(number: int, capacity: Capacity, answer: Answer = Answer.NOT_SEEN) -> Participant:
    return Participant(
        id=UUID(int=number),
        party=UUID(int=1000 + number),
        name=f"Party {number}",
        capacity=capacity,
        consent=Consent.SIGNATORY,
        report=Report.RECEIVED,
        fix=frozenset(),
        answer=answer,
        answers=(),
        earlier=(),
        consented_by="",
        consented_at=None,
        since=LAUNCH + timedelta(minutes=number),
    )


def case_of(answers: list[Answer]) -> list[Participant]:
    """An owner, a finder, and vendors that answered so."""
    vendors = [party(number, Capacity.VENDOR, answer) for number, answer in enumerate(answers, 2)]
    return [party(0, Capacity.OWNER), party(1, Capacity.FINDER), *vendors]


@given(st.lists(st.sampled_from(Answer), max_size=MOST - 2))
def test_so_few_parties_all_stand_on_the_page_in_the_order_in_which_they_came_in(answers: list[Answer]) -> None:
    parties = case_of(answers)
    assert list(most_pressing(parties)) == parties
    assert answers_of(parties) is None


@given(st.lists(st.sampled_from(Answer), min_size=MOST - 1, max_size=3 * MOST))
def test_of_more_no_vendor_that_is_silent_is_left_out_for_one_that_answered(answers: list[Answer]) -> None:
    parties = case_of(answers)
    shown = most_pressing(parties)
    left_out = [each for each in parties if each not in shown]
    assert len(shown) == MOST
    assert {Capacity.OWNER, Capacity.FINDER} <= {each.capacity for each in shown}
    assert not (
        any(each.answer is Answer.NOT_SEEN for each in left_out)
        and any(each.capacity is Capacity.VENDOR and each.answer is not Answer.NOT_SEEN for each in shown)
    )


@given(st.lists(st.sampled_from(Answer), min_size=MOST - 1, max_size=3 * MOST))
def test_the_picture_counts_every_vendor_once(answers: list[Answer]) -> None:
    chart = answers_of(case_of(answers))
    assert chart is not None
    drawn = {row.bar.label.replace(" ", "_"): row.bar.value for row in chart.rows}
    assert drawn == {each.value: answers.count(each) for each in Answer}
