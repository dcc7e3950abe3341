from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("findings/", include("levee.web.findings.urls")),
]
