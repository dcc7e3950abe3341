from django.apps import AppConfig


class FixesConfig(AppConfig):
    """Fixes."""

    name = "levee.fixes"
    label = "fixes"
