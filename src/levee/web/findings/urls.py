from __future__ import annotations

from django.urls import path

from levee.web.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.listed, name="list"),
    path("hand-in/", views.hand_in, name="hand-in"),
    path("<str:finding>/", views.one, name="one"),
    path("<str:finding>/original/", views.original, name="original"),
    path("<str:finding>/redact/", views.redact, name="redact"),
]
