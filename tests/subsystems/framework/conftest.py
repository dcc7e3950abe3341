import pytest

from levee.frontier import services
from support.frontier import sides_in, signed_in


@pytest.fixture
def sides(world):
    return sides_in(world)


@pytest.fixture
def signed(sides):
    return signed_in(sides)


@pytest.fixture
def given(sides, signed):
    """An agreement that both sides signed, with the access given."""
    services.give(sides.developer, signed)
    return signed
