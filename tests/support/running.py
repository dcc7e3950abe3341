"""A worker for tests: a real runner with a real sandbox, and jobs worked off here and now."""

from __future__ import annotations

import json
import os

import pytest

from levee.kernel.sides import Side
from samples import tidepack_release
from samples.flood.slop import tidepack_bytes
from support.users import place_of


@pytest.fixture(scope="session")
def runner(tmp_path_factory):
    """A runner with users, slots and folders of this worker's own."""
    if os.geteuid() != 0:
        pytest.skip("the runner needs root, and refuses without it")
    from levee.app.working import HANDLERS
    from levee.platform.runner.dispatch import Runner

    with Runner(handlers=HANDLERS, data_folder=tmp_path_factory.mktemp("house"), **place_of("runner")) as runner:
        yield runner


@pytest.fixture(scope="session")
def builds():
    """Builds of targets, kept from test to test as a worker keeps them from job to job."""
    from levee.platform.runner.kept import KeptAnswers

    return KeptAnswers(most=64 * 1024 * 1024)


@pytest.fixture
def equipped(runner, builds, wired, tmp_path):
    """The house as a worker has it."""
    from levee.platform.ports import replaced
    from levee.platform.signing import EvidenceSigner

    with replaced(runner=runner, builds=builds, evidence=EvidenceSigner(tmp_path / "keys")):
        yield


def work() -> int:
    """Work the queues of both sides off as their workers do; returns how many jobs there were."""
    from levee.platform.database.roles import DbRole
    from levee.platform.jobs import run_pending
    from support.database import by_default

    done, before = 0, -1
    while done > before:
        before = done
        for role in (DbRole.WORKER, DbRole.MATCHER):
            with by_default(role):
                done += run_pending()
    return done


@pytest.fixture(scope="session")
def tidepack(tmp_path_factory):
    """Archives of the sample's releases, by version."""
    from levee.validation.engine.fetching import folder_target

    folder = tmp_path_factory.mktemp("tidepack")
    trees = (tidepack_release.lay_out(folder / "flawed"), tidepack_release.fixed_release(folder / "fixed"))
    return {target.version: target.archives[0].data for target in map(folder_target, trees)}


@pytest.fixture
def registered(world, equipped, tidepack):
    """A world whose coordinator registered both releases of tidepack."""
    from levee.validation import services

    coordinator = world.coordinator()
    for packed in tidepack.values():
        services.add_target(coordinator, "tidepack", packed)
    return coordinator


def patch(name: str) -> bytes:
    """One of the sample's patches."""
    return (tidepack_release.PATCHES / f"{name}.patch").read_bytes()


def crash_proof(data: bytes) -> dict:
    """A proof of the bytes form for tidepack's reader."""
    return tidepack_bytes(data)


def hand_in(finder, proof, *, key, target="source:tidepack@1.0.0", contrast="1.1.0", **changes):
    """Hand a finding in; returns its key."""
    from levee.findings import services
    from levee.findings.submission import read

    document = {
        "title": "A finding",
        "description": "words",
        "target": target,
        "contrast": contrast,
        "provenance": {"tool": "harrow"},
        "key": key,
        **({"proof": proof} if proof is not None else {"why_no_proof": "it needs the vendor's own board"}),
        **changes,
    }
    return services.submit(finder, read(json.loads(json.dumps(document)))).finding


def service(world, party=None, subject=None, side=Side.CLEARINGHOUSE):
    """A run of the clearinghouse, or of another party or side."""
    from uuid import uuid4

    from levee.platform.models import Run
    from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Standing
    from support.database import as_role

    key, acts_for = uuid4(), party or world.house
    with as_role(world.owner_role):
        Run.unscoped.create(
            id=key, kind="test", side=side, subject=subject or uuid4(), party=acts_for, enqueued_at=world.clock.now()
        )
    return Actor(
        id=key,
        kind=PrincipalKind.SERVICE,
        party=acts_for,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
    )
