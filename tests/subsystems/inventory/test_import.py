import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.inventory import selectors, services
from levee.inventory.diffing import diff
from levee.inventory.types import AssetType, Criticality, Exposure, Owner, StatedComponent
from levee.kernel.errors import BadInput, NotFound, TooLarge
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

FIRST = b"""asset,name,version,ecosystem,exposed,owner
web-1,lodash,4.17.11,npm,yes,us
web-1,ini,1.3.5,npm,yes,us
desk-1,own tool,3,,no,us
"""
SECOND = b"""asset,name,version,ecosystem,exposed,owner
web-1,lodash,4.17.21,npm,,us
web-1,ini,1.3.5,npm,,us
web-2,minimist,1.2.8,npm,unknown,us
"""


@pytest.fixture
def operator(world):
    return world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER)


def lines(found):
    return [(each.asset, each.name, each.version) for each in found]


def test_a_preview_says_what_an_import_would_do_and_does_nothing(operator):
    seen = services.preview(operator, FIRST, filename="a.csv", name="office")
    assert lines(seen.diff.added) == [
        ("desk-1", "own-tool", "3"),
        ("web-1", "ini", "1.3.5"),
        ("web-1", "lodash", "4.17.11"),
    ]
    assert selectors.inventories(operator) == []


def test_an_import_keeps_the_original_and_counts_what_cannot_be_matched(operator):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    assert (done.rows, done.components, done.unmatchable) == (3, 3, 1)
    assert selectors.original(operator, done.id) == FIRST
    (inventory,) = selectors.inventories(operator)
    assert (inventory.name, inventory.assets, inventory.components, inventory.unmatchable) == ("office", 2, 3, 1)
    (unmatched,) = selectors.components(operator, inventory.id, only_unmatchable=True)
    assert unmatched.unmatchable


def test_the_same_file_again_changes_nothing(operator):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    before = {each.id for each in selectors.components(operator, done.inventory)}
    again = services.import_file(operator, FIRST, filename="b.csv", name=" office ")
    assert again.inventory == done.inventory
    assert again.diff.empty
    assert again.diff.unchanged == 3
    assert {each.id for each in selectors.components(operator, done.inventory)} == before


def test_a_second_import_is_a_diff(operator):
    services.import_file(operator, FIRST, filename="a.csv", name="office")
    foreseen = services.preview(operator, SECOND, filename="b.csv", name="office")
    done = services.import_file(operator, SECOND, filename="b.csv", name="office")
    assert foreseen.diff == done.diff == selectors.import_(operator, done.id).diff
    assert [(each.name, each.before, each.after) for each in done.diff.changed] == [("lodash", "4.17.11", "4.17.21")]
    assert lines(done.diff.added) == [("web-2", "minimist", "1.2.8")]
    assert lines(done.diff.removed) == [("desk-1", "own-tool", "3")]
    assert (done.diff.new_assets, done.diff.gone_assets) == (("web-2",), ("desk-1",))
    assert lines_of(operator, done.inventory) == {("ini", "1.3.5"), ("lodash", "4.17.21"), ("minimist", "1.2.8")}


def lines_of(operator, inventory):
    return {(each.name, each.version) for each in selectors.components(operator, inventory)}


def test_an_asset_that_comes_back_is_the_same_asset(operator):
    first = services.import_file(operator, FIRST, filename="a.csv", name="office")
    before = {each.name: each.id for each in selectors.assets(operator, first.inventory)}
    services.import_file(operator, SECOND, filename="b.csv", name="office")
    services.import_file(operator, FIRST, filename="a.csv", name="office")
    assert {each.name: each.id for each in selectors.assets(operator, first.inventory)} == before


