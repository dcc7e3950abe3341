"""Every request that an outsider can make, and all that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings

from levee.identity.models import User
from levee.kernel.ids import public_id
from levee.platform.database.roles import DbRole
from levee.platform.ports import replaced
from levee.web.signed_in import SESSION_KEY
from support.database import as_role
from support.sites import MEMBERS, SiteClient
from two_worlds.bodies import body_of
from two_worlds.building import House, Outsider, SeededIds
from two_worlds.declared import without_declared
from two_worlds.routes import PUBLIC, Route, every_route, further_methods

PREFIXES = {
    "case": "CAS",
    "closing": "CLO",
    "shift": "SHI",
    "finding": "FND",
    "fix": "FIX",
    "cluster": "CLU",
    "action": "ACT",
    "inventory": "INV",
    "done": "IMP",
    "intake": "ITK",
    "asset": "AST",
    "token": "TOK",
    "contact": "CON",
    "participant": "PAR",
    "into": "CAS",
    "claim": "CLM",
    "conflict": "COI",
    "thread": "THR",
    "attachment": "ATT",
    "proposal": "PRO",
    "turn": "TRN",
    "upkeep": "UPK",
    "member": "PER",
    "operator": "ORG",
    "consent": "CST",
    "hook": "HOK",
    "filter": "FLT",
    "saved": "FLT",
    "channel": "CHN",
    "bridge": "BRI",
    "entry": "ENT",
    "log": "LOG",
    "exception": "EXC",
    "vex": "VEX",
    "forensic": "FRN",
    "evidence": "EVI",
    "agreement": "AGR",
    "partner": "PTR",
    "enquiry": "ENQ",
}
OTHERWISE = {
    "principal": "0f0f0f0f-0000-4000-8000-000000000001",
    "secret": "a-secret-of-thirty-two-letters-x",
    "name": "LVE-2026-ABCDEFGH",
    "version": "1.0.0",
    "kind": "osv.json",
    "pk": "1",
    "key": "set-password",
    "setting": "publish_alone",
    "which": "added",
    "watch": "0f0f0f0f-0000-4000-8000-000000000002",
    "asked": "0",
    "step": "withdraw",
    "uidb36": "1",
    "provider_id": "nobody",
}
ODD = {"unknown", "malformed"}
READING = {"GET", "HEAD", "OPTIONS"}
ASK_BY_EVERY_METHOD = {"nobody", "vendor"}
QUERIES = (
    "",
    "?limit=1&offset=1&page=2&all=1&show=claimed&name=office&filename=office.csv&next=/cases/&words=proof&text=minimist&party=left&project=minimist&order=oldest",
)
PUBLIC_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "levee.web.problems.Problems",
]


@dataclass(frozen=True)
class Request:
    """One request of one outsider."""

    route: Route
    fill: str
    path: str
    query: str = ""

    def __str__(self) -> str:
        return f"{self.route} with {self.fill} ids{' and a query' if self.query else ''}"


def fills(outsider: Outsider, secret: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Values of path parameters: the outsider's own, the secret ones, unknown ones, malformed ones."""
    ids = SeededIds("unknown")
    unknown = {name: public_id(prefix, ids.new()) for name, prefix in PREFIXES.items()} | OTHERWISE
    return {
        "secret": unknown | dict(secret),
        "own": unknown | outsider.own,
        "unknown": unknown,
        "malformed": dict.fromkeys(unknown, "nonsense") | {"principal": OTHERWISE["principal"], "pk": "0"},
    }


def requests(outsider: Outsider, secret: Mapping[str, str]) -> Iterator[Request]:
    """All of them; a route with a parameter that is not known here has no path, which `uncovered` tells.

    What belongs to signing in is asked by those who can sign in; ids that name nothing, by one of those who see cases.
    """
    for route in every_route():
        if uncovered(route) or not _concerns(route, outsider):
            continue
        chosen = fills(outsider, secret)
        for fill, values in chosen.items():
            if (fill != "own" and not route.parameters) or (fill in ODD and not outsider.email):
                continue
            asks_more = fill == "own" and (route.method == "GET" or "inventory/" in route.path)
            for query in QUERIES if asks_more else QUERIES[:1]:
                yield Request(route=route, fill=fill, path="/" + route.path.format(**values), query=query)
    for route in further_methods() if outsider.name in ASK_BY_EVERY_METHOD else ():
        if not uncovered(route) and _concerns(route, outsider):
            fill = "secret" if route.parameters else "own"
            yield Request(route=route, fill=fill, path="/" + route.path.format(**fills(outsider, secret)[fill]))


