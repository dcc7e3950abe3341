from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.exposure import selectors, services
from levee.exposure.actions.states import DUE, STEPS, State, Verb, after, leads_to
from levee.exposure.exceptions import states as leave
from levee.exposure.exceptions.states import LEAVE_STEPS, RUNNING, LeaveState, LeaveVerb
from levee.inventory import services as inventory
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

DAY = timedelta(days=1)
OFFICE = b"asset,name,version,ecosystem,exposed\npump-3,lodash,4.17.11,npm,no\n"
MILD = {"kev": False, "automatable": True, "technical_impact": "partial"}
ASKED = {
    "reason": "the maker has no update",
    "mitigation": "a network of its own, reached by two machines",
    "responsible": "Ada Byron",
}


@pytest.fixture
def action(operator, house):
    inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
    house.publish(house.advisory("ADV-1", fixed="4.17.21", **MILD))
    (found,) = selectors.actions(operator)
    return found.id


@pytest.fixture
def colleague(operator, world):
    return world.actor(operator.party, Role.MEMBER, name="Grace")


def state(operator, action):
    return selectors.action(operator, action).action.state


def ask(operator, action, clock, days=30):
    return services.request_exception(operator, action, until=clock.now() + days * DAY, **ASKED)


def test_a_second_person_approves_where_there_is_one(operator, action, clock, colleague):
    asked = ask(operator, action, clock)
    assert state(operator, action) is State.OPEN
    with pytest.raises(Conflict) as refused:
        services.approve_exception(operator, asked)
    assert refused.value.code == "exception.second_person"
    services.approve_exception(colleague, asked, note="until the maker answers")
    assert state(operator, action) is State.EXCEPTED
    told = selectors.action(operator, action).exemption
    assert (told.state, told.mitigation, told.decided_by) == (LeaveState.APPROVED, ASKED["mitigation"], "Grace")
    assert selectors.actions(operator) == []
    assert selectors.counts(operator).excepted == 1


def test_one_person_alone_approves_and_that_stands_in_the_history(operator, action, clock):
    services.approve_exception(operator, ask(operator, action, clock))
    assert state(operator, action) is State.EXCEPTED
    notes = [step.note for step in selectors.action(operator, action).history]
    assert any("nobody else is there" in note for note in notes)


def test_it_ends_by_itself_and_the_action_is_back_after_a_reminder(operator, house, action, clock):
    services.approve_exception(operator, ask(operator, action, clock, days=30))
    due = selectors.action(operator, action).action.due_at
    clock.advance(22 * DAY)
    house.clocks(operator)
    assert "reminded of" not in [step.what for step in selectors.action(operator, action).history]
    clock.advance(2 * DAY)
    house.clocks(operator)
    house.clocks(operator)
    assert [step.what for step in selectors.action(operator, action).history].count("reminded of") == 1
    clock.advance(7 * DAY)
    house.clocks(operator)
    detail = selectors.action(operator, action)
    assert (detail.action.state, detail.exemption.state) == (State.OPEN, LeaveState.EXPIRED)
    assert detail.action.due_at == due


def test_news_that_make_it_more_pressing_end_it(operator, house, action, clock):
    services.approve_exception(operator, ask(operator, action, clock))
    house.publish(house.advisory("ADV-1", key=selectors_known(house), fixed="4.17.21", **{**MILD, "kev": True}))
    detail = selectors.action(operator, action)
    assert (detail.action.state, detail.exemption.state) == (State.OPEN, LeaveState.ENDED)


def selectors_known(house):
    (key,) = house.published
    return key


def test_an_inventory_without_the_flaw_confirms_it_all_the_same(operator, house, action, clock):
    services.approve_exception(operator, ask(operator, action, clock))
    clock.advance(DAY)
    inventory.import_file(operator, OFFICE.replace(b"4.17.11", b"4.17.21"), filename="office.csv", name="office")
    house.work()
    detail = selectors.action(operator, action)
    assert (detail.action.state, detail.exemption.state) == (State.CONFIRMED, LeaveState.ENDED)


def test_it_can_be_refused_or_taken_back(operator, action, clock, colleague):
    services.refuse_exception(colleague, ask(operator, action, clock), note="do it on Sunday")
    assert state(operator, action) is State.OPEN
    again = ask(operator, action, clock)
    services.approve_exception(colleague, again)
    services.withdraw_exception(operator, again)
    assert state(operator, action) is State.OPEN
    with pytest.raises(Conflict):
        services.approve_exception(colleague, again)


def test_it_takes_words_a_day_and_an_open_action_once(operator, action, clock, world):
    for missing in ASKED:
        with pytest.raises(BadInput) as refused:
            services.request_exception(operator, action, until=clock.now() + DAY, **{**ASKED, missing: "  "})
        assert refused.value.place == missing
    for until in (clock.now() - DAY, clock.now(), clock.now() + 400 * DAY):
        with pytest.raises(BadInput):
            services.request_exception(operator, action, until=until, **ASKED)
    stranger = world.actor(world.organisation(OrganisationKind.OPERATOR, "Other bank"), Role.MEMBER)
    with pytest.raises(NotFound):
        ask(stranger, action, clock)
    asked = ask(operator, action, clock)
    with pytest.raises(Conflict):
        ask(operator, action, clock)
    with pytest.raises(NotFound):
        services.approve_exception(stranger, asked)
    clock.advance(31 * DAY)
    with pytest.raises(Conflict):
        services.approve_exception(operator, asked)


WHO = st.sampled_from([PrincipalKind.PERSON, PrincipalKind.SERVICE, PrincipalKind.AGENT])


@given(st.lists(st.tuples(st.sampled_from(LeaveVerb), WHO), max_size=8))
def test_an_exception_only_goes_where_the_table_says_and_never_on_from_its_end(steps):
    here = LeaveState.REQUESTED
    for verb, who in steps:
        allowed = LEAVE_STEPS.get((here, verb))
        if allowed is None or allowed[1] is not who:
            with pytest.raises(Conflict):
                leave.after(here, verb, who)
        else:
            assert here in RUNNING
            here = leave.after(here, verb, who)
    assert here is LeaveState.REQUESTED or steps


@given(st.lists(st.tuples(st.sampled_from(Verb), WHO), max_size=12))
def test_an_action_is_set_aside_by_people_and_confirmed_by_runs_alone(steps):
    here = State.OPEN
    for verb, who in steps:
        if (here, verb) in STEPS and STEPS[here, verb][1] is who:
            before, here = here, after(here, verb, who)
            assert here is leads_to(verb)
            if here is State.EXCEPTED:
                assert (before, who) == (State.OPEN, PrincipalKind.PERSON)
            if here is State.CONFIRMED:
                assert who is PrincipalKind.SERVICE
    assert (here in DUE) == (here in {State.OPEN, State.CLAIMED})


@given(st.integers(1, 366))
def test_a_reminder_comes_before_the_end_and_not_before_the_request(days):
    from datetime import UTC, datetime

    asked = datetime(2026, 11, 23, tzinfo=UTC)
    assert asked < leave.reminder_at(asked, asked + days * DAY) < asked + days * DAY
