"""The operators' API and commands: what a script sees."""

import json
import subprocess
import sys
from datetime import timedelta
from importlib import import_module

import pytest
from django.test import Client
from typer.testing import CliRunner

from levee.identity import services as identity
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from support.browsing import serving
from support.running import work
from support.scanner_files import NESSUS
from support.sites import OPERATORS

OFFICE = b"""asset,name,version,ecosystem,exposed
web-1,lodash,4.17.11,npm,yes
desk-1,own tool,3,,no
desk-2,x,1,npm,no,7
"""
RECORD = {
    "id": "ADV-1",
    "modified": "2026-11-20T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "lodash"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.17.21"}]}],
        }
    ],
}


@pytest.fixture
def member(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


@pytest.fixture
def ask(member):
    def ask(method, path, body=b"", *, scopes=tuple(TOKEN_SCOPES)):
        token = identity.issue_token(member, name="t", scopes=scopes, lasts=timedelta(days=1)).secret
        headers = {"Authorization": f"Bearer {token}"}
        as_json = ("facts", "claim", "preferences", "webhooks", "feeds", "again")
        kind = "application/json" if path.endswith(as_json) else "application/octet-stream"
        return Client().generic(method, f"/api/v1{path}", body, content_type=kind, headers=headers)

    return ask


def test_a_script_previews_imports_and_reads_back(ask):
    seen = ask("POST", "/inventory/preview?name=office&filename=a.csv", OFFICE).json()
    assert (seen["reading"]["rows"], seen["reading"]["matchable"]) == (3, 1)
    assert [bad["place"] for bad in seen["reading"]["not_understood"]] == ["line 4"]
    assert ask("GET", "/inventory").json() == []
    done = ask("POST", "/inventory/imports?name=office&filename=a.csv", OFFICE).json()
    assert len(done["diff"]["added"]) == 2
    assert ask("GET", f"/inventory/imports/{done['public_id']}").json() == done
    (inventory,) = ask("GET", "/inventory").json()
    assert (inventory["name"], inventory["assets"], inventory["unmatchable"]) == ("office", 2, 1)
    asset = ask("GET", f"/inventory/{inventory['public_id']}/assets").json()[0]
    stated = ask(
        "POST", f"/inventory/assets/{asset['public_id']}/facts", json.dumps({"source": "seen", "exposure": "yes"})
    ).json()
    assert (stated["exposure"], stated["exposure_source"]) == ("yes", "seen")
    assert ask("GET", f"/inventory/assets/{asset['public_id']}").json() == stated
    assert ask("GET", f"/inventory/assets/{asset['public_id']}/actions").json() == {
        "actions": [],
        "matches": [],
        "feeds": [],
    }
    assert ask("GET", "/actions/board").json()["due"] == []


def test_a_token_opens_only_what_it_names(ask):
    assert ask("POST", "/inventory/imports?name=o", OFFICE, scopes=(Action.INVENTORY_SEE,)).status_code == 403
    assert ask("GET", "/actions", scopes=(Action.INVENTORY_SEE,)).status_code == 404
    assert ask("GET", "/actions", scopes=(Action.EXPOSURE_SEE,)).json() == {"actions": [], "feeds": None}
    assert ask("GET", "/actions/counts").json()["open"] == 0


def test_errors_are_problem_documents_with_the_place(ask):
    refused = ask("POST", "/inventory/imports?name=office&filename=a.csv", b"nonsense\n")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
    assert refused.json()["place"] == "line 1"
    assert ask("GET", "/actions/ACT-00000000000000000000000000").status_code == 404
    assert ask("POST", "/actions/ACT-00000000000000000000000000/claim", b"{}").status_code == 404


@pytest.fixture
def files(tmp_path):
    (tmp_path / "office.csv").write_bytes(OFFICE)
    (tmp_path / "advisories").mkdir()
    (tmp_path / "advisories" / "one.json").write_text(json.dumps(RECORD))
    (tmp_path / "advisories" / "bad.json").write_text("{}")
    return tmp_path


def run(*arguments):
    answer = CliRunner().invoke(import_module("levee.cli.main").app, [str(argument) for argument in arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_a_file_is_previewed_without_a_server(files):
    told = json.loads(run("inventory", "preview", files / "office.csv", "--json"))
    assert (told["rows"], [each["place"] for each in told["not_understood"]]) == (3, ["line 4"])
    assert "1 of which can be matched fully" in run("inventory", "preview", files / "office.csv").replace("\n", " ")


def test_a_file_is_matched_with_a_folder_of_advisories_without_a_server(files):
    told = json.loads(run("exposure", "scan", files / "office.csv", "--advisories", files / "advisories", "--json"))
    (action,) = told["actions"]
    assert (action["title"], action["assets"], action["timeline"]["row"]) == (
        "Upgrade lodash to 4.17.21",
        ["web-1"],
        15,
    )
    assert told["matches"][0]["explanation"]["because"] == "4.17.11 lies from the first version before 4.17.21"
    assert [each["reason"] for each in told["refused"]] != []
    assert "Upgrade lodash" in run("exposure", "scan", files / "office.csv", "--advisories", files / "advisories")


def test_local_commands_load_no_web_framework_and_no_database_driver():
    check = (
        "import sys, levee.exposure.scan.running, levee.inventory.reading; "
        "sys.exit(any(name in sys.modules for name in ('django', 'psycopg')))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_commands_speak_to_a_server_through_its_api(real_world, tmp_path, monkeypatch, files):
    member = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    secret = identity.issue_token(member, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    (tmp_path / "token").write_text(secret)
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))
    with serving() as address:
        monkeypatch.setenv("LEVEE_URL", address)
        told = run("inventory", "import", files / "office.csv", "--name", "office")
        assert "2 added, 0 removed, 0 changed, 0 unchanged" in told
        assert "line 4" in told
        assert "office" in run("inventory", "list")
        assert json.loads(run("actions", "list", "--json"))["actions"] == []
        refused = CliRunner().invoke(import_module("levee.cli.main").app, ["actions", "claim", "ACT-1"])
        assert "there is nothing here by that name" in str(refused.exception)


def large(count, version="1"):
    rows = "".join(f"web-1,part-{number},{version},npm,{'x' * 2000}\n" for number in range(count))
    return f"asset,name,version,ecosystem,note\n{rows}".encode()


def test_a_script_sends_a_large_file_and_asks_how_far_it_is(ask):
    answer = ask("POST", "/inventory/imports?name=fleet&filename=a.csv", large(600))
    assert answer.status_code == 202
    sent = answer.json()
    assert answer["Location"] == f"/api/v1/inventory/intakes/{sent['public_id']}"
    there = f"/inventory/intakes/{sent['public_id']}"
    assert ask("GET", there).json() == sent
    assert [each["public_id"] for each in ask("GET", "/inventory/intakes").json()] == [sent["public_id"]]
    assert ask("DELETE", there).status_code == 409
    work()
    taken = ask("GET", there).json()
    assert (taken["state"], taken["progress"], taken["expected"]) == ("done", 600, 600)
    done = ask("GET", f"/inventory/imports/{taken['import_id']}").json()
    assert (done["components"], done["diff"]["counts"]["added"]) == (600, 600)
    lines = ask("GET", f"/inventory/imports/{taken['import_id']}/changes?which=added&offset=599").json()
    assert [(line["asset"], line["version"]) for line in lines] == [("web-1", "1")]


def test_a_script_looks_at_a_large_file_first(ask):
    sent = ask("POST", "/inventory/preview?name=fleet&filename=a.csv", large(600))
    assert sent.status_code == 202
    there = f"/inventory/intakes/{sent.json()['public_id']}"
    work()
    looked = ask("GET", there).json()
    assert (looked["state"], looked["seen"]["rows"], looked["seen"]["diff"]["counts"]["added"]) == ("seen", 600, 600)
    assert ask("GET", "/inventory").json() == []
    assert ask("POST", f"{there}/again").json()["state"] == "waiting"
    work()
    assert ask("GET", there).json()["state"] == "done"


def test_a_large_file_that_cannot_be_read_says_where_and_can_be_sent_again_corrected_or_dropped(ask):
    odd = large(600).replace(b"asset,name", b"thing,word", 1)
    there = f"/inventory/intakes/{ask('POST', '/inventory/imports?name=fleet', odd).json()['public_id']}"
    work()
    failed = ask("GET", there).json()
    assert (failed["state"], failed["fault"]["place"]) == ("failed", "line 1")
    ask("POST", f"{there}/again?column=name%3Dword&column=asset%3Dthing")
    work()
    assert ask("GET", there).json()["state"] == "done"
    there = f"/inventory/intakes/{ask('POST', '/inventory/imports?name=fleet', odd).json()['public_id']}"
    work()
    assert ask("DELETE", there).status_code == 204
    assert ask("GET", there).status_code == 404


def test_the_command_waits_for_a_large_file_and_ends_as_for_a_small_one(real_world, tmp_path, monkeypatch):
    member = real_world.actor(real_world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    secret = identity.issue_token(member, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    (tmp_path / "token").write_text(secret)
    (tmp_path / "fleet.csv").write_bytes(large(600))
    (tmp_path / "odd.csv").write_bytes(large(600).replace(b"asset,name", b"thing,word", 1))
    monkeypatch.setenv("LEVEE_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setattr("levee.cli.intakes.time.sleep", lambda _seconds: work())  # the worker works meanwhile
    with serving(OPERATORS) as address:
        monkeypatch.setenv("LEVEE_URL", address)
        assert "600 added, 0 removed, 0 changed, 0 unchanged" in run("inventory", "import", tmp_path / "fleet.csv")
        refused = CliRunner().invoke(
            import_module("levee.cli.main").app, ["inventory", "import", str(tmp_path / "odd.csv")]
        )
        assert refused.exception.place == "line 1"
        (odd,) = json.loads(run("inventory", "intakes", "--json"))
        assert "failed" in run("inventory", "intake", odd["public_id"])
        run("inventory", "drop", odd["public_id"])
        assert json.loads(run("inventory", "intakes", "--json")) == []


def test_the_brief_comes_in_every_form_and_holds_the_same_first_action(ask, member):
    ask("POST", "/inventory/imports?name=office&filename=a.csv", OFFICE)
    told = ask("GET", "/brief").json()
    assert (told["organisation"], told["today"], told["rests_on"]) == (
        "Bank",
        [],
        ["Your list office: today", "News of flaws: never loaded"],
    )
    text, page, paper = (ask("GET", f"/brief/document?form={form}") for form in ("text", "html", "pdf"))
    assert "DO TODAY" in text.content.decode()
    assert "<h2>Do today</h2>" in page.content.decode()
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert ask("GET", "/brief", scopes=(Action.INVENTORY_SEE,)).status_code == 404


def test_a_script_takes_in_a_scan_and_lists_what_it_says(ask):
    seen = ask("POST", "/inventory/preview?name=office&filename=a.nessus", NESSUS).json()
    assert [each["severity"] for each in seen["reading"]["findings"]] == ["high", "none"]
    assert (seen["reading"]["scanners"], seen["diff"]["found"]) == (["Nessus"], 2)
    done = ask("POST", "/inventory/imports?name=office&filename=a.nessus", NESSUS).json()
    assert done["findings"] == 2
    (inventory,) = ask("GET", "/inventory").json()
    (found,) = ask("GET", f"/inventory/{inventory['public_id']}/findings").json()
    assert (found["source"], found["vulnerabilities"]) == ("Nessus", ["CVE-2026-1001", "CVE-2026-1002"])
    assert found["subject"] == {"ecosystem": "product", "name": "Widget Server", "version": "2.4.60"}
    asset = found["asset"]["public_id"]
    every = ask("GET", f"/inventory/{inventory['public_id']}/findings?all=true&asset={asset}").json()
    assert len(every) == 2


def test_a_scan_is_previewed_on_this_machine_with_all_of_its_findings(tmp_path):
    (tmp_path / "a.nessus").write_bytes(NESSUS)
    told = CliRunner().invoke(
        import_module("levee.cli.main").app, ["inventory", "preview", str(tmp_path / "a.nessus"), "--json"]
    )
    seen = json.loads(told.stdout)
    assert (seen["kind"], seen["rows"], len(seen["findings"]), seen["not_understood"]) == ("nessus", 2, 2, [])


def test_a_script_says_which_column_is_which_and_what_a_list_is_from(ask):
    odd = b"box,thing,rev\nweb-1,lodash,4.17.11\n"
    assert ask("POST", "/inventory/preview?name=odd&filename=a.csv", odd).status_code == 400
    told = "column=asset%3Dbox&column=name%3DThing&column=version%3Drev"
    reading = ask("POST", f"/inventory/preview?name=odd&filename=a.csv&{told}", odd).json()["reading"]
    assert reading["tables"] == [
        {
            "title": "",
            "headings": ["box", "thing", "rev"],
            "fields": {"asset": "box", "name": "thing", "version": "rev"},
        }
    ]
    done = ask("POST", f"/inventory/imports?name=odd&filename=a.csv&{told}", odd).json()
    assert [(each["asset"], each["name"]) for each in done["diff"]["added"]] == [("web-1", "lodash")]
    listed = b"ii  zlib1g  1:1.2.13.dfsg-1  amd64  compression\n"
    told = "system=Debian%2012&asset=mail-1&kind=dpkg"
    reading = ask("POST", f"/inventory/preview?name=odd&filename=a.txt&{told}", listed).json()["reading"]
    assert (reading["system"], reading["assets"][0]["name"], reading["matchable"]) == ("Debian 12", "mail-1", 1)
    for wrong in ("column=name", "column=colour%3Dred", "kind=nonsense"):
        assert ask("POST", f"/inventory/preview?name=odd&{wrong}", odd).status_code == 400


def test_a_script_says_how_to_be_told_and_reads_its_feed(ask, member):
    usual = ask("GET", "/alerts/preferences").json()
    assert (usual["mail"], usual["says"], usual["brief_day"]) == (True, "reason", None)
    wanted = usual | {"zone": "America/Chicago", "quiet_from": "22:00:00", "quiet_to": "06:00:00"}
    assert ask("PUT", "/alerts/preferences", json.dumps(wanted).encode()).json() == wanted
    refused = ask("PUT", "/alerts/preferences", json.dumps(usual | {"zone": "Mars"}).encode())
    assert (refused.status_code, refused.json()["place"]) == (400, "zone")
    hook = ask("POST", "/alerts/webhooks", b'{"url": "https://hooks.example/levee"}').json()
    assert hook["secret"].startswith("lvw_")
    assert [each["url"] for each in ask("GET", "/alerts/webhooks").json()] == ["https://hooks.example/levee"]
    assert ask("POST", f"/alerts/webhooks/{hook['public_id']}/resume").status_code == 204
    assert ask("DELETE", f"/alerts/webhooks/{hook['public_id']}").status_code == 204
    assert ask("GET", "/alerts/webhooks").json() == []
    feed = ask("POST", "/alerts/feeds", b'{"name": "hall"}').json()
    atom, as_json = (Client().get(f"/alert-feeds/{feed['secret']}/alerts.{form}") for form in ("atom", "json"))
    assert atom["Content-Type"] == "application/atom+xml"
    assert b"<title>Alerts from Levee</title>" in atom.content
    assert as_json.json()["items"] == []
    assert ask("DELETE", f"/alerts/feeds/{feed['public_id']}").status_code == 204
    assert Client().get(f"/alert-feeds/{feed['secret']}/alerts.atom").status_code == 404
    assert ask("GET", "/alerts").json() == ask("GET", "/alerts/log").json() == []
    assert ask("POST", "/alerts/test").json() == {"leave": 0}
    assert ask("PUT", "/alerts/preferences", b"{}", scopes=(Action.ALERT_SEE,)).status_code in {400, 403}
