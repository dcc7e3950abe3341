from __future__ import annotations

from django.urls import path

from levee.web.house import views

app_name = "house"
urlpatterns = [
    path("", views.shown, name="one"),
    path("settings/<str:setting>/", views.choose, name="choose"),
]
