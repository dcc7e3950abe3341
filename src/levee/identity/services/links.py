"""One-time links that sign somebody in."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.access.models import Principal
from levee.access.services import demand
from levee.identity.models import SignInLink
from levee.identity.services.members import organisation_of
from levee.identity.ways_in import end_what_came_of_links
from levee.kernel.errors import Forbidden, NotFound, NotSignedIn
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind
from levee.settings import settings

if TYPE_CHECKING:
    from datetime import datetime

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LINK_LASTS = timedelta(hours=24)


def address_of_link(secret: str, kind: OrganisationKind) -> str:
    """The address that a one-time link is handed on as: on the site where such an organisation is at home."""
    return f"{settings().site_of(kind.home)}/link/{secret}/"


def make_link(actor: Actor, principal: UUID) -> str:
    """A secret that signs a principal in once, within 24 hours.

    For members of the actor's organisation; from the clearinghouse also for administrators of one that it let in and
    where nobody came in yet.

    A further link takes the place of the earlier ones: they end, and so does all that was set up through them, which
    is sessions, password, passkeys and tokens of that principal.

    Raises:
        NotFound: it is none of these.
    """
    with acting(actor) as act:
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and not _is_here(principal):
            return _first_link(act, principal)
        demand(act, Action.MEMBER_MANAGE, of=organisation_of(principal))
        end_what_came_of_links(act, principal)
        record(
            act, log=("organisation", actor.party), verb=Action.MEMBER_MANAGE, subject=principal, fields={"link": "new"}
        )
        return write_link(act.new_id(), principal, act.now)


def _is_here(principal: UUID) -> bool:
    return Principal.unscoped.filter(id=principal).exists()


def _first_link(act: Act, principal: UUID) -> str:
    demand(act, Action.ORGANISATION_ADD)
    if not act.actor.permits(Action.MEMBER_MANAGE):
        raise Forbidden("a sign-in link is made in person, not by token", advice="levee sign-in, or use the page")
    secret = secrets.token_urlsafe(24)
    with connection.cursor() as cursor:
        cursor.execute(
            "select levee_first_link(%s, %s, %s, %s)",
            [act.new_id(), principal, sha256(secret.encode()), act.now + LINK_LASTS],
        )
        row = cursor.fetchone()
    if not row or not row[0]:
        raise NotFound("there is nobody here by that name")
    record(act, log=("organisation", act.actor.party), verb=Action.ORGANISATION_ADD, subject=principal, fields={})
    return secret


def write_link(key: UUID, principal: UUID, now: datetime) -> str:
    """Write a one-time link; for `make_link` and the first run, which has no actor yet."""
    secret = secrets.token_urlsafe(24)
    SignInLink.unscoped.bulk_create(
        [SignInLink(id=key, principal=principal, digest=sha256(secret.encode()), expires_at=now + LINK_LASTS)]
    )
    return secret


def use_link(secret: str) -> UUID:
    """Use a one-time link up.

    Returns:
        The principal that it signs in.

    Raises:
        NotSignedIn: unknown, used or expired; never which of these.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_use_link(%s, %s)", [sha256(secret.encode()), ports().clock.now()])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotSignedIn("this link opens nothing", advice="each link works once and for 24 hours: ask for a new one")
    return UUID(str(row[0]))
