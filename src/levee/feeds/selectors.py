from __future__ import annotations

from typing import TYPE_CHECKING

from levee.feeds import rows, scopes, sources, types
from levee.feeds.kinds import Kind, Says
from levee.feeds.models import Feed, Load, Record
from levee.feeds.models import Signal as SignalRow
from levee.formats.signals import NOTHING_KNOWN, Signal, Signals
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from uuid import UUID

    from django.db.models import Q

    from levee.policy.actors import Actor

LATEST = 10
AGES = (Kind.KEV, Kind.SSVC, Kind.EPSS, Kind.WEAPONS, Kind.OSV, Kind.CSAF, Kind.LEVEE)


def feeds(actor: Actor) -> Sequence[types.Feed]:
    """Every feed with its age, what is odd about it and what was kept out; by what they rest on, then by name.

    Args:
        actor: the reader.
    """
    with acting(actor) as act:
        found = [rows.feed(row, now=act.now) for row in Feed.unscoped.filter(_seen(actor), removed_at=None)]
    return sorted(found, key=lambda each: (AGES.index(each.kind), each.name))


def ages(actor: Actor) -> Sequence[types.Feed] | None:
    """The same for an answer that rests on them; None for a token that was not given this sight."""
    return feeds(actor) if actor.permits(Action.FEED_SEE) else None


def known_sources() -> frozenset[str]:
    """The names of the sources that Levee knows the addresses of."""
    return frozenset(sources.known().named)


def feed(actor: Actor, name: str) -> types.Detail:
    """One feed with its latest loads and what they refused.

    Raises:
        NotFound: there is none by that name.
    """
    with acting(actor) as act:
        row = Feed.unscoped.filter(_seen(actor), name=name, removed_at=None).first()
        if row is None:
            raise NotFound("there is no such feed", advice="levee feeds list shows those that are followed")
        loads = Load.unscoped.filter(_seen(actor), feed=row.id).order_by("-asked_at", "id")[:LATEST]
        return types.Detail(feed=rows.feed(row, now=act.now), loads=[rows.load(each) for each in loads])


def changed_records(actor: Actor, batch: UUID) -> Sequence[types.Record]:
    """The advisories that a batch changed and no later one did; at most 2,000.

    Args:
        actor: a run of the clearinghouse.
        batch: as announced.
    """
    with acting(actor):
        found = list(Record.unscoped.filter(_seen(actor), batch=batch).order_by("name"))
        of = {row.id: row for row in Feed.unscoped.filter(_seen(actor), id__in={row.feed for row in found})}
    return [rows.record(row, of[row.feed]) for row in found]


def changed_vulnerabilities(actor: Actor, batch: UUID) -> Sequence[str]:
    """The vulnerabilities whose signals a batch changed, by name.

    Args:
        actor: a run of the clearinghouse or of an operator.
        batch: as announced.
    """
    with acting(actor):
        found = SignalRow.unscoped.filter(_seen(actor), batch=batch)
        return list(found.values_list("vulnerability", flat=True).distinct().order_by("vulnerability"))


def signals(actor: Actor, vulnerabilities: Collection[str]) -> Mapping[str, Signals]:
    """What all feeds say about vulnerabilities.

    A vulnerability that is not in a loaded catalogue of known exploited ones is a dated no: since that catalogue is
    held here, not since its newest edition, so that no clock starts anew with each of them.

    Args:
        actor: the reader.
        vulnerabilities: identifiers and aliases.

    Returns:
        What is known, by vulnerability.
    """
    with acting(actor):
        loaded = Feed.unscoped.filter(scopes.visible(actor), removed_at=None).exclude(since=None)
        of = {row.id: row for row in loaded}
        if not of:
            return dict.fromkeys(vulnerabilities, NOTHING_KNOWN)
        found = list(
            SignalRow.unscoped.filter(
                _seen(actor), vulnerability__in=list(vulnerabilities), feed__in=list(of), gone_at=None
            )
        )
    told = dict.fromkeys(vulnerabilities, NOTHING_KNOWN)
    listed = set()
    for row in found:
        told[row.vulnerability] = told[row.vulnerability].joined(Signals(**{row.says: _signal(row, of[row.feed])}))
        if row.says == Says.KEV:
            listed.add((row.vulnerability, row.feed))
    for catalogue in (each for each in of.values() if each.kind == Kind.KEV):
        no = Signals(kev=_unlisted(catalogue))
        for name in told:
            if (name, catalogue.id) not in listed:
                told[name] = told[name].joined(no)
    return told


def _signal(row: SignalRow, of: Feed) -> Signal:
    if row.says == Says.WEAPONISED:
        return Signal(value="yes", detail=row.value, source=_source(of), at=row.at)
    return Signal(value=row.value, detail=of.edition if row.says == Says.EPSS else "", source=_source(of), at=row.at)


def _unlisted(catalogue: Feed) -> Signal:
    return Signal(value="no", source=_source(catalogue), at=catalogue.since or catalogue.added_at)


def _source(of: Feed) -> str:
    return f"{of.title}, {of.data_at:%Y-%m-%d}" if of.data_at else of.title


def _seen(actor: Actor) -> Q:
    if not actor.permits(Action.FEED_SEE):
        raise NotFound("there is no such feed")
    return scopes.visible(actor)
