from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house import scopes, types
from levee.house.models import Setting
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def settings(actor: Actor) -> Sequence[types.Choice]:
    """What the house has chosen, and the default of what it has not.

    Raises:
        NotFound: the actor is not of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.SETTING_SEE, of=clearinghouse())
        return [chosen(act, name) for name in types.Name]


def chosen(act: Act, name: types.Name) -> types.Choice:
    """What holds now, for an act of the house's own people or runs."""
    row = Setting.unscoped.filter(scopes.settings(act.actor), name=name).order_by("-at", "-id").first()
    if row is None:
        return types.Choice(name=name, value=name.default)
    return types.Choice(name=name, value=row.value, because=row.because, by=row.by, at=row.at)
