import json
from datetime import timedelta

import pytest

from levee.exposure import selectors, services, tasks
from levee.exposure.actions.states import State
from levee.inventory import selectors as inventory_selectors
from levee.inventory import services as inventory
from levee.inventory.types import Exposure, Owner
from levee.kernel.errors import Conflict, Forbidden, LeveeError, NotFound
from levee.platform.jobs.work import JobKind, register
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

DAY = timedelta(days=1)
OFFICE = b"""asset,name,version,ecosystem,exposed,owner,owner name
web-1,lodash,4.17.11,npm,yes,us,
web-2,lodash,4.17.11,npm,no,us,
portal,lodash,4.17.11,npm,no,vendor,Merrow Core
web-1,ini,1.3.8,npm,yes,us,
"""


@pytest.fixture
def take_in(operator, house):
    def take_in(data=OFFICE, name="office", actor=operator):
        done = inventory.import_file(actor, data, filename="office.csv", name=name)
        house.work()
        return done

    return take_in


MILD = {"kev": False, "automatable": False, "technical_impact": "total"}
HARSH = {"kev": True, "automatable": True, "technical_impact": "total"}


def titles(actions):
    return [(each.title, each.remedy.owner.value, each.assets) for each in actions]


def both(what):
    """The titles of what the operator does itself, and of what it asks its vendor for."""
    return {f"Upgrade {what}", f"Ask Merrow Core to upgrade {what}"}


def test_publication_reaches_the_operator_as_one_action_per_fix_and_owner(operator, house, take_in):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.12", **MILD))
    house.publish(house.advisory("ADV-2", fixed="4.17.21", **MILD))
    ours, theirs = selectors.actions(operator)
    assert titles([ours, theirs]) == [
        ("Upgrade lodash to 4.17.21", "us", ("web-1", "web-2")),
        ("Ask Merrow Core to upgrade lodash to 4.17.21", "vendor", ("portal",)),
    ]
    assert ours.vulnerabilities == ("ADV-1", "ADV-2")
    assert (theirs.remedy.owner_name, theirs.due_at) == ("Merrow Core", None)


def test_an_import_after_the_publication_finds_the_same(operator, house, take_in):
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **MILD))
    assert selectors.actions(operator) == []
    take_in()
    assert len(selectors.actions(operator)) == 2


def test_the_date_follows_from_the_row_and_its_dated_inputs(operator, house, take_in, clock):
    take_in()
    clock.advance(2 * DAY)
    house.publish(house.advisory(**HARSH))
    first, _ = selectors.actions(operator)
    told = first.timeline
    assert (told.row, told.band.days, told.band.forensics) == (15, 3, True)
    assert told.starts_at == clock.now()  # nothing was known of the vulnerability before
    assert first.due_at == clock.now() + 3 * DAY
    assert told.inputs["exposed"].source == "import of office.csv"
    assert told.edition == "cisa:DT_BOD2604:1.0.0"
    assert first.standing == "Suggested by BOD 26-04"


def test_no_date_lies_before_the_day_on_which_the_flaw_could_be_known(operator, house, take_in, clock):
    take_in()
    clock.advance(9 * DAY)
    house.publish(house.advisory())  # nobody says whether it is exploited: the strictest is assumed
    ours, _ = selectors.actions(operator)
    assert ours.timeline.starts_at == clock.now()
    assert not ours.timeline.overdue(clock.now())
    published = clock.now()
    clock.advance(2 * DAY)
    take_in(b"asset,name,version,ecosystem,exposed\nnew-1,lodash,4.17.11,npm,yes\n", name="new")
    starts = {each.timeline.starts_at for each in selectors.actions(operator)}
    assert starts == {published}  # one action for both: the earlier date holds


def test_an_agency_is_told_that_the_date_binds_it(world, house):
    agency = world.actor(world.organisation(OrganisationKind.AGENCY, "Agency"), Role.MEMBER)
    inventory.import_file(agency, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory(**HARSH))
    assert {each.standing for each in selectors.actions(agency)} == {"Due under BOD 26-04"}


