from __future__ import annotations

from django.urls import path

from levee.web.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.listed, name="list"),
    path("upkeep/new/", views.state, name="state"),
    path("upkeep/<str:upkeep>/end/", views.end, name="end"),
    path("policies/new/", views.set_policy, name="set-policy"),
]
