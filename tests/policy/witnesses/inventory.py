from __future__ import annotations

from levee.inventory import scopes
from levee.inventory.models import Asset, Component, Finding, Import, Intake, Inventory, Part
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from levee.policy.decide import Facts
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


def parts(world):
    Part.unscoped.bulk_create(
        Part(id=each, organisation=world.owners[each], of=each, list="added", at=1000, lines=[])
        for each in world.subjects
    )


def intakes(world):
    Intake.unscoped.bulk_create(
        Intake(
            id=each,
            organisation=world.owners[each],
            principal=each,
            at=THEN,
            name="n",
            filename="f",
            corrections={},
            original=each,
            original_size=1,
            likeness=each.bytes,
            state="failed",
            look=False,
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


def findings(world):
    silent = [
        "stated",
        "purl",
        "ecosystem",
        "name",
        "version",
        "fixed",
        "location",
        "solution",
        "settled",
        "subject_version",
    ]
    Finding.unscoped.bulk_create(
        Finding(
            id=each,
            organisation=world.owners[each],
            inventory=each,
            asset=each,
            identity=each.bytes,
            place="p",
            source="s",
            rule="r",
            vulnerabilities=[],
            title="t",
            severity="low",
            subject_ecosystem="advice",
            subject="t",
            since=THEN,
            evidence_at=THEN,
            **dict.fromkeys(silent, ""),
        )
        for each in world.subjects
    )


def take_in(world, _actor, subject):
    return (
        "insert into inventory_inventory (id, organisation, name, last_import, imported_at) "
        "values (%s, %s, 'n', %s, %s)",
        [world.key(), world.owners[subject], subject, THEN],
    )


def add_import(world, _actor, subject):
    return (
        "insert into inventory_import (id, organisation, inventory, principal, at, filename, format, original, "
        "original_size, rows, components, unmatchable, findings, not_understood, diff) "
        "values (%s, %s, %s, %s, %s, 'f', 'CSV', %s, 1, 1, 1, 0, 0, '[]', '{}')",
        [world.key(), world.owners[subject], subject, subject, THEN, subject],
    )


def add_asset(world, _actor, subject):
    return (
        "insert into inventory_asset (id, organisation, inventory, name, owner, owner_name, environment, criticality, "
        'type, "window", exposure, exposure_source, exposure_at, said) '
        "values (%s, %s, %s, 'b', 'us', '', '', 'low', 'it', '', 'no', 's', %s, '{}')",
        [world.key(), world.owners[subject], subject, THEN],
    )


def add_component(world, _actor, subject):
    return (
        "insert into inventory_component (id, organisation, inventory, asset, place, stated, purl, ecosystem, name, "
        "version, unmatchable, source, since) values (%s, %s, %s, %s, 'p', 's', '', '', '', '', '', '', %s)",
        [world.key(), world.owners[subject], subject, subject, THEN],
    )


def add_finding(world, _actor, subject):
    return (
        "insert into inventory_finding (id, organisation, inventory, asset, identity, place, source, rule, "
        "vulnerabilities, title, severity, stated, purl, ecosystem, name, version, fixed, location, solution, settled, "
        "subject_ecosystem, subject, subject_version, since, evidence_at) values (%s, %s, %s, %s, '1', 'p', 's', 'r', "
        "'{}', 't', 'low', '', '', '', '', '', '', '', '', '', 'advice', 't', '', %s, %s)",
        [world.key(), world.owners[subject], subject, subject, THEN, THEN],
    )


def renew(_world, _actor, subject):
    return "update inventory_inventory set imported_at = now() where id = %s", [subject]


def state_fact(_world, _actor, subject):
    return "update inventory_asset set exposure = 'yes' where id = %s", [subject]


def end_component(_world, _actor, subject):
    return "update inventory_component set gone_at = now() where id = %s", [subject]


def end_finding(_world, _actor, subject):
    return "update inventory_finding set gone_at = now() where id = %s", [subject]


def add_part(world, _actor, subject):
    return (
        "insert into inventory_part (id, organisation, \"of\", list, at, lines) values (%s, %s, %s, 'added', 0, '[]')",
        [world.key(), world.owners[subject], subject],
    )


def hand_in(world, actor, subject):
    return (
        "insert into inventory_intake (id, organisation, principal, at, name, filename, corrections, original, "
        "original_size, likeness, state, look, progress) "
        "values (%s, %s, %s, %s, 'n', 'f', '{}', %s, 1, %s, 'waiting', false, 0)",
        [world.key(), world.owners[subject], actor.id, THEN, subject, world.key().bytes],
    )


def go_on(_world, _actor, subject):
    return "update inventory_intake set state = 'waiting' where id = %s", [subject]


def forget(_world, _actor, subject):
    return "delete from inventory_intake where id = %s", [subject]


def by_owner_itself(world, actor, subject):
    """Files are handed in and forgotten by members: the job that takes one in has no privilege for that."""
    return Facts(own=by_owner(world, actor, subject).own and actor.kind is not PrincipalKind.SERVICE)


def nothing_yet(_world):
    """The rows that are tried need no others."""


WITNESSES = (
    *(
        See(action=Action.INVENTORY_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in (
            (Inventory, inventories),
            (Import, imports),
            (Asset, assets),
            (Component, components),
            (Finding, findings),
            (Part, parts),
            (Intake, intakes),
        )
    ),
    *(
        Do(action=Action.INVENTORY_IMPORT, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (nothing_yet, take_in),
            (nothing_yet, add_import),
            (nothing_yet, add_asset),
            (nothing_yet, add_component),
            (nothing_yet, add_finding),
            (inventories, renew),
            (assets, state_fact),
            (components, end_component),
            (findings, end_finding),
            (nothing_yet, add_part),
            (intakes, go_on),
        )
    ),
    *(
        Do(action=Action.INVENTORY_IMPORT, plant=plant, attempt=attempt, facts=by_owner_itself)
        for plant, attempt in ((nothing_yet, hand_in), (intakes, forget))
    ),
)
