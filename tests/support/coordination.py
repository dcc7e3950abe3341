"""Findings grouped in a cluster, and the case that is opened for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from levee.policy.actors import Actor, OrganisationKind, Role
from support.database import as_role
from support.running import hand_in

if TYPE_CHECKING:
    from levee.advisories.types import Draft
    from support.world import World

CODE = re.compile(r"^  ([0-9A-Z]{10})$", re.MULTILINE)


@dataclass
class Opened:
    """A case and those who were there when it was opened."""

    case: UUID
    coordinator: Actor
    finder: Actor
    finding: UUID
    world: World = field(repr=False)

    @cached_property
    def colleague(self) -> Actor:
        """Another coordinator of the same house, from when it is first needed."""
        return colleague_of(self.world)

    def publishes(self, draft: Draft) -> UUID:
        """The coordinator asks, and the colleague agrees."""
        return publish_by_two(self.coordinator, self.colleague, self.case, draft)


def colleague_of(world: World) -> Actor:
    """Another coordinator of the house."""
    return world.actor(world.house, Role.MEMBER, Role.COORDINATOR, name="Colleague")


def publish_by_two(first: Actor, second: Actor, case: UUID, draft: Draft) -> UUID:
    """One coordinator asks for a publication; another one reads the text and agrees to it."""
    from levee.advisories import selectors, services

    services.ask(first, case, draft)
    (read, *_) = selectors.publications(second, case)
    advisory = services.settle(second, case, agree=True, digest=read.digest, because="it says what is so")
    assert advisory is not None
    return advisory


def cluster_of(world, *findings: UUID) -> UUID:
    """A cluster of these findings, as the clearinghouse's own."""
    from levee.access.models import Grant
    from levee.clustering.models import Cluster

    key, now = uuid4(), world.clock.now()
    with as_role(world.owner_role):
        Cluster.unscoped.create(
            id=key, house=world.house, target="npm:minimist@0.0.8", kind="crash", signature=str(key), formed_at=now
        )
        Grant.unscoped.create(id=uuid4(), subject=key, party=world.house, capacity="owner", since=now)
    for finding in findings:
        group(world, key, finding)
    return key


def group(world, cluster: UUID, finding: UUID, *, evidence: str = "first") -> None:
    """Put a finding into a cluster, as the proof of its cause would."""
    from levee.clustering.models import Member

    now = world.clock.now()
    with as_role(world.owner_role):
        Member.unscoped.create(
            id=uuid4(), cluster=cluster, finding=finding, proof_digest="", evidence=evidence, explanation="", since=now
        )


def found_again(world, opened: Opened, finder: Actor, *, key: str = "k-2", title: str = "The same, later") -> UUID:
    """The finding of somebody who hands in what a case is about already, grouped with it."""
    from levee.cases.selectors import get

    finding = hand_in(finder, None, key=key, target="npm:minimist@0.0.8", contrast="0.2.1", title=title)
    group(world, get(opened.coordinator, opened.case).cluster, finding, evidence="same signature")
    return finding


def open_for(world, *, days: float = 30, title: str = "Prototype pollution in minimist") -> Opened:
    """A case with one finder's report, under embargo."""
    from levee.cases.services import open_case

    coordinator, finder = world.coordinator(), world.finder("Harrow")
    finding = hand_in(finder, None, key="k-1", target="npm:minimist@0.0.8", contrast="0.2.1", title=title)
    case = open_case(
        coordinator,
        cluster=cluster_of(world, finding),
        title=title,
        summary="A name in the arguments reaches the prototype.",
        embargo_end=world.clock.now() + timedelta(days=days),
    )
    return Opened(case=case, coordinator=coordinator, finder=finder, finding=finding, world=world)


def another_case(world, opened: Opened, name: str, *, days: float = 20) -> Opened:
    """A case of the same house about what another finder reported, under an embargo of its own."""
    from levee.cases.services import open_case

    finder = world.finder(name)
    finding = hand_in(finder, None, key=name, target="npm:minimist@0.0.8", contrast="0.2.1", title=f"Found by {name}")
    case = open_case(
        opened.coordinator,
        cluster=cluster_of(world, finding),
        title=f"What {name} found",
        summary="The same, seen from elsewhere.",
        embargo_end=world.clock.now() + timedelta(days=days),
    )
    return Opened(case=case, coordinator=opened.coordinator, finder=finder, finding=finding, world=world)


def contact_of(locator: str) -> UUID:
    """The key of the contact that a locator leads to."""
    from levee.kernel.ids import parse_public_id

    return parse_public_id("CON", locator.rstrip("/").rpartition("/")[2])


def codes(coordinator: Actor) -> list[str]:
    """The codes of the letters in the outbox, newest last."""
    from levee.notify.selectors import outbox

    return [CODE.search(each.text)[1] for each in reversed(outbox(coordinator))]


def come_in(world, coordinator: Actor, locator: str, *, accept: bool = True) -> Actor:
    """What a maintainer does with the newest letter: type its code, and accept the terms with a second one."""
    from levee.access.selectors import actor_of
    from levee.cases import services

    contact = contact_of(locator)
    maintainer = actor_of(services.enter(contact, code=codes(coordinator)[-1]))
    assert maintainer is not None
    if accept:
        world.clock.advance(timedelta(minutes=1))
        services.renew_terms_code(maintainer, contact)
        services.accept(maintainer, contact, by="Ada", code=codes(coordinator)[-1])
    return maintainer


def vendor_of(world) -> Actor:
    """A member organisation that looks after some software."""
    return world.actor(world.organisation(OrganisationKind.VENDOR, "Minimist project"), name="Maintainer")


@pytest.fixture
def opened(world):
    """A case with one finder's report, under embargo for thirty days."""
    return open_for(world)
