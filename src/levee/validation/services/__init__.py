"""The verbs of validation, one per file."""

from levee.validation.services.changing import try_change
from levee.validation.services.forgetting import forget
from levee.validation.services.judging import judge
from levee.validation.services.preparing import add_control, add_target
from levee.validation.services.validating import VALIDATE, give_up, start, validate

__all__ = ["VALIDATE", "add_control", "add_target", "forget", "give_up", "judge", "start", "try_change", "validate"]
