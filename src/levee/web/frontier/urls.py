from __future__ import annotations

from django.urls import path

from levee.web.frontier import acts, enquiries, partners, results, views

app_name = "frontier"
urlpatterns = [
    path("", views.listed, name="list"),
    path("draft/", acts.draft, name="draft"),
    path("offer/", acts.offer, name="offer"),
    path("withdraw/", acts.withdraw_all, name="withdraw-all"),
    path("enquiries/", enquiries.listed, name="enquiries"),
    path("enquiries/new/", enquiries.ask, name="ask"),
    path("enquiries/release/", enquiries.release, name="release"),
    path("enquiries/<str:enquiry>/answer/", enquiries.answer, name="answer"),
    path("partners/<str:partner>/decide/", partners.decide, name="decide-partner"),
    path("partners/<str:partner>/conflict/", partners.conflict, name="flag-conflict"),
    path("<str:agreement>/", views.one, name="one"),
    path("<str:agreement>/file/", views.signed_file, name="file"),
    path("<str:agreement>/certificate.json", views.certificate_file, name="certificate"),
    path("<str:agreement>/results/", results.shown, name="results"),
    path("<str:agreement>/token/", views.token, name="token"),
    path("<str:agreement>/partners/new/", partners.propose, name="propose"),
    path("<str:agreement>/<str:step>/", acts.step, name="step"),
]
