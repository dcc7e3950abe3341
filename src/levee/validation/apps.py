from django.apps import AppConfig


class ValidationConfig(AppConfig):
    """Validation."""

    name = "levee.validation"
    label = "validation"
