"""Exceptions, forensic cases and tables of one's own by command line, against a real server."""

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from levee.exposure import selectors, tasks
from levee.exposure.types import KnownAdvisory
from levee.identity import services as identity
from levee.inventory import services as inventory
from levee.kernel.errors import LeveeError
from levee.platform.database.acting import acting
from levee.platform.jobs import JobKind, enqueue, register
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from support.browsing import serving
from support.running import work
from support.signals import said

OFFICE = b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\nweb-2,ini,1.3.5,npm,\n"


def run(*words):
    answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(word) for word in words])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def asked(*words):
    return json.loads(run(*words, "--json"))


def publish(world, name, package, fixed, **known):
    osv = {
        "id": name,
        "modified": "2026-11-20T00:00:00Z",
        "affected": [
            {
                "package": {"ecosystem": "npm", "name": package},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }
    advisory = KnownAdvisory(id=uuid4(), osv=osv, signals=said(world.clock.now(), "KEV", **known))
    register(JobKind(name=tasks.LEARN, handler=tasks.learn_from(lambda _actor, _key: advisory)))
    with acting(world.coordinator()) as act:
        enqueue(act, tasks.LEARN, subject=advisory.id, party=world.house)
    work()


@pytest.fixture
def bank(real_world, tmp_path, monkeypatch):
    """An operator with one person, two things to do, a token of theirs, and a server."""
    monkeypatch.setenv("COLUMNS", "200")
    bank = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, name="Teller")
    token = identity.issue_token(bank, name="t", scopes=list(TOKEN_SCOPES), lasts=timedelta(days=9))
    (tmp_path / "token").write_text(token.secret)
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))
    inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
    publish(real_world, "ADV-1", "lodash", "4.17.21", kev=True, automatable=True, technical_impact="total")
    publish(real_world, "ADV-2", "ini", "1.3.6", kev=False, automatable=True, technical_impact="total")
    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        yield bank


def test_an_action_is_set_aside_and_taken_up_again(bank):
    action = next(each for each in asked("actions", "list")["actions"] if "ini" in each["title"])
    asked_for = asked(
        *("exceptions", "request", action["public_id"], "--reason", "no date yet", "--mitigation", "one machine alone"),
        *("--responsible", "Ada", "--until", "2026-12-24"),
    )
    assert (asked_for["state"], asked_for["requested_by"]) == ("requested", "Teller")
    approved = asked("exceptions", "approve", asked_for["public_id"], "--note", "until the maker answers")
    assert (approved["state"], approved["decided_by"]) == ("approved", "Teller")
    assert "one machine alone" in run("exceptions", "list")
    assert [each["title"] for each in asked("actions", "list")["actions"]] == ["Upgrade lodash to 4.17.21"]
    run("exceptions", "withdraw", asked_for["public_id"])
    with pytest.raises(LeveeError, match="an exception that is withdrawn takes no refuse"):
        run("exceptions", "refuse", asked_for["public_id"])
    assert len(asked("actions", "list")["actions"]) == 2
    assert asked("actions", "show", action["public_id"])["exemption"]["state"] == "withdrawn"


def test_a_case_is_led_to_its_verdict_and_a_file_comes_back_as_it_was(bank, tmp_path):
    (case,) = (each["public_id"] for each in asked("forensics", "list")["cases"])
    memory, back = tmp_path / "memory.raw", tmp_path / "back.raw"
    memory.write_bytes(b"a copy of the memory")
    run("forensics", "write", case, "--step", "scope", "--text", "web-1 alone")
    run("forensics", "write", case, "--step", "evidence", "--text", "stays here", "--file", memory)
    kept = asked("forensics", "keep", case, memory, "--text", "handed in")
    (there,) = (entry for entry in kept["entries"] if entry["kept"])
    (here,) = (entry for entry in kept["entries"] if entry["sha256"] and not entry["kept"])
    assert here["sha256"] == there["sha256"]
    run("forensics", "evidence", there["public_id"], "--to", back)
    assert back.read_bytes() == memory.read_bytes()
    with pytest.raises(LeveeError, match="no such verdict"):
        run("forensics", "verdict", case, "--verdict", "all fine", "--text", "x")
    said = run("forensics", "verdict", case, "--verdict", "no signs of a break-in", "--text", "nothing odd")
    assert "verdict of Teller: no signs of a break-in" in said
    assert asked("forensics", "list")["cases"] == []
    assert "no signs" in run("forensics", "list", "--all")


