"""The list of cases is narrowed and ordered, and what narrows it is kept by a name, by each person for itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levee.cases import selectors, services
from levee.cases.types import Narrowed, Order, Show
from levee.findings import services as findings
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.policy.actors import Capacity
from support.coordination import cluster_of, open_for, vendor_of
from support.running import hand_in


@pytest.fixture
def three(world):
    """Cases of one house: the first with a vendor, the third ends first."""
    first = open_for(world, title="Prototype pollution in minimist")
    vendor = vendor_of(world)
    services.invite(first.coordinator, first.case, party=vendor.party, name="Minimist", because="its code")
    cases = [first.case]
    for number, (title, days) in enumerate((("Path traversal in tar", 40), ("Overflow in tar", 3))):
        world.clock.advance(timedelta(minutes=1))
        finding = hand_in(
            first.finder, None, key=f"more {number}", target="npm:tar@1.0.0", contrast="2.0.0", title=title
        )
        end = world.clock.now() + timedelta(days=days)
        given = {"cluster": cluster_of(world, finding), "title": title, "summary": "s", "embargo_end": end}
        cases.append(services.open_case(first.coordinator, **given))
    return first, vendor, cases


def shown(actor, **narrowed):
    found = [each.id for each in selectors.listed(actor, **narrowed)]
    counted = {name: value for name, value in narrowed.items() if name != "order"}
    assert selectors.count(actor, **counted) == len(found)
    return found


def test_a_list_is_narrowed_by_words_by_project_and_by_who_takes_part(three):
    first, _, (one, two, last) = three
    assert shown(first.coordinator, text="TAR overflow") == [last]
    assert shown(first.coordinator, text="tar nothing") == []
    assert shown(first.coordinator, party="minim") == [one]
    assert shown(first.coordinator, party="harrow") == [last, two, one]
    project = selectors.get(first.coordinator, one).project
    assert one in shown(first.coordinator, project=project)
    assert shown(first.coordinator, project="pkg:npm/no-such") == []
    assert shown(first.coordinator, text="100% sure_", project="a\0b") == []


def test_a_list_comes_in_the_order_that_is_asked_for(three):
    first, _, (one, two, last) = three
    assert shown(first.coordinator) == [last, two, one]
    assert shown(first.coordinator, order=Order.OLDEST) == [one, two, last]
    assert shown(first.coordinator, order=Order.ENDS_FIRST) == [last, one, two]
    assert [each.id for each in selectors.listed(first.coordinator, order=Order.OLDEST, limit=1, offset=1)] == [two]
    assert [each.id for each in selectors.listed(first.coordinator, text="tar", limit=1, offset=1)] == [two]


def test_nobody_finds_a_case_by_what_it_does_not_see(three):
    _, vendor, (one, *_) = three
    assert shown(vendor, text="in") == [one]
    assert shown(vendor, party="harrow") == [one]
    stranger = Narrowed(text="minimist")
    assert selectors.listed(vendor, **asdict(stranger)) != []


def test_nobody_finds_a_case_by_words_that_were_hidden(world, three):
    first, vendor, (one, *_) = three
    findings.redact(first.coordinator, first.finding, passages=["Prototype pollution"], reason="a name")
    assert shown(vendor, text="arguments") == [one]
    assert shown(vendor, text="pollution") == []


def test_a_filter_is_kept_by_a_name_renamed_and_deleted(three):
    first, _, _ = three
    by = Narrowed(show=Show.UNDER_EMBARGO, part=Capacity.OWNER, text="tar", order=Order.ENDS_FIRST)
    key = services.save_filter(first.coordinator, name="Tar", by=by)
    (kept,) = selectors.filters(first.coordinator)
    assert (kept.id, kept.name, kept.by) == (key, "Tar", by)
    services.change_filter(first.coordinator, key, name="All of tar")
    assert selectors.filter_of(first.coordinator, key).name == "All of tar"
    services.change_filter(first.coordinator, key, by=Narrowed(text="tar"))
    assert selectors.filter_of(first.coordinator, key).by == Narrowed(text="tar")
    services.delete_filter(first.coordinator, key)
    assert selectors.filters(first.coordinator) == []


def test_each_person_keeps_its_own_and_sees_no_others(world, three):
    first, vendor, _ = three
    colleague = world.actor(vendor.party, name="Colleague")
    key = services.save_filter(vendor, name="Mine", by=Narrowed())
    services.save_filter(colleague, name="Mine", by=Narrowed())
    for stranger in (colleague, first.coordinator):
        assert key not in {each.id for each in selectors.filters(stranger)}
        for act in (services.delete_filter, services.change_filter, selectors.filter_of):
            with pytest.raises(NotFound):
                act(stranger, key)


def test_names_are_lines_of_their_own(three):
    first, _, _ = three
    services.save_filter(first.coordinator, name="Tar", by=Narrowed())
    for name in ("", "  ", "two\nlines", "x" * 201):
        with pytest.raises(BadInput) as refused:
            services.save_filter(first.coordinator, name=name, by=Narrowed())
        assert refused.value.place == "name"
    with pytest.raises(Conflict):
        services.save_filter(first.coordinator, name=" Tar ", by=Narrowed())
    for number in range(49):
        services.save_filter(first.coordinator, name=f"n {number}", by=Narrowed())
    with pytest.raises(Conflict):
        services.save_filter(first.coordinator, name="one more", by=Narrowed())


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(
    st.builds(
        Narrowed,
        show=st.sampled_from(Show),
        part=st.sampled_from([None, Capacity.OWNER, Capacity.VENDOR]),
        project=st.text(max_size=30),
        party=st.text(max_size=30),
        text=st.text(max_size=30),
        order=st.sampled_from(Order),
    )
)
def test_the_address_of_a_list_leads_to_the_same_list(by):
    from django.http import QueryDict

    from levee.web.cases.filters import _by

    again = _by(QueryDict(urlencode(by.asked)))
    assert again.kept() == by.kept()
