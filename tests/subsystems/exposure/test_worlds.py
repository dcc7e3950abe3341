"""Whole synthetic operators, of which it is known what the advisories hit and what the second inventory still holds."""

import pytest

from levee.exposure import selectors
from levee.exposure.actions.states import State
from levee.inventory import services as inventory
from levee.inventory.types import Owner
from samples.worlds import HIT, WORLDS, after_fixes
from samples.worlds.files import cyclonedx, software_csv
from samples.worlds.world import is_hit

ECOSYSTEMS = {"npm": "npm", "pypi": "PyPI", "generic": "GIT"}
EVERY = (State.OPEN, State.CLAIMED, State.CONFIRMED, State.RETRACTED, State.REPLACED)


def hit_places(world):
    return {
        (asset.name, package.name.lower()) for asset in world.assets for package in asset.packages if is_hit(package)
    }


def publish_all(house):
    for (kind, name), (_, fixed) in HIT.items():
        house.publish(
            house.advisory(
                f"ADV-{name}",
                package=name,
                ecosystem=ECOSYSTEMS[kind],
                fixed=fixed,
                kev=False,
                automatable=True,
                technical_impact="partial",
            )
        )


def open_places(operator):
    found = [selectors.action(operator, each.id) for each in selectors.actions(operator, states=EVERY, limit=500)]
    return {
        (match.asset_name, detail.action.remedy.package.lower())
        for detail in found
        for match in detail.matches
        if match.ended_at is None
    }


@pytest.mark.parametrize("name", WORLDS)
def test_all_that_is_hit_is_found_folded_and_confirmed_and_nothing_else(name, operator, house):
    world = WORLDS[name](1)
    publish_all(house)
    inventory.import_file(operator, cyclonedx(world).encode(), filename="fleet.cdx.json", name="fleet")
    house.work()
    assert open_places(operator) == hit_places(world)
    todo = selectors.actions(operator, limit=500)
    owners = {
        (package.name, asset.owner, asset.owner_name)
        for asset in world.assets
        for package in asset.packages
        if is_hit(package)
    }
    assert len(todo) == len(owners)
    assert len(selectors.actions(operator)) <= 10
    assert all(each.remedy.owner in Owner for each in todo)

    house.clock.advance(house.clock.now() - house.clock.now().replace(hour=0))
    later = after_fixes(world)
    done = inventory.import_file(operator, cyclonedx(later.world).encode(), filename="fleet.cdx.json", name="fleet")
    house.work()
    assert len(done.diff.changed) == len(hit_places(world)) - len(later.left)
    assert (done.diff.added, done.diff.removed) == ((), ())
    left = {(asset, package.name.lower()) for asset, package in later.left}
    assert open_places(operator) == left
    assert {place for each in selectors.actions(operator, limit=500) for place in each.assets} == {
        asset for asset, _ in left
    }


def test_both_files_of_an_operator_state_the_same(operator):
    world = WORLDS["bank"](1)
    first = inventory.import_file(operator, cyclonedx(world).encode(), filename="fleet.cdx.json", name="fleet")
    second = inventory.import_file(operator, software_csv(world).encode(), filename="software.csv", name="fleet")
    assert first.components == second.components
    assert second.diff.empty
