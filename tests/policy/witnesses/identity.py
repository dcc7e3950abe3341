from __future__ import annotations

from levee.identity import scopes
from levee.identity.models import Member, Organisation, Token
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner
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


WITNESSES = (
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
