"""The members' addresses."""

from __future__ import annotations

from django.urls import include, path

from levee.api import api

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("levee.web.urls")),
]
