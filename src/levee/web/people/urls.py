from __future__ import annotations

from django.urls import path

from levee.web.people import organisation, overview, signing_in

app_name = "people"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("link/<str:secret>/", signing_in.link, name="link"),
    path("sign-out/", signing_in.sign_out, name="sign-out"),
    path("welcome/", signing_in.welcome, name="welcome"),
    path("act-as/<uuid:principal>/", signing_in.act_as, name="act-as"),
    path("outbox/", overview.outbox, name="outbox"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/terms/", organisation.answer_terms, name="terms"),
    path("organisation/members/new/", organisation.new_member, name="new-member"),
    path("organisation/members/<str:member>/link/", organisation.new_link, name="new-link"),
    path("organisation/members/<str:member>/end/", organisation.end_member, name="end-member"),
    path("organisation/members/<str:member>/tokens/new/", organisation.new_token_of, name="new-token-of"),
    path("organisation/members/<str:member>/forget/", organisation.forget, name="forget"),
    path("organisation/tokens/new/", organisation.new_token, name="new-token"),
    path("organisation/tokens/<str:token>/revoke/", organisation.revoke_token, name="revoke-token"),
    path("organisations/new/", organisation.new_organisation, name="new-organisation"),
]