def test_a_maker_s_statement_is_relied_on_and_withdrawn(bank, tmp_path):
    said = {
        "vulnerability": {"name": "ADV-2"},
        "products": [{"@id": "pkg:npm/ini"}, {"@id": "pkg:docker/ini"}],
        "status": "not_affected",
        "justification": "vulnerable_code_not_present",
    }
    document = tmp_path / "maker.json"
    document.write_text(
        json.dumps(
            {
                "@context": "https://openvex.dev/ns/v0.2.0",
                "@id": "https://maker.example/1",
                "author": "Maker",
                "timestamp": "2026-11-20T00:00:00Z",
                "statements": [said],
            }
        )
    )
    with pytest.raises(LeveeError, match="give a file, or an import"):
        run("exposure", "vex", "add")
    relied = asked("exposure", "vex", "add", document)
    assert [each["product"] for each in relied["statements"]] == ["pkg:npm/ini"]
    assert [each["place"] for each in relied["not_understood"]] == ["/statements/0/products/1"]
    work()
    (aside,) = asked("exposure", "vex", "aside")["matches"]
    assert (aside["asset_name"], aside["excuse"]["author"]) == ("web-2", "Maker")
    assert "Maker says in https://maker.example/1" in aside["excuse"]["words"]
    assert "vulnerable code not present" in run("exposure", "vex", "aside")
    assert [each["title"] for each in asked("actions", "list")["actions"]] == ["Upgrade lodash to 4.17.21"]
    vex = relied["vex"]["public_id"]
    (listed,) = asked("exposure", "vex", "list")
    assert (listed["public_id"], listed["matches"], listed["added_by"]) == (vex, 1, "Teller")
    assert aside["excuse"]["statement_id"] in run("exposure", "vex", "show", vex)
    run("exposure", "vex", "withdraw", vex, "--statement", aside["excuse"]["statement_id"], "--note", "it is called")
    work()
    assert len(asked("actions", "list")["actions"]) == 2
    assert asked("exposure", "vex", "list") == []
    assert "withdrawn" in run("exposure", "vex", "list", "--all")


BILL_IN_XML = b"""<bom xmlns="http://cyclonedx.org/schema/bom/1.5">
<metadata><timestamp>2026-11-20T00:00:00Z</timestamp><supplier><name>Maker</name></supplier></metadata>
<components><component type="library" bom-ref="i">
<name>ini</name><version>1.3.5</version><purl>pkg:npm/ini@1.3.5</purl></component></components>
<vulnerabilities><vulnerability><id>ADV-2</id>
<analysis><state>not_affected</state><justification>code_not_reachable</justification></analysis>
<affects><target><ref>i</ref></target></affects></vulnerability></vulnerabilities></bom>"""


def test_a_bill_in_xml_offers_what_it_says_as_well(bank):
    done = inventory.import_file(bank, BILL_IN_XML, filename="bom.xml", name="portal")
    work()
    assert asked("exposure", "vex", "offered", done.public_id)["excusing"] == 1


def test_what_an_imported_bill_says_of_its_own_parts_is_offered(bank):
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "metadata": {"timestamp": "2026-11-20T00:00:00Z", "supplier": {"name": "Maker"}},
        "components": [
            {"type": "library", "bom-ref": "i", "name": "ini", "version": "1.3.5", "purl": "pkg:npm/ini@1.3.5"}
        ],
        "vulnerabilities": [
            {
                "id": "ADV-2",
                "affects": [{"ref": "i"}],
                "analysis": {"state": "not_affected", "justification": "code_not_reachable"},
            }
        ],
    }
    done = inventory.import_file(bank, json.dumps(bill).encode(), filename="bom.json", name="portal")
    work()
    assert asked("exposure", "vex", "offered", done.public_id)["excusing"] == 1
    run("exposure", "vex", "add", "--imported", done.public_id)
    work()
    assert [each["asset_name"] for each in asked("exposure", "vex", "aside")["matches"]] == ["bom"]
    assert "you rely on it" in run("exposure", "vex", "offered", done.public_id)


def test_dates_follow_what_is_chosen_and_questions_what_is_unknown(bank, tmp_path):
    (question,) = asked("actions", "questions")["questions"]
    assert (question["asset_name"], question["fact"], question["days"]) == ("web-2", "exposure", 57)
    own = tmp_path / "own.csv"
    own.write_text("kev,days\nyes,2\nno,40\n")
    assert "complete" in run("priority", "check", own)
    assert asked("priority", "add", own, "--name", "ours")["version"] == "1"
    force = asked("priority", "choose", "--table", "own:ours", "--assume", "sixty-days", "--assumed", "kev=yes")
    assert force["table"]["key"] == "own:ours"
    assert force["choice"]["assumed"]["kev"] == "yes"
    work()
    assert {each["timeline"]["edition"] for each in asked("actions", "list")["actions"]} == {"own:ours:1"}
    assert "own:ours" in run("priority", "show")
    assert selectors.policy(bank).table.version == "1"
