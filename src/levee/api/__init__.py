"""The JSON API under /api/v1: django-ninja routers, one file per subsystem, and one OpenAPI document."""

from levee.api import findings
from levee.api.house import api

api.add_router("", findings.router)

__all__ = ["api"]