def test_what_a_file_does_not_say_never_erases_what_was_stated(operator, clock):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    _, web = selectors.assets(operator, done.inventory)
    assert (web.exposure, web.exposure_source) == (Exposure.YES, "import of a.csv")
    services.state_asset(
        operator, web.id, source="scan of 20 November", exposure=Exposure.NO, criticality=Criticality.HIGH
    )
    services.import_file(operator, SECOND, filename="b.csv", name="office")
    web = selectors.asset(operator, web.id)
    assert (web.exposure, web.exposure_source, web.exposure_at) == (Exposure.NO, "scan of 20 November", clock.now())
    assert web.criticality is Criticality.HIGH


def test_a_fact_needs_a_source(operator):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    with pytest.raises(BadInput):
        services.state_asset(operator, selectors.assets(operator, done.inventory)[0].id, source=" ", owner=Owner.VENDOR)


def test_nobody_else_sees_or_changes_an_inventory(operator, world):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    asset = selectors.assets(operator, done.inventory)[0]
    strangers = [
        world.coordinator(),
        world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER),
        world.actor(operator.party, Role.AUDITOR),
    ]
    for stranger in strangers:
        assert selectors.inventories(stranger) == []
        with pytest.raises(NotFound):
            selectors.import_(stranger, done.id)
        with pytest.raises(NotFound):
            services.state_asset(stranger, asset.id, source="x", exposure=Exposure.NO)


def test_two_operators_may_use_the_same_name(operator, world):
    other = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER)
    one = services.import_file(operator, FIRST, filename="a.csv", name="office")
    two = services.import_file(other, SECOND, filename="b.csv", name="office")
    assert one.inventory != two.inventory
    assert two.diff.removed == ()


def test_a_machine_agent_may_import_and_an_auditor_may_not(operator, world):
    agent = world.actor(operator.party, Role.MEMBER, kind=PrincipalKind.AGENT)
    assert services.import_file(agent, FIRST, filename="a.csv", name="office").components == 3
    with pytest.raises(NotFound):
        services.import_file(world.actor(operator.party, Role.AUDITOR), FIRST, filename="a.csv", name="office")


@pytest.mark.parametrize(("data", "name"), [(FIRST, "  "), (FIRST, "n" * 201), (b"", "office"), (b"{}", "office")])
def test_what_cannot_be_read_as_a_whole_is_refused(operator, data, name):
    with pytest.raises(BadInput):
        services.import_file(operator, data, filename="a.csv", name=name)


def test_a_file_over_the_limit_is_refused(operator):
    with pytest.raises(TooLarge):
        services.preview(operator, b" " * (services.LARGEST_FILE + 1), filename="a.csv", name="office")


components = st.lists(
    st.builds(
        StatedComponent,
        place=st.just("line 2"),
        asset=st.sampled_from(["a", "b"]),
        stated=st.just("x"),
        ecosystem=st.just("npm"),
        name=st.sampled_from(["ini", "lodash"]),
        version=st.sampled_from(["1", "2", "3"]),
    ),
    max_size=12,
    unique_by=lambda each: each.identity,
)


def identities(stated):
    return [each.identity for each in stated]


@given(components, components)
def test_a_diff_accounts_for_every_component_of_both_states(before, after):
    found = diff(identities(before), identities(after), assets_before=[], assets_after=[])
    assert len(before) == found.unchanged + len(found.changed) + len(found.removed)
    assert len(after) == found.unchanged + len(found.changed) + len(found.added)


@given(components, components)
def test_a_diff_brings_the_old_state_to_the_new_one(before, after):
    found = diff(identities(before), identities(after), assets_before=[], assets_after=[])
    state = [(each.asset, each.name, each.version) for each in before]
    for each in found.removed:
        state.remove((each.asset, each.name, each.version))
    for each in found.changed:
        state.remove((each.asset, each.name, each.before))
        state.append((each.asset, each.name, each.after))
    state += [(each.asset, each.name, each.version) for each in found.added]
    assert sorted(state) == sorted((each.asset, each.name, each.version) for each in after)