def _concerns(route: Route, outsider: Outsider) -> bool:
    if route.urlconf == PUBLIC:
        return outsider.actor is None
    return not route.path.startswith("accounts/") or outsider.actor is None or bool(outsider.email)


def uncovered(route: Route) -> list[str]:
    """Path parameters that no value is known for."""
    return [name for name in route.parameters if name not in PREFIXES and name not in OTHERWISE]


def answers(house: House, outsider: Outsider, secret: Mapping[str, str]) -> dict[str, bytes]:
    """What every request is answered with, all else that comes of it included; nothing of it stays."""
    told = {}
    for number, request in zip(count(), requests(outsider, secret)):
        cache.clear()  # how often something was asked lately is counted there
        with undone(), replaced(ids=SeededIds(f"request {number}")):
            told[str(request)] = _answer(house, outsider, request, number)
    return told


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back, and that services may treat as none: what Django's own test case does."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def _answer(house: House, outsider: Outsider, request: Request, number: int) -> bytes:
    public = request.route.urlconf == PUBLIC
    sent: dict[str, object] = {}
    if request.route.method in {"POST", "PUT"}:
        body = body_of(request.route, house, f"key-{number}")
        sent = body.sent() if body else {}
    if not public:
        client = signed_in(outsider, request.route.urlconf)
        return _told(client, request, sent) + _effects(house, outsider, request)
    with as_role(DbRole.PUBLIC), override_settings(ROOT_URLCONF=PUBLIC, MIDDLEWARE=PUBLIC_MIDDLEWARE):
        return _told(Client(raise_request_exception=False), request, sent)


def signed_in(outsider: Outsider, urlconf: str = MEMBERS) -> Client:
    """A browser or script of the outsider's at one site, with a fresh session."""
    client = SiteClient(urlconf, raise_request_exception=False)
    if outsider.token:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {outsider.token}"
    elif outsider.email:
        client.force_login(User.objects.get(email=outsider.email), backend="django.contrib.auth.backends.ModelBackend")
        _remember(client.session, outsider)
    elif outsider.actor is not None:
        session = SessionStore()
        _remember(session, outsider)
        client.cookies["sessionid"] = session.session_key
    return client


def _remember(session: SessionStore, outsider: Outsider) -> None:
    assert outsider.actor is not None
    session[SESSION_KEY] = str(outsider.actor.id)
    session.save()


def _told(client: Client, request: Request, sent: dict[str, object]) -> bytes:
    call = getattr(client, request.route.method.lower())
    response = call(request.path + request.query, **sent)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    headers = sorted(f"{name}: {value}" for name, value in response.headers.items())
    cookies = sorted(morsel.OutputString() for morsel in response.cookies.values())
    return without_declared("\n".join([str(response.status_code), *headers, *cookies, ""]).encode() + body)


def _effects(house: House, outsider: Outsider, request: Request) -> bytes:
    """Letters to the outsider and lines of its organisation's log that the request brought about."""
    if request.route.method in READING or outsider.actor is None:
        return b""
    with as_role(house.world.owner_role), connection.cursor() as cursor:
        cursor.execute(
            "select log_kind, fields from ledger_pending where log_key = %s order by written", [outsider.actor.party]
        )
        lines = [" ".join(row) for row in cursor.fetchall()]
        cursor.execute(
            "select l.address, l.locator from notify_letter l join identity_organisation o on o.contact = l.address "
            "where o.id = %s order by l.queued_at, l.id",
            [outsider.actor.party],
        )
        letters = [" ".join(row) for row in cursor.fetchall()]
    return without_declared("\n".join(["", "effects", *lines, *letters]).encode())


__all__ = ["MEMBERS", "answers", "fills", "requests", "signed_in", "uncovered", "undone"]
