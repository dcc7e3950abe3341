"""What a gateway is told: grants, and withdrawals that nothing undoes. Pure, and the same on both sides.

Statements carry numbers that only grow, so that they may come late, twice or in any order, and all who took the same
ones know the same. Instants are whole seconds since 1970, UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from levee.frontier.envelopes import key_named, name_of, opened, sealed
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

GRANT = "application/vnd.levee.frontier.grant.v1+json"
WITHDRAWAL = "application/vnd.levee.frontier.withdrawal.v1+json"
SKEW = 300
"""How far, in seconds, the clocks of the two sides may differ."""
FRESH_FOR = 24 * 3600
"""A statement speaks for this long at most; after it a gateway that hears nothing more refuses."""
MOST = 2**53 - 1
"""Whole numbers over this are not the same in every reader of JSON."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HANDLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Operation(StrEnum):
    """What may be asked of a model; each streams or not, as its caller wants."""

    CHAT = "chat"
    RESPONSES = "responses"


class Scope(StrEnum):
    """What is withdrawn: one grant, one model with every grant of it, or all there is."""

    GRANT = "grant"
    MODEL = "model"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Access to one model, for one purpose, under one agreement, for one client's key.

    Attributes:
        agreement: SHA-256 of the agreement, `sha256:…`. model: the handle that both sides use for it.
        client: the public key of who may call, `ed25519:…`.
        expires: the first instant at which it holds no more.
        tokens: what may be spent on it in all, by the gateway's own count. calls: how many a minute.
        number: grows with each statement about this grant.
        made_at, stale_after: when this was said, and the first instant at which it speaks no more.
    """

    id: str
    agreement: str
    purpose: str
    model: str
    operations: frozenset[Operation]
    client: str
    expires: int
    tokens: int
    calls: int
    number: int
    made_at: int
    stale_after: int

    @property
    def until(self) -> int:
        """The first instant at which this statement gives nothing any more."""
        return min(self.expires, self.stale_after)

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        plain = {name: getattr(self, name) for name in _GRANT_FIELDS}
        return {**plain, "operations": sorted(each.value for each in self.operations)}

    @property
    def digest(self) -> bytes:
        """SHA-256 of what is said."""
        return sha256(canonical_json(self.told()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The end of a grant, of a model or of all; there is no reason in it, and nothing brings back what it ends.

    Attributes:
        name: of the grant or the model; empty for all.
        number: among the withdrawals of who says it. made_at: when it was said.
    """

    scope: Scope
    name: str
    number: int
    made_at: int

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"scope": self.scope.value, "name": self.name, "number": self.number, "made_at": self.made_at}


Statement = Grant | Withdrawal


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is known of one grant: the newest word, and whether another of the same number contradicts it."""

    grant: Grant
    contradicted: bool = False


def newest(held: Held | None, said: Grant) -> Held:
    """What is known after one more statement; the same in whatever order statements come.

    Two different statements of one number say nothing, until a newer one does.
    """
    if held is None or said.number > held.grant.number:
        return Held(grant=said)
    if said.number < held.grant.number or said == held.grant:
        return held
    return Held(grant=min(held.grant, said, key=lambda each: each.digest), contradicted=True)


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that was said so far, folded."""

    grants: Mapping[str, Held] = field(default_factory=dict)
    withdrawn: frozenset[tuple[Scope, str]] = frozenset()

    def take(self, statement: Statement) -> Standing:
        """What stands after one more statement."""
        if isinstance(statement, Withdrawal):
            return replace(self, withdrawn=self.withdrawn | {(statement.scope, statement.name)})
        held = newest(self.grants.get(statement.id), statement)
        return replace(self, grants={**self.grants, statement.id: held})

    def holding(self, grant: str, now: int) -> Grant | None:
        """The grant, where it gives anything at this instant."""
        held = self.grants.get(grant)
        if held is None or held.contradicted or now >= held.grant.until:
            return None
        ends = {(Scope.ALL, ""), (Scope.MODEL, held.grant.model), (Scope.GRANT, grant)}
        return None if ends & self.withdrawn else held.grant


def say(statement: Statement, key: Ed25519PrivateKey) -> bytes:
    """A statement in its signed envelope."""
    return sealed(GRANT if isinstance(statement, Grant) else WITHDRAWAL, statement.told(), key)


