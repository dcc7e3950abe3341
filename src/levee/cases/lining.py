"""What waits for its turn at a project, in the order in which it goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from levee.cases import keeping, lineage, scopes, types
from levee.cases.models import Case, Participant, Report, Turn
from levee.cases.projects.pacing import SEVERITY, Item, in_order, next_room
from levee.cases.projects.policies import Takes, Terms
from levee.cases.projects.upkeep import Keeps
from levee.policy.actors import Actor, Capacity
from levee.validation.selectors import accuracy, verdicts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from levee.platform.database.acting import Act
    from levee.validation.types import Verdict

Fixed = Callable[[Actor, Iterable[UUID]], frozenset[UUID]]
"""Which of some cases have a verified fix, as the actor sees it; fixes stand above cases, so that it is passed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What waits at one project.

    Attributes:
        terms: the policy that is in force there now.
        items: the cases, in no order.
        turns: of each of them, the invitations.
        handed: when earlier cases were handed on.
    """

    terms: Terms
    items: Sequence[Item]
    turns: Mapping[UUID, Sequence[Turn]]
    handed: Sequence[datetime]


def line_of(act: Act, project: str, fixed: Fixed) -> Line:
    """The line of a project, as its clearinghouse sees it."""
    turns: dict[UUID, list[Turn]] = defaultdict(list)
    rows = Turn.unscoped.filter(scopes.turns(act.actor), project=project, released_at=None, withdrawn_at=None)
    for row in rows.order_by("asked_at", "id"):
        turns[row.case].append(row)
    return Line(terms=terms_of(project), items=_items(act, turns, fixed), turns=turns, handed=_handed(act, project))


def told(act: Act, line: Line) -> list[types.Turn]:
    """A line as a coordinator reads it."""
    cases = {row.id: row for row in Case.unscoped.filter(scopes.cases(act.actor), id__in=list(line.turns))}
    room_at = next_room(line.terms, line.handed, act.now)
    return [
        types.Turn(
            id=turn.id,
            case=item.case,
            title=cases[item.case].title,
            project=turn.project,
            name=turn.name,
            because=turn.because,
            asked_at=turn.asked_at,
            place=place,
            severity=item.severity,
            accuracy=item.accuracy,
            lacks=item.lacks(line.terms.takes),
            room_at=room_at,
            urgent=bool(cases[item.case].world),
        )
        for place, item in enumerate(in_order(line.items), 1)
        for turn in line.turns[item.case]
    ]


def terms_of(project: str) -> Terms:
    """The policy in force at a project now, whatever a case was opened under: its load is a matter of today."""
    row = keeping.in_force(project)
    return keeping.terms(row) if row else Terms()


def _handed(act: Act, project: str) -> list[datetime]:
    """When each case was first handed on to the project's people."""
    first: dict[UUID, datetime] = {}
    rows = Turn.unscoped.filter(scopes.turns(act.actor), project=project).exclude(released_at=None)
    for case, at in rows.order_by("released_at").values_list("case", "released_at"):
        if at is not None:
            first.setdefault(case, at)
    return list(first.values())


def has_to_wait(act: Act, case: Case, organisation: UUID) -> bool:
    """Whether an invitation takes its turn: of the project's people, in a case that they know nothing of yet."""
    terms = terms_of(case.project)
    limited = terms.per_week is not None or terms.takes is not Takes.ALL
    return limited and not is_known(act, case.id) and of_the_project(act, case.project, organisation)


def is_known(act: Act, case: UUID) -> bool:
    """Whether the project's people were let in to a case, or to one that went on in it."""
    return was_handed(act, case) or bool(lineage.befores(act, case, lineage.TAKES_THE_PLACE))


def was_handed(act: Act, case: UUID) -> bool:
    """Whether an invitation of the project's people went out in a case, or in one that went on in it."""
    about = {case, *lineage.befores(act, case)}
    return Turn.unscoped.filter(scopes.turns(act.actor), case__in=about).exclude(released_at=None).exists()


def of_the_project(act: Act, project: str, organisation: UUID) -> bool:
    """Whether an organisation is let in as the project's own people: it is, unless it is known to ship it only."""
    return keeping.kept(act, project, organisation) - {Keeps.RUNS} != {Keeps.SHIPS}


def _items(act: Act, turns: Mapping[UUID, Sequence[Turn]], fixed: Fixed) -> list[Item]:
    cases = list(turns)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for case, finding in Report.unscoped.filter(scopes.of_cases(act.actor), case__in=cases).values_list(
        "case", "finding"
    ):
        found[case].append(finding)
    seen = verdicts(act.actor, [each for findings in found.values() for each in findings])
    finders, done = _finders(act, cases), fixed(act.actor, cases)
    return [
        _item(
            case,
            turns[case][0].asked_at,
            [seen[each] for each in found[case] if each in seen],
            finders.get(case),
            fix=case in done,
        )
        for case in cases
    ]


def _item(case: UUID, since: datetime, said: Sequence[Verdict], best: int | None, *, fix: bool) -> Item:
    return Item(
        case=case,
        since=since,
        severity=max((SEVERITY.get(each.kind.replace(" ", "_"), 0) for each in said), default=0),
        reached=any(each.reach == "yes" for each in said),
        accuracy=best,
        confirmed=any(each.settled for each in said),
        fixed=fix,
    )


def _finders(act: Act, cases: Sequence[UUID]) -> dict[UUID, int]:
    """Of each case, how often the best of its finders was right, in per cent; none where nothing was judged."""
    seats = Participant.unscoped.filter(scopes.of_cases(act.actor), case__in=cases, capacity=Capacity.FINDER)
    pairs = list(seats.values_list("case", "party"))
    right = {party: accuracy(act.actor, party).percent for party in {party for _, party in pairs}}
    best: dict[UUID, int] = {}
    for case, party in pairs:
        percent = right[party]
        if percent is not None:
            best[case] = max(percent, best.get(case, 0))
    return best
