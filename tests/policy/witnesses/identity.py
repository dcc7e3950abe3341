from __future__ import annotations

from levee.identity import scopes
from levee.identity.models import Member, Organisation, TermsAnswer, Token
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.policy.decide import Facts
from policy.witnesses.access import may_add_people, somebody
from policy.witnesses.kind import Do, See, by_owner, person
from policy.worlds import THEN


def subjects_as_organisations(world):
    Organisation.unscoped.bulk_create(Organisation(id=each, name="n") for each in world.subjects)


def let_in_by_the_house(_world, actor, _subject):
    """The clearinghouse's own people see every organisation; nobody else sees these, which are nobody's own."""
    people = actor.kind is not PrincipalKind.SERVICE
    return Facts(own=people and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE)


def members(world):
    Member.unscoped.bulk_create(Member(id=each, organisation=world.owners[each], name="n") for each in world.subjects)


def tokens(world):
    holders = [actor for actor in world.actors if actor.kind is not PrincipalKind.SERVICE]
    Token.unscoped.bulk_create(
        Token(
            id=subject,
            principal=holders[number % len(holders)].id,
            name="n",
            digest=subject.bytes,
            scopes=[],
            created_at=THEN,
            expires_at=THEN,
        )
        for number, subject in enumerate(world.subjects)
    )


def held_by(world, actor, subject):
    holders = [each for each in world.actors if each.kind is not PrincipalKind.SERVICE]
    return Facts(self_only=holders[world.subjects.index(subject) % len(holders)].id == actor.id)


def add_organisation(world, _actor, _subject):
    return (
        "insert into identity_organisation (id, name, sector, terms_version, contact) values (%s, 'n', '', '', '')",
        [world.key()],
    )


def of_the_house(_world, _actor, _subject):
    """Role and house decide; there is no subject yet."""
    return Facts()


def add_member(world, _actor, subject):
    return (
        "insert into identity_link (id, principal, digest, expires_at) select %s, p.id, 'd', %s "
        "from access_principal p where p.party = %s limit 1",
        [world.key(), THEN, world.owners[subject]],
    )


def answer_terms(world, _actor, subject):
    return "update access_party set standing = 'limited' where id = %s", [world.owners[subject]]


def manage_token(_world, _actor, subject):
    return "update identity_token set revoked_at = now() where id = %s", [subject]


def leave(world, _actor, subject):
    whom = somebody(world, subject).id
    return "select from levee_forget(%s, now()) as done where done <> 'no' and %s = levee_actor()", [whom, whom]


def forget_another(world, _actor, subject):
    whom = somebody(world, subject).id
    return "select from levee_forget(%s, now()) as done where done <> 'no'", [whom]


def oneself(world, actor, subject):
    return Facts(self_only=somebody(world, subject).id == actor.id)


def may_forget(world, actor, subject):
    """For oneself, or as an administrator for a colleague."""
    other = somebody(world, subject)
    leads = other.party == actor.party and person(actor, Role.ADMIN)
    return person(actor, *Role) and (other.id == actor.id or leads)


def see_own_organisation(world, _actor, subject):
    return "select from identity_organisation where id = %s", [world.owners[subject]]


def own_or_let_in(world, actor, subject):
    return Facts(own=of_house(actor) or world.owners[subject] == actor.party)


def of_house(actor):
    return actor.kind is not PrincipalKind.SERVICE and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE


def change_organisation(world, _actor, subject):
    return "update identity_organisation set contact = '' where id = %s", [world.owners[subject]]


def insert_member(world, _actor, subject):
    return (
        "insert into identity_member (id, organisation, name) values (%s, %s, 'n')",
        [world.key(), world.owners[subject]],
    )


def rename_member(_world, _actor, subject):
    return "update identity_member set name = 'm' where id = %s", [subject]


def answers(world):
    TermsAnswer.unscoped.bulk_create(
        TermsAnswer(id=each, organisation=world.owners[each], version="v", answer="joined", at=THEN)
        for each in world.subjects
    )


def add_answer(world, _actor, subject):
    return (
        "insert into identity_terms_answer (id, organisation, version, answer, at) values (%s, %s, 'v', 'left', %s)",
        [world.key(), world.owners[subject], THEN],
    )


def add_token(world, _actor, subject):
    return (
        "insert into identity_token (id, principal, name, digest, scopes, created_at, expires_at) "
        "values (%s, %s, 'n', 'd', '{}', %s, %s)",
        [world.key(), somebody(world, subject).id, THEN, THEN],
    )


def may_add_token(world, actor, subject):
    """For oneself, or as an administrator for a colleague's agent."""
    other = somebody(world, subject)
    return person(actor, *Role) and (other.id == actor.id or (other.party == actor.party and person(actor, Role.ADMIN)))


def own_answers(world, actor, subject):
    people = actor.live and actor.kind is not PrincipalKind.SERVICE
    return people and world.owners[subject] == actor.party


WITNESSES = (
    Do(action=Action.ORGANISATION_SEE, attempt=see_own_organisation, facts=own_or_let_in),
    Do(action=Action.TERMS_ANSWER, attempt=change_organisation, facts=by_owner),
    Do(attempt=insert_member, says=may_add_people),
    Do(action=Action.MEMBER_MANAGE, plant=members, attempt=rename_member, facts=by_owner),
    See(model=TermsAnswer, plant=answers, says=own_answers),
    Do(attempt=add_answer, says=may_add_people),
    Do(attempt=add_token, says=may_add_token),
    Do(action=Action.MEMBER_LEAVE, attempt=leave, facts=oneself),
    Do(attempt=forget_another, says=may_forget),
    See(
        action=Action.ORGANISATION_SEE,
        model=Organisation,
        plant=subjects_as_organisations,
        scope=scopes.organisations,
        facts=let_in_by_the_house,
    ),
    See(action=Action.MEMBER_SEE, model=Member, plant=members, scope=scopes.members, facts=by_owner),
    See(action=Action.TOKEN_SEE, model=Token, plant=tokens, scope=scopes.tokens, facts=held_by),
    Do(action=Action.ORGANISATION_ADD, attempt=add_organisation, facts=of_the_house),
    Do(action=Action.MEMBER_MANAGE, attempt=add_member, facts=by_owner),
    Do(action=Action.TERMS_ANSWER, attempt=answer_terms, facts=by_owner),
    Do(action=Action.TOKEN_MANAGE, plant=tokens, attempt=manage_token, facts=held_by),
)
