from __future__ import annotations

from django.urls import path

from levee.web.fixes import views

app_name = "fixes"
urlpatterns = [
    path("fixes/<str:fix>/", views.one, name="one"),
    path("fixes/<str:fix>/patch/", views.patch, name="patch"),
]
