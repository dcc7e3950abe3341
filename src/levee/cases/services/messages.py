from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.models import Message
from levee.cases.services.rows import case_for, keep_hidden_of, take_part
from levee.kernel.errors import BadInput, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

LONGEST = 64 * 1024


def send(actor: Actor, case: UUID, *, text: str, author: str, internal: bool = False) -> UUID:
    """Send a message to everyone in the case, or to the clearinghouse alone.

    Args:
        actor: a participant.
        case: the case.
        text: plain text, at most 64 KiB.
        author: the name that stands over it.
        internal: only the clearinghouse sees it, and only it may send such.

    Raises:
        NotFound: the actor does not see the thread. Forbidden: it may only read.
        BadInput: empty, or it repeats words that were hidden.
    """
    if not text.strip():
        raise BadInput("the message is empty", place="text")
    if len(text) > LONGEST:
        raise TooLarge("a message has at most 64 KiB", place="text")
    with acting(actor) as act:
        take_part(act, case)
        row = case_for(act, case)
        thread = row.internal if internal else row.everyone
        demand(act, Action.MESSAGE_SEND, subject=thread)
        keep_hidden_of(act, case, text=text)
        message = Message(
            id=act.new_id(),
            case=case,
            thread=thread,
            party=actor.party,
            author=author.strip() or "unnamed",
            text=text.strip(),
            at=act.now,
        )
        Message.unscoped.bulk_create([message])
        log = ("organisation", actor.party) if internal else ("case", case)
        record(act, log=log, verb=Action.MESSAGE_SEND, subject=message.id, fields={"internal": internal})
    return message.id
