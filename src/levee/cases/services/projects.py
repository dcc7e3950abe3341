"""What organisations make and ship, and how projects take reports."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import keeping, scopes
from levee.cases.models import ProjectPolicy, Upkeep
from levee.cases.projects.naming import component as component_of
from levee.cases.projects.naming import project as project_named
from levee.cases.projects.policies import check_terms
from levee.cases.projects.upkeep import Keeps
from levee.formats.sbom import read_sbom
from levee.identity.selectors import organisation as organisation_of
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from levee.cases.projects.policies import Terms
    from levee.formats.sbom import SbomComponent
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


MOST_SHIPPED = 20_000
"""Components of one bill of materials."""


def state_upkeep(actor: Actor, *, component: str, keeps: Keeps, because: str, organisation: UUID | None = None) -> UUID:
    """Say that an organisation makes a component, or ships it in its products.

    Args:
        actor: somebody of the organisation, or a coordinator of the clearinghouse about any.
        component: its package URL or its CPE name; a version is left out.
        keeps: makes or ships.
        because: where it can be seen.
        organisation: which one; the actor's own where none is given.

    Returns:
        The statement's key.

    Raises:
        BadInput: neither, or no reason. Conflict: this was said already. NotFound: no such organisation.
    """
    about, component = organisation or actor.party, _component(component)
    if not because.strip():
        raise BadInput("say where it can be seen", place="because")
    with acting(actor) as act:
        _demand(act, about)
        organisation_of(actor, about)
        said = {"organisation": about, "component": component, "keeps": keeps, "said_by": actor.party}
        hold(f"upkeep {about} {component}")
        if Upkeep.unscoped.filter(scopes.upkeep(actor), ended_at=None, **said).exists():
            raise Conflict("this was said already", place="component")
        row = Upkeep(id=act.new_id(), because=because.strip(), at=act.now, **said)
        Upkeep.unscoped.bulk_create([row])
        _record(act, row.id, does=keeps.value, component=component, because=row.because)
    return row.id


def end_upkeep(actor: Actor, upkeep: UUID) -> None:
    """Take back what one's own organisation said of who makes or ships what.

    Raises:
        NotFound: there is no such statement, or it was taken back. Forbidden: somebody else said it.
    """
    with acting(actor) as act:
        row = Upkeep.unscoped.filter(scopes.upkeep(actor), id=upkeep, ended_at=None).first()
        if row is None:
            raise NotFound("there is no such statement")
        _demand(act, row.organisation)
        if row.said_by != actor.party:
            raise Forbidden("somebody else said this", advice="whoever said it can take it back")
        Upkeep.unscoped.filter(id=row.id).update(ended_at=act.now)
        _record(act, row.id, does="ends", component=row.component)


def set_policy(actor: Actor, *, project: str, terms: Terms, source: str) -> UUID:
    """Set how a project takes reports: a new version, which holds for cases that are opened from now on.

    Args:
        actor: somebody of the project's maker, as the clearinghouse confirmed it; or a coordinator of the
            clearinghouse, from what the project published.
        project: its package URL; a version is left out.
        terms: the policy.
        source: where it is published, or who decided it.

    Returns:
        The version's key.

    Raises:
        BadInput: no package URL, no source, or terms that cannot be kept. Forbidden: the actor's organisation is not
            known to make this project.
    """
    project = _project(project, place="project")
    check_terms(terms)
    if not source.strip():
        raise BadInput("say where this is published, or who decided it", place="source")
    with acting(actor) as act:
        demand(act, _of_policies(actor), of=actor.party)
        if actor.organisation_kind is not OrganisationKind.CLEARINGHOUSE and not keeping.makes(act, project):
            raise Forbidden(
                "your organisation is not known to make this project",
                advice="say that you make it, and ask the clearinghouse to confirm it",
            )
        hold(f"policy {actor.party} {project}")
        rows = ProjectPolicy.unscoped.filter(scopes.policies(actor), organisation=actor.party, project=project)
        last = rows.order_by("-version").values_list("version", flat=True).first()
        row = ProjectPolicy(
            id=act.new_id(),
            organisation=actor.party,
            project=project,
            version=(last or 0) + 1,
            source=source.strip(),
            at=act.now,
            **asdict(terms),
        )
        ProjectPolicy.unscoped.bulk_create([row])
        _record(act, row.id, does="policy", component=project, version=row.version, **asdict(terms))
    return row.id


def state_shipped(actor: Actor, bill: bytes, *, because: str) -> int:
    """Say that an organisation ships what stands in a bill of materials of one of its products.

    Args:
        actor: somebody of the organisation.
        bill: a CycloneDX or SPDX document.
        because: which product it is of.

    Returns:
        How many components were new; those that it was said of already stay as they are.

    Raises:
        BadInput: no bill of materials, nothing in it that has a name here, or no reason. TooLarge: too many components.
    """
    if not because.strip():
        raise BadInput("say which product this is of", place="because")
    named = {each for part in read_sbom(bill).components for each in _named(part)}
    if not named:
        raise BadInput("no component of it has a package URL or a CPE name", place="file")
    if len(named) > MOST_SHIPPED:
        raise TooLarge(f"{len(named)} components, at most {MOST_SHIPPED} are taken", place="file")
    with acting(actor) as act:
        _demand(act, actor.party)
        hold(f"upkeep {actor.party}")
        said = {"organisation": actor.party, "keeps": Keeps.SHIPS, "said_by": actor.party}
        rows = Upkeep.unscoped.filter(scopes.upkeep(actor), ended_at=None, **said)
        new = sorted(named - set(rows.values_list("component", flat=True)))
        Upkeep.unscoped.bulk_create(
            [Upkeep(id=act.new_id(), component=each, because=because.strip(), at=act.now, **said) for each in new]
        )
        _record(act, actor.party, does=Keeps.SHIPS.value, components=len(new), because=because.strip())
    return len(new)


def _named(part: SbomComponent) -> Iterator[str]:
    """How a component of a bill of materials is named here; what cannot be read is left out."""
    for text in filter(None, (part.purl, part.cpe)):
        with suppress(BadInput):
            yield component_of(text)


def _component(text: str) -> str:
    try:
        return component_of(text)
    except BadInput as error:
        advice = "such as pkg:npm/minimist or cpe:2.3:a:minimist:minimist"
        raise BadInput(error.message, code=error.code, place="component", advice=advice) from error


def _project(text: str, *, place: str) -> str:
    try:
        return project_named(text)
    except BadInput as error:
        raise BadInput(error.message, code=error.code, place=place, advice="such as pkg:npm/minimist") from error


def _demand(act: Act, about: UUID) -> None:
    own = about == act.actor.party
    demand(act, Action.PROJECT_STATE if own else Action.PROJECT_KEEP, of=act.actor.party)


def _of_policies(actor: Actor) -> Action:
    house = actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    return Action.PROJECT_KEEP if house else Action.PROJECT_STATE


def _record(act: Act, subject: UUID, **fields: object) -> None:
    log = ("organisation", act.actor.party)
    record(act, log=log, verb=Action.PROJECT_STATE, subject=subject, fields=fields)
