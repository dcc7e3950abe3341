from __future__ import annotations

from levee.inventory import scopes
from levee.inventory.models import Asset, Component, Import, Inventory
from levee.policy.actions import Action
from policy.witnesses.kind import Do, See, by_owner
from policy.worlds import THEN


def inventories(world):
    Inventory.unscoped.bulk_create(
        Inventory(id=each, organisation=world.owners[each], name=str(each), last_import=each, imported_at=THEN)
        for each in world.subjects
    )


def imports(world):
    Import.unscoped.bulk_create(
        Import(
            id=each,
            organisation=world.owners[each],
            inventory=each,
            principal=each,
            at=THEN,
            filename="f",
            format="CSV",
            original=each,
            original_size=1,
            rows=1,
            components=1,
            unmatchable=0,
            not_understood=[],
            diff={},
        )
        for each in world.subjects
    )


def assets(world):
    Asset.unscoped.bulk_create(
        Asset(
            id=each,
            organisation=world.owners[each],
            inventory=each,
            name="a",
            owner="us",
            criticality="low",
            exposure="no",
            exposure_source="s",
            exposure_at=THEN,
        )
        for each in world.subjects
    )


def components(world):
    Component.unscoped.bulk_create(
        Component(
            id=each, organisation=world.owners[each], inventory=each, asset=each, place="p", stated="s", since=THEN
        )
        for each in world.subjects
    )


def take_in(world, _actor, subject):
    return (
        "insert into inventory_inventory (id, organisation, name, last_import, imported_at) "
        "values (%s, %s, 'n', %s, %s)",
        [world.key(), world.owners[subject], subject, THEN],
    )


def state_fact(_world, _actor, subject):
    return "update inventory_asset set exposure = 'yes' where id = %s", [subject]


def end_component(_world, _actor, subject):
    return "update inventory_component set gone_at = now() where id = %s", [subject]


WITNESSES = (
    *(
        See(action=Action.INVENTORY_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in ((Inventory, inventories), (Import, imports), (Asset, assets), (Component, components))
    ),
    Do(action=Action.INVENTORY_IMPORT, attempt=take_in, facts=by_owner),
    Do(action=Action.INVENTORY_IMPORT, plant=assets, attempt=state_fact, facts=by_owner),
    Do(action=Action.INVENTORY_IMPORT, plant=components, attempt=end_component, facts=by_owner),
)
