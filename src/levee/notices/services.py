from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.sides import Side
from levee.notices.models import Notice
from levee.notify.services import tell

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act

PAGE = "/notices/"


def give(act: Act, operator: UUID, *, product: str, text: str, label: str) -> UUID:
    """Give one operator a notice as part of an act that may, with a letter that says which page to open.

    Args:
        act: of a coordinator, who sees nothing of what stands there afterwards.
        operator: whom.
        product: what it is about.
        text: what to do.
        label: how it is to be handled.
    """
    row = Notice(id=act.new_id(), operator=operator, product=product, text=text, label=label, at=act.now)
    Notice.unscoped.bulk_create([row])
    tell(act, operator, page=PAGE, side=Side.OPERATORS)
    return row.id
