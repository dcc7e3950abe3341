from __future__ import annotations

from levee.findings import scopes
from levee.findings.models import Finding, Redaction
from levee.policy.actions import Action
from policy.witnesses.kind import Do, See, by_owner
from policy.worlds import THEN

COLUMNS = (
    "id, organisation, principal, key_digest, content_digest, title, description, target, contrast, cwe, tool, "
    "tool_version, model, model_version, use_terms, why_no_proof, original, original_size, proof, proof_size, "
    "received_at"
)


def plant(world):
    Finding.unscoped.bulk_create(
        Finding(
            id=subject,
            organisation=world.owners[subject],
            principal=world.key(),
            key_digest=subject.bytes,
            content_digest=b"",
            title="a finding",
            description="words",
            target="npm:a@1",
            tool="t",
            use_terms="fix-only",
            original=world.key(),
            original_size=1,
            received_at=THEN,
        )
        for subject in world.subjects
    )


def plant_redactions(world):
    Redaction.unscoped.bulk_create(
        Redaction(id=world.key(), finding=subject, start=0, length=1, reason="r", at=THEN) for subject in world.subjects
    )


def submit(world, actor, subject):
    return (
        f"insert into findings_finding ({COLUMNS}) values (%s, %s, %s, 'k', 'c', 't', 'd', 'npm:a@1', '', '', 't', '', "
        "'', '', 'fix-only', '', %s, 1, null, 0, %s)",
        [world.key(), world.owners[subject], actor.id, world.key(), THEN],
    )


def redact(world, _actor, subject):
    return (
        "insert into findings_redaction (id, finding, start, length, reason, at) values (%s, %s, 0, 1, 'r', %s)",
        [world.key(), subject, THEN],
    )


WITNESSES = (
    See(action=Action.FINDING_SEE, model=Finding, plant=plant, scope=scopes.visible),
    See(
        action=Action.FINDING_SEE,
        model=Redaction,
        plant=plant_redactions,
        scope=scopes.redactions,
        column="finding",
    ),
    Do(action=Action.FINDING_SUBMIT, attempt=submit, facts=by_owner),
    Do(action=Action.FINDING_REDACT, attempt=redact),
)
