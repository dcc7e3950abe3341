from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories import scopes, types
from levee.advisories.models import Advisory, Published, PublishedKey
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.policy.actors import Actor


def of_case(actor: Actor, case: UUID) -> types.Advisory | None:
    """The advisory of a case, if there is one and the actor may see it."""
    with acting(actor):
        if not actor.permits(Action.ADVISORY_SEE):
            return None
        row = Advisory.unscoped.filter(scopes.visible(actor), case=case).first()
    if row is None:
        return None
    return types.Advisory(
        id=row.id,
        case=row.case,
        name=row.name,
        title=row.title,
        state=types.State(row.state),
        decided_at=row.decided_at,
        published_at=row.published_at,
    )


def published(*, limit: int = 100, offset: int = 0) -> Sequence[types.Published]:
    """What everyone can read, newest first; asked by the public process and by the worker."""
    return [_published(row) for row in Published.everyone.order_by("-published_at", "name")[offset : offset + limit]]


def count_published() -> int:
    """How many advisories are published."""
    return Published.everyone.count()


def by_name(name: str) -> types.Published:
    """A published advisory by its name.

    Raises:
        NotFound: none has this name.
    """
    row = Published.everyone.filter(name=name).first()
    if row is None:
        raise NotFound("there is no advisory by that name")
    return _published(row)


def by_key(advisory: UUID) -> types.Published:
    """A published advisory by its key.

    Raises:
        NotFound: it is not published.
    """
    row = Published.everyone.filter(id=advisory).first()
    if row is None:
        raise NotFound("there is no such advisory")
    return _published(row)


def certificates() -> Sequence[str]:
    """The OpenPGP certificates that signatures are made with, armored, newest first."""
    return list(PublishedKey.everyone.order_by("-since").values_list("certificate", flat=True))


def _published(row: Published) -> types.Published:
    return types.Published(
        id=row.id,
        name=row.name,
        title=row.title,
        summary=row.summary,
        published_at=row.published_at,
        modified_at=row.modified_at,
        revision=row.revision,
        osv=row.osv,
        osv_signature=row.osv_signature,
        csaf=row.csaf,
        csaf_signature=row.csaf_signature,
    )
