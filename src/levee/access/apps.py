from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Who acts, for which party, and which party was let in where."""

    name = "levee.access"
    label = "access"
