import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
if str(PROJECT) not in sys.path:
    sys.path.insert(0, str(PROJECT))


@pytest.fixture(scope="session")
def samples():
    """The folder of samples: programs, proofs and worlds written for Levee."""
    return PROJECT / "samples"
