from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from levee.access.models import Party, Principal
from levee.access.selectors import actor_of
from levee.access.services import demand
from levee.identity import types
from levee.identity.consents import give_consent, withdraw_consent
from levee.identity.forgetting import forget
from levee.identity.models import Member, Organisation, SignInLink, TermsAnswer, Token, User
from levee.identity.terms import newest, terms
from levee.identity.ways_in import SESSION_KEY, end_what_came_of_links
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound, NotSignedIn
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role, Standing
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

__all__ = [
    "SESSION_KEY",
    "add_member",
    "add_organisation",
    "address_of_link",
    "answer_terms",
    "authenticate",
    "end_member",
    "forget",
    "give_consent",
    "issue_token",
    "make_link",
    "principals_of",
    "revoke_token",
    "set_up_account",
    "use_link",
    "withdraw_consent",
    "write_link",
    "write_member",
    "write_organisation",
]
LINK_LASTS = timedelta(hours=24)
LONGEST_TOKEN = timedelta(days=366)


def add_organisation(
    actor: Actor, *, name: str, kind: OrganisationKind, sector: str = "", contact: str = ""
) -> types.Organisation:
    """Let an organisation in; it stands as joined to the current terms.

    Raises:
        Forbidden: the actor is not an administrator of the clearinghouse.
        BadInput: the name is empty.
    """
    if not name.strip():
        raise BadInput("an organisation needs a name", place="name")
    with acting(actor) as act:
        demand(act, Action.ORGANISATION_ADD)
        organisation = act.new_id()
        write_organisation(act, organisation, name=name.strip(), kind=kind, sector=sector, contact=contact)
        record(act, log=("organisation", actor.party), verb=Action.ORGANISATION_ADD, subject=organisation, fields={})
    return types.Organisation(
        id=organisation,
        name=name.strip(),
        kind=kind,
        sector=sector,
        standing=Standing.JOINED,
        terms_version=newest().version,
    )


def let_in(
    actor: Actor, *, name: str, kind: OrganisationKind, administrator: str, sector: str = "", contact: str = ""
) -> types.LetIn:
    """Let an organisation in with its first administrator, who signs in by the link.

    Raises:
        Forbidden: the actor is not an administrator or coordinator of the clearinghouse, in person.
        BadInput: a name is empty.
    """
    if not administrator.strip():
        raise BadInput("an organisation needs a first administrator", place="administrator")
    with acting(actor):
        added = add_organisation(actor, name=name, kind=kind, sector=sector, contact=contact)
        first = add_member(actor, organisation=added.id, name=administrator.strip(), roles=[Role.ADMIN, Role.MEMBER])
        return types.LetIn(organisation=added, administrator=first, secret=make_link(actor, first.id))


def add_maintainer(act: Act, *, name: str, address: str) -> types.Member:
    """Write a maintainer who has no account, as a vendor of one member.

    Whoever calls has demanded the right to invite it: unlike `add_organisation`, this opens no way in by itself.
    """
    organisation = act.new_id()
    write_organisation(act, organisation, name=name, kind=OrganisationKind.VENDOR, contact=address)
    house = ("organisation", act.actor.party)
    record(act, log=house, verb=Action.ORGANISATION_ADD, subject=organisation, fields={})
    return add_maintainer_anew(act, organisation=organisation, name=name)


def add_maintainer_anew(act: Act, *, organisation: UUID, name: str) -> types.Member:
    """Write the member that a maintainer's further link lets in; the same right is demanded by whoever calls."""
    member, roles = act.new_id(), frozenset({Role.MEMBER})
    write_member(act, member, organisation=organisation, name=name, roles=roles)
    record(act, log=("organisation", organisation), verb=Action.MEMBER_MANAGE, subject=member, fields={})
    return types.Member(
        id=member, organisation=organisation, kind=PrincipalKind.PERSON, name=name, roles=roles, live=True
    )


def write_organisation(
    act: Act, key: UUID, *, name: str, kind: OrganisationKind, sector: str = "", contact: str = ""
) -> None:
    """Write an organisation's rows; for `add_organisation` and the founding, which has no actor yet."""
    Party.unscoped.bulk_create([Party(id=key, kind=kind, standing=Standing.JOINED)])
    Organisation.unscoped.bulk_create(
        [Organisation(id=key, name=name, sector=sector, terms_version=newest().version, contact=contact)]
    )
    TermsAnswer.unscoped.bulk_create(
        [TermsAnswer(id=act.new_id(), organisation=key, version=newest().version, answer="join", at=act.now)]
    )


