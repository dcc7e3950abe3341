from django.apps import AppConfig


class FrontierConfig(AppConfig):
    """The voluntary framework."""

    name = "levee.frontier"
    label = "frontier"
