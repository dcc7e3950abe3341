"""What came in is kept byte for byte, and opens to its finder and the clearinghouse alone."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from levee.cases import services as cases
from levee.findings import selectors, services
from levee.findings.models import Original
from levee.identity import services as identity
from levee.kernel.errors import Forbidden, NotFound
from levee.kernel.ids import public_id
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role
from support.coordination import cluster_of
from support.database import as_role

ONE = b"""{ "title":"Prototype pollution",\r
  "target" : "npm:minimist@0.0.8", "provenance":{"tool":"harrow"}, "why_no_proof": "caf\\u00e9",
  "key":"%s"}"""


@pytest.fixture
def organisation(world):
    return world.organisation(OrganisationKind.FINDER, "Harrow")


@pytest.fixture
def finder(world, organisation):
    return world.actor(organisation, Role.MEMBER, Role.ADMIN)


def taken(finder, data):
    return [receipt.finding for receipt in services.submit_batch(finder, data).accepted]


def test_the_very_bytes_are_kept(world, finder):
    data = ONE % b"k"
    (finding,) = taken(finder, data)
    for reader in (finder, world.coordinator()):
        kept = selectors.original(reader, finding)
        assert (kept.data, kept.media_type, kept.place) == (data, "application/json", "")
        assert kept.digest == sha256(data).digest()


def test_a_batch_is_kept_once_and_each_finding_says_where_it_stands(world, finder):
    data = b'{"findings": [5,\n ' + ONE % b"a" + b", " + ONE % b"b" + b"]}"
    first, second = taken(finder, data)
    kept = [selectors.original(finder, each) for each in (first, second)]
    assert [each.data for each in kept] == [data, data]
    assert [each.place for each in kept] == ["/findings/1", "/findings/2"]
    with as_role(world.owner_role):
        assert Original.unscoped.values("blob").distinct().count() == 1


def test_what_is_handed_in_again_leaves_nothing_new_behind(finder, tmp_path):
    data = ONE % b"k"
    first = taken(finder, data)
    before = sorted((tmp_path / "blobs").rglob("*"))
    assert taken(finder, data + b"\n") == first
    assert taken(finder, b'{"findings": [' + data + b"]}") == first
    assert sorted((tmp_path / "blobs").rglob("*")) == before
    assert selectors.original(finder, first[0]).data == data


def test_nobody_can_change_what_an_original_points_to(world, finder):
    taken(finder, ONE % b"k")
    for role in ("levee_web", "levee_worker"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            as_role(role),
            connection.cursor() as cursor,
        ):
            cursor.execute("update findings_original set blob = finding")


def test_the_ledger_holds_its_digest(world, finder):
    data = ONE % b"k"
    taken(finder, data)
    with as_role(world.owner_role), connection.cursor() as cursor:
        cursor.execute("select count(*) from ledger_pending where fields like %s", [f"%{sha256(data).hexdigest()}%"])
        assert cursor.fetchone() == (1,)


def test_a_vendor_that_sees_the_finding_does_not_open_its_original(world, finder):
    (finding,) = taken(finder, ONE % b"k")
    coordinator = world.coordinator()
    vendor = world.actor(world.organisation(OrganisationKind.VENDOR, "Minimist"))
    end = world.clock.now() + timedelta(days=9)
    case = cases.open_case(coordinator, cluster=cluster_of(world, finding), title="t", summary="", embargo_end=end)
    cases.invite(coordinator, case, party=vendor.party, name="Minimist", because="its code")
    assert selectors.get(vendor, finding).title == "Prototype pollution"
    with pytest.raises(Forbidden):
        selectors.original(vendor, finding)
    with pytest.raises(NotFound):
        selectors.original(world.finder(), finding)
    assert not selectors.opens_original(vendor, finding)


def test_over_the_api_it_comes_as_a_file_and_only_within_a_tokens_scope(finder):
    data = ONE % b"k"
    (finding,) = taken(finder, data)
    name = public_id("FND", finding)

    def ask(*scopes):
        token = identity.issue_token(finder, name="t", scopes=scopes, lasts=timedelta(days=1)).secret
        return Client().get(f"/api/v1/findings/{name}/original", headers={"Authorization": f"Bearer {token}"})

    told = ask(Action.FINDING_SEE, Action.FINDING_SEE_ORIGINAL)
    assert (told.status_code, told.content, told["Content-Type"]) == (200, data, "application/json")
    assert told["Content-Disposition"] == f'attachment; filename="{name}.json"'
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Levee-Original-SHA256"] == sha256(data).hexdigest()
    refused = ask(Action.FINDING_SEE)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert ask(Action.CASE_SEE).status_code == 404


def test_the_digest_is_of_these_bytes_and_of_no_rewriting_of_them(finder):
    data = ONE % b"k"
    (finding,) = taken(finder, data)
    assert selectors.original(finder, finding).data != json.dumps(json.loads(data)).encode()
