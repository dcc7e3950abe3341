from __future__ import annotations

from django.urls import include, path

from levee.web.health import health
from levee.web.measures.views import measures

urlpatterns = [
    path("health", health, name="health"),
    path("", include("levee.web.people.urls")),
    path("", include("levee.web.cases.urls")),
    path("measures/", measures, name="measures"),
    path("", include("levee.web.operators.urls")),
    path("", include("levee.web.validation.urls")),
    path("", include("levee.web.clusters.urls")),
    path("", include("levee.web.fixes.urls")),
    path("findings/", include("levee.web.findings.urls")),
]
