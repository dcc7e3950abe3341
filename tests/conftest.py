"""One PostgreSQL for the test run, with clones of a migrated template."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from levee.settings import settings

hypothesis_settings.register_profile(
    "levee", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("levee")

pytest_plugins = [
    "support.database",
    "support.running",
    "support.coordination",
    "support.receiver",
    "support.stories",
    "support.browsing",
    "support.channels",
    "support.sites",
    "support.world",
]


def pytest_configure(config):
    if "LEVEE_TEST_ROOT" not in os.environ:
        # Not pytest's own folder: the server's account must be able to walk to it, and the socket path is limited.
        root = Path(tempfile.mkdtemp(prefix="levee-test-", dir="/var/tmp"))
        root.chmod(0o711)
        os.environ["LEVEE_TEST_ROOT"] = str(root)
        config.add_cleanup(lambda: shutil.rmtree(root, ignore_errors=True))
    house = Path(os.environ["LEVEE_TEST_ROOT"]) / "house"
    house.mkdir(mode=0o711, exist_ok=True)
    house.chmod(0o711)
    os.environ["LEVEE_DATA_FOLDER"] = str(house)
    settings.cache_clear()  # pytest-django has read them already, and they name the machine's own data folder


@pytest.fixture
def levee_data():
    """The folder of real public data; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("LEVEE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no public test data at {folder}: set LEVEE_DATA")
    return folder
