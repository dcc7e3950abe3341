"""Cases from and to other clearinghouses: what is seen goes out, and what comes in takes no short cut."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, Embargo, EmbargoVerb
from levee.cases.rules.facts import Event
from levee.findings import selectors as findings
from levee.findings import services as intake
from levee.findings.types import Purpose
from levee.formats.case_report import HandlingId, Tlp
from levee.formats.csaf_report import check_report
from levee.formats.csaf_report_read import read_report
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.kernel.ids import public_id
from levee.ledger.models import Pending
from levee.platform.database.acting import acting
from levee.validation import selectors as validation
from support.coordination import cluster_of, open_for, vendor_of
from support.database import as_role

ELSEWHERE = "https://cert.example"


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


def document(actor, case) -> dict:
    return json.loads(services.hand_over(actor, case).data)


def from_elsewhere(actor, case, **head) -> bytes:
    """The document of a case as another clearinghouse would hand it over: with its own name and number."""
    told = document(actor, case)
    told["document"]["publisher"]["namespace"] = ELSEWHERE
    told["document"]["publisher"]["name"] = "Other CERT"
    told["document"]["tracking"]["id"] = "VU-1"
    told["vulnerabilities"][0]["ids"].append({"system_name": "Acme bug", "text": "ACME-7"})
    told["document"]["distribution"]["tlp"]["label"] = head.get("tlp", "AMBER")
    return json.dumps(told).encode()


def opened_for(world, coordinator, finding, *, end):
    return services.open_case(
        coordinator, cluster=cluster_of(world, finding), title="Handed over", summary="s", embargo_end=end
    )


def nothing_changed(coordinator):
    return [each.id for each in findings.listed(coordinator)]


def test_a_case_goes_out_with_its_embargo_its_parties_their_answers_and_every_id(world, opened, vendor):
    services.answer(vendor, opened.case, answer=Answer.AFFECTED, by="Ada", product="Widget", version="2.x")
    services.handle(vendor, opened.case, step=Event.FIX_READY, because="merged")
    case = selectors.get(vendor, opened.case)
    told = document(vendor, opened.case)
    assert check_report(told) == ()
    (flaw,) = told["vulnerabilities"]
    assert {each["text"] for each in flaw["ids"]} == {case.public_id, public_id("FND", opened.finding)}
    assert flaw["disclosure_date"] == case.embargo_end.isoformat().replace("+00:00", "Z")
    assert told["document"]["distribution"]["tlp"]["label"] == "AMBER"
    named = {each["name"]: each["category"] for each in told["document"]["involvement"]["entities"]}
    assert named["Minimist"] == "vendor"
    assert named["Harrow"] == "discoverer"
    deeds = [each["category"] for each in told["document"]["involvement"]["actions"]]
    assert sorted(deeds) == ["embargo", "fix_release", "notification"]
    products = {each["product_id"]: each["name"] for each in told["product_tree"]["full_product_names"]}
    assert {products[each] for each in flaw["product_status"]["known_affected"]} == {
        "minimist 0.0.8",
        "Minimist: Widget 2.x",
    }
    revisions = told["document"]["tracking"]["revision_history"]
    assert [each["number"] for each in revisions] == [str(n + 1) for n in range(len(revisions))]
    assert any("Minimist" in each["summary"] for each in revisions)


def test_who_took_the_document_is_on_record_and_every_party_sees_it(world, opened, vendor):
    services.hand_over(opened.finder, opened.case)
    (seen,) = selectors.hand_overs(vendor, opened.case)
    assert (seen.by, seen.tlp, seen.at) == ("Harrow", "AMBER", world.clock.now())
    with as_role(world.owner_role):
        assert Pending.unscoped.filter(log_key=opened.case, fields__contains="case:hand_over").exists()


def test_the_same_case_is_the_same_bytes_until_something_happens(world, opened, vendor):
    first = services.hand_over(vendor, opened.case).data
    assert services.hand_over(vendor, opened.case).data == first
    services.answer(vendor, opened.case, answer=Answer.LOOKING, by="Ada")
    later = services.hand_over(vendor, opened.case).data
    told = [json.loads(each)["document"]["tracking"] for each in (first, later)]
    assert int(told[1]["version"]) == int(told[0]["version"]) + 1
    assert told[1]["revision_history"][:-1] == told[0]["revision_history"], "what was told once keeps its number"


def test_messages_fixes_and_evidence_stay_in_the_house(world, opened, vendor):
    services.send(opened.finder, opened.case, text="a secret handshake", author="Ada")
    services.claim(vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a secret log")
    assert b"secret" not in services.hand_over(opened.coordinator, opened.case).data


def test_hidden_words_stay_hidden_from_their_own_finders_document_too(world):
    opened = open_for(world, title="Found by Ada Lovelace in minimist")
    coordinator, person = opened.coordinator, world.actor(opened.finder.party)
    intake.redact(person, opened.finding, passages=["Ada Lovelace"], reason="her name")
    for actor in (coordinator, opened.finder):
        data = services.hand_over(actor, opened.case).data
        assert b"Ada Lovelace" not in data
        assert "Found by ████████████ in minimist" in json.loads(data)["document"]["title"]


def test_who_has_not_agreed_to_new_terms_hands_over_nothing_newer(world, opened, vendor):
    other = world.actor(world.organisation("vendor", "Other"), name="Other")
    services.invite(opened.coordinator, opened.case, party=other.party, name="Other", because="it ships it")
    now = world.clock.now()
    services.propose_embargo(opened.finder, opened.case, end=now + timedelta(days=40), because="a holiday")
    world.clock.advance(timedelta(minutes=1))
    services.answer(other, opened.case, answer=Answer.AFFECTED, by="Bob", product="Gadget")
    assert selectors.held_since(vendor, opened.case) is not None
    assert b"Gadget" not in services.hand_over(vendor, opened.case).data
    assert b"Gadget" in services.hand_over(opened.coordinator, opened.case).data


def test_nobody_outside_and_nobody_who_left_takes_a_document(world, opened, vendor):
    with pytest.raises(NotFound):
        services.hand_over(vendor_of(world), opened.case)
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    with pytest.raises(AgainstRules, match="rule 9"):
        services.hand_over(vendor, opened.case)
    assert selectors.hand_overs(opened.coordinator, opened.case) == []


def test_what_is_public_is_labelled_for_everyone(world, opened):
    claim = services.claim(opened.finder, opened.case, event=Event.EXPLOIT_PUBLIC, evidence="a post")
    services.decide_claim(opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="it is")
    told = document(opened.coordinator, opened.case)
    assert told["document"]["distribution"]["tlp"]["label"] == "CLEAR"
    assert told["vulnerabilities"][0]["threats"][0]["details"] == "An exploit is public."
    assert read_report(json.dumps(told).encode()).embargo_end is None


def test_what_comes_in_is_a_finding_like_any_other_and_nothing_is_agreed(world, opened, vendor):
    data = from_elsewhere(vendor, opened.case)
    receipt = intake.take_in(opened.coordinator, data)
    finding = findings.get(opened.coordinator, receipt.finding)
    assert finding.target == "npm:minimist@0.0.8"
    assert finding.provenance == findings.get(opened.coordinator, opened.finding).provenance
    assert not finding.has_proof
    assert "Other CERT" in finding.why_no_proof
    assert validation.verdicts(opened.coordinator, [finding.id]) == {}, "it waits to be reproduced"
    assert [each.id for each in selectors.listed(opened.coordinator)] == [opened.case], "no case of its own"
    assert findings.original(opened.coordinator, finding.id).data == data, "kept as it came"
    (origin,) = findings.origins(opened.coordinator, [finding.id])
    assert (origin.publisher, origin.namespace, origin.name, origin.tlp) == ("Other CERT", ELSEWHERE, "VU-1", Tlp.AMBER)
    assert origin.ids[0] == HandlingId(ELSEWHERE, "VU-1")
    assert HandlingId("Acme bug", "ACME-7") in origin.ids
    assert origin.embargo_end == selectors.get(vendor, opened.case).embargo_end


def test_the_embargo_that_came_with_it_is_a_proposal_in_the_case(world, opened, vendor):
    finding = intake.take_in(opened.coordinator, from_elsewhere(vendor, opened.case)).finding
    asked = selectors.get(vendor, opened.case).embargo_end
    case = opened_for(world, opened.coordinator, finding, end=world.clock.now() + timedelta(days=60))
    assert selectors.get(opened.coordinator, case).embargo is Embargo.REVISE
    assert selectors.get(opened.coordinator, case).embargo_end == world.clock.now() + timedelta(days=60)
    (proposal,) = [each for each in selectors.proposals(opened.coordinator, case) if each.state == "open"]
    assert proposal.end == asked
    assert proposal.because == "Other CERT asks for it in VU-1"
    services.decide_proposal(opened.coordinator, case, proposal.id, verb=EmbargoVerb.ACCEPT, because="the shorter one")
    assert selectors.get(opened.coordinator, case).embargo_end == asked


def test_an_embargo_is_proposed_where_the_house_has_none(world, opened, vendor):
    finding = intake.take_in(opened.coordinator, from_elsewhere(vendor, opened.case)).finding
    case = opened_for(world, opened.coordinator, finding, end=None)
    assert selectors.get(opened.coordinator, case).embargo is Embargo.PROPOSED


@pytest.mark.parametrize("later", [timedelta(days=31), timedelta(0)])
def test_an_end_that_lies_behind_or_is_agreed_already_is_not_proposed(world, opened, vendor, later):
    finding = intake.take_in(opened.coordinator, from_elsewhere(vendor, opened.case)).finding
    asked = selectors.get(vendor, opened.case).embargo_end
    world.clock.advance(later)
    end = world.clock.now() + timedelta(days=30) if later else asked
    case = opened_for(world, opened.coordinator, finding, end=end)
    assert [each.state for each in selectors.proposals(opened.coordinator, case)] == ["accepted"]
    assert selectors.get(opened.coordinator, case).embargo_end == end


def test_label_and_ids_go_out_again_as_they_came(world, opened, vendor):
    finding = intake.take_in(opened.coordinator, from_elsewhere(vendor, opened.case, tlp="GREEN")).finding
    case = opened_for(world, opened.coordinator, finding, end=world.clock.now() + timedelta(days=20))
    told = read_report(services.hand_over(opened.coordinator, case).data)
    assert told.tlp is Tlp.GREEN
    (origin,) = findings.origins(opened.coordinator, [finding])
    assert set(origin.ids) <= set(told.ids)
    assert told.embargo_end == world.clock.now() + timedelta(days=20)


@pytest.mark.parametrize("tlp", ["RED", "AMBER+STRICT"])
def test_what_may_not_leave_its_recipients_opens_no_case(world, opened, vendor, tlp):
    finding = intake.take_in(opened.coordinator, from_elsewhere(vendor, opened.case, tlp=tlp)).finding
    assert findings.get(opened.coordinator, finding).use_terms == "research"
    with pytest.raises(Conflict) as refused, acting(opened.coordinator) as act:
        intake.forward(act, [finding], purpose=Purpose.FIX)
    assert refused.value.code == "terms.not_allowed"


def test_a_document_that_comes_twice_says_so_and_changes_nothing(world, opened, vendor):
    data = from_elsewhere(vendor, opened.case)
    first = intake.take_in(opened.coordinator, data)
    before = nothing_changed(opened.coordinator)
    again = intake.take_in(opened.coordinator, data)
    assert (again.finding, again.repeated) == (first.finding, True)
    told = json.loads(data)
    told["vulnerabilities"][0]["title"] = "another title"
    with pytest.raises(Conflict) as refused:
        intake.take_in(opened.coordinator, json.dumps(told).encode())
    assert public_id("FND", first.finding) in refused.value.message
    assert nothing_changed(opened.coordinator) == before


def test_a_case_of_this_house_is_not_taken_in(world, opened):
    data = services.hand_over(opened.coordinator, opened.case).data
    with pytest.raises(Conflict) as refused:
        intake.take_in(opened.coordinator, data)
    assert selectors.get(opened.coordinator, opened.case).public_id in refused.value.message


@pytest.mark.parametrize(
    ("purls", "place"),
    [
        ([], "/product_tree"),
        (["pkg:npm/minimist"], "/product_tree"),
        (["pkg:deb/debian/minimist@1"], "/product_tree"),
    ],
)
def test_a_document_that_names_no_release_is_refused_with_the_place(world, opened, vendor, purls, place):
    told = json.loads(from_elsewhere(vendor, opened.case))
    told["product_tree"]["full_product_names"][0]["product_identification_helper"] = {
        "purls": purls or ["pkg:generic/x"]
    }
    if not purls:
        del told["product_tree"]["full_product_names"][0]["product_identification_helper"]
    before = nothing_changed(opened.coordinator)
    with pytest.raises(BadInput) as refused:
        intake.take_in(opened.coordinator, json.dumps(told).encode())
    assert refused.value.place == place
    assert "pkg:npm/NAME@VERSION" in refused.value.advice()
    assert nothing_changed(opened.coordinator) == before


def test_only_a_coordinator_takes_in(world, opened, vendor):
    data = from_elsewhere(vendor, opened.case)
    for actor in (opened.finder, vendor, world.actor(world.house)):
        with pytest.raises((Forbidden, NotFound)):
            intake.take_in(actor, data)
