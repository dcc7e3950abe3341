from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.identity.selectors import contact_of
from levee.kernel.sides import Side
from levee.notify.models import Letter
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.ports import mail
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.identity.events import MemberLeaves
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

DELIVER = {Side.CLEARINGHOUSE: "notify.deliver", Side.OPERATORS: "notify.deliver_to_operators"}
"""The kind of job that hands a letter to the way out, by the side whose letter it is."""
WITH_CODE = """There is something for you in the clearinghouse.

  {locator}

Open the page and type this code there. It works once, within 72 hours:

  {code}

Opening the page changes nothing. If you did not expect this letter, you need not do anything.
"""
WITHOUT_CODE = """There is something for you in the clearinghouse.

  {locator}

Sign in to see it.
"""
ANSWER = """
You can also answer this letter: what you write becomes a message, and decides nothing. Leave the code out of it.
"""


def queue(
    act: Act,
    *,
    address: str,
    locator: str,
    code: str = "",
    answers_to: UUID | None = None,
    side: Side = Side.CLEARINGHOUSE,
) -> UUID:
    """Queue a letter; it leaves at the next tick, in random order, if the act commits.

    Args:
        act: the unit of work that has something to tell.
        address: to whom.
        locator: the address of the page to look at; holds no secret.
        code: what to type there, for those without an account.
        answers_to: what an answer to it by mail is about; None where nobody reads one.
        side: whose letter it is, and whose worker delivers it.
    """
    letter = act.new_id()
    row = Letter(id=letter, address=address, locator=locator, code=code, answers_to=answers_to, queued_at=act.now)
    Letter.unscoped.bulk_create([row])
    enqueue(act, DELIVER[side], subject=letter, party=clearinghouse(), delay=until_tick())
    return letter


def tell(act: Act, organisation: UUID, *, page: str, side: Side = Side.CLEARINGHOUSE) -> None:
    """Let an organisation know that there is something on a page; one letter for what one act brought.

    Args:
        act: the unit of work, which may see the organisation.
        organisation: whom; without a contact address nothing leaves, and the page alone tells.
        page: path of the page.
        side: on whose site the page is.
    """
    address = contact_of(act, organisation)
    if address:
        queue(act, address=address, locator=settings().site_of(side) + page, side=side)


def until_tick() -> timedelta:
    """How long until the next tick of the machine's clock, and a random moment more within a tenth of one."""
    tick = settings().tick_seconds
    jitter = secrets.randbelow(max(1, tick * 100)) / 1000
    # allow ambient: letters leave at the machine's own ticks, whatever calendar the house keeps
    return timedelta(seconds=tick - time.time() % tick + jitter)


def deliver(actor: Actor, letter: UUID) -> None:
    """Hand a letter to the way out; a letter that left before is not sent again.

    Raises:
        Unavailable: the mail server did not take it; the queue tries again.
    """
    with acting(actor) as act:
        row = Letter.unscoped.filter(id=letter, sent_at=None).select_for_update().first()
        if row is None:
            return
        mail().send(to=row.address, text=text_of(row.locator, row.code), letter=row.id)
        Letter.unscoped.filter(id=letter).update(
            sent_at=act.now, code="" if settings().smtp_url else row.code
        )  # kept only where the outbox page is the way out


def text_of(locator: str, code: str) -> str:
    """The whole text of a letter."""
    text = (WITH_CODE if code else WITHOUT_CODE).format(locator=locator, code=code)
    return text + ANSWER if code and settings().mail_in_port else text


def forget(event: MemberLeaves) -> None:
    """Letters to a person's addresses go, and those that wait never leave."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_forget_letters(%s)", [event.subject])
