"""Who is in the story: the house, two labs and a researcher, three operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.selectors import actor_of
from levee.cli.demo.operating import SCOPES, Operating
from levee.identity import services
from levee.kernel.errors import LeveeError
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from levee.policy.actors import Actor

VISITOR = "visitor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The actors, by what they are called.

    Attributes:
        coordinator, colleague, auditor: of the house. finders: by name, with their machines' `tokens`.
        operators: by key, a visitor's among them where there is one. titles: their names, by the same key.
        operating: what each of them does over the API.
    """

    coordinator: Actor
    colleague: Actor
    auditor: Actor
    tokens: dict[str, str] = field(default_factory=dict)
    operators: dict[str, Actor] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    operating: dict[str, Operating] = field(default_factory=dict)
    finders: dict[str, Actor] = field(default_factory=dict)


def assemble(first_link: str, finders: Iterable[str], operators: Mapping[str, tuple[str, str]]) -> Cast:
    """Come in by the set-up link, let everyone in, and give each lab's machine a token of its own.

    Args:
        first_link: of the first run.
        finders: their names; the first two are labs.
        operators: key to name and sector.
    """
    coordinator = _actor(services.use_link(first_link.rstrip("/").rpartition("/")[2]))
    auditor = services.add_member(
        coordinator, organisation=coordinator.party, name="House auditor", roles=[Role.AUDITOR]
    )
    colleague = services.add_member(
        coordinator, organisation=coordinator.party, name="House colleague", roles=[Role.MEMBER, Role.COORDINATOR]
    )
    cast = Cast(coordinator=coordinator, colleague=_actor(colleague.id), auditor=_actor(auditor.id))
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
    for key, (name, sector) in operators.items():
        cast.titles[key] = name
        person = _let_in(cast.coordinator, name, OrganisationKind.OPERATOR, sector=sector, contact=address_of(key))
        cast.operators[key] = person
        token = services.issue_token(person, name="to do", scopes=SCOPES, lasts=timedelta(days=90))
        cast.operating[key] = Operating(token.secret)
    return cast


def address_of(operator: str) -> str:
    """Where an operator's letters go, by its key."""
    return f"it@{operator}.example"


def _let_in(coordinator: Actor, name: str, kind: OrganisationKind, *, sector: str = "", contact: str = "") -> Actor:
    organisation = services.add_organisation(
        coordinator,
        name=name,
        kind=kind,
        sector=sector,
        contact=contact,
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
