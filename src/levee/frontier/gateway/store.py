"""What a gateway keeps: one SQLite file of its own, on whose conditional updates every grant and budget rests.

The file is in WAL mode with `synchronous=FULL`: what was reserved or withdrawn is on the disk when a verb returns, and
every process that serves reads the same. No prompt, no answer and no secret of the model's host is ever in it.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from levee.frontier.gateway.database import Database
from levee.frontier.statements import SKEW, Grant, Held, Scope, Withdrawal, heard, newest, read_grant
from levee.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from levee.frontier.statements import Statement
    from levee.frontier.tokens import Proof

FILE = "gateway.sqlite3"
MINUTE = 60

SCHEMA = """
create table if not exists signers (key text primary key) strict;
create table if not exists agreements (
    digest text primary key, model text not null, upstream text not null, ends integer not null,
    tokens integer not null, seals text not null
) strict;
create table if not exists grants (
    id text primary key, agreement text not null, model text not null, until integer not null, calls integer not null,
    tokens integer not null, contradicted integer not null, told text not null, spent integer not null default 0
) strict;
create table if not exists withdrawals (scope text, name text, primary key (scope, name)) strict;
create table if not exists nonces (
    grant_id text, nonce text, at integer not null, until integer not null, counts integer not null,
    primary key (grant_id, nonce)
) strict, without rowid;
create index if not exists nonces_at on nonces (grant_id, at, counts);
create index if not exists nonces_until on nonces (until);
create table if not exists reservations (
    id text primary key, grant_id text not null, tokens integer not null, at integer not null
) strict;
"""
# What "holds" means is written once, as a view: it is asked before each call, in the update that reserves, and while
# answers stream.
VIEW = """
create view if not exists holding as
select grants.id, grants.until, grants.told, agreements.upstream, agreements.ends, agreements.seals
from grants join agreements on agreements.digest = grants.agreement and agreements.model = grants.model
where not grants.contradicted and not exists (
    select 1 from withdrawals
    where scope = 'all' or (scope = 'model' and name = grants.model) or (scope = 'grant' and name = grants.id)
)
"""
HOLDING = "select told, upstream, seals from holding where id = ? and until > ? and ends > ?"
LIVE = "select id from holding where until > ? and ends > ? and id in (select value from json_each(?))"
RESERVE = """
update grants set spent = spent + :tokens
where id = :grant and spent + :tokens <= tokens
    and exists (select 1 from holding where holding.id = grants.id and until > :now and ends > :now)
