from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.access.services import demand
from levee.cases.course.taking_part import came_in
from levee.cases.rules.embargo import CONSENT, Consent, ConsentVerb
from levee.cases.services.codes import CODE_LASTS, could_be_code, digest_of, fresh_code
from levee.cases.services.course import course_of
from levee.cases.services.links import locator_of
from levee.cases.types import Invitation, Terms
from levee.kernel.errors import BadInput, NotFound, NotSignedIn
from levee.ledger.services import record
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action

if TYPE_CHECKING:
    from datetime import datetime

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def invitation(contact: UUID) -> Invitation:
    """What the page shows before anything is typed: who runs the house, and nothing of the case. Changes nothing.

    Raises:
        NotFound: there is no such contact, or it was ended.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_invitation(%s, %s)", [contact, ports().clock.now()])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotFound("there is nothing here by that name")
    return Invitation(locator=locator_of(contact), house=row[0])


def enter(contact: UUID, *, code: str) -> UUID:
    """Type the code of the letter.

    Returns:
        The principal to sign in. It sees the terms alone until it accepts them.

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


def terms(actor: Actor, contact: UUID) -> Terms:
    """The terms of the embargo, for whoever came in by this link.

    Raises:
        NotFound: the actor did not, or the link has ended.
    """
    with acting(actor) as act:
        return _terms(act, contact)


def _terms(act: Act, contact: UUID) -> Terms:
    with connection.cursor() as cursor:
        cursor.execute("select house, embargo_end, consent from levee_contact_terms(%s, %s)", [contact, act.now])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("there is nothing here by that name")
    return Terms(house=row[0], embargo_end=row[1], consent=Consent(row[2]))


def accept(actor: Actor, contact: UUID, *, by: str, code: str) -> UUID:
    """Accept the terms of the embargo: from here on the case can be seen.

    Args:
        actor: who came in by this link.
        contact: the link's contact.
        by: the name of the person who accepts.
        code: a second code, sent at this moment.

    Returns:
        The case.

    Raises:
        BadInput: no name, or the code does not confirm it. NotFound: the link has ended. Conflict: answered before.
    """
    if not by.strip():
        raise BadInput("say who accepts", place="by")
    with acting(actor) as act:
        after = CONSENT.after(_terms(act, contact).consent, ConsentVerb.ACCEPT)
    _confirm(actor, contact, code)
    with acting(actor) as act:
        case, seat = _consent(act, contact, after, by.strip())
        course = course_of(act, case, alone=True)
        course.add(act, came_in(course.standing, seat, act.now))
        record(act, log=("case", case), verb=Action.CASE_ANSWER, subject=seat, fields={"consent": after})
    return case


def decline(actor: Actor, contact: UUID) -> None:
    """Decline the terms: nothing of the case was seen, and the link ends. Needs no code.

    Raises:
        NotFound: the link has ended. Conflict: answered before.
    """
    with acting(actor) as act:
        after = CONSENT.after(_terms(act, contact).consent, ConsentVerb.DECLINE)
        _, seat = _consent(act, contact, after, "")
        log = ("organisation", actor.party)  # it takes no part in the case, so it writes nothing there
        record(act, log=log, verb=Action.CASE_ANSWER, subject=seat, fields={"consent": after})


def _consent(act: Act, contact: UUID, after: Consent, by: str) -> tuple[UUID, UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select * from levee_contact_consent(%s, %s, %s, %s)", [contact, after, by, act.now])
        row = cursor.fetchone()
    if row is None:
        raise NotFound("there is nothing here by that name")
    return row[0], row[1]


def _take(contact: UUID, code: str, now: datetime) -> UUID | None:
    if not could_be_code(code):  # a scanner that sends the empty form has tried nothing
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select levee_contact_code(%s, %s, %s, %s)", [contact, digest_of(contact, code), ports().ids.new(), now]
        )
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
    with acting(actor):
        contact = _own_contact(case)
    if contact is not None:
        _confirm(actor, contact, code)


def _confirm(actor: Actor, contact: UUID, code: str) -> None:
    with acting(actor) as act:
        confirmed = _take(contact, code, act.now) == actor.id
    if not confirmed:
        raise BadInput(
            "this code does not confirm your answer",
            code="contact.code",
            place="code",
            advice="ask for a new one below; each works once, within 72 hours and five tries",
        )


def renew_code(actor: Actor, case: UUID) -> None:
    """Send a second code to the address that the actor's link went to, for the moment when an answer is given.

    At most one a minute, and a day five for each case that its organisation takes part in, for each answer takes one.
    What comes of it is told by the letter alone: nothing here says whether there is such a link, whether it ended, or
    how often it was asked.

    Raises:
        NotFound, Forbidden: the actor is no vendor of this case.
    """
    with acting(actor) as act:
        demand(act, Action.CASE_ANSWER, subject=case)
        contact = _own_contact(case)
        if contact is not None:
            _renew(act, contact)


def renew_terms_code(actor: Actor, contact: UUID) -> None:
    """The same for the moment when the terms are accepted, by the link's contact."""
    with acting(actor) as act:
        _renew(act, contact)


def _renew(act: Act, contact: UUID) -> None:
    code = fresh_code()
    with connection.cursor() as cursor:
        cursor.execute(
            "select levee_contact_renew(%s, %s, %s, %s)",
            [contact, digest_of(contact, code), act.now + CODE_LASTS, act.now],
        )
        row = cursor.fetchone()
    if row and row[0]:
        queue(act, address=row[0], locator=locator_of(contact), code=code, answers_to=contact)
