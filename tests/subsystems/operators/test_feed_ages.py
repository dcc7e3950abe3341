"""Each page, answer and command that shows due dates shows how old the feeds are that they rest on."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace

import pytest

from levee.api import api
from levee.cli.ages import tell_ages_of
from levee.exposure import selectors as exposure
from levee.feeds import services as feeds
from levee.feeds.types import Kind
from levee.identity import services as identity
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.web.operators.urls import urlpatterns
from subsystems.feeds.conftest import advisory, kev
from support.database import as_role
from support.running import service, work

OFFICE = b"asset,name,version,ecosystem,exposed\nportal-1,reed,1.0.0,npm,yes\n"
LINE = re.compile(r"What this rests on: .*?data is 3 days old \(not looked at lately\)", re.DOTALL)
NOT_SHOWN = {
    "inventory/": "what machines there are, without a date",
    "inventory/<str:inventory>/": "the same, for one of them",
    "inventory/progress/<uuid:watch>/<int:asked>/": "how many rows are read, while one waits",
    "inventory/imports/<str:done>/changes/<str:which>/": "what an import changed, without a date",
    "inventory/intakes/<str:intake>/": "how far a file is, or what an import of it would change, without a date",
    "notices/": "what the clearinghouse says to do, without a date",
    "alerts/": "how one is told, and what was told when it was told",
    "alert-feeds/<str:secret>/alerts.atom": "what was told when it was told, for machines",
    "alert-feeds/<str:secret>/alerts.json": "the same",
    "feeds/": "the ages themselves",
    "feeds/<str:name>/": "the ages themselves",
    "forensics/evidence/<str:evidence>/": "a file as it was handed in",
    "vex/<str:vex>/": "what one document says, as it says it",
    "brief/brief.pdf": "a picture of the brief; its lines are held by the tests of the brief",
}
ANSWERS = (
    "/actions",
    "/actions/board",
    "/actions/{action}",
    "/inventory/assets/{asset}/actions",
    "/brief",
    "/priority",
    "/questions",
    "/exceptions",
    "/forensics",
    "/forensics/{forensic}",
    "/clients",
    "/vex/aside",
)


@pytest.fixture
def bank(world, tmp_path):
    """An operator with one action, its case and exception, and a catalogue that nobody has looked for in three days."""
    coordinator, run = world.coordinator(), service(world)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "GHSA-1.json").write_text(json.dumps(advisory("GHSA-1", aliases=["CVE-2026-1001"])))
    (tmp_path / "kev.json").write_bytes(
        kev(("CVE-2026-1001", "2026-11-20", False), released=f"{world.clock.now():%FT%TZ}")
    )
    (tmp_path / "ssvc.csv").write_text(
        "cve,exploitation,automatable,technical_impact\nCVE-2026-1001,active,yes,total\n"
    )
    bank = world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)
    done = inventory.import_file(bank, OFFICE, filename="office.csv", name="office")
    for name, kind, path in (
        ("mine", Kind.OSV, "mine"),
        ("answers", Kind.SSVC, "ssvc.csv"),
        ("listed", Kind.KEV, "kev.json"),
    ):
        feeds.add(coordinator, name, kind=kind, title="Catalogue")
        with as_role(DbRole.MATCHER):
            feeds.load(run, feeds.by_name(run, name), tmp_path / path)
        work()
    world.clock.advance(timedelta(days=3, hours=1))
    (held,) = inventories.inventories(bank)
    (asset,) = inventories.assets(bank, held.id)
    (case,) = exposure.forensic_cases(bank)
    (action,) = exposure.actions(bank)
    names = {"action": action.public_id, "asset": asset.public_id, "forensic": case.public_id}
    return SimpleNamespace(actor=bank, names={**names, "done": done.public_id})


def test_every_page_of_the_operators_says_how_old_its_feeds_are_or_has_a_reason_not_to(bank, client):
    session = client.session
    session["levee.principal"] = str(bank.actor.id)
    session.save()
    routes = [str(each.pattern) for each in urlpatterns]
    assert set(NOT_SHOWN) <= set(routes)
    asked = [route for route in routes if route not in NOT_SHOWN]
    silent = [route for route in asked if not told(client, "/" + re.sub(r"<str:(\w+)>", r"{\1}", route), bank.names)]
    assert silent == []


def told(client, path, names):
    """Whether a page says the ages; so does one that only takes what is sent."""
    answer = client.get(path.format_map(defaultdict(lambda: "X-1", names)))
    if answer.status_code == 405:
        return True
    assert answer.status_code == 200, path
    text = answer.content.decode()
    return "Catalogue: 3 days old" in text if path.startswith("/brief") else LINE.search(text)


def test_the_view_over_all_clients_says_how_old_its_feeds_are(bank, world, client):
    provider = world.actor(world.organisation(OrganisationKind.INTERMEDIARY, "Provider"), Role.MEMBER)
    session = client.session
    session["levee.principal"] = str(provider.id)
    session.save()
    assert LINE.search(client.get("/clients/").content.decode())


def test_every_answer_with_dates_says_how_old_its_feeds_are(bank, client, capsys):
    token = identity.issue_token(bank.actor, name="t", scopes=tuple(TOKEN_SCOPES), lasts=timedelta(days=1)).secret
    headers = {"Authorization": f"Bearer {token}"}
    for path in ANSWERS:
        answer = client.get(f"/api/v1{path.format(**bank.names)}", headers=headers).json()
        (listed,) = (each for each in answer["feeds"] if each["name"] == "listed")
        assert (listed["hours_old"], listed["stale"]) == (73, True), path
        assert listed["version"].startswith("listed"), path
    tell_ages_of(answer)
    assert "Catalogue: data is 3 days old, not looked at lately" in capsys.readouterr().out


A_CASE = "/api/v1/cases/"
"""What is due in a case follows from its own history, and rests on no feed."""


def test_no_answer_that_holds_a_due_date_was_left_out():
    schema = api.get_openapi_schema()
    dated = {
        path.removeprefix("/api/v1")
        for path, methods in schema["paths"].items()
        for answer in [methods.get("get", {}).get("responses", {}).get(200, {})]
        if holds(schema, answer, "due_at") and not holds(schema, answer, "feeds") and not path.startswith(A_CASE)
    }
    assert dated == {"/alerts"}, "what was told, as it was when it was told"


def holds(schema, part, name, seen=frozenset()):
    """Whether a description of an answer names a field, however deep."""
    if isinstance(part, list):
        return any(holds(schema, each, name, seen) for each in part)
    if not isinstance(part, dict):
        return False
    ref = part.get("$ref", "")
    if ref and ref not in seen:
        return holds(schema, schema["components"]["schemas"][ref.rpartition("/")[2]], name, seen | {ref})
    return name in part.get("properties", {}) or any(holds(schema, each, name, seen) for each in part.values())
