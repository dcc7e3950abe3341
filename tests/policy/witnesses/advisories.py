from __future__ import annotations

from datetime import timedelta

from levee.advisories import scopes
from levee.advisories.models import Advisory, Mitigation, Publication, Recipient
from levee.cases.models import Case
from levee.house.models import Setting
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from policy.witnesses.kind import Do, See, of_the_house, person, sight
from policy.worlds import HOUSE, THEN


def plant(world):
    Advisory.unscoped.bulk_create(
        Advisory(
            id=world.key(),
            case=each,
            name="LVE-2026-AAAAAAAA",
            title="t",
            summary="s",
            osv="{}",
            csaf="{}",
            state="publishing",
            decided_at=THEN,
        )
        for each in world.subjects
    )


def plant_publications(world):
    """For each subject one that waits, one that was agreed to, and one that a stranger published alone."""
    Publication.unscoped.bulk_create(
        Publication(
            id=world.key(),
            case=each,
            name=name,
            draft="{}",
            osv="{}",
            csaf="{}",
            digest="d",
            asked_by=world.key(),
            asked_at=THEN,
            **more,
        )
        for each in world.subjects
        for name, more in (
            ("waits", {}),
            ("agreed", {"agreed": True, "settled_by": world.key(), "settled_at": THEN}),
            ("alone", {"alone": "urgent", "agreed": True, "settled_at": THEN}),
        )
    )


def is_out(world, subject):
    """The flaw of every second subject is public."""
    return world.subjects.index(subject) % 2 == 0


def plant_cases(world):
    Case.unscoped.bulk_create(
        Case(
            id=each,
            house=world.owners[each],
            cluster=world.key(),
            title="t",
            summary="",
            embargo="none",
            embargo_end=THEN,
            opened_at=THEN,
            everyone=world.key(),
            internal=world.key(),
            world="vfdPxa" if is_out(world, each) else "vfdpxA",
        )
        for each in world.subjects
    )


def allows_one(world, party):
    """Every second organisation lets one person publish; the others did so once, and do no more."""
    return party != HOUSE and list(world.parties).index(party) % 2 == 1


def plant_settings(world):
    Setting.unscoped.bulk_create(
        Setting(id=world.key(), house=party, name="publish_alone", value=value, because="b", by=party, at=at)
        for party in world.parties
        if party != HOUSE
        for value, at in (("yes", THEN), *([] if allows_one(world, party) else [("no", THEN + timedelta(days=1))]))
    )


def publish(name):
    def attempt(world, _actor, subject):
        return (
            'with free as (select %s::uuid as c) insert into advisories_advisory (id, "case", name, title, summary, '
            "osv, csaf, state, decided_at) select %s, c, %s, 't', 's', '', '', 'publishing', %s from free",
            [subject, world.key(), name, THEN],
        )

    return attempt


def ask(*, by=None, alone="", settled=False):
    def attempt(world, actor, subject):
        asked_by = actor.id if by is None else world.key()
        return (
            'insert into advisories_publication (id, "case", name, draft, osv, csaf, digest, asked_by, asked_at, '
            "alone, agreed, settled_by, settled_at, settlement, review) "
            "values (%s, %s, 'n', '', '', '', '', %s, %s, %s, %s, %s, %s, '', '')",
            [
                world.key(),
                subject,
                asked_by,
                THEN,
                alone,
                True if settled else None,
                asked_by if settled else None,
                THEN if settled else None,
            ],
        )

    return attempt


def plant_mitigations(world):
    Mitigation.unscoped.bulk_create(
        Mitigation(
            id=world.key(), case=each, product="p", text="t", label="TLP:AMBER", because="b", by=world.key(), at=THEN
        )
        for each in world.subjects
    )
    Recipient.unscoped.bulk_create(
        Recipient(id=world.key(), case=each, mitigation=world.key(), organisation=world.key(), reason="r")
        for each in world.subjects
    )


