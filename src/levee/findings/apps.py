from django.apps import AppConfig


class FindingsConfig(AppConfig):
    """Findings."""

    name = "levee.findings"
    label = "findings"
