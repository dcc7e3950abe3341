"""Learning advisories: who is reached, and that nothing is lost on the way, one at a time or many at once."""

from __future__ import annotations

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection

from levee.exposure import selectors, services, tasks
from levee.exposure.models import KnownRange
from levee.inventory import services as inventory
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from support.database import as_role


@pytest.fixture
def run(world):
    """A run of the clearinghouse."""
    return world.actor(world.house, Role.MEMBER, kind=PrincipalKind.SERVICE)


@pytest.fixture
def operators(world):
    """Operators by the version of lodash that each of them has."""

    def have(*versions):
        found = {}
        for version in versions:
            actor = world.actor(world.organisation(OrganisationKind.OPERATOR, f"has {version}"), Role.MEMBER)
            rows = f"asset,name,version,ecosystem\nweb,lodash,{version},npm\nweb,ini,1.3.8,npm\n"
            inventory.import_file(actor, rows.encode(), filename="a.csv", name="a")
            found[version] = actor
        return found

    return have


def learn(run, *advisories):
    with as_role(DbRole.MATCHER):
        return services.learn_many(run, advisories)


def test_only_operators_inside_an_interval_are_reached(run, house, operators):
    has = operators("4.17.11", "4.17.12", "4.17.11-rc.1", "nightly")
    learnt = learn(run, house.advisory(fixed="4.17.12"))
    reached = {version for version, actor in has.items() if actor.party in learnt.operators}
    assert reached == {"4.17.11", "4.17.11-rc.1", "nightly"}


def test_whoever_lists_an_rpm_without_its_epoch_is_reached_wherever_the_interval_begins(run, world, house):
    operator = world.actor(world.organisation(OrganisationKind.OPERATOR), Role.MEMBER)
    rows = b"asset,name,version,ecosystem\nweb,openssl,3.0.7-20.el9,Red Hat:9\n"
    inventory.import_file(operator, rows, filename="a.csv", name="a")
    advisory = house.advisory(
        ecosystem="Red Hat:9", package="openssl", introduced="1:3.0.7-18.el9", fixed="1:3.0.7-25.el9"
    )
    assert learn(run, advisory).operators == (operator.party,)


def test_advisories_that_were_learnt_before_get_their_intervals_for_rpms_without_an_epoch(run, house):
    spoken = {"ecosystem": "Red Hat:9", "package": "openssl", "introduced": "1:3.0.7-18.el9", "fixed": "1:3.0.7-25.el9"}
    learn(run, house.advisory("ADV-1", **spoken), house.advisory("ADV-2"))
    with as_role(DbRole.MATCHER), acting(run):
        every = KnownRange.unscoped.values_list("ecosystem", "lo", "hi", "certain").order_by("ecosystem", "lo")
        before = list(every)
        KnownRange.unscoped.filter(certain=False).delete()
        assert len(every.all()) == len(before) - 1
        import_module("levee.exposure.migrations.0008_epochs").fill(apps, None)
        assert list(every.all()) == before


def test_the_components_inside_are_found_by_one_join(run, house, operators):
    has = operators("4.17.11", "4.17.12")
    advisory = house.advisory(fixed="4.17.12")
    learn(run, advisory)
    with as_role(DbRole.MATCHER), acting(run), connection.cursor() as cursor:
        cursor.execute("select advisory, organisation from levee_components_reached(%s)", [[advisory.id]])
        assert cursor.fetchall() == [(advisory.id, has["4.17.11"].party)]
    with as_role(DbRole.MATCHER), acting(has["4.17.11"]), connection.cursor() as cursor:
        cursor.execute("select advisory, organisation from levee_components_reached(%s)", [[advisory.id]])
        assert cursor.fetchall() == []  # who holds what is told to runs of the house alone


def test_a_version_without_an_order_is_shown_as_unknown_not_left_out(run, house, operators, world):
    actor = operators("nightly")["nightly"]
    learn(run, house.advisory(fixed="4.17.12"))
    tell(actor, world)
    (action,) = selectors.actions(actor)
    assert not action.remedy.certain
    assert "has no order" in selectors.action(actor, action.id).matches[0].explanation.because


def tell(actor, world):
    """Match an operator anew, as its run does."""
    run = world.actor(actor.party, Role.MEMBER, kind=PrincipalKind.SERVICE)
    with as_role(DbRole.MATCHER):
        services.match_all(run)


def test_an_edit_retracts_from_those_who_left_the_interval_and_raises_for_those_who_came_in(
    run, house, operators, world
):
    has = operators("4.17.11", "4.17.15")
    first = house.advisory(fixed="4.17.12")
    learn(run, first)
    for actor in has.values():
        tell(actor, world)
    assert [len(selectors.actions(actor)) for actor in has.values()] == [1, 0]

    ranges = [{"type": "SEMVER", "events": [{"introduced": "4.17.13"}, {"fixed": "4.17.20"}]}]
    edited = house.advisory(key=first.id)
    edited.osv["affected"][0]["ranges"] = ranges
    assert set(learn(run, edited).operators) == {actor.party for actor in has.values()}
    for actor in has.values():
        tell(actor, world)
    assert [len(selectors.actions(actor)) for actor in has.values()] == [0, 1]

    withdrawn = house.advisory(key=first.id, withdrawn=True)
    assert learn(run, withdrawn).operators == (has["4.17.15"].party,)
    tell(has["4.17.15"], world)
    assert selectors.actions(has["4.17.15"]) == []


def test_an_advisory_that_spoils_the_version_to_go_to_reaches_those_who_were_told_it(run, house, operators, world):
    actor = operators("4.17.11")["4.17.11"]
    learn(run, house.advisory(fixed="4.17.12"))
    tell(actor, world)
    spoils = house.advisory("ADV-2", fixed="4.17.20")
    spoils.osv["affected"][0]["ranges"][0]["events"][0] = {"introduced": "4.17.12"}
    assert learn(run, spoils).operators == (actor.party,)
    tell(actor, world)
    assert [each.title for each in selectors.actions(actor)] == ["Upgrade lodash to 4.17.20"]


def test_what_is_on_record_already_is_passed_over_and_what_is_no_advisory_is_named(run, house, operators):
    actor = operators("4.17.11")["4.17.11"]
    good, other = house.advisory("ADV-1"), house.advisory("ADV-2", package="elsewhere")
    bad = house.advisory("ADV-3")
    del bad.osv["modified"]
    first = learn(run, good, bad, other)
    assert (first.changed, first.unchanged, first.operators) == (2, 0, (actor.party,))
    assert [(each.id, each.name) for each in first.refused] == [(bad.id, "ADV-3")]
    assert "modified" in first.refused[0].reason

    again = learn(run, good, other, house.advisory("ADV-4", package="third", key=uuid4()))
    assert (again.changed, again.unchanged, again.operators) == (1, 2, ())
    news = house.advisory("ADV-1", key=good.id, kev=True)
    news.osv.update(good.osv)
    assert learn(run, news).operators == (actor.party,)


def test_bulk_news_matches_every_touched_operator_in_one_run(run, house, operators, world):
    has = operators("4.17.11", "4.17.99")
    with as_role(DbRole.MATCHER):
        tasks.learn_many_and_spread(run, [house.advisory("ADV-1"), house.advisory("ADV-2", package="ini", fixed="2")])
    house.work()
    assert [len(selectors.actions(actor)) for actor in has.values()] == [2, 1]
