"""The way by command line, against a real server: by token what tokens may, in person what they may not."""

import json
import stat
from importlib import import_module

import pytest
from typer.testing import CliRunner

from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.fixes import services as fixes
from levee.identity import selectors as people
from levee.identity import services as identity
from levee.kernel.errors import LeveeError, NotSignedIn
from levee.kernel.ids import public_id
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.validation.types import Change
from support.browsing import serving
from support.coordination import another_case, open_for, vendor_of

PATCH = b"--- a/index.js\n+++ b/index.js\n@@ -1,2 +1,3 @@\n a\n+// guarded\n b\n"


def run(*words):
    answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def asked(*words):
    return json.loads(run(*words, "--json"))


@pytest.fixture
def address(real_world, tmp_path, monkeypatch):
    monkeypatch.setenv("LEVEE_SESSION_FILE", str(tmp_path / "kept" / "session.json"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LEVEE_TOKEN_FILE", raising=False)
    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        yield address


def sign_in(address, actor):
    run("sign-in", "--link", f"{address}/link/{identity.make_link(actor, actor.id)}/")


@pytest.fixture
def token(address, tmp_path, monkeypatch):
    """Puts a token of an administrator's own, with every scope there is, where the commands look for it."""

    def given(actor):
        monkeypatch.delenv("LEVEE_TOKEN_FILE", raising=False)
        sign_in(address, actor)
        scopes = [word for scope in TOKEN_SCOPES for word in ("--scope", scope.value)]
        (tmp_path / "token").write_text(asked("tokens", "issue", "pipeline", *scopes)["secret"])
        run("sign-out")
        monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))

    return given


def test_a_case_goes_out_and_comes_in_by_files(real_world, token, tmp_path):
    opened = open_for(real_world)
    case, file = public_id("CAS", opened.case), tmp_path / "case.json"
    token(opened.coordinator)
    run("cases", "hand-over", case, "--out", file)
    assert "TLP:AMBER" in run("cases", "hand-overs", case)
    assert len(asked("cases", "hand-overs", case)) == 1
    assert asked("cases", "origins", case) == []
    told = json.loads(file.read_bytes())
    told["document"]["publisher"]["namespace"] = "https://cert.example"
    file.write_text(json.dumps(told))
    finding = run("cases", "receive", file).strip()
    assert run("cases", "receive", file).strip() == f"{finding} was taken in before"
    assert "minimist" in run("findings", "show", finding)


def test_cases_are_merged_split_and_opened_again_from_the_command_line(real_world, token):
    opened = open_for(real_world)
    firm = real_world.organisation(OrganisationKind.VENDOR, "Minimist project")
    other, vendor = another_case(real_world, opened, "Halyard"), real_world.actor(firm, Role.MEMBER, Role.ADMIN)
    casework.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    case, gone = public_id("CAS", opened.case), public_id("CAS", other.case)
    token(opened.coordinator)
    shown = run("cases", "merge", gone, "--into", case, "--look")
    assert "Minimist: is offered the terms" in shown
    assert "2 findings, found by Halyard, Harrow" in shown
    assert "merged" in run("cases", "merge", gone, "--into", case, "--because", "one bug")
    (went,) = asked("cases", "went-on", gone)
    assert (went["kind"], went["other_id"], went["because"]) == ("merged", case, "one bug")
    assert "merged into another case" in run("cases", "went-on", gone)

    token(vendor)
    (offer,) = asked("cases", "offers")
    assert offer["public_id"] in run("cases", "offers")
    assert run("cases", "answer-offer", offer["public_id"], "accept").strip() == case
    assert asked("cases", "offers") == []

    token(opened.coordinator)
    assert "Minimist: takes part at once" in run("cases", "split", case, "--look")
    finding = public_id("FND", other.finding)
    part = run("cases", "split", case, finding, "--title", "The other flaw", "--because", "two bugs").strip()
    assert asked("cases", "show", part)["title"] == "The other flaw"
    run("cases", "end-embargo", case, "--reason", "public", "--evidence", "a post")
    assert "takes part at once" in run("cases", "reopen", case, "--look")
    again = run("cases", "reopen", case, "--because", "the fix does not hold").strip()
    assert asked("cases", "show", again)["goes_on"] is True
    assert asked("cases", "show", case)["successor_id"] == again


