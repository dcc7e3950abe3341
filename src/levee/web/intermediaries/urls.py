from __future__ import annotations

from django.urls import path

from levee.web.intermediaries import clients, consents

app_name = "intermediaries"
urlpatterns = [
    path("clients/", clients.listed, name="clients"),
    path("clients/leave/", clients.leave, name="leave"),
    path("clients/<str:operator>/open/", clients.enter, name="enter"),
    path("consents/", consents.listed, name="consents"),
    path("consents/<str:consent>/withdraw/", consents.withdraw, name="withdraw"),
]
