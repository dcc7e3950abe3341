from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Who is who."""

    name = "levee.identity"
    label = "identity"
