from __future__ import annotations

import json

from django.db import transaction

from levee.ledger.models import Erasure, Opening, Pending
from levee.ledger.services.shred import shred


def erase() -> int:
    """Shred every field that names a person who was forgotten: what opened it goes, every proof stays.

    Run as the role `ledger`. A person of whom an act still waits to be sequenced is left for the next time.

    Returns:
        How many persons were forgotten.
    """
    with transaction.atomic():
        done = 0
        for row in Erasure.unscoped.order_by("id"):
            told = f'"{row.person}"'
            if Pending.unscoped.filter(fields__contains=told).exists():
                continue
            for entry, spelled in Opening.unscoped.filter(fields__contains=told).values_list("entry", "fields"):
                fields = json.loads(spelled)
                shred(entry, *(name for name, field in fields.items() if field["value"] == str(row.person)))
            row.delete()
            done += 1
    return done
