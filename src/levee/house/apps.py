from django.apps import AppConfig


class HouseConfig(AppConfig):
    """How the clearinghouse works."""

    name = "levee.house"
    label = "house"
