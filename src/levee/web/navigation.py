"""Which pages the header offers, by the policy: an entry that would be refused is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.kernel.sides import Side
from levee.policy.actors import OrganisationKind, Role
from levee.settings import settings

if TYPE_CHECKING:
    from levee.policy.actors import Actor

ON_BOTH = {OrganisationKind.CLEARINGHOUSE, OrganisationKind.AGENCY}
OF_OPERATORS = (("To do", "/actions/"), ("Inventory", "/inventory/"), ("Feeds", "/feeds/"), ("Alerts", "/alerts/"))
ABOUT_MODELS = {OrganisationKind.AI_DEVELOPER, OrganisationKind.EVALUATOR, OrganisationKind.AGENCY}
"""Who is offered the pages on early access to models; every member can open them."""
COVERED = OF_OPERATORS[:2]
"""What a consent to an intermediary covers."""
INTERMEDIARY = OrganisationKind.INTERMEDIARY


class Entry(NamedTuple):
    """One entry of the header."""

    label: str
    url: str
    current: bool


def entries(actor: Actor | None, path: str, here: Side) -> list[Entry]:
    """The entries for an actor; none for somebody who is not signed in.

    Args:
        actor: who looks.
        path: of the page.
        here: whose site it is; who has business on the other one too gets a link to it.
    """
    if actor is None:
        return []
    chosen = [("Overview", "/")] if here is Side.CLEARINGHOUSE else []
    sees = bool(actor.roles & {Role.MEMBER, Role.COORDINATOR})
    if sees and here is Side.OPERATORS and (actor.stands_in or actor.organisation_kind is INTERMEDIARY):
        chosen.append(("Clients", "/clients/"))
    if sees:
        chosen += _of_operators(actor) if here is Side.OPERATORS else _of_the_house(actor)
    if Role.ADMIN in actor.roles:
        chosen.append(("Organisation", "/organisation/"))
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and here is Side.CLEARINGHOUSE:
            chosen.append(("Outbox", "/outbox/"))
    if sees and actor.organisation_kind in ON_BOTH:
        chosen.append(_across(here))
    return [Entry(label, url, path == url or (url != "/" and path.startswith(url))) for label, url in chosen]


def _of_operators(actor: Actor) -> list[tuple[str, str]]:
    return [entry for entry in OF_OPERATORS if not actor.stands_in or entry in COVERED]


def _of_the_house(actor: Actor) -> list[tuple[str, str]]:
    if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
        return [
            ("Findings", "/findings/"),
            ("Waiting", "/waiting/"),
            ("Clusters", "/clusters/"),
            ("Cases", "/cases/"),
            ("Models", "/frontier/"),
            ("Measures", "/measures/"),
        ]
    if actor.organisation_kind.home is Side.OPERATORS:
        return []
    of_models = [("Models", "/frontier/")] if actor.organisation_kind in ABOUT_MODELS else []
    return [("Findings", "/findings/"), ("Cases", "/cases/"), *of_models]


def _across(here: Side) -> tuple[str, str]:
    if here is Side.OPERATORS:
        return ("Clearinghouse", f"{settings().site}/")
    return ("To do", f"{settings().operators_site}/actions/")
