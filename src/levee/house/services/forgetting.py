from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from levee.identity.events import MemberLeaves


def forget(event: MemberLeaves) -> None:
    """A person's shifts end, and the addresses that alarms went to meanwhile go."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_forget_shifts(%s)", [event.subject])
