"""A running case handed to another clearinghouse, as a document that says what its reader sees and no more."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import selectors
from levee.cases.models import HandOver
from levee.cases.reporting import report_of
from levee.cases.services.rows import take_part
from levee.cases.types import Document
from levee.findings import selectors as findings
from levee.findings.services import forward
from levee.findings.types import Purpose
from levee.formats.csaf_report import check_report, report_bytes, report_document
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.formats.case_report import CaseReport
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def hand_over(actor: Actor, case: UUID) -> Document:
    """Write a case as a CSAF 2.1 vulnerability report: what the actor sees of it, with its embargo and every id.

    What is held back from the actor stays out, and so does what was hidden in the findings, from their own finder's
    document too. Messages, fixes and proofs are not part of it. Every party sees who took such a document, and when.

    Args:
        actor: the owner, a finder or a vendor.
        case: the case.

    Returns:
        The document; the same case is the same bytes as long as nothing happens in it.

    Raises:
        AgainstRules: the actor's part has ended (rule 9).
        Conflict: no finding of it may be passed on, or it still holds words that were hidden.
        BadInput: a validator finds fault with the document; the place says where.
    """
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.CASE_HAND_OVER, subject=case)
        report, data = _written(act, case)
        digest, number = sha256(data), str(report.revisions[-1].number)
        row = HandOver(
            id=act.new_id(),
            case=case,
            party=actor.party,
            version=number,
            tlp=report.tlp.value,
            digest=digest,
            at=act.now,
        )
        HandOver.unscoped.bulk_create([row])
        fields = {"document": digest.hex(), "version": number, "tlp": report.tlp.value}
        record(act, log=("case", case), verb=Action.CASE_HAND_OVER, subject=row.id, fields=fields)
    return Document(name=f"{report.id.lower()}.json", data=data)


def _written(act: Act, case: UUID) -> tuple[CaseReport, bytes]:
    actor = act.actor
    passed_on = forward(act, selectors.findings(actor, case), purpose=Purpose.FIX)
    hidden = findings.hidden_from_readers(actor, passed_on)
    report = report_of(
        selectors.get(actor, case),
        seats=selectors.participants(actor, case),
        history=selectors.history(actor, case),
        proposals=selectors.proposals(actor, case),
        findings=sorted(findings.listed(actor, only=passed_on), key=lambda each: (each.received_at, each.id)),
        origins=findings.origins(actor, passed_on),
        hidden=hidden,
        site=settings().public_site,
    )
    document = report_document(report, engine_version=version("levee"))
    for problem in check_report(document):
        raise BadInput(f"{problem.rule}: {problem.message}", code="report.not_valid", place=problem.place)
    data = report_bytes(document)
    if hidden.in_document(data):
        raise Conflict(
            "a name in this case repeats words that were hidden as personal data",
            code="redaction.repeated",
            advice="ask the owner of the case to hand it over in another way",
        )
    return report, data
