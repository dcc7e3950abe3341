"""Jobs: taking large files in."""

from levee.inventory.intakes.sending import TAKE
from levee.inventory.intakes.taking import gave_up, take

__all__ = ["TAKE", "gave_up", "take"]
