from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.exposure.actions.folding import Hit, Remedy, fold, standing
from levee.exposure.priority.shipped import BOD_26_04, shipped
from levee.exposure.priority.timelines import timeline
from levee.formats.signals import VALUES, Signal, Signals
from levee.inventory.types import Criticality, Owner

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
BOD = shipped()[BOD_26_04]

instants = st.integers(0, 400).map(lambda hours: MONDAY + timedelta(hours=hours))
timelines = st.fixed_dictionaries(
    {
        name: st.builds(Signal, value=st.sampled_from(VALUES[name]), source=st.just("x"), at=instants)
        for name in BOD.inputs
    }
).map(lambda inputs: timeline(BOD, inputs, detected_at=MONDAY, now=MONDAY + timedelta(days=30)))


def told(name, values):
    return st.none() | st.builds(Signal, value=values, source=st.just("x"), at=instants)


signals = st.builds(
    Signals,
    kev=told("kev", st.sampled_from(["yes", "no"])),
    weaponised=told("weaponised", st.sampled_from(["yes", "no"])),
    ransomware=told("ransomware", st.sampled_from(["yes", "no"])),
    exploitation=told("exploitation", st.sampled_from(VALUES["exploitation"])),
    epss=told("epss", st.sampled_from(["0.01", "0.4", "0.97"])),
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
        signals=signals,
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
def test_the_order_does_not_depend_on_the_order_of_arrival(given_hits):
    plans = fold(given_hits)
    assert [plan.remedy for plan in fold(reversed(given_hits))] == [plan.remedy for plan in plans]


def displayed(plan):
    """What stands beside an action, worked out apart from the code that ranks."""
    due = plan.timeline.due_at
    each = [hit.signals for hit in plan.hits]
    rank = {"high": 0, "medium": 1, "unknown": 1, "low": 2}
    return (
        due.date().isoformat() if due else "9999-12-31",
        plan.timeline.band.days or 10**6,
        0 if plan.timeline.band.forensics else 1,
        0
        if any((s.kev and s.kev.value == "yes") or (s.exploitation and s.exploitation.value == "active") for s in each)
        else 1,
        0 if any(s.weaponised and s.weaponised.value == "yes" for s in each) else 1,
        0 if any(s.ransomware and s.ransomware.value == "yes" for s in each) else 1,
        -max((float(s.epss.value) for s in each if s.epss), default=0.0),
        min(rank[hit.criticality.value] for hit in plan.hits),
        -len(plan.hits),
    )


@given(hits)
def test_the_order_is_the_lexicographic_one_of_the_values_shown_and_of_nothing_else(given_hits):
    shown = [displayed(plan) for plan in fold(given_hits)]
    assert shown == sorted(shown)


def test_inside_a_band_a_public_exploit_outranks_ransomware_and_both_outrank_a_high_epss():
    inputs = {name: Signal(value=VALUES[name][-1], source="x", at=MONDAY) for name in BOD.inputs}
    due = timeline(BOD, inputs, detected_at=MONDAY, now=MONDAY)
    yes = Signal(value="yes", source="x", at=MONDAY)
    alike = [
        ("epss", Signals(epss=Signal(value="0.99", source="x", at=MONDAY))),
        ("quiet", Signals()),
        ("weapon", Signals(weaponised=yes)),
        ("ransom", Signals(ransomware=yes)),
    ]
    plans = fold(
        Hit(
            match=UUID(int=at),
            asset=UUID(int=1),
            vulnerability=name,
            remedy=Remedy(owner=Owner.US, owner_name="", ecosystem="npm", package=name, version="2"),
            timeline=due,
            signals=known,
        )
        for at, (name, known) in enumerate(alike)
    )
    assert [plan.remedy.package for plan in plans] == ["weapon", "ransom", "epss", "quiet"]
    assert len({standing(plan) for plan in plans}) == 4


def test_many_vulnerabilities_on_many_assets_are_one_thing_to_do():
    remedy = Remedy(owner=Owner.US, owner_name="", ecosystem="npm", package="lodash", version="4.17.21")
    inputs = {name: Signal(value=VALUES[name][-1], source="x", at=MONDAY) for name in BOD.inputs}
    due = timeline(BOD, inputs, detected_at=MONDAY, now=MONDAY)
    many = [
        Hit(match=UUID(int=10 * a + v), asset=UUID(int=a), vulnerability=f"CVE-2026-{v}", remedy=remedy, timeline=due)
        for a in range(4)
        for v in range(5)
    ]
    (plan,) = fold(many)
    assert (len(plan.hits), len(plan.assets), len(plan.vulnerabilities)) == (20, 4, 5)


@given(st.permutations(["yes", "no", "yes"]))
def test_of_what_is_due_alike_that_speaks_which_the_internet_reaches(exposed):
    remedy = Remedy(owner=Owner.US, owner_name="", ecosystem="npm", package="lodash", version="4.17.21")

    def due(reached):
        inputs = {name: Signal(value=VALUES[name][-1], source="x", at=MONDAY) for name in BOD.inputs}
        return timeline(
            BOD, inputs | {"exposed": Signal(value=reached, source="x", at=MONDAY)}, detected_at=MONDAY, now=MONDAY
        )

    alike = [due(each) for each in exposed]
    assert len({(each.due_at, each.band) for each in alike}) == 1
    (plan,) = fold(
        Hit(match=UUID(int=at), asset=UUID(int=at), vulnerability=f"CVE-2026-{at}", remedy=remedy, timeline=each)
        for at, each in enumerate(alike)
    )
    assert plan.timeline.inputs["exposed"].value == "yes"
