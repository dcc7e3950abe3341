"""A pull that takes an hour, or an import of a million rows, keeps no match and no letter waiting."""

from __future__ import annotations

from levee.kernel.sides import Side
from levee.platform.jobs import registered


def test_pulls_and_large_imports_have_a_lane_of_their_own():
    slow = registered(Side.OPERATORS, sandboxed=False, slow=True)
    assert sorted(slow) == ["feeds.pull", "feeds.remove", "feeds.take", "inventory.take"]
    assert not set(slow) & set(registered(Side.OPERATORS, sandboxed=False))
