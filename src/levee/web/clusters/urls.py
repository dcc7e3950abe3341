from __future__ import annotations

from django.urls import path

from levee.web.clusters import views

app_name = "clusters"
urlpatterns = [
    path("clusters/", views.listed, name="list"),
    path("clusters/<str:cluster>/", views.one, name="one"),
    path("clusters/<str:cluster>/undo/", views.undo, name="undo"),
    path("findings/<str:finding>/take-out/", views.take_out, name="take-out"),
    path("findings/<str:finding>/put-back/", views.put_back, name="put-back"),
]