def add_member(
    actor: Actor,
    *,
    organisation: UUID,
    name: str,
    roles: Iterable[Role],
    kind: PrincipalKind = PrincipalKind.PERSON,
    email: str = "",
) -> types.Member:
    """Let a person or a machine agent act for an organisation.

    Raises:
        Forbidden: the actor administers neither this organisation nor the clearinghouse.
    """
    with acting(actor) as act:
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and organisation != actor.party:
            demand(act, Action.ORGANISATION_ADD)
        else:
            demand(act, Action.MEMBER_MANAGE, of=organisation)
        user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(email) if email else None
        member = act.new_id()
        write_member(act, member, organisation=organisation, name=name, roles=frozenset(roles), kind=kind, user=user)
        record(act, log=("organisation", organisation), verb=Action.MEMBER_MANAGE, subject=member, fields={})
    return types.Member(id=member, organisation=organisation, kind=kind, name=name, roles=frozenset(roles), live=True)


def write_member(
    act: Act,
    key: UUID,
    *,
    organisation: UUID,
    name: str,
    roles: frozenset[Role],
    kind: PrincipalKind = PrincipalKind.PERSON,
    user: User | None = None,
) -> None:
    """Write a member's rows; for `add_member` and the founding, which has no actor yet."""
    Principal.unscoped.bulk_create(
        [Principal(id=key, party=organisation, kind=kind, roles=sorted(roles), since=act.now)]
    )
    Member.unscoped.bulk_create([Member(id=key, organisation=organisation, user=user, name=name)])


def answer_terms(actor: Actor, *, version: str, answer: str) -> None:
    """Join the terms, limit one's part, or leave: each in one call, undone as easily, with no penalty.

    Args:
        actor: an administrator of the organisation.
        version: the version of the terms that is answered; only the newest can be joined.
        answer: `join`, `limit` or `leave`.

    Raises:
        BadInput: no such answer, or a version that is joined no more. NotFound: no such version.
    """
    standing = {"join": Standing.JOINED, "limit": Standing.LIMITED, "leave": Standing.LEFT}.get(answer)
    if standing is None:
        raise BadInput("answer join, limit or leave", place="answer")
    if terms(version) != newest() and standing is Standing.JOINED:
        raise BadInput(
            f"the terms of {version} are joined no more", place="version", advice="read and answer the newest"
        )
    with acting(actor) as act:
        demand(act, Action.TERMS_ANSWER, of=actor.party)
        TermsAnswer.unscoped.bulk_create(
            [TermsAnswer(id=act.new_id(), organisation=actor.party, version=version, answer=answer, at=act.now)]
        )
        Party.unscoped.filter(id=actor.party).update(standing=standing, joined_until=None)
        Organisation.unscoped.filter(id=actor.party).update(terms_version=version)
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.TERMS_ANSWER,
            subject=actor.party,
            fields={"version": version, "answer": answer},
        )


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
            demand(act, Action.MEMBER_MANAGE, of=_organisation_of(whose))
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


def _organisation_of(principal: UUID) -> UUID:
    row = Principal.unscoped.filter(id=principal).values_list("party", flat=True).first()
    if row is None:
        raise NotFound("there is nobody here by that name")
    return row


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
        demand(act, Action.MEMBER_MANAGE, of=_organisation_of(principal))
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


def principals_of(user: User) -> tuple[UUID, ...]:
    """The principals that a signed-in person may act as, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select * from levee_principals_of(%s)", [user.pk])
        return tuple(row[0] for row in cursor.fetchall())


def end_member(actor: Actor, principal: UUID) -> None:
    """End a principal: it signs in no more and its tokens open nothing."""
    with acting(actor) as act:
        demand(act, Action.MEMBER_MANAGE, of=_organisation_of(principal))
        Principal.unscoped.filter(id=principal, live=True).update(live=False, until=act.now)
        record(act, log=("organisation", actor.party), verb=Action.MEMBER_MANAGE, subject=principal, fields={})


def set_up_account(actor: Actor, *, email: str, password: str) -> User:
    """Give the actor, who came by a one-time link, a way to sign in again.

    Raises:
        Conflict: the address is taken, or the actor has an account already.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Conflict("this address cannot be used", place="email", advice="sign in with it, or choose another")
    with acting(actor):
        user = User.objects.create_user(email, password)
        with connection.cursor() as cursor:
            cursor.execute("select levee_bind_user(%s, %s)", [actor.id, user.pk])
            row = cursor.fetchone()
        if not row or not row[0]:
            raise Conflict("this member has an account already", code="account.exists")
    return user
