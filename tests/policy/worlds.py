"""Random small worlds: organisations, principals and grants, held both as Python values and as rows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from levee.access.models import Consent, Grant, Party, Principal
from levee.identity.consents import ACTING, SEEING
from levee.identity.models import Organisation
from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Role, Standing

THEN = datetime(2026, 11, 1, tzinfo=UTC)
HOUSE = UUID(int=1)  # there is one clearinghouse in a database, whatever number of worlds


@dataclass
class PolicyWorld:
    """What is so, as the policy's facts are read from it; nothing here asks the database."""

    seed: int
    random: Random
    parties: dict[UUID, tuple[OrganisationKind, Standing]] = field(default_factory=dict)
    actors: list[Actor] = field(default_factory=list)
    subjects: list[UUID] = field(default_factory=list)
    grants: dict[tuple[UUID, UUID], Capacity] = field(default_factory=dict)
    ended: set[tuple[UUID, UUID]] = field(default_factory=set)
    owners: dict[UUID, UUID] = field(default_factory=dict)
    stand_ins: list[Actor] = field(default_factory=list)
    consents: list[tuple[UUID, UUID, bool, bool]] = field(default_factory=list)

    def key(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def capacity(self, actor: Actor, subject: UUID) -> Capacity | None:
        return None if (actor.party, subject) in self.ended else self.grants.get((actor.party, subject))


def draw(seed: int) -> PolicyWorld:
    """Draw a world; the same seed draws the same one."""
    world = PolicyWorld(seed=seed, random=Random(seed))
    random = world.random
    house = HOUSE
    world.parties[house] = (OrganisationKind.CLEARINGHOUSE, Standing.JOINED)
    others = [kind for kind in OrganisationKind if kind is not OrganisationKind.CLEARINGHOUSE]
    for place in range(3):
        kind = others[(seed * 3 + place) % len(others)]
        world.parties[world.key()] = (kind, random.choice(list(Standing) + [Standing.JOINED] * 2))
    for party, (kind, standing) in world.parties.items():
        world.actors.append(_person_with_every_role(world, party, kind, standing))
        for _ in range(1 if party != house else 2):
            world.actors.append(_principal(world, party, kind, standing))
        world.actors.append(
            Actor(
                id=world.key(),
                kind=PrincipalKind.SERVICE,
                party=party,
                organisation_kind=OrganisationKind.CLEARINGHOUSE,
                standing=Standing.JOINED,
                live=random.random() < 0.85,
            )
        )
    for _ in range(4):
        subject = world.key()
        world.subjects.append(subject)
        world.owners[subject] = random.choice(list(world.parties))
        for party in world.parties:
            if random.random() < 0.7:
                world.grants[party, subject] = random.choice([*Capacity, Capacity.OWNER])
                if random.random() < 0.15:
                    world.ended.add((party, subject))
    _consent(world)
    return world


def _consent(world: PolicyWorld) -> None:
    """Everybody tries to stand in for some organisation: with its consent to see, or to act, or one that ended."""
    random = Random(f"consents {world.seed}")
    for actor in world.actors:
        if actor.kind is PrincipalKind.SERVICE:
            continue
        operator = random.choice([party for party in world.parties if party != actor.party])
        acts, stands = random.random() < 0.6, random.random() < 0.7
        if any(each[:2] == (operator, actor.party) for each in world.consents):
            acts, stands = next(each[2:] for each in world.consents if each[:2] == (operator, actor.party))
        else:
            world.consents.append((operator, actor.party, acts, stands))
        kind, standing = world.parties[operator]
        sees = stands and bool(actor.roles & {Role.MEMBER, Role.COORDINATOR})
        world.stand_ins.append(
            replace(
                actor,
                party=operator,
                organisation_kind=kind,
                standing=standing,
                roles=frozenset({Role.MEMBER}) if sees else frozenset(),
                scopes=(ACTING if acts else SEEING) if sees else frozenset(),
                stands_in=True,
            )
        )


def _person_with_every_role(world: PolicyWorld, party: UUID, kind: OrganisationKind, standing: Standing) -> Actor:
    """Somebody whom nothing but the matter itself can stop."""
    return Actor(
        id=world.key(),
        kind=PrincipalKind.PERSON,
        party=party,
        organisation_kind=kind,
        standing=standing,
        roles=frozenset(Role),
    )


def _principal(world: PolicyWorld, party: UUID, kind: OrganisationKind, standing: Standing) -> Actor:
    random = world.random
    several = frozenset(role for role in Role if random.random() < 0.5)
    roles = several if several and random.random() < 0.5 else frozenset({random.choice(list(Role))})
    return Actor(
        id=world.key(),
        kind=random.choice([PrincipalKind.PERSON, PrincipalKind.PERSON, PrincipalKind.AGENT]),
        party=party,
        organisation_kind=kind,
        standing=standing,
        roles=roles,
        live=random.random() < 0.9,
    )


def write(world: PolicyWorld) -> None:
    """Write the world's rows; called as the owner."""
    from levee.platform.models import Run

    Party.unscoped.bulk_create(
        (Party(id=key, kind=kind, standing=how) for key, (kind, how) in world.parties.items()), ignore_conflicts=True
    )
    Organisation.unscoped.bulk_create(
        (Organisation(id=key, name=str(key)) for key in world.parties), ignore_conflicts=True
    )
    Consent.unscoped.bulk_create(
        Consent(
            id=world.key(),
            operator=operator,
            intermediary=party,
            may_act=acts,
            since=THEN,
            ended_at=None if stands else THEN,
        )
        for operator, party, acts, stands in world.consents
    )
    people = [actor for actor in world.actors if actor.kind is not PrincipalKind.SERVICE]
    Principal.unscoped.bulk_create(
        Principal(id=each.id, party=each.party, kind=each.kind, roles=sorted(each.roles), live=each.live, since=THEN)
        for each in people
    )
    Run.unscoped.bulk_create(
        Run(
            id=each.id,
            kind="test",
            subject=world.subjects[0],
            party=each.party,
            enqueued_at=THEN,
            ended_at=None if each.live else THEN,
        )
        for each in world.actors
        if each.kind is PrincipalKind.SERVICE
    )
    Grant.unscoped.bulk_create(
        Grant(
            id=world.key(),
            party=party,
            subject=subject,
            capacity=capacity,
            since=THEN,
            until=THEN if (party, subject) in world.ended else None,
        )
        for (party, subject), capacity in world.grants.items()
    )
