from django.apps import AppConfig
from django.db.backends.signals import connection_created

from levee.platform.database.instants import read_at_once


class PlatformConfig(AppConfig):
    """The platform's own few tables."""

    name = "levee.platform"
    label = "platform"

    def ready(self) -> None:
        """Have every connection read instants at once."""
        connection_created.connect(read_at_once, dispatch_uid="levee.platform.instants")
