from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.cases.rules.embargo import Consent
from levee.cases.services.inviting import CODE_LASTS, could_be_code, digest_of, fresh_code, locator_of
from levee.cases.types import Invitation
from levee.kernel.errors import BadInput, NotFound, NotSignedIn
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.platform.ports import ports

if TYPE_CHECKING:
    from datetime import datetime

    from levee.policy.actors import Actor


def invitation(contact: UUID) -> Invitation:
    """What the page shows before anything is typed: the terms, and nothing of the case. Changes nothing.

    Raises:
        NotFound: there is no such contact, or it was ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("select embargo_end, consent, house from levee_invitation(%s)", [contact])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("there is nothing here by that name")
    return Invitation(locator=locator_of(contact), embargo_end=row[0], consent=Consent(row[1]), house=row[2])


def enter(contact: UUID, *, code: str) -> UUID:
    """Type the code of the letter.

    Returns:
        The principal to sign in.

    Raises:
        NotSignedIn: wrong, used, expired, or tried too often; never which of these.
    """
    principal = _take(contact, code, ports().clock.now())
    if principal is None:
        raise NotSignedIn(
            "this code opens nothing",
            advice="a code works once, within 72 hours and five tries; ask the sender for a new one",
        )
    return principal


def _take(contact: UUID, code: str, now: datetime) -> UUID | None:
    if not could_be_code(code):  # a scanner that sends the empty form has tried nothing
        return None
    with connection.cursor() as cursor:
        cursor.execute("select levee_contact_code(%s, %s, %s, %s)", [contact, digest_of(code), ports().ids.new(), now])
        row = cursor.fetchone()
    return UUID(str(row[0])) if row and row[0] else None


def needs_code(actor: Actor, case: UUID) -> bool:
    """Whether the actor came in by a link, so that its answer takes a second code."""
    with acting(actor):
        return _own_contact(case) is not None


def _own_contact(case: UUID) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("select levee_own_contact(%s)", [case])
        row = cursor.fetchone()
    return UUID(str(row[0])) if row and row[0] else None


def confirm(actor: Actor, case: UUID, *, code: str) -> None:
    """Take the second code of an actor that came in by a link; nothing is asked of one that signs in.

    A transaction of its own: a wrong code is counted although what it was for is refused.

    Raises:
        BadInput: wrong, used, expired, or tried too often; never which of these.
    """
    with acting(actor) as act:
        contact = _own_contact(case)
        confirmed = contact is None or _take(contact, code, act.now) == actor.id
    if not confirmed:
        raise BadInput(
            "this code does not confirm your answer",
            code="contact.code",
            place="code",
            advice="ask for a new one below; each works once, within 72 hours and five tries",
        )


def renew_code(actor: Actor, case: UUID) -> None:
    """Send a second code to the address that the actor's link went to, for the moment when an answer is given.

    Raises:
        NotFound: the actor did not come by a link, or the link was ended.
    """
    code, digest = fresh_code()
    with acting(actor) as act:
        contact = _own_contact(case)
        with connection.cursor() as cursor:
            cursor.execute("select levee_contact_renew(%s, %s, %s)", [contact, digest, act.now + CODE_LASTS])
            row = cursor.fetchone()
        if contact is None or row is None or row[0] is None:
            raise NotFound("there is nothing here by that name")
        queue(act, address=row[0], locator=locator_of(contact), code=code)
