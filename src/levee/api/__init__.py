"""The JSON API under /api/v1: django-ninja routers, one file per subsystem, and one OpenAPI document."""

from levee.api import (
    advisories,
    brief,
    cases,
    clustering,
    exposure,
    findings,
    fixes,
    identity,
    inventory,
    measures,
    notify,
    validation,
)
from levee.api.house import api

api.add_router("", findings.router)
api.add_router("", inventory.router)
api.add_router("", exposure.router)
api.add_router("", brief.router)
api.add_router("", cases.router)
api.add_router("", advisories.router)
api.add_router("", validation.router)
api.add_router("", clustering.router)
api.add_router("", fixes.router)
api.add_router("", identity.router)
api.add_router("", notify.router)
api.add_router("", measures.router)

__all__ = ["api"]
