"""Personal data is asked about before anything is passed on, and what is hidden stays hidden on every way out."""

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from typer.testing import CliRunner

from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.facts import Event
from levee.cli.findings import app as findings_app
from levee.findings import selectors, services
from levee.fixes import services as fixes
from levee.identity import services as identity
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.kernel.ids import public_id
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.validation import selectors as validation
from levee.validation.models import Verdict
from levee.validation.types import Change
from levee.web.signed_in import SESSION_KEY
from support.browsing import serving
from support.coordination import cluster_of
from support.database import as_role

WHO = "Ada Lovelace"


def document(**changes):
    return {
        "title": f"{WHO}'s tokens leak from minimist",
        "description": f"{WHO} <ada@example.org> saw her own name. So did ada@example.org's browser.",
        "target": "npm:minimist@0.0.8",
        "provenance": {"tool": "harrow"},
        "why_no_proof": f"needs the account of {WHO}",
        "key": "k-1",
        **changes,
    }


@pytest.fixture
def organisation(world):
    return world.organisation(OrganisationKind.FINDER, "Harrow")


@pytest.fixture
def finder(world, organisation):
    return world.actor(organisation, Role.MEMBER, Role.ADMIN)


@pytest.fixture
def coordinator(world):
    return world.coordinator()


@pytest.fixture
def vendor(world):
    return world.actor(world.organisation(OrganisationKind.VENDOR, "Minimist"))


def handed_in(finder, **changes):
    (receipt,) = services.submit_batch(finder, json.dumps(document(**changes)).encode()).accepted
    return receipt.finding


def opened(world, coordinator, *findings, title="A flaw in minimist", cluster=None):
    return casework.open_case(
        coordinator,
        cluster=cluster or cluster_of(world, *findings),
        title=title,
        summary="Arguments reach the prototype.",
        embargo_end=world.clock.now() + timedelta(days=9),
    )


def draft(**changes):
    fields = {"title": "t", "summary": "s", "details": "", "package": "npm:minimist", "fixed": "0.2.1"}
    return Draft(**(fields | changes))


def shown(actor, finding):
    found = selectors.get(actor, finding)
    return f"{found.title} {found.description} {found.why_no_proof} {found.provenance}"


def test_what_is_hidden_is_hidden_wherever_it_stands_for_all_but_its_finder(finder, coordinator):
    finding = handed_in(finder)
    assert services.redact(finder, finding, passages=[WHO, "ada@example.org"], reason="a person") == 5
    assert WHO in shown(finder, finding)
    seen = shown(coordinator, finding)
    assert WHO not in seen
    assert "ada@example.org" not in seen
    assert "tokens leak from minimist" in seen
    assert selectors.get(coordinator, finding).redactions == 2
    assert WHO.encode() in selectors.original(coordinator, finding).data


def test_passages_may_overlap(finder, coordinator):
    finding = handed_in(finder, description="Lovelace, Ada Byron of London")
    services.redact(finder, finding, passages=["Lovelace, Ada", "Ada Byron"], reason="a person")
    assert selectors.get(coordinator, finding).description == "█" * 19 + " of London"


def test_words_that_stand_in_the_original_alone_can_be_hidden_too(finder):
    finding = handed_in(finder, proof=None, description="caf\u00e9 of ada")
    assert services.redact(finder, finding, passages=['"key": "k-1"'], reason="an account") == 0
    with pytest.raises(BadInput) as refused:
        services.redact(finder, finding, passages=["caf\u00e9", "Babbage"], reason="a person")
    assert (refused.value.place, selectors.get(finder, finding).redactions) == ("/passages/1", 1)


@pytest.mark.parametrize(
    ("passages", "reason", "place"),
    [([WHO], " ", "/reason"), (["a"], "r", "/passages/0"), ([WHO, "   "], "r", "/passages/1")],
)
def test_a_redaction_that_says_too_little_is_refused(finder, passages, reason, place):
    finding = handed_in(finder)
    with pytest.raises(BadInput) as refused:
        services.redact(finder, finding, passages=passages, reason=reason)
    assert refused.value.place == place


def test_people_of_the_finder_and_the_house_redact_and_nobody_else(world, finder, organisation, coordinator, vendor):
    finding = handed_in(finder)
    services.redact(coordinator, finding, passages=[WHO], reason="a person")
    machine = world.actor(organisation, kind=PrincipalKind.AGENT)
    casework.invite(coordinator, opened(world, coordinator, finding), party=vendor.party, name="V", because="its code")
    for somebody, error in ((machine, Forbidden), (vendor, Forbidden), (world.finder(), NotFound)):
        with pytest.raises(error):
            services.redact(somebody, finding, passages=[], reason="nothing")


