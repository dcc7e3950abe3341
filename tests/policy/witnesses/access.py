"""Tables that every decision rests on. No action speaks of them: what holds is written here."""

from __future__ import annotations

from uuid import UUID

from levee.access.models import Consent, Party
from levee.identity.models import Organisation
from levee.kernel.sides import Side
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from policy.witnesses import findings, inventory
from policy.witnesses.kind import Do, by_owner, of_the_house, person, sight
from policy.worlds import HOUSE, THEN

INTERMEDIARY = UUID(int=2)


def own(world, actor, subject):
    people = actor.live and actor.kind is not PrincipalKind.SERVICE
    return people and world.owners[subject] == actor.party


def somebody(world, subject):
    people = [actor for actor in world.actors if actor.kind is not PrincipalKind.SERVICE]
    return people[world.subjects.index(subject) % len(people)]


def see_party(world, _actor, subject):
    return "select from access_party where id = %s", [world.owners[subject]]


def add_party(world, _actor, _subject):
    return "insert into access_party (id, kind, standing) values (%s, 'finder', 'joined')", [world.key()]


def change_party(world, _actor, subject):
    return "update access_party set standing = standing where id = %s", [world.owners[subject]]


def see_principal(world, _actor, subject):
    return "select from access_principal where id = %s", [somebody(world, subject).id]


def add_principal(world, _actor, subject):
    return (
        "insert into access_principal (id, party, kind, roles, live, since) values (%s, %s, 'person', '{}', true, %s)",
        [world.key(), world.owners[subject], THEN],
    )


def change_principal(world, _actor, subject):
    return "update access_principal set live = live where id = %s", [somebody(world, subject).id]


def see_grant(world, _actor, subject):
    return "select from access_grant where party = %s and subject = %s", [world.owners[subject], subject]


def granting(capacity, to):
    """An attempt to let a party in to the subject."""

    def add_grant(world, _actor, subject):
        return (
            "insert into access_grant (id, party, subject, capacity, since) values (%s, %s, %s, %s, %s)",
            [world.key(), to(world), subject, capacity, THEN],
        )

    return add_grant


def a_stranger(world):
    return world.key()


def the_house(_world):
    return HOUSE


def a_run(world):
    return next(actor.id for actor in world.actors if actor.kind is PrincipalKind.SERVICE)


def given_by(*givers):
    """The first grant is its maker's own; later ones come from whoever holds the subject in one of these capacities."""

    def may_give(world, actor, subject):
        fresh = not any(about == subject for _, about in world.grants)
        return fresh or (sight(actor) and world.capacity(actor, subject) in givers)

    return may_give


OWNER_ALONE, OWNER_OR_FINDER = given_by(Capacity.OWNER), given_by(Capacity.OWNER, Capacity.FINDER)


def leads(world, actor, subject):
    return own(world, actor, subject) and person(actor, Role.ADMIN)


def lets_in(_world, actor, _subject):
    return of_the_house(actor) and person(actor, Role.ADMIN, Role.COORDINATOR)


def may_add_people(world, actor, subject):
    return leads(world, actor, subject) or lets_in(world, actor, subject)


def is_own_grant(world, actor, subject):
    owner = world.owners[subject]
    return (owner, subject) in world.grants and sight(actor) and owner == actor.party


def may_see_principal(world, actor, subject):
    other = somebody(world, subject)
    colleague = actor.live and actor.kind is not PrincipalKind.SERVICE and other.party == actor.party
    return colleague or other.id == actor.id


def may_change_principal(world, actor, subject):
    return somebody(world, subject).party == actor.party and person(actor, Role.ADMIN)


def consents(world):
    Consent.unscoped.bulk_create(
        Consent(id=each, operator=world.owners[each], intermediary=world.key(), may_act=True, since=THEN)
        for each in world.subjects
    )


def served(world):
    """For each subject a consent that its owner, as an intermediary, was given."""
    Consent.unscoped.bulk_create(
        Consent(
            id=UUID(int=each.int ^ 1),
            operator=world.key(),
            intermediary=world.owners[each],
            may_act=True,
            since=THEN,
        )
        for each in world.subjects
    )


def end_what_was_given(_world, _actor, subject):
    return "update access_consent set ended_at = now() where id = %s", [UUID(int=subject.int ^ 1)]


def give_consent(world, _actor, subject):
    return (
        "insert into access_consent (id, operator, intermediary, may_act, since) values (%s, %s, %s, true, %s)",
        [world.key(), world.owners[subject], INTERMEDIARY, THEN],
    )


def an_intermediary(_world):
    Party.unscoped.bulk_create([Party(id=INTERMEDIARY, kind="intermediary", standing="joined")], ignore_conflicts=True)
    Organisation.unscoped.bulk_create([Organisation(id=INTERMEDIARY, name="n")], ignore_conflicts=True)


def give_to_nobody(world, _actor, subject):
    return (
        "insert into access_consent (id, operator, intermediary, may_act, since) values (%s, %s, %s, true, %s)",
        [world.key(), world.owners[subject], world.key(), THEN],
    )


def withdraw(_world, _actor, subject):
    return "update access_consent set ended_at = now() where id = %s", [subject]


def see_consent(_world, _actor, subject):
    return "select from access_consent where id = %s", [subject]


WITNESSES = (
    *(
        Do(action=action, plant=plant, attempt=attempt, facts=by_owner, side=Side.OPERATORS)
        for action, plant, attempt in (
            (Action.CONSENT_SEE, consents, see_consent),
            (Action.CONSENT_GIVE, an_intermediary, give_consent),
            (Action.CONSENT_GIVE, consents, withdraw),
        )
    ),
    Do(plant=served, attempt=end_what_was_given, says=lambda _world, _actor, _subject: False, side=Side.OPERATORS),
    Do(attempt=give_to_nobody, says=lambda _world, _actor, _subject: False, side=Side.OPERATORS),
    findings.WITNESSES[0],
    inventory.WITNESSES[0],
    Do(attempt=see_party, says=lambda world, actor, subject: own(world, actor, subject) or of_the_house(actor)),
    Do(attempt=add_party, says=lets_in),
    Do(attempt=change_party, says=leads),
    Do(attempt=see_principal, says=may_see_principal),
    Do(attempt=add_principal, says=may_add_people),
    Do(attempt=change_principal, says=may_change_principal),
    Do(attempt=see_grant, says=is_own_grant),
    *(Do(attempt=granting(each, a_stranger), says=OWNER_ALONE) for each in Capacity),
    *(Do(attempt=granting(each, the_house), says=OWNER_ALONE) for each in ("finder", "vendor", "observer", "service")),
    Do(attempt=granting("owner", a_run), says=OWNER_ALONE),
    Do(attempt=granting("owner", the_house), says=OWNER_OR_FINDER),
    Do(attempt=granting("service", a_run), says=OWNER_OR_FINDER),
)