def test_a_case_goes_to_another_owner_and_back_from_the_command_line(real_world, token):
    opened = open_for(real_world)
    firm = real_world.organisation(OrganisationKind.VENDOR, "Halyard")
    lead = real_world.actor(firm, Role.MEMBER, Role.COORDINATOR, Role.ADMIN)
    seat = public_id("PAR", casework.invite(opened.coordinator, opened.case, party=firm, because="its code"))
    case = public_id("CAS", opened.case)
    offer = ("cases", "transfer", case, "--to", seat, "--because", "it runs the fix")
    token(opened.coordinator)
    assert "nothing changes before" in run(*offer)
    assert "taken back" in run("cases", "withdraw-transfer", case)
    run(*offer)
    token(lead)
    assert [each["what"] for each in asked("cases", "waiting")] == ["transfer", "answer"]
    assert run("cases", "answer-transfer", case, "decline").strip() == "declined"
    token(opened.coordinator)
    run(*offer)
    token(lead)
    assert "Harrow: takes part at once" in run("cases", "answer-transfer", case, "--look")
    after = run("cases", "answer-transfer", case, "take").strip()
    assert asked("cases", "show", after)["capacity"] == "owner"
    assert {each["settlement"] for each in asked("cases", "transfers", case)} == {"withdrawn", "declined", "taken"}
    assert "declined" in run("cases", "transfers", case)


def test_a_coordinators_token_leads_a_case_from_its_parties_to_its_publication(real_world, token):
    opened = open_for(real_world)
    vendor, case = vendor_of(real_world), public_id("CAS", opened.case)
    fix = public_id("FIX", fixes.attach(opened.finder, opened.case, change=Change(patch=PATCH), author="Harrow"))
    token(opened.coordinator)

    seat = run("cases", "invite-member", case, public_id("ORG", vendor.party), "--because", "its code").strip()
    assert "/contact/CON-" in run(
        "cases",
        "invite-maintainer",
        case,
        "--name",
        "Left-pad",
        "--address",
        "m@example.org",
        "--because",
        "bundles it",
    )
    parties = {each["name"]: each["public_id"] for each in asked("cases", "show", case)["participants"]}
    assert parties["Minimist project"] == seat
    locator = run("cases", "renew-link", case, parties["Left-pad"]).strip()
    assert any(locator in each["text"] for each in asked("outbox"))

    shown = run("cases", "show", case)
    assert f"{seat} Minimist project: vendor, not seen" in shown
    run("cases", "shorten-embargo", case, "--end", "2026-11-30T12:00:00Z", "--because", "it is being looked for")
    assert asked("cases", "show", case)["embargo_end"].startswith("2026-11-30T12:00")
    claim = run("cases", "claim", case, "A", "--evidence", "a log of ours").strip()
    assert "attacks observed" in run("cases", "claims", case)
    run("cases", "decide-claim", case, claim, "refuse", "--because", "it was a test")
    assert [(each["event"], each["state"]) for each in asked("cases", "claims", case)] == [("A", "refused")]
    run("cases", "end-embargo", case, "--reason", "exploit_public", "--evidence", "a post")
    ended = next(each["public_id"] for each in asked("cases", "claims", case) if each["event"] == "X")
    run("cases", "doubt-claim", case, ended, "--because", "it does something else")
    with pytest.raises(LeveeError, match="second person"):
        run("cases", "settle-doubt", case, ended, "correct", "--because", "it does")
    assert cases.get(opened.coordinator, opened.case).embargo_end_reason == "exploit_public"

    assert run("fixes", "patch", fix).encode() == PATCH
    assert "patch" in run("fixes", "show", fix)
    assert "minimist" in run("findings", "show", public_id("FND", opened.finding))
    draft = ("--title", "t", "--summary", "s", "--package", "npm:minimist", "--fixed", "0.2.1")
    digest = run("cases", "ask-publication", case, *draft).strip()
    with pytest.raises(LeveeError, match="second person"):
        run("cases", "decide-publication", case, "agree", "--digest", digest, "-b", "b")
    second = real_world.coordinator()
    token(second)
    assert digest in run("cases", "publications", case)
    assert "refused" in run("cases", "decide-publication", case, "refuse", "-b", "the range is wrong")
    assert {each["name"]: each["value"] for each in asked("house", "settings")}["publish_alone"] == "no"
    token(opened.coordinator)
    name = run("cases", "publish", case, *draft, "-b", "it is out").strip()
    token(second)
    run("cases", "review-publication", case, "right", "-b", "the post had it whole")
    assert asked("cases", "publications", case)[0]["stands"] is True
    token(opened.coordinator)
    assert name in run("cases", "advisory", case)
    assert {each["name"]: each["count"] for each in asked("measures")["steps"]}["Findings"] == 1
    assert "Findings" in run("measures")
    assert "Minimist project" in run("organisations", "list")


