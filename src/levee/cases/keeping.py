"""The policies of projects as they are kept: which is in force, and which a case was opened under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.selectors import clearinghouse
from levee.cases import scopes, types
from levee.cases.models import Case, ProjectPolicy, Upkeep
from levee.cases.projects.policies import AiFound, AiPatch, Bound, Counts, Takes, Terms
from levee.cases.projects.told import CPE, cpe_of
from levee.cases.projects.upkeep import Keeps
from levee.platform.database.asking import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from levee.platform.database.acting import Act


def in_force(project: str) -> ProjectPolicy | None:
    """The newest policy of a project: its maker's own word before what the clearinghouse read.

    Whoever runs cases is told it, and the clearinghouse.

    Args:
        project: its package URL, without version.
    """
    names = [each.name for each in ProjectPolicy._meta.concrete_fields]  # noqa: SLF001 - Django's own name for it
    rows = ask(f"select {', '.join(names)} from levee_policy_in_force(%s)", [project])  # noqa: S608 - its columns
    return ProjectPolicy.from_db(None, names, rows[0]) if rows else None


def kept(act: Act, project: str, organisation: UUID) -> frozenset[Keeps]:
    """How an organisation stands to a project, by its own word or the clearinghouse's."""
    return frozenset(Keeps(row.keeps) for row in who_keeps(act, project) if row.organisation == organisation)


def who_keeps(act: Act, project: str) -> list[Upkeep]:
    """All that is said of who makes or ships a project: the clearinghouse's word first, makers before the others."""
    if not project:
        return []
    named = Q(component=project) | Q(component__startswith=CPE, component__endswith=cpe_of(project))
    rows = Upkeep.unscoped.filter(named, scopes.upkeep(act.actor), ended_at=None).order_by("keeps", "at", "id")
    return sorted(rows, key=lambda row: (row.said_by == row.organisation, row.component != project))


def makes(act: Act, project: str) -> bool:
    """Whether the actor's organisation makes a project, as the clearinghouse confirmed."""
    said = Upkeep.unscoped.filter(
        scopes.upkeep(act.actor), component=project, keeps=Keeps.MAKES, ended_at=None, said_by=clearinghouse()
    )
    return said.filter(organisation=act.actor.party).exists()


def policies_of(act: Act, cases: Iterable[Case]) -> Mapping[UUID, types.ProjectPolicy]:
    """The policies that cases were opened under, by their keys."""
    keys = {row.policy for row in cases if row.policy}
    if not keys:
        return {}
    return {row.id: policy(row) for row in ProjectPolicy.unscoped.filter(scopes.policies(act.actor), id__in=keys)}


def bound_by(act: Act, case: Case) -> Bound | None:
    """The policy that a case was opened under, as its rules read it; None where there was none."""
    kept = policies_of(act, [case]).get(case.policy) if case.policy else None
    return Bound(named=kept.named, terms=kept.terms, ai_found=case.ai_found) if kept else None


def policy(row: ProjectPolicy) -> types.ProjectPolicy:
    """A row as it is handed out."""
    return types.ProjectPolicy(
        id=row.id,
        organisation=row.organisation,
        project=row.project,
        version=row.version,
        terms=terms(row),
        source=row.source,
        at=row.at,
    )


def terms(row: ProjectPolicy) -> Terms:
    """What a row says."""
    return Terms(
        ai_found=AiFound(row.ai_found),
        embargo=Counts(row.embargo),
        longest_days=row.longest_days,
        ai_patch=AiPatch(row.ai_patch),
        per_week=row.per_week,
        takes=Takes(row.takes),
    )


def upkeep(row: Upkeep) -> types.Upkeep:
    """The same of what an organisation makes or ships."""
    return types.Upkeep(
        id=row.id,
        organisation=row.organisation,
        component=row.component,
        keeps=Keeps(row.keeps),
        said_by=row.said_by,
        because=row.because,
        at=row.at,
    )
