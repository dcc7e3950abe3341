"""Access under an agreement: given by the developer, and told to its gateway in statements that the house signs."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier import scopes
from levee.frontier.course.machines import By, Part, Verb
from levee.frontier.envelopes import name_of
from levee.frontier.models import Agreement
from levee.frontier.services.rows import held, note, side_of, take, tell_other, terms_of
from levee.frontier.statements import FRESH_FOR, Grant, Operation, Scope, Withdrawal, say
from levee.frontier.tokens import Capability, issue
from levee.frontier.transcripts import digest_named, read_head
from levee.frontier.types import grant_of
from levee.kernel.errors import AgainstRules, BadInput, LeveeError
from levee.ledger.core.merkle import verify_consistency
from levee.platform.database.acting import acting
from levee.platform.ports import statement_key
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.frontier.statements import Statement
    from levee.frontier.transcripts import Head
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


MOST = {"tokens": 2**53 - 1, "calls": 2**31 - 1}
"""What a column holds, whatever was agreed."""


def give(
    actor: Actor, key: UUID, *, tokens: int | None = None, calls: int | None = None, ends: datetime | None = None
) -> None:
    """Give the access that was agreed on, or less of it: fewer tokens, fewer calls a minute, an earlier end.

    Raises:
        BadInput: it is more than was agreed. AgainstRules: nothing is agreed, it has not begun, or was given before.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_AGREE)
        take(act, row, Verb.GIVE, Part.GRANT)
        terms = terms_of(row)
        if act.now < terms.begins:
            raise AgainstRules("its window has not begun", code="frontier.window", advice=f"from {terms.begins} on")
        row.tokens = _within(tokens, terms.tokens, "tokens")
        row.calls = _within(calls, terms.calls, "calls")
        row.grant_ends = ends or terms.ends
        if not act.now < row.grant_ends <= terms.ends:
            raise BadInput(f"it ends after now, and at {terms.ends} at the latest", place="ends")
        row.save(update_fields=["grant", "tokens", "calls", "grant_ends"])
        note(act, Action.FRAMEWORK_AGREE, key, what="give", tokens=row.tokens, calls=row.calls)
        tell_other(act, row)


def token(actor: Actor, key: UUID) -> str:
    """What the evaluator's client shows the gateway; it opens nothing without the client's own key.

    Raises:
        AgainstRules: no access stands, or this is not the evaluator.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        if side_of(act, row) is not By.EVALUATOR or row.grant != "given":
            raise AgainstRules("no access is given to this side", code="frontier.token")
        grant = _grant(row, act.now)
        return issue(
            Capability(
                grant=grant.id,
                agreement=grant.agreement,
                purpose=grant.purpose,
                model=grant.model,
                operations=grant.operations,
                client=grant.client,
                expires=grant.expires,
            ),
            statement_key(),
        )


def statements(actor: Actor) -> list[bytes]:
    """What the developer's gateway has to know by now, signed: each access that stands, and each that ended.

    Each call says it anew, so that a gateway that asks once in a while stays open, and one that cannot ask closes.
    """
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_SEE, of=actor.party)
        rows = Agreement.unscoped.filter(scopes.both_sides(actor), developer=actor.party).exclude(grant="none")
        keys = list(rows.order_by("at", "id").values_list("id", flat=True))
        return [_said(act, key) for key in keys]


def report_use(
    actor: Actor, key: UUID, *, spent: int, head: Mapping[str, object] | None = None, proof: Sequence[str] = ()
) -> None:
    """Say what the gateway counts as spent under an agreement, and what it sealed; both sides read it.

    The house holds on to the head that it was told last, and takes no other log for the same: what was said cannot be
    written anew without that both sides see it.

    Args:
        actor: the developer.
        key: the agreement.
        spent: tokens.
        head: of the log of its transcripts, as JSON says it: grant, size, root and at.
        proof: that the log has grown from the head that was told last (RFC 9162, 64 hexadecimal digits each); none for
            the first.

    Raises:
        BadInput: it is below zero; the head is none, or of another grant; the proof is none.
        AgainstRules: this is not the developer; the log does not hold what it held before.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_EVALUATE)
        if side_of(act, row) is not By.DEVELOPER:
            raise AgainstRules("the developer's gateway counts", code="frontier.use")
        if spent < 0:
            raise BadInput("not below zero", place="spent")
        row.spent, row.spent_at = spent, act.now
        row.save(update_fields=["spent", "spent_at"])
        if head is not None:
            _hold(act, row, read_head(head), [digest_named(each, "/proof") for each in proof])


def _hold(act: Act, row: Agreement, head: Head, proof: Sequence[bytes]) -> None:
    """Hold on to what a log has grown to, in the row and, by its digest, in the developer's own log."""
    if head.grant != grant_of(row.id):
        raise BadInput("this head is of another grant", place="/head/grant")
    if row.sealed and not verify_consistency(row.sealed, head.size, bytes(row.sealed_root), head.root, proof):
        raise AgainstRules(
            f"this log does not hold the {row.sealed} exchanges that it held before",
            code="frontier.rewritten",
            advice="Bring back the gateway's own transcripts; both sides see the head that was told before.",
        )
    if head.size > row.sealed:
        row.sealed, row.sealed_root = head.size, head.root
        row.save(update_fields=["sealed", "sealed_root"])
        note(act, Action.FRAMEWORK_EVALUATE, row.id, what="seal", sealed=head.size, head=head.digest)


def house_key() -> str:
    """The public key that the house signs statements with, `ed25519:…`; a gateway is told to trust it."""
    return name_of(statement_key().public_key())


def _said(act: Act, key: UUID) -> bytes:
    row = held(act, key, Action.FRAMEWORK_SEE)
    row.number += 1
    row.save(update_fields=["number", "agreement", "grant"])
    return say(_statement(row, act.now), statement_key())


def _statement(row: Agreement, now: datetime) -> Statement:
    if row.grant == "given":
        with suppress(LeveeError):  # what cannot be read any more gives nothing
            return _grant(row, now)
    return Withdrawal(scope=Scope.GRANT, name=grant_of(row.id), number=row.number, made_at=int(now.timestamp()))


def _grant(row: Agreement, now: datetime) -> Grant:
    terms, made_at = terms_of(row), int(now.timestamp())
    return Grant(
        id=grant_of(row.id),
        agreement=row.digest,
        purpose=terms.purpose,
        model=terms.model,
        operations=frozenset(Operation(each) for each in terms.operations),
        client=row.client,
        expires=int((row.grant_ends or row.ends).timestamp()),
        tokens=row.tokens,
        calls=row.calls,
        number=max(1, row.number),
        made_at=made_at,
        stale_after=made_at + FRESH_FOR,
    )


def _within(asked: int | None, most: int, place: str) -> int:
    most = min(most, MOST[place])
    if asked is None:
        return most
    if not 1 <= asked <= most:
        raise BadInput(f"from 1 to {most}, which was agreed", place=place)
    return asked
