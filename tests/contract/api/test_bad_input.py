"""Whatever is handed to the API, it answers; what cannot be read is refused by its place, and nothing of it stays.

The operations are read from the OpenAPI document itself: one that takes a body in a way that is not known here fails.
"""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from django.test import override_settings

from contract.api.malformed import NEITHER_KIND, Operation, of_json, operations
from contract.api.uploads import BYTES, FINDING, TAKES_NOTHING, UPLOADS
from levee.api import api

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def document():
    return api.get_openapi_schema()


@pytest.fixture(scope="module")
def all_operations(document):
    return [each for each in operations(document) if each.path not in TAKES_NOTHING]


def faults(client, operation: Operation, bodies) -> list[str]:
    """What is wrong with the answers: a line each."""
    found = []
    for body in bodies:
        answer = client.generic(operation.method, operation.address, body.data, content_type=body.kind)
        told = _told(answer)
        place, advice = told.get("place", ""), told.get("advice", "")
        fine = answer.status_code == body.status == told.get("status") and place.startswith(body.place) and advice
        if not fine or not (place or body.status != 400) or not told["title"]:
            found.append(f"{operation}, {body.name}: {answer.status_code} {answer['Content-Type']} {told}")
    return found


def _told(answer):
    return answer.json() if answer["Content-Type"] == PROBLEM else {"text": answer.content[:200]}


def but_refusals(counted):
    """What is kept, but for the note that whoever asked was refused."""
    return {name: count for name, count in counted.items() if name != "public.ledger_pending"}


def test_every_operation_that_takes_something_says_so(document, all_operations):
    for each in operations(document):
        if each.path in TAKES_NOTHING:
            assert not each.kinds, f"{each} takes something"
    unknown = [str(each) for each in all_operations if each.schema is None and each.path not in UPLOADS]
    assert not unknown, f"nothing is written in tests/contract/api/uploads.py for {unknown}"
    assert not UPLOADS.keys() - {each.path for each in all_operations}
    assert all(each.kinds for each in all_operations)


def test_every_json_body_is_refused_by_its_place_whatever_is_wrong_with_it(client, document, all_operations, kept):
    before = kept()
    found = [
        fault
        for operation in all_operations
        if operation.schema is not None
        for fault in faults(client, operation, of_json(document, operation.schema))
    ]
    assert not found, f"{len(found)}:\n" + "\n".join(found[:40])
    assert kept() == before
    assert client.get("/health").status_code == 200


def test_every_upload_is_refused_by_its_place_whatever_is_wrong_with_it(client, all_operations, kept):
    before = kept()
    found = [
        fault
        for operation in all_operations
        if operation.schema is None
        for fault in faults(client, operation, (*NEITHER_KIND, *UPLOADS[operation.path]))
    ]
    assert not found, f"{len(found)}:\n" + "\n".join(found[:40])
    assert but_refusals(kept()) == but_refusals(before)
    assert client.get("/health").status_code == 200


def test_every_body_over_the_servers_limit_is_refused(client, all_operations, kept):
    before, found = kept(), []
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
        for operation in all_operations:
            kind = "application/json" if operation.schema else "application/octet-stream"
            answer = client.generic(operation.method, operation.address, b"{" + b" " * 200, content_type=kind)
            if answer.status_code != 413 or not _told(answer).get("advice"):
                found.append(f"{operation}: {answer.status_code} {_told(answer)}")
    assert not found, "\n".join(found)
    assert kept() == before


@pytest.mark.parametrize("trick", ["..", "../../etc/passwd", "/etc/passwd", "a\0b", "a\u202eb", "x" * 5000, " "])
def test_a_name_that_plays_tricks_names_nothing(client, all_operations, kept, trick):
    """In paths and queries: refused or unknown, never a crash, and nothing is made by that name."""
    before, found = kept(), []
    for operation in (each for each in all_operations if each.parameters):
        address = operation.address_with(quote(trick, safe=""))
        body, kind = (b"name,version\nlodash,1\n", "text/csv") if "inventory/" in address else (b"{}", BYTES)
        if operation.schema is not None:
            body, kind = b"{}", "application/json"
        answer = client.generic(operation.method, address, body, content_type=kind)
        if not 400 <= answer.status_code < 500 or not _told(answer).get("advice"):
            found.append(f"{operation}: {answer.status_code} {_told(answer)}")
    assert not found, "\n".join(found)
    assert but_refusals(kept()) == but_refusals(before)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/no/such/thing", 404),
        ("GET", "/api/v1/findings/FND-NONSENSE", 404),
        ("DELETE", "/api/v1/findings", 405),
        ("GET", "/api/v1/findings?limit=many", 400),
        ("GET", "/api/v1/findings?limit=%00", 400),
        ("GET", "/api/v1/actions?state=%00", 400),
        ("GET", "/api/v1/findings/%00", 400),
    ],
)
def test_what_never_reaches_an_operation_is_a_problem_document_too(client, method, path, status):
    answer = client.generic(method, path)
    told = _told(answer)
    assert (answer.status_code, told.get("status"), bool(told.get("advice"))) == (status, status, True)
    assert status != 400 or told["place"]


def test_nobody_is_told_to_sign_in_by_a_problem_document(client):
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer lvt_nonsense"}):
        answer = client.post("/api/v1/cases", b"{", content_type="application/json", headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
        assert answer.json()["advice"]


def test_a_crash_is_a_problem_document_that_tells_nothing_of_the_inside(client, monkeypatch):
    from levee.findings import selectors

    monkeypatch.setattr(selectors, "listed", lambda *_a, **_k: 1 / 0)
    answer = client.get("/api/v1/findings")
    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)
    assert b"ZeroDivision" not in answer.content


def test_a_key_used_again_for_another_finding_is_a_conflict(client, kept):
    def hand_in(**changes):
        return client.post("/api/v1/findings", json.dumps({**FINDING, **changes}), content_type="application/json")

    assert hand_in().json()["accepted"][0]["repeated"] is False
    before = kept()
    assert hand_in().json()["accepted"][0]["repeated"] is True
    refused = hand_in(title="Something else")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:levee:problem:idempotency.reused")
    assert (refused.json()["place"], bool(refused.json()["advice"])) == ("/key", True)
    assert kept() == before


def test_of_a_batch_the_rest_is_kept(client):
    batch = {"findings": [FINDING, {**FINDING, "title": "t" * 301}, {**FINDING, "title": "x"}, {**FINDING, "key": "b"}]}
    told = client.post("/api/v1/findings", json.dumps(batch), content_type="application/json").json()
    assert len(told["accepted"]) == 2
    assert [each["place"] for each in told["refused"]] == ["/findings/1/title", "/findings/2/key"]
    assert all(each["advice"] for each in told["refused"])


@pytest.mark.parametrize(
    ("patch", "place"),
    [
        ("no patch", "patch, line 1"),
        ("--- a/x\n+++ b/x\n@@ -1,9 +1 @@\n-a\n", "patch, line"),
        ("--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "patch, line"),
        ("--- /etc/passwd\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "patch, line"),
        ("--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n", "patch, line"),
    ],
)
def test_a_patch_that_is_none_or_leaves_the_project_is_refused_at_the_door(client, opened, kept, patch, place):
    from levee.kernel.ids import public_id

    before = kept()
    body = json.dumps({"patch": patch, "author": "Ada"})
    case = public_id("CAS", opened.case)
    answer = client.post(f"/api/v1/cases/{case}/fixes", body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert answer.json()["place"].startswith(place)
    assert answer.json()["advice"]
    assert kept() == before
