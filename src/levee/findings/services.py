from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from levee.access.selectors import clearinghouse
from levee.access.services import demand, grant
from levee.findings import scopes
from levee.findings.events import FindingReceived
from levee.findings.models import Finding, Redaction
from levee.findings.submission import read
from levee.findings.types import Receipt, Refused, Submission
from levee.formats.sarif import read_sarif
from levee.formats.strict_json import as_list, as_object, pointer, read_json
from levee.kernel.errors import BadInput, Conflict, LeveeError, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs, ports
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LARGEST_BATCH = 32 * 1024 * 1024
LARGEST_PROOF = 2 * 1024 * 1024
MOST_IN_A_BATCH = 5000


def submit(actor: Actor, submission: Submission, *, original: bytes = b"") -> Receipt:
    """Take one finding in.

    Args:
        actor: a member or agent of an organisation that joined the terms.
        submission: what was handed in.
        original: its bytes as received, kept as they are.

    Returns:
        A receipt; handing the same in again under the same key gives the same receipt.

    Raises:
        Conflict: the key was used before for other content.
        BadInput: the proof document is not one; TooLarge: it is over 2 MiB.
    """
    content = _content(submission)
    proof = b"" if submission.proof is None else json.dumps(submission.proof, ensure_ascii=False).encode()
    if len(proof) > LARGEST_PROOF:
        raise TooLarge("a proof has at most 2 MiB", place="/proof")
    if proof:
        ports().check_proof(proof)
    with acting(actor) as act:
        demand(act, Action.FINDING_SUBMIT, of=actor.party)
        known = _known(act, submission.key, content)
        return known or _take(act, submission, content, original or content, proof)


def _content(submission: Submission) -> bytes:
    provenance = submission.provenance
    return json.dumps(
        {
            "title": submission.title,
            "description": submission.description,
            "target": submission.target,
            "contrast": submission.contrast,
            "cwe": submission.cwe,
            "proof": submission.proof,
            "why_no_proof": submission.why_no_proof,
            "use_terms": submission.use_terms,
            "provenance": [provenance.tool, provenance.tool_version, provenance.model, provenance.model_version],
        },
        sort_keys=True,
        ensure_ascii=False,
    ).encode()


def _known(act: Act, key: str, content: bytes) -> Receipt | None:
    holder = act.actor.party
    row = (
        Finding.unscoped.filter(organisation=holder, key_digest=blobs().address(key.encode(), holder=holder))
        .values_list("id", "content_digest")
        .first()
    )
    if row is None:
        return None
    if bytes(row[1]) != blobs().address(content, holder=holder):
        raise Conflict(
            "this key was used before for another finding",
            code="idempotency.reused",
            place="/key",
            advice="choose a new key for a new finding; a correction is a new finding that names the old one",
        )
    return Receipt(finding=row[0], repeated=True)


def _take(act: Act, submission: Submission, content: bytes, original: bytes, proof: bytes) -> Receipt:
    holder = act.actor.party
    kept = blobs().put(original, holder=holder)
    kept_proof = blobs().put(proof, holder=holder) if proof else None
    finding = act.new_id()
    grant(act, subject=finding, party=holder, capacity=Capacity.FINDER)
    grant(act, subject=finding, party=clearinghouse(), capacity=Capacity.OWNER)
    row = Finding(
        id=finding,
        organisation=holder,
        principal=act.actor.id,
        key_digest=blobs().address(submission.key.encode(), holder=holder),
        content_digest=blobs().address(content, holder=holder),
        title=submission.title,
        description=submission.description,
        target=submission.target,
        contrast=submission.contrast,
        cwe=submission.cwe,
        tool=submission.provenance.tool,
        tool_version=submission.provenance.tool_version,
        model=submission.provenance.model,
        model_version=submission.provenance.model_version,
        use_terms=submission.use_terms,
        why_no_proof=submission.why_no_proof,
        original=kept.id,
        original_size=kept.size,
        proof=kept_proof.id if kept_proof else None,
        proof_size=kept_proof.size if kept_proof else 0,
        received_at=act.now,
    )
    try:
        with transaction.atomic():
            Finding.unscoped.bulk_create([row])
    except IntegrityError as error:
        raise Conflict("the same key is being handed in at this moment", code="idempotency.racing") from error
    record(
        act,
        log=("organisation", holder),
        verb=Action.FINDING_SUBMIT,
        subject=finding,
        fields={"target": submission.target, "proof": bool(proof)},
    )
    act.announce(FindingReceived(subject=finding))
    return Receipt(finding=finding, repeated=False)


