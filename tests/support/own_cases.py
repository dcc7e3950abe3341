"""Cases that members run themselves, about what they handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role
from support.running import hand_in

TARGET = {"target": "npm:minimist@0.0.8", "contrast": "0.2.1"}


@dataclass
class OwnCase:
    """A case that a member runs itself; `free` is a confirmed finding of the same member that no case is about."""

    case: UUID
    lead: Actor
    free: UUID


def lead_of(world, name: str = "Halyard Industrial", kind=OrganisationKind.VENDOR, **more) -> Actor:
    """Somebody who coordinates for a member, and administers it."""
    party = world.organisation(kind, name, **more)
    return world.actor(party, Role.MEMBER, Role.COORDINATOR, Role.ADMIN, name=f"Lead of {name}")


def found_by(world, actor: Actor, *, key="own-1", result="confirmed", title="Overflow in the parser", **more) -> UUID:
    """What a machine of somebody's organisation handed in, and what became of it."""
    from support.judged import verdict

    agent = world.actor(actor.party, kind=PrincipalKind.AGENT, name="Scanner")
    finding = hand_in(agent, None, key=key, title=title, **(TARGET | more))
    verdict(world, agent, finding, result, f"npm:minimist@0.0.8 {key}")
    return finding


def open_own(world, lead: Actor, *found: UUID, days=30, title="Overflow in our parser") -> UUID:
    """A case about these findings, in which nobody else takes part yet."""
    from levee.cases import services

    return services.open_own(
        lead,
        findings=found,
        title=title,
        summary="A long line ends beyond the buffer.",
        embargo_end=world.clock.now() + timedelta(days=days),
    )


def own_case(world) -> OwnCase:
    """A member with such a case, and with a finding that it could open another one about."""
    lead = lead_of(world)
    first, free = found_by(world, lead), found_by(world, lead, key="own-2", title="Overflow in the writer")
    return OwnCase(case=open_own(world, lead, first), lead=lead, free=free)
