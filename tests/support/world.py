"""Building organisations, people and agents for tests, as the owner, in a line each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from levee.kernel.clock import SimulatedClock
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass
class World:
    """Organisations and actors that exist in the database."""

    clock: SimulatedClock
    owner_role: str
    house: UUID = field(default_factory=uuid4)
    names: dict[UUID, str] = field(default_factory=dict)

    def organisation(
        self, kind: OrganisationKind, name: str = "", *, standing: Standing = Standing.JOINED, key: UUID | None = None
    ) -> UUID:
        from levee.access.models import Party
        from levee.identity.models import Organisation
        from support.database import as_role

        key = key or uuid4()
        with as_role(self.owner_role):
            Party.unscoped.create(id=key, kind=kind, standing=standing)
            Organisation.unscoped.create(id=key, name=name or f"{kind} {str(key)[:4]}", terms_version="2026-11")
        self.names[key] = name
        return key

    def actor(
        self,
        organisation: UUID,
        *roles: Role,
        kind: PrincipalKind = PrincipalKind.PERSON,
        email: str = "",
        name: str = "Somebody",
        live: bool = True,
    ) -> Actor:
        from levee.access.models import Party, Principal
        from levee.identity.models import Member, User
        from support.database import as_role

        key = uuid4()
        chosen = roles or (Role.MEMBER,)
        with as_role(self.owner_role):
            party = Party.unscoped.get(id=organisation)
            Principal.unscoped.create(
                id=key, party=organisation, kind=kind, roles=list(chosen), since=self.clock.now(), live=live
            )
            user = User.objects.create_user(email, "a long enough password") if email else None
            Member.unscoped.create(id=key, organisation=organisation, user=user, name=name)
        return Actor(
            id=key,
            kind=kind,
            party=organisation,
            organisation_kind=OrganisationKind(party.kind),
            standing=Standing(party.standing),
            roles=frozenset(chosen),
            live=live,
        )

    def coordinator(self) -> Actor:
        return self.actor(self.house, Role.MEMBER, Role.COORDINATOR, Role.ADMIN, name="Coordinator")

    def finder(self, name: str = "Finder") -> Actor:
        return self.actor(self.organisation(OrganisationKind.FINDER, name), kind=PrincipalKind.AGENT, name=name)


@pytest.fixture
def clock():
    """A calendar that stands at 2026-11-23 09:00 UTC."""
    return SimulatedClock(START)


@pytest.fixture(autouse=True)
def wired(clock, tmp_path):
    """The house wired as `levee.app` wires it, on a simulated calendar and a folder of the test's own."""
    from levee.app.wiring import wire
    from levee.platform.ports import Ports, install, replaced
    from levee.settings import Settings

    wire(Settings(data_folder=tmp_path, tests=True))
    with replaced(clock=clock):
        yield
    install(Ports())


def _world(clock, server):
    world = World(clock=clock, owner_role=server.owner.user)
    world.organisation(OrganisationKind.CLEARINGHOUSE, "Clearinghouse", key=world.house)
    return world


@pytest.fixture
def world(db, clock, server):
    """A founded clearinghouse in a transaction that is rolled back."""
    return _world(clock, server)


@pytest.fixture
def real_world(real_db, clock, server):
    """A founded clearinghouse in a database of its own, where transactions really commit."""
    return _world(clock, server)
