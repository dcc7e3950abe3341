from __future__ import annotations

from levee.notify import scopes
from levee.notify.models import Letter
from levee.policy.actions import Action
from levee.policy.decide import Facts
from policy.witnesses.kind import See
from policy.worlds import THEN


def plant(world):
    Letter.unscoped.bulk_create(
        Letter(id=each, address="a@example.org", locator="l", queued_at=THEN) for each in world.subjects
    )


def of_the_house(_world, _actor, _subject):
    """Letters belong to nobody: role and house decide."""
    return Facts()


WITNESSES = (See(action=Action.OUTBOX_SEE, model=Letter, plant=plant, scope=scopes.visible, facts=of_the_house),)
