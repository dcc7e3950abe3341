from __future__ import annotations

from django.urls import path

from levee.web.governance import public_governance
from levee.web.health import health
from levee.web.public import views

urlpatterns = [
    path("health", health),
    path("", views.index, name="public-index"),
    path("governance/", public_governance, name="public-governance"),
    path("advisories.json", views.all_osv, name="public-all"),
    path("openpgp.asc", views.key, name="public-key"),
    path("advisories/<str:name>/", views.advisory, name="public-advisory"),
    path("advisories/<str:name>/<str:kind>", views.file, name="public-file"),
]
