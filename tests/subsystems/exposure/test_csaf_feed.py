"""A CSAF document of a feed is learnt like any advisory: raised, revised and taken back."""

from __future__ import annotations

from uuid import UUID

from levee.exposure import selectors, services
from levee.exposure.feeding import known
from levee.feeds.types import Kind, Record
from levee.inventory import services as inventory
from levee.platform.database.rls import OPERATOR_JOBS
from levee.policy.actors import PrincipalKind, Role
from support.database import as_role

PUMPS = b"asset,name,version,purl\npump-1,pump firmware,4.2.1,pkg:generic/corvane/pump-firmware@4.2.1\n"


def document(words, *cves):
    leaf = {"category": "product_version_range", "name": words, "product": {"name": "x", "product_id": "P1"}}
    product = {"category": "product_name", "name": "Pump Firmware", "branches": [leaf]}
    tracking = {
        "id": "ICSMA-1",
        "current_release_date": "2026-11-20T00:00:00Z",
        "initial_release_date": "2026-11-20T00:00:00Z",
    }
    return {
        "document": {"csaf_version": "2.0", "title": "A flaw in a pump", "tracking": tracking},
        "product_tree": {"branches": [{"category": "vendor", "name": "Corvane", "branches": [product]}]},
        "vulnerabilities": [{"cve": cve, "product_status": {"known_affected": ["P1"]}} for cve in cves],
    }


def record(clock, said, *, gone=False):
    now = clock.now()
    return Record(
        id=UUID(int=7), name="ICSMA-1", kind=Kind.CSAF, document=said, modified=now, gone_at=now if gone else None,
        feed="cisa", version="1",
    )  # fmt: skip


def test_a_document_raises_is_revised_and_is_taken_back(world, operator, clock):
    house = world.actor(world.house, Role.MEMBER, kind=PrincipalKind.SERVICE)
    run = world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.SERVICE)
    inventory.import_file(operator, PUMPS, filename="pumps.csv", name="pumps")

    def learn(said, *, gone=False):
        with as_role(OPERATOR_JOBS):
            learnt = services.learn_many(house, known(record(clock, said, gone=gone)))
            services.match_all(run)
        found = selectors.actions(operator)
        return learnt, [(each.remedy.version, each.vulnerabilities) for each in found]

    assert learn(document("< V4.3", "CVE-2099-1", "CVE-2099-2"))[1] == [("4.3", ("CVE-2099-1", "CVE-2099-2"))]
    assert learn(document("< V4.2.1", "CVE-2099-1", "CVE-2099-2"))[1] == []
    assert learn(document("< V4.4", "CVE-2099-1", "CVE-2099-2"))[1] == [("4.4", ("CVE-2099-1", "CVE-2099-2"))]
    assert learn(document("< V4.4", "CVE-2099-1", "CVE-2099-2"), gone=True)[1] == []
    broken, _ = learn({"document": {"csaf_version": "2.0", "tracking": {}}, "vulnerabilities": [{}]})
    assert [each.name for each in broken.refused] == ["ICSMA-1"]


def test_a_product_that_is_known_by_its_cpe_alone_is_raised_as_a_question_and_says_so(world, operator, clock):
    house = world.actor(world.house, Role.MEMBER, kind=PrincipalKind.SERVICE)
    run = world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.SERVICE)
    rows = b"""asset,name,version,cpe
pump-1,Pump,4.2.1,cpe:2.3:o:corvane:pump_firmware:4.2.1:*:*:*:*:*:*:*
pump-2,Pump,4.3,cpe:2.3:o:corvane:pump_firmware:4.3:*:*:*:*:*:*:*
pump-3,Pump,4.2.1,cpe:2.3:o:corvane:other_firmware:4.2.1:*:*:*:*:*:*:*
"""
    inventory.import_file(operator, rows, filename="pumps.csv", name="pumps")
    said = document("< V4.3", "CVE-2099-1")
    leaf = said["product_tree"]["branches"][0]["branches"][0]["branches"][0]["product"]
    leaf["product_identification_helper"] = {"cpe": "cpe:2.3:o:corvane:pump_firmware:*:*:*:*:*:*:*:*"}
    with as_role(OPERATOR_JOBS):
        learnt = services.learn_many(house, known(record(clock, said)))
        services.match_all(run)
    assert learnt.operators == (operator.party,)
    (found,) = selectors.actions(operator)
    assert found.title == "Find out whether corvane pump firmware is affected (matched by CPE alone)"
    assert found.assets == ("pump-1",)
    detail = selectors.action(operator, found.id)
    assert "matched by CPE alone, a last resort" in detail.steps.what
    (match,) = detail.matches
    assert not match.certain
    assert "matched by CPE alone, a last resort" in match.explanation.because
