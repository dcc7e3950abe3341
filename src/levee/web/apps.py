from django.apps import AppConfig


class WebConfig(AppConfig):
    """Templates, tags and views."""

    name = "levee.web"
    label = "web"
