"""Who is in the story: the house, two labs and a researcher, three operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.selectors import actor_of
from levee.identity import services
from levee.kernel.errors import LeveeError
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.policy.actors import Actor

OPERATORS = {
    "bank": ("Quillbrook Community Bank", "financial services"),
    "hospital": ("Fennimore Valley Hospital", "healthcare"),
    "water": ("Tarrow Springs Water", "water"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The actors, by what they are called."""

    coordinator: Actor
    tokens: dict[str, str] = field(default_factory=dict)
    operators: dict[str, Actor] = field(default_factory=dict)
    finders: dict[str, Actor] = field(default_factory=dict)


def assemble(first_link: str, finders: Iterable[str]) -> Cast:
    """Come in by the set-up link, let everyone in, and give each lab's machine a token of its own."""
    cast = Cast(coordinator=_actor(services.use_link(first_link.rstrip("/").rpartition("/")[2])))
    for number, name in enumerate(finders):
        kind = OrganisationKind.AI_DEVELOPER if number < 2 else OrganisationKind.FINDER  # noqa: PLR2004 - two labs
        person = _let_in(cast.coordinator, name, kind)
        machine = services.add_member(
            person, organisation=person.party, name=f"{name} machine", roles=[Role.MEMBER], kind=PrincipalKind.AGENT
        )
        token = services.issue_token(
            person,
            name="hand-in",
            scopes=[Action.FINDING_SUBMIT, Action.FINDING_SEE, Action.VERDICT_SEE],
            lasts=timedelta(days=90),
            principal=machine.id,
        )
        cast.tokens[name] = token.secret
        cast.finders[name] = person
    for key, (name, sector) in OPERATORS.items():
        cast.operators[key] = _let_in(cast.coordinator, name, OrganisationKind.OPERATOR, sector=sector, contact=key)
    return cast


def _let_in(coordinator: Actor, name: str, kind: OrganisationKind, *, sector: str = "", contact: str = "") -> Actor:
    organisation = services.add_organisation(
        coordinator,
        name=name,
        kind=kind,
        sector=sector,
        contact=f"it@{contact}.example" if contact else "",
    )
    person = services.add_member(
        coordinator, organisation=organisation.id, name=f"{name} administrator", roles=[Role.ADMIN, Role.MEMBER]
    )
    return _actor(person.id)


def _actor(principal: UUID) -> Actor:
    actor = actor_of(principal)
    if actor is None:
        raise LeveeError("somebody who was let in is not known", code="demo.broken")
    return actor
