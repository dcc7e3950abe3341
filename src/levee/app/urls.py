"""The members' addresses."""

from __future__ import annotations

from django.urls import include, path

from levee.api import api
from levee.web.people.signing_in import forgotten

urlpatterns = [
    path("accounts/password/reset/", forgotten),  # in place of allauth's: Django sends no mail here
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("levee.web.urls")),
]
