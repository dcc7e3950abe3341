"""API tokens: issued, revoked, and who a secret speaks for."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.models import Principal
from levee.access.selectors import actor_of
from levee.access.services import demand
from levee.identity import types
from levee.identity.models import Token
from levee.identity.services.members import organisation_of
from levee.kernel.errors import BadInput, NotFound, NotSignedIn
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from levee.policy.token_scopes import TOKEN_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from levee.policy.actors import Actor

LONGEST_TOKEN = timedelta(days=366)


def issue_token(
    actor: Actor, *, name: str, scopes: Iterable[Action], lasts: timedelta, principal: UUID | None = None
) -> types.IssuedToken:
    """Issue an API token; its secret is shown this once and kept only as a digest.

    Args:
        actor: the person; for another principal of its organisation, an administrator.
        name: what it is for.
        scopes: what it may do, never more than its principal may.
        lasts: until it expires, at most 366 days.
        principal: a machine agent of the same organisation; the actor itself where none is given.

    Raises:
        BadInput: it lasts too long, has no scope or one that no token may have, or is for another person.
        NotFound: there is no such principal in the actor's organisation.
    """
    chosen = tuple(sorted(set(scopes)))
    if not chosen:
        raise BadInput("a token needs at least one scope", place="scopes")
    _refuse_never(chosen)
    if not timedelta(0) < lasts <= LONGEST_TOKEN:
        raise BadInput("a token lasts at most 366 days", place="lasts")
    with acting(actor) as act:
        whose = principal or actor.id
        if whose == actor.id:
            demand(act, Action.TOKEN_MANAGE, of=whose)
        else:
            demand(act, Action.MEMBER_MANAGE, of=organisation_of(whose))
            _refuse_person(whose)
        secret = f"lvt_{secrets.token_urlsafe(32)}"
        row = Token(
            id=act.new_id(),
            principal=whose,
            name=name,
            digest=sha256(secret.encode()),
            scopes=list(chosen),
            created_at=act.now,
            expires_at=act.now + lasts,
        )
        Token.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.TOKEN_MANAGE,
            subject=row.id,
            fields={"principal": str(whose)},
        )
    return types.IssuedToken(token=_token(row), secret=secret)


def _refuse_never(chosen: Iterable[Action]) -> None:
    never = [scope.value for scope in chosen if scope not in TOKEN_SCOPES]
    if never:
        raise BadInput(f"no token may have {', '.join(never)}", place="scopes", advice="sign in as a person to do this")


def _refuse_person(principal: UUID) -> None:
    if Principal.unscoped.filter(id=principal, kind=PrincipalKind.AGENT, live=True).exists():
        return
    raise BadInput(
        "tokens are issued for oneself and for machines of one's organisation",
        place="member",
        advice="a person issues its own tokens",
    )


def revoke_token(actor: Actor, token: UUID) -> None:
    """End one of the actor's own tokens, at once and for good."""
    with acting(actor) as act:
        demand(act, Action.TOKEN_MANAGE, of=actor.id)
        if not Token.unscoped.filter(id=token, principal=actor.id).update(revoked_at=act.now):
            raise NotFound("there is no such token")
        record(act, log=("organisation", actor.party), verb=Action.TOKEN_MANAGE, subject=token, fields={})


def _token(row: Token) -> types.Token:
    return types.Token(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )


def authenticate(secret: str) -> Actor:
    """Who holds an API token.

    Raises:
        NotSignedIn: the token is unknown, expired, revoked, or its principal was ended; never which of these.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select principal, scopes from levee_token(%s, %s)", [sha256(secret.encode()), ports().clock.now()]
        )
        row = cursor.fetchone()
    actor = actor_of(row[0], scopes=frozenset(scope for scope in TOKEN_SCOPES if scope in row[1])) if row else None
    if actor is None or not actor.live:
        raise NotSignedIn("this token opens nothing", advice="ask for a new token in your organisation's settings")
    return actor
