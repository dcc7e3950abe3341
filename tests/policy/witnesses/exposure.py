from __future__ import annotations

from levee.exposure import scopes
from levee.exposure.models import Match, Step, Todo
from levee.policy.actions import Action
from policy.witnesses.kind import Do, See, by_owner
from policy.worlds import THEN


def matches(world):
    Match.unscoped.bulk_create(
        Match(
            id=each,
            organisation=world.owners[each],
            component=each,
            asset=each,
            asset_name="a",
            ecosystem="npm",
            package="p",
            version="1",
            known=each,
            vulnerability="v",
            certain=True,
            action=each,
            detected_at=THEN,
            explanation={},
            timeline={},
        )
        for each in world.subjects
    )


def actions(world):
    Todo.unscoped.bulk_create(
        Todo(
            id=each,
            organisation=world.owners[each],
            owner="us",
            owner_name="",
            ecosystem="npm",
            package=str(each),
            version="2",
            certain=True,
            state="open",
            opened_at=THEN,
            state_at=THEN,
            strictness=1,
            timeline={},
            exploited=False,
            weight=1,
            hits=1,
            assets=[],
            vulnerabilities=[],
        )
        for each in world.subjects
    )


def steps(world):
    Step.unscoped.bulk_create(
        Step(id=each, organisation=world.owners[each], action=each, at=THEN, verb="raise", principal=each)
        for each in world.subjects
    )


def step(verb):
    def attempt(world, actor, subject):
        return (
            "insert into exposure_step (id, organisation, action, at, verb, principal, note) "
            "values (%s, %s, %s, %s, %s, %s, '')",
            [world.key(), world.owners[subject], subject, THEN, verb, actor.id],
        )

    return attempt


def end_match(_world, _actor, subject):
    return "update exposure_match set ended_at = now() where id = %s", [subject]


def confirm(_world, _actor, subject):
    return "update exposure_action set state = 'confirmed' where id = %s", [subject]


WITNESSES = (
    *(
        See(action=Action.EXPOSURE_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in ((Match, matches), (Todo, actions), (Step, steps))
    ),
    Do(action=Action.EXPOSURE_RECORD, attempt=step("confirm"), facts=by_owner),
    Do(action=Action.EXPOSURE_RECORD, plant=matches, attempt=end_match, facts=by_owner),
    Do(action=Action.EXPOSURE_RECORD, plant=actions, attempt=confirm, facts=by_owner),
    Do(action=Action.ACTION_CLAIM, attempt=step("claim"), facts=by_owner),
)
