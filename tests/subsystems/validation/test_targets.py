import io
import json
import tarfile
from datetime import timedelta

import pytest

from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.policy.actors import PrincipalKind, Role
from levee.validation import selectors, services
from support.running import crash_proof


def archive(version="1.0", name="pump"):
    manifest = {"levee": "target/1", "name": name, "version": version, "language": "c", "build": [], "programs": {}}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as packed:
        data = json.dumps(manifest).encode()
        info = tarfile.TarInfo("levee-target.json")
        info.size = len(data)
        packed.addfile(info, io.BytesIO(data))
    return made.getvalue()


def test_a_coordinator_registers_versions_of_a_source_target(world):
    coordinator = world.coordinator()
    assert services.add_target(coordinator, "pump", archive("1.0")) == "source:pump@1.0"
    world.clock.advance(timedelta(hours=1))
    services.add_target(coordinator, "pump", archive("1.1"))
    services.add_control(coordinator, "source:pump@1.0", json.dumps(crash_proof(b"x")).encode())
    assert [(each.spec, each.controls) for each in selectors.targets(coordinator)] == [
        ("source:pump@1.1", 0),
        ("source:pump@1.0", 1),
    ]


def test_the_same_again_changes_nothing_and_other_bytes_need_a_version_of_their_own(world):
    coordinator = world.coordinator()
    services.add_target(coordinator, "pump", archive())
    services.add_target(coordinator, "pump", archive())
    proof = json.dumps(crash_proof(b"x")).encode()
    services.add_control(coordinator, "source:pump@1.0", proof)
    services.add_control(coordinator, "source:pump@1.0", proof)
    assert [each.controls for each in selectors.targets(coordinator)] == [1]
    with pytest.raises(Conflict):
        services.add_target(coordinator, "pump", archive() + bytes(512))


def test_what_is_no_target_is_refused_with_its_place(world):
    coordinator = world.coordinator()
    with pytest.raises(BadInput):
        services.add_target(coordinator, "pump", b"no archive")
    with pytest.raises(BadInput) as refused:
        services.add_target(coordinator, "engine", archive())
    assert refused.value.place == "name"
    with pytest.raises(BadInput):
        services.add_control(coordinator, "source:pump", json.dumps(crash_proof(b"x")).encode())
    with pytest.raises(BadInput):
        services.add_control(coordinator, "source:pump@1.0", b"{}")


def test_only_coordinators_register_and_only_the_house_sees(world):
    coordinator, finder = world.coordinator(), world.finder()
    services.add_target(coordinator, "pump", archive())
    assert selectors.targets(finder) == []
    for actor in (
        finder,
        world.actor(world.house, Role.MEMBER),
        world.actor(world.house, Role.MEMBER, Role.COORDINATOR, kind=PrincipalKind.AGENT),
    ):
        with pytest.raises((Forbidden, NotFound)):
            services.add_target(actor, "pump", archive("2"))


def told_about(world, finder, target):
    """What a finder learns of a target that it names, by the run that looks for it."""
    from levee.validation.sources import fetched

    with pytest.raises(NotFound) as refused:
        fetched(world.coordinator(), target, handed_in_by=finder.party)
    return refused.value.message.replace(target.removeprefix("source:").replace("@", " "), "NAME")


def test_a_target_that_is_not_open_to_an_organisation_is_to_it_as_if_there_were_none(world):
    from levee.validation.sources import fetched

    theirs, stranger = world.finder("Theirs"), world.finder("Stranger")
    services.add_target(world.coordinator(), "pump", archive("1.0"), open_to=[theirs.party])
    assert fetched(world.coordinator(), "source:pump@1.0", handed_in_by=theirs.party).name == "pump"
    assert fetched(world.coordinator(), "source:pump").version == "1.0"
    assert told_about(world, stranger, "source:pump@1.0") == told_about(world, stranger, "source:none@1.0")
    assert told_about(world, stranger, "source:pump") == told_about(world, stranger, "source:none")
    services.add_target(world.coordinator(), "pump", archive("0.9"))
    assert fetched(world.coordinator(), "source:pump", handed_in_by=stranger.party).version == "0.9"
