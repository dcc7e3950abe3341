from __future__ import annotations

from levee.findings import scopes
from levee.findings.models import Finding, Origin, Original, Redaction
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner, sight
from policy.worlds import THEN

COLUMNS = (
    "id, organisation, principal, key_digest, content_digest, title, description, target, contrast, cwe, tool, "
    "tool_version, model, model_version, use_terms, why_no_proof, personal_data, proof, proof_size, received_at"
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
            received_at=THEN,
        )
        for subject in world.subjects
    )


def plant_redactions(world):
    Redaction.unscoped.bulk_create(
        Redaction(id=world.key(), finding=subject, passages=["ada"], reason="r", at=THEN) for subject in world.subjects
    )


def plant_originals(world):
    Original.unscoped.bulk_create(
        Original(finding=subject, blob=world.key(), size=1, digest=b"", media_type="application/json")
        for subject in world.subjects
    )


def plant_origins(world):
    Origin.unscoped.bulk_create(
        Origin(
            finding=subject,
            organisation=world.key(),
            publisher="p",
            namespace="https://p.example",
            name="n",
            version="1",
            digest=b"",
            tlp="AMBER",
            at=THEN,
        )
        for subject in world.subjects
    )


def taking_in(_world, _actor, _subject):
    """What comes in is one's own house's, whatever else there is."""
    return Facts(own=True)


def take_in(world, actor, _subject):
    return (
        "insert into findings_origin (finding, organisation, publisher, namespace, name, version, digest, tlp, ids, "
        "embargo_said, at) values (%s, %s, 'p', 'p', %s, '1', 'd', 'AMBER', '[]', '', %s)",
        [world.key(), actor.party, str(world.key()), THEN],
    )


def take_in_for_another(world, actor, subject):
    statement, (finding, _, *rest) = take_in(world, actor, subject)
    return statement, [finding, world.key(), *rest]


def never(_world, _actor, _subject):
    return False


def keep_original(world, _actor, subject):
    return (
        "insert into findings_original (finding, blob, size, digest, media_type, place) "
        "values (%s, %s, 1, 'd', 't', '')",
        [subject, world.key()],
    )


def finder_not_run(world, actor, subject):
    """The finder's own people and machines keep what they hand in."""
    return (
        sight(actor) and actor.kind is not PrincipalKind.SERVICE and world.capacity(actor, subject) is Capacity.FINDER
    )


def submit(world, actor, subject):
    return (
        f"insert into findings_finding ({COLUMNS}) values (%s, %s, %s, 'k', 'c', 't', 'd', 'npm:a@1', '', '', 't', '', "
        "'', '', 'fix-only', '', false, null, 0, %s)",
        [world.key(), world.owners[subject], actor.id, THEN],
    )


def redact(world, _actor, subject):
    return (
        "insert into findings_redaction (id, finding, passages, reason, at) values (%s, %s, array['ada'], 'r', %s)",
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
    See(
        action=Action.FINDING_SEE_ORIGINAL,
        model=Original,
        plant=plant_originals,
        scope=scopes.originals,
        column="finding",
    ),
    See(action=Action.FINDING_SEE, model=Origin, plant=plant_origins, scope=scopes.origins, column="finding"),
    Do(action=Action.FINDING_TAKE_IN, attempt=take_in, facts=taking_in),
    Do(attempt=take_in_for_another, says=never),
    Do(attempt=keep_original, says=finder_not_run),
    Do(action=Action.FINDING_SUBMIT, attempt=submit, facts=by_owner),
    Do(action=Action.FINDING_REDACT, attempt=redact),
)
