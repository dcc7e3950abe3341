"""An upgrade that brings a newer version of a policy table dates anew what the older one dated, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from levee.exposure import selectors
from levee.exposure.priority import regimes, shipped
from levee.exposure.priority.shipped import BOD_26_04
from levee.exposure.priority.tables import Band
from levee.exposure.tasks import follow_newer_tables
from levee.inventory import services as inventory
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind
from subsystems.exposure.conftest import House
from support.database import as_role

OFFICE = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\n"
KNOWN = {"kev": "no", "automatable": "yes", "technical_impact": "partial"}


def begin():
    """What a worker of the operators' side does first."""
    with as_role(DbRole.MATCHER):
        return follow_newer_tables()


@pytest.fixture
def upgraded(monkeypatch):
    """From here on a later version of BOD 26-04 ships, with half of the time everywhere."""

    def upgrade():
        old = shipped.shipped()
        table = old[BOD_26_04]
        rows = tuple(
            replace(row, band=Band(days=row.band.days and row.band.days // 2, forensics=row.band.forensics))
            for row in table.rows
        )
        new = {**old, BOD_26_04: replace(table, version="1.1.0", rows=rows)}
        for module in (shipped, regimes):
            monkeypatch.setattr(module, "shipped", lambda: new)
        for name in ("levee.exposure.regime", "levee.exposure.services"):
            monkeypatch.setattr(f"{name}.shipped", lambda: new)

    return upgrade


def test_the_workers_date_anew_as_they_begin_and_only_once(world, upgraded):
    house = House(world)
    bank, other = (world.actor(world.organisation(OrganisationKind.OPERATOR, name)) for name in ("Bank", "Other"))
    inventory.import_file(bank, OFFICE, filename="a.csv", name="office")
    inventory.import_file(other, OFFICE.replace(b"4.17.11", b"4.17.21"), filename="a.csv", name="office")
    house.publish(house.advisory(aliases=["CVE-2026-1"], **KNOWN))
    (before,) = selectors.actions(bank)
    assert begin() == 0, "every date is of the edition that ships"
    upgraded()
    house.clock.advance(timedelta(minutes=1))
    assert begin() == 1, "the other one has nothing to do"
    house.work()
    (after,) = selectors.actions(bank)
    assert (after.timeline.edition, after.timeline.band.days) == (f"{BOD_26_04}:1.1.0", before.timeline.band.days // 2)
    assert after.due_at < before.due_at
    assert f"{BOD_26_04}:1.1.0 in place of {BOD_26_04}:1.0.0" in selectors.action(bank, after.id).history[-1].note
    assert begin() == 0


def test_dates_by_a_table_of_ones_own_are_left_alone(world, upgraded):
    from levee.exposure import services
    from levee.exposure.priority.regimes import Choice
    from levee.policy.actors import Role

    house = House(world)
    bank = world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)
    inventory.import_file(bank, OFFICE, filename="a.csv", name="office")
    services.add_table(bank, b"kev,days\nyes,2\nno,40\n", name="ours")
    services.choose(bank, Choice(table="own:ours", plant_table="own:ours"))
    house.publish(house.advisory(aliases=["CVE-2026-1"], **KNOWN))
    upgraded()
    assert begin() == 0
