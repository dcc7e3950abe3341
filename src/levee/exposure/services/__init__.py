from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from django.db import connection
from msgspec import structs

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.exposure import library, noting, rows, scopes
from levee.exposure.actions import states
from levee.exposure.actions.reconcile import reconcile
from levee.exposure.actions.states import State, Verb
from levee.exposure.matching.engine import read_record
from levee.exposure.models import Known, Step, Todo, VexStatement
from levee.exposure.priority.shipped import shipped
from levee.exposure.scanners import said as scanned
from levee.exposure.services.clocks import run_clocks as run_clocks
from levee.exposure.services.exceptions import approve_exception as approve_exception
from levee.exposure.services.exceptions import refuse_exception as refuse_exception
from levee.exposure.services.exceptions import request_exception as request_exception
from levee.exposure.services.exceptions import withdraw_exception as withdraw_exception
from levee.exposure.services.investigating import add_entry as add_entry
from levee.exposure.services.investigating import give_verdict as give_verdict
from levee.exposure.services.policy import add_table as add_table
from levee.exposure.services.policy import choose as choose
from levee.exposure.services.vex import rely_on_import as rely_on_import
from levee.exposure.services.vex import rely_on_vex as rely_on_vex
from levee.exposure.services.vex import withdraw_vex as withdraw_vex
from levee.exposure.types import Learnt, Refused, Source
from levee.exposure.vex import keeping
from levee.inventory import selectors as inventory
from levee.kernel.errors import BadInput, LeveeError, NotFound
from levee.kernel.hashing import canonical_json, sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from uuid import UUID

    from levee.exposure.matching.engine import Record
    from levee.exposure.types import KnownAdvisory
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

Package = tuple[str, str]
LONGEST_NOTE = 2000
BATCH = 2000


def learn(actor: Actor, advisory: KnownAdvisory) -> Sequence[UUID]:
    """Take note of a published advisory, of its new revision, or of news about it.

    Args:
        actor: a run of the clearinghouse.
        advisory: as it is published now.

    Returns:
        The operators that have an affected version of one of its packages, or a standing match on one: each is to be
        matched anew by a run of its own (`match_advisory`).

    Raises:
        BadInput: the record is not OSV.
    """
    parsed = read_record(advisory)
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        return _store(act, [_row(act, advisory, parsed)], [(advisory, parsed)])


def learn_many(actor: Actor, advisories: Iterable[KnownAdvisory]) -> Learnt:
    """Take note of many advisories at once; those that are on record exactly so are passed over.

    Args:
        actor: a run of the clearinghouse.
        advisories: as they are published now, tens of thousands at most; each key once.

    Returns:
        What came of it. The operators are each to be matched anew by one run of its own (`match_all`), not one for
        every advisory.
    """
    refused: list[Refused] = []
    operators: set[UUID] = set()
    changed = total = 0
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        for batch in _batches(advisories, BATCH):
            read = _readable(batch, refused)
            rows_of = [(_row(act, *each), each) for each in read]
            known = noting.unchanged([row for row, _ in rows_of])
            fresh = [each for each in rows_of if each[0].id not in known]
            total += len(read)
            changed += len(fresh)
            operators.update(_store(act, [row for row, _ in fresh], [each for _, each in fresh]))
    return Learnt(
        changed=changed, unchanged=total - changed, refused=tuple(refused), operators=tuple(sorted(operators))
    )


def vanished(actor: Actor, advisories: Iterable[KnownAdvisory]) -> Sequence[KnownAdvisory]:
    """What earlier revisions of the same documents held and these no longer do, as withdrawn, to be learnt so.

    Args:
        actor: a run of the clearinghouse.
        advisories: all that the present revisions hold.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        parts: dict[UUID, set[UUID]] = {}
        for each in advisories:
            if each.document is not None:
                parts.setdefault(each.document, set()).add(each.id)
        return library.vanished(actor, parts, act.now) if parts else []


def match_advisory(actor: Actor, advisory: UUID) -> None:
    """Bring the operator's matches and actions in line with an advisory: raise, re-date, confirm, retract.

    Args:
        actor: a run for the operator.
        advisory: one that was learnt.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        _match(act, library.packages_of([advisory])[advisory])


def match_inventory(actor: Actor, key: UUID) -> None:
    """Bring the operator's matches and actions in line with an inventory: what is new, fixed, back again, re-stated.

    Args:
        actor: a run for the operator.
        key: the inventory.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        _match(act, _to_look_at(actor, [key]))


def match_all(actor: Actor) -> None:
    """Bring all of the operator's matches and actions in line with everything known.

    Args:
        actor: a run for the operator.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        _match(act, _to_look_at(actor, [each.id for each in inventory.inventories(actor)]))


def concerned(actor: Actor, vulnerabilities: Sequence[str]) -> Sequence[UUID]:
    """The operators with a standing match on a package that an advisory about one of the vulnerabilities speaks of.

    Args:
        actor: a run of the clearinghouse.
        vulnerabilities: names or aliases, about which something new is said.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        with connection.cursor() as cursor:
            cursor.execute("select organisation from levee_operators_concerned(%s)", [list(vulnerabilities)])
            return [row[0] for row in cursor.fetchall()]


def standing(actor: Actor) -> Sequence[UUID]:
    """The operators with a standing match on anything.

    Args:
        actor: a run of the clearinghouse.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        with connection.cursor() as cursor:
            cursor.execute("select organisation from levee_operators_standing()")
            return [row[0] for row in cursor.fetchall()]


