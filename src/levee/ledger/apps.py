from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The logs of who did what."""

    name = "levee.ledger"
    label = "ledger"
