from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Feeds."""

    name = "levee.feeds"
    label = "feeds"
