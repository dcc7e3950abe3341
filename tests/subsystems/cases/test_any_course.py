"""Whatever the parties of a case do, in any order, and however long they wait: what the rules promise holds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from levee.cases import selectors, services
from levee.cases.models import Case
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import Claim, ClaimVerb
from levee.cases.rules.embargo import Consent, ConsentVerb, Embargo, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import Report, ReportVerb
from levee.kernel.errors import LeveeError, NotFound
from levee.policy.actors import Capacity, OrganisationKind
from support.coordination import open_for
from support.database import as_role

HOLDING = {Embargo.ACTIVE, Embargo.REVISE}
OUT = {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC}
VENDORS = ("first", "second")
PARTIES = ("owner", "finder", *VENDORS)

party = st.sampled_from(PARTIES)
vendor = st.sampled_from(VENDORS)
days = st.integers(min_value=-1, max_value=95)
place = st.integers(min_value=0, max_value=5)


class AnyCourse(RuleBasedStateMachine):
    """A case, its owner, its finder and two vendors, of whom one is let in from the start."""

    def __init__(self, world):
        super().__init__()
        self.world = world

    @initialize(embargo=st.booleans())
    def open(self, embargo):
        opened = open_for(self.world) if embargo else self._without_embargo()
        self.case, self.reader = opened.case, opened.coordinator
        self.actors = {"owner": opened.coordinator, "finder": opened.finder}
        for name in VENDORS:
            organisation = self.world.organisation(OrganisationKind.VENDOR, name)
            self.actors[name] = self.world.actor(organisation, name=name)
        self.let_in("first")
        self.before = self._seen()

    def _without_embargo(self):
        opened = open_for(self.world)
        services.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="its policy")
        return opened

    def let_in(self, name):
        services.invite(self.reader, self.case, party=self.actors[name].party, name=name, because="its code")

    def attempt(self, verb, /, *given, **named):
        """Do it a minute later; what is refused names its reason and changes nothing."""
        self.world.clock.advance(timedelta(minutes=1))
        told = selectors.history(self.reader, self.case)
        try:
            return verb(*given, **named)
        except LeveeError as error:
            assert error.message
            assert selectors.history(self.reader, self.case) == told, "what was refused left a trace"
            return None

    # what anybody may try

    @rule(name=party, ahead=days, answer_in=st.integers(min_value=-1, max_value=20) | st.none())
    def propose(self, name, ahead, answer_in):
        now = self.world.clock.now()
        answer_by = None if answer_in is None else now + timedelta(days=answer_in)
        end = now + timedelta(days=ahead)
        self.attempt(services.propose_embargo, self.actors[name], self.case, end=end, because="b", answer_by=answer_by)

    @rule(name=party, which=place, verb=st.sampled_from([EmbargoVerb.ACCEPT, EmbargoVerb.REJECT]))
    def decide(self, name, which, verb):
        waiting = [each for each in selectors.proposals(self.reader, self.case) if each.state == "open"]
        if waiting:
            chosen = waiting[which % len(waiting)]
            done = self.attempt(self._decide, name, chosen, verb)
            if done and verb is EmbargoVerb.ACCEPT:
                ends = [each.end for each in waiting if each.id in done]
                assert selectors.get(self.reader, self.case).embargo_end == chosen.end == min(ends), "the shortest wins"

    def _decide(self, name, chosen, verb):
        open_now = {each.id for each in selectors.proposals(self.reader, self.case) if each.state == "open"}
        services.decide_proposal(self.actors[name], self.case, chosen.id, verb=verb, because="b")
        return open_now

    @rule(name=party, ahead=days)
    def shorten(self, name, ahead):
        end = self.world.clock.now() + timedelta(days=ahead)
        self.attempt(services.shorten_embargo, self.actors[name], self.case, end=end, because="b")

    @rule(name=party, verb=st.sampled_from(ConsentVerb))
    def consent(self, name, verb):
        self.attempt(services.consent, self.actors[name], self.case, verb=verb)

    @rule(name=party, event=st.sampled_from(Event))
    def claim(self, name, event):
        self.attempt(services.claim, self.actors[name], self.case, event=event, evidence="a post")

    @rule(name=party, which=place, verb=st.sampled_from(ClaimVerb), keep=st.booleans())
    def decide_claim(self, name, which, verb, keep):
        waiting = [each for each in selectors.claims(self.reader, self.case) if each.state is Claim.ASSERTED]
        if waiting:
            key = waiting[which % len(waiting)].id
            self.attempt(
                services.decide_claim,
                self.actors[name],
                self.case,
                key,
                verb=verb,
                because="b",
                keep_embargo=keep,
            )

    @rule(name=party, said=st.sampled_from(Answer), product=st.sampled_from(["", "Widget"]))
    def answer(self, name, said, product):
        others = self._fixes(but=name)
        justification = "component_not_present" if said is Answer.NOT_AFFECTED else ""
        self.attempt(
            services.answer,
            self.actors[name],
            self.case,
            answer=said,
            by="Ada",
            product=product,
            justification=justification,
        )
        assert self._fixes(but=name) == others, "one vendor's word moves no other"

    @rule(name=party, step=st.sampled_from([*ReportVerb, *Event]))
    def handle(self, name, step):
        others = self._fixes(but=name)
        self.attempt(services.handle, self.actors[name], self.case, step=step, because="b")
        assert self._fixes(but=name) == others, "one vendor's word moves no other"

    @rule()
    def second_vendor_comes_in(self):
        self.attempt(self.let_in, "second")

    @rule(name=party, which=vendor)
    def note_awareness(self, name, which):
        seat = self._seats().get(which)
        if seat:
            self.attempt(services.note_awareness, self.actors[name], self.case, seat.id, evidence="a post")

    @rule(name=party, reason=st.sampled_from(EndReason))
    def end(self, name, reason):
        self.attempt(services.end_embargo, self.actors[name], self.case, reason=reason, evidence="a post")

    @rule(name=party)
    def send(self, name):
        """No content reaches who does not agree while an embargo holds, but what it wrote itself."""
        key = self.attempt(services.send, self.actors[name], self.case, text="news", author=name)
        holds = selectors.get(self.reader, self.case).embargo in HOLDING
        for each, seat in self._seats().items():
            unbound = seat.capacity is not Capacity.OWNER and seat.consent is not Consent.SIGNATORY
            if key and holds and unbound and each != name:
                assert key not in self._read(each)

    @rule(hours=st.integers(min_value=1, max_value=40 * 24))
    def wait(self, hours):
        self.world.clock.advance(timedelta(hours=hours))

    # what holds whatever they did

    @invariant()
    def an_embargo_holds_a_secret_and_has_an_end_ahead(self):
        case = selectors.get(self.reader, self.case)
        if case.embargo in HOLDING:
            assert not OUT & set(case.world)
            assert case.embargo_end > self.world.clock.now()

    @invariant()
    def what_happened_stays_so(self):
        now = self._seen()
        told, facts, closed = self.before
        assert now[0][: len(told)] == told, "a step once told never changes"
        assert facts <= now[1], "no fact is taken back"
        assert closed <= now[2], "who closed its report moves it no more"
        assert [each.at for each in now[0]] == sorted(each.at for each in now[0])
        self.before = now

    @invariant()
    def what_lists_go_by_is_what_the_history_leads_to(self):
        case = selectors.get(self.reader, self.case)
        with as_role(self.world.owner_role):
            row = Case.unscoped.get(id=self.case)
        if case.embargo in HOLDING:
            assert row.embargo_end == case.embargo_end
        if row.embargo_ended_at is not None:
            assert case.embargo is Embargo.EXITED

    @invariant()
    def a_fix_is_of_who_took_the_report_up(self):
        for seat in self._seats().values():
            if Event.FIX_READY in seat.fix:
                assert seat.report in {Report.ACCEPTED, Report.DEFERRED, Report.CLOSED}
                assert Event.VENDOR_AWARE in seat.fix
            if OUT & set(selectors.get(self.reader, self.case).world) and seat.capacity is Capacity.VENDOR:
                assert Event.VENDOR_AWARE in seat.fix, "where the public knows, so do the vendors"

    def _seats(self):
        by_party = {actor.party: name for name, actor in self.actors.items()}
        return {by_party[each.party]: each for each in selectors.participants(self.reader, self.case)}

    def _fixes(self, *, but):
        return {name: (seat.fix, seat.report) for name, seat in self._seats().items() if name != but}

    def _read(self, name):
        try:
            return {each.id for each in selectors.messages(self.actors[name], self.case)}
        except NotFound:
            return set()

    def _seen(self):
        seats = self._seats()
        facts = {(name, event) for name, seat in seats.items() for event in seat.fix}
        facts |= {("", event) for event in selectors.get(self.reader, self.case).world}
        closed = {name for name, seat in seats.items() if seat.report is Report.CLOSED}
        return list(selectors.history(self.reader, self.case)), facts, closed


@pytest.mark.timeout(900)
def test_whatever_the_parties_do_the_rules_hold(world):
    checks = settings(
        max_examples=12,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],  # to make a failure short takes longer than a test may
    )
    run_state_machine_as_test(lambda: AnyCourse(world), settings=checks)
