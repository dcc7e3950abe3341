"""The documents of statements (VEX) that an operator relies on, and what they put aside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from levee.exposure import rows, scopes, types
from levee.exposure.models import Match, Vex, VexStatement
from levee.exposure.selectors.decisions import SOMEBODY, people
from levee.exposure.vex import keeping
from levee.formats.vex import read_vex
from levee.inventory import selectors as inventory
from levee.kernel.errors import LeveeError
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.policy.actors import Actor

MOST = 500


def documents(actor: Actor, which: Q) -> Sequence[types.Vex]:
    """Documents with what they hold and put aside, the newest first, in an act that has begun."""
    found = list(Vex.unscoped.filter(scopes.visible(actor), which).order_by("-added_at", "-id"))
    parts = VexStatement.unscoped.filter(scopes.visible(actor), vex__in=[row.id for row in found])
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


def statements(actor: Actor, vex: UUID) -> tuple[types.VexStatement, ...]:
    """The statements of a document in its order, those first that put something aside; at most 500."""
    by, names = _putting_aside(actor), people(actor)
    found = VexStatement.unscoped.filter(scopes.visible(actor), vex=vex)
    first = list(found.filter(id__in=list(by)).order_by("number")[:MOST])
    rest = found.exclude(id__in=list(by)).order_by("number")[: MOST - len(first)]
    return tuple(_statement(row, by[row.id], names) for row in (*first, *rest))


def put_aside(actor: Actor, *, limit: int) -> Sequence[types.Match]:
    """The matches that statements put aside now, by vulnerability."""
    found = Match.unscoped.filter(scopes.visible(actor), ended_at=None, excuse__isnull=False)
    return [rows.handed_out(row) for row in found.order_by("vulnerability", "asset_name", "package", "id")[:limit]]


def offered(actor: Actor, done: UUID) -> types.Offered:
    """What an import's own file says of flaws in its components, in an act that has begun."""
    imported = inventory.import_(actor, done)
    data = inventory.original(actor, done) if imported.format.startswith("CycloneDX") else b""
    if b'"analysis"' not in data:
        return types.Offered()
    try:
        said = read_vex(data).statements
    except LeveeError as error:
        return types.Offered(problem=f"{error.message} ({error.place}); {error.advice()}".rstrip("; "))
    mine = Vex.unscoped.filter(
        scopes.visible(actor), sha256=sha256(data).hex(), inventory=imported.inventory, withdrawn_at=None
    )
    return types.Offered(
        statements=len(said),
        excusing=sum(each.excuses for each in said),
        author=said[0].author if said else "",
        relied_on=mine.exists(),
    )


def _putting_aside(actor: Actor) -> Counter[UUID]:
    """How many matches each statement puts aside now."""
    found = Match.unscoped.filter(scopes.visible(actor), ended_at=None, excuse__isnull=False)
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