FACTS = b"""asset,asset type,owner,maintenance window,exposed,exposure source,exposure date,site
pump-2,infusion pump,manufacturer,only the maker,no,network plan,2026-11-01,ward 3
web-1,server,us,Sat 22:00-04:00 ET,yes,,2026-11-29,
hmi-4,HMI,vendor,when it rains,,,,
"""


def test_an_asset_carries_what_it_is_who_changes_it_when_and_how_its_exposure_is_known(operator, clock):
    done = services.import_file(operator, FACTS, filename="a.csv", name="office")
    hmi, pump, web = selectors.assets(operator, done.inventory)
    assert (pump.type, pump.owner, str(pump.window), pump.environment) == (
        AssetType.MEDICAL, Owner.MANUFACTURER, "only the maker", "ward 3"
    )  # fmt: skip
    assert (pump.exposure, pump.exposure_source) == (Exposure.NO, "network plan")
    assert pump.exposure_at.isoformat() == "2026-11-01T00:00:00+00:00"
    assert (web.type, str(web.window)) == (AssetType.IT, "Sat 22:00-04:00 America/New_York")
    assert (hmi.type, hmi.window, hmi.exposure) == (AssetType.OT, None, Exposure.UNKNOWN)


def test_a_clock_that_is_a_day_ahead_dates_no_fact_into_the_future(operator, clock):
    done = services.import_file(operator, FACTS, filename="a.csv", name="office")
    assert selectors.assets(operator, done.inventory)[2].exposure_at == clock.now()


def test_the_same_word_in_the_next_file_does_not_undo_what_a_person_stated_since(operator):
    done = services.import_file(operator, FACTS, filename="a.csv", name="office")
    _, _, web = selectors.assets(operator, done.inventory)
    services.state_asset(
        operator, web.id, source="asked", exposure=Exposure.NO, owner=Owner.VENDOR, window="only the maker"
    )
    again = services.import_file(operator, FACTS, filename="a.csv", name="office")
    assert again.diff.empty
    web = selectors.asset(operator, web.id)
    assert (web.exposure, web.exposure_source, web.owner, str(web.window)) == (
        Exposure.NO, "asked", Owner.VENDOR, "only the maker"
    )  # fmt: skip


def test_a_new_word_in_the_next_file_is_part_of_the_diff(operator):
    services.import_file(operator, FACTS, filename="a.csv", name="office")
    changed = FACTS.replace(b"server,us", b"server,vendor")
    foreseen = services.preview(operator, changed, filename="b.csv", name="office")
    done = services.import_file(operator, changed, filename="b.csv", name="office")
    assert foreseen.diff == done.diff == selectors.import_(operator, done.id).diff
    assert [(each.asset, each.fact, each.before, each.after) for each in done.diff.restated] == [
        ("web-1", "owner", "us", "vendor")
    ]


def test_an_exposure_that_a_file_dates_before_the_known_one_changes_nothing(operator):
    done = services.import_file(operator, FACTS, filename="a.csv", name="office")
    old = FACTS.replace(b"yes,,2026-11-29", b"no,,2025-01-01")
    again = services.import_file(operator, old, filename="b.csv", name="office")
    assert again.diff.empty
    assert selectors.assets(operator, done.inventory)[2].exposure is Exposure.YES


def test_people_state_what_an_asset_is_and_when_it_may_be_changed(operator):
    done = services.import_file(operator, FIRST, filename="a.csv", name="office")
    asset = selectors.assets(operator, done.inventory)[0]
    stated = services.state_asset(
        operator, asset.id, source="walked there", type=AssetType.OT, window="sundays 2am-4am CT", environment=" plant "
    )
    assert (stated.type, str(stated.window), stated.environment) == (
        AssetType.OT, "Sun 02:00-04:00 America/Chicago", "plant"
    )  # fmt: skip
    assert selectors.asset(operator, asset.id) == stated
    with pytest.raises(BadInput, match="maintenance window"):
        services.state_asset(operator, asset.id, source="x", window="when it rains")
