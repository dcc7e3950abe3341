"""When two cases may become one, and which end then holds (rule 14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import WORLD
from levee.cases.rules.merging import check_merge, merged_end
from levee.kernel.errors import AgainstRules

START = datetime(2026, 11, 29, tzinfo=UTC)
ends = st.none() | st.integers(min_value=1, max_value=90 * 24).map(lambda hours: START + timedelta(hours=hours))


@given(st.lists(ends, min_size=1))
def test_the_earliest_end_holds_in_whatever_order_and_grouping_cases_are_merged(agreed):
    end, known = merged_end(agreed), [each for each in agreed if each is not None]
    assert end == (min(known) if known else None)
    assert merged_end(reversed(agreed)) == end
    one_by_one = None
    for each in agreed:
        one_by_one = merged_end([one_by_one, each])
    assert one_by_one == end
    half = len(agreed) // 2
    assert merged_end([merged_end(agreed[:half]), merged_end(agreed[half:])]) == end


def refused(one, other):
    try:
        check_merge(one, other)
    except AgainstRules as error:
        return error
    return None


@pytest.mark.parametrize(("one", "other"), list(product(Embargo, Embargo)))
def test_cases_are_merged_when_both_are_as_secret_and_no_end_is_proposed(one, other):
    alike = (one in HOLDING) is (other in HOLDING)
    settled = not {one, other} & {Embargo.PROPOSED, Embargo.REVISE}
    assert (refused((one, frozenset()), (other, frozenset())) is None) is (alike and settled)


@given(st.sets(st.sampled_from(sorted(WORLD))), st.sets(st.sampled_from(sorted(WORLD))))
def test_what_is_out_in_one_is_accepted_in_the_other_first(one, other):
    error = refused((Embargo.EXITED, one), (Embargo.EXITED, other))
    assert (error is None) is (one == other)
    assert error is None or error.code == "case.rule_14"
