from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access.models import Principal
from levee.access.services import demand
from levee.identity.events import MemberLeaves
from levee.identity.ways_in import end_sessions
from levee.kernel.errors import Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def forget(actor: Actor, person: UUID) -> None:
    """Forget a person or machine: name, addresses, every way in, and what opens its pseudonym in the ledger.

    What it contributed stays, under "a former member". Cannot be undone; recorded without saying who it was.

    Args:
        actor: the person itself, or an administrator of its organisation.
        person: its principal.

    Raises:
        NotFound: there is nobody here by that name. Forbidden: the actor is neither of the two.
        Conflict: it is the last administrator of its organisation.
    """
    with acting(actor) as act:
        party = Principal.unscoped.filter(id=person).values_list("party", flat=True).first()
        if party is None:
            raise NotFound("there is nobody here by that name")
        if person == actor.id:
            demand(act, Action.MEMBER_LEAVE, of=person)
        else:
            demand(act, Action.MEMBER_MANAGE, of=party)
        record(act, log=("organisation", party), verb=Action.MEMBER_LEAVE, fields={"forgotten": 1})
        act.announce(MemberLeaves(subject=person))
        with connection.cursor() as cursor:
            cursor.execute("select levee_forget(%s, %s)", [person, act.now])
            row = cursor.fetchone()
        if row is None or row[0] != "forgotten":
            raise Conflict(
                "the last administrator of an organisation cannot be forgotten",
                code="member.last_administrator",
                advice="make somebody else an administrator first",
            )
        end_sessions(person)
