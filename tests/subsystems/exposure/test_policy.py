from datetime import timedelta

import pytest

from levee.exposure import selectors, services
from levee.exposure.priority.regimes import PRESETS, Choice
from levee.exposure.priority.shipped import BOD_26_04, DEPLOYER
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.inventory.types import AssetType, Criticality, Exposure
from levee.kernel.errors import BadInput, Forbidden
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

DAY = timedelta(days=1)
UNKNOWN = b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n"
OWN = b"exposed,criticality,days\nyes,high,2\nyes,medium,9\nyes,low,9\nno,any,\n"
QUIET = {"kev": False}


@pytest.fixture
def take_in(operator, house):
    def take_in(data=UNKNOWN, actor=operator):
        done = inventory.import_file(actor, data, filename="office.csv", name="office")
        house.work()
        return done

    return take_in


def dated(operator):
    (action,) = selectors.actions(operator)
    return action.timeline


def test_other_assumptions_date_everything_anew_in_a_job_of_the_operator(operator, house, take_in):
    take_in()
    house.publish(house.advisory(**QUIET))
    assert (dated(operator).row, dated(operator).assumed) == (14, 3)
    services.choose(operator, Choice(assumed=PRESETS["sixty-days"].assumed))
    assert dated(operator).row == 14
    house.work()
    told = dated(operator)
    assert (told.row, told.band.days, told.assumed) == (2, 60, 3)
    (step,) = [step for step in history(operator) if step.what == "dated anew"]
    assert "automatable no, assumed" in step.note
    assert step.timeline == told


def history(operator):
    return selectors.action(operator, selectors.actions(operator)[0].id).history


def test_a_table_of_ones_own_replaces_another_and_its_next_version_the_one_before(operator, house, take_in, clock):
    done = take_in()
    (asset,) = inventories.assets(operator, done.inventory)
    inventory.state_asset(operator, asset.id, source="firewall", exposure=Exposure.YES, criticality=Criticality.HIGH)
    house.publish(house.advisory(**QUIET))
    clock.advance(DAY)
    services.add_table(operator, OWN, name="bank-rules")
    services.choose(operator, Choice(table="own:bank-rules"))
    house.work()
    assert (dated(operator).edition, dated(operator).band.days) == ("own:bank-rules:1", 2)
    assert selectors.actions(operator)[0].standing == "Suggested by bank-rules"
    clock.advance(DAY)
    services.add_table(operator, OWN.replace(b"high,2", b"high,30"), name="bank-rules")
    house.work()
    assert (dated(operator).edition, dated(operator).band.days) == ("own:bank-rules:2", 30)
    editions = [step.timeline.edition for step in history(operator) if step.timeline]
    assert editions == ["cisa:DT_BOD2604:1.0.0", "own:bank-rules:1", "own:bank-rules:2"]


def test_an_agency_stays_bound_and_is_told_so(world, house):
    agency = world.actor(world.organisation(OrganisationKind.AGENCY, "Agency"), Role.MEMBER)
    inventory.import_file(agency, UNKNOWN, filename="office.csv", name="office")
    services.choose(agency, Choice(table=DEPLOYER, plant_table=DEPLOYER))
    house.publish(house.advisory(**QUIET))
    assert dated(agency).edition.startswith(BOD_26_04)
    force = selectors.policy(agency)
    assert (force.bound, force.table.key, force.plant_table.key) == (True, BOD_26_04, BOD_26_04)
    assert selectors.actions(agency)[0].standing == "Due under BOD 26-04"


def test_a_device_follows_the_tree_for_plants_and_devices(operator, house, take_in):
    done = take_in()
    (asset,) = inventories.assets(operator, done.inventory)
    inventory.state_asset(
        operator,
        asset.id,
        source="the ward",
        exposure=Exposure.NO,
        criticality=Criticality.HIGH,
        type=AssetType.MEDICAL,
    )
    house.publish(house.advisory(exploitation="poc", automatable=True))
    told = dated(operator)
    assert (told.edition, told.result, told.band.days) == (f"{DEPLOYER}:1.0.0", "out-of-cycle", 14)
    assert told.inputs["human_impact"].value == "very high"
    assert told.inputs["system_exposure"].value == "controlled"


