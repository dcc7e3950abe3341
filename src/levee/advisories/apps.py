from django.apps import AppConfig


class AdvisoriesConfig(AppConfig):
    """Advisories."""

    name = "levee.advisories"
    label = "advisories"
