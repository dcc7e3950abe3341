from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import transaction

from levee.kernel.errors import NotFound
from levee.kernel.hashing import canonical_json
from levee.ledger.models import Opening

if TYPE_CHECKING:
    from uuid import UUID


def shred(entry: UUID, *names: str) -> None:
    """Forget fields of an entry: values and salts go, commitments and every proof stay. Run as the role `ledger`.

    Raises:
        NotFound: there is no such entry, or a field of it is not there any more.
    """
    with transaction.atomic():
        row = Opening.unscoped.select_for_update().filter(entry=entry).first()
        fields = json.loads(row.fields) if row else {}
        if row is None or set(names) - fields.keys():
            raise NotFound("there is no such field to forget")
        row.fields = canonical_json({name: told for name, told in fields.items() if name not in names}).decode()
        row.save(update_fields=["fields"])
