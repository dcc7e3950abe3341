from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.exposure import scopes
from levee.exposure.forensics import clocks as forensics
from levee.exposure.forensics.clocks import CaseStep, Verdict
from levee.exposure.models import ForensicCase, ForensicEntry
from levee.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

LARGEST = 64 * 1024 * 1024
LONGEST_TEXT = 20_000
_SHA256 = re.compile(r"[0-9a-f]{64}")


def add_entry(
    actor: Actor,
    case: UUID,
    *,
    step: CaseStep,
    text: str,
    filename: str = "",
    sha256: str = "",
    data: bytes | None = None,
    keep: bool = False,
) -> UUID:
    """Write something down in a forensic case, with the hash of a file or the file itself.

    Args:
        actor: a person of the operator.
        case: which one.
        step: what of the checklist it answers, or a note.
        text: what was found, done or kept, or why that was not possible.
        filename: of the evidence.
        sha256: its hash, where the file stays with the operator; hexadecimal.
        data: the file: its hash is worked out here; it is kept, encrypted, only with `keep`.
        keep: keep the file too.

    Returns:
        The entry's key. Entries are never changed.

    Raises:
        NotFound: there is no such case. Conflict: it has its verdict, so that only notes can be added; or the step is
            the triage, which takes a verdict. BadInput: the text is missing, or the hash is none.
        TooLarge: the file is.
    """
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise BadInput("write down what there was, in at most 20,000 characters", place="text")
    digest = sha256.strip().lower()
    if data is not None:
        if len(data) > LARGEST:
            raise TooLarge("a file of evidence has at most 64 MiB here", place="file", advice="give its SHA-256 alone")
        worked_out = hashlib.sha256(data).hexdigest()
        if digest and digest != worked_out:
            raise BadInput("the file has another SHA-256", place="sha256", advice=f"this file's is {worked_out}")
        digest = worked_out
    if digest and not _SHA256.fullmatch(digest):
        raise BadInput("a SHA-256 has 64 hexadecimal digits", place="sha256")
    if step is CaseStep.TRIAGE:
        raise Conflict("a triage is answered by a verdict", code="forensics.triage")
    with acting(actor) as act:
        demand(act, Action.FORENSICS_RECORD, of=actor.party)
        row = _case(actor, case)
        if row.verdict and step is not CaseStep.NOTE:
            raise Conflict("this case has its verdict", code="forensics.closed", advice="add a note")
        ref = blobs().put(data, holder=actor.party) if data is not None and keep else None
        entry = ForensicEntry(
            id=act.new_id(),
            organisation=actor.party,
            case=case,
            at=act.now,
            principal=actor.id,
            step=step,
            text=text.strip(),
            filename="".join(letter for letter in filename if letter.isprintable())[-200:],
            sha256=digest,
            size=None if data is None else len(data),
            kept=ref.id if ref else None,
        )
        ForensicEntry.unscoped.bulk_create([entry])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.FORENSICS_RECORD,
            subject=case,
            fields={"step": step.value, "sha256": digest},
        )
    return entry.id


def give_verdict(actor: Actor, case: UUID, *, verdict: Verdict, text: str) -> None:
    """Close a forensic case with its verdict, in the actor's name; nothing else closes it, a patch neither.

    Args:
        actor: a person of the operator.
        case: which one; its scope and its evidence have to be written down.
        verdict: what the triage found.
        text: what it rests on.

    Raises:
        NotFound: there is no such case. Conflict: it has its verdict, or nothing stands behind one.
        BadInput: the text is missing or too long.
    """
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise BadInput("say what the verdict rests on, in at most 20,000 characters", place="text")
    with acting(actor) as act:
        demand(act, Action.FORENSICS_RECORD, of=actor.party)
        row = _case(actor, case)
        entries = ForensicEntry.unscoped.filter(scopes.visible(actor), case=case).values_list("step", flat=True)
        forensics.check_verdict({CaseStep(step) for step in entries}, closed=bool(row.verdict))
        ForensicCase.unscoped.filter(organisation=row.organisation, id=case).update(
            verdict=verdict, verdict_text=text.strip(), verdict_by=actor.id, verdict_at=act.now
        )
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.FORENSICS_RECORD,
            subject=case,
            fields={"verdict": verdict.value},
        )


def _case(actor: Actor, case: UUID) -> ForensicCase:
    found = ForensicCase.unscoped.filter(scopes.visible(actor), id=case).select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("there is no such forensic case")
    return found
