from __future__ import annotations

from django.urls import path

from levee.web.operators import actions, assets, brief, exceptions, feeds, forensics, inventories, priority

app_name = "operators"
urlpatterns = [
    path("actions/", actions.listed, name="actions"),
    path("actions/<str:action>/", actions.one, name="action"),
    path("actions/<str:action>/claim/", actions.claim, name="claim"),
    path("actions/<str:action>/take-back/", actions.take_back, name="take-back"),
    path("actions/<str:action>/exception/", exceptions.ask, name="request-exception"),
    path("exceptions/", exceptions.listed, name="exceptions"),
    path("exceptions/<str:exception>/approve/", exceptions.approve, name="approve"),
    path("exceptions/<str:exception>/refuse/", exceptions.refuse, name="refuse"),
    path("exceptions/<str:exception>/withdraw/", exceptions.withdraw, name="withdraw"),
    path("forensics/", forensics.listed, name="forensics"),
    path("forensics/evidence/<str:evidence>/", forensics.evidence, name="evidence"),
    path("forensics/<str:forensic>/", forensics.one, name="forensic"),
    path("forensics/<str:forensic>/write/", forensics.write, name="write"),
    path("forensics/<str:forensic>/verdict/", forensics.verdict, name="verdict"),
    path("priority/", priority.shown, name="priority"),
    path("priority/choose/", priority.choose, name="choose"),
    path("priority/tables/", priority.add_table, name="add-table"),
    path("brief/", brief.shown, name="brief"),
    path("brief/brief.pdf", brief.pdf, name="brief-pdf"),
    path("brief/brief.txt", brief.text, name="brief-text"),
    path("feeds/", feeds.listed, name="feeds"),
    path("feeds/add/", feeds.add, name="add-feed"),
    path("feeds/<str:name>/", feeds.one, name="feed"),
    path("feeds/<str:name>/pull/", feeds.pull, name="pull-feed"),
    path("feeds/<str:name>/load/", feeds.load, name="load-feed"),
    path("inventory/", inventories.listed, name="inventories"),
    path("inventory/import/", inventories.import_file, name="import"),
    path("inventory/preview/", inventories.preview, name="preview"),
    path("inventory/imports/<str:done>/", inventories.one_import, name="imported"),
    path("inventory/assets/<str:asset>/", assets.one, name="asset"),
    path("inventory/assets/<str:asset>/facts/", assets.state_facts, name="facts"),
    path("inventory/<str:inventory>/", inventories.one, name="inventory"),
]
