"""What is sent to every address that takes something: a request that would succeed for whoever may make it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile

from levee.kernel.ids import public_id
from two_worlds.building import HOUSE, OFFICE, PROOF, SAME, House
from two_worlds.routes import Route

JSON = "application/json"
BILL = (
    b'{"bomFormat": "CycloneDX", "specVersion": "1.5", '
    b'"components": [{"type": "library", "name": "n", "purl": "pkg:npm/n@1"}]}'
)
LATER = "2026-12-01T12:00:00+00:00"


@dataclass(frozen=True)
class Body:
    """Form fields, a JSON document, or bytes."""

    form: Mapping[str, object] | None = None
    data: bytes = b""
    content_type: str = JSON

    def sent(self) -> dict[str, object]:
        """Arguments of the test client."""
        if self.form is None:
            return {"data": self.data, "content_type": self.content_type}
        return {"data": dict(self.form)}


def _form(**fields: object) -> Body:
    return Body(form=fields)


def _json(**fields: object) -> Body:
    return Body(data=json.dumps(fields).encode())


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _about_models() -> dict[str, Body]:
    """What is sent about early access to models."""
    from support.frontier import by_both, by_developer, certificate

    one, both, deleted = by_developer().decode(), by_both().decode(), certificate().decode()
    other, digest = public_id("ORG", HOUSE), "sha256:" + "1" * 64
    api = "api/v1/frontier/agreements/{agreement}"
    partner = {"name": "n", "criteria": "c", "conflicts": "i"}
    draft = {f"{side}_{name}": "x" for side in ("developer", "evaluator") for name in ("name", "key", "seal")}
    return {
        "api/v1/frontier/agreements": _json(file=one, other=other),
        f"{api}/sign": _json(file=both),
        f"{api}/decline": _json(),
        f"{api}/reword": _json(file=one),
        f"{api}/client": _json(key="ed25519:" + "1" * 64),
        f"{api}/grant": _json(),
        f"{api}/token": _json(),
        "api/v1/frontier/statements": _json(),
        f"{api}/use": _json(spent=1),
        f"{api}/plan": _json(digest=digest),
        f"{api}/begin": _json(),
        f"{api}/stop": _json(runs=1),
        f"{api}/finish": _json(runs=1),
        f"{api}/determination": _json(file=one),
        f"{api}/withdraw": _json(),
        "api/v1/frontier/withdraw": _json(),
        f"{api}/certificate": _json(file=deleted),
        f"{api}/partners": _json(**partner),
        f"{api}/findings": _json(finding=public_id("FND", HOUSE), leaf=digest),
        "api/v1/frontier/partners/{partner}/decision": _json(verb="object", because="b"),
        "api/v1/frontier/partners/{partner}/conflicts": _json(conflicts="c"),
        "api/v1/frontier/enquiries": _json(model="m", question="q"),
        "api/v1/frontier/enquiries/{enquiry}/answer": _json(text="a"),
        "api/v1/frontier/releases": _json(model="m"),
        "frontier/draft/": _form(template="eo-14409-1", model="m", **draft),
        "frontier/offer/": _form(other=other, file=_file("signed.json", one.encode())),
        "frontier/withdraw/": _form(model=""),
        "frontier/enquiries/new/": _form(model="m", question="q"),
        "frontier/enquiries/release/": _form(model="m"),
        "frontier/enquiries/{enquiry}/answer/": _form(text="a"),
        "frontier/partners/{partner}/decide/": _form(verb="object", because="b"),
        "frontier/partners/{partner}/conflict/": _form(conflicts="c"),
        "frontier/{agreement}/token/": _form(),
        "frontier/{agreement}/results/": _form(file=_file("results.json", one.encode())),
        "frontier/{agreement}/partners/new/": _form(**partner),
        "frontier/{agreement}/{step}/": _form(),
    }


def body_of(route: Route, house: House, unused: str) -> Body | None:
    """The body for a route; None where nobody has written one.

    Args:
        route: the route.
        house: for what the body names.
        unused: a fresh key, so that nothing is taken for a repetition.
    """
    if route.path.startswith("accounts/"):
        return _form(
            login="finder@example.org", password="a long enough password", email="secret@example.org", code="1"
        )
    cluster = house.secret["cluster"]
    finding = {**SAME, "provenance": {"tool": "harrow"}, "proof": PROOF, "key": unused}
    patch = "--- a/index.js\n+++ b/index.js\n@@ -1,2 +1,3 @@\n a\n+b\n c\n"
    told = {"mail": True, "says": "reason", "zone": "UTC", "digest_at": "07:00", "hourly": 4}
    bodies: dict[str, Body] = {
        **_about_models(),
        "api/v1/alerts/feeds": _json(name="reader"),
        "api/v1/alerts/preferences": _json(**told),
        "api/v1/alerts/test": _json(),
        "api/v1/alerts/webhooks": _json(url="https://hooks.example/levee"),
        "api/v1/alerts/webhooks/{hook}/resume": _json(),
        "api/v1/cases/filters": _json(name="ours", text="minimist"),
        "api/v1/cases/filters/{filter}/change": _json(name="ours"),
        "cases/filters/save/": _form(name="ours", text="minimist"),
        "cases/filters/{saved}/": _form(name="ours"),
        "api/v1/cases/channels": _json(kind="github", name="our bot", token="t"),
        "api/v1/cases/channels/{channel}/token": _json(token="t"),
        "api/v1/cases/{case}/bridges": _json(
            channel=public_id("CHN", HOUSE), project="octo-org/octo-repo", name="Octo", because="its code"
        ),
        "api/v1/cases/{case}/bridges/{bridge}/again": _json(),
        "cases/channels/": _form(kind="github", name="our bot", token="t"),
        "cases/channels/{channel}/": _form(token="t"),
        "cases/{case}/bridges/new/": _form(
            channel=public_id("CHN", HOUSE), project="octo-org/octo-repo", name="Octo", because="its code"
        ),
        "cases/{case}/bridges/{bridge}/again/": _form(),
        "api/v1/cases/webhooks": _json(url="https://hooks.example/levee"),
        "api/v1/cases/webhooks/{hook}/resume": _json(),
        "api/v1/cases/webhooks/{hook}/secret": _json(),
        "api/v1/cases/webhooks/{hook}/test": _json(),
        "cases/webhooks/": _form(url="https://hooks.example/levee"),
        "cases/webhooks/{hook}/": _form(test="1"),
        "alerts/feeds/": _form(name="reader"),
        "alerts/feeds/{token}/": _form(),
        "alerts/preferences/": _form(**told),
        "alerts/test/": _form(),
        "alerts/webhooks/": _form(url="https://hooks.example/levee"),
        "alerts/webhooks/{hook}/": _form(),
        "api/v1/actions/{action}/claim": _json(note="done"),
        "api/v1/actions/{action}/take-back": _json(note="not yet"),
        "api/v1/actions/{action}/exception": _json(reason="r", mitigation="m", responsible="p", until=LATER),
        "api/v1/exceptions/{exception}/approve": _json(note="n"),
        "api/v1/exceptions/{exception}/refuse": _json(note="n"),
        "api/v1/exceptions/{exception}/withdraw": _json(note="n"),
        "api/v1/forensics/{forensic}/entries": _json(step="note", text="t"),
        "api/v1/forensics/{forensic}/files": Body(data=b"a file", content_type="application/octet-stream"),
        "api/v1/forensics/{forensic}/verdict": _json(verdict="cannot be told", text="t"),
        "api/v1/inventory/imports/{done}/vex": _json(),
        "api/v1/turns/{turn}/now": _json(because="b"),
        "api/v1/turns/{turn}/withdraw": _json(because="b"),
        "api/v1/vex": Body(data=b"{}", content_type="application/json"),
        "api/v1/vex/{vex}/withdraw": _json(note="n"),
        "inventory/imports/{done}/vex/": _form(),
        "vex/rely/": _form(file=_file("vex.json", b"{}")),
        "vex/{vex}/withdraw/": _form(note="n"),
        "api/v1/priority": _json(active_as_kev=True),
        "api/v1/priority/tables": Body(data=b"kev,days\nyes,3\nno,30\n", content_type="text/csv"),
        "api/v1/cases": _json(cluster=cluster, title="t", summary="s", embargo_end=LATER),
        "api/v1/cases/{case}/advisory": _json(
            title="t", summary="s", package="npm:minimist", fixed="0.2.1", because="b"
        ),
        "api/v1/cases/{case}/publications": _json(title="t", summary="s", package="npm:minimist", fixed="0.2.1"),
        "api/v1/cases/{case}/publications/decision": _json(agree=False, digest="", because="b"),
        "api/v1/cases/{case}/publications/review": _json(stands=True, because="b"),
        "cases/{case}/publication/": _form(verb="refuse", because="b", digest=""),
        "cases/{case}/publication/review/": _form(verb="right", because="b"),
        "api/v1/house/settings/{setting}": _json(value="no", because="b"),
        "house/settings/{setting}/": _form(value="no", because="b"),
        "api/v1/house/duty/shifts": _json(
            person=public_id("PER", house.coordinator.id), start="2027-01-01T08:00:00Z", end="2027-01-02T08:00:00Z"
        ),
        "api/v1/house/duty/shifts/{shift}/end": _json(because="b"),
        "api/v1/house/duty/hand-overs": _json(note="n"),
        "house/duty/new/": _form(
            person=public_id("PER", house.coordinator.id), start="2027-01-01 08:00", end="2027-01-02 08:00", address=""
        ),
        "house/duty/{shift}/end/": _form(because="b"),
        "house/duty/hand-over/": _form(note="n"),
        "api/v1/cases/{case}/notices": _json(
            product="minimist", text="Block it.", recipients=[public_id("ORG", house.world.other.party)], because="b"
        ),
        "cases/{case}/notices/new/": _form(
            product="minimist",
            text="Block it.",
            label="TLP:AMBER",
            recipients=public_id("ORG", house.world.other.party),
            because="b",
            send="1",
        ),
        "api/v1/house/calendar": _json(kind="weekday", zone="UTC", weekday=6, because="b"),
        "api/v1/house/calendar/{closing}/end": _json(because="b"),
        "house/calendar/new/": _form(kind="weekday", zone="UTC", weekday="6", because="b"),
        "house/calendar/{closing}/end/": _form(because="b"),
        "api/v1/cases/{case}/answer": _json(answer="affected", by="Ada", product="Widget", version="2.x"),
        "api/v1/cases/{case}/claims": _json(event="P", evidence="a post"),
        "api/v1/cases/{case}/rediscoveries": _json(finding=house.secret["finding"]),
        "api/v1/cases/{case}/claims/{claim}/decision": _json(verb="refuse", because="b"),
        "api/v1/cases/{case}/claims/{claim}/doubt": _json(because="b"),
        "api/v1/cases/{case}/claims/{claim}/settlement": _json(verb="uphold", because="b"),
        "api/v1/cases/{case}/clocks/marks": _json(moment="list_told", at="2026-11-23T09:00:00+00:00", evidence="e"),
        "api/v1/cases/{case}/clocks/policies": _json(policy="list:linux-distros", because="b"),
        "api/v1/cases/{case}/clocks/policies/drop": _json(policy="finder:90-days", because="b"),
        "api/v1/cases/{case}/consent": _json(verb="decline"),
        "api/v1/cases/{case}/embargo/end": _json(reason="public", evidence="a post"),
        "api/v1/cases/{case}/embargo/proposals": _json(end="2026-11-24T13:00:00+00:00", because="b"),
        "api/v1/cases/{case}/embargo/proposals/{proposal}/decision": _json(verb="reject", because="b"),
        "api/v1/cases/{case}/embargo/shorten": _json(end="2026-11-24T12:00:00+00:00", because="b"),
        "api/v1/cases/{case}/fixes": _json(upgrade="0.2.1", author="Ada"),
        "api/v1/cases/{case}/participants/{participant}/attempts": _json(channel="second_contact", because="b"),
        "api/v1/cases/{case}/participants/{participant}/outcome": _json(way="hold", because="b"),
        "api/v1/cases/{case}/participants/{participant}/outcome/decision": _json(agree=False, because="b"),
        "api/v1/cases/{case}/contacts": _json(documents=[{"name": "SECURITY.md", "text": "write to sec@lib.example"}]),
        "api/v1/cases/{case}/conflicts": _json(because="b"),
        "api/v1/cases/{case}/conflicts/{conflict}/settle": _json(because="b"),
        "cases/{case}/conflicts/new/": _form(of="", because="b"),
        "cases/{case}/conflicts/{conflict}/": _form(because="b"),
        "api/v1/cases/{case}/hand-overs": _json(),
        "api/v1/cases/{case}/merge": _json(into=house.secret["case"], because="b"),
        "api/v1/cases/{case}/split": _json(findings=[house.secret["finding"]], title="t", because="b"),
        "api/v1/cases/{case}/reopen": _json(because="b"),
        "api/v1/cases/{case}/transfer": _json(to=house.secret["participant"], because="b"),
        "api/v1/cases/{case}/transfer/answer": _json(verb="take"),
        "api/v1/cases/{case}/transfer/withdraw": _json(),
        "cases/{case}/transfer/": _form(to=house.secret["participant"], because="b"),
        "cases/{case}/transfer/answer/": _form(go="1"),
        "cases/{case}/transfer/withdraw/": _form(),
        "api/v1/offers/{participant}/answer": _json(verb="accept"),
        "cases/{case}/merge/": _form(into=house.secret["case"], because="b"),
        "cases/{case}/split/": _form(findings=[house.secret["finding"]], title="t", summary="", because="b"),
        "cases/{case}/reopen/": _form(because="b"),
        "cases/offers/{participant}/": _form(accept="1"),
        "api/v1/handed-over": Body(data=b"{}", content_type="application/json"),
        "api/v1/cases/{case}/invitations": _json(name="n", address="n@example.org", because="b"),
        "api/v1/cases/{case}/members": _json(organisation=public_id("ORG", house.world.other.party), because="b"),
        "api/v1/cases/{case}/threads": _json(audience="party", subject="s", participants=[]),
        "api/v1/cases/{case}/threads/{thread}/attachments": Body(data=b"a log", content_type="text/plain"),
        "api/v1/cases/{case}/threads/{thread}/messages": _json(text="hello"),
        "api/v1/cases/{case}/threads/{thread}/read": _json(number=1),
        "api/v1/cases/{case}/participants/{participant}/awareness": _json(evidence="a post"),
        "api/v1/cases/{case}/participants/{participant}/link": _json(),
        "api/v1/cases/{case}/report": _json(step="defer", because="b"),
        "api/v1/clusters/{cluster}/undo": _json(because="b"),
        "api/v1/feeds": _json(name="listed", kind="kev"),
        "api/v1/feeds/{name}/start": _json(),
        "api/v1/feeds/{name}/stop": _json(),
        "api/v1/feeds/{name}/load": Body(data=b"{}", content_type="application/json"),
        "api/v1/feeds/{name}/pull": _json(accept=False),
        "api/v1/consents": _json(intermediary=public_id("ORG", house.world.other.party), may_act=True),
        "api/v1/consents/{consent}/withdraw": _json(),
        "api/v1/findings": _json(**finding),
        "api/v1/findings/{finding}/judgements": _json(judgement="forged", statement="s"),
        "api/v1/findings/{finding}/put-back": _json(because="b"),
        "api/v1/findings/{finding}/redactions": _json(passages=["prototype"], reason="r"),
        "api/v1/findings/{finding}/take-out": _json(because="b"),
        "api/v1/inventory/assets/{asset}/facts": _json(source="a scan", exposure="no"),
        "api/v1/inventory/imports": Body(data=OFFICE, content_type="text/csv"),
        "api/v1/inventory/intakes/{intake}/again": _json(),
        "inventory/intakes/{intake}/again/": _form(),
        "inventory/intakes/{intake}/drop/": _form(),
        "api/v1/inventory/preview": Body(data=OFFICE, content_type="text/csv"),
        "api/v1/members": _json(name="Bob", kind="agent", roles=["member"]),
        "api/v1/members/{member}/end": _json(),
        "api/v1/members/{member}/forget": _json(),
        "api/v1/members/{member}/link": _json(),
        "api/v1/members/{member}/tokens": _json(name="t", scopes=["finding:see"], days=9),
        "api/v1/organisations": _json(name="n", kind="finder", administrator="a"),
        "api/v1/terms": _json(answer="limit"),
        "api/v1/tokens": _json(name="t", scopes=["finding:see"], days=9),
        "api/v1/tokens/{token}/revoke": _json(),
        "api/v1/projects/policies": _json(project="pkg:npm/minimist", source="SECURITY.md", longest_days=30),
        "api/v1/projects/upkeep": _json(component="pkg:npm/left-pad", keeps="ships", because="b"),
        "api/v1/projects/upkeep/bill": Body(data=BILL),
        "api/v1/projects/upkeep/{upkeep}/end": _json(),
        "api/v1/targets/{name}": Body(data=b"no archive", content_type="application/x-tar"),
        "api/v1/targets/{name}/{version}/controls": _json(**PROOF),
        "act-as/{principal}/": _form(),
        "actions/{action}/claim/": _form(note="done"),
        "actions/{action}/take-back/": _form(note="not yet"),
        "actions/{action}/exception/": _form(reason="r", mitigation="m", responsible="p", until="2026-12-24"),
        "exceptions/{exception}/approve/": _form(note="n"),
        "exceptions/{exception}/refuse/": _form(note="n"),
        "exceptions/{exception}/withdraw/": _form(note="n"),
        "forensics/{forensic}/write/": _form(step="note", text="t"),
        "forensics/{forensic}/verdict/": _form(verdict="cannot be told", text="t"),
        "priority/choose/": _form(table="cisa:DT_BOD2604", plant_table="cisa:DT_BOD2604", preset="strictest"),
        "priority/tables/": _form(name="t"),
        "cases/{case}/answer/": _form(answer="affected", by="Ada", justification="", product="Widget", version="2.x"),
        "cases/{case}/rediscoveries/": _form(finding=house.secret["finding"]),
        "cases/{case}/claims/new/": _form(event="P", evidence="a post"),
        "cases/{case}/claims/{claim}/": _form(verb="refuse", because="b"),
        "cases/{case}/claims/{claim}/doubt/": _form(because="b"),
        "cases/{case}/claims/{claim}/settlement/": _form(verb="uphold", because="b"),
        "cases/{case}/clocks/drop/": _form(policy="finder:90-days", because="b"),
        "cases/{case}/clocks/keep/": _form(policy="list:linux-distros", because="b"),
        "cases/{case}/clocks/mark/": _form(moment="list_told", at="2026-11-23 09:00", evidence="e"),
        "cases/{case}/clocks/zone/": _form(zone="Europe/Berlin"),
        "cases/{case}/consent/": _form(verb="revise"),
        "cases/{case}/end-embargo/": _form(reason="public", evidence="a post"),
        "cases/{case}/fixes/new/": _form(patch=patch, upgrade="", note="n"),
        "cases/{case}/participants/{participant}/chase/": _form(channel="second_contact", because="b"),
        "cases/{case}/participants/{participant}/silence/": _form(way="hold", agree="no", because="b"),
        "cases/{case}/contacts/": _form(kind="SECURITY.md", text="write to sec@lib.example", url=""),
        "cases/{case}/hand-over/": _form(),
        "cases/receive/": _form(file=_file("case.json", b"{}")),
        "cases/{case}/invite/": _form(name="n", address="n@example.org", because="b"),
        "cases/{case}/invite-member/": _form(party=public_id("ORG", house.world.other.party), because="b"),
        "cases/{case}/threads/new/": _form(subject="s", product="", participants=[]),
        "cases/{case}/threads/{thread}/": _form(text="hello"),
        "cases/{case}/threads/{thread}/read/": _form(number="1"),
        "cases/{case}/participants/{participant}/awareness/": _form(evidence="a post"),
        "cases/{case}/participants/{participant}/new-link/": _form(),
        "cases/{case}/publish/": _form(title="t", summary="s", package="npm:minimist", introduced="0", fixed="0.2.1"),
        "cases/{case}/proposals/new/": _form(end="2026-11-24 13:00", because="b"),
        "cases/{case}/proposals/{proposal}/": _form(verb="reject", because="b"),
        "cases/{case}/report/": _form(step="defer", because="b"),
        "cases/{case}/shorten-embargo/": _form(end="2026-11-24 12:00", because="b"),
        "clusters/{cluster}/open-case/": _form(title="t", summary="s", embargo_end="2026-12-01 12:00"),
        "clusters/{cluster}/undo/": _form(because="b"),
        "findings/{finding}/open-case/": _form(title="t", summary="s", embargo_end="2026-12-01 12:00"),
        "contact/{contact}/terms/": _form(by="Ada", code="0123456789"),
        "contact/{contact}/": _form(code="0123456789"),
        "feeds/add/": _form(name="listed", url="", kind="kev"),
        "feeds/{name}/load/": _form(file=_file("kev.json", b"{}")),
        "feeds/{name}/pull/": _form(),
        "feeds/{name}/stop/": _form(),
        "feeds/{name}/start/": _form(),
        "feeds/{name}/remove/": _form(sure="yes"),
        "clients/leave/": _form(),
        "clients/{operator}/open/": _form(),
        "consents/": _form(intermediary=public_id("ORG", house.world.other.party), may_act="act", until=""),
        "consents/{consent}/withdraw/": _form(),
        "findings/hand-in/": _form(text=json.dumps(finding)),
        "findings/{finding}/judge/": _form(judgement="forged", statement="s"),
        "findings/{finding}/put-back/": _form(because="b"),
        "findings/{finding}/redact/": _form(passages="prototype", reason="r"),
        "findings/{finding}/take-out/": _form(because="b"),
        "inventory/assets/{asset}/facts/": _form(source="a scan", exposure="no"),
        "inventory/import/": _form(name="office", file=_file("office.csv", OFFICE)),
        "inventory/preview/": _form(name="office", file=_file("office.csv", OFFICE)),
        "health": _form(),
        "link/{secret}/": _form(),
        "organisation/members/{member}/end/": _form(),
        "organisation/members/{member}/forget/": _form(sure="on"),
        "organisation/members/{member}/link/": _form(),
        "organisation/members/{member}/tokens/new/": _form(name="t", days="9", scopes=["finding:see"]),
        "organisation/members/new/": _form(name="Bob", kind="person", roles=["member"]),
        "organisation/terms/": _form(answer="limit"),
        "organisation/tokens/new/": _form(name="t", days="9", scopes=["finding:see"]),
        "organisation/tokens/{token}/revoke/": _form(),
        "organisations/new/": _form(name="n", kind="finder", sector="", administrator="a"),
        "projects/policies/new/": _form(
            project="pkg:npm/minimist", embargo="report", ai_found="private", ai_patch="ask", takes="all", source="s"
        ),
        "projects/upkeep/bill/": _form(because="b", file=_file("bill.json", BILL)),
        "projects/upkeep/new/": _form(component="pkg:npm/left-pad", keeps="ships", because="b"),
        "projects/upkeep/{upkeep}/end/": _form(),
        "projects/turns/{turn}/now/": _form(because="b"),
        "projects/turns/{turn}/withdraw/": _form(because="b"),
        "sign-out/": _form(),
        "targets/": _form(name="tidepack", archive=_file("a.tar", b"no archive")),
        "welcome/": _form(email="secret@example.org", password="a long enough password"),
    }
    return bodies.get(route.path)
