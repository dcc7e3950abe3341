"""The engine on this host's sandbox, and the registries' packages, fetched once and kept."""

from __future__ import annotations

import os
import secrets
from functools import cache

import pytest

from levee.kernel.errors import Unavailable, UnsafeSetup
from levee.platform.sandbox.start import open_sandbox
from levee.validation.engine.engine import Engine
from levee.validation.engine.fetching import fetch_target
from levee.validation.engine.trial import Rules
from support.users import place_of


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("the sandbox needs root, and refuses without it")
    data = tmp_path_factory.mktemp("sandbox")
    try:
        return open_sandbox(data_folder=data, **place_of("forgeries"))
    except UnsafeSetup as error:
        pytest.skip(f"the sandbox refuses this host: {error}")


@pytest.fixture(scope="session")
def engine_with(sandbox, tmp_path_factory):
    """An engine with some rules switched off; none by default."""

    @cache
    def make(**rules):
        folder = tmp_path_factory.mktemp("engine")
        folder.chmod(0o755)
        return Engine(sandbox=sandbox, folder=folder, random=secrets.token_bytes, _rules=Rules(**rules))

    return make


@pytest.fixture(scope="session")
def fetched(pytestconfig):
    """Targets by spec, kept between sessions; skips where no registry answers."""
    folder = pytestconfig.cache.mkdir("targets")

    @cache
    def fetch(spec):
        try:
            return fetch_target(spec, folder=folder)
        except Unavailable as error:
            pytest.skip(f"no package registry answers: {error}")

    return fetch


@pytest.fixture(scope="session")
def seed():
    """Drawn anew for each session, so that nothing can be fitted to it; shown where a test fails."""
    return int(os.environ.get("LEVEE_FORGERY_SEED") or secrets.randbelow(1 << 32))