def heard(envelope: bytes, trusted: Iterable[str], now: int) -> Statement:
    """The statement in an envelope.

    Raises:
        BadInput: nobody trusted signed it, it is none, or it comes from later than clocks may differ.
    """
    kind, payload = opened(envelope, trusted)
    if kind not in _READERS:
        raise BadInput("this is no statement", place="/payloadType")
    statement = _READERS[kind](payload)
    if statement.made_at > now + SKEW:
        raise BadInput("this was said later than now", place="/made_at", advice=f"Clocks may differ by {SKEW} seconds.")
    return statement


def read_grant(told: Mapping[str, Any]) -> Grant:
    """A grant from JSON; BadInput names the field."""
    _closed(told, _GRANT_FIELDS)
    grant = Grant(
        id=_handle(told, "id"),
        agreement=agreement_named(told["agreement"]),
        purpose=_handle(told, "purpose"),
        model=_handle(told, "model"),
        operations=operations_named(told["operations"]),
        client=client_named(told["client"]),
        expires=_whole(told, "expires"),
        tokens=_whole(told, "tokens"),
        calls=_whole(told, "calls"),
        number=_whole(told, "number"),
        made_at=_whole(told, "made_at"),
        stale_after=_whole(told, "stale_after"),
    )
    if not grant.made_at < grant.stale_after <= grant.made_at + FRESH_FOR:
        raise BadInput(f"a statement speaks for at most {FRESH_FOR} seconds", place="/stale_after")
    return grant


def read_withdrawal(told: Mapping[str, Any]) -> Withdrawal:
    """A withdrawal from JSON; BadInput names the field."""
    _closed(told, ("scope", "name", "number", "made_at"))
    try:
        scope = Scope(told["scope"])
    except ValueError:
        raise BadInput("a withdrawal is of a grant, a model or all", place="/scope") from None
    if scope is Scope.ALL and told["name"] != "":
        raise BadInput("all has no name", place="/name")
    name = "" if scope is Scope.ALL else _handle(told, "name")
    return Withdrawal(scope=scope, name=name, number=_whole(told, "number"), made_at=_whole(told, "made_at"))


_READERS: dict[str, Callable[[Mapping[str, Any]], Statement]] = {GRANT: read_grant, WITHDRAWAL: read_withdrawal}
_GRANT_FIELDS = (
    "id",
    "agreement",
    "purpose",
    "model",
    "operations",
    "client",
    "expires",
    "tokens",
    "calls",
    "number",
    "made_at",
    "stale_after",
)


def agreement_named(value: object) -> str:
    """The digest of an agreement; BadInput for anything else."""
    return digest_named(value, "an agreement", place="/agreement")


def digest_named(value: object, what: str, *, place: str) -> str:
    """The digest of a document that is named by it; BadInput for anything else."""
    if not isinstance(value, str) or not _DIGEST.fullmatch(value):
        raise BadInput(f"{what} is named by its digest, sha256: and 64 digits", place=place)
    return value


def handle_named(value: object, name: str) -> str:
    """A word of letters, digits, dots, dashes and underscores; BadInput names the field."""
    if not isinstance(value, str) or not _HANDLE.fullmatch(value):
        raise BadInput("this is a word of at most 64 letters, digits, dots, dashes and underscores", place=f"/{name}")
    return value


def operations_named(value: object) -> frozenset[Operation]:
    """Operations from JSON: each once, in order, at least one."""
    try:
        found = [Operation(each) for each in value] if isinstance(value, list) else []
    except ValueError:
        found = []
    if not found or found != sorted(set(found)):
        raise BadInput("operations are a list of chat and responses, in this order and each once", place="/operations")
    return frozenset(found)


def client_named(value: object) -> str:
    """The public key of a client, by its name; BadInput for anything else."""
    if not isinstance(value, str):
        raise BadInput("a client is named by its public key", place="/client")
    return name_of(key_named(value))


def _closed(told: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in names:
        if name not in told:
            raise BadInput("a statement says this", place=f"/{name}")
    unknown = told.keys() - set(names)
    if unknown:
        raise BadInput("a statement has no such field", place=f"/{min(unknown)}")


def _handle(told: Mapping[str, Any], name: str) -> str:
    return handle_named(told[name], name)


def _whole(told: Mapping[str, Any], name: str) -> int:
    value = told[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise BadInput("this is a whole number from 1 on", place=f"/{name}")
    return value
