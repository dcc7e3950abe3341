from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from levee.identity.events import MemberLeaves


def forget(event: MemberLeaves) -> None:
    """What a person wrote and answered in cases stays; its name, the address that its links went to, its filters go."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_forget_in_cases(%s), levee_forget_filters(%s)", [event.subject, event.subject])