def submit_batch(actor: Actor, data: bytes) -> tuple[list[Receipt], list[Refused]]:
    """Take in a document of many findings: `{"findings": [...]}`, one finding, or SARIF 2.1.0.

    Each finding stands for itself: one that is refused is named with its place, and the others are kept.

    Raises:
        BadInput, TooLarge: the document as a whole cannot be read.
    """
    document = as_object(read_json(data, max_bytes=LARGEST_BATCH), "")
    if "runs" in document:
        items = [(place, submission) for place, submission in _from_sarif(data)]
        return _each(actor, items)
    if "findings" not in document:
        return _each(actor, [("", document)])
    found = as_list(document["findings"], "/findings")
    if len(found) > MOST_IN_A_BATCH:
        raise TooLarge(f"at most {MOST_IN_A_BATCH} findings at a time", place="/findings")
    return _each(actor, [(pointer("/findings", number), item) for number, item in enumerate(found)])


def _from_sarif(data: bytes) -> Sequence[tuple[str, object]]:
    return [
        (
            reported.place,
            {
                "title": reported.title,
                "description": reported.message,
                "target": reported.target,
                "cwe": reported.cwe,
                "provenance": {"tool": reported.tool, "tool_version": reported.tool_version},
                "why_no_proof": "reported by a scanner without a proof",
                "key": reported.fingerprint,
            },
        )
        for reported in read_sarif(data)
    ]


def _each(actor: Actor, items: Sequence[tuple[str, object]]) -> tuple[list[Receipt], list[Refused]]:
    receipts, refused = [], []
    for place, item in items:
        try:
            original = json.dumps(item, ensure_ascii=False).encode()
            receipts.append(submit(actor, read(item, place), original=original))
        except LeveeError as error:
            if error.status in {401, 403, 404}:
                raise  # about the submitter, and so about every item
            where = error.place if error.place.startswith(place) else place + error.place
            refused.append(Refused(place=where, code=error.code, message=error.message, advice=error.advice()))
    return receipts, refused


def redact(actor: Actor, finding: UUID, *, passage: str, reason: str) -> int:
    """Hide every occurrence of a passage of the description from all readers but the finder's own organisation.

    Returns:
        How many passages are hidden by this.

    Raises:
        BadInput: the passage does not occur, or no reason is given.
    """
    if not passage or not reason.strip():
        raise BadInput("name the passage and the reason", place="passage")
    with acting(actor) as act:
        demand(act, Action.FINDING_REDACT, subject=finding)
        text = Finding.unscoped.filter(scopes.visible(actor), id=finding).values_list("description", flat=True).first()
        if text is None:
            raise NotFound("there is no such finding")
        starts = _occurrences(text, passage)
        if not starts:
            raise BadInput("this passage does not occur in the description", place="passage")
        Redaction.unscoped.bulk_create(
            [
                Redaction(id=act.new_id(), finding=finding, start=start, length=len(passage), reason=reason, at=act.now)
                for start in starts
            ]
        )
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.FINDING_REDACT,
            subject=finding,
            fields={"passages": len(starts)},
        )
    return len(starts)


def _occurrences(text: str, passage: str) -> list[int]:
    starts, at = [], text.find(passage)
    while at >= 0:
        starts.append(at)
        at = text.find(passage, at + len(passage))
    return starts
