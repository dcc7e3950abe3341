"""Maintainers without an account: a vendor of one member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.identity import types
from levee.identity.services.members import write_member
from levee.identity.services.organisations import write_organisation
from levee.ledger.services import record
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act


def add_maintainer(act: Act, *, name: str, address: str) -> types.Member:
    """Write a maintainer who has no account, as a vendor of one member.

    Whoever calls has demanded the right to invite it: unlike `add_organisation`, this opens no way in by itself.
    """
    organisation = act.new_id()
    write_organisation(act, organisation, name=name, kind=OrganisationKind.VENDOR, contact=address)
    house = ("organisation", act.actor.party)
    record(act, log=house, verb=Action.ORGANISATION_ADD, subject=organisation, fields={})
    return add_maintainer_anew(act, organisation=organisation, name=name)


def add_maintainer_anew(act: Act, *, organisation: UUID, name: str) -> types.Member:
    """Write the member that a maintainer's further link lets in; the same right is demanded by whoever calls."""
    member, roles = act.new_id(), frozenset({Role.MEMBER})
    write_member(act, member, organisation=organisation, name=name, roles=roles)
    record(act, log=("organisation", organisation), verb=Action.MEMBER_MANAGE, subject=member, fields={})
    return types.Member(
        id=member, organisation=organisation, kind=PrincipalKind.PERSON, name=name, roles=roles, live=True
    )
