from __future__ import annotations

from django.urls import path

from levee.web.house import calendar, views

app_name = "house"
urlpatterns = [
    path("", views.shown, name="one"),
    path("settings/<str:setting>/", views.choose, name="choose"),
    path("calendar/", calendar.shown, name="calendar"),
    path("calendar/new/", calendar.close, name="close"),
    path("calendar/<str:closing>/end/", calendar.end, name="end-closing"),
]
