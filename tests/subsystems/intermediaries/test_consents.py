"""An intermediary sees exactly the operators whose consent stands now, and acts where the consent says so."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levee.exposure import selectors as exposure
from levee.exposure import services as exposure_services
from levee.identity import selectors, services
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.kernel.clock import SimulatedClock
from levee.kernel.errors import BadInput, Conflict, Forbidden, LeveeError, NotFound
from levee.ledger.services import sequence
from levee.ledger.signing import open_signer
from levee.platform.database.roles import DbRole
from levee.platform.ports import replaced
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from support.database import as_role
from support.world import START

OFFICE = b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n"
OPERATORS = range(3)


@pytest.fixture(autouse=True)
def _operators(on_operators_side):
    """Consents are given and used on the operators' side."""


@pytest.fixture
def provider(world):
    return world.actor(world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER)


@pytest.fixture
def banks(world):
    found = [
        world.actor(world.organisation(OrganisationKind.OPERATOR, f"Bank {number}"), Role.MEMBER, Role.ADMIN)
        for number in OPERATORS
    ]
    for each in found:
        inventory.import_file(each, OFFICE, filename="office.csv", name=world.names[each.party])
    return found


def names(actor):
    return {each.name for each in inventories.inventories(actor)}


def seen(provider):
    return {each.operator for each in exposure.client_boards(provider)}


def refused(act, *given, **named):
    with pytest.raises((NotFound, Forbidden)):
        act(*given, **named)


def test_an_operator_is_seen_from_consent_to_withdrawal(provider, banks):
    assert seen(provider) == set()
    refused(selectors.standing_in, provider, banks[0].party)
    consent = services.give_consent(banks[0], provider.party, may_act=False)
    assert seen(provider) == {banks[0].party}
    stand_in = selectors.standing_in(provider, banks[0].party)
    assert names(stand_in) == {"Bank 0"}
    services.withdraw_consent(banks[0], consent.id)
    assert seen(provider) == set()
    assert names(stand_in) == set()  # who stood in for it a moment ago sees nothing any more
    with pytest.raises(Conflict):
        services.withdraw_consent(banks[0], consent.id)


def test_to_see_is_not_to_act(provider, banks, clock):
    services.give_consent(banks[0], provider.party, may_act=False)
    looking = selectors.standing_in(provider, banks[0].party)
    refused(inventory.import_file, looking, OFFICE, filename="a.csv", name="new")
    clock.advance(timedelta(minutes=1))
    services.give_consent(banks[0], provider.party, may_act=True)
    able = selectors.standing_in(provider, banks[0].party)
    inventory.import_file(able, OFFICE, filename="a.csv", name="new")
    assert names(banks[0]) == {"Bank 0", "new"}
    assert [each.may_act for each in selectors.consents(banks[0])] == [True, False]


def test_a_makers_statement_is_relied_on_by_whoever_may_act(provider, banks, clock):
    said = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "Maker",
        "timestamp": clock.now().isoformat(),
        "statements": [
            {
                "vulnerability": "CVE-2099-1",
                "products": ["pkg:npm/lodash"],
                "status": "not_affected",
                "justification": "component_not_present",
            }
        ],
    }
    document = json.dumps(said).encode()
    services.give_consent(banks[0], provider.party, may_act=False)
    refused(
        exposure_services.rely_on_vex, selectors.standing_in(provider, banks[0].party), document, filename="vex.json"
    )
    services.give_consent(banks[0], provider.party, may_act=True)
    exposure_services.rely_on_vex(selectors.standing_in(provider, banks[0].party), document, filename="vex.json")
    assert [each.author for each in exposure.vex(banks[0])] == ["Maker"]


def test_a_consent_to_see_holds_in_the_database_as_well(provider, banks, world):
    """A stand-in that forgot its narrowing is stopped by row-level security."""
    from dataclasses import replace

    services.give_consent(banks[0], provider.party, may_act=False)
    bold = replace(selectors.standing_in(provider, banks[0].party), scopes=None)
    assert names(bold) == {"Bank 0"}
    with pytest.raises(Exception, match="row-level security"):
        inventory.import_file(bold, OFFICE, filename="a.csv", name="new")


def test_two_operators_never_see_each_other_through_it(provider, banks):
    for each in banks[:2]:
        services.give_consent(each, provider.party, may_act=True)
    for each in banks[:2]:
        stand_in = selectors.standing_in(provider, each.party)
        assert names(stand_in) == names(each)
        assert selectors.consents(each)[0].name == "Provider"
        assert len(selectors.consents(each)) == 1
        refused(selectors.standing_in, each, banks[0].party)
        refused(selectors.standing_in, stand_in, banks[1].party)