def test_a_vendor_that_withdraws_its_consent_sees_the_case_no_more(real_world, token):
    from levee.cases import services

    opened, vendor = open_for(real_world), vendor_of(real_world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    admin = real_world.actor(vendor.party, Role.MEMBER, Role.ADMIN)
    token(admin)
    assert len(asked("cases", "list")) == 1
    run("cases", "consent", public_id("CAS", opened.case), "revise")
    assert asked("cases", "list") == []


def test_what_no_token_may_do_is_done_in_person(real_world, address, token, monkeypatch):
    admin = real_world.actor(
        real_world.organisation(OrganisationKind.FINDER, "Harrow"), Role.ADMIN, Role.MEMBER, name="Ada"
    )
    token(admin)
    with pytest.raises(NotSignedIn, match="in person"):
        run("members", "add", "Grace")
    monkeypatch.delenv("LEVEE_TOKEN_FILE")  # the link ends it
    sign_in(address, admin)
    assert "/link/" in asked("members", "add", "Grace", "--role", "member")["link"]
    machine = asked("members", "add", "scanner", "--machine")["public_id"]
    issued = asked("tokens", "issue", "nightly", "--scope", "finding:submit", "--for", machine)
    actor = identity.authenticate(issued["secret"])
    assert (public_id("PER", actor.id), sorted(actor.scopes)) == (machine, ["finding:submit"])
    table = run("members", "list")
    assert "machine" in table
    assert "Grace" in table
    run("members", "end", machine)
    with pytest.raises(NotSignedIn):
        identity.authenticate(issued["secret"])
    run("terms", "answer", "limit")
    assert "you stand as limited" in run("terms", "show")
    assert people.listed(admin)[0].standing == "limited"


def test_an_organisation_is_let_in_and_its_administrator_comes_in(real_world, address):
    sign_in(address, real_world.coordinator())
    words = ("Tarrow Springs Water", "--kind", "operator", "--administrator", "Ada", "--contact", "it@tarrow.example")
    let_in = asked("organisations", "add", *words)
    renewed = asked("members", "link", let_in["administrator"])["link"]
    assert "Tarrow Springs Water" in run("organisations", "list")
    run("sign-in", "--link", renewed)
    assert [each["public_id"] for each in asked("members", "list")] == [let_in["administrator"]]


def test_a_session_is_its_owners_own_and_ends_with_sign_out(real_world, address, tmp_path):
    coordinator = real_world.coordinator()
    kept = tmp_path / "kept" / "session.json"
    sign_in(address, coordinator)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    old = kept.read_text()
    run("sign-out")
    assert not kept.exists()
    kept.write_text(old)
    with pytest.raises(LeveeError):
        run("members", "list")


def test_a_link_that_was_used_signs_nobody_in(real_world, address):
    coordinator = real_world.coordinator()
    link = f"{address}/link/{identity.make_link(coordinator, coordinator.id)}/"
    run("sign-in", "--link", link)
    with pytest.raises(NotSignedIn):
        run("sign-in", "--link", link)
    with pytest.raises(LeveeError, match="no sign-in link"):
        run("sign-in", "--link", f"{address}/findings/")
