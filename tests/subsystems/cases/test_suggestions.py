"""Who must be told of a flaw: those who make or ship what it is in, each with the reason, and nobody else before."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.projects.policies import Terms
from levee.cases.projects.sharing import Circle, Label
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.embargo import EndReason
from levee.kernel.errors import AgainstRules, BadInput, NotFound, TooLarge
from levee.policy.actors import OrganisationKind
from support.coordination import vendor_of

MINIMIST = "pkg:npm/minimist"


def bill(*purls, **part):
    components = [{"type": "library", "name": "n", "purl": each} for each in purls] + ([part] if part else [])
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "components": components}).encode()


def says(vendor, keeps=Keeps.SHIPS, component=MINIMIST):
    services.state_upkeep(vendor, component=component, keeps=keeps, because="our products")


def suggested(opened):
    found = selectors.suggestions(opened.coordinator, opened.case)
    return [(each.organisation, each.reason, each.confirmed) for each in found]


def test_makers_and_shippers_are_suggested_the_confirmed_first(world, opened):
    shipper, maker, named, other = (vendor_of(world) for _ in range(4))
    says(shipper)
    says(named, component="cpe:2.3:a:substack:minimist")
    says(other, component="pkg:npm/left-pad")
    says(maker, Keeps.MAKES)
    services.state_upkeep(
        opened.coordinator, component=MINIMIST, keeps=Keeps.MAKES, because="its registry", organisation=maker.party
    )
    assert suggested(opened) == [
        (maker.party, "makes it", True),
        (shipper.party, "ships it", False),
        (named.party, "ships cpe:2.3:a:substack:minimist, by its name maybe the same", False),
    ]


def test_who_takes_part_or_waits_or_took_it_back_is_not_suggested(world, opened):
    seated, waiting, gone = (vendor_of(world) for _ in range(3))
    for each in (seated, waiting):
        says(each, Keeps.MAKES)
    says(gone)
    services.end_upkeep(gone, selectors.upkeep(gone)[0].id)
    services.set_policy(opened.coordinator, project=MINIMIST, terms=Terms(per_week=1), source="s")
    services.invite(opened.coordinator, opened.case, party=waiting.party, name="W", because="its code")
    assert [each for each, _, _ in suggested(opened)] == [seated.party]


def test_suggestions_are_for_the_owner_alone(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    says(vendor_of(world))
    for reader in (opened.finder, vendor):
        assert list(selectors.suggestions(reader, opened.case)) == []
    with pytest.raises(NotFound):
        selectors.suggestions(world.finder(), opened.case)


def test_before_a_flaw_is_public_no_operator_is_told_unless_it_ships_the_component(world, opened):
    operator, shipping = (world.organisation(OrganisationKind.OPERATOR) for _ in range(2))
    services.state_upkeep(
        opened.coordinator, component=MINIMIST, keeps=Keeps.SHIPS, because="its own build", organisation=shipping
    )
    assert services.invite(opened.coordinator, opened.case, party=shipping, name="S", because="it ships it")
    with pytest.raises(AgainstRules) as refused:
        services.invite(opened.coordinator, opened.case, party=operator, name="Bank", because="it runs it")
    assert refused.value.code == "case.who_is_told"
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    assert services.invite(opened.coordinator, opened.case, party=operator, name="Bank", because="it runs it")


def test_what_a_product_ships_comes_from_its_bill_of_materials(world, opened):
    vendor = vendor_of(world)
    one = bill(f"{MINIMIST}@0.0.8", f"{MINIMIST}@1.2.8", "pkg:npm/left-pad@1", "nonsense")
    assert services.state_shipped(vendor, one, because="Widget 3") == 2
    again = bill(f"{MINIMIST}@2", type="library", name="c", cpe="cpe:2.3:a:acme:anvil:1:*:*:*:*:*:*:*")
    assert services.state_shipped(vendor, again, because="Widget 4") == 1
    assert {each.component for each in selectors.upkeep(vendor)} == {
        MINIMIST,
        "pkg:npm/left-pad",
        "cpe:2.3:a:acme:anvil",
    }
    assert suggested(opened) == [(vendor.party, "ships it", False)]


@pytest.mark.parametrize(
    ("document", "because", "error", "place"),
    [
        (b"{}", "Widget", BadInput, "/bomFormat"),
        (bill("nonsense"), "Widget", BadInput, "file"),
        (bill(MINIMIST), " ", BadInput, "because"),
        (bill(*(f"pkg:npm/p{number}" for number in range(20_001))), "Widget", TooLarge, "file"),
    ],
)
def test_a_bill_that_says_nothing_is_refused_and_changes_nothing(world, document, because, error, place):
    vendor = vendor_of(world)
    with pytest.raises(error) as refused:
        services.state_shipped(vendor, document, because=because)
    assert refused.value.place == place
    assert list(selectors.upkeep(vendor)) == []


def test_a_case_says_whom_its_parties_may_tell(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    case = selectors.get(vendor, opened.case)
    assert (case.label, case.share_with) == (Label.AMBER_STRICT, (Circle.OWN,))
    world.clock.advance(timedelta(days=31))
    case = selectors.get(vendor, opened.case)
    assert (case.label, case.share_with) == (Label.AMBER, (Circle.OWN, Circle.CLIENTS))
