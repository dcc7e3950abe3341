"""The documents of statements (VEX) that an operator relies on, and what they put aside."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from levee.exposure import rows, types
from levee.exposure.models import Match, Vex, VexStatement
from levee.exposure.selectors.decisions import SOMEBODY, people
from levee.exposure.selectors.sight import seen
from levee.exposure.vex import keeping
from levee.formats.vex import read_vex
from levee.inventory import selectors as inventory
from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.hashing import sha256
from levee.platform.database.acting import acting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.policy.actors import Actor

MOST, MOST_ASIDE = 500, 200
_ANALYSIS = re.compile(rb'"analysis"|<(?:\w+:)?analysis\b')


def vex(actor: Actor, *, withdrawn: bool = False) -> Sequence[types.Vex]:
    """The documents of statements (VEX) that the operator relies on, the newest first.

    Args:
        actor: the reader.
        withdrawn: those too that it relied on once.
    """
    with acting(actor):
        return _documents(actor, Q() if withdrawn else Q(withdrawn_at=None))


def vex_document(actor: Actor, key: UUID) -> types.VexDetail:
    """One such document with its statements, those first that put something aside; at most 500.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        found = _documents(actor, Q(id=key))
        if not found:
            raise NotFound("there is no such document of statements")
        return types.VexDetail(vex=found[0], statements=_statements(actor, key))


def put_aside(actor: Actor, *, limit: int = MOST_ASIDE) -> Sequence[types.Match]:
    """The matches that statements put aside now, each with who says so and why, by vulnerability.

    Args:
        actor: the reader.
        limit: at most so many.
    """
    with acting(actor):
        found = Match.unscoped.filter(seen(actor), ended_at=None, excuse__isnull=False)
        return [rows.handed_out(row) for row in found.order_by("vulnerability", "asset_name", "package", "id")[:limit]]


def vex_offered(actor: Actor, done: UUID) -> types.Offered:
    """What an import's own file says of flaws in its components; nothing of it counts before it is relied on.

    Args:
        actor: the reader.
        done: the import.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        return _offered(actor, done)


def _offered(actor: Actor, done: UUID) -> types.Offered:
    imported = inventory.import_(actor, done)
    data = inventory.original(actor, done) if imported.format.startswith("CycloneDX") else b""
    if not _ANALYSIS.search(data):
        return types.Offered()
    try:
        said = read_vex(data).statements
    except LeveeError as error:
        return types.Offered(problem=f"{error.message} ({error.place}); {error.advice()}".rstrip("; "))
    mine = Vex.unscoped.filter(seen(actor), sha256=sha256(data).hex(), inventory=imported.inventory, withdrawn_at=None)
    return types.Offered(
        statements=len(said),
        excusing=sum(each.excuses for each in said),
        author=said[0].author if said else "",
        relied_on=mine.exists(),
    )


def _documents(actor: Actor, which: Q) -> Sequence[types.Vex]:
    """Documents with what they hold and put aside, the newest first, in an act that has begun."""
    found = list(Vex.unscoped.filter(seen(actor), which).order_by("-added_at", "-id"))
    parts = VexStatement.unscoped.filter(seen(actor), vex__in=[row.id for row in found])
    counted = {
        row["vex"]: (row["all"], row["counting"])
        for row in parts.values("vex").annotate(all=Count("id"), counting=Count("id", filter=Q(withdrawn_at=None)))
    }
    by = _putting_aside(actor)
    aside: Counter[UUID] = Counter()
    for key, vex in parts.filter(id__in=list(by)).values_list("id", "vex"):
        aside[vex] += by[key]
    names = people(actor)
    return [_document(row, *counted.get(row.id, (0, 0)), aside[row.id], names) for row in found]


def _statements(actor: Actor, vex: UUID) -> tuple[types.VexStatement, ...]:
    """The statements of a document in its order, those first that put something aside; at most 500."""
    by, names = _putting_aside(actor), people(actor)
    found = VexStatement.unscoped.filter(seen(actor), vex=vex)
    first = list(found.filter(id__in=list(by)).order_by("number")[:MOST])
    rest = found.exclude(id__in=list(by)).order_by("number")[: MOST - len(first)]
    return tuple(_statement(row, by[row.id], names) for row in (*first, *rest))


def _putting_aside(actor: Actor) -> Counter[UUID]:
    """How many matches each statement puts aside now."""
    found = Match.unscoped.filter(seen(actor), ended_at=None, excuse__isnull=False)
    told: Iterable[str | None] = found.values_list("excuse__by", flat=True)
    return Counter(UUID(by) for by in told if by)


def _document(row: Vex, held: int, counting: int, matches: int, names: Mapping[UUID, str]) -> types.Vex:
    return types.Vex(
        id=row.id,
        name=row.name,
        author=row.author,
        format=row.format,
        filename=row.filename,
        sha256=row.sha256,
        inventory=row.inventory,
        added_by=names.get(row.principal, SOMEBODY),
        added_at=row.added_at,
        statements=held,
        counting=counting,
        matches=matches,
        not_understood=tuple((place, reason) for place, reason in row.not_understood),
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=names.get(row.withdrawn_by, SOMEBODY) if row.withdrawn_by else "",
        note=row.note,
    )


def _statement(row: VexStatement, matches: int, names: Mapping[UUID, str]) -> types.VexStatement:
    said = keeping.kept(row.said)
    return types.VexStatement(
        id=row.id,
        vulnerabilities=said.vulnerabilities,
        product=str(said.product),
        within=str(said.within or ""),
        status=said.status,
        justification=said.justification,
        detail=said.detail,
        at=said.at,
        place=said.place,
        matches=matches,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=names.get(row.withdrawn_by, SOMEBODY) if row.withdrawn_by else "",
        note=row.note,
    )
