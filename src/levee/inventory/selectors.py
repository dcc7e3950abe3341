from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Max, Q, When
from django.db.models.functions import Coalesce

from levee.inventory import rows, scopes, types
from levee.inventory.findings import kept
from levee.inventory.holding import present_of, spoken_of
from levee.inventory.models import Asset, Component, Finding, Import, Intake, Inventory, Part
from levee.kernel.errors import NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from levee.policy.actors import Actor

NOTHING_THERE = "there is no such inventory"
SEVERITIES = ("critical", "high", "", "medium", "low", "none")


def inventories(actor: Actor) -> Sequence[types.Inventory]:
    """The operator's inventories, newest import first."""
    with acting(actor):
        found = list(Inventory.unscoped.filter(_seen(actor)).order_by("-imported_at", "id"))
        return [_counted(actor, row) for row in found]


def inventory(actor: Actor, key: UUID) -> types.Inventory:
    """One inventory.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        return _counted(actor, _one(actor, key))


def imports(actor: Actor, key: UUID, *, limit: int = 50) -> Sequence[types.Import]:
    """The imports of an inventory, newest first.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        name = _one(actor, key).name
        found = Import.unscoped.filter(_seen(actor), inventory=key).order_by("-at", "id")[:limit]
        return [rows.import_(row, name) for row in found]


def import_(actor: Actor, key: UUID) -> types.Import:
    """One import with its diff and the rows that were not understood.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        row = Import.unscoped.filter(_seen(actor), id=key).first()
        if row is None:
            raise NotFound("there is no such import")
        return rows.import_(row, _one(actor, row.inventory).name)


def changes(
    actor: Actor, key: UUID, which: types.Long, *, offset: int = 0, limit: int = types.LISTED
) -> Sequence[Mapping[str, str] | str]:
    """A part of one of an import's lists, which may hold a million lines.

    Args:
        actor: the reader.
        key: the import.
        which: the list.
        offset: from this line on.
        limit: at most so many.

    Returns:
        The lines by the names of their parts, as `types.Line`, `Changed`, `Restated` and `NotUnderstood` have them; of
        assets their names.

    Raises:
        NotFound: there is no such import for this reader.
    """
    with acting(actor):
        row = Import.unscoped.filter(_seen(actor), id=key).first()
        if row is None:
            raise NotFound("there is no such import")
        lines = list(row.not_understood if which is types.Long.NOT_UNDERSTOOD else row.diff.get(which, []))
        end, start = offset + limit, 0
        if end > len(lines):
            start = max(0, offset - offset % types.LISTED)
            lines = lines[start : start + types.LISTED]
            parts = Part.unscoped.filter(_seen(actor), of=key, list=which, at__gte=start, at__lt=end).order_by("at")
            lines += [line for part in parts.values_list("lines", flat=True) for line in part]
        return lines[offset - start : end - start]


def intakes(actor: Actor) -> Sequence[types.Intake]:
    """Files on their way in, and those that failed or wait for a person's word; the newest first."""
    with acting(actor):
        found = Intake.unscoped.filter(_seen(actor)).exclude(state=types.IntakeState.DONE).order_by("-at", "id")
        return [rows.intake(row) for row in found]


def intake(actor: Actor, key: UUID) -> types.Intake:
    """One file on its way in, or what came of it.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        row = Intake.unscoped.filter(_seen(actor), id=key).first()
        if row is None:
            raise NotFound("there is no such file on its way")
        return rows.intake(row)


def original(actor: Actor, key: UUID) -> bytes:
    """The file of an import as it was received.

    Raises:
        NotFound: there is no such import for this reader.
    """
    with acting(actor):
        row = Import.unscoped.filter(_seen(actor), id=key).values_list("original", "original_size").first()
    if row is None:
        raise NotFound("there is no such import")
    return blobs().get(BlobRef(id=row[0], size=row[1]))


def assets(actor: Actor, key: UUID) -> Sequence[types.Asset]:
    """The assets that an inventory states now, by name.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        _one(actor, key)
        found = Asset.unscoped.filter(_seen(actor), inventory=key, gone_at=None).order_by("name")
        return [rows.asset(row) for row in found]