def test_what_nobody_says_is_assumed_and_shown_as_assumed(operator, house, take_in):
    take_in(b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n")
    house.publish(house.advisory())
    (action,) = selectors.actions(operator)
    assert {signal.value for signal in action.timeline.inputs.values()} == {"yes", "total"}
    assert action.assumed == 4
    assert action.timeline.row == 15


def test_stating_the_exposure_dates_the_action_anew(operator, house, take_in, clock):
    done = take_in(b"asset,name,version,ecosystem\nweb-1,lodash,4.17.11,npm\n")
    house.publish(house.advisory(**{**MILD, "automatable": True}))
    assert selectors.actions(operator)[0].timeline.row == 14
    clock.advance(DAY)
    (asset,) = inventory_selectors.assets(operator, done.inventory)
    inventory.state_asset(operator, asset.id, source="firewall rules", exposure=Exposure.NO)
    house.work()
    (action,) = selectors.actions(operator)
    assert (action.timeline.row, action.due_at) == (10, clock.now() + 60 * DAY)
    assert not action.timeline.inputs["exposed"].assumed


def test_a_listing_in_kev_brings_the_date_forward_and_says_so(operator, house, take_in, clock):
    take_in()
    advisory = house.publish(house.advisory(**MILD))
    before = selectors.actions(operator)[0]
    assert (before.timeline.row, before.due_at) == (9, clock.now() + 14 * DAY)
    clock.advance(DAY)
    house.publish(house.advisory(key=advisory.id, **{**MILD, "kev": True}))
    after = selectors.actions(operator)[0]
    assert (after.id, after.timeline.row, after.due_at) == (before.id, 12, clock.now() + 3 * DAY)
    assert after.exploited
    assert any("more pressing" in step.note for step in selectors.action(operator, after.id).history)


def test_every_match_explains_itself(operator, house, take_in):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **MILD))
    detail = selectors.action(operator, selectors.actions(operator)[0].id)
    told = detail.matches[0].explanation
    assert (told.stated, told.purl, told.package) == ("lodash 4.17.11", "pkg:npm/lodash@4.17.11", "npm lodash")
    assert (told.record, told.scheme, told.end, told.end_kind) == ("ADV-1", "semver", "4.17.21", "fixed")
    assert told.place == "/affected/0/ranges/0/events/1"
    assert told.because == "4.17.11 lies from the first version before 4.17.21"
    assert told.revision


def test_an_action_says_in_plain_words_what_to_do_and_what_if_not(operator, house, take_in):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **HARSH))
    ours, theirs = (selectors.action(operator, each.id) for each in selectors.actions(operator))
    assert ours.steps.what == "Upgrade lodash to 4.17.21 or later on web-1, web-2."
    assert ours.steps.upgrade == "npm install lodash@4.17.21"
    assert ours.steps.back == "npm install lodash@4.17.11"
    assert "Before you change anything" in ours.steps.first
    assert "off the internet" in ours.steps.cannot
    assert ours.letter == ""
    assert theirs.steps.what.startswith("Ask Merrow Core to upgrade lodash")
    assert theirs.steps.upgrade == ""
    assert theirs.letter.startswith("Dear Merrow Core")
    assert "Attackers use this now. Before you change anything, please keep the logs" in theirs.letter


def test_a_letter_sent_too_late_asks_for_no_day_that_is_over(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **HARSH))
    clock.advance(2 * DAY)
    theirs = next(each for each in selectors.actions(operator) if each.remedy.owner is Owner.VENDOR)
    assert "We would like this done by 26 November 2026." in selectors.action(operator, theirs.id).letter
    clock.advance(2 * DAY)
    assert (
        "We would like this done now: it was due by 26 November 2026." in selectors.action(operator, theirs.id).letter
    )


def test_commands_name_what_a_distribution_installed_and_not_the_source_it_was_built_from(operator, house, take_in):
    built = "pkg:deb/debian/{}@9.2p1-2%2Bdeb12u2?distro=debian-12&upstream=openssh"
    rows = "".join(f"mail-1,{each},{built.format(each)},us\n" for each in ("openssh-server", "openssh-client"))
    take_in(f"asset,name,purl,owner\n{rows}".encode())
    fixed = house.advisory("ADV-1", package="openssh", ecosystem="Debian:12", fixed="9.2p1-2+deb12u3", **MILD)
    house.publish(fixed)
    (action,) = selectors.actions(operator)
    steps = selectors.action(operator, action.id).steps
    assert action.title == "Upgrade openssh to 9.2p1-2+deb12u3"
    assert steps.upgrade == "apt-get update && apt-get install --only-upgrade openssh-client openssh-server"
    assert steps.show == "dpkg-query --show openssh-client openssh-server"
    assert steps.back == "apt-get install openssh-client=9.2p1-2+deb12u2 openssh-server=9.2p1-2+deb12u2"


def test_aliases_are_one_vulnerability_and_no_record_is_lost(operator, house, take_in):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.12", aliases=["CVE-2026-7"], **MILD))
    house.publish(house.advisory("GHSA-1", fixed="4.17.21", aliases=["CVE-2026-7"], **{**MILD, "kev": True}))
    action = selectors.actions(operator)[0]
    assert action.vulnerabilities == ("CVE-2026-7",)
    assert action.timeline.inputs["kev"].yes
    detail = selectors.action(operator, action.id)
    assert {match.explanation.record for match in detail.matches} == {"ADV-1", "GHSA-1"}


