"""What the house's own people do about how it works."""

from levee.house.services.choosing import choose
from levee.house.services.closings import close, end_closing

__all__ = ["choose", "close", "end_closing"]
