from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.cases.rules.embargo import Consent
from levee.cases.services.inviting import CODE_LASTS, digest_of, fresh_code, locator_of
from levee.cases.types import Invitation
from levee.kernel.errors import NotFound, NotSignedIn
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.platform.ports import ports

if TYPE_CHECKING:
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
    with connection.cursor() as cursor:
        cursor.execute(
            "select levee_contact_code(%s, %s, %s, %s)",
            [contact, digest_of(code), ports().ids.new(), ports().clock.now()],
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotSignedIn(
            "this code opens nothing",
            advice="a code works once, within 72 hours and five tries; ask the sender for a new one",
        )
    return UUID(str(row[0]))


def renew_code(actor: Actor, contact: UUID) -> None:
    """Send a second code to the contact's address, for the moment when terms are accepted or an answer is given."""
    code, digest = fresh_code()
    with acting(actor) as act:
        with connection.cursor() as cursor:
            cursor.execute("select levee_contact_renew(%s, %s, %s)", [contact, digest, act.now + CODE_LASTS])
            row = cursor.fetchone()
        if row is None or row[0] is None:
            raise NotFound("there is nothing here by that name")
        queue(act, address=row[0], locator=locator_of(contact), code=code)
