from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.identity import selectors, services, types
from levee.identity.terms import newest
from levee.kernel.ids import parse_public_id
from levee.policy.actions import Action
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing
from levee.policy.told import Line, told

router = Router(tags=["organisations"])
DAYS = 90


class OrganisationOut(Schema):
    """An organisation and how it stands to the terms."""

    public_id: str
    name: str
    kind: OrganisationKind
    sector: str
    standing: Standing
    terms_version: str


class OrganisationIn(In):
    """An organisation to let in, with its first administrator."""

    name: str
    kind: OrganisationKind
    sector: str = ""
    contact: str = ""
    administrator: str


class MemberOut(Schema):
    """A person or machine of your organisation."""

    public_id: str
    name: str
    kind: PrincipalKind
    roles: list[Role]
    live: bool

    @staticmethod
    def resolve_roles(member: types.Member) -> list[Role]:
        """In alphabetical order."""
        return sorted(member.roles)


class MemberIn(In):
    """A person or machine to let in."""

    name: str
    kind: PrincipalKind = PrincipalKind.PERSON
    roles: list[Role] = Field(default=[Role.MEMBER], min_length=1)


class LetInOut(Schema):
    """Who was let in; a person's link works once, for 24 hours. A machine has none: it gets a token."""

    public_id: str
    link: str


class OrganisationLetInOut(LetInOut):
    """An organisation that was let in, with its administrator, whose the link is."""

    administrator: str


class LinkOut(Schema):
    """A link that signs in once, within 24 hours."""

    link: str


class TokenOut(Schema):
    """An API token without its secret."""

    public_id: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenIn(In):
    """A token to issue: what for, what it may do, for how many days."""

    name: str
    scopes: list[Action]
    days: int = Field(default=DAYS, ge=1, le=366, strict=True)


class IssuedOut(Schema):
    """A token at the one moment when its secret is known."""

    public_id: str
    secret: str
    expires_at: datetime


class ClauseOut(Schema):
    """One clause of the terms."""

    name: str
    text: str


class TermsOut(Schema):
    """The current terms, and how your organisation stands to them."""

    version: str
    title: str
    clauses: list[ClauseOut]
    harbour: list[str]
    duties: list[ClauseOut]
    standing: Standing
    answered: str


class TermsIn(In):
    """An answer to the terms; `version` is the one that you read, the current one where you do not say."""

    answer: Literal["join", "limit", "leave"]
    version: str = ""


class RuleOut(Schema):
    """One rule of the policy: who may do what, and what others learn of it."""

    subject: str
    action: str
    says: str
    who: str
    roles: str
    of: str
    part: str
    otherwise: str
    in_person: bool


@router.get("/organisations", response=list[OrganisationOut], summary="The organisations that you may see, by name")
def organisations(request: HttpRequest) -> Sequence[types.Organisation]:
    """Your own; for the clearinghouse, all."""
    return selectors.listed(actor_of(request))


@router.post(
    "/organisations", response=OrganisationLetInOut, summary="Let an organisation in, with its first administrator"
)
def add_organisation(request: HttpRequest, body: OrganisationIn) -> dict[str, str]:
    """For the clearinghouse in person, not by token. The administrator's link can be renewed until somebody came in."""
    done = services.let_in(
        actor_of(request),
        name=body.name,
        kind=body.kind,
        administrator=body.administrator,
        sector=body.sector,
        contact=body.contact,
    )
    return {
        "public_id": done.organisation.public_id,
        "administrator": done.administrator.public_id,
        "link": services.address_of_link(done.secret, done.organisation.kind),
    }


@router.get("/members", response=list[MemberOut], summary="The members of your organisation, by name")
def members(request: HttpRequest) -> Sequence[types.Member]:
    """People and machines, those that were ended as well."""
    return selectors.members(actor_of(request))


@router.post("/members", response=LetInOut, summary="Let a person or a machine in")
def add_member(request: HttpRequest, body: MemberIn) -> dict[str, str]:
    """For an administrator in person, not by token."""
    actor = actor_of(request)
    member = services.add_member(actor, organisation=actor.party, name=body.name, roles=body.roles, kind=body.kind)
    person = member.kind is PrincipalKind.PERSON
    return {"public_id": member.public_id, "link": _new_link(actor, member.id) if person else ""}


