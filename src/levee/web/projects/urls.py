from __future__ import annotations

from django.urls import path

from levee.web.projects import turns, views

app_name = "projects"
urlpatterns = [
    path("", views.listed, name="list"),
    path("turns/", turns.listed, name="turns"),
    path("turns/<str:turn>/now/", turns.now, name="let-in-now"),
    path("turns/<str:turn>/withdraw/", turns.withdraw, name="withdraw-turn"),
    path("upkeep/bill/", views.state_shipped, name="ship"),
    path("upkeep/new/", views.state, name="state"),
    path("upkeep/<str:upkeep>/end/", views.end, name="end"),
    path("policies/new/", views.set_policy, name="set-policy"),
]
