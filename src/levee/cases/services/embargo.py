from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.events import EmbargoEnded
from levee.cases.models import Case, Contact
from levee.cases.rules.embargo import EMBARGO, EmbargoVerb, EndReason, check_end
from levee.cases.services.links import close_at_end, end_links
from levee.cases.services.rows import case_for, keep_hidden_of, state_of
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def shorten_embargo(actor: Actor, case: UUID, *, end: datetime, because: str) -> None:
    """Bring the end of the embargo forward; the shorter of two ends wins, so this needs nobody's consent.

    Raises:
        BadInput: the new end is not earlier, or lies behind, or no reason is given.
        Conflict: the embargo has ended.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        demand(act, Action.EMBARGO_SET, subject=case)
        keep_hidden_of(act, case, because=because)
        row = case_for(act, case)
        EMBARGO.after(state_of(row, act.now), EmbargoVerb.PROPOSE)
        if check_end(end, act.now) >= row.embargo_end:
            raise BadInput(f"earlier than {row.embargo_end.isoformat()}", place="end")
        Case.unscoped.filter(id=case).update(embargo_end=end)
        if Contact.unscoped.filter(scopes.contacts(actor), case=case).exists():
            close_at_end(act, case, end)
        record(
            act,
            log=("case", case),
            verb=Action.EMBARGO_SET,
            subject=case,
            fields={"end": end.isoformat(), "because": because.strip()},
        )


def end_embargo(actor: Actor, case: UUID, *, reason: EndReason, evidence: str) -> None:
    """End the embargo now: the flaw, an exploit or attacks became public, or its owner ends it.

    The links that maintainers without an account came in by end with it, and so does all that came of them. Members
    keep their part; a maintainer who is still needed gets a new link.

    Raises:
        BadInput: no evidence is named.
        Conflict: it has ended already.
    """
    if not evidence.strip():
        raise BadInput("name the evidence", place="evidence")
    with acting(actor) as act:
        demand(act, Action.EMBARGO_END, subject=case)
        keep_hidden_of(act, case, evidence=evidence)
        ended(act, case_for(act, case), reason, evidence=evidence)


def ended(act: Act, case: Case, reason: EndReason, *, evidence: str) -> None:
    """End the embargo of a case as part of an act that may: its state, its links, its log, and the news of it.

    Raises:
        Conflict: it does not hold.
    """
    after = EMBARGO.after(state_of(case, act.now), EmbargoVerb.TERMINATE)
    Case.unscoped.filter(id=case.id).update(embargo=after, embargo_ended_at=act.now, embargo_end_reason=reason)
    end_links(act, case.id)
    record(
        act,
        log=("case", case.id),
        verb=Action.EMBARGO_END,
        subject=case.id,
        fields={"reason": reason, "evidence": evidence.strip()},
    )
    act.announce(EmbargoEnded(subject=case.id))
