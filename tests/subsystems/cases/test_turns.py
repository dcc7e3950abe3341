"""Pacing: a project's people are let in to so many new cases a week, the worst first; the rest waits unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from levee.access.models import Grant
from levee.cases import selectors, services
from levee.cases.models import Turn
from levee.cases.projects.policies import Takes, Terms
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import Consent, EndReason
from levee.cases.rules.facts import Event
from levee.findings import selectors as findings
from levee.fixes.models import Fix
from levee.fixes.selectors import verified
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from levee.policy.actors import OrganisationKind, Role
from levee.validation.models import Verdict
from support.coordination import cluster_of, codes, come_in, vendor_of
from support.database import as_role
from support.running import hand_in

MINIMIST = "pkg:npm/minimist"
DAY = timedelta(days=1)


def pass_time(world, passed=timedelta(0)):
    """Let time pass for the calendar and the queue, and let workers do what is due."""
    world.clock.advance(passed)
    with as_role(DbRole.WORKER):
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set scheduled_at = scheduled_at - %s", [passed])
        run_pending(due_only=True)


def takes(world, **terms):
    services.set_policy(world.coordinator(), project=MINIMIST, terms=Terms(**terms), source="SECURITY.md")


class Desk:
    """A coordinator who opens cases of one project and lets its people in."""

    def __init__(self, world):
        self.world, self.coordinator = world, world.coordinator()
        self.finder = world.finder("Harrow")
        self.vendor = vendor_of(world)

    def case(self, name, *, kind="", reach="unknown", finder=None):
        finder = finder or self.finder
        finding = hand_in(finder, None, key=name, target="npm:minimist@0.0.8", contrast="0.2.1", title=name)
        with as_role(self.world.owner_role):
            Grant.unscoped.filter(subject=finding, capacity="service").delete()
        if kind:
            self.judge(finding, finder, kind=kind, reach=reach)
        return services.open_case(
            self.coordinator,
            cluster=cluster_of(self.world, finding),
            title=name,
            summary="",
            embargo_end=self.world.clock.now() + 60 * DAY,
        )

    def judge(self, finding, finder, *, kind="exception", reach="unknown", result="confirmed"):
        with as_role(self.world.owner_role):
            Verdict.unscoped.create(
                id=uuid4(),
                finding=finding,
                finder=finder.party,
                result=result,
                target="npm:minimist@0.0.8",
                kind=kind,
                effect_shown=3,
                effect_runs=3,
                contrast="silent",
                reach=reach,
                detail="d",
                at=self.world.clock.now(),
            )

    def invite(self, case, vendor=None):
        vendor = vendor or self.vendor
        return services.invite(self.coordinator, case, party=vendor.party, name="Minimist", because="its code")

    def lined_up(self, name, **given):
        case = self.case(name, **given)
        assert self.invite(case) is None
        return case

    def waiting(self):
        return [each.title for each in selectors.turns(self.coordinator, verified)]

    def let_in(self):
        return {each.title for each in selectors.listed(self.vendor)}


@pytest.fixture
def desk(real_world):
    return Desk(real_world)


def test_without_a_limit_a_vendor_is_let_in_at_once(desk):
    takes(desk.world)
    assert desk.invite(desk.case("a"))
    assert desk.waiting() == []


def test_a_project_is_handed_so_many_new_cases_in_any_week_and_the_rest_waits(desk):
    takes(desk.world, per_week=2)
    for name in ("a", "b", "c", "d", "e"):
        desk.lined_up(name)
        desk.world.clock.advance(timedelta(hours=1))
    assert desk.let_in() == set()
    pass_time(desk.world)
    assert desk.let_in() == {"a", "b"}
    pass_time(desk.world, 7 * DAY - timedelta(minutes=1))
    assert desk.let_in() == {"a", "b"}
    pass_time(desk.world, timedelta(minutes=3))
    assert desk.let_in() == {"a", "b", "c", "d"}
    pass_time(desk.world, 7 * DAY + timedelta(minutes=3))
    assert desk.let_in() == {"a", "b", "c", "d", "e"}
    assert desk.waiting() == []


def test_the_load_is_summed_over_all_finders_and_the_worst_goes_first(desk):
    takes(desk.world, per_week=1)
    poor, sure = desk.world.finder("Poor"), desk.world.finder("Sure")
    for number, (finder, result) in enumerate(((poor, "not_reproduced"), (sure, "confirmed"))):
        finding = hand_in(finder, None, key=f"old-{number}", target="npm:left-pad@1.0.0", title="old")
        desk.judge(finding, finder, result=result)
    for name, given in (
        ("exception of a poor finder", {"finder": poor}),
        ("exception", {"kind": "exception", "finder": sure}),
        ("reached", {"kind": "request", "reach": "yes"}),
        ("request", {"kind": "request"}),
        ("command", {"kind": "command", "finder": poor}),
    ):
        desk.lined_up(name, **given)
    order = ["command", "reached", "request", "exception", "exception of a poor finder"]
    assert desk.waiting() == order
    gone = []
    for _ in order:
        pass_time(desk.world, 7 * DAY + timedelta(minutes=2))
        gone.append((desk.let_in() - set(gone)).pop())
    assert gone == order


def test_a_maintainer_without_an_account_gets_its_letter_in_its_turn(desk):
    takes(desk.world, per_week=1)
    desk.lined_up("a")
    pass_time(desk.world)
    case = desk.case("b")
    sent = services.invite_maintainer(
        desk.coordinator, case, name="Left-pad", address="left@example.org", because="it keeps the code"
    )
    assert sent is None
    pass_time(desk.world)
    assert codes(desk.coordinator) == []
    assert {each.name for each in selectors.participants(desk.finder, case)} == {"Clearinghouse", "Harrow"}
    pass_time(desk.world, 7 * DAY + timedelta(minutes=2))
    seats = {each.name: each for each in selectors.participants(desk.finder, case)}
    assert seats["Left-pad"].consent is Consent.INVITED
    pass_time(desk.world, timedelta(minutes=10))
    with as_role(desk.world.owner_role):
        from levee.notify.models import Letter

        locator = Letter.unscoped.get(address="left@example.org").locator
        assert not Turn.unscoped.exclude(address="").exists()
    maintainer = come_in(desk.world, desk.coordinator, locator)
    assert selectors.get(maintainer, case).title == "b"


def test_who_is_let_in_by_the_job_stands_as_if_a_coordinator_had_done_it(desk):
    now = desk.case("now")
    desk.invite(now)
    takes(desk.world, per_week=1)
    desk.world.clock.advance(7 * DAY)
    later = desk.lined_up("later")
    pass_time(desk.world)

    def stood(case):
        seat = next(each for each in selectors.participants(desk.coordinator, case) if each.party == desk.vendor.party)
        said = [(each.moves, each.verb, each.by) for each in selectors.history(desk.coordinator, case)]
        return seat.capacity, seat.consent, seat.report, seat.fix, said

    assert stood(now) == stood(later)
    assert all(findings.get(desk.vendor, each) for each in selectors.findings(desk.coordinator, later))


def test_in_a_case_that_its_project_knows_of_nobody_else_of_it_waits(desk):
    takes(desk.world, per_week=1)
    case = desk.lined_up("a")
    pass_time(desk.world)
    assert desk.invite(case, vendor_of(desk.world))
    other = desk.lined_up("b")
    pass_time(desk.world)
    shipper = vendor_of(desk.world)
    services.state_upkeep(shipper, component=MINIMIST, keeps=Keeps.SHIPS, because="our products")
    assert desk.invite(other, shipper)
    assert desk.waiting() == ["b"]


def test_what_waits_is_seen_by_coordinators_alone(desk):
    takes(desk.world, per_week=1)
    desk.lined_up("a")
    pass_time(desk.world)
    case = desk.lined_up("b")
    (turn,) = selectors.turns(desk.coordinator, verified)
    assert (turn.title, turn.place, turn.room_at) == ("b", 1, desk.world.clock.now() + 7 * DAY)
    for reader in (desk.finder, desk.vendor, desk.world.actor(desk.world.house, Role.MEMBER)):
        assert list(selectors.turns(reader, verified)) == []
        for does in (services.let_in_now, services.withdraw_turn):
            with pytest.raises(NotFound):
                does(reader, turn.id, because="b")
    assert {each.name for each in selectors.participants(desk.finder, case)} == {"Clearinghouse", "Harrow"}
    with pytest.raises(NotFound):
        selectors.get(desk.vendor, case)


def test_confirmed_items_and_items_with_a_fix_wait_for_that(desk):
    takes(desk.world, takes=Takes.CONFIRMED)
    desk.lined_up("unconfirmed")
    desk.lined_up("confirmed", kind="command")
    pass_time(desk.world)
    assert desk.let_in() == {"confirmed"}
    takes(desk.world, takes=Takes.WITH_FIX)
    case = desk.lined_up("fixed", kind="command")
    pass_time(desk.world, 2 * DAY)
    assert desk.let_in() == {"confirmed"}
    assert {each.lacks for each in selectors.turns(desk.coordinator, verified)} == {"a verified fix"}
    with as_role(desk.world.owner_role):
        Fix.unscoped.create(
            id=uuid4(),
            case=case,
            kind="upgrade",
            provider=desk.finder.party,
            state="verified",
            attached_at=desk.world.clock.now(),
        )
    pass_time(desk.world, 2 * DAY)
    assert desk.let_in() == {"confirmed", "fixed"}


def test_ahead_of_its_turn_goes_what_is_public_or_attacked_by_a_recorded_decision(desk):
    takes(desk.world, per_week=1)
    desk.lined_up("a")
    pass_time(desk.world)
    case = desk.lined_up("b")
    (turn,) = selectors.turns(desk.coordinator, verified)
    with pytest.raises(AgainstRules) as refused:
        services.let_in_now(desk.coordinator, turn.id, because="it is bad")
    assert refused.value.code == "case.pacing"
    claim = services.claim(desk.finder, case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(desk.coordinator, case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True)
    with pytest.raises(BadInput):
        services.let_in_now(desk.coordinator, turn.id, because=" ")
    services.let_in_now(desk.coordinator, turn.id, because="attacks were seen")
    assert desk.let_in() == {"a", "b"}
    with pytest.raises(NotFound):
        services.let_in_now(desk.coordinator, turn.id, because="again")
    desk.lined_up("c")
    pass_time(desk.world, 7 * DAY - timedelta(hours=1))
    assert desk.let_in() == {"a", "b"}


def test_an_invitation_is_lined_up_once_and_can_be_taken_out_of_the_line(desk):
    takes(desk.world, per_week=1)
    desk.lined_up("a")
    pass_time(desk.world)
    case = desk.lined_up("b")
    with pytest.raises(Conflict) as refused:
        desk.invite(case)
    assert refused.value.code == "participant.waits"
    (turn,) = selectors.turns(desk.coordinator, verified)
    services.withdraw_turn(desk.coordinator, turn.id, because="another project")
    assert desk.waiting() == []
    pass_time(desk.world, 8 * DAY)
    assert desk.let_in() == {"a"}
    with pytest.raises(NotFound):
        services.withdraw_turn(desk.coordinator, turn.id, because="again")
    assert desk.invite(case) is None


def test_a_project_that_takes_more_from_now_on_is_handed_more(desk):
    takes(desk.world, per_week=1)
    for name in ("a", "b", "c"):
        desk.lined_up(name)
    pass_time(desk.world)
    takes(desk.world)
    pass_time(desk.world, DAY)
    assert desk.let_in() == {"a", "b", "c"}


def test_only_coordinators_line_up(desk):
    takes(desk.world, per_week=1)
    case = desk.case("a")
    for stranger in (desk.finder, desk.world.actor(desk.world.organisation(OrganisationKind.VENDOR))):
        with pytest.raises((Forbidden, NotFound)):
            services.invite(stranger, case, party=desk.vendor.party, name="M", because="b")
    assert desk.waiting() == []


def test_a_job_that_comes_before_its_instant_sets_no_other(desk):
    takes(desk.world, per_week=1)
    for name in ("a", "b"):
        desk.lined_up(name)
    with as_role(DbRole.WORKER):
        assert run_pending(limit=50) < 50, "nothing waits in the queue although time stands still"


def test_a_job_whose_clock_is_a_little_behind_looks_all_the_same(desk):
    takes(desk.world, takes=Takes.CONFIRMED)
    desk.lined_up("a")
    pass_time(desk.world)
    takes(desk.world)
    desk.world.clock.advance(DAY - timedelta(minutes=5))
    with as_role(DbRole.WORKER):
        run_pending()
    assert desk.let_in() == {"a"}


def test_what_waits_in_a_case_that_is_corrected_waits_in_the_one_that_takes_its_place(desk):
    takes(desk.world, per_week=1)
    desk.lined_up("first")
    pass_time(desk.world)
    before = desk.lined_up("second")
    services.end_embargo(desk.coordinator, before, reason=EndReason.PUBLIC, evidence="a post")
    (claim,) = selectors.claims(desk.coordinator, before)
    services.doubt_claim(desk.coordinator, before, claim.id, because="another flaw")
    colleague = desk.world.actor(desk.world.house, Role.MEMBER, Role.COORDINATOR)
    after = services.settle_doubt(colleague, before, claim.id, verb=ClaimVerb.CORRECT, because="so it is")
    pass_time(desk.world)
    assert desk.let_in() == {"first"}
    pass_time(desk.world, 8 * DAY)
    assert {each.id for each in selectors.listed(desk.vendor) if each.title == "second"} == {after}
