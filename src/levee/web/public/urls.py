from __future__ import annotations

from django.urls import path

from levee.web.health import health

urlpatterns = [
    path("health", health),
]