def test_it_is_recorded_without_the_words(world, finder):
    finding = handed_in(finder)
    services.redact(finder, finding, passages=[WHO], reason="a person")
    with as_role(world.owner_role), connection.cursor() as cursor:
        cursor.execute("select fields from ledger_pending where fields like '%finding:redact%'")
        ((fields,),) = cursor.fetchall()
    assert WHO not in fields


def test_a_case_waits_until_somebody_said_what_personal_data_to_hide(world, finder, coordinator, vendor):
    finding = handed_in(finder, personal_data=True)
    assert selectors.get(coordinator, finding).held
    cluster = cluster_of(world, finding)
    with pytest.raises(Conflict) as refused:
        opened(world, coordinator, cluster=cluster)
    assert (refused.value.code, refused.value.place) == ("redaction.open", public_id("FND", finding))
    assert cases.count(coordinator) == 0
    services.redact(finder, finding, passages=[WHO, "ada@example.org"], reason="a person")
    case = opened(world, coordinator, cluster=cluster)
    casework.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    assert WHO not in shown(vendor, finding)


def test_that_there_is_nothing_to_hide_is_an_answer_too(world, finder, coordinator):
    finding = handed_in(finder, personal_data=True)
    services.redact(coordinator, finding, passages=[], reason="a made-up name")
    assert opened(world, coordinator, finding)


def test_nobody_who_knows_them_repeats_the_words_on_a_way_out(world, finder, coordinator):
    finding = handed_in(finder)
    services.redact(finder, finding, passages=[WHO], reason="a person")
    cluster = cluster_of(world, finding)
    with pytest.raises(BadInput) as refused:
        opened(world, coordinator, cluster=cluster, title=f"{WHO}'s tokens")
    assert (refused.value.place, refused.value.code) == ("title", "redaction.repeated")
    case = opened(world, coordinator, cluster=cluster)
    patch = Change(patch=b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+Ada Lovelace\n")
    for place, act in (
        ("text", lambda: casework.send(finder, case, text=f"Ask {WHO}.", author="Harrow")),
        (
            "because",
            lambda: casework.invite_maintainer(
                coordinator, case, name="M", address="m@example.org", because=f"{WHO} asked"
            ),
        ),
        ("evidence", lambda: casework.end_embargo(coordinator, case, reason="public", evidence=f"a post of {WHO}")),
        ("evidence", lambda: casework.claim(finder, case, event=Event.PUBLIC_AWARE, evidence=f"a post of {WHO}")),
        ("patch", lambda: fixes.attach(finder, case, change=patch, author="Harrow")),
        ("details", lambda: advisories.ask(coordinator, case, draft(details=f"{WHO} found it."))),
        ("credits", lambda: advisories.ask(coordinator, case, draft(credits=("Harrow", WHO)))),
    ):
        with pytest.raises(BadInput) as refused:
            act()
        assert (refused.value.place, refused.value.code) == (place, "redaction.repeated")


def test_what_was_said_before_a_redaction_is_hidden_from_those_who_came_since(world, finder, coordinator, vendor):
    finding = handed_in(finder)
    case = opened(world, coordinator, finding, title=f"{WHO}'s tokens")
    casework.send(finder, case, text=f"Ask {WHO}.", author="Harrow")
    services.redact(finder, finding, passages=[WHO], reason="a person")
    casework.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    told = (cases.get(vendor, case).title, cases.listed(vendor)[0].title, cases.messages(vendor, case)[0].text)
    assert all("█" * len(WHO) in text for text in told)
    assert cases.messages(finder, case)[0].text == f"Ask {WHO}."


def test_evidence_that_holds_them_stays_with_those_who_may_open_the_original(world, finder, coordinator, vendor):
    from levee.platform.ports import blobs

    finding = handed_in(finder)
    kept = blobs().put(b'{"argument": "Ada Lovelace"}', holder=finder.party)
    with as_role(world.owner_role):
        Verdict.unscoped.create(
            id=world.house, finding=finding, finder=finder.party, result="confirmed", kind="k", target="t",
            effect_shown=3, effect_runs=3, contrast="silent", contrast_build="b", reach="yes", signature="s",
            detail=f"reached through {WHO}", proof_digest="0", evidence=kept.id, evidence_size=kept.size,
            evidence_digest="d", evidence_signature="k::s", at=world.clock.now(),
        )  # fmt: skip
    services.redact(finder, finding, passages=[WHO], reason="a person")
    casework.invite(coordinator, opened(world, coordinator, finding), party=vendor.party, name="V", because="its code")
    for reader in (finder, coordinator):
        assert WHO.encode() in validation.evidence(reader, finding).document
    with pytest.raises(Conflict):
        validation.evidence(vendor, finding)
    assert WHO not in validation.verdict(vendor, finding).detail


@pytest.mark.parametrize(
    ("terms", "opens", "publishes"),
    [("fix-and-publish", True, True), ("fix-only", True, False), ("research", False, False)],
)
def test_use_terms_are_kept_at_each_forward(world, finder, coordinator, terms, opens, publishes):
    finding = handed_in(finder, use_terms=terms)
    if not opens:
        with pytest.raises(Conflict) as refused:
            opened(world, coordinator, finding)
        assert refused.value.code == "terms.not_allowed"
        return
    case = opened(world, coordinator, finding)
    if publishes:
        assert advisories.ask(coordinator, case, draft())
        return
    with pytest.raises(Conflict) as refused:
        advisories.ask(coordinator, case, draft())
    assert (refused.value.code, cases.get(coordinator, case).embargo) == ("terms.not_allowed", "active")


def test_each_finding_stands_under_its_own_finders_terms(world, finder, coordinator, vendor):
    """One finder's terms hold its own report back, and nobody else's."""
    other = world.finder("Skylark")
    kept_back, free = handed_in(finder, use_terms="research"), handed_in(other)
    case = opened(world, coordinator, kept_back, free)
    casework.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    assert cases.findings(coordinator, case) == [free]
    assert [found.id for found in selectors.listed(vendor)] == [free]
    assert {each.party for each in cases.participants(coordinator, case)} == {world.house, other.party, vendor.party}
    assert advisories.ask(coordinator, case, draft())


def test_over_the_api_a_person_with_the_scope_redacts(finder):
    finding = handed_in(finder, personal_data=True)
    name = public_id("FND", finding)
    scopes = (Action.FINDING_SEE, Action.FINDING_REDACT)
    token = identity.issue_token(finder, name="t", scopes=scopes, lasts=timedelta(days=1)).secret
    headers = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"passages": [WHO], "reason": "a person"})
    told = Client().post(f"/api/v1/findings/{name}/redactions", body, content_type="application/json", headers=headers)
    assert (told.status_code, told.json()) == (200, {"hidden": 3})
    seen = Client().get(f"/api/v1/findings/{name}", headers=headers).json()
    assert (seen["held"], seen["redactions"]) == (False, 1)


