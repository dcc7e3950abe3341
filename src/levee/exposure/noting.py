"""Known advisories into the database, thousands in one statement: each batch goes as one JSON document.

PostgreSQL takes no COPY into a table with row-level security; arrays of documents are quoted twice and cost many times
as much to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django.db import connection

from levee.exposure import library, scopes
from levee.exposure.models import Known, KnownRange, KnownSaid

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from uuid import UUID

    from levee.exposure.library import Package
    from levee.exposure.matching.intervals import Interval
    from levee.platform.database.acting import Act

AT_ONCE = 500
RANGES_AT_ONCE = 10_000
_TYPES = {
    "id": "uuid",
    "name": "text",
    "aliases": "text[]",
    "revision": "text",
    "withdrawn": "boolean",
    "removed": "boolean",
    "record": "jsonb",
    "signals": "jsonb",
    "document": "uuid",
    "source": "jsonb",
    "statements": "jsonb",
    "learnt_at": "timestamptz",
}
_NAMES = ", ".join(_TYPES)
_NOTE = f"""
insert into exposure_known ({_NAMES})
select {_NAMES} from json_to_recordset(%s) as part ({", ".join(f"{name} {kind}" for name, kind in _TYPES.items())})
on conflict (id) do update set {", ".join(f"{name} = excluded.{name}" for name in _TYPES if name != "id")}
"""  # noqa: S608 - names and types stand above; every value is a parameter
_UNCHANGED = """
select k.id from exposure_known k
join json_to_recordset(%s) as n (id uuid, document uuid, record jsonb, signals jsonb, statements jsonb) on n.id = k.id
where k.record = n.record and k.signals = n.signals and k.statements = n.statements
    and k.document is not distinct from n.document
"""
_PACKAGES = """
insert into exposure_known_package (id, known, ecosystem, name)
select id, known, ecosystem, name from json_to_recordset(%s) as part (id uuid, known uuid, ecosystem text, name text)
"""
_RANGES = """
insert into exposure_range (id, known, ecosystem, name, releases, lo, hi, certain)
select id, known, ecosystem, name, releases, decode(lo, 'base64'), decode(hi, 'base64'), certain
from json_to_recordset(%s) as part
    (id uuid, known uuid, ecosystem text, name text, releases text, lo text, hi text, certain boolean)
"""
_COMPARED = ("id", "document", "record", "signals", "statements")


def unchanged(rows: Sequence[Known]) -> frozenset[UUID]:
    """Those of the rows that are on record exactly so."""
    there = set(Known.unscoped.filter(id__in=[row.id for row in rows]).values_list("id", flat=True))
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        for some in _cut([_part(row, _COMPARED) for row in rows if row.id in there], AT_ONCE):
            cursor.execute(_UNCHANGED, [_document(some)])
            found.update(key for (key,) in cursor.fetchall())
    return frozenset(found)


def store(act: Act, rows: Sequence[Known], parts: Mapping[UUID, Sequence[Interval]]) -> Mapping[UUID, set[Package]]:
    """Write advisories with their intervals in place of what was known of them.

    Returns:
        For each, the packages that it speaks of now or spoke of before.
    """
    with connection.cursor() as cursor:
        for some in _cut([_part(row, _TYPES) for row in rows], AT_ONCE):
            cursor.execute(_NOTE, [_document(some)])
    before = library.packages_of([row.id for row in rows])
    now = {key: {(each.ecosystem, each.name) for each in found} for key, found in parts.items()}
    packages = [
        {"id": act.new_id(), "known": key, "ecosystem": ecosystem, "name": name}
        for key, found in now.items()
        for ecosystem, name in sorted(found - before[key])
    ]
    KnownRange.unscoped.filter(known__in=list(parts)).delete()
    ranges = [{"id": act.new_id(), "known": key, **each._asdict()} for key, found in parts.items() for each in found]
    with connection.cursor() as cursor:
        for some in _cut(packages, RANGES_AT_ONCE):
            cursor.execute(_PACKAGES, [_document(some)])
        for some in _cut(ranges, RANGES_AT_ONCE):
            cursor.execute(_RANGES, [_document(some)])
    return {key: now[key] | before[key] for key in parts}


def rewrite_said(act: Act, said: Mapping[UUID, Collection[str]]) -> frozenset[str]:
    """Note of what vulnerabilities advisories state something beside what they affect.

    Returns:
        Those of which they did before.
    """
    mine = KnownSaid.unscoped.filter(scopes.known(act.actor), known__in=list(said))
    before = frozenset(mine.values_list("vulnerability", flat=True))
    if before:
        mine.delete()
    KnownSaid.unscoped.bulk_create(
        (
            KnownSaid(id=act.new_id(), known=key, vulnerability=name)
            for key, names in said.items()
            for name in sorted(names)
        ),
        batch_size=5000,
    )
    return before


def _part(row: Known, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _document(parts: Sequence[Mapping[str, object]]) -> str:
    return msgspec.json.encode(parts).decode()


def _cut(parts: Sequence[dict[str, Any]], size: int) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(parts), size):
        yield parts[start : start + size]
