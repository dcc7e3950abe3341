from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from levee.access.selectors import clearinghouse
from levee.access.services import demand, grant
from levee.findings.events import FindingReceived
from levee.findings.models import Finding, Original
from levee.findings.services.incoming import Incoming
from levee.findings.types import Receipt, Submission
from levee.kernel.errors import BadInput, Conflict, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs, ports
from levee.policy.actions import Action
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from levee.platform.blobs import BlobRef
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LARGEST_PROOF = 2 * 1024 * 1024


def submit(
    actor: Actor, submission: Submission, *, incoming: Incoming | None = None, place: str = "", same: str = ""
) -> Receipt:
    """Take one finding in.

    Args:
        actor: a member or agent of an organisation that joined the terms.
        submission: what was handed in.
        incoming: the bytes that it was read from; without them, the submission as JSON is the original.
        place: JSON pointer of the finding in those bytes.
        same: what alone tells whether a key is used again for the same finding; all of its content where not given.

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
        _check_proof(proof)
    identity = same.encode() or content
    with acting(actor) as act:
        demand(act, Action.FINDING_SUBMIT, of=actor.party)
        known = _known(act, submission.key, identity)
        if known is not None:
            return known
        received = incoming or Incoming(content, media_type="application/json")
        finding = _take(act, submission, identity, proof, received.digest)
        _keep_original(finding, received, received.kept(holder=actor.party), place)
        act.announce(FindingReceived(subject=finding.id))
        return Receipt(finding=finding.id, repeated=False)


def _check_proof(proof: bytes) -> None:
    try:
        ports().check_proof(proof)
    except BadInput as error:
        raise BadInput(
            error.message, code=error.code, place="/proof" + error.place.rstrip("/"), advice=error.advice()
        ) from error


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
            "personal_data": submission.personal_data,
            "provenance": [provenance.tool, provenance.tool_version, provenance.model, provenance.model_version],
        },
        sort_keys=True,
        ensure_ascii=False,
    ).encode()


def _known(act: Act, key: str, identity: bytes) -> Receipt | None:
    holder = act.actor.party
    row = (
        Finding.unscoped.filter(organisation=holder, key_digest=blobs().address(key.encode(), holder=holder))
        .values_list("id", "content_digest")
        .first()
    )
    if row is None:
        return None
    if bytes(row[1]) != blobs().address(identity, holder=holder):
        raise Conflict(
            "this key was used before for another finding",
            code="idempotency.reused",
            place="/key",
            advice="choose a new key for a new finding; a correction is a new finding that names the old one",
        )
    return Receipt(finding=row[0], repeated=True)


def _take(act: Act, submission: Submission, identity: bytes, proof: bytes, digest: bytes) -> Finding:
    holder = act.actor.party
    kept_proof = blobs().put(proof, holder=holder) if proof else None
    finding = act.new_id()
    grant(act, subject=finding, party=holder, capacity=Capacity.FINDER)
    grant(act, subject=finding, party=clearinghouse(), capacity=Capacity.OWNER)
    row = Finding(
        id=finding,
        organisation=holder,
        principal=act.actor.id,
        key_digest=blobs().address(submission.key.encode(), holder=holder),
        content_digest=blobs().address(identity, holder=holder),
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
        personal_data=submission.personal_data,
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
        fields={"target": submission.target, "proof": bool(proof), "original": digest.hex()},
    )
    return row


def _keep_original(finding: Finding, incoming: Incoming, kept: BlobRef, place: str) -> None:
    row = Original(
        finding=finding.id,
        blob=kept.id,
        size=kept.size,
        digest=incoming.digest,
        media_type=incoming.media_type,
        place=place,
    )
    Original.unscoped.bulk_create([row])