def warn(world, actor, subject):
    return (
        'insert into advisories_mitigation (id, "case", product, text, label, because, "by", at) '
        "values (%s, %s, 'p', 't', 'TLP:AMBER', 'b', %s, %s)",
        [world.key(), subject, actor.id, THEN],
    )


def warn_as_another(world, actor, subject):
    statement, values = warn(world, actor, subject)
    return statement, [*values[:2], world.key(), values[3]]


def name_recipient(world, _actor, subject):
    return (
        'insert into advisories_recipient (id, "case", mitigation, organisation, reason) values (%s, %s, %s, %s, %s)',
        [world.key(), subject, world.key(), world.key(), "r"],
    )


def warns_of_attacks(world, actor, subject):
    return coordinates(world, actor, subject) and not is_out(world, subject)


def settle(changes, name):
    def attempt(_world, actor, subject):
        values = [actor.id] if "%s" in changes else []
        return f'update advisories_publication set {changes} where "case" = %s and name = %s', [*values, subject, name]

    return attempt


def coordinates(world, actor, subject):
    owns = world.capacity(actor, subject) is Capacity.OWNER
    return person(actor, Role.COORDINATOR) and of_the_house(actor) and owns


def publishes_what_is_out(world, actor, subject):
    return coordinates(world, actor, subject) and is_out(world, subject)


def publishes_as_allowed(world, actor, subject):
    return coordinates(world, actor, subject) and allows_one(world, actor.party)


def sees_publications(world, actor, subject):
    owns = world.capacity(actor, subject) is Capacity.OWNER
    return sight(actor) and actor.kind is not PrincipalKind.SERVICE and owns


def never(_world, _actor, _subject):
    return False


def show(_world, _actor, subject):
    return "update advisories_advisory set state = 'published' where \"case\" = %s", [subject]


def is_run_of_owner(world, actor, subject):
    owns = world.capacity(actor, subject) is Capacity.OWNER
    return actor.live and actor.kind is PrincipalKind.SERVICE and owns


WITNESSES = (
    Do(plant=plant, attempt=show, says=is_run_of_owner),
    See(action=Action.ADVISORY_SEE, model=Advisory, plant=plant, scope=scopes.visible, column="case"),
    Do(action=Action.ADVISORY_PUBLISH, plant=plant_publications, attempt=publish("agreed")),
    Do(plant=plant_publications, attempt=publish("waits"), says=never),
    See(
        model=Publication,
        plant=plant_publications,
        scope=scopes.publications,
        column="case",
        says=sees_publications,
    ),
    Do(action=Action.ADVISORY_PUBLISH, attempt=ask()),
    *(
        See(model=model, plant=plant_mitigations, scope=scopes.publications, column="case", says=sees_publications)
        for model in (Mitigation, Recipient)
    ),
    Do(plant=plant_cases, attempt=warn, says=warns_of_attacks),
    Do(plant=plant_cases, attempt=warn_as_another, says=never),
    Do(action=Action.NOTICE_SEND, attempt=name_recipient),
    Do(attempt=ask(by="another"), says=never),
    Do(attempt=ask(settled=True), says=never),
    Do(attempt=ask(alone="urgent"), says=never),
    Do(attempt=ask(alone="hurry", settled=True), says=never),
    Do(plant=plant_cases, attempt=ask(alone="urgent", settled=True), says=publishes_what_is_out),
    Do(plant=plant_settings, attempt=ask(alone="allowed", settled=True), says=publishes_as_allowed),
    Do(
        action=Action.ADVISORY_PUBLISH,
        plant=plant_publications,
        attempt=settle("agreed = true, settled_at = now(), settled_by = %s", "waits"),
    ),
    Do(
        plant=plant_publications,
        attempt=settle("agreed = true, settled_at = now(), settled_by = asked_by", "waits"),
        says=never,
    ),
    Do(action=Action.ADVISORY_PUBLISH, plant=plant_publications, attempt=settle("reviewed_by = %s", "alone")),
    Do(plant=plant_publications, attempt=settle("reviewed_by = asked_by", "alone"), says=never),
)
