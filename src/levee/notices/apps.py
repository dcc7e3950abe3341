from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices to operators."""

    name = "levee.notices"
    label = "notices"
