from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.exposure import keeping, rows, scopes, states
from levee.exposure.matching import read_record
from levee.exposure.models import Known, KnownPackage, Step, Todo
from levee.exposure.reconcile import reconcile
from levee.exposure.states import State, Verb
from levee.inventory import selectors as inventory
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from uuid import UUID

    from levee.exposure.matching import Record
    from levee.exposure.types import KnownAdvisory
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

Package = tuple[str, str]
LONGEST_NOTE = 2000


def learn(actor: Actor, advisory: KnownAdvisory) -> Sequence[UUID]:
    """Take note of a published advisory, of its new revision, or of news about it.

    Args:
        actor: a run of the clearinghouse.
        advisory: as it is published now.

    Returns:
        The operators that have one of its packages now or are matched to it already: each is to be matched anew by
        a run of its own (`match_advisory`).

    Raises:
        BadInput: the record is not OSV.
    """
    parsed = read_record(advisory)
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        row = Known(
            id=advisory.id,
            name=parsed.osv.id,
            aliases=list(parsed.osv.aliases),
            revision=parsed.revision,
            withdrawn=parsed.withdrawn,
            record=dict(advisory.osv),
            signals={name: keeping.keep_signal(getattr(advisory, name)) for name in ("kev", "automatable", "total")},
            learnt_at=act.now,
        )
        Known.unscoped.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["name", "aliases", "revision", "withdrawn", "record", "signals", "learnt_at"],
        )
        before = _packages(actor, advisory.id)
        KnownPackage.unscoped.bulk_create(
            KnownPackage(id=act.new_id(), known=advisory.id, ecosystem=ecosystem, name=name)
            for ecosystem, name in sorted(parsed.packages - before)
        )
        return _touched(parsed.packages | before)


def match_advisory(actor: Actor, advisory: UUID) -> None:
    """Bring the operator's matches and actions in line with an advisory: raise, re-date, confirm, retract.

    Args:
        actor: a run for the operator.
        advisory: one that was learnt.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        _match(act, _packages(actor, advisory))


def match_inventory(actor: Actor, key: UUID) -> None:
    """Bring the operator's matches and actions in line with an inventory: what is new, fixed, back again, re-stated.

    Args:
        actor: a run for the operator.
        key: the inventory.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        held = inventory.packages(actor, key)
        known = frozenset(
            KnownPackage.unscoped.filter(scopes.known(actor), name__in={name for _, name in held}).values_list(
                "ecosystem", "name"
            )
        )
        _match(act, held & known)


def claim(actor: Actor, action: UUID, *, note: str = "") -> None:
    """Report an action as done. It stays a claim until a newer inventory shows that it is true.

    Args:
        actor: a person of the operator.
        action: which one.
        note: how or when it was done, for the record; at most 2,000 characters.

    Raises:
        NotFound: there is no such action. Conflict: it is not open. BadInput: the note is too long.
    """
    _by_hand(actor, action, Verb.CLAIM, note)


def take_back(actor: Actor, action: UUID, *, note: str = "") -> None:
    """Take a claim back: the action is open again.

    Args:
        actor: a person of the operator.
        action: which one.
        note: why; at most 2,000 characters.

    Raises:
        NotFound: there is no such action. Conflict: it is not claimed. BadInput: the note is too long.
    """
    _by_hand(actor, action, Verb.TAKE_BACK, note)


def _by_hand(actor: Actor, action: UUID, verb: Verb, note: str) -> None:
    if len(note) > LONGEST_NOTE:
        raise BadInput("a note has at most 2,000 characters", place="note")
    with acting(actor) as act:
        demand(act, Action.ACTION_CLAIM, of=actor.party)
        mine = Todo.unscoped.filter(scopes.visible(actor), id=action)
        state = mine.select_for_update(of=("self",)).values_list("state", flat=True).first()
        if state is None:
            raise NotFound("there is no such action")
        mine.update(state=states.after(State(state), verb, actor.kind), state_at=act.now)
        Step.unscoped.bulk_create([rows.step(act, action, verb, note.strip())])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.ACTION_CLAIM,
            subject=action,
            fields={"step": verb},
        )


def _packages(actor: Actor, advisory: UUID) -> frozenset[Package]:
    mine = KnownPackage.unscoped.filter(scopes.known(actor))
    return frozenset(mine.filter(known=advisory).values_list("ecosystem", "name"))


def _touched(packages: Iterable[Package]) -> Sequence[UUID]:
    listed = sorted(packages)
    with connection.cursor() as cursor:
        cursor.execute(
            "select organisation from levee_operators_touched(%s, %s) order by organisation",
            [[ecosystem for ecosystem, _ in listed], [name for _, name in listed]],
        )
        return [row[0] for row in cursor.fetchall()]


def _match(act: Act, packages: Collection[Package]) -> None:
    if packages:
        hold(f"exposure {act.actor.party}")  # a run that read earlier must not write over one that read later
        reconcile(act, packages, _records(act.actor, packages))


def _records(actor: Actor, packages: Collection[Package]) -> Sequence[Record]:
    speaking = (
        KnownPackage.unscoped.filter(name__in={name for _, name in packages}).values_list("known", flat=True).distinct()
    )
    return [rows.record(row) for row in Known.unscoped.filter(scopes.known(actor), id__in=speaking).order_by("name")]
