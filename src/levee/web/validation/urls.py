from __future__ import annotations

from django.urls import path

from levee.web.validation import views

app_name = "validation"
urlpatterns = [
    path("waiting/", views.queue, name="queue"),
    path("targets/", views.targets, name="targets"),
    path("findings/<str:finding>/judge/", views.judge, name="judge"),
    path("findings/<str:finding>/evidence/", views.evidence, name="evidence"),
]
