"""Who must be told of a flaw in a project: its makers and those who ship it, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.projects.upkeep import HANDS_ON
from levee.formats.purl import parse_purl
from levee.kernel.errors import AgainstRules
from levee.policy.actors import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.cases.projects.upkeep import Keeps

CPE = "cpe:2.3:a:"
NOT_BEFORE = frozenset({OrganisationKind.OPERATOR, OrganisationKind.INTERMEDIARY, OrganisationKind.AGENCY})
"""Those who run software, and are told of a flaw when it is public."""


def cpe_of(project: str) -> str:
    """How a CPE name ends that may mean a project: by its product alone, for projects have no vendor."""
    return f":{parse_purl(project).name.lower()}"


def reason(component: str, keeps: Keeps, project: str) -> str:
    """Why somebody who makes or ships a component is to be told of a flaw in a project; empty where not."""
    if component == project:
        return f"{keeps} it"
    if component.startswith(CPE) and component.endswith(cpe_of(project)):
        return f"{keeps} {component}, by its name maybe the same"
    return ""


def check_told(kind: OrganisationKind, keeps: Iterable[Keeps], *, public: bool) -> None:
    """Before a flaw is public, only those are told who make or ship what it is in.

    Raises:
        AgainstRules: somebody else is to be told.
    """
    if kind in NOT_BEFORE and not public and not HANDS_ON & set(keeps):
        raise AgainstRules(
            "before a flaw is public, only those who make or ship the component are told",
            code="case.who_is_told",
            place="organisation",
            advice="say first that this organisation ships it: levee projects state",
        )
