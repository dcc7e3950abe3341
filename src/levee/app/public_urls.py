"""The public addresses, served by the role `public`, which reads nothing but what was published."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("levee.web.public.urls"))]
