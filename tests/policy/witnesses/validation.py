from __future__ import annotations

from levee.policy.actions import Action
from levee.policy.decide import Facts
from levee.validation import scopes
from levee.validation.models import Control, Judgement, Target, Verdict
from policy.witnesses.kind import Do, See
from policy.worlds import THEN


def nothing(_world, _actor, _subject):
    """What the whole clearinghouse shares depends on nobody's grant."""
    return Facts()


def plant_verdicts(world):
    Verdict.unscoped.bulk_create(
        Verdict(
            id=world.key(),
            finding=subject,
            finder=world.owners[subject],
            result="confirmed",
            target="npm:a@1",
            effect_shown=3,
            effect_runs=3,
            contrast="silent",
            reach="unknown",
            detail="d",
            at=THEN,
        )
        for subject in world.subjects
    )


def plant_judgements(world):
    Judgement.unscoped.bulk_create(
        Judgement(
            id=world.key(),
            finding=subject,
            judgement="declined",
            name="n",
            principal=world.key(),
            statement="s",
            at=THEN,
        )
        for subject in world.subjects
    )


def plant_targets(world):
    Target.unscoped.bulk_create(
        Target(
            id=subject,
            name=str(subject),
            version="1",
            digest="d",
            archive=world.key(),
            archive_size=1,
            added_by=world.key(),
            added_at=THEN,
        )
        for subject in world.subjects
    )


def plant_controls(world):
    Control.unscoped.bulk_create(
        Control(
            id=subject,
            target="source:a@1",
            digest=str(subject),
            proof=world.key(),
            proof_size=1,
            added_by=world.key(),
            added_at=THEN,
        )
        for subject in world.subjects
    )


def conclude(world, actor, subject):
    return (
        "insert into validation_verdict (id, finding, finder, result, kind, target, effect_shown, effect_runs, "
        "contrast, contrast_build, contract, reach, signature, detail, proof_digest, evidence_size, evidence_digest, "
        "evidence_signature, ran_size, at) "
        "values (%s, %s, %s, 'flaky', '', 't', 1, 3, 'none', '', '', 'no', '', 'd', '', 0, '', '', 0, %s)",
        [world.key(), subject, actor.party, THEN],
    )


def judge(world, actor, subject):
    return (
        "insert into validation_judgement (id, finding, judgement, name, principal, statement, at) "
        "values (%s, %s, 'forged', 'n', %s, 's', %s)",
        [world.key(), subject, actor.id, THEN],
    )


def add_target(world, actor, _subject):
    return (
        "insert into validation_target (id, name, version, digest, archive, archive_size, added_by, added_at, open_to) "
        "values (%s, 'new', '1', 'd', %s, 1, %s, %s, '{}')",
        [world.key(), world.key(), actor.id, THEN],
    )


def add_control(world, actor, _subject):
    return (
        "insert into validation_control (id, target, digest, proof, proof_size, added_by, added_at) "
        "values (%s, 'source:a@1', 'new', %s, 1, %s, %s)",
        [world.key(), world.key(), actor.id, THEN],
    )


WITNESSES = (
    See(action=Action.VERDICT_SEE, model=Verdict, plant=plant_verdicts, scope=scopes.visible, column="finding"),
    See(action=Action.VERDICT_SEE, model=Judgement, plant=plant_judgements, scope=scopes.visible, column="finding"),
    See(action=Action.TARGET_SEE, model=Target, plant=plant_targets, scope=scopes.of_house, facts=nothing),
    See(action=Action.TARGET_SEE, model=Control, plant=plant_controls, scope=scopes.of_house, facts=nothing),
    Do(action=Action.VERDICT_RECORD, attempt=conclude),
    Do(action=Action.VERDICT_ACCEPT, attempt=judge),
    Do(action=Action.TARGET_ADD, attempt=add_target, facts=nothing),
    Do(action=Action.TARGET_ADD, attempt=add_control, facts=nothing),
)
