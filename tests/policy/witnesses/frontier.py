from __future__ import annotations

from levee.frontier import scopes
from levee.frontier.models import Agreement, Enquiry, HandOff, Partner, Release
from levee.policy.actions import Action
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner
from policy.worlds import HOUSE, THEN


def other_of(world, subject):
    """The organisation on the other side: the next one of the world."""
    parties = list(world.parties)
    return parties[(parties.index(world.owners[subject]) + 1) % len(parties)]


def by_both(world, actor, subject):
    return Facts(own=actor.party in {world.owners[subject], other_of(world, subject)})


def by_asked(world, actor, subject):
    return Facts(own=actor.party in {world.owners[subject], HOUSE})


def anybody(_world, _actor, _subject):
    return Facts(own=True)


def never(_world, _actor, _subject):
    return False


def plant_agreements(world):
    Agreement.unscoped.bulk_create(
        Agreement(
            id=each,
            developer=owner,
            evaluator=other_of(world, each),
            digest="d",
            envelope=b"e",
            model="m",
            client="c",
            agreement="signed",
            at=THEN,
            ends=THEN,
        )
        for each, owner in world.owners.items()
    )


def plant_partners(world):
    Partner.unscoped.bulk_create(
        Partner(
            id=each,
            of=each,
            developer=owner,
            evaluator=other_of(world, each),
            name="n",
            criteria="c",
            state="proposed_by_developer",
            at=THEN,
        )
        for each, owner in world.owners.items()
    )


def plant_enquiries(world):
    Enquiry.unscoped.bulk_create(
        Enquiry(id=each, developer=owner, asked_of=HOUSE, model="m", question="q", asked_at=THEN)
        for each, owner in world.owners.items()
    )


def plant_hand_offs(world):
    HandOff.unscoped.bulk_create(
        HandOff(id=each, of=each, developer=other_of(world, each), evaluator=owner, finding=each, leaf="l", at=THEN)
        for each, owner in world.owners.items()
    )


def hand_off(world, _actor, subject):
    return (
        "insert into frontier_hand_off (id, of, developer, evaluator, finding, leaf, at) "
        "values (%s, %s, %s, %s, %s, 'l', %s)",
        [world.key(), subject, other_of(world, subject), world.owners[subject], world.key(), THEN],
    )


def plant_releases(world):
    Release.unscoped.bulk_create(
        Release(id=each, developer=owner, model=str(each), at=THEN) for each, owner in world.owners.items()
    )


def offer_of(side):
    def offer(world, actor, subject):
        key = world.key()
        both = [actor.party, world.key()] if side == "developer" else [world.key(), actor.party]
        return (
            "insert into frontier_agreement (id, developer, evaluator, digest, envelope, model, client, agreement, "
            '"grant", evaluation, determination, deletion, at, ends, tokens, calls, spent, plan, runs, bundle, '
            "certificate, number) values (%s, %s, %s, 'd', 'e', 'm', 'c', 'offered_by_developer', 'none', 'none', "
            "'none', 'none', %s, %s, 0, 0, 0, '', 0, '', '', 0)",
            [key, *both, THEN, THEN],
        )

    return offer


def offer_between_others(world, _actor, _subject):
    return offer_of("developer")(world, _Nobody(world.key()), None)


class _Nobody:
    def __init__(self, party):
        self.party = party


def propose(world, actor, subject):
    return (
        "insert into frontier_partner (id, of, developer, evaluator, name, criteria, conflicts, state, because, at) "
        "values (%s, %s, %s, %s, 'n', 'c', '', 'proposed_by_developer', '', %s)",
        [world.key(), subject, world.owners[subject], other_of(world, subject), THEN],
    )


def withdraw(_world, _actor, subject):
    return "update frontier_agreement set agreement = 'withdrawn' where id = %s", [subject]


def finish(_world, _actor, subject):
    return "update frontier_agreement set evaluation = 'finished', runs = 1 where id = %s", [subject]


def object_to(_world, _actor, subject):
    return "update frontier_partner set state = 'objected' where id = %s", [subject]


def ask(world, actor, _subject):
    return (
        "insert into frontier_enquiry (id, developer, asked_of, model, question, asked_at, answer) "
        "values (%s, %s, %s, 'm', 'q', %s, '')",
        [world.key(), actor.party, HOUSE, THEN],
    )


def ask_for_another(world, _actor, _subject):
    return ask(world, _Nobody(world.key()), None)


def answer(_world, _actor, subject):
    return "update frontier_enquiry set answer = 'a', answered_at = now() where id = %s", [subject]


def release(world, actor, _subject):
    return (
        "insert into frontier_release (id, developer, model, at) values (%s, %s, %s, %s)",
        [world.key(), actor.party, str(world.key()), THEN],
    )


def release_of_another(world, _actor, _subject):
    return release(world, _Nobody(world.key()), None)


WITNESSES = (
    See(action=Action.FRAMEWORK_SEE, model=Agreement, plant=plant_agreements, scope=scopes.both_sides, facts=by_both),
    See(action=Action.FRAMEWORK_SEE, model=Partner, plant=plant_partners, scope=scopes.both_sides, facts=by_both),
    See(action=Action.FRAMEWORK_SEE, model=HandOff, plant=plant_hand_offs, scope=scopes.both_sides, facts=by_both),
    Do(action=Action.FRAMEWORK_EVALUATE, attempt=hand_off, facts=by_owner),
    See(action=Action.FRAMEWORK_SEE, model=Release, plant=plant_releases, scope=scopes.releases, facts=by_owner),
    See(action=Action.ENQUIRY_SEE, model=Enquiry, plant=plant_enquiries, scope=scopes.enquiries, facts=by_asked),
    Do(action=Action.FRAMEWORK_AGREE, attempt=offer_of("developer"), facts=anybody),
    Do(action=Action.FRAMEWORK_AGREE, attempt=offer_of("evaluator"), facts=anybody),
    Do(attempt=offer_between_others, says=never),
    Do(action=Action.FRAMEWORK_AGREE, attempt=propose, facts=by_both),
    Do(action=Action.FRAMEWORK_AGREE, attempt=object_to, plant=plant_partners, facts=by_both),
    Do(action=Action.FRAMEWORK_WITHDRAW, attempt=withdraw, plant=plant_agreements, facts=by_both),
    Do(action=Action.FRAMEWORK_EVALUATE, attempt=finish, plant=plant_agreements, facts=by_both),
    Do(action=Action.FRAMEWORK_AGREE, attempt=ask, facts=anybody),
    Do(attempt=ask_for_another, says=never),
    Do(action=Action.ENQUIRY_ANSWER, attempt=answer, plant=plant_enquiries, facts=by_asked),
    Do(action=Action.FRAMEWORK_AGREE, attempt=release, facts=anybody),
    Do(attempt=release_of_another, says=never),
)
