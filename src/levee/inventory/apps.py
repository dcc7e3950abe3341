from django.apps import AppConfig


class InventoryConfig(AppConfig):
    """Inventory."""

    name = "levee.inventory"
    label = "inventory"