@router.post("/members/{member}/link", response=LinkOut, summary="A new sign-in link for a member")
def link_member(request: HttpRequest, member: str) -> dict[str, str]:
    """For an administrator in person, not by token."""
    return {"link": _new_link(actor_of(request), parse_public_id("PER", member))}


@router.post("/members/{member}/end", response={204: None}, summary="End a member")
def end_member(request: HttpRequest, member: str) -> Status[None]:
    """It signs in no more and its tokens open nothing. For an administrator in person, not by token."""
    services.end_member(actor_of(request), parse_public_id("PER", member))
    return Status(204, None)


@router.post("/members/{member}/forget", response={204: None}, summary="Forget a member, or yourself, for good")
def forget_member(request: HttpRequest, member: str) -> Status[None]:
    """Name, addresses and every way in are erased; what it contributed stays, under "a former member"."""
    services.forget(actor_of(request), parse_public_id("PER", member))
    return Status(204, None)


@router.post("/members/{member}/tokens", response=IssuedOut, summary="Issue a token for a machine")
def issue_for(request: HttpRequest, member: str, body: TokenIn) -> dict[str, object]:
    """For an administrator of the machine's organisation, in person, not by token."""
    key = parse_public_id("PER", member)
    return _issued(
        services.issue_token(
            actor_of(request), name=body.name, scopes=body.scopes, lasts=timedelta(days=body.days), principal=key
        )
    )


@router.get("/tokens", response=list[TokenOut], summary="Your API tokens, newest first")
def tokens(request: HttpRequest) -> Sequence[types.Token]:
    """Without their secrets."""
    return selectors.tokens(actor_of(request))


@router.post("/tokens", response=IssuedOut, summary="Issue a token for yourself")
def issue(request: HttpRequest, body: TokenIn) -> dict[str, object]:
    """In person, not by token. The secret is told this once."""
    return _issued(
        services.issue_token(actor_of(request), name=body.name, scopes=body.scopes, lasts=timedelta(days=body.days))
    )


@router.post("/tokens/{token}/revoke", response={204: None}, summary="End one of your tokens")
def revoke(request: HttpRequest, token: str) -> Status[None]:
    """At once and for good. In person, not by token."""
    services.revoke_token(actor_of(request), parse_public_id("TOK", token))
    return Status(204, None)


@router.get("/policy", response=list[RuleOut], summary="Who may do what, in which role and capacity")
def policy(request: HttpRequest) -> Sequence[Line]:
    """Written from the policy table itself; it is public."""
    actor_of(request)
    return told()


@router.get("/terms", response=TermsOut, summary="The membership terms")
def current_terms(request: HttpRequest) -> dict[str, object]:
    """And how your organisation stands to them."""
    actor, now = actor_of(request), newest()
    own = next(each for each in selectors.listed(actor) if each.id == actor.party)
    return {
        "version": now.version,
        "title": now.title,
        "clauses": [{"name": name, "text": text} for name, text in now.clauses],
        "harbour": now.harbour,
        "duties": [{"name": name, "text": text} for name, text in now.duties],
        "standing": own.standing,
        "answered": own.terms_version,
    }


@router.post("/terms", response={204: None}, summary="Join the terms, limit your part, or leave")
def answer_terms(request: HttpRequest, body: TermsIn) -> Status[None]:
    """Takes effect at once, without penalty. For an administrator in person, not by token."""
    services.answer_terms(actor_of(request), version=body.version or newest().version, answer=body.answer)
    return Status(204, None)


def _new_link(actor: Actor, member: UUID) -> str:
    return services.address_of_link(services.make_link(actor, member), actor.organisation_kind)


def _issued(issued: types.IssuedToken) -> dict[str, object]:
    token = issued.token
    return {"public_id": token.public_id, "secret": issued.secret, "expires_at": token.expires_at}