def asset(actor: Actor, key: UUID) -> types.Asset:
    """One asset.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        row = Asset.unscoped.filter(_seen(actor), id=key, gone_at=None).first()
        if row is None:
            raise NotFound("there is no such asset")
        return rows.asset(row)


def assets_named(actor: Actor, keys: Collection[UUID]) -> Sequence[types.Asset]:
    """Those of some assets that are there, of any inventory, by name.

    Args:
        actor: the operator, or a run for it.
        keys: which ones.
    """
    with acting(actor):
        found = Asset.unscoped.filter(_seen(actor), id__in=list(keys), gone_at=None).order_by("name", "id")
        return [rows.asset(row) for row in found]


def components(
    actor: Actor, key: UUID, *, asset: UUID | None = None, only_unmatchable: bool = False, limit: int = 500
) -> Sequence[types.Component]:
    """The components that an inventory states now.

    Args:
        actor: the reader.
        key: the inventory.
        asset: no others than this asset's.
        only_unmatchable: no others than those that cannot be matched.
        limit: at most so many.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        _one(actor, key)
        found = Component.unscoped.filter(_seen(actor), inventory=key, gone_at=None)
        if asset is not None:
            found = found.filter(asset=asset)
        if only_unmatchable:
            found = found.exclude(unmatchable="")
        return _on_assets(actor, found.order_by("name", "version", "id")[:limit])


def findings(
    actor: Actor,
    key: UUID,
    *,
    asset: UUID | None = None,
    only_actionable: bool = False,
    limit: int = 500,
    offset: int = 0,
) -> Sequence[types.Finding]:
    """What scanners say about an inventory now, the worst first.

    Args:
        actor: the reader.
        key: the inventory.
        asset: no others than this asset's.
        only_actionable: neither what is mere information nor what is settled.
        limit: at most so many.
        offset: from there.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        _one(actor, key)
        found = Finding.unscoped.filter(_seen(actor), inventory=key, gone_at=None)
        if asset is not None:
            found = found.filter(asset=asset)
        if only_actionable:
            found = found.exclude(severity="none").filter(settled="")
        ranked = found.annotate(
            rank=Case(*(When(severity=word, then=at) for at, word in enumerate(SEVERITIES)), default=len(SEVERITIES))
        )
        return _found_on(actor, ranked.order_by("rank", "title", "location", "id")[offset : offset + limit])


def finding_counts(actor: Actor, key: UUID) -> Mapping[UUID, int]:
    """How many findings of scanners there is something to do about, by asset.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        _one(actor, key)
        found = Finding.unscoped.filter(_seen(actor), inventory=key, gone_at=None, settled="").exclude(severity="none")
        return Counter(found.values_list("asset", flat=True))


def findings_about(
    actor: Actor, subjects: Collection[tuple[str, str]], packages: Collection[tuple[str, str]]
) -> Sequence[types.Finding]:
    """Everything that there is to do by scanners' word about these subjects or packages, in all inventories.

    Args:
        actor: the operator, or a run for it.
        subjects: pairs of ecosystem and name, as `types.Subject` has them.
        packages: pairs of ecosystem and folded name.
    """
    with acting(actor):
        _seen(actor)
        if not spoken_of(actor.party, subjects, packages):
            return []
        open_now = Finding.unscoped.filter(_seen(actor), gone_at=None, settled="").exclude(severity="none")
        named = Q(subject_ecosystem__in={each[0] for each in subjects}, subject__in={each[1] for each in subjects})
        held = Q(ecosystem__in={each[0] for each in packages}, name__in={each[1] for each in packages})
        found = [
            row
            for row in open_now.filter(named | held)
            if (row.subject_ecosystem, row.subject) in subjects or (row.ecosystem, row.name) in packages
        ]
        return _found_on(actor, found)


