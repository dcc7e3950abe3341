"""Which case went on in which: merged, split, corrected, opened again or taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases import scopes, types
from levee.cases.models import Case, Succession
from levee.cases.services.rows import kept
from levee.cases.types import Kind
from levee.clustering.selectors import same_cause
from levee.platform.database.asking import ask
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.findings.types import HiddenWords
    from levee.platform.database.acting import Act

TAKES_THE_PLACE = frozenset({Kind.CORRECTED, Kind.REOPENED})
"""A case that came so is the same case: whoever knew of the one before knows of it."""
SAME_CAUSE = TAKES_THE_PLACE | {Kind.TRANSFERRED}
"""It is about the same, though its owner may be another one, which asked nobody yet."""


def merged_into(act: Act, case: UUID) -> QuerySet[Case]:
    """The cases that were merged into a case, or into one whose place it takes; not those merged into these.

    One that another owner merged stays as it is: nobody else takes a step there.
    """
    same = {case, *befores(act, case, SAME_CAUSE)}
    joined = Succession.unscoped.filter(scopes.successions(act.actor), after__in=same, kind=Kind.MERGED)
    owned = Case.unscoped.filter(scopes.cases_as(act.actor, Capacity.OWNER))
    return owned.filter(id__in=joined.values("before")).order_by("id")


def befores(act: Act, case: UUID, kinds: Iterable[Kind] = Kind) -> set[UUID]:
    """Every case that went on in a case, however many steps ago, as far as the actor sees them."""
    ways = frozenset(kinds)
    found = ahead = {row.before for row in _links(act, case) if row.after == case and row.kind in ways}
    while ahead:
        rows = Succession.unscoped.filter(scopes.successions(act.actor), after__in=ahead, kind__in=ways)
        ahead = set(rows.values_list("before", flat=True)) - found - {case}
        found |= ahead
    return found


def _links(act: Act, case: UUID) -> Sequence[Succession]:
    """Where a case went on and where it came from, oldest first."""
    found = Succession.unscoped.filter(Q(before=case) | Q(after=case), scopes.successions(act.actor))
    return kept(act, "links", case, lambda: list(found.order_by("at", "id")))


def causes(act: Act, case: Case) -> set[UUID]:
    """The findings that have the cause of a case's, or of one that was merged into it, by their clusters.

    A member sees no cluster: in a case of its own there is none, and nothing is known to have its cause. A case before
    it that another owner ran may have had one.
    """
    owned = Case.unscoped.filter(scopes.cases_as(act.actor, Capacity.OWNER))
    rows = owned.filter(id__in=befores(act, case.id, [Kind.MERGED, *SAME_CAUSE]))
    clusters = {case.cluster, *rows.values_list("cluster", flat=True)}
    return {finding for cluster in clusters if cluster for finding in same_cause(act.actor, cluster)}


def last(act: Act, case: Case) -> Case | None:
    """Where a case goes on in the end: itself, if in no other one; None where the actor does not see it."""
    found: Case | None = case
    while found is not None and found.successor is not None:
        found = Case.unscoped.filter(scopes.cases(act.actor), id=found.successor).first()
    return found


def offered(act: Act) -> list[types.Offer]:
    """The parts in cases that the actor's organisation is offered, oldest first: the terms alone."""
    return kept(act, "offered", act.actor.party, lambda: _offered(act))


def _offered(act: Act) -> list[types.Offer]:
    rows = ask("select participant, house, embargo_end, since from levee_offers(%s)", [act.now])
    return [types.Offer(participant=row[0], house=row[1], embargo_end=row[2], since=row[3]) for row in rows]


def told(act: Act, case: UUID, hidden: HiddenWords) -> list[types.Succession]:
    """Where a case went on and where it came from, oldest first; a case that the actor does not see is not named."""
    rows = _links(act, case)
    others = {row.after if row.before == case else row.before for row in rows}
    seen = set(Case.unscoped.filter(scopes.cases(act.actor), id__in=others).values_list("id", flat=True))
    return [
        types.Succession(
            kind=Kind(row.kind),
            forth=row.before == case,
            other=other if other in seen else None,
            because=hidden.over(row.because),
            at=row.at,
        )
        for row in rows
        for other in [row.after if row.before == case else row.before]
    ]
