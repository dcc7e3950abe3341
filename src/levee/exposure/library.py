"""The known advisories: what is stored of them, written and read in bulk."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from levee.exposure import scopes
from levee.exposure.matching.engine import Record
from levee.exposure.matching.intervals import Interval
from levee.exposure.models import Known, KnownPackage, KnownRange
from levee.exposure.priority import keeping
from levee.exposure.types import KnownAdvisory, Source
from levee.feeds import selectors as feeds
from levee.formats import osv
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from levee.formats.signals import Signals
    from levee.policy.actors import Actor

Package = tuple[str, str]
_PACKAGES = "select known, ecosystem, name from exposure_known_package where known = any(%s)"


class Texts:
    """The shelf of records in the database: read in one go, each once."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._read: dict[UUID, osv.Record] = {}
        self._sources: dict[UUID, Source] = {}

    def fetch(self, keys: Collection[UUID]) -> None:
        """Bring these at once, because they will be read."""
        missing = set(keys) - self._read.keys()
        if missing:
            found = Known.unscoped.filter(scopes.known(self._actor), id__in=missing)
            for key, record, source in found.values_list("id", "record", "source"):
                self._read[key], self._sources[key] = osv.osv_record(record), Source(**source)

    def read(self, key: UUID) -> osv.Record:
        """The record as its source states it."""
        self.fetch([key])
        return self._read[key]

    def source(self, key: UUID) -> Source:
        """By what way it came here."""
        self.fetch([key])
        return self._sources[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was read last.

    Attributes:
        asked: the packages. names: of the vulnerabilities that the records are about.
        stamp: of the records, and of what feeds say of the vulnerabilities, each from before it was read.
        records: what was found.
    """

    asked: frozenset[Package]
    names: Collection[str]
    stamp: _Stamp
    records: Sequence[Record]


_kept = threading.local()
_Stamp = tuple[str, str]
_STAMP = """
select coalesce((
    select string_agg(k.id || ' ' || k.xmin, ',' order by k.id) from exposure_known k where k.id in (
        select p.known from exposure_known_package p
        join unnest(%s::text[], %s::text[]) as a (ecosystem, name) on p.ecosystem = a.ecosystem and p.name = a.name
    )), ''), levee_signals_stamp(%s)
"""
"""Which advisories speak of packages, and which writing of each is the present one; and the same of feeds' signals."""


def about(actor: Actor, packages: Collection[Package]) -> Sequence[Record]:
    """Every known advisory that speaks or spoke of one of these packages; only its text is left on the shelf.

    What was read last is kept for the next operator of a batch, as long as nothing was learnt of it since: it is
    published, and the same for everybody.
    """
    asked = frozenset(packages)
    kept: _Kept | None = getattr(_kept, "last", None)
    if kept is None or kept.asked != asked or kept.stamp != _stamp(asked, kept.names):
        _kept.last = kept = _read(actor, asked)
    return kept.records


def _read(actor: Actor, packages: frozenset[Package]) -> _Kept:
    of_records, _ = _stamp(packages, ())
    found = _read_about(actor, packages)
    names = sorted({name for each in found for name in (each.name, *each.aliases)})
    _, of_signals = _stamp(packages, names)
    told = feeds.signals(actor, names)
    return _Kept(
        asked=packages, names=names, stamp=(of_records, of_signals), records=[_told(each, told) for each in found]
    )


def _stamp(packages: Collection[Package], names: Collection[str]) -> _Stamp:
    listed = sorted(packages)
    values = [[ecosystem for ecosystem, _ in listed], [name for _, name in listed], list(names)]
    ((of_records, of_signals),) = ask(_STAMP, values)
    return of_records, of_signals


def _read_about(actor: Actor, packages: Collection[Package]) -> Sequence[Record]:
    names, ecosystems = {name for _, name in packages}, {ecosystem for ecosystem, _ in packages}
    here = {"name__in": names, "ecosystem__in": ecosystems}
    parts: dict[UUID, list[Interval]] = {
        key: [] for key in KnownPackage.unscoped.filter(scopes.known(actor), **here).values_list("known", flat=True)
    }
    stored = KnownRange.unscoped.filter(scopes.known(actor), **here).values_list(
        "known", "ecosystem", "name", "releases", "lo", "hi", "certain"
    )
    for key, ecosystem, name, releases, lo, hi, certain in stored.iterator(chunk_size=10_000):
        if (ecosystem, name) in packages and key in parts:
            parts[key].append(Interval(ecosystem, name, releases, bytes(lo), bytes(hi), certain))
    shelf = Texts(actor)
    heads = Known.unscoped.filter(scopes.known(actor), id__in=parts).defer("record", "statements").order_by("name")
    return [_record(row, tuple(parts[row.id]), shelf) for row in heads]


def packages_of(advisories: Collection[UUID]) -> Mapping[UUID, frozenset[Package]]:
    """The packages that advisories speak of, or spoke of in an earlier revision."""
    found: dict[UUID, set[Package]] = {key: set() for key in advisories}
    for key, ecosystem, name in ask(_PACKAGES, [list(advisories)]):
        found[key].add((ecosystem, name))
    return {key: frozenset(each) for key, each in found.items()}


def signals_of(advisory: KnownAdvisory) -> dict[str, object]:
    """What is known of an advisory, as JSON."""
    return keeping.keep_signals(advisory.signals)


def signals_named(actor: Actor, names: Collection[str]) -> Mapping[str, Signals]:
    """What feeds and known advisories say together of vulnerabilities, by the names that were asked for."""
    listed = sorted(names)
    found = dict(feeds.signals(actor, listed))
    with connection.cursor() as cursor:
        cursor.execute("select id from levee_known_named(%s)", [listed])
        about = Known.unscoped.filter(scopes.known(actor), id__in=[key for (key,) in cursor.fetchall()])
    for name, aliases, kept in about.values_list("name", "aliases", "signals"):
        for each in {name, *aliases} & found.keys():
            found[each] = found[each].joined(keeping.signals(kept))
    return found


def vanished(actor: Actor, parts: Mapping[UUID, Collection[UUID]], at: datetime) -> Sequence[KnownAdvisory]:
    """What earlier revisions of documents held and the present ones no longer do, as withdrawn.

    Args:
        actor: a run of the clearinghouse.
        parts: for each document, the keys of what it holds now.
        at: when they were found to be gone.
    """
    before = Known.unscoped.filter(scopes.known(actor), document__in=list(parts), withdrawn=False)
    return [
        KnownAdvisory(
            id=row.id,
            osv={**row.record, "withdrawn": at.isoformat()},
            signals=keeping.signals(row.signals),
            document=row.document,
        )
        for row in before
        if row.document and row.id not in parts[row.document]
    ]


def _told(record: Record, told: Mapping[str, Signals]) -> Record:
    """A record with what feeds say of it under any of its names."""
    signals = record.signals
    for name in (record.name, *record.aliases):
        signals = signals.joined(told[name])
    return record if signals == record.signals else replace(record, signals=signals)


def _record(row: Known, parts: tuple[Interval, ...], shelf: Texts) -> Record:
    """A record with what its publisher says of it."""
    return Record(
        id=row.id,
        name=row.name,
        aliases=tuple(row.aliases),
        modified=datetime.fromisoformat(row.revision),
        withdrawn=row.withdrawn,
        removed=row.removed,
        intervals=parts,
        signals=keeping.signals(row.signals),
        shelf=shelf,
    )
