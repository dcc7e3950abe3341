"""Coming in, standing to the terms, tokens, and leaving."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client

from levee.access.models import Party
from levee.access.selectors import actor_of
from levee.findings import selectors as findings
from levee.identity import selectors, services
from levee.identity import terms as versions
from levee.identity.founding import announce_terms, found
from levee.identity.models import SignInLink, Token, User
from levee.identity.terms import newest, terms
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound, NotSignedIn
from levee.platform.database.acting import acting, as_principal
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role, Standing
from levee.policy.token_scopes import IN_PERSON, OF_RUNS
from support.database import as_role
from support.running import hand_in


@pytest.fixture
def admin(world):
    return world.actor(world.organisation(OrganisationKind.FINDER, "Harrow"), Role.ADMIN, Role.MEMBER, name="Ada")


def member_of(admin, *roles, **more):
    return services.add_member(admin, organisation=admin.party, name="Grace", roles=roles or (Role.MEMBER,), **more).id


def test_the_house_is_founded_once_and_its_link_works_once(db, server, wired):
    with as_role(server.owner.user):
        secret = found(name="Clearinghouse")
        assert found(name="Again") is None
    first = actor_of(services.use_link(secret))
    assert first.roles == {Role.ADMIN, Role.COORDINATOR, Role.MEMBER}
    with pytest.raises(NotSignedIn):
        services.use_link(secret)


def test_a_link_signs_in_its_member_for_a_day(world, admin):
    grace = member_of(admin)
    early, late = services.make_link(admin, grace), services.make_link(admin, member_of(admin))
    world.clock.advance(timedelta(hours=23, minutes=59))
    assert services.use_link(early) == grace
    world.clock.advance(timedelta(minutes=1))
    with pytest.raises(NotSignedIn):
        services.use_link(late)


def test_opening_a_link_uses_nothing_up(world, admin, client):
    secret = services.make_link(admin, member_of(admin))
    for _ in range(2):
        assert client.get(f"/link/{secret}/").status_code == 200
    assert client.post(f"/link/{secret}/").status_code == 302
    assert client.post(f"/link/{secret}/").status_code == 401


def test_links_and_members_are_made_by_administrators_of_the_same_organisation(world, admin):
    grace = member_of(admin)
    stranger = world.actor(world.organisation(OrganisationKind.FINDER), Role.ADMIN, Role.MEMBER)
    with pytest.raises((Forbidden, NotFound)):
        services.make_link(stranger, grace)
    with pytest.raises((Forbidden, NotFound)):
        services.add_member(stranger, organisation=admin.party, name="x", roles=[Role.ADMIN])
    with pytest.raises((Forbidden, NotFound)):
        services.add_member(actor_of(grace), organisation=admin.party, name="x", roles=[Role.ADMIN])
    with pytest.raises((Forbidden, NotFound)):
        services.add_organisation(admin, name="x", kind=OrganisationKind.CLEARINGHOUSE)


def test_an_account_is_set_up_once(world, admin):
    grace = actor_of(member_of(admin))
    user = services.set_up_account(grace, email="grace@example.org", password="a long enough password")
    assert services.principals_of(user) == (grace.id,)
    with pytest.raises(Conflict):
        services.set_up_account(grace, email="other@example.org", password="a long enough password")
    with pytest.raises(Conflict):
        services.set_up_account(admin, email="GRACE@example.org", password="a long enough password")


def test_terms_are_limited_left_and_joined_again_in_one_call_each_and_nothing_is_lost(world, admin):
    kept = hand_in(admin, None, key="k", target="npm:minimist@0.0.8", contrast="0.2.1")
    for answer, standing in (("limit", Standing.LIMITED), ("leave", Standing.LEFT), ("join", Standing.JOINED)):
        services.answer_terms(actor_of(admin.id), version=newest().version, answer=answer)
        now = actor_of(admin.id)
        assert now.standing is standing
        assert selectors.organisation(now, now.party).standing is standing
    assert findings.get(actor_of(admin.id), kept)
    assert hand_in(actor_of(admin.id), None, key="k2", target="npm:minimist@0.0.8", contrast="0.2.1")
    with pytest.raises(BadInput):
        services.answer_terms(admin, version=newest().version, answer="maybe")


def test_who_left_or_limited_its_part_hands_nothing_in_but_still_sees_its_own(world, admin):
    kept = hand_in(admin, None, key="k", target="npm:minimist@0.0.8", contrast="0.2.1")
    for answer in ("limit", "leave"):
        services.answer_terms(actor_of(admin.id), version=newest().version, answer=answer)
        with pytest.raises((Forbidden, NotFound)):
            hand_in(actor_of(admin.id), None, key=answer, target="npm:minimist@0.0.8", contrast="0.2.1")
    services.answer_terms(actor_of(admin.id), version=newest().version, answer="limit")
    assert findings.get(actor_of(admin.id), kept)


def test_only_administrators_answer_the_terms(world, admin):
    with pytest.raises((Forbidden, NotFound)):
        services.answer_terms(actor_of(member_of(admin)), version=newest().version, answer="leave")


def test_terms_are_data_with_a_version():
    assert newest().clauses
    for version in ("1999-01", "../secrets", ""):
        with pytest.raises(NotFound):
            terms(version)


def issued(admin, *scopes, days=30, **more):
    return services.issue_token(
        admin, name="pipeline", scopes=scopes or (Action.FINDING_SEE,), lasts=timedelta(days=days), **more
    )


def test_a_token_does_what_its_scopes_name_and_no_more(world, admin):
    agent = services.authenticate(issued(admin, Action.FINDING_SEE).secret)
    assert agent.id == admin.id
    assert findings.count(agent) == 0
    with pytest.raises((Forbidden, NotFound)):
        hand_in(agent, None, key="k", target="npm:minimist@0.0.8", contrast="0.2.1")
    with pytest.raises((Forbidden, NotFound)):
        services.answer_terms(agent, version=newest().version, answer="leave")


def test_a_token_expires_at_its_instant(world, admin):
    token = issued(admin, days=1)
    world.clock.advance(timedelta(days=1) - timedelta(microseconds=1))
    assert services.authenticate(token.secret)
    world.clock.advance(timedelta(microseconds=1))
    with pytest.raises(NotSignedIn):
        services.authenticate(token.secret)


def test_a_revoked_token_opens_nothing_and_others_cannot_revoke_it(world, admin):
    token = issued(admin)
    with pytest.raises(NotFound):
        services.revoke_token(actor_of(member_of(admin, Role.ADMIN, Role.MEMBER)), token.token.id)
    services.revoke_token(admin, token.token.id)
    with pytest.raises(NotSignedIn):
        services.authenticate(token.secret)


def test_a_tokens_secret_is_shown_once_and_kept_nowhere(world, admin):
    token = issued(admin)
    (kept,) = selectors.tokens(admin)
    assert token.secret not in repr(kept)
    assert selectors.tokens(actor_of(member_of(admin))) == []


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lasts_at_least_a_moment_and_at_most_a_year(world, admin, days):
    with pytest.raises(BadInput):
        issued(admin, days=days)
    with pytest.raises(BadInput):
        services.issue_token(admin, name="n", scopes=[], lasts=timedelta(days=1))


def test_a_machine_gets_its_token_from_an_administrator_of_its_own(world, admin):
    machine = member_of(admin, kind=PrincipalKind.AGENT)
    assert services.authenticate(issued(admin, principal=machine).secret).kind is PrincipalKind.AGENT
    stranger = world.actor(world.organisation(OrganisationKind.FINDER), Role.ADMIN, Role.MEMBER)
    with pytest.raises((Forbidden, NotFound)):
        issued(stranger, principal=machine)


def test_nobody_issues_a_token_for_another_person(world, admin):
    with pytest.raises(BadInput, match="for oneself and for machines"):
        issued(admin, principal=member_of(admin))


@pytest.mark.parametrize("scope", sorted(IN_PERSON | OF_RUNS))
def test_no_token_holds_what_is_done_in_person_or_by_a_run(world, admin, scope):
    with pytest.raises(BadInput, match=scope.value):
        issued(admin, Action.FINDING_SEE, scope)


@pytest.mark.parametrize("ask", [selectors.listed, selectors.members, selectors.tokens])
def test_a_token_sees_people_and_tokens_only_where_it_names_them(world, admin, ask):
    assert ask(admin) is not None
    with pytest.raises(NotFound):
        ask(services.authenticate(issued(admin, Action.FINDING_SEE).secret))


def test_a_machine_is_let_in_on_a_page_and_led_to_its_token(world, admin, client):
    client.post(f"/link/{services.make_link(admin, admin.id)}/")
    led = client.post("/organisation/members/new/", {"name": "scanner", "kind": "agent", "roles": ["member"]})
    shown = client.post(led["Location"], {"name": "nightly", "days": 9, "scopes": ["finding:submit"]})
    secret = re.search(r"lvt_[\w-]+", shown.content.decode()).group()
    assert services.authenticate(secret).kind is PrincipalKind.AGENT


def test_an_organisation_is_let_in_on_a_page_with_the_address_that_its_letters_go_to(world, client):
    coordinator = world.coordinator()
    client.post(f"/link/{services.make_link(coordinator, coordinator.id)}/")
    told = {"name": "Bank", "kind": "operator", "sector": "", "administrator": "Ada"}
    assert "valid email" in client.post("/organisations/new/", told | {"contact": "no address"}).content.decode()
    shown = client.post("/organisations/new/", told | {"contact": "it@bank.example"})
    secret = re.search(r"/link/([\w-]+)/", shown.content.decode()).group(1)
    assert actor_of(services.use_link(secret)).roles == {Role.ADMIN, Role.MEMBER}
    bank = next(each for each in selectors.listed(coordinator) if each.name == "Bank")
    with acting(coordinator) as act:
        assert selectors.contact_of(act, bank.id) == "it@bank.example"


def let_in(actor):
    return services.let_in(actor, name="Bank", kind=OrganisationKind.OPERATOR, administrator="Ada")


def test_the_clearinghouse_makes_links_for_an_organisation_until_somebody_came_in_there(world):
    coordinator = world.coordinator()
    done = let_in(coordinator)
    renewed = services.make_link(coordinator, done.administrator.id)
    assert services.use_link(renewed) == done.administrator.id
    with pytest.raises(NotFound):
        services.make_link(coordinator, done.administrator.id)
    second = services.add_member(coordinator, organisation=done.organisation.id, name="x", roles=[Role.ADMIN])
    with pytest.raises(NotFound):
        services.make_link(coordinator, second.id)


def test_the_clearinghouse_makes_no_link_for_others_than_administrators_or_where_an_account_is(world, admin):
    coordinator = world.coordinator()
    maintainer = services.add_member(
        coordinator, organisation=let_in(coordinator).organisation.id, name="x", roles=[Role.MEMBER]
    )
    services.set_up_account(admin, email="ada@example.org", password="a long enough password")
    for whom in (maintainer.id, admin.id):
        with pytest.raises(NotFound):
            services.make_link(coordinator, whom)


def test_an_organisation_is_let_in_whole_by_people_of_the_clearinghouse_alone(world, admin):
    coordinator = world.coordinator()
    for actor in (admin, world.actor(world.house, Role.MEMBER)):
        with pytest.raises((Forbidden, NotFound)):
            let_in(actor)
    with pytest.raises(BadInput, match="administrator"):
        services.let_in(coordinator, name="Bank", kind=OrganisationKind.OPERATOR, administrator=" ")
    assert "Bank" not in {each.name for each in selectors.listed(coordinator)}


def test_a_member_that_was_ended_signs_in_no_more_and_its_tokens_open_nothing(world, admin):
    grace = actor_of(member_of(admin, Role.ADMIN, Role.MEMBER))
    token = issued(grace)
    user = services.set_up_account(grace, email="grace@example.org", password="a long enough password")
    services.end_member(admin, grace.id)
    with pytest.raises(NotSignedIn):
        services.authenticate(token.secret)
    assert services.principals_of(user) == ()
    assert [each.live for each in selectors.members(admin) if each.id == grace.id] == [False]
    assert actor_of(grace.id) is None


def test_a_link_of_a_member_that_was_ended_opens_no_page(world, admin, client):
    grace = member_of(admin)
    secret = services.make_link(admin, grace)
    services.end_member(admin, grace)
    client.post(f"/link/{secret}/")
    assert client.get("/findings/").status_code == 302


def test_an_organisation_sees_itself_and_the_clearinghouse_sees_all(world, admin):
    other = world.organisation(OrganisationKind.OPERATOR, "Bank")
    assert [each.id for each in selectors.organisations(admin)] == [admin.party]
    assert {admin.party, other} <= {each.id for each in selectors.organisations(world.coordinator())}
    with pytest.raises(NotFound):
        selectors.organisation(admin, other)


def test_an_administrator_makes_links_and_ends_members_on_the_organisations_page(world, admin, client):
    session = client.session
    session["levee.principal"] = str(admin.id)
    session.save()
    grace = member_of(admin)
    page = client.get("/organisation/").content.decode()
    (public,) = {each.public_id for each in selectors.members(admin) if each.id == grace}
    assert f"/organisation/members/{public}/link/" in page
    shown = client.post(f"/organisation/members/{public}/link/").content.decode()
    secret = shown.partition("/link/")[2].partition("/")[0]
    assert services.use_link(secret) == grace
    client.post(f"/organisation/members/{public}/end/")
    assert actor_of(grace) is None


def signed_in_as(principal, client):
    session = client.session
    session["levee.principal"] = str(principal)
    session.save()
    assert client.get("/findings/").status_code == 200


def test_all_that_was_set_up_through_a_link_ends_with_the_next_one(world, admin, client):
    """A stolen first link, and what its thief set up: a password, a passkey, a token, a session."""
    grace = actor_of(member_of(admin))
    services.make_link(admin, grace.id)
    user = services.set_up_account(grace, email="grace@example.org", password="a long enough password")
    Authenticator.objects.create(user=user, type="webauthn", data={})
    token = issued(grace)
    signed_in_as(grace.id, client)
    again = services.make_link(admin, grace.id)
    assert client.get("/findings/").status_code == 302
    assert not Client().login(email="grace@example.org", password="a long enough password")
    assert Authenticator.objects.count() == 0
    with pytest.raises(NotSignedIn):
        services.authenticate(token.secret)
    back = actor_of(services.use_link(again))
    assert back.id == grace.id
    assert services.set_up_account(back, email="grace@example.org", password="another long password")


def test_a_first_link_ends_nothing_and_a_next_one_ends_nothing_of_others(world, admin, client):
    grace, other = actor_of(member_of(admin)), actor_of(member_of(admin))
    kept, theirs = issued(grace), issued(other)
    signed_in_as(other.id, client)
    services.make_link(admin, grace.id)
    assert services.authenticate(kept.secret)
    services.make_link(admin, grace.id)
    assert services.authenticate(theirs.secret)
    assert client.get("/findings/").status_code == 200


def test_an_account_of_two_organisations_stays_with_the_other_one(world, admin):
    elsewhere = world.actor(world.organisation(OrganisationKind.FINDER), Role.MEMBER, email="two@example.org")
    here = services.add_member(
        admin, organisation=admin.party, name="Two", roles=[Role.MEMBER], email="two@example.org"
    )
    user = User.objects.get(email="two@example.org")
    for _ in range(2):
        services.make_link(admin, here.id)
    assert services.principals_of(user) == (elsewhere.id,)
    assert Client().login(email="two@example.org", password="a long enough password")


ANSWER_BY = datetime(2126, 1, 1, tzinfo=UTC)


@pytest.fixture
def second_version(tmp_path, monkeypatch, world, server):
    """A later version of the terms beside the first one, and those who joined the first are asked for an answer."""

    def load():
        folder = tmp_path / "terms"
        folder.mkdir()
        first = (versions.FOLDER / "2026-11.toml").read_text()
        (folder / "2026-11.toml").write_text(first)
        (folder / "2027-03.toml").write_text(
            'title = "Taking part, again"\nanswer_by = 2126-01-01T00:00:00Z\n[[clause]]\nname = "New"\ntext = "Word."\n'
        )
        monkeypatch.setattr(versions, "FOLDER", folder)
        with as_role(server.owner.user):
            return announce_terms()

    return load


def may_hand_in(principal, key):
    hand_in(actor_of(principal), None, key=key, target="npm:minimist@0.0.8", contrast="0.2.1")


def test_a_new_version_of_the_terms_asks_for_an_answer_and_changes_nothing_before_its_date(
    world, admin, client, second_version
):
    session = client.session
    session["levee.principal"] = str(admin.id)
    session.save()
    assert b"There are new terms" not in client.get("/organisation/").content
    assert second_version() >= 1
    for page in ("/", "/organisation/"):
        assert b'by <time datetime="2126-01-01' in client.get(page).content
    own = selectors.organisation(admin, admin.party)
    assert (own.standing, own.joined_until, own.terms_version) == (Standing.JOINED, ANSWER_BY, "2026-11")
    world.clock.advance(ANSWER_BY - world.clock.now() - timedelta(seconds=1))
    may_hand_in(admin.id, "before")
    world.clock.advance(timedelta(seconds=1))
    assert actor_of(admin.id).standing is Standing.LIMITED
    with pytest.raises((Forbidden, NotFound)):
        may_hand_in(admin.id, "after")
    assert findings.count(actor_of(admin.id)) == 1


@pytest.mark.parametrize("late", [False, True])
def test_who_answers_a_new_version_goes_on(world, admin, second_version, late):
    second_version()
    if late:
        world.clock.advance(ANSWER_BY - world.clock.now())
    with pytest.raises(BadInput):
        services.answer_terms(actor_of(admin.id), version="2026-11", answer="join")
    services.answer_terms(actor_of(admin.id), version="2027-03", answer="join")
    world.clock.advance(timedelta(days=40_000))
    may_hand_in(admin.id, "k")
    own = selectors.organisation(actor_of(admin.id), admin.party)
    assert (own.standing, own.joined_until, own.terms_version) == (Standing.JOINED, None, "2027-03")


def test_who_leaves_over_a_new_version_keeps_what_it_handed_in_and_may_come_back(world, admin, second_version):
    may_hand_in(admin.id, "kept")
    second_version()
    services.answer_terms(actor_of(admin.id), version="2026-11", answer="leave")
    assert actor_of(admin.id).standing is Standing.LEFT
    assert findings.count(actor_of(admin.id)) == 1
    services.answer_terms(actor_of(admin.id), version="2027-03", answer="join")
    may_hand_in(admin.id, "again")


def test_a_version_is_announced_once_and_a_new_member_joins_the_newest(world, admin, server, second_version):
    second_version()
    added = services.add_organisation(world.coordinator(), name="New", kind=OrganisationKind.FINDER)
    assert added.terms_version == "2027-03"
    with as_role(server.owner.user):
        assert announce_terms() == 0


def test_the_database_knows_too_that_a_joined_organisation_has_lapsed(world, admin, server):
    with as_role(server.owner.user):
        Party.unscoped.filter(id=admin.party).update(joined_until=datetime(2020, 1, 1, tzinfo=UTC))
    with as_principal(admin.id), connection.cursor() as cursor:
        cursor.execute("select levee_standing()")
        assert cursor.fetchone() == ("limited",)


def test_a_founded_house_has_no_password(db, server, wired):
    """Whoever founds it gets a link that works once; there is nothing else that opens it."""
    with as_role(server.owner.user):
        found(name="Clearinghouse")
        assert [user for user in User.objects.all() if user.has_usable_password()] == []
        assert User.objects.count() == Token.unscoped.count() == 0
        assert SignInLink.unscoped.count() == 1


def test_a_user_without_a_password_has_none_that_opens(world):
    user = User.objects.create_user("grace@example.org")
    assert not user.has_usable_password()
    for guess in ("", "password"):
        assert not Client().login(email="grace@example.org", password=guess)