def match_statements(actor: Actor, vex: UUID) -> None:
    """Bring the operator's matches in line with a document of statements: put aside, raise again.

    Args:
        actor: a run for the operator.
        vex: the document, withdrawn or not.
    """
    with acting(actor):
        said = VexStatement.unscoped.filter(scopes.visible(actor), vex=vex).values_list("vulnerabilities", flat=True)
        match_vulnerabilities(actor, sorted({name for names in said.iterator() for name in names}))


def dated_by_older_tables(actor: Actor) -> Sequence[UUID]:
    """The operators with something to do whose date an older edition of a shipped table gave.

    Args:
        actor: a run of the clearinghouse.
    """
    tables = shipped().values()
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=clearinghouse())
        with connection.cursor() as cursor:
            cursor.execute(
                "select organisation from levee_operators_dated_otherwise(%s, %s)",
                [[table.key for table in tables], [table.edition for table in tables]],
            )
            return [row[0] for row in cursor.fetchall()]


def match_vulnerabilities(actor: Actor, vulnerabilities: Sequence[str]) -> None:
    """Bring the operator's matches and actions in line with news about vulnerabilities: re-date, re-order.

    Args:
        actor: a run for the operator.
        vulnerabilities: names or aliases.
    """
    with acting(actor) as act:
        demand(act, Action.EXPOSURE_RECORD, of=actor.party)
        with connection.cursor() as cursor:
            cursor.execute("select ecosystem, name from levee_packages_concerned(%s)", [list(vulnerabilities)])
            _match(act, frozenset((ecosystem, name) for ecosystem, name in cursor.fetchall()))


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


def _readable(batch: Iterable[KnownAdvisory], refused: list[Refused]) -> Sequence[tuple[KnownAdvisory, Record]]:
    """Those that are OSV; the others are noted with what is wrong about them."""
    found = []
    for each in batch:
        try:
            found.append((each, read_record(each)))
        except LeveeError as error:
            refused.append(Refused(id=each.id, name=str(each.osv.get("id", ""))[:200], reason=str(error)))
    return found


def _row(act: Act, advisory: KnownAdvisory, parsed: Record) -> Known:
    return Known(
        id=advisory.id,
        name=parsed.name,
        aliases=list(parsed.aliases),
        revision=parsed.revision,
        withdrawn=parsed.withdrawn,
        removed=advisory.removed,
        record=dict(advisory.osv),
        signals=library.signals_of(advisory),
        document=advisory.document,
        source=structs.asdict(_source(act, advisory)),
        statements=[keeping.keep(each) for each in advisory.statements],
        learnt_at=act.now,
    )


def _source(act: Act, advisory: KnownAdvisory) -> Source:
    """By what way it came, with the time and the digest that the way itself does not tell."""
    came = advisory.source
    digest = came.digest or sha256(canonical_json(dict(advisory.osv))).hex()
    return structs.replace(came, at=came.at or act.now.isoformat(), digest=digest)


def _store(act: Act, noted: Sequence[Known], learnt: Sequence[tuple[KnownAdvisory, Record]]) -> Sequence[UUID]:
    """Write them down and say which operators they touch."""
    if not learnt:
        return []
    parts = {advisory.id: parsed.intervals for advisory, parsed in learnt}
    said = {each.id: {name for told in each.statements for name in told.vulnerabilities} for each, _ in learnt}
    named = noting.rewrite_said(act, said).union(*said.values())
    speaking = noting.store(act, noted, parts)
    packages = sorted({package for each in speaking.values() for package in each})
    with connection.cursor() as cursor:
        cursor.execute(
            "select organisation from levee_operators_reached(%s, %s, %s) "
            "union select organisation from levee_operators_concerned(%s) order by organisation",
            [
                list(parts),
                [ecosystem for ecosystem, _ in packages],
                [name for _, name in packages],
                sorted(named),
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _at_risk(inventories: Sequence[UUID]) -> frozenset[Package]:
    """The packages of inventories that have a version in any known interval, or a standing match."""
    with connection.cursor() as cursor:
        cursor.execute("select ecosystem, name from levee_packages_at_risk(%s)", [list(inventories)])
        return frozenset((ecosystem, name) for ecosystem, name in cursor.fetchall())


def _to_look_at(actor: Actor, inventories: Sequence[UUID]) -> frozenset[Package]:
    """What is at risk by advisories, and what scanners speak of or spoke of."""
    return _at_risk(inventories) | inventory.subjects(actor, inventories)


def _match(act: Act, packages: Collection[Package]) -> None:
    if packages:
        hold(f"exposure {act.actor.party}")  # a run that read earlier must not write over one that read later
        packages, findings = scanned.widened(act.actor, packages)
        reconcile(act, packages, library.about(act.actor, packages), findings)


def _batches(given: Iterable[KnownAdvisory], size: int) -> Iterator[list[KnownAdvisory]]:
    left = iter(given)
    while batch := list(islice(left, size)):
        yield batch
