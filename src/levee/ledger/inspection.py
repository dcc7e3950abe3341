"""Checking the whole ledger where it lies; asked by the role `ledger`, which reads every log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

from levee.kernel.errors import BadInput
from levee.ledger import reading
from levee.ledger.core.checkpoints import Checkpoint
from levee.ledger.core.exports import origin_of
from levee.ledger.core.merkle import Edge, Node
from levee.ledger.core.verify import Report, verify_anchors, verify_export
from levee.ledger.models import Log, Subtree
from levee.ledger.services.append import KEPT, edge_of
from levee.ledger.types import INTERNAL, PUBLIC, LogName, Verified
from levee.platform.ports import ports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from levee.ledger.core.checkpoints import VerifierKey

_NAMED = 20
_ASTRAY = """
    select coalesce(e.id, i.entry) from ledger_entry e full join ledger_internal i on i.entry = e.id
    where e.leaf is distinct from i.leaf limit %s
"""


def verify(trusted: VerifierKey | None = None) -> Iterator[Verified]:
    """Check every log of the database: entries, links, trees, signatures, the hours' commitments, the published copy.

    Args:
        trusted: the house's key, had from elsewhere; without it the signatures are held against the database's own.

    Yields:
        One result per log as it is done, the internal one and the published copy of the public one last.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
        try:
            key = reading.verifier_key()
        except BadInput as error:
            yield Verified(log="key", entries=0, problems=(error.message,))
            return
        if trusted is not None and key is not None and trusted != key:
            yield Verified(log="key", entries=0, problems=(f"the ledger names another key than yours: {key}",))
        reports: dict[LogName, Report] = {}
        for row in Log.unscoped.exclude(kind=INTERNAL.kind).order_by("kind", "key"):
            name = LogName(row.kind, row.key)  # type: ignore[arg-type]  # the column holds nothing else
            reports[name], result = _check(row, name)
            yield result
        whole = reading.log_row(INTERNAL)
        if whole is None:
            return
        internal, result = _check(whole, INTERNAL)
        more = _astray()
        if PUBLIC in reports:
            more += verify_anchors(internal, reports[PUBLIC])
        yield Verified(log=result.log, entries=result.entries, problems=(*result.problems, *more))
        yield _published(reports.get(PUBLIC))


def _check(row: Log, name: LogName) -> tuple[Report, Verified]:
    key = reading.verifier_key()
    edge = edge_of(row)
    known = []
    if key is not None:
        stated = Checkpoint(origin=origin_of(key, str(name)), size=row.size, root=edge.root(), at=ports().clock.now())
        known.append(stated)
    report = verify_export(reading.export_lines(name, open_end=True), trusted=key, known=known, open_end=True)
    problems = [str(problem) for problem in report.problems]
    return report, Verified(log=str(name), entries=report.entries, problems=(*problems, *_subtrees(row)))


def _subtrees(row: Log) -> tuple[str, ...]:
    """Whether the kept subtrees are those of the leaves; a wrong one would make proofs that nobody believes."""
    grown: dict[Node, bytes] = {}

    def keep(node: Node, root: bytes) -> None:
        if node.level >= KEPT:
            grown[node] = root

    Edge().extend(reading.leaf_hashes(row), keep)
    kept = {Node(each.level, each.place): bytes(each.root) for each in Subtree.unscoped.filter(log=row.id).iterator()}
    wrong = sorted(node for node in grown.keys() | kept.keys() if grown.get(node) != kept.get(node))
    return tuple(f"the kept subtree {node.level}/{node.place} is not that of its leaves" for node in wrong[:_NAMED])


def _astray() -> tuple[str, ...]:
    """Entries that stand in their own log or in the internal one, but not in both alike."""
    with connection.cursor() as cursor:
        cursor.execute(_ASTRAY, [_NAMED])
        keys: list[UUID] = [row[0] for row in cursor.fetchall()]
    return tuple(f"the entry {key} is not the same in its own log and in the internal one" for key in keys)


def _published(report: Report | None) -> Verified:
    lines = list(reading.published_lines())
    if not lines:
        return Verified(log="public (published copy)", entries=0, problems=())
    copy = verify_export(lines, trusted=reading.verifier_key())
    problems = [str(problem) for problem in copy.problems]
    if report is None or dict(copy.anchors) != dict(report.anchors):
        problems.append("the published copy holds other commitments than the public log")
    return Verified(log="public (published copy)", entries=copy.entries, problems=tuple(problems))
