from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Alerts."""

    name = "levee.alerts"
    label = "alerts"
