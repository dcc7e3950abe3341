"""Taking everything back: by either side, from every state, in one call, without a reason and without anybody's yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier import scopes
from levee.frontier.course.machines import Part, Verb
from levee.frontier.models import Agreement
from levee.frontier.services.rows import held, note, take, tell_other
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

WRITTEN = ["agreement", "grant", "evaluation"]


def withdraw(actor: Actor, key: UUID) -> None:
    """End an agreement with the access under it and whatever runs, for good.

    The house says so to whoever asks next: the developer's gateway, and the evaluator's runner. A developer that wants
    it ended this second ends it at its gateway as well.

    Raises:
        NotFound: there is no such agreement. AgainstRules: it was withdrawn before.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_WITHDRAW)
        _end(act, row)
        tell_other(act, row)


def withdraw_all(actor: Actor, *, model: str | None = None) -> int:
    """End every agreement of the actor's organisation, or every one about a model; how many that were."""
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_WITHDRAW, of=actor.party)
        rows = Agreement.unscoped.filter(scopes.both_sides(actor)).exclude(agreement="withdrawn")
        if model is not None:
            rows = rows.filter(model=model)
        ended = list(
            rows.order_by("at", "id").select_for_update()
        )  # whoever withdraws one meanwhile takes it off the list
        for row in ended:
            _end(act, row)
        for row in {(row.developer, row.evaluator): row for row in ended}.values():
            tell_other(act, row)
    return len(ended)


def _end(act: Act, row: Agreement) -> None:
    take(act, row, Verb.WITHDRAW, Part.AGREEMENT)
    row.save(update_fields=WRITTEN)
    note(act, Action.FRAMEWORK_WITHDRAW, row.id)