def subjects(actor: Actor, keys: Collection[UUID]) -> frozenset[tuple[str, str]]:
    """What scanners ever said has to be changed in these inventories, as pairs of ecosystem and name."""
    with acting(actor):
        found = Finding.unscoped.filter(_seen(actor), inventory__in=list(keys)).exclude(severity="none")
        return frozenset(found.values_list("subject_ecosystem", "subject").distinct())


def support_ends(actor: Actor, key: UUID) -> Sequence[date]:
    """The days on which support of something in an inventory ends, as it is stated, each once, the earliest first."""
    with acting(actor):
        found = Finding.unscoped.filter(_seen(actor), inventory=key, gone_at=None).exclude(support_ends=None)
        return [day for day in found.values_list("support_ends", flat=True).distinct().order_by("support_ends") if day]


def reasons(actor: Actor, key: UUID) -> Sequence[types.Reason]:
    """Why components of an inventory cannot be matched, the most frequent reason first.

    Raises:
        NotFound: there is no such inventory for this reader.
    """
    with acting(actor):
        _one(actor, key)
        found = Component.unscoped.filter(_seen(actor), inventory=key, gone_at=None).exclude(unmatchable="")
        return types.reasons(found.values_list("unmatchable", "stated"))


def present(actor: Actor, packages: Collection[tuple[str, str]]) -> Sequence[types.Component]:
    """Every component of these packages that the operator has now, in all of its inventories.

    Args:
        actor: the operator, or a run for it.
        packages: pairs of ecosystem and folded name.
    """
    with acting(actor):
        _seen(actor)
        return present_of(actor.party, packages)


def packages(actor: Actor, key: UUID) -> frozenset[tuple[str, str]]:
    """The packages that an inventory ever stated, gone ones too, as pairs of ecosystem and folded name."""
    with acting(actor):
        return frozenset(
            Component.unscoped.filter(_seen(actor), inventory=key)
            .exclude(ecosystem="")
            .values_list("ecosystem", "name")
            .distinct()
        )


def _seen(actor: Actor) -> Q:
    if not actor.permits(Action.INVENTORY_SEE):
        raise NotFound(NOTHING_THERE)
    return scopes.visible(actor)


def _one(actor: Actor, key: UUID) -> Inventory:
    row = Inventory.unscoped.filter(_seen(actor), id=key).first()
    if row is None:
        raise NotFound(NOTHING_THERE)
    return row


def _counted(actor: Actor, row: Inventory) -> types.Inventory:
    mine = Component.unscoped.filter(_seen(actor), inventory=row.id, gone_at=None)
    counts = mine.aggregate(all=Count("id"), unmatchable=Count("id", filter=~Q(unmatchable="")))
    return types.Inventory(
        id=row.id,
        name=row.name,
        imported_at=row.imported_at,
        last_import=row.last_import,
        assets=Asset.unscoped.filter(_seen(actor), inventory=row.id, gone_at=None).count(),
        components=counts["all"],
        unmatchable=counts["unmatchable"],
    )


def _found_on(actor: Actor, found: Iterable[Finding]) -> list[types.Finding]:
    listed = list(found)
    keys = {row.asset for row in listed}
    on = {row.id: rows.asset(row) for row in Asset.unscoped.filter(_seen(actor), id__in=keys)}
    return [kept(row, on[row.asset]) for row in listed]


def _on_assets(actor: Actor, found: Iterable[Component]) -> list[types.Component]:
    listed = list(found)
    if not listed:
        return []
    on = {
        row.id: rows.asset(row)
        for row in Asset.unscoped.filter(_seen(actor), id__in={component.asset for component in listed})
    }
    evidence = Coalesce("evidence_at", "imported_at")
    seen_at = dict(Inventory.unscoped.filter(_seen(actor)).values_list("id", evidence))
    return [rows.component(row, on[row.asset], seen_at[row.inventory]) for row in listed]


def newest_import(actor: Actor) -> datetime | None:
    """When the operator's newest inventory came in; None where there is none."""
    with acting(actor):
        found: datetime | None = Inventory.unscoped.filter(_seen(actor)).aggregate(at=Max("imported_at"))["at"]
        return found
