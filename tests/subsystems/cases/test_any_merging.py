"""Whatever cases are merged and split, in any order: the earliest end holds, and every finder keeps credit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from levee.cases import selectors, services
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo
from levee.findings import selectors as findings
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from support.coordination import another_case, open_for, vendor_of

MOST = 5
place = st.integers(min_value=0, max_value=MOST * 2)
days = st.integers(min_value=2, max_value=80)


class AnyMerging(RuleBasedStateMachine):
    """Cases of one house, each with a finder of its own, and a vendor that takes part in the first."""

    def __init__(self, world):
        super().__init__()
        self.world, self.number = world, 0

    @initialize()
    def begin(self):
        self.opened = open_for(self.world)
        self.coordinator, self.vendor = self.opened.coordinator, vendor_of(self.world)
        services.invite(
            self.coordinator, self.opened.case, party=self.vendor.party, name="Minimist", because="its code"
        )
        self.people = {"Harrow": self.opened.finder, "Minimist": self.vendor}
        first = selectors.get(self.coordinator, self.opened.case)
        self.ends = {first.id: first.embargo_end}
        self.found = {first.id: {self.opened.finding: "Harrow"}}
        self.gone = {}

    def _going_on(self, which):
        live = [case for case in self.ends if case not in self.gone]
        return live[which % len(live)]

    @rule(ahead=days)
    def open(self, ahead):
        if len(self.ends) >= MOST:
            return
        AnyMerging.number = getattr(AnyMerging, "number", 0) + 1
        name = f"Finder {AnyMerging.number}"
        other = another_case(self.world, self.opened, name, days=ahead)
        self.people[name] = other.finder
        self.ends[other.case] = self.world.clock.now() + timedelta(days=ahead)
        self.found[other.case] = {other.finding: name}

    @rule(one=place, other=place)
    def merge(self, one, other):
        case, into = self._going_on(one), self._going_on(other)
        if case == into:
            with pytest.raises(BadInput):
                services.merge(self.coordinator, case, into=into, because="one bug")
            return
        plan = services.merge_plan(self.coordinator, case, into=into)
        services.merge(self.coordinator, case, into=into, because="one bug")
        self.gone[case] = into
        self.ends[into] = min(self.ends[case], self.ends[into])
        self.found[into] |= self.found.pop(case)
        assert plan.embargo_end == self.ends[into]
        assert set(plan.finders) == set(self.found[into].values())

    @rule(which=place, chosen=place)
    def split(self, which, chosen):
        case = self._going_on(which)
        there = sorted(self.found[case])
        if len(there) < 2:
            with pytest.raises(BadInput):
                services.split(self.coordinator, case, findings=there, title="t", because="two bugs")
            return
        finding = there[chosen % len(there)]
        part = services.split(self.coordinator, case, findings=[finding], title="t", because="two bugs")
        self.found[part] = {finding: self.found[case].pop(finding)}
        self.ends[part] = self.ends[case]

    @rule(which=place, hours=st.integers(min_value=1, max_value=47))
    def shorten(self, which, hours):
        case = self._going_on(which)
        end = self.ends[case] - timedelta(hours=hours)
        if end > self.world.clock.now():
            services.shorten_embargo(self.coordinator, case, end=end, because="it is being looked for")
            self.ends[case] = end

    @rule(which=place, verb=st.sampled_from([ConsentVerb.ACCEPT, ConsentVerb.DECLINE]))
    def answer(self, which, verb):
        waiting = [(who, offer) for who in self.people.values() for offer in selectors.offers(who)]
        if waiting:
            who, offer = waiting[which % len(waiting)]
            services.answer_offer(who, offer.participant, verb=verb)

    @rule(which=place)
    def go_round(self, which):
        if self.gone:
            case = list(self.gone)[which % len(self.gone)]
            with pytest.raises(AgainstRules):
                services.merge(self.coordinator, self._going_on(which), into=case, because="round and round")

    @invariant()
    def the_earliest_end_holds_and_every_finder_keeps_credit(self):
        for case, found in self.found.items():
            seen = selectors.get(self.coordinator, case)
            assert (seen.embargo, seen.embargo_end) == (Embargo.ACTIVE, self.ends[case])
            assert set(selectors.findings(self.coordinator, case)) == set(found)
            assert set(selectors.finders(self.coordinator, case)) == set(found.values())

    @invariant()
    def who_did_not_come_along_is_bound_no_longer_than_the_others(self):
        for case in self.gone:
            last = case
            while last in self.gone:
                last = self.gone[last]
            assert selectors.get(self.coordinator, case).embargo_end == self.ends[last]

    @invariant()
    def nothing_reaches_who_has_not_agreed(self):
        for case, found in self.found.items():
            seats = {each.party: each for each in selectors.participants(self.coordinator, case)}
            for who in self.people.values():
                seat = seats.get(who.party)
                if seat is not None and seat.consent is Consent.SIGNATORY:
                    assert selectors.get(who, case)
                    continue
                with pytest.raises(NotFound):
                    selectors.get(who, case)
                mine = {key for key, name in found.items() if self.people[name].party == who.party}
                if who is not self.vendor:
                    for finding in found.keys() - mine:
                        with pytest.raises(NotFound):
                            findings.get(who, finding)


@pytest.mark.timeout(900)
def test_in_any_order_the_earliest_end_holds_and_every_finder_keeps_credit(world):
    checks = settings(
        max_examples=12,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    run_state_machine_as_test(lambda: AnyMerging(world), settings=checks)
