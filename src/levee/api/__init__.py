"""The JSON API under /api/v1: django-ninja routers, one file per subsystem, and one OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.api import (
    advisories,
    alerts,
    brief,
    case_bridges,
    case_changes,
    case_clocks,
    case_conflicts,
    case_contacts,
    case_filters,
    case_lineage,
    case_mail,
    case_silence,
    case_threads,
    case_webhooks,
    cases,
    clustering,
    duty,
    exchange,
    exposure,
    feeds,
    findings,
    fixes,
    frontier,
    house_rules,
    identity,
    intermediaries,
    inventory,
    measures,
    mitigations,
    notices,
    notify,
    priority,
    projects,
    sites,
    validation,
    vex,
)
from levee.api.house import api
from levee.kernel.sides import Side

if TYPE_CHECKING:
    from levee.api.sites import Addresses

ROUTED = {
    Side.CLEARINGHOUSE: (
        findings,
        exchange,
        case_bridges,
        case_filters,
        case_changes,
        case_webhooks,
        case_conflicts,
        cases,
        case_clocks,
        case_contacts,
        case_lineage,
        case_mail,
        case_silence,
        case_threads,
        projects,
        advisories,
        mitigations,
        validation,
        clustering,
        fixes,
        house_rules,
        duty,
        frontier,
        notify,
        measures,
    ),
    Side.OPERATORS: (inventory, exposure, priority, vex, feeds, brief, alerts, notices, intermediaries),
    None: (identity,),
}
"""The routers of the API by the side whose site serves them; None for both."""
for modules in ROUTED.values():
    for module in modules:
        api.add_router("", module.router)


def served_at(here: Side) -> Addresses:
    """The API as one site serves it: what the other one serves is answered by a problem that names the address."""
    return sites.served_at(here, api.urls, ROUTED)


__all__ = ["api", "served_at"]
