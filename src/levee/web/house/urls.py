from __future__ import annotations

from django.urls import path

from levee.web.house import calendar, duty, views

app_name = "house"
urlpatterns = [
    path("", views.shown, name="one"),
    path("settings/<str:setting>/", views.choose, name="choose"),
    path("calendar/", calendar.shown, name="calendar"),
    path("calendar/new/", calendar.close, name="close"),
    path("calendar/<str:closing>/end/", calendar.end, name="end-closing"),
    path("duty/", duty.shown, name="duty"),
    path("duty/new/", duty.plan, name="plan-shift"),
    path("duty/hand-over/", duty.hand_over, name="hand-over-duty"),
    path("duty/<str:shift>/end/", duty.end, name="end-shift"),
]
