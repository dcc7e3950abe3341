"""The first run: the clearinghouse and its first administrator. Run as the owner, which founds and never serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from levee.access.models import Party
from levee.identity import services
from levee.identity.models import Organisation
from levee.identity.terms import newest
from levee.platform.database.acting import Act
from levee.platform.ports import ports
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing

if TYPE_CHECKING:
    from uuid import UUID


def clearinghouse() -> UUID | None:
    """The clearinghouse's key, once it was founded; asked as the owner."""
    return Party.unscoped.filter(kind=OrganisationKind.CLEARINGHOUSE).values_list("id", flat=True).first()


def found(*, name: str) -> str | None:
    """Found the clearinghouse with one administrator who is also a coordinator.

    Returns:
        The secret of a one-time set-up link; None when it was founded before.
    """
    with transaction.atomic():
        if clearinghouse() is not None:
            return None
        now, ids = ports().clock.now(), ports().ids
        house, first = ids.new(), ids.new()
        actor = Actor(
            id=first,
            kind=PrincipalKind.PERSON,
            party=house,
            organisation_kind=OrganisationKind.CLEARINGHOUSE,
            standing=Standing.JOINED,
        )
        act = Act(actor=actor, now=now)
        services.write_organisation(act, house, name=name, kind=OrganisationKind.CLEARINGHOUSE)
        services.write_member(
            act,
            first,
            organisation=house,
            name="First administrator",
            roles=frozenset({Role.ADMIN, Role.COORDINATOR, Role.MEMBER}),
        )
        return services.write_link(ids.new(), first, now)


class Local(NamedTuple):
    """Who is in the house of one operator: the operator's person, and who chooses the house's feeds."""

    operator: UUID
    keeper: UUID


def found_local(*, name: str, sector: str) -> Local | None:
    """Found the house of one operator: the operator with one person, and a house whose keeper only chooses feeds.

    Args:
        name: of the operator.
        sector: what it works in, or empty.

    Returns:
        Both persons' keys; None when a house was founded here before.
    """
    with transaction.atomic():
        if clearinghouse() is not None:
            return None
        keeper = _first_member(OrganisationKind.CLEARINGHOUSE, "This machine", "", frozenset({Role.COORDINATOR}))
        operator = _first_member(OrganisationKind.OPERATOR, name, sector, frozenset({Role.ADMIN, Role.MEMBER}))
    return Local(operator=operator, keeper=keeper)


def _first_member(kind: OrganisationKind, name: str, sector: str, roles: frozenset[Role]) -> UUID:
    now, ids = ports().clock.now(), ports().ids
    party, person = ids.new(), ids.new()
    actor = Actor(id=person, kind=PrincipalKind.PERSON, party=party, organisation_kind=kind, standing=Standing.JOINED)
    act = Act(actor=actor, now=now)
    services.write_organisation(act, party, name=name, kind=kind, sector=sector)
    services.write_member(act, person, organisation=party, name=name, roles=roles)
    return person


def announce_terms() -> int:
    """Ask those who joined earlier terms for an answer to the newest, by the instant that these name.

    Until then nothing changes for them; afterwards they count as limited, and join again by answering.

    Returns:
        How many organisations were asked; 0 when that was done before.
    """
    offered = newest()
    if offered.answer_by is None:
        return 0
    with transaction.atomic():
        earlier = Organisation.unscoped.exclude(terms_version=offered.version).values("id")
        asked = Party.unscoped.filter(standing=Standing.JOINED, joined_until=None, id__in=earlier)
        return asked.update(joined_until=offered.answer_by)