def test_a_fix_that_is_itself_affected_is_not_proposed(operator, house, take_in):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.12", **MILD))
    assert selectors.actions(operator)[0].title == "Upgrade lodash to 4.17.12"
    house.publish(house.advisory("ADV-2", fixed="4.17.20", **MILD))
    assert {each.title for each in selectors.actions(operator)} == both("lodash to 4.17.20")
    replaced = selectors.actions(operator, states=(State.REPLACED,))
    assert {each.title for each in replaced} == both("lodash to 4.17.12")


def test_without_a_fix_the_action_is_to_protect(operator, house, take_in):
    take_in()
    house.publish(house.advisory(fixed="", **MILD))
    assert selectors.actions(operator)[0].title == "Protect lodash: there is no fixed version yet"


def test_what_cannot_be_decided_is_asked_and_never_left_out(operator, house, take_in):
    take_in(b"asset,name,version,ecosystem,exposed\nweb-1,lodash,,npm,no\n")
    house.publish(house.advisory(**MILD))
    (action,) = selectors.actions(operator)
    assert action.title == "Find out whether lodash is affected"
    assert selectors.action(operator, action.id).matches[0].explanation.because == "the inventory states no version"


def test_a_claim_stays_a_claim_until_an_inventory_confirms_it(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory(**MILD))
    ours, _ = selectors.actions(operator)
    clock.advance(DAY)
    services.claim(operator, ours.id, note="done on Sunday")
    assert selectors.action(operator, ours.id).action.state is State.CLAIMED
    clock.advance(DAY)
    take_in(
        OFFICE.replace(b"web-1,lodash,4.17.11", b"web-1,lodash,4.17.21").replace(
            b"web-2,lodash,4.17.11,npm,no,us,\n", b""
        )
    )
    detail = selectors.action(operator, ours.id)
    assert detail.action.state is State.CONFIRMED
    assert {match.ended_because for match in detail.matches} == {"fixed"}
    assert [step.what for step in detail.history] == ["raised", "reported as done", "confirmed"]
    assert selectors.counts(operator).confirmed == 1


def test_a_claim_that_the_next_inventory_contradicts_is_open_again(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory(**MILD))
    ours, _ = selectors.actions(operator)
    clock.advance(DAY)
    services.claim(operator, ours.id)
    clock.advance(DAY)
    take_in(OFFICE.replace(b"web-1,lodash,4.17.11", b"web-1,lodash,4.17.21"))
    detail = selectors.action(operator, ours.id)
    assert (detail.action.state, detail.action.assets) == (State.OPEN, ("web-2",))
    assert "web-2" in detail.history[-1].note


def test_a_claim_is_not_contradicted_by_the_inventory_that_came_before_it(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **MILD))
    ours, _ = selectors.actions(operator)
    clock.advance(DAY)
    services.claim(operator, ours.id)
    house.publish(house.advisory("ADV-2", fixed="4.17.20", **MILD))
    assert selectors.action(operator, ours.id).action.state is State.CLAIMED


def test_a_regression_opens_the_same_action_again(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory(**MILD))
    first = selectors.actions(operator)[0]
    clock.advance(DAY)
    take_in(OFFICE.replace(b"lodash,4.17.11", b"lodash,4.17.21"))
    assert selectors.actions(operator) == []
    clock.advance(DAY)
    take_in()
    again = selectors.actions(operator)[0]
    assert (again.id, again.reopened, again.timeline.starts_at) == (first.id, 1, clock.now())


def test_going_to_another_affected_version_does_not_start_the_clock_anew(operator, house, take_in, clock):
    take_in()
    house.publish(house.advisory(fixed="4.17.21", **MILD))
    due = selectors.actions(operator)[0].due_at
    clock.advance(DAY)
    take_in(OFFICE.replace(b"lodash,4.17.11", b"lodash,4.17.15"))
    assert selectors.actions(operator)[0].due_at == due


def test_a_withdrawal_retracts_what_it_raised_and_a_correction_what_it_no_longer_says(operator, house, take_in, clock):
    take_in()
    advisory = house.publish(house.advisory(**MILD))
    clock.advance(DAY)
    house.publish(house.advisory(key=advisory.id, fixed="4.0.0", **MILD))
    assert selectors.actions(operator) == []
    clock.advance(DAY)
    house.publish(house.advisory(key=advisory.id, **MILD))
    action = selectors.actions(operator)[0]
    assert action.reopened == 1
    clock.advance(DAY)
    house.publish(house.advisory(key=advisory.id, withdrawn=True, **MILD))
    detail = selectors.action(operator, action.id)
    assert detail.action.state is State.RETRACTED
    assert [step.what for step in detail.history] == ["raised", "retracted", "raised again", "retracted"]
    assert {match.ended_because for match in detail.matches} == {"corrected", "withdrawn"}