def test_what_cannot_be_chosen_is_refused(operator, world):
    for choice, place in (
        (Choice(table="own:nothing"), "table"),
        (Choice(plant_table="x"), "plant_table"),
        (Choice(assumed={"colour": "red"}), "colour"),
        (Choice(assumed={"kev": "perhaps"}), "kev"),
    ):
        with pytest.raises(BadInput) as refused:
            services.choose(operator, choice)
        assert refused.value.place == place
    with pytest.raises(BadInput):
        services.add_table(operator, OWN, name="Bank Rules")
    with pytest.raises(BadInput):
        services.add_table(operator, b"exposed,days\nyes,3\n", name="half")
    with pytest.raises(Forbidden):
        services.choose(world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.AGENT), Choice())


def test_nobody_elses_table_can_be_chosen(operator, world):
    services.add_table(operator, OWN, name="bank-rules")
    stranger = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER)
    assert [table.name for table in selectors.policy(stranger).tables if table.key.startswith("own:")] == []
    with pytest.raises(BadInput):
        services.choose(stranger, Choice(table="own:bank-rules"))


FLEET = b"""asset,name,version,ecosystem
web-1,lodash,4.17.11,npm
web-1,ini,1.3.5,npm
web-2,minimist,1.2.5,npm
desk-1,left-pad,1.0.0,npm
desk-2,left-pad,1.0.0,npm
desk-3,left-pad,1.0.0,npm
"""


def test_at_most_five_questions_and_those_first_that_move_the_most(operator, house, take_in):
    take_in(FLEET)
    severe = {"kev": False, "automatable": True, "technical_impact": "total"}
    house.publish(house.advisory("ADV-1", package="lodash", fixed="4.17.21", **severe))
    house.publish(house.advisory("ADV-2", package="ini", fixed="1.3.6", **severe))
    house.publish(house.advisory("ADV-3", package="minimist", fixed="1.2.6", **{**severe, "kev": True}))
    house.publish(house.advisory("ADV-4", package="left-pad", fixed="1.3.0", **severe))
    asked = selectors.questions(operator)
    assert asked[0].asset_name == "web-1"
    assert (asked[0].fact, asked[0].assumed, asked[0].days, asked[0].matches) == ("exposure", "yes", 114, 2)
    assert "web-2" not in [each.asset_name for each in asked]  # three days whether or not it can be reached
    assert len(asked) == 4
    assert len(selectors.questions(operator, limit=2)) == 2


def test_a_question_that_is_answered_is_not_asked_again(operator, house, take_in):
    done = take_in()
    house.publish(house.advisory(**QUIET))
    (asked,) = selectors.questions(operator)
    assert [asset.id for asset in inventories.assets(operator, done.inventory)] == [asked.asset]
    inventory.state_asset(operator, asked.asset, source="firewall", exposure=Exposure.NO)
    house.work()
    assert selectors.questions(operator) == []


DEVICE = b"""asset,name,version,ecosystem,owner,owner name,asset type,maintenance window
pump-3,lodash,4.17.11,npm,manufacturer,Merrow Pumps,medical,"Sat 22:00-23:00 America/Chicago"
pump-4,lodash,4.17.11,npm,manufacturer,Merrow Pumps,medical,only the maker
"""


def test_a_device_comes_with_its_makers_letter_and_the_hours_that_suit(operator, house, take_in, clock):
    take_in(DEVICE)
    house.publish(house.advisory(**QUIET))
    (action,) = selectors.actions(operator)
    detail = selectors.action(operator, action.id)
    first, second = detail.windows
    assert (first.asset_names, first.words) == (("pump-3",), "Sat 22:00-23:00 America/Chicago")
    assert clock.now() < first.opens_at < clock.now() + 7 * DAY
    assert (second.words, second.opens_at) == ("only the maker", None)
    assert "approved for the device" in detail.letter
    assert "You may change them: Sat 22:00-23:00 America/Chicago." in detail.letter
