"""What statements (VEX) put aside, whose they are, and what raises it again."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from levee.exposure import feeding, selectors, services
from levee.exposure.actions.states import State
from levee.feeds.types import Kind, Record
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.rls import OPERATOR_JOBS
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from support.database import as_role

DAY = timedelta(days=1)
OFFICE = b"""asset,name,version,ecosystem,exposed
web-1,lodash,4.17.11,npm,yes
web-2,lodash,4.17.10,npm,yes
"""


@pytest.fixture
def bank(operator, house):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory("ADV-1", aliases=["CVE-2099-1"], fixed="4.17.21", kev=True, automatable=True))
    return operator


def statement(status="not_affected", *, product="pkg:npm/lodash", **more):
    said = {
        "vulnerability": {"name": "CVE-2099-1"},
        "products": [{"@id": product}],
        "status": status,
        "impact_statement": "It is never called.",
        **more,
    }
    if status == "not_affected":
        said["justification"] = "vulnerable_code_not_in_execute_path"
    return said


def document(at, *statements, author="Maker"):
    return json.dumps(
        {
            "@context": "https://openvex.dev/ns/v0.2.0",
            "@id": f"urn:vex:{at:%Y-%m-%d}",
            "author": author,
            "timestamp": at.isoformat(),
            "version": 1,
            "statements": list(statements or [statement()]),
        }
    ).encode()


@pytest.fixture
def rely(bank, house, clock):
    def rely(*statements, at=None, actor=bank, **more):
        clock.advance(timedelta(hours=1))
        key = services.rely_on_vex(actor, document(at or clock.now(), *statements), filename="maker.json", **more)
        house.work()
        return key

    return rely


def todo(actor):
    return [(each.state, each.assets) for each in selectors.actions(actor, states=list(State))]


def steps(actor):
    (action,) = selectors.actions(actor, states=list(State))
    return [each.what for each in selectors.action(actor, action.id).history]


def test_an_excused_match_stays_on_record_with_who_says_so_and_asks_for_nothing(bank, rely, clock):
    rely()
    ((state, _),) = todo(bank)
    assert state is State.RETRACTED
    (action,) = selectors.actions(bank, states=[State.RETRACTED])
    detail = selectors.action(bank, action.id)
    assert [(each.asset_name, each.ended_at, each.counts) for each in detail.matches] == [
        ("web-1", None, False),
        ("web-2", None, False),
    ]
    excuse = detail.matches[0].excuse
    assert (excuse.author, excuse.at, excuse.status, excuse.product) == (
        "Maker", clock.now(), "not_affected", "pkg:npm/lodash",
    )  # fmt: skip
    assert excuse.justification == "vulnerable_code_not_in_execute_path"
    assert excuse.detail == "It is never called."
    assert excuse.place == "/statements/0/products/0"
    assert detail.history[-1].what == "put aside by a statement"
    assert "Maker says" in detail.history[-1].note
    assert [each.asset_name for each in selectors.put_aside(bank)] == ["web-1", "web-2"]
    assert selectors.counts(bank).open == 0
    assert selectors.questions(bank) == []


def test_what_is_excused_before_it_is_known_raises_nothing(operator, house, clock):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    services.rely_on_vex(operator, document(clock.now()), filename="maker.json")
    house.publish(house.advisory("ADV-1", aliases=["CVE-2099-1"], fixed="4.17.21"))
    assert todo(operator) == []
    assert len(selectors.put_aside(operator)) == 2


def test_a_statement_about_one_version_leaves_the_other_to_be_done(bank, rely):
    rely(statement(product="pkg:npm/lodash@4.17.10"))
    assert todo(bank) == [(State.OPEN, ("web-1",))]
    assert [each.asset_name for each in selectors.put_aside(bank)] == ["web-2"]
    inventory.import_file(bank, OFFICE.replace(b"4.17.10", b"4.17.12"), filename="office.csv", name="office")


def test_fixed_excuses_the_versions_that_it_names(bank, rely):
    rely(statement("fixed", product="pkg:npm/lodash@4.17.11"))
    assert todo(bank) == [(State.OPEN, ("web-2",))]


@pytest.mark.parametrize("status", ["affected", "under_investigation"])
def test_a_newer_statement_that_does_not_excuse_raises_it_again(bank, rely, clock, status):
    rely()
    clock.advance(DAY)
    rely(statement(status, action_statement="Upgrade."))
    assert todo(bank) == [(State.OPEN, ("web-1", "web-2"))]
    assert steps(bank) == ["raised", "put aside by a statement", "raised again"]
    assert selectors.put_aside(bank) == []


def test_an_older_statement_changes_nothing(bank, rely, clock):
    rely()
    rely(statement("affected", action_statement="Upgrade."), at=clock.now() - DAY)
    assert len(selectors.put_aside(bank)) == 2


def test_a_date_ahead_does_not_outlast_what_is_yet_to_be_said(bank, rely, clock):
    rely(at=clock.now() + 300 * DAY)
    clock.advance(DAY)
    rely(statement("affected", action_statement="Upgrade."))
    assert selectors.put_aside(bank) == []


def test_what_counts_again_beside_an_open_action_is_told_again(bank, rely, clock, house):
    key = rely(statement(product="pkg:npm/lodash@4.17.10"))
    clock.advance(DAY)
    services.withdraw_vex(bank, key, note="it is called after all")
    house.work()
    assert todo(bank) == [(State.OPEN, ("web-1", "web-2"))]
    assert steps(bank)[-1] == "raised"


def test_a_withdrawn_document_excuses_nothing_and_stays_on_record(bank, rely, house):
    key = rely(statement(product="pkg:npm/lodash@4.17.10"), statement(product="pkg:npm/lodash@4.17.11"))
    assert todo(bank)[0][0] is State.RETRACTED
    (first, _) = selectors.vex_document(bank, key).statements
    services.withdraw_vex(bank, key, statement=first.id)
    house.work()
    assert [each.asset_name for each in selectors.put_aside(bank)] == ["web-1"]
    (listed,) = selectors.vex(bank)
    assert (listed.statements, listed.counting, listed.matches) == (2, 1, 1)
    services.withdraw_vex(bank, key, note="no longer trusted")
    house.work()
    assert todo(bank) == [(State.OPEN, ("web-1", "web-2"))]
    assert selectors.vex(bank) == []
    (gone,) = selectors.vex(bank, withdrawn=True)
    assert (gone.note, gone.counting, gone.matches) == ("no longer trusted", 0, 0)
    with pytest.raises(Conflict):
        services.withdraw_vex(bank, key)


def test_a_new_version_that_the_statement_does_not_name_is_raised(bank, rely, house):
    rely(statement(product="pkg:npm/lodash@4.17.10"), statement(product="pkg:npm/lodash@4.17.11"))
    inventory.import_file(bank, OFFICE.replace(b"4.17.10", b"4.17.12"), filename="office.csv", name="office")
    house.work()
    assert todo(bank) == [(State.OPEN, ("web-2",))]
    inventory.import_file(bank, OFFICE.replace(b"4.17.10", b"4.17.21"), filename="office.csv", name="office")
    house.work()
    assert todo(bank) == [(State.CONFIRMED, ("web-2",))]
    assert [each.asset_name for each in selectors.put_aside(bank)] == ["web-1"]


def test_the_same_document_is_relied_on_once(bank, rely, clock):
    said_at = clock.now()
    rely(at=said_at)
    with pytest.raises(Conflict):
        rely(at=said_at)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"{}", "/"),
        (document(datetime(2026, 11, 1, tzinfo=UTC), author=""), "/author"),
    ],
)
def test_what_is_no_document_or_nobody_says_is_refused(bank, data, place):
    with pytest.raises(BadInput) as refusal:
        services.rely_on_vex(bank, data, filename="x.json")
    assert refusal.value.place == place
    assert refusal.value.advice()


def test_a_part_of_what_is_not_named_counts_only_in_the_inventory_that_is(bank, rely, clock):
    image = statement()
    image["products"] = [{"@id": "pkg:oci/portal", "subcomponents": [{"@id": "pkg:npm/lodash"}]}]
    with pytest.raises(BadInput, match="name its inventory"):
        rely(image)
    (office,) = inventories.inventories(bank)
    rely(image, inventory_key=office.id)
    assert len(selectors.put_aside(bank)) == 2
    with pytest.raises(NotFound):
        rely(image, inventory_key=uuid4())


BILL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "metadata": {"timestamp": "2026-10-01T00:00:00Z", "authors": [{"name": "Portal team"}],
                 "component": {"type": "application", "name": "portal", "bom-ref": "portal"}},
    "components": [{"type": "library", "bom-ref": "l", "name": "lodash", "version": "4.17.11",
                    "purl": "pkg:npm/lodash@4.17.11"}],
    "vulnerabilities": [{"id": "CVE-2099-1", "affects": [{"ref": "l"}], "analysis": {
        "state": "not_affected", "justification": "code_not_reachable", "detail": "No template is compiled."}}],
}  # fmt: skip


def test_what_an_imported_bill_says_of_its_parts_is_relied_on_there_and_nowhere_else(bank, house):
    done = inventory.import_file(bank, json.dumps(BILL).encode(), filename="bom.json", name="portal")
    house.work()
    assert selectors.put_aside(bank) == []  # it is offered, and counts once somebody relies on it
    services.rely_on_import(bank, done.id)
    house.work()
    assert [(each.asset_name, each.excuse.author) for each in selectors.put_aside(bank)] == [("portal", "Portal team")]
    assert todo(bank) == [(State.OPEN, ("web-1", "web-2"))]


def test_only_a_person_of_the_operator_relies_and_withdraws(bank, rely, world, clock):
    key = rely()
    stranger = world.actor(world.organisation(OrganisationKind.OPERATOR, "Clinic"), Role.MEMBER)
    with pytest.raises(NotFound):
        services.withdraw_vex(stranger, key)
    with pytest.raises(NotFound):
        selectors.vex_document(stranger, key)
    assert selectors.vex(stranger) == selectors.put_aside(stranger) == []
    machine = world.actor(bank.party, Role.MEMBER, kind=PrincipalKind.AGENT)
    with pytest.raises(Forbidden):
        services.rely_on_vex(machine, document(clock.now() + DAY), filename="x.json")


def advisory_document(at, **status):
    leaves = [
        {"name": f"lodash {version}", "product_id": version,
         "product_identification_helper": {"purl": f"pkg:npm/lodash@{version}"}}
        for version in ("4.17.10", "4.17.11")
    ]  # fmt: skip
    return {
        "document": {
            "csaf_version": "2.0",
            "title": "lodash",
            "publisher": {"name": "Maker", "category": "vendor", "namespace": "https://maker.example"},
            "tracking": {"id": "M-1", "initial_release_date": at, "current_release_date": at},
        },
        "product_tree": {"full_product_names": leaves},
        "vulnerabilities": [
            {
                "cve": cve,
                "product_status": told,
                "threats": [{"category": "impact", "details": "Built without it.", "product_ids": ["4.17.11"]}],
            }
            for cve, told in status.items()
        ],
    }


@pytest.fixture
def feed(world, bank, clock):
    house = world.actor(world.house, Role.MEMBER, kind=PrincipalKind.SERVICE)
    run = world.actor(bank.party, Role.MEMBER, kind=PrincipalKind.SERVICE)

    def feed(*, gone=False, **status):
        now = clock.now()
        said = advisory_document(now.isoformat(), **status)
        record = Record(
            id=UUID(int=7), name="M-1", kind=Kind.CSAF, document=said, modified=now, gone_at=now if gone else None,
            feed="maker", version="1", title="Makers' advisories", batch=UUID(int=9), digest="ab" * 32,
        )  # fmt: skip
        with as_role(OPERATOR_JOBS):
            feeding.learn_records(house, [record])
            services.match_all(run)

    return feed


def test_what_a_maker_publishes_as_not_affected_is_put_aside_for_everybody(bank, feed, clock):
    clock.advance(DAY)
    feed(**{"CVE-2099-1": {"known_not_affected": ["4.17.11"]}})
    (match,) = selectors.put_aside(bank)
    assert (match.asset_name, match.excuse.author, match.excuse.statement_id) == ("web-1", "Maker", "")
    assert match.excuse.detail == "Built without it."
    assert todo(bank) == [(State.OPEN, ("web-2",))]
    clock.advance(DAY)
    feed(**{"CVE-2099-1": {"known_affected": ["4.17.11"]}})
    assert selectors.put_aside(bank) == []
    clock.advance(DAY)
    feed(**{"CVE-2099-1": {"known_not_affected": ["4.17.11"]}})
    assert len(selectors.put_aside(bank)) == 1
    clock.advance(DAY)
    feed(gone=True, **{"CVE-2099-1": {"known_not_affected": ["4.17.11"]}})
    assert selectors.put_aside(bank) == []
    assert todo(bank)[0] == (State.OPEN, ("web-1", "web-2"))


def test_a_match_names_the_feed_the_delivery_and_the_state_that_it_rests_on(bank, feed, clock):
    clock.advance(DAY)
    feed(**{"CVE-2099-7": {"known_affected": ["4.17.10"]}})
    told = {each.vulnerability: each.explanation for each in selectors.on_asset(bank, _asset(bank, "web-2")).matches}
    source = told["CVE-2099-7"].source
    assert (source.name, source.place, source.batch) == ("Makers' advisories", "maker", str(UUID(int=9)))
    assert (source.at, source.digest) == (clock.now().isoformat(), "ab" * 32)
    assert str(source) == "Makers' advisories, maker, taken in 2026-11-24 09:00, SHA-256 abababababab…"
    own = told["CVE-2099-1"].source
    assert (own.at, len(own.digest)) == ((clock.now() - DAY).isoformat(), 64)


def test_what_is_not_affected_matches_nothing_by_itself(operator, world, clock, house):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    run = world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.SERVICE)
    record = Record(
        id=UUID(int=7), name="M-1", kind=Kind.CSAF, modified=clock.now(), gone_at=None, feed="maker", version="1",
        document=advisory_document(
            clock.now().isoformat(),
            **{"CVE-2099-1": {"known_not_affected": ["4.17.11"], "known_affected": ["4.17.10"]}},
        ),
    )  # fmt: skip
    with as_role(OPERATOR_JOBS):
        feeding.learn_records(world.actor(world.house, Role.MEMBER, kind=PrincipalKind.SERVICE), [record])
        services.match_all(run)
    (action,) = selectors.actions(operator)
    assert action.assets == ("web-2",)


def test_a_vulnerability_that_vanishes_from_a_revised_document_is_retracted(bank, feed, clock):
    both = {"known_affected": ["4.17.10"]}
    feed(**{"CVE-2099-7": both, "CVE-2099-8": both})
    assert {each.vulnerability for each in selectors.on_asset(bank, _asset(bank, "web-2")).matches} == {
        "CVE-2099-1", "CVE-2099-7", "CVE-2099-8",
    }  # fmt: skip
    clock.advance(DAY)
    feed(**{"CVE-2099-8": both})
    ended = {
        each.vulnerability: each.ended_because
        for each in selectors.on_asset(bank, _asset(bank, "web-2")).matches
        if each.ended_at
    }
    assert ended == {"CVE-2099-7": "withdrawn"}
    clock.advance(DAY)
    feed(**{"CVE-2099-7": both, "CVE-2099-8": both})
    standing = [each for each in selectors.on_asset(bank, _asset(bank, "web-2")).matches if each.ended_at is None]
    assert len(standing) == 3


def _asset(actor, name):
    (office,) = inventories.inventories(actor)
    return next(each.id for each in inventories.assets(actor, office.id) if each.name == name)
