from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F

from levee.advisories import scopes, types
from levee.advisories.models import Advisory, Mitigation, Publication, Published, PublishedKey, Recipient
from levee.advisories.services.publishing import alone_as
from levee.advisories.services.writing import draft_in
from levee.cases.selectors import held_since
from levee.cases.types import Waiting, Waits
from levee.identity.selectors import called, names
from levee.kernel.errors import NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Role

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.policy.actors import Actor

NEWEST = (F("settled_at").desc(nulls_first=True), F("agreed").desc(nulls_first=True), F("asked_at").desc())
"""What waits, then what was decided last; of two at one instant, what went out."""


def of_case(actor: Actor, case: UUID) -> types.Advisory | None:
    """The advisory of a case, if there is one and the actor may see it.

    Who has not agreed to an embargo that holds is not told of one that was decided on since.
    """
    with acting(actor):
        if not actor.permits(Action.ADVISORY_SEE):
            return None
        row = Advisory.unscoped.filter(scopes.visible(actor), case=case).first()
        held = held_since(actor, case) if row else None
    if row is None or (held is not None and row.decided_at >= held):
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


def publications(actor: Actor, case: UUID) -> Sequence[types.Publication]:
    """What somebody of the owner's would publish in a case, or has: what waits, then what was decided last."""
    with acting(actor):
        if not actor.permits(Action.ADVISORY_SEE):
            return ()
        rows = list(Publication.unscoped.filter(scopes.publications(actor), case=case).order_by(*NEWEST))
        people = {key for row in rows for key in (row.asked_by, row.settled_by, row.reviewed_by) if key}
        names = called(actor, people)
    return [_publication(actor, row, names) for row in rows]


def may_alone(actor: Actor, case: UUID) -> types.Alone | None:
    """On what ground the actor could publish without a second person; None where one has to agree."""
    with acting(actor) as act:
        return alone_as(act, case)


def waits(actor: Actor, case: UUID) -> bool:
    """Whether a publication waits for a second person in a case, as far as the actor sees it."""
    return any(each.waits for each in publications(actor, case))


def waiting(actor: Actor) -> Sequence[Waiting]:
    """Publications that wait for the actor as the second person, the oldest first."""
    with acting(actor):
        if not actor.permits(Action.ADVISORY_SEE) or Role.COORDINATOR not in actor.roles:
            return ()
        rows = Publication.unscoped.filter(scopes.publications(actor)).exclude(asked_by=actor.id)
        asked = rows.filter(agreed=None)
        alone = rows.filter(agreed=True, reviewed_at=None).exclude(alone="")
        found = [
            Waiting(row.case, Waits.REVIEW if row.alone else Waits.AGREEMENT, row.asked_at)
            for row in asked.union(alone)
        ]
    return sorted(found, key=lambda each: (each.at, each.about))


def _publication(actor: Actor, row: Publication, names: Mapping[UUID, str]) -> types.Publication:
    def name(key: UUID | None) -> str:
        return names.get(key, "a former member") if key else ""

    return types.Publication(
        id=row.id,
        case=row.case,
        name=row.name,
        draft=draft_in(row),
        osv=row.osv,
        csaf=row.csaf,
        digest=row.digest,
        by=name(row.asked_by),
        yours=row.asked_by == actor.id,
        asked_at=row.asked_at,
        alone=types.Alone(row.alone) if row.alone else None,
        agreed=row.agreed,
        settled=name(row.settled_by),
        settled_at=row.settled_at,
        settlement=row.settlement,
        urgent=row.urgent,
        stands=row.stands,
        reviewed=name(row.reviewed_by),
        reviewed_at=row.reviewed_at,
        review=row.review,
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


def mitigations(actor: Actor, case: UUID) -> Sequence[types.Mitigation]:
    """What operators were told of a case before its flaw was public, newest first; for the people of its owner."""
    with acting(actor):
        if not actor.permits(Action.ADVISORY_SEE):
            return ()
        rows = list(Mitigation.unscoped.filter(scopes.publications(actor), case=case).order_by("-at", "-id"))
        told = list(Recipient.unscoped.filter(scopes.publications(actor), case=case).order_by("id"))
        people = called(actor, {row.by for row in rows})
        organisations = names(actor, {each.organisation for each in told})
    return [
        types.Mitigation(
            id=row.id,
            product=row.product,
            text=row.text,
            label=row.label,
            because=row.because,
            by=people.get(row.by, "a former member"),
            at=row.at,
            recipients=tuple(
                (organisations.get(each.organisation, ""), each.reason) for each in told if each.mitigation == row.id
            ),
        )
        for row in rows
    ]
