from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.folding import Hit, Remedy, fold
from levee.exposure.timelines import Inputs, Signal, timeline
from levee.inventory.types import Criticality, Owner

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)

signals = st.builds(
    Signal,
    value=st.booleans(),
    source=st.just("x"),
    at=st.integers(0, 400).map(lambda hours: MONDAY + timedelta(hours=hours)),
)
timelines = st.builds(Inputs, kev=signals, exposed=signals, automatable=signals, total=signals).map(
    lambda inputs: timeline(inputs, detected_at=MONDAY)
)
remedies = st.builds(
    Remedy,
    owner=st.sampled_from(Owner),
    owner_name=st.sampled_from(["", "Core Services"]),
    ecosystem=st.just("npm"),
    package=st.sampled_from(["ini", "lodash"]),
    version=st.sampled_from(["", "1.2.8", "4.17.21"]),
    certain=st.booleans(),
)
hits = st.lists(
    st.builds(
        Hit,
        match=st.uuids(),
        asset=st.integers(1, 5).map(lambda n: UUID(int=n)),
        vulnerability=st.sampled_from(["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]),
        remedy=remedies,
        timeline=timelines,
        criticality=st.sampled_from(Criticality),
    ),
    max_size=12,
)


@given(hits)
def test_every_match_is_in_exactly_one_action_and_every_action_is_one_fix_for_one_owner(given_hits):
    plans = fold(given_hits)
    assert sorted(hit.match for plan in plans for hit in plan.hits) == sorted(hit.match for hit in given_hits)
    assert len({plan.remedy for plan in plans}) == len(plans)
    assert all(hit.remedy == plan.remedy for plan in plans for hit in plan.hits)


@given(hits)
def test_an_action_is_as_pressing_as_its_most_pressing_match(given_hits):
    for plan in fold(given_hits):
        dates = [hit.timeline.due_at for hit in plan.hits if hit.timeline.due_at]
        assert plan.timeline.due_at == (min(dates) if dates else None)


@given(hits)
def test_the_order_follows_the_dates_and_not_the_order_of_arrival(given_hits):
    plans = fold(given_hits)
    assert [plan.remedy for plan in fold(reversed(given_hits))] == [plan.remedy for plan in plans]
    dates = [plan.timeline.due_at for plan in plans]
    with_date = [date for date in dates if date]
    assert dates[: len(with_date)] == sorted(with_date)


def test_many_vulnerabilities_on_many_assets_are_one_thing_to_do():
    remedy = Remedy(owner=Owner.US, owner_name="", ecosystem="npm", package="lodash", version="4.17.21")
    signal = Signal(value=True, source="x", at=MONDAY)
    due = timeline(Inputs(kev=signal, exposed=signal, automatable=signal, total=signal), detected_at=MONDAY)
    many = [
        Hit(match=UUID(int=10 * a + v), asset=UUID(int=a), vulnerability=f"CVE-2026-{v}", remedy=remedy, timeline=due)
        for a in range(4)
        for v in range(5)
    ]
    (plan,) = fold(many)
    assert (len(plan.hits), len(plan.assets), len(plan.vulnerabilities)) == (20, 4, 5)
