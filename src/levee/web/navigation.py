"""Which pages the header offers, by the policy: an entry that would be refused is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from levee.policy.actors import OrganisationKind, Role

if TYPE_CHECKING:
    from levee.policy.actors import Actor


class Entry(NamedTuple):
    """One entry of the header."""

    label: str
    url: str
    current: bool


def entries(actor: Actor | None, path: str) -> list[Entry]:
    """The entries for an actor; none for somebody who is not signed in."""
    if actor is None:
        return []
    chosen = [("Overview", "/")]
    if actor.roles & {Role.MEMBER, Role.COORDINATOR}:
        chosen += _by_kind(actor)
    if Role.ADMIN in actor.roles:
        chosen.append(("Organisation", "/organisation/"))
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
            chosen.append(("Outbox", "/outbox/"))
    return [Entry(label, url, path == url or (url != "/" and path.startswith(url))) for label, url in chosen]


def _by_kind(actor: Actor) -> list[tuple[str, str]]:
    if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
        return [
            ("Findings", "/findings/"),
            ("Waiting", "/waiting/"),
            ("Clusters", "/clusters/"),
            ("Cases", "/cases/"),
            ("Measures", "/measures/"),
        ]
    to_do = [("To do", "/actions/"), ("Inventory", "/inventory/")]
    if actor.organisation_kind in {OrganisationKind.OPERATOR, OrganisationKind.INTERMEDIARY}:
        return to_do
    own = [("Findings", "/findings/"), ("Cases", "/cases/")]
    return [*own, *to_do] if actor.organisation_kind is OrganisationKind.AGENCY else own
