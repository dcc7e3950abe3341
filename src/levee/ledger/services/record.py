from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from levee.access.selectors import clearinghouse
from levee.kernel.hashing import canonical_json
from levee.ledger.core.anchors import EPOCH, spell
from levee.ledger.models import Pending
from levee.ledger.types import Kind, LogName
from levee.platform.database.acting import acting
from levee.platform.database.adding import add
from levee.policy.actors import PrincipalKind
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.kernel.errors import LeveeError
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

RESERVED = frozenset({"verb", "subject", "actor", "at"})
REFUSED = "act:refused"


def record(
    act: Act, *, log: tuple[str, UUID], verb: str, subject: UUID | None = None, fields: Mapping[str, object]
) -> None:
    """Write what was done, to commit with the act or not at all.

    Args:
        act: the unit of work.
        log: ``("case", key)``, ``("organisation", key)`` or `types.PUBLIC`; its readers may know every field.
        verb: the action, `subject:verb`.
        subject: what it was done to.
        fields: further facts, JSON without floats: keys and terms, never content. Each gets a salt of its own.

    Raises:
        ValueError: a field takes one of the names verb, subject, actor, at, or the log cannot be written to.
        TypeError: a value has no canonical JSON.
    """
    add([_pending(act, log, verb, subject, fields)])


def record_each(
    act: Act, *, log: tuple[str, UUID], verb: str, told: Iterable[tuple[UUID, Mapping[str, object]]]
) -> None:
    """Write the same that was done to many things, each with an entry of its own.

    Args:
        act: the unit of work.
        log: as in `record`.
        verb: the action.
        told: what it was done to, and further facts of it.

    Raises:
        ValueError, TypeError: as `record`.
    """
    add(_pending(act, log, verb, subject, fields) for subject, fields in told)


def _pending(act: Act, log: tuple[str, UUID], verb: str, subject: UUID | None, fields: Mapping[str, object]) -> Pending:
    name = LogName(cast("Kind", log[0]), log[1])
    if name.kind not in {"case", "organisation", "public"} or RESERVED & fields.keys():
        message = f"no such entry can be recorded: {name.kind}, {sorted(fields)}"
        raise ValueError(message)
    told = {**fields, "verb": str(verb), "at": spell(_told_at(name, act.now))}
    if subject is not None:
        told["subject"] = str(subject)
    if name.kind != "public":  # in public the house acts, whoever's hand it was
        told["actor"] = str(act.actor.id)
    salts = b"".join(act.new_id().bytes for _ in told)
    return Pending(
        id=act.new_id(),
        log_kind=name.kind,
        log_key=name.key,
        actor=act.actor.id,
        fields=canonical_json(told).decode(),
        salts=salts,
    )


def record_refusal(actor: Actor, refusal: LeveeError) -> None:
    """Write that an act was refused, into the refused party's own log and in a transaction of its own."""
    with acting(actor) as act:
        nobody = actor.kind is PrincipalKind.SERVICE and actor.party == actor.id
        record(
            act,
            log=("organisation", clearinghouse() if nobody else actor.party),
            verb=REFUSED,
            fields={"code": refusal.code, "reason": refusal.message},
        )


def _told_at(name: LogName, now: datetime) -> datetime:
    """In a case, to the second; elsewhere the tick, so that an instant tells nothing about the house's load."""
    step = timedelta(seconds=1 if name.kind == "case" else settings().tick_seconds)
    return EPOCH + (now - EPOCH) // step * step
