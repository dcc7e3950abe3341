"""Fixes and a decided advisory are content: who has not agreed to the embargo that holds hears of none since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.advisories import selectors as advisories
from levee.advisories.models import Advisory
from levee.cases import services
from levee.cases.rules.embargo import ConsentVerb
from levee.fixes import selectors as fixes
from levee.fixes import services as fixing
from levee.kernel.errors import NotFound
from levee.validation.types import Change
from support.coordination import vendor_of
from support.database import as_role


@pytest.fixture
def vendor(world, opened):
    actor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=actor.party, name="Minimist", because="its code")
    world.clock.advance(timedelta(minutes=1))
    return actor


def attach(actor, case, version):
    return fixing.attach(actor, case, change=Change(upgrade=version), author="Ada", note="the release")


def revise(world, opened):
    """The owner and the vendor agree to another end; whoever agreed to the one before is asked anew."""
    services.propose_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + timedelta(days=60), because="a release"
    )
    world.clock.advance(timedelta(minutes=1))


def seen(actor, case):
    return [each.upgrade for each in fixes.of_case(actor, case)]


def test_who_lapsed_sees_the_fixes_of_before_and_its_own_and_all_once_it_agrees(world, opened, vendor):
    attach(opened.coordinator, opened.case, "1.0.1")
    world.clock.advance(timedelta(minutes=1))
    revise(world, opened)
    hidden = attach(opened.coordinator, opened.case, "1.0.2")
    world.clock.advance(timedelta(minutes=1))
    attach(vendor, opened.case, "1.0.3")
    assert seen(vendor, opened.case) == ["1.0.1", "1.0.3"]
    for ask in (fixes.get, fixes.patch):
        with pytest.raises(NotFound, match="no such fix"):
            ask(vendor, hidden)
    assert seen(opened.coordinator, opened.case) == ["1.0.1", "1.0.2", "1.0.3"]
    services.consent(vendor, opened.case, verb=ConsentVerb.ACCEPT)
    assert seen(vendor, opened.case) == ["1.0.1", "1.0.2", "1.0.3"]
    assert fixes.get(vendor, hidden).upgrade == "1.0.2"


@pytest.mark.parametrize("days", [-1, 1])
def test_who_lapsed_is_told_of_an_advisory_that_was_decided_on_before_and_of_none_since(world, opened, vendor, days):
    revise(world, opened)
    with as_role(world.owner_role):
        Advisory.unscoped.create(
            id=opened.case,
            case=opened.case,
            name="LVE-2026-00000000",
            title="A flaw",
            summary="",
            osv="",
            csaf="",
            state="publishing",
            decided_at=world.clock.now() + timedelta(days=days),
        )
    assert (advisories.of_case(vendor, opened.case) is not None) == (days < 0)
    assert advisories.of_case(opened.coordinator, opened.case) is not None
    services.consent(vendor, opened.case, verb=ConsentVerb.ACCEPT)
    assert advisories.of_case(vendor, opened.case) is not None
