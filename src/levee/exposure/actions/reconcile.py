"""Bringing an operator's matches and actions in line with what it has and what is known, package by package."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure import rows, scopes
from levee.exposure.actions.folding import fold
from levee.exposure.actions.following import CORRECTED, FIXED, REMOVED, WITHDRAWN, Actions, Turned
from levee.exposure.forensics.cases import keep_cases
from levee.exposure.matching import hits
from levee.exposure.matching.engine import examine
from levee.exposure.models import Match, Todo
from levee.exposure.priority import keeping
from levee.exposure.regime import in_force
from levee.exposure.scanners import hits as scanner_hits
from levee.exposure.scanners import said as scanned
from levee.exposure.vex import keeping as vex_keeping
from levee.exposure.vex.deciding import names as names_of
from levee.exposure.vex.relying import excuses
from levee.inventory import selectors as inventory
from levee.platform.database.adding import add
from levee.platform.database.asking import ask
from levee.platform.database.rewriting import rewrite

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Hit, Remedy
    from levee.exposure.matching.engine import Found, Record
    from levee.exposure.vex.deciding import Relied
    from levee.formats.signals import Signals
    from levee.inventory.types import Finding
    from levee.platform.database.acting import Act

JOINED = "joined"  # what a scanner said is now said by an advisory, whose match goes on
Package = tuple[str, str]
Trace = tuple["UUID", str, str, "UUID"]  # asset, ecosystem, package, advisory


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A match as it should be on record; with an excuse it is put aside."""

    found: Found
    hit: Hit
    detected_at: datetime
    excuse: Relied | None = None


def reconcile(act: Act, packages: Collection[Package], records: Sequence[Record], findings: Sequence[Finding]) -> None:
    """Make matches and actions of the actor's operator follow from its components and the known advisories.

    Safe to run again: without news nothing changes and nothing is announced.

    Args:
        act: a run for the operator.
        packages: the packages to look at; everything about them is brought in line, nothing else is touched.
        records: every known advisory that speaks of one of them, withdrawn ones too.
        findings: all that scanners say of them.
    """
    components = inventory.present(act.actor, packages)
    said = scanned.said(act, findings, examine(components, records))
    told = scanner_hits.together(said.told, hits.signals(records))
    matches, todos, stated = _on_record(act, packages, said.found)
    excused = excuses(act.actor, said.found, components) if stated else [None] * len(said.found)
    everything = _standing(act, said.found, told, matches, excused)
    standing = [each for each in everything if each.excuse is None]
    plans = fold(each.hit for each in standing)
    actions = {remedy: row.id for remedy, row in todos.items()}
    actions |= {plan.remedy: act.new_id() for plan in plans if plan.remedy not in actions}
    turned = _turned(everything, matches)
    ended = _write_matches(act, everything, matches, actions)
    endings = _end_matches(
        act,
        ended,
        present={each.id for each in components},
        said=said.present,
        withdrawn={each.id: REMOVED if each.removed else WITHDRAWN for each in records if each.withdrawn},
    )
    Actions(act, todos, actions, turned).follow(plans, standing, endings)
    keep_cases(act, standing, {row.vulnerability for row in ended})


_ON_RECORD = """
select exists (select from exposure_match m where m.organisation = %(party)s and m.ended_at is null
        and m.ecosystem = any(%(ecosystems)s) and m.package = any(%(names)s)),
    exists (select from exposure_action a where a.organisation = %(party)s
        and a.ecosystem = any(%(ecosystems)s) and a.package = any(%(names)s)),
    exists (select from exposure_vex_statement v where v.organisation = %(party)s and v.withdrawn_at is null)
        or exists (select from exposure_said s where s.vulnerability = any(%(found)s))
"""
"""Asked first: most of the operators that an advisory reaches have none, and nothing is to be read of them."""


