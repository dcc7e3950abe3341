"""The sandbox of this host, with users and folders of this worker's own."""

from __future__ import annotations

import os

import pytest

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox.start import open_sandbox
from support.users import place_of


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("the sandbox needs root")
    try:
        return open_sandbox(data_folder=tmp_path_factory.mktemp("sandbox"), **place_of("packs"))
    except UnsafeSetup as error:
        pytest.skip(f"the sandbox refuses this host: {error}")