def test_learning_the_same_again_changes_nothing_and_tells_nobody(operator, house, take_in):
    take_in()
    advisory = house.publish(house.advisory(**MILD))
    before = selectors.action(operator, selectors.actions(operator)[0].id)
    house.publish(advisory)
    assert selectors.action(operator, before.action.id) == before


def test_only_operators_that_hold_the_package_get_a_job(operator, house, take_in, world):
    bystander = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER)
    take_in()
    take_in(b"asset,name,version,ecosystem\na,ini,1.0.0,npm\n", actor=bystander)
    told = []
    register(JobKind(name=tasks.MATCH, handler=lambda actor, _subject: told.append(actor.party)))
    house.publish(house.advisory(**MILD))
    register(JobKind(name=tasks.MATCH, handler=tasks.match))
    assert told == [operator.party]


def test_nobody_else_sees_or_claims_an_action(operator, house, take_in, world):
    take_in()
    house.publish(house.advisory(**MILD))
    key = selectors.actions(operator)[0].id
    for stranger in (
        world.coordinator(),
        world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER),
        world.actor(operator.party, Role.AUDITOR),
    ):
        assert selectors.actions(stranger) == []
        assert selectors.counts(stranger).open == 0
        with pytest.raises(NotFound):
            selectors.action(stranger, key)
        with pytest.raises(NotFound):
            services.claim(stranger, key)
    with pytest.raises(Forbidden):
        services.claim(world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.AGENT), key)


def test_who_publishes_is_a_run_of_the_house_and_nobody_else(operator, house):
    with pytest.raises(LeveeError):
        services.learn(operator, house.advisory(**MILD))
    with pytest.raises(LeveeError):
        services.learn(house.coordinator, house.advisory(**MILD))


def test_an_action_is_claimed_once(operator, house, take_in):
    take_in()
    house.publish(house.advisory(**MILD))
    key = selectors.actions(operator)[0].id
    services.claim(operator, key)
    with pytest.raises(Conflict):
        services.claim(operator, key)
    services.take_back(operator, key, note="only half of it")
    assert selectors.action(operator, key).action.state is State.OPEN


def test_a_source_project_without_an_ecosystem_is_matched_by_its_bare_name(operator, house, take_in):
    done = take_in(b"asset,name,version,purl\nhmi-05,tidepack,1.0.0,pkg:generic/tidepack@1.0.0\n")
    assert done.unmatchable == 1  # and still listed: most advisories name no such package
    house.publish(house.advisory(package="tidepack", ecosystem="GIT", fixed="1.1.0", **MILD))
    (action,) = selectors.actions(operator)
    assert (action.title, action.assets) == ("Upgrade tidepack to 1.1.0", ("hmi-05",))


def test_a_name_that_a_shell_would_read_otherwise_is_never_put_into_a_command(operator, house, take_in):
    take_in(b"asset,name,version,ecosystem\nweb-1,a$(reboot),1.0.0,npm\n")
    house.publish(house.advisory(package="a$(reboot)", fixed="2.0.0", **MILD))
    detail = selectors.action(operator, selectors.actions(operator)[0].id)
    assert (detail.steps.upgrade, detail.steps.show, detail.steps.back) == ("", "", "")


def bom(clock, version, *, days):
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6"}
    made_at = (clock.now() + days * DAY).isoformat()
    part = {"type": "library", "name": "lodash", "version": version, "purl": f"pkg:npm/lodash@{version}"}
    return json.dumps({**head, "metadata": {"timestamp": made_at}, "components": [part]}).encode()


def test_an_older_file_confirms_and_contradicts_nothing_and_hides_nothing_either(operator, house, clock):
    house.publish(house.advisory("ADV-1", fixed="4.17.12"))

    def take_in(version, *, days):
        inventory.import_file(operator, bom(clock, version, days=days), filename="web.cdx.json", name="web")
        house.work()
        every = selectors.actions(operator, states=list(State))
        return [each.state for each in every]

    assert take_in("4.17.11", days=-2) == [State.OPEN]
    assert take_in("4.17.21", days=-9) == [State.OPEN]
    (action,) = selectors.actions(operator)
    services.claim(operator, action.id)
    clock.advance(DAY)
    assert take_in("4.17.11", days=-9) == [State.CLAIMED]
    assert take_in("4.17.11", days=-2) == [State.CLAIMED]
    assert take_in("4.17.21", days=0) == [State.CONFIRMED]
    assert take_in("4.17.11", days=-9) == [State.OPEN]
