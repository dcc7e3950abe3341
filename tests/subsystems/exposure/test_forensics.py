import hashlib
from datetime import timedelta

import pytest

from levee.exposure import selectors, services
from levee.exposure.actions.states import State
from levee.exposure.forensics.clocks import CaseStep, Verdict
from levee.inventory import services as inventory
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.policy.actors import OrganisationKind, Role

HOUR = timedelta(hours=1)
OFFICE = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\nweb-2,lodash,4.17.11,npm,no\n"
HARSH = {"kev": True, "automatable": True, "technical_impact": "total"}


@pytest.fixture
def stocked(operator, house):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.work()


@pytest.fixture
def case(operator, house, stocked):
    house.publish(house.advisory("ADV-1", aliases=["CVE-2026-7"], fixed="4.17.21", **HARSH))
    (found,) = selectors.forensic_cases(operator)
    return found


def write(operator, case, step, **given):
    return services.add_entry(operator, case.id, step=step, text="as seen", **given)


def clocks(operator, case):
    return {clock.step: (clock.late, clock.done_at) for clock in selectors.forensic_case(operator, case.id).clocks}


def test_three_rows_of_the_table_open_a_case_with_three_clocks(case, clock):
    assert (case.vulnerability, case.assets) == ("CVE-2026-7", ("web-1", "web-2"))
    assert case.row in {f"row {number} of cisa:DT_BOD2604:1.0.0" for number in (13, 15)}
    assert [each.due_at - case.started_at for each in case.clocks] == [2 * HOUR, 24 * HOUR, 72 * HOUR]
    assert case.started_at == clock.now()


@pytest.mark.parametrize(
    "known",
    [
        {"kev": True, "automatable": True, "technical_impact": "partial"},
        {"kev": False, "automatable": True, "technical_impact": "total"},
        {"automatable": True, "technical_impact": "total"},
    ],
)
def test_no_other_row_and_no_assumed_listing_opens_one(operator, house, stocked, known):
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **known))
    assert selectors.actions(operator)
    assert selectors.forensic_cases(operator) == ()


def test_a_patch_alone_does_not_close_it(operator, house, case, clock):
    clock.advance(HOUR)
    inventory.import_file(operator, OFFICE.replace(b"4.17.11", b"4.17.21"), filename="office.csv", name="office")
    house.work()
    assert selectors.actions(operator, states=(State.CONFIRMED,))
    (still,) = selectors.forensic_cases(operator)
    assert still.open
    assert (still.patched_at, still.patched_first) == (clock.now(), True)


def test_a_verdict_closes_it_in_its_authors_name_and_rests_on_scope_and_evidence(operator, case, clock):
    with pytest.raises(Conflict) as refused:
        services.give_verdict(operator, case.id, verdict=Verdict.NO_SIGNS, text="nothing odd")
    assert refused.value.code == "forensics.unfounded"
    write(operator, case, CaseStep.SCOPE)
    clock.advance(3 * HOUR)
    write(operator, case, CaseStep.EVIDENCE, filename="memory.raw", sha256="AB" * 32)
    clock.advance(HOUR)
    services.give_verdict(operator, case.id, verdict=Verdict.NO_SIGNS, text="nothing odd")
    done = selectors.forensic_case(operator, case.id)
    assert (done.open, done.verdict, done.verdict_at, done.patched_first) == (
        False,
        Verdict.NO_SIGNS,
        clock.now(),
        False,
    )
    assert [entry.sha256 for entry in done.entries] == ["", "ab" * 32]
    assert selectors.forensic_cases(operator) == ()
    for attempt in (
        lambda: services.give_verdict(operator, case.id, verdict=Verdict.SIGNS, text="after all"),
        lambda: write(operator, case, CaseStep.EVIDENCE),
    ):
        with pytest.raises(Conflict):
            attempt()
    write(operator, case, CaseStep.NOTE)


def test_clocks_run_out_and_are_alarmed_once_each(operator, house, case, clock):
    write(operator, case, CaseStep.SCOPE)
    told = []
    for hours, late in ((1, 0), (2, 0), (22, 1), (48, 2)):
        clock.advance(hours * HOUR)
        house.clocks(operator)
        house.clocks(operator)
        told.append(selectors.forensic_case(operator, case.id).late)
        assert told[-1] == late
    assert clocks(operator, case)[CaseStep.SCOPE][0] is False


def test_a_file_is_kept_or_its_hash_alone(operator, case, clock):
    data = b"a copy of the memory"
    write(operator, case, CaseStep.EVIDENCE, filename="../m\nem.raw", data=data)
    clock.advance(HOUR)
    kept = write(operator, case, CaseStep.EVIDENCE, filename="log", data=data, keep=True)
    first, second = selectors.forensic_case(operator, case.id).entries
    assert first.sha256 == second.sha256 == hashlib.sha256(data).hexdigest()
    assert (first.kept, second.kept, first.size) == (False, True, len(data))
    assert selectors.evidence(operator, kept) == ("log", data)
    with pytest.raises(NotFound):
        selectors.evidence(operator, first.id)


def test_what_is_no_entry_is_refused(operator, case, world):
    with pytest.raises(BadInput):
        services.add_entry(operator, case.id, step=CaseStep.NOTE, text=" ")
    with pytest.raises(BadInput):
        write(operator, case, CaseStep.EVIDENCE, sha256="abc")
    with pytest.raises(BadInput) as refused:
        write(operator, case, CaseStep.EVIDENCE, sha256="0" * 64, data=b"x")
    assert hashlib.sha256(b"x").hexdigest() in refused.value.advice()
    with pytest.raises(Conflict):
        write(operator, case, CaseStep.TRIAGE)
    stranger = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER)
    for attempt in (
        lambda: write(stranger, case, CaseStep.NOTE),
        lambda: selectors.forensic_case(stranger, case.id),
        lambda: services.give_verdict(stranger, case.id, verdict=Verdict.SIGNS, text="x"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_the_action_names_its_case(operator, case):
    action = selectors.actions(operator)[0]
    assert [each.public_id for each in selectors.action(operator, action.id).cases] == [case.public_id]
