"""A person who asks to be forgotten: name and addresses go from everywhere, contributions and the ledger stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection

from levee.access.selectors import actor_of
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.answers import Answer
from levee.cases.types import Narrowed
from levee.findings import selectors as findings
from levee.identity import selectors, services
from levee.kernel.errors import Conflict, Forbidden, NotFound, NotSignedIn
from levee.kernel.ids import public_id
from levee.ledger import reading
from levee.ledger import selectors as ledger
from levee.ledger import services as ledger_services
from levee.ledger.core.verify import verify_export
from levee.ledger.signing import open_signer
from levee.ledger.types import LogName
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role
from support.coordination import codes, come_in, open_for
from support.database import as_role
from support.running import hand_in

NAME, ADDRESS = "Wilhelmina Quartermaine", "wilhelmina@quartermaine.example"


def administrator(world):
    return world.actor(world.organisation(OrganisationKind.FINDER, "Harrow"), Role.ADMIN, Role.MEMBER, name="Ada")


def member_of(admin):
    """A member with everything that a member can have."""
    member = services.add_member(admin, organisation=admin.party, name=NAME, roles=[Role.MEMBER])
    services.make_link(admin, member.id)
    actor = actor_of(member.id)
    user = services.set_up_account(actor, email=ADDRESS, password="a long enough password")
    EmailAddress.objects.create(user=user, email=ADDRESS, primary=True)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": NAME})
    services.issue_token(actor, name=f"{NAME}'s laptop", scopes=[Action.FINDING_SEE], lasts=timedelta(days=9))
    casework.save_filter(actor, name=f"of {NAME}", by=Narrowed(text=ADDRESS))
    with acting(admin) as act:
        queue(act, address=ADDRESS, locator="http://localhost/")
    return actor


@pytest.fixture
def admin(world):
    return administrator(world)


@pytest.fixture
def grace(admin):
    return member_of(admin)


def everywhere(server):
    """Every row of every table, and every sequence of bytes beside the tables, as text."""
    with as_role(server.owner.user), connection.cursor() as cursor:
        cursor.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'published')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select t::text from {table} t")
            for (row,) in cursor.fetchall():
                yield table, row


def where_found(server, tmp_path, *secrets):
    told = {name: secret.lower() for secret in secrets for name in (secret, secret.encode().hex())}
    found = {table for table, row in everywhere(server) for key in told if key.lower() in row.lower()}
    for path in (each for each in tmp_path.rglob("*") if each.is_file()):
        if any(secret.encode() in path.read_bytes() for secret in secrets):
            found.add(str(path))
    return found


def sequenced(tmp_path):
    with as_role(DbRole.LEDGER):
        signer = open_signer(tmp_path / "keys", "localhost")
        ledger_services.sequence(signer)
        done = ledger_services.erase()
        assert [problem for each in ledger.verify() for problem in each.problems] == []
        return done


def export_of(organisation):
    with as_role(DbRole.LEDGER):
        return b"".join(reading.export_lines(LogName("organisation", organisation)))


def test_afterwards_no_table_file_or_export_holds_name_or_address_and_the_ledger_verifies(real_world, server, tmp_path):
    admin = administrator(real_world)
    grace = member_of(admin)
    finding = hand_in(grace, None, key="k", target="npm:minimist@0.0.8", contrast="0.2.1")
    sequenced(tmp_path)
    assert where_found(server, tmp_path, NAME, ADDRESS) >= {"public.identity_member", "public.identity_user"}
    assert str(grace.id).encode() in export_of(admin.party)
    services.forget(admin, grace.id)
    assert sequenced(tmp_path) == 1
    assert where_found(server, tmp_path, NAME, ADDRESS) == set()
    exported = export_of(admin.party)
    assert str(grace.id).encode() not in exported
    assert NAME.encode() not in exported
    report = verify_export(exported.splitlines(keepends=True))
    assert report.sound
    assert report.withheld > 1
    assert findings.get(admin, finding).id == finding
    told = [entry.fields for entry in ledger.entries(admin, LogName("organisation", admin.party))]
    assert {"verb": "member:leave", "forgotten": 1}.items() <= told[0].items()
    assert "subject" not in told[0]


def test_an_act_that_still_waits_for_its_place_is_forgotten_too(real_world, tmp_path):
    admin = administrator(real_world)
    grace = member_of(admin)
    services.forget(grace, grace.id)
    with as_role(DbRole.LEDGER):
        assert ledger_services.erase() == 0
    assert sequenced(tmp_path) == 1
    assert str(grace.id).encode() not in export_of(admin.party)


def test_every_way_in_ends(world, admin, grace, client):
    token = services.issue_token(grace, name="t", scopes=[Action.FINDING_SEE], lasts=timedelta(days=9))
    session = client.session
    session["levee.principal"] = str(grace.id)
    session.save()
    assert client.get("/findings/").status_code == 200
    services.forget(admin, grace.id)
    assert client.get("/findings/").status_code == 302
    assert not client.login(email=ADDRESS, password="a long enough password")
    assert Authenticator.objects.count() == EmailAddress.objects.count() == 0
    with pytest.raises(NotSignedIn):
        services.authenticate(token.secret)
    assert actor_of(grace.id) is None


def test_members_see_a_former_member(admin, grace):
    services.forget(admin, grace.id)
    assert {(each.name, each.live) for each in selectors.members(admin)} == {("Ada", True), ("a former member", False)}


def test_a_person_may_ask_for_itself_and_nobody_for_a_colleague_or_a_stranger(world, admin, grace):
    colleague = actor_of(services.add_member(admin, organisation=admin.party, name="C", roles=[Role.MEMBER]).id)
    for other in (colleague, administrator(world), world.coordinator()):
        with pytest.raises((Forbidden, NotFound)):
            services.forget(other, grace.id)
    assert actor_of(grace.id)
    services.forget(grace, grace.id)
    assert actor_of(grace.id) is None


def test_the_last_administrator_is_not_forgotten_until_there_is_another(world, admin, grace):
    for actor in (admin, grace):
        with pytest.raises((Conflict, Forbidden)):
            services.forget(actor, admin.id)
    with pytest.raises(Conflict) as refused:
        services.forget(admin, admin.id)
    assert "administrator" in refused.value.advice()
    assert actor_of(admin.id)
    services.add_member(admin, organisation=admin.party, name="New", roles=[Role.ADMIN])
    services.forget(admin, admin.id)
    assert actor_of(admin.id) is None


def test_a_maintainer_without_an_account_is_forgotten_in_its_case_and_its_answer_stays(world, server, tmp_path):
    opened = open_for(world)
    locator = casework.invite_maintainer(
        opened.coordinator, opened.case, name=NAME, address=ADDRESS, because="its code"
    )
    maintainer = come_in(world, opened.coordinator, locator)
    world.clock.advance(timedelta(minutes=1))
    casework.renew_code(maintainer, opened.case)
    casework.answer(maintainer, opened.case, answer=Answer.AFFECTED, by=NAME, code=codes(opened.coordinator)[-1])
    casework.send(maintainer, opened.case, text="Thank you.", author=NAME)
    services.forget(maintainer, maintainer.id)
    assert where_found(server, tmp_path, NAME, ADDRESS) == set()
    (seat,) = [each for each in cases.participants(opened.coordinator, opened.case) if each.party == maintainer.party]
    assert (seat.name, seat.answer, seat.answers[0].by) == ("a former member", Answer.AFFECTED, "a former member")
    assert [each.text for each in cases.messages(opened.coordinator, opened.case)] == ["Thank you."]
    with pytest.raises(NotFound):
        casework.new_link(opened.coordinator, opened.case, participant=seat.id)


def test_the_page_asks_once_more_and_the_api_forgets(admin, grace, client):
    session = client.session
    session["levee.principal"] = str(admin.id)
    session.save()
    address = f"/organisation/members/{public_id('PER', grace.id)}/forget/"
    assert address in client.get("/organisation/").content.decode()
    assert b"cannot be undone" in client.get(address).content
    assert client.post(address).status_code == 400
    assert actor_of(grace.id)
    assert client.post(address, {"sure": "on"}).status_code == 302
    assert actor_of(grace.id) is None
    last = client.post(f"/organisation/members/{public_id('PER', admin.id)}/forget/", {"sure": "on"})
    assert b"make somebody else an administrator first" in last.content
    refused = client.post(f"/api/v1/members/{public_id('PER', admin.id)}/forget")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:levee:problem:member.last_administrator")
    assert client.post(f"/api/v1/members/{public_id('PER', grace.id)}/forget").status_code == 204
