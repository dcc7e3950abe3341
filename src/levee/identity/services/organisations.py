"""Organisations: let in, and where they stand as joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.models import Party
from levee.access.services import demand
from levee.identity import types
from levee.identity.models import Organisation, TermsAnswer
from levee.identity.services.links import make_link
from levee.identity.services.members import add_member
from levee.identity.terms import newest
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role, Standing

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def add_organisation(
    actor: Actor, *, name: str, kind: OrganisationKind, sector: str = "", contact: str = ""
) -> types.Organisation:
    """Let an organisation in; it stands as joined to the current terms.

    Raises:
        Forbidden: the actor is not an administrator of the clearinghouse.
        BadInput: the name is empty.
    """
    if not name.strip():
        raise BadInput("an organisation needs a name", place="name")
    with acting(actor) as act:
        demand(act, Action.ORGANISATION_ADD)
        organisation = act.new_id()
        write_organisation(act, organisation, name=name.strip(), kind=kind, sector=sector, contact=contact)
        record(act, log=("organisation", actor.party), verb=Action.ORGANISATION_ADD, subject=organisation, fields={})
    return types.Organisation(
        id=organisation,
        name=name.strip(),
        kind=kind,
        sector=sector,
        standing=Standing.JOINED,
        terms_version=newest().version,
    )


def let_in(
    actor: Actor, *, name: str, kind: OrganisationKind, administrator: str, sector: str = "", contact: str = ""
) -> types.LetIn:
    """Let an organisation in with its first administrator, who signs in by the link.

    Raises:
        Forbidden: the actor is not an administrator or coordinator of the clearinghouse, in person.
        BadInput: a name is empty.
    """
    if not administrator.strip():
        raise BadInput("an organisation needs a first administrator", place="administrator")
    with acting(actor):
        added = add_organisation(actor, name=name, kind=kind, sector=sector, contact=contact)
        first = add_member(actor, organisation=added.id, name=administrator.strip(), roles=[Role.ADMIN, Role.MEMBER])
        return types.LetIn(organisation=added, administrator=first, secret=make_link(actor, first.id))


def write_organisation(
    act: Act, key: UUID, *, name: str, kind: OrganisationKind, sector: str = "", contact: str = ""
) -> None:
    """Write an organisation's rows; for `add_organisation` and the founding, which has no actor yet."""
    Party.unscoped.bulk_create([Party(id=key, kind=kind, standing=Standing.JOINED)])
    Organisation.unscoped.bulk_create(
        [Organisation(id=key, name=name, sector=sector, terms_version=newest().version, contact=contact)]
    )
    TermsAnswer.unscoped.bulk_create(
        [TermsAnswer(id=act.new_id(), organisation=key, version=newest().version, answer="join", at=act.now)]
    )
