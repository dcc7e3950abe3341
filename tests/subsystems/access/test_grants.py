from uuid import uuid4

import pytest

from levee.access import services
from levee.access.models import Grant
from levee.access.selectors import actor_of, capacity, clearinghouse
from levee.platform.database.acting import acting
from levee.policy.actors import Capacity, OrganisationKind, Role


def test_an_actor_is_read_from_its_principal_alone(world):
    coordinator = world.coordinator()
    assert actor_of(coordinator.id) == coordinator
    assert actor_of(uuid4()) is None


def test_the_clearinghouse_is_known_to_everyone(world):
    with acting(world.finder()):
        assert clearinghouse() == world.house


def test_the_maker_of_a_subject_lets_others_in_and_they_cannot(world):
    finder, stranger = world.finder(), world.finder()
    subject = uuid4()
    with acting(finder) as act:
        services.grant(act, subject=subject, party=finder.party, capacity=Capacity.FINDER)
        services.grant(act, subject=subject, party=world.house, capacity=Capacity.OWNER)
        assert capacity(act, subject) is Capacity.FINDER
    with pytest.raises(Exception, match="row-level security"), acting(stranger) as act:
        services.grant(act, subject=subject, party=stranger.party, capacity=Capacity.OWNER)


def test_nobody_sees_another_partys_grants(world):
    finder, stranger = world.finder(), world.finder()
    with acting(finder) as act:
        services.grant(act, subject=uuid4(), party=finder.party, capacity=Capacity.FINDER)
    with acting(stranger):
        assert not Grant.unscoped.exists()


def test_without_an_actor_there_is_nothing(world):
    with acting(world.finder()) as act:
        services.grant(act, subject=uuid4(), party=act.actor.party, capacity=Capacity.FINDER)
    assert not Grant.unscoped.exists()


def test_the_owner_ends_what_it_gave_and_others_do_not(world):
    finder, coordinator = world.finder(), world.coordinator()
    vendor = world.actor(world.organisation(OrganisationKind.VENDOR), Role.MEMBER)
    subject = uuid4()
    with acting(coordinator) as act:
        services.grant(act, subject=subject, party=world.house, capacity=Capacity.OWNER)
        services.grant(act, subject=subject, party=vendor.party, capacity=Capacity.VENDOR)
    with acting(finder) as act:
        assert not services.end(act, subject=subject, party=vendor.party)
    with acting(coordinator) as act:
        assert services.end(act, subject=subject, party=vendor.party)
    with acting(vendor) as act:
        assert capacity(act, subject) is None
