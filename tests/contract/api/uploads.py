"""What can be wrong with each kind of upload; a path that is new to the API needs a line here."""

from __future__ import annotations

import io
import json
import tarfile

from contract.api.malformed import Malformed

BYTES = "application/octet-stream"


def _bytes(name: str, data: bytes, place: str, status: int = 400) -> Malformed:
    return Malformed(name, data, place, status, BYTES)


def _json(name: str, value: object, place: str, status: int = 400) -> Malformed:
    return Malformed(name, json.dumps(value).encode(), place, status)


def _tar(*names: str, manifest: bytes = b"{}") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in names:
            entry = tarfile.TarInfo(name)
            entry.size = len(manifest)
            archive.addfile(entry, io.BytesIO(manifest))
    return out.getvalue()


NO_JSON = (
    _bytes("no text", b"\x00\xff\xfe\x01" * 9, ""),
    _bytes("half of it", b'{"a": ', "line 1"),
    _bytes("a key twice", b'{"a": 1, "a": 2}', "/a"),
    _bytes("NaN", b'{"a": NaN}', "/a"),
    _bytes("too deep", b'{"a": ' + b"[" * 100_000, "", 413),
    _bytes("half a character", b'{"a": "\\ud800"}', "/a"),
    _json("an array", [{"a": 1}], ""),
)
CALLS = {
    "levee": "proof/1",
    "form": "calls",
    "kind": "exception",
    "exception": "ValueError",
    "language": "python",
    "steps": [{"call": "a.b", "args": []}],
    "benign": [{"call": "a.b", "args": []}],
}
FINDING = {"title": "t", "target": "npm:a@1.0.0", "provenance": {"tool": "t"}, "why_no_proof": "none", "key": "k"}
FINDINGS = (
    *NO_JSON,
    _json("a list that is none", {"findings": {}}, "/findings"),
    _json("a batch with a field of its own", {"findings": [], "by": "me"}, "/by"),
    *(
        _json(f"a finding whose {field} is {value!r}", {**FINDING, field: value}, place or f"/{field}")
        for field, value, place in (
            ("severity", "critical", ""),
            ("title", 5, ""),
            ("title", "a\0b", ""),
            ("title", "a\u202eb", ""),
            ("title", "t" * 301, ""),
            ("description", "d" * 70_000, ""),
            ("target", "npm:../../etc/passwd@1", ""),
            ("target", "source:../x", ""),
            ("target", "http://a.example/x", ""),
            ("target", "npm:-rf@1", ""),
            ("cwe", "79", ""),
            ("provenance", {"tool": "t", "cost": 5}, "/provenance/cost"),
            ("provenance", "harrow", ""),
            ("use_terms", "anything", ""),
            ("personal_data", "yes", ""),
            ("proof", [], ""),
            ("proof", {"form": "calls"}, "/proof"),
            ("proof", {**CALLS, "form": "telepathy"}, "/proof/form"),
            ("key", "", ""),
        )
    ),
    _json("another SARIF", {"version": "2.0.0", "runs": []}, "/version"),
    _json("SARIF whose runs are none", {"version": "2.1.0", "runs": 5}, "/runs"),
)
CYCLONEDX = b'{"bomFormat": "CycloneDX", "specVersion": "1.6"'
INVENTORIES = (
    _bytes("no text", b"\x00\xff\xfe\x01" * 9, ""),
    _bytes("half of it", b'{"bomFormat": ', "line 1"),
    _bytes("a key twice", CYCLONEDX + b', "components": [], "components": []}', "/components"),
    _bytes("NaN", CYCLONEDX + b', "version": NaN}', "/version"),
    _bytes("too deep", b'{"bomFormat": ' + b"[" * 100_000, "", 413),
    _bytes("half a character", CYCLONEDX + b', "components": [{"name": "\\ud800"}]}', "/components/0/name"),
    _json("an object of another kind", {"hello": "world"}, "/"),
    _json("CycloneDX of another time", {"bomFormat": "CycloneDX", "specVersion": "9.9"}, "/specVersion"),
    _json("components that are none", {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 5}, "/components"),
    _bytes("a table of nothing that is known", b"colour,taste\nred,sweet\n", "line 1"),
    _bytes("a table without rows", b"\n\n", ""),
)
BILLS = (
    *NO_JSON[:-1],
    _json("no bill of materials", {"a": 1}, "/"),
    _json("components that are none", {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": 5}, "/components"),
)
PROOFS = (
    *NO_JSON,
    _json("another version of the form", {**CALLS, "levee": "proof/9"}, "/levee"),
    _json("an unknown form", {**CALLS, "form": "telepathy"}, "/form"),
    _json("a field of its own", {**CALLS, "x": 1}, "/x"),
    _json("steps that are none", {**CALLS, "steps": 5}, "/steps"),
)
ARCHIVES = (
    _bytes("no archive", b"no archive at all", ""),
    _bytes("an archive without a manifest", _tar("a.c"), ""),
    _bytes("a manifest that is none", _tar("levee-target.json", manifest=b"{"), ""),
    _bytes("a way out", _tar("levee-target.json", "../../etc/passwd"), ""),
    _bytes("a way from the root", _tar("levee-target.json", "/etc/passwd"), ""),
)
FEEDS = (_bytes("nothing", b"", "/"),)
TABLES = (
    _bytes("no text", b"\xff\xfe\x01" * 9, "byte 0"),
    _bytes("no columns", b"colour,taste\nred,sweet\n", "line 1"),
    _bytes("no days", b"exposed\nyes\n", "line 1"),
    _bytes("half of it", b"exposed,days\nyes,3\n", "file"),
    _bytes("a contradiction", b"exposed,days\nyes,3\nno,4\nyes,5\n", "line 4"),
    _bytes("no answer", b"exposed,days\nperhaps,3\n", "line 2, exposed"),
)
OPENVEX = {"@context": "https://openvex.dev/ns/v0.2.0", "author": "a", "timestamp": "2026-01-01T00:00:00Z"}
STATEMENTS = (
    *NO_JSON,
    _json("no statements of any kind", {"a": 1}, "/"),
    _json("nobody says it", {**OPENVEX, "author": ""}, "/author"),
    _json("nobody dates it", {**OPENVEX, "timestamp": "soon"}, "/timestamp"),
    _json("nothing in it", OPENVEX, "/"),
    _json(
        "a status of its own", {**OPENVEX, "statements": [{"products": ["pkg:npm/a"], "status": "x"}]}, "/statements/0"
    ),
)
REPORTS = (
    *NO_JSON,
    _json("an advisory", {"document": {"csaf_version": "2.0"}}, "/document/csaf_version"),
    _json(
        "a report without a title",
        {"document": {"csaf_version": "2.1", "category": "csaf_vulnerability_report"}},
        "/",
    ),
)
TAKES_NOTHING = {
    "/api/v1/frontier/agreements/{agreement}/begin",
    "/api/v1/frontier/agreements/{agreement}/decline",
    "/api/v1/frontier/agreements/{agreement}/token",
    "/api/v1/frontier/agreements/{agreement}/withdraw",
    "/api/v1/frontier/statements",
    "/api/v1/cases/{case}/hand-overs",
    "/api/v1/cases/{case}/transfer/withdraw",
    "/api/v1/cases/channels/{channel}",
    "/api/v1/cases/filters/{filter}",
    "/api/v1/cases/{case}/bridges/{bridge}/again",
    "/api/v1/cases/webhooks/{hook}",
    "/api/v1/cases/webhooks/{hook}/resume",
    "/api/v1/cases/webhooks/{hook}/secret",
    "/api/v1/cases/webhooks/{hook}/test",
    "/api/v1/inventory/imports/{done}/vex",
    "/api/v1/alerts/test",
    "/api/v1/alerts/webhooks/{hook}",
    "/api/v1/alerts/webhooks/{hook}/resume",
    "/api/v1/alerts/feeds/{token}",
    "/api/v1/feeds/{name}",
    "/api/v1/feeds/{name}/stop",
    "/api/v1/inventory/intakes/{intake}",
    "/api/v1/inventory/intakes/{intake}/again",
    "/api/v1/feeds/{name}/start",
    "/api/v1/cases/{case}/participants/{participant}/link",
    "/api/v1/consents/{consent}/withdraw",
    "/api/v1/members/{member}/end",
    "/api/v1/projects/upkeep/{upkeep}/end",
    "/api/v1/members/{member}/forget",
    "/api/v1/members/{member}/link",
    "/api/v1/tokens/{token}/revoke",
}
"""Whatever is sent there is not looked at."""

UPLOADS = {
    "/api/v1/findings": FINDINGS,
    "/api/v1/handed-over": REPORTS,
    "/api/v1/feeds/{name}/load": FEEDS,
    "/api/v1/inventory/preview": INVENTORIES,
    "/api/v1/inventory/imports": INVENTORIES,
    "/api/v1/priority/tables": TABLES,
    "/api/v1/vex": STATEMENTS,
    "/api/v1/forensics/{forensic}/files": (),
    "/api/v1/projects/upkeep/bill": BILLS,
    "/api/v1/cases/{case}/threads/{thread}/attachments": (),
    "/api/v1/targets/{name}": ARCHIVES,
    "/api/v1/targets/{name}/{version}/controls": PROOFS,
}
