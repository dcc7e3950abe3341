"""How a principal signs in, ended: what came of a link ends with it, and a person who is forgotten comes in no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db import connection

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act

SESSION_KEY = "levee.principal"


def end_what_came_of_links(act: Act, principal: UUID) -> None:
    """End sessions, password, passkeys, tokens and unused links of a principal that was given a link before.

    An account that signs in to another organisation too stays there, and only loses this principal.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_cut_off(%s, %s)", [principal, act.now])
        row = cursor.fetchone()
    if row and row[0]:
        end_sessions(principal)


def end_sessions(principal: UUID) -> None:
    """End every session that acts as a principal."""
    # allow manager: Django's own sessions; what they hold is encoded, so no query finds it
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(principal):
            session.delete()
