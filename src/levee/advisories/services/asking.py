"""Two people publish: one asks with the whole text, another one agrees to exactly that text or refuses it."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from levee.advisories import scopes
from levee.advisories.models import Publication
from levee.advisories.services.writing import asked, check, draft_in, go_out, in_time, may_go_out, note, write
from levee.cases.services import keep_hidden_of
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.advisories.types import Draft
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

REPLACED = "another text took its place"


def ask(actor: Actor, case: UUID, draft: Draft) -> UUID:
    """Ask another coordinator to agree to a publication; the documents are written and validated now.

    A text that waits already is void from now on, whoever wrote it, and nobody agrees to it any more.

    Args:
        actor: a coordinator of the case's owner.
        case: the case; one advisory each.
        draft: what to say.

    Returns:
        What was asked.

    Raises:
        BadInput: a field is wrong, or a validator finds fault with an output.
        Conflict: the case has its advisory already, or no finder of its cause lets it be published.
        AgainstRules: a conflict of interest stands against the actor.
    """
    with acting(actor) as act:
        may_go_out(act, Action.ADVISORY_PUBLISH, case)
        hold(f"publication {case}")
        check(act, case, draft)
        row = asked(act, case, draft)
        void(act, case)
        Publication.unscoped.bulk_create([row])
        note(act, row, "ask", name=row.name)
    return row.id


def settle(actor: Actor, case: UUID, *, agree: bool, digest: str, because: str, urgent: str = "") -> UUID | None:
    """Agree to the publication that waits, and it goes out; or refuse it. Who asked may only take it back.

    Args:
        actor: a coordinator of the case's owner; to agree, not the one who asked.
        case: the case.
        agree: whether it goes out.
        digest: of the text that the actor has read.
        because: why.
        urgent: why it may not wait, where the house publishes nothing now; what is public already need not say.

    Returns:
        The advisory's key; None where it was refused.

    Raises:
        BadInput: no reason, or hidden words. NotFound: nothing waits. Forbidden: who asks does not agree.
        Conflict: the text is not the one that was read, or it may not be published any more.
        AgainstRules: a conflict of interest stands against the actor, or against who asked; or the house publishes
            nothing now.
    """
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        may_go_out(act, Action.ADVISORY_PUBLISH, case)
        hold(f"publication {case}")
        row = _waiting(act, case)
        if row is None:
            raise NotFound("nothing waits to be published in this case")
        keep_hidden_of(act, case, because=because, urgent=urgent)
        if agree:
            _may_agree(act, row, digest)
            row.urgent = in_time(act, case, urgent)
        _close(act, row, agreed=agree, because=because.strip())
        note(act, row, "agree" if agree else "refuse", because=row.settlement)
        return go_out(act, row) if agree else None


def void(act: Act, case: UUID) -> None:
    """What waits is refused, because another text takes its place."""
    row = _waiting(act, case)
    if row is not None:
        _close(act, row, agreed=False, because=REPLACED)
        note(act, row, "refuse", because=REPLACED)


def _may_agree(act: Act, row: Publication, digest: str) -> None:
    """A second person, who has read what would go out now, about somebody without an interest of its own."""
    if row.asked_by == act.actor.id:
        raise Forbidden(
            "a second person agrees to what you ask for",
            code="advisory.second_person",
            advice="ask another coordinator",
        )
    may_go_out(act, Action.ADVISORY_PUBLISH, row.case, beside=row.asked_by)
    draft = draft_in(row)
    check(act, row.case, draft)
    same = write(act, draft, name=row.name, at=row.asked_at).digest == row.digest
    if not same or not hmac.compare_digest(row.digest.encode(), digest.strip().lower().encode()):
        raise Conflict(
            "what would be published is not the text with this digest",
            code="advisory.changed",
            place="digest",
            advice="read the text as it stands now" if same else "ask anew: the documents would differ by now",
        )


def _waiting(act: Act, case: UUID) -> Publication | None:
    rows = Publication.unscoped.filter(scopes.publications(act.actor), case=case, settled_at=None)
    return rows.select_for_update().first()


def _close(act: Act, row: Publication, *, agreed: bool, because: str) -> None:
    row.agreed, row.settled_by, row.settled_at, row.settlement = agreed, act.actor.id, act.now, because
    row.save(update_fields=["agreed", "settled_by", "settled_at", "settlement", "urgent"])