"""
CALLED = "select count(*) from nonces where grant_id = ? and at > ? and counts"
REMEMBER = "insert or ignore into nonces (grant_id, nonce, at, until, counts) values (?, ?, ?, ?, ?)"
FORGET = "delete from nonces where until < ? and at < ?"
PUT_GRANT = """
insert into grants (id, agreement, model, until, calls, tokens, contradicted, told)
values (?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do update set agreement = excluded.agreement, model = excluded.model, until = excluded.until,
    calls = excluded.calls, tokens = excluded.tokens, contradicted = excluded.contradicted, told = excluded.told
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the developer agreed to, as its gateway knows it: nothing is granted beyond it.

    Attributes:
        digest: of the signed agreement, `sha256:…`. model: the handle that both sides use.
        upstream: what the model's own host calls it; never told to a client.
        ends: the first instant at which nothing holds any more. tokens: what all its grants may spend together.
        seals: the keys of both sides that transcripts are sealed to, `age1…`; where there is none, none are kept.
    """

    digest: str
    model: str
    upstream: str
    ends: int
    tokens: int
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A grant that holds, what the model's own host calls its model, and whom its transcripts are sealed to."""

    grant: Grant
    upstream: str
    seals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How far a grant is used; `spent` includes what is reserved for calls that run, or that a crash cut off."""

    grant: Grant
    spent: int
    holds: bool


class Refusal(StrEnum):
    """Why nothing was reserved."""

    UNKNOWN = "unknown"
    REPLAYED = "replayed"
    RATE = "rate"
    BUDGET = "budget"


@lru_cache(256)
def _grant(told: str) -> Grant:
    """A grant as it is kept; read once for as long as it says the same."""
    return read_grant(json.loads(told))


class Store(Database):
    """One connection; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FILE, (*SCHEMA.split(";")[:-1], VIEW))

    def trust(self, key: str) -> None:
        """Hear statements and open tokens that this key signed."""
        with self._writing():
            self._db.execute("insert or ignore into signers values (?)", (key,))

    def trusted(self) -> list[str]:
        """The keys whose statements are heard."""
        return [key for (key,) in self._all("select key from signers order by key")]

    def agree(self, agreement: Agreement) -> None:
        """Let grants be made under an agreement; Conflict where one of its digest says something else."""
        seals = " ".join(sorted(agreement.seals))
        fields = (agreement.digest, agreement.model, agreement.upstream, agreement.ends, agreement.tokens, seals)
        with self._writing():
            self._db.execute("insert or ignore into agreements values (?, ?, ?, ?, ?, ?)", fields)
            if [fields] != self._all("select * from agreements where digest = ?", agreement.digest):
                raise Conflict(
                    "this agreement was entered with other terms",
                    place=agreement.digest,
                    advice="An agreement is amended by signing another, which has another digest.",
                )

    def take(self, envelope: bytes, now: int) -> Statement:
        """Hear a statement.

        Raises:
            BadInput: nobody trusted signed it, or it is none.
            Conflict: it grants more than what the developer agreed to, or what was granted under another agreement.
        """
        statement = heard(envelope, self.trusted(), now)
        if isinstance(statement, Withdrawal):
            self.withdraw(statement.scope, statement.name)
            return statement
        with self._writing():
            self._check(statement)
            held = newest(self._held(statement.id), statement)
            grant = held.grant
            fields = (grant.id, grant.agreement, grant.model, grant.until, grant.calls, grant.tokens)
            self._db.execute(PUT_GRANT, (*fields, held.contradicted, json.dumps(grant.told())))
        return statement

    def end(self, envelope: bytes, now: int) -> None:
        """Hear a statement from whoever carries it: it may close, and never open.

        Raises:
            BadInput: nobody trusted signed it, or it is no withdrawal.
        """
        statement = heard(envelope, self.trusted(), now)
        if not isinstance(statement, Withdrawal):
            raise BadInput("only a withdrawal comes this way", advice="A grant is taken on the gateway's host.")
        self.withdraw(statement.scope, statement.name)

    def withdraw(self, scope: Scope, name: str) -> None:
        """End a grant, a model or all, whether known by now or not; there is no way back."""
        with self._writing():
            self._db.execute("insert or ignore into withdrawals values (?, ?)", (scope.value, name))

    def opened(self, grant: str, now: int) -> Open | None:
        """The grant, where it holds at this instant."""
        for told, upstream, seals in self._all(HOLDING, grant, now, now):
            return Open(grant=_grant(told), upstream=upstream, seals=tuple(seals.split()))
        return None

    def holding(self, grants: Iterable[str], now: int) -> set[str]:
        """Which of these grants hold at this instant."""
        return {name for (name,) in self._all(LIVE, now, now, json.dumps(list(grants)))}

    def reserve(
        self, grant: Grant, proof: Proof, tokens: int, now: int, *, settling: Mapping[str, int] | None = None
    ) -> str | Refusal:
        """Set aside what a call may cost at most, once per nonce; the reservation, or why there is none.

        What earlier calls used is settled first, by their reservations, and in the same transaction.
        """
        with self._writing():
            self._settle(settling or {})
            (called,) = self._all(CALLED, grant.id, now - MINUTE)[0]
            within = called < grant.calls
            if not self._db.execute(REMEMBER, (grant.id, proof.nonce, now, proof.until, within)).rowcount:
                return Refusal.REPLAYED
            if not within:
                return Refusal.RATE
            if not self._db.execute(RESERVE, {"grant": grant.id, "tokens": tokens, "now": now}).rowcount:
                return Refusal.BUDGET if self.holding([grant.id], now) else Refusal.UNKNOWN
            reservation = secrets.token_hex(16)
            self._db.execute("insert into reservations values (?, ?, ?, ?)", (reservation, grant.id, tokens, now))
        return reservation

    def settle(self, used: Mapping[str, int]) -> None:
        """Give back what calls did not use, by their reservations; a second time changes nothing."""
        with self._writing():
            self._settle(used)

    def _settle(self, used: Mapping[str, int]) -> None:
        for reservation, spent in used.items():
            for grant, tokens in self._all("select grant_id, tokens from reservations where id = ?", reservation):
                self._db.execute("delete from reservations where id = ?", (reservation,))
                left = max(0, tokens - spent)
                self._db.execute("update grants set spent = spent - ? where id = ?", (left, grant))

    def forget(self, now: int) -> None:
        """Drop nonces of proofs that their time alone refuses by now, with room for a clock that is set back."""
        with self._writing():
            self._db.execute(FORGET, (now - SKEW, now - MINUTE))

    def uses(self, now: int) -> list[Use]:
        """Every grant and how far it is used."""
        found = [(_grant(told), spent) for told, spent in self._all("select told, spent from grants order by id")]
        live = self.holding((grant.id for grant, _ in found), now)
        return [Use(grant=grant, spent=spent, holds=grant.id in live) for grant, spent in found]

    def _check(self, grant: Grant) -> None:
        terms = self._all("select model, tokens from agreements where digest = ?", grant.agreement)
        if not terms or terms[0][0] != grant.model:
            raise Conflict(
                "the developer agreed to no such thing",
                place=grant.agreement,
                advice="Enter the agreement on the gateway's host: levee gateway agree.",
            )
        for (before,) in self._all("select agreement from grants where id = ?", grant.id):
            if before != grant.agreement:
                raise Conflict("this was granted under another agreement", place=grant.id, advice="Grant it anew.")
        others = "select coalesce(sum(max(tokens, spent)), 0) from grants where agreement = ? and id != ?"
        (given,) = self._all(others, grant.agreement, grant.id)[0]
        if given + grant.tokens > terms[0][1]:
            raise Conflict("together the grants of this agreement would give more than it does", place=grant.id)

    def _held(self, grant: str) -> Held | None:
        for told, contradicted in self._all("select told, contradicted from grants where id = ?", grant):
            return Held(grant=_grant(told), contradicted=bool(contradicted))
        return None
