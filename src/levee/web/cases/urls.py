from __future__ import annotations

from django.urls import path

from levee.web.cases import acts, claims, clocks, contact, contacts, own_word, proposals, queue, threads, views

app_name = "cases"
urlpatterns = [
    path("contact/<str:contact>/", contact.contact, name="contact"),
    path("contact/<str:contact>/terms/", contact.terms, name="terms"),
    path("clusters/<str:cluster>/open-case/", views.open_case, name="open"),
    path("cases/", views.listed, name="list"),
    path("cases/waiting/", queue.waiting, name="waiting"),
    path("cases/<str:case>/", views.one, name="one"),
    path("cases/<str:case>/live/", views.live, name="live"),
    path("cases/<str:case>/invite/", acts.invite, name="invite"),
    path("cases/<str:case>/contacts/", contacts.find, name="contacts"),
    path("cases/<str:case>/invite-member/", acts.invite_member, name="invite-member"),
    path("cases/<str:case>/participants/<str:participant>/new-link/", acts.new_link, name="new-link"),
    path("cases/<str:case>/rediscoveries/", acts.take_in, name="take-in"),
    path("cases/<str:case>/answer/", own_word.answer, name="answer"),
    path("cases/<str:case>/report/", own_word.handle, name="handle"),
    path("cases/<str:case>/participants/<str:participant>/awareness/", own_word.note_awareness, name="note-awareness"),
    path("cases/<str:case>/consent/", own_word.consent, name="consent"),
    path("cases/<str:case>/proposals/new/", proposals.propose, name="propose-embargo"),
    path("cases/<str:case>/proposals/<str:proposal>/", proposals.decide, name="decide-proposal"),
    path("cases/<str:case>/shorten-embargo/", acts.shorten_embargo, name="shorten-embargo"),
    path("cases/<str:case>/end-embargo/", acts.end_embargo, name="end-embargo"),
    path("cases/<str:case>/claims/new/", claims.claim, name="claim"),
    path("cases/<str:case>/claims/<str:claim>/", claims.decide, name="decide-claim"),
    path("cases/<str:case>/claims/<str:claim>/doubt/", claims.doubt, name="doubt-claim"),
    path("cases/<str:case>/claims/<str:claim>/settlement/", claims.settle, name="settle-doubt"),
    path("cases/<str:case>/clocks/keep/", clocks.keep, name="keep-policy"),
    path("cases/<str:case>/clocks/drop/", clocks.drop, name="drop-policy"),
    path("cases/<str:case>/clocks/mark/", clocks.mark, name="mark-clock"),
    path("cases/<str:case>/clocks/zone/", clocks.zone, name="clock-zone"),
    path("cases/<str:case>/clocks/calendar.ics", clocks.calendar, name="calendar"),
    path("cases/<str:case>/threads/new/", threads.open_thread, name="open-thread"),
    path("cases/<str:case>/threads/<str:thread>/", threads.one, name="thread"),
    path("cases/<str:case>/fixes/new/", acts.attach_fix, name="attach-fix"),
    path("cases/<str:case>/publish/", acts.publish, name="publish"),
]
