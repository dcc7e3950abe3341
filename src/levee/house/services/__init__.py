"""What the house's own people do about how it works."""

from levee.house.services.choosing import choose
from levee.house.services.closings import close, end_closing
from levee.house.services.duty import alarm, end_shift, hand_over_duty, plan_shift
from levee.house.services.forgetting import forget

__all__ = ["alarm", "choose", "close", "end_closing", "end_shift", "forget", "hand_over_duty", "plan_shift"]
