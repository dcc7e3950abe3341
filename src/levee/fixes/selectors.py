from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.cases.selectors import held_since
from levee.fixes import scopes, types
from levee.fixes.models import Fix
from levee.kernel.errors import NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from levee.policy.actors import Actor


def get(actor: Actor, fix: UUID) -> types.Fix:
    """One fix.

    Raises:
        NotFound: there is none, or none for this actor.
    """
    with acting(actor):
        return _fix(_row(actor, fix))


def of_case(actor: Actor, case: UUID) -> Sequence[types.Fix]:
    """The fixes of a case, in the order in which they came."""
    with acting(actor):
        if not actor.permits(Action.FIX_SEE):
            return ()
        rows = Fix.unscoped.filter(scopes.visible(actor), _told(actor, case), case=case).order_by("attached_at", "id")
        return [_fix(row) for row in rows]


def verified(actor: Actor, cases: Iterable[UUID]) -> frozenset[UUID]:
    """Which of some cases have a fix that is verified, of those that the actor may see."""
    with acting(actor):
        if not actor.permits(Action.FIX_SEE):
            return frozenset()
        rows = Fix.unscoped.filter(scopes.visible(actor), case__in=list(cases), state=types.FixState.VERIFIED)
        return frozenset(rows.values_list("case", flat=True))


def patch(actor: Actor, fix: UUID) -> bytes:
    """The diff of a patch; empty for an upgrade.

    Raises:
        NotFound: there is no such fix for this actor.
    """
    with acting(actor):
        row = _row(actor, fix)
    return blobs().get(BlobRef(id=row.patch, size=row.patch_size)) if row.patch else b""


def _row(actor: Actor, fix: UUID) -> Fix:
    rows = Fix.unscoped.filter(scopes.visible(actor), id=fix)
    row = rows.first() if actor.permits(Action.FIX_SEE) else None
    if row is None or not rows.filter(_told(actor, row.case)).exists():
        raise NotFound("there is no such fix")
    return row


def _told(actor: Actor, case: UUID) -> Q:
    """What a party is told: all but others' fixes that came while it has not agreed to the embargo that holds."""
    held = held_since(actor, case)
    return Q() if held is None else Q(attached_at__lt=held) | Q(provider=actor.party)


def _fix(row: Fix) -> types.Fix:
    return types.Fix(
        id=row.id,
        case=row.case,
        kind=types.FixKind(row.kind),
        upgrade=row.upgrade,
        note=row.note,
        author=row.author,
        provider=row.provider,
        state=types.FixState(row.state),
        level=types.Level(row.level),
        proofs_tried=row.proofs_tried,
        proofs_silent=row.proofs_silent,
        tests_before=row.tests_before,
        tests_after=row.tests_after,
        detail=row.detail,
        attached_at=row.attached_at,
        checked_at=row.checked_at,
    )
