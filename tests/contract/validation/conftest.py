"""The engine on this host's sandbox, with users and folders of this worker's own."""

from __future__ import annotations

import os
import secrets

import pytest

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox.start import open_sandbox
from levee.validation.engine.engine import Engine
from support.users import place_of


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("the sandbox needs root")
    data = tmp_path_factory.mktemp("sandbox")
    try:
        return open_sandbox(data_folder=data, **place_of("engine"))
    except UnsafeSetup as error:
        pytest.skip(f"the sandbox refuses this host: {error}")


@pytest.fixture(scope="session")
def make_engine(sandbox, tmp_path_factory):
    def make(**rules):
        folder = tmp_path_factory.mktemp("engine")
        folder.chmod(0o755)
        return Engine(sandbox=sandbox, folder=folder, random=secrets.token_bytes, **rules)

    return make


@pytest.fixture(scope="session")
def engine(make_engine):
    return make_engine()


@pytest.fixture(scope="session")
def judged(engine):
    """Judge a proof given as bytes."""

    def judge(proof, target, contrast=None, *, by=engine):
        return by.judge(by.read(proof), target, contrast)

    return judge