def test_what_was_done_stands_in_the_operators_log_in_the_name_of_the_providers_person(real_world, tmp_path):
    provider = real_world.actor(
        real_world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER, name="Pat"
    )
    bank, other = (
        real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, name), Role.MEMBER, Role.ADMIN)
        for name in ("Bank", "Other bank")
    )
    consent = services.give_consent(bank, provider.party, may_act=True)
    services.give_consent(other, provider.party, may_act=True)
    inventory.import_file(selectors.standing_in(provider, bank.party), OFFICE, filename="a.csv", name="new")
    inventory.import_file(bank, OFFICE, filename="b.csv", name="own")
    services.withdraw_consent(bank, consent.id)
    with as_role(DbRole.LEDGER):
        sequence(open_signer(tmp_path / "keys", "https://levee.example"))
    (done,) = selectors.done_for(bank)
    assert (done.what, done.person, done.organisation) == ("inventory:import", "Pat", "Provider")
    assert list(selectors.done_for(other)) == []
    assert {each.name for each in inventories.inventories(bank)} == {"new", "own"}


def test_who_may_consent_and_to_whom(provider, banks, world):
    member = world.actor(banks[0].party, Role.MEMBER)
    machine = world.actor(banks[0].party, Role.ADMIN, kind=PrincipalKind.AGENT)
    for each in (member, machine):
        refused(services.give_consent, each, provider.party, may_act=True)
    refused(services.give_consent, banks[0], banks[1].party, may_act=True)  # not an intermediary
    with pytest.raises(BadInput, match="past"):
        services.give_consent(banks[0], provider.party, may_act=True, until=START)
    consent = services.give_consent(banks[0], provider.party, may_act=True)
    refused(services.withdraw_consent, banks[1], consent.id)
    auditor = world.actor(provider.party, Role.AUDITOR)
    refused(selectors.standing_in, auditor, banks[0].party)


def test_a_stand_in_runs_nobodys_organisation_and_gives_no_consent(provider, banks):
    services.give_consent(banks[0], provider.party, may_act=True)
    stand_in = selectors.standing_in(provider, banks[0].party)
    for act in (services.give_consent, services.withdraw_consent):
        with pytest.raises(LeveeError):
            act(stand_in, provider.party, **({"may_act": True} if act is services.give_consent else {}))
    with pytest.raises(LeveeError):
        selectors.members(stand_in)


def test_only_operators_pages_let_somebody_stand_in(provider, banks):
    services.give_consent(banks[0], provider.party, may_act=True)
    stand_in = selectors.standing_in(provider, banks[0].party)
    assert names(stand_in) == {"Bank 0"}
    with as_role(DbRole.MATCHER):
        assert names(stand_in) == set()


def test_a_consent_ends_by_itself(provider, banks, clock):
    services.give_consent(banks[0], provider.party, may_act=True, until=START + timedelta(days=30))
    assert seen(provider) == {banks[0].party}
    clock.advance(timedelta(days=31))
    assert seen(provider) == set()
    refused(selectors.standing_in, provider, banks[0].party)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("give"), st.sampled_from(OPERATORS), st.booleans(), st.sampled_from([None, 2, 5])),
        st.tuples(st.just("withdraw"), st.sampled_from(OPERATORS)),
        st.tuples(st.just("wait"), st.integers(1, 3)),
    ),
    max_size=12,
)


class Told:
    """What was given and withdrawn, kept beside the software."""

    def __init__(self, provider, banks, clock):
        self.provider, self.banks, self.clock = provider, banks, clock
        self.given = {}
        for number in OPERATORS:
            self.withdraw(number)

    def give(self, number, may_act, days):
        until = self.clock.now() + timedelta(days=days) if days else None
        services.give_consent(self.banks[number], self.provider.party, may_act=may_act, until=until)
        self.given[number] = (may_act, until)

    def withdraw(self, number):
        for each in selectors.consents(self.banks[number]):
            if each.ended_at is None:
                services.withdraw_consent(self.banks[number], each.id)
        self.given.pop(number, None)

    def wait(self, days):
        self.clock.advance(timedelta(days=days))

    def standing(self):
        now = self.clock.now()
        return {number: acts for number, (acts, until) in self.given.items() if until is None or until > now}

    def check(self):
        standing = self.standing()
        assert seen(self.provider) == {self.banks[number].party for number in standing}
        for number, bank in enumerate(self.banks):
            if number not in standing:
                refused(selectors.standing_in, self.provider, bank.party)
                continue
            stand_in = selectors.standing_in(self.provider, bank.party)
            assert names(stand_in) == names(bank)
            refused(exposure_services.claim, stand_in, self.provider.party)
            if not standing[number]:
                refused(inventory.import_file, stand_in, OFFICE, filename="a.csv", name="x")


@given(STEPS)
@settings(max_examples=25)
def test_whatever_is_given_and_withdrawn_exactly_those_are_seen_whose_consent_stands(provider, banks, steps):
    ahead = SimulatedClock(START + timedelta(days=3650))  # of the machine's own clock, which the database reads
    with replaced(clock=ahead):
        told = Told(provider, banks, ahead)
        told.check()
        for verb, *given_with in steps:
            getattr(told, verb)(*given_with)
            told.check()
