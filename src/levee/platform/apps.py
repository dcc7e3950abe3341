from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """The platform's own few tables."""

    name = "levee.platform"
    label = "platform"