def test_on_the_page_a_person_redacts_line_by_line_and_saves_the_original(world, organisation):
    finder = world.actor(organisation, Role.MEMBER)
    finding = handed_in(finder, personal_data=True)
    client, page = Client(), f"/findings/{public_id('FND', finding)}/"
    session = SessionStore()
    session[SESSION_KEY] = str(finder.id)
    session.save()
    client.cookies["sessionid"] = session.session_key
    assert b"nothing is passed on until somebody says what to hide" in client.get(page).content
    assert f'href="{page}original/"'.encode() in client.get(page).content
    wrong = client.post(f"{page}redact/", {"passages": "Babbage", "reason": "r"}, follow=True)
    assert b"Nothing was hidden" in wrong.content
    told = client.post(f"{page}redact/", {"passages": f"{WHO}\r\n\r\nada@example.org\r\n", "reason": "r"}, follow=True)
    assert b"5 places hidden." in told.content
    assert not selectors.get(finder, finding).held
    saved = client.get(f"{page}original/")
    assert (saved.content, saved["X-Content-Type-Options"]) == (
        json.dumps(document(personal_data=True)).encode(),
        "nosniff",
    )
    assert saved["Content-Disposition"].startswith("attachment")


def test_the_commands_do_the_same(real_world, tmp_path, monkeypatch):
    finder = real_world.actor(real_world.organisation(OrganisationKind.FINDER), Role.MEMBER)
    secret = identity.issue_token(finder, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    (tmp_path / "token").write_text(secret)
    (tmp_path / "in.json").write_text(json.dumps(document(personal_data=True)))
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))

    def run(*arguments):
        answer = CliRunner().invoke(findings_app, [str(each) for each in arguments])
        assert answer.exit_code == 0, answer.output
        return answer.output

    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        name = json.loads(run("submit", tmp_path / "in.json", "--json"))["accepted"][0]["public_id"]
        run("original", name, "-o", tmp_path / "out.json")
        told = run("redact", name, "--passage", WHO, "--passage", "ada@example.org", "--reason", "a person")
    assert (tmp_path / "out.json").read_bytes() == (tmp_path / "in.json").read_bytes()
    assert "5 places hidden" in told