def _on_record(
    act: Act, packages: Collection[Package], found: Iterable[Found]
) -> tuple[Sequence[Match], Mapping[Remedy, Todo], bool]:
    """The standing matches of the packages, all actions about them, and whether anything may be stated of all this.

    Args:
        act: a run for the operator.
        packages: those at hand.
        found: the matches of now.
    """
    ecosystems, names = sorted({each[0] for each in packages}), sorted({each[1] for each in packages})
    named = sorted({name for each in found for name in names_of(each)})
    values = {"party": act.actor.party, "ecosystems": ecosystems, "names": names, "found": named}
    ((matched, acted, stated),) = ask(_ON_RECORD, values)
    about = {"ecosystem__in": ecosystems, "package__in": names}
    matches = Match.unscoped.filter(scopes.visible(act.actor), ended_at=None, **about) if matched else ()
    todos = Todo.unscoped.filter(scopes.visible(act.actor), **about) if acted else ()
    return (
        [row for row in matches if (row.ecosystem, row.package) in packages],
        {rows.remedy(row): row for row in todos if (row.ecosystem, row.package) in packages},
        stated,
    )


def _standing(
    act: Act,
    found: Sequence[Found],
    told: Mapping[str, Signals],
    matches: Iterable[Match],
    excused: Sequence[Relied | None],
) -> list[Standing]:
    """Every match that holds now, with the date and the detection that it keeps from before."""
    known = {(row.component, row.known): row for row in matches}
    traces: dict[Trace, Match] = {(row.asset, row.ecosystem, row.package, row.known): row for row in matches}
    regime = in_force(act.actor).regime
    standing = []
    for each, excuse in zip(found, excused, strict=True):
        component, asset = each.component, each.component.asset
        same = known.get((component.id, each.record.id))
        before = same or traces.get((asset.id, component.ecosystem, component.name, each.record.id))
        # Another version that is affected as well does not start the clock anew.
        seen_at = _seen_at(each, act.now)
        detected_at = min(seen_at, before.detected_at) if before else seen_at
        hit = hits.hit(
            each,
            told[each.vulnerability],
            regime,
            match=same.id if same else act.new_id(),
            detected_at=detected_at,
            now=act.now,
            before=keeping.timeline(before.timeline) if before else None,
        )
        standing.append(Standing(found=each, hit=hit, detected_at=detected_at, excuse=excuse))
    return standing


def _turned(standing: Iterable[Standing], matches: Iterable[Match]) -> Turned:
    before = {row.id: row for row in matches}
    aside: dict[UUID, str] = {}
    back = set()
    for each in standing:
        row = before.get(each.hit.match)
        if row is None:
            continue
        if each.excuse and row.excuse is None and row.action:
            told = vex_keeping.excuse(vex_keeping.keep_excuse(each.excuse))
            aside.setdefault(row.action, told.words if told else "")
        elif each.excuse is None and row.excuse is not None:
            back.add(row.id)
    return Turned(aside=aside, back=frozenset(back))


def _seen_at(found: Found, now: datetime) -> datetime:
    """When the flaw could first be seen on the asset: the component was there, and the record said what it says."""
    return min(now, max(found.component.detected_at, found.record.modified))


def _write_matches(
    act: Act, standing: Sequence[Standing], matches: Sequence[Match], actions: Mapping[Remedy, UUID]
) -> Sequence[Match]:
    """Write what holds.

    Returns:
        The rows that no longer hold, as they were.
    """
    known = {row.id: row for row in matches}
    fresh: list[Match] = []
    changed: list[Match] = []
    for each in standing:
        row = known.pop(each.hit.match, None)
        before = None if row is None else rows.told(row)
        row = rows.match(act, each, actions.get(each.hit.remedy), row)
        if before is None:
            fresh.append(row)
        elif rows.told(row) != before:
            changed.append(row)
    add(fresh)
    rewrite(changed, rows.MATCH_CHANGES)
    return list(known.values())


def _end_matches(
    act: Act,
    ended: Sequence[Match],
    *,
    present: Collection[UUID],
    said: Collection[UUID],
    withdrawn: Mapping[UUID, str],
) -> Mapping[UUID, Counter[str]]:
    """End what no longer holds: the component is gone, the advisory was withdrawn or corrected, or now says it too.

    Returns:
        For each action, how many of its matches ended for which reason.
    """
    endings: dict[UUID, Counter[str]] = defaultdict(Counter)
    for row in ended:
        row.ended_at = act.now
        if row.component in said:
            row.ended_because = JOINED
        elif row.component not in present:
            row.ended_because = FIXED
        else:
            row.ended_because = withdrawn.get(row.known, CORRECTED)
        if row.action and row.excuse is None:
            endings[row.action][row.ended_because] += 1
    rewrite(ended, ["ended_at", "ended_because"])
    return endings
