"""Which findings are one. A signature groups; only execution joins; everything can be undone."""

from levee.clustering.services.comparing import COMPARE, compare
from levee.clustering.services.offering import offer_fix
from levee.clustering.services.placing import PLACE, place
from levee.clustering.services.undoing import put_back, take_out, undo_merge

__all__ = ["COMPARE", "PLACE", "compare", "offer_fix", "place", "put_back", "take_out", "undo_merge"]
