from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.house.models import Setting
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from levee.house.types import Name
    from levee.policy.actors import Actor


def choose(actor: Actor, name: Name, *, value: str, because: str) -> None:
    """Choose how the house works; it holds from now on, and what was chosen before stays on record.

    Args:
        actor: an administrator of the clearinghouse, in person.
        name: what is chosen.
        value: one of its values.
        because: why; the house's people read it.

    Raises:
        BadInput: another value, or no reason.
    """
    if value not in name.values:
        raise BadInput(f"choose one of {', '.join(name.values)}", place="value")
    if not because.strip():
        raise BadInput("say why", place="because")
    with acting(actor) as act:
        house = clearinghouse()
        demand(act, Action.SETTING_CHANGE, of=house)
        row = Setting(
            id=act.new_id(),
            house=house,
            name=name,
            value=value,
            because=because.strip(),
            by=actor.id,
            at=act.now,
        )
        Setting.unscoped.bulk_create([row])
        fields = {"name": name.value, "value": value, "because": row.because}
        record(act, log=("organisation", house), verb=Action.SETTING_CHANGE, subject=row.id, fields=fields)
