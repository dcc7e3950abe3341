"""Every page of the house, by the site that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import path

from levee.kernel.sides import Side
from levee.web.cases import urls as cases
from levee.web.clusters import urls as clusters
from levee.web.findings import urls as findings
from levee.web.fixes import urls as fixes
from levee.web.frontier import urls as frontier
from levee.web.governance import governance
from levee.web.health import health
from levee.web.house import urls as house
from levee.web.intermediaries import urls as intermediaries
from levee.web.measures.views import coordination, coordination_csv, measures
from levee.web.operators import urls as operators
from levee.web.people import urls as people
from levee.web.projects import urls as projects
from levee.web.sites import elsewhere, pages
from levee.web.validation import urls as validation

if TYPE_CHECKING:
    from django.urls import URLPattern, URLResolver

HOUSE, OPERATORS = Side.CLEARINGHOUSE, Side.OPERATORS
OF_THE_HOUSE = ("outbox", "new-organisation")


def of_site(here: Side) -> list[URLPattern | URLResolver]:
    """All addresses of pages, as a side's site serves them."""
    return [
        path("health", health, name="health"),
        path("governance/", governance, name="governance"),
        pages(here, people, but=OF_THE_HOUSE),
        pages(here, cases, of=HOUSE),
        path("measures/", measures if here is HOUSE else elsewhere(HOUSE), name="measures"),
        path("measures/coordination/", coordination if here is HOUSE else elsewhere(HOUSE), name="coordination"),
        path(
            "measures/coordination.csv",
            coordination_csv if here is HOUSE else elsewhere(HOUSE),
            name="coordination-csv",
        ),
        pages(here, operators, of=OPERATORS),
        pages(here, intermediaries, of=OPERATORS),
        pages(here, validation, of=HOUSE),
        pages(here, clusters, of=HOUSE),
        pages(here, fixes, of=HOUSE),
        pages(here, findings, of=HOUSE, prefix="findings/"),
        pages(here, projects, of=HOUSE, prefix="projects/"),
        pages(here, house, of=HOUSE, prefix="house/"),
        pages(here, frontier, of=HOUSE, prefix="frontier/"),
    ]
