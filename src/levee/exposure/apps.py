from django.apps import AppConfig


class ExposureConfig(AppConfig):
    """Exposure."""

    name = "levee.exposure"
    label = "exposure"
