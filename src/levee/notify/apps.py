from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """Notify."""

    name = "levee.notify"
    label = "notify"
