from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from levee.identity.events import MemberLeaves


def forget(event: MemberLeaves) -> None:
    """What a person judged stays; its name goes."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_forget_in_validation(%s)", [event.subject])
