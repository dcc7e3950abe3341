"""Links, and their end: with the embargo whose terms they showed, or because a new one takes their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.cases import scopes
from levee.cases.models import Contact
from levee.cases.rules.embargo import Embargo
from levee.cases.services.codes import CODE_LASTS, TRIES, digest_of, fresh_code
from levee.cases.services.rows import case_for, state_of
from levee.kernel.ids import public_id
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

CLOSE_LINKS = "cases.close_links"


def end_links(act: Act, case: UUID, *, participant: UUID | None = None, until: datetime | None = None) -> None:
    """End the links of a case and all that came of them: principals, sessions, passwords, passkeys, tokens.

    Args:
        act: of a coordinator of the case, or of a run of its house.
        case: the case.
        participant: of this one alone, which is then invited anew if it had declined; of all where none is given.
        until: those that were sent up to this instant; now where none is given.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_contacts_end(%s, %s, %s, %s)", [case, participant, until or act.now, act.now])


def close_at_end(act: Act, case: UUID, end: datetime) -> None:
    """Let a job end the links at the end of the embargo; codes are refused from that instant whether it runs or not."""
    enqueue(act, CLOSE_LINKS, subject=case, party=clearinghouse(), delay=end - act.now)


def close_links(actor: Actor, case: UUID) -> None:
    """End what came of the links that an embargo's end has ended; nothing, where it has not come."""
    with acting(actor) as act:
        row = case_for(act, case)
        if state_of(row, act.now) is Embargo.EXITED:
            end_links(act, case, until=row.embargo_ended_at or row.embargo_end)


def send_link(act: Act, case: UUID, *, participant: UUID, principal: UUID, address: str) -> str:
    """Send a maintainer without an account its letter, as part of an act that may.

    Returns:
        The locator.
    """
    key, code = act.new_id(), fresh_code()
    contact = Contact(
        id=key,
        case=case,
        participant=participant,
        principal=principal,
        address=address,
        code_digest=digest_of(key, code),
        code_until=act.now + CODE_LASTS,
        tries_left=TRIES,
        since=act.now,
    )
    Contact.unscoped.bulk_create([contact])
    locator = locator_of(key)
    queue(act, address=address, locator=locator, code=code, answers_to=key)
    row = case_for(act, case)
    if state_of(row, act.now) is not Embargo.EXITED:
        close_at_end(act, row.id, row.embargo_end)
    return locator


def lead_over(act: Act, before: UUID, after: UUID, seats: Mapping[UUID, UUID]) -> None:
    """Let the links of a case lead to the one that it was merged into, as part of an act that may.

    The locators stay as they are. Each that has not ended gets a letter with a new code, behind which are the terms.

    Args:
        act: of a coordinator of both cases.
        before: the case that was merged.
        after: the one that it was merged into, whose seats are taken.
        seats: of each participant there that takes part in this one, its participant here.
    """
    row = case_for(act, after)
    links = Contact.unscoped.filter(scopes.contacts(act.actor), case=before, participant__in=list(seats))
    for link in links.order_by("since", "id"):
        link.case, link.participant = after, seats[link.participant]
        link.save(update_fields=["case", "participant"])
        if link.ended_at is not None:
            continue
        code = fresh_code()
        link.code_digest, link.code_until = digest_of(link.id, code), act.now + CODE_LASTS
        link.tries_left, link.used_at, link.since = TRIES, None, act.now
        link.save(update_fields=["code_digest", "code_until", "tries_left", "used_at", "since"])
        queue(act, address=link.address, locator=locator_of(link.id), code=code, answers_to=link.id)
        if state_of(row, act.now) is not Embargo.EXITED:
            close_at_end(act, after, row.embargo_end)


def locator_of(contact: UUID) -> str:
    """The address of the page where the code is typed."""
    return f"{settings().site}/contact/{public_id('CON', contact)}/"
