from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases."""

    name = "levee.cases"
    label = "cases"
