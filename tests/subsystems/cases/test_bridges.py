"""A case's report at GitHub or GitLab: what the project may see goes out, and messages come in, never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.bridges.port import Kind, Problem
from levee.cases.projects.policies import Takes, Terms
from levee.cases.rules.embargo import Consent, EmbargoVerb, EndReason
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import Audience
from levee.cases.services.crossing_over import LOOK_OVER, look_over_bridges_once
from levee.cases.types import BridgeState, TransferVerb
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.roles import DbRole
from levee.platform.jobs.work import standing_run
from levee.policy.actors import Role
from support.channels import TOKEN
from support.coordination import another_case, vendor_of
from support.database import as_role, by_default
from support.running import work

MINUTES = timedelta(minutes=5)


@pytest.fixture
def channel(opened, channel_server):
    return services.add_channel(
        opened.coordinator,
        kind=Kind(channel_server.kind),
        name="our bot",
        token=TOKEN,
        base=channel_server.base,
    )


def hand_in(opened, channel, channel_server, **more):
    given = {"project": channel_server.project, "name": "Octo", "because": "its code"} | more
    return services.bridge(opened.coordinator, opened.case, channel=channel, **given)


def look(world, *, after=timedelta(0)):
    """What the worker does every few seconds."""
    world.clock.advance(after)
    with by_default(DbRole.WORKER), standing_run(LOOK_OVER, party=world.house) as run:
        look_over_bridges_once(run)
        work()


@pytest.fixture
def bridged(world, opened, channel, channel_server):
    hand_in(opened, channel, channel_server)
    look(world)
    (kept,) = channel_server.kept.values()
    return kept


def the(opened):
    (found,) = selectors.bridges(opened.coordinator, opened.case)
    return found


def thread_of(opened):
    return next(each for each in selectors.threads(opened.coordinator, opened.case) if each.audience is Audience.PARTY)


def said(opened):
    return selectors.messages(opened.coordinator, opened.case, thread=thread_of(opened).id)


def test_the_report_is_handed_in_with_what_the_project_may_see(world, opened, channel_server, bridged):
    found = the(opened)
    assert (found.state, found.problem) == (BridgeState.OPEN, None)
    assert found.url == bridged.body.get("html_url", bridged.body.get("web_url"))
    text = bridged.body["description"]
    assert "A name in the arguments reaches the prototype." in text
    assert "An embargo holds until 2026-12-23 09:00 UTC" in text
    assert selectors.get(opened.coordinator, opened.case).public_id in text
    seat = next(each for each in selectors.participants(opened.coordinator, opened.case) if each.name == "Octo")
    assert seat.capacity == "vendor"


def test_what_is_said_there_comes_in_once_as_a_message_of_the_project(world, opened, channel_server, bridged):
    before = selectors.history(opened.coordinator, opened.case)
    channel_server.comment(bridged, "We look into it.")
    channel_server.comment(bridged, "It is real.")
    for _ in range(3):
        look(world, after=MINUTES)
    assert [each.text for each in said(opened)] == ["We look into it.", "It is real."]
    assert {each.by_mail for each in said(opened)} == {Label.CHANNEL}
    assert "maintainer" in said(opened)[0].author
    assert selectors.history(opened.coordinator, opened.case) == before, "nothing of the case moves by it"


def test_what_we_write_in_its_thread_goes_out_once_and_does_not_come_back(world, opened, channel_server, bridged):
    thread = thread_of(opened).id
    services.send(opened.coordinator, opened.case, text="Which versions?", author="Desk", thread=thread)
    services.send(opened.coordinator, opened.case, text="for all parties", author="Desk")
    for _ in range(3):
        look(world, after=MINUTES)
    (comment,) = bridged.comments
    assert comment["body"].startswith("Desk:\n\nWhich versions?")
    assert [each.text for each in said(opened)] == ["Which versions?"]


def test_a_reply_whose_answer_was_lost_does_not_come_back_as_a_message(world, opened, channel_server, bridged):
    thread = thread_of(opened).id
    services.send(opened.coordinator, opened.case, text="Which versions?", author="Desk", thread=thread)
    channel_server.drops = 1
    look(world, after=MINUTES)
    assert the(opened).problem is Problem.DOWN
    look(world, after=MINUTES)
    assert the(opened).problem is None
    assert [each.text for each in said(opened)] == ["Which versions?"]
    assert len(bridged.comments) == 1, "nor is it sent again"


def test_an_answer_that_quotes_ours_comes_in(world, opened, channel_server, bridged):
    services.send(opened.coordinator, opened.case, text="Which versions?", author="Desk", thread=thread_of(opened).id)
    look(world, after=MINUTES)
    (ours,) = bridged.comments
    lines = ours["body"].splitlines()
    quoted = "\n".join(["All of them.", "", *(f"> {each}".rstrip() for each in lines)])
    below = "\n".join(["Since 1.0.", "", "On Monday the desk wrote:", "", *lines])
    channel_server.comment(bridged, quoted)
    channel_server.comment(bridged, below)
    look(world, after=MINUTES)
    assert [each.text.splitlines()[0] for each in said(opened)] == ["Which versions?", "All of them.", "Since 1.0."]


def test_a_comment_too_long_for_a_message_says_where_the_rest_is(world, opened, channel_server, bridged):
    channel_server.comment(bridged, "x" * 40_000)
    look(world, after=MINUTES)
    (message,) = said(opened)
    assert message.text.startswith("x" * 16_000)
    assert message.text.endswith(f"(cut off here; the whole is at {the(opened).url})")


def test_a_state_there_is_a_word_to_look_at_and_moves_nothing(world, opened, channel_server, bridged):
    before = selectors.history(opened.coordinator, opened.case)
    channel_server.move(bridged, channel_server.final)
    look(world, after=MINUTES)
    look(world, after=MINUTES)
    found = the(opened)
    assert (found.remote_state, found.claims) == (channel_server.final, channel_server.final)
    assert [channel_server.final in each.text for each in said(opened)] == [True]
    assert selectors.history(opened.coordinator, opened.case) == before
    assert selectors.get(opened.coordinator, opened.case).embargo == "active"


def test_a_token_that_is_refused_waits_for_another(world, opened, channel, channel_server):
    channel_server.token = "another-token"
    hand_in(opened, channel, channel_server)
    look(world)
    found = the(opened)
    assert (found.problem, found.state, found.look_at) == (Problem.TOKEN, BridgeState.WAITING, None)
    look(world, after=timedelta(days=1))
    assert channel_server.kept == {}
    services.renew_token(opened.coordinator, channel, token="another-token")
    services.look_at_bridge(opened.coordinator, opened.case, found.id)
    look(world)
    assert the(opened).state is BridgeState.OPEN


def test_a_channel_that_is_switched_off_says_so_and_the_ladder_goes_on(world, opened, channel, channel_server):
    channel_server.on = False
    hand_in(opened, channel, channel_server)
    look(world)
    found = the(opened)
    assert found.problem is Problem.CLOSED
    assert "contact ladder" in found.advice
    assert "Octo" in {each.party for each in selectors.silences(opened.coordinator, opened.case)}


def test_a_limit_is_waited_for_until_the_hour_that_it_names(world, opened, channel, channel_server):
    until = world.clock.now() + timedelta(minutes=30)
    channel_server.limited_until = until
    hand_in(opened, channel, channel_server)
    look(world)
    found = the(opened)
    assert (found.problem, found.look_at) == (Problem.LIMITED, until)
    channel_server.limited_until = None
    look(world, after=timedelta(minutes=29))
    assert channel_server.kept == {}
    look(world, after=timedelta(minutes=1))
    assert the(opened).state is BridgeState.OPEN


def test_a_report_of_which_nobody_knows_whether_it_arrived_is_not_sent_twice_by_itself(
    world, opened, channel, channel_server
):
    channel_server.drops = 1
    hand_in(opened, channel, channel_server)
    for _ in range(3):
        look(world, after=timedelta(days=1))
    assert the(opened).problem is Problem.UNSURE
    assert len(channel_server.kept) == 1
    services.look_at_bridge(opened.coordinator, opened.case, the(opened).id)
    look(world)
    assert the(opened).state is BridgeState.OPEN


def test_nothing_leaves_before_the_projects_turn(world, opened, channel, channel_server):
    project = selectors.get(opened.coordinator, opened.case).project
    services.set_policy(opened.coordinator, project=project, terms=Terms(takes=Takes.WITH_FIX), source="its page")
    hand_in(opened, channel, channel_server)
    look(world)
    look(world, after=MINUTES)
    assert channel_server.asked == []
    assert the(opened).state is BridgeState.WAITING


def test_nothing_leaves_once_the_project_has_not_agreed_to_another_end(world, opened, channel_server, bridged):
    end = world.clock.now() + timedelta(days=60)
    services.propose_embargo(opened.coordinator, opened.case, end=end, because="more time")
    world.clock.advance(MINUTES)
    thread = thread_of(opened).id
    services.send(opened.coordinator, opened.case, text="Not for it yet.", author="Desk", thread=thread)
    look(world, after=MINUTES)
    assert bridged.comments == []


def test_a_channel_that_was_ended_is_used_no_more_and_its_token_is_gone(
    world, opened, channel, channel_server, bridged
):
    asked = len(channel_server.asked)
    services.end_channel(opened.coordinator, channel)
    look(world, after=MINUTES)
    assert len(channel_server.asked) == asked
    with pytest.raises(NotFound):
        services.renew_token(opened.coordinator, channel, token=TOKEN)


def test_it_is_for_coordinators_of_the_owner_and_seen_by_its_people_alone(
    world, opened, channel, channel_server, bridged
):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    assert selectors.bridges(vendor, opened.case) == []
    with pytest.raises(NotFound):
        selectors.channels(vendor)
    with pytest.raises(NotFound):
        services.add_channel(vendor, kind=Kind.GITHUB, name="n", token="t")
    member = world.actor(world.house, Role.MEMBER)
    assert [each.name for each in selectors.channels(member)] == ["our bot"]
    with pytest.raises(Forbidden):
        services.end_channel(member, channel)
    for stranger in (vendor, member):
        with pytest.raises(Forbidden):
            services.bridge(stranger, opened.case, channel=channel, project="a/b", name="n", because="b")


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"project": "no-slash"}, "project"),
        ({"project": "../../user"}, "project"),
        ({"name": " "}, "name"),
        ({"because": " "}, "because"),
    ],
)
def test_bad_input_names_its_place_and_changes_nothing(world, opened, channel, channel_server, given, place):
    with pytest.raises(BadInput) as refused:
        hand_in(opened, channel, channel_server, **given)
    assert refused.value.place == place
    assert selectors.bridges(opened.coordinator, opened.case) == []


def test_the_same_project_is_not_bridged_twice(world, opened, channel, channel_server, bridged):
    with pytest.raises(Conflict):
        hand_in(opened, channel, channel_server)


@pytest.fixture
def other(world, opened):
    """The case that goes on when `opened`, which has the bridge, is merged into it."""
    return another_case(world, opened, "Halyard")


def merge(opened, other):
    services.merge(opened.coordinator, opened.case, into=other.case, because="one bug, as the cross fix shows")


def write(opened, text):
    services.send(opened.coordinator, opened.case, text=text, author="Desk", thread=thread_of(opened).id)


def seat_of(opened, name="Octo"):
    return next(each for each in selectors.participants(opened.coordinator, opened.case) if each.name == name)


def test_a_bridge_goes_on_in_the_case_that_its_case_was_merged_into(world, opened, other, channel_server, bridged):
    plan = services.merge_plan(opened.coordinator, opened.case, into=other.case)
    assert (plan.comes_in, "Octo" in plan.offered) == (("Octo",), False)
    merge(opened, other)
    channel_server.comment(bridged, "It is real.")
    look(world)
    assert selectors.bridges(opened.coordinator, opened.case) == []
    assert (the(other).state, the(other).problem) == (BridgeState.OPEN, None)
    assert (seat_of(other).capacity, seat_of(other).consent) == ("vendor", Consent.SIGNATORY)
    assert [each.text for each in said(other)] == ["It is real."]
    write(other, "Which versions?")
    look(world, after=MINUTES)
    look(world, after=MINUTES)
    (_, comment) = bridged.comments
    assert comment["body"].startswith("Desk:\n\nWhich versions?")
    assert [each.text for each in said(other)] == ["It is real.", "Which versions?"]
    assert len(channel_server.kept) == 1, "the report is not handed in again"


def test_nothing_of_the_case_that_goes_on_crosses_but_what_is_written_for_the_project(
    world, opened, other, channel_server, bridged
):
    services.send(other.finder, other.case, text="for all parties", author="Halyard")
    thread = services.open_thread(other.finder, other.case, audience=Audience.PARTY, subject="Between us")
    services.send(other.finder, other.case, text="for the desk alone", author="Halyard", thread=thread)
    merge(opened, other)
    for _ in range(3):
        look(world, after=MINUTES)
    assert bridged.comments == []


def test_what_was_written_before_the_merge_and_not_sent_yet_goes_out_once(
    world, opened, other, channel_server, bridged
):
    channel_server.comment(bridged, "We look into it.")
    look(world, after=MINUTES)
    write(opened, "Which versions?")
    write(opened, "And since when?")
    channel_server.drops = 1
    look(world, after=MINUTES)
    assert the(opened).problem is Problem.DOWN, "the first arrived, and its answer was lost"
    merge(opened, other)
    for _ in range(3):
        look(world, after=MINUTES)
    texts = [each["body"].split("\n")[2] for each in bridged.comments[1:]]
    assert texts == ["Which versions?", "And since when?"]
    channel_server.comment(bridged, "All of them.")
    look(world, after=MINUTES)
    assert [each.text for each in said(other)] == ["All of them."], "what had come in before stays where it is"
    assert [each.text for each in said(opened)] == ["We look into it.", "Which versions?", "And since when?"]


def test_a_bridge_that_waits_for_a_person_is_tried_again_in_the_case_that_goes_on(
    world, opened, other, channel, channel_server, bridged
):
    channel_server.token = "another-token"
    write(opened, "Which versions?")
    look(world, after=MINUTES)
    assert the(opened).problem is Problem.TOKEN
    merge(opened, other)
    look(world)
    assert the(other).problem is Problem.TOKEN
    services.renew_token(opened.coordinator, channel, token="another-token")
    services.look_at_bridge(opened.coordinator, other.case, the(other).id)
    look(world)
    assert the(other).problem is None
    assert [each["body"].split("\n")[2] for each in bridged.comments] == ["Which versions?"]


def test_a_report_that_waits_for_its_turn_is_handed_in_from_the_case_that_goes_on(
    world, opened, other, channel, channel_server
):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, other.case, party=vendor.party, name="Minimist", because="its code")
    project = selectors.get(opened.coordinator, opened.case).project
    services.set_policy(opened.coordinator, project=project, terms=Terms(takes=Takes.WITH_FIX), source="its page")
    hand_in(opened, channel, channel_server)
    look(world, after=MINUTES)
    assert channel_server.asked == []
    merge(opened, other)  # whose project knows of it, so that nobody of it waits any more
    look(world)
    (kept,) = channel_server.kept.values()
    assert selectors.get(opened.coordinator, other.case).public_id in kept.body["description"]
    assert the(other).state is BridgeState.OPEN


def test_a_project_that_has_not_agreed_is_not_brought_along_and_nothing_more_crosses(
    world, opened, other, channel_server, bridged
):
    end = world.clock.now() + timedelta(days=60)
    proposal = services.propose_embargo(opened.finder, opened.case, end=end, because="more time")
    services.decide_proposal(opened.coordinator, opened.case, proposal, verb=EmbargoVerb.ACCEPT, because="so be it")
    world.clock.advance(MINUTES)
    write(opened, "Not for it yet.")
    merge(opened, other)
    channel_server.comment(bridged, "Hello?")
    for _ in range(3):
        look(world, after=MINUTES)
    assert seat_of(other).consent is Consent.INVITED
    assert the(other).problem is Problem.ENDED
    assert len(bridged.comments) == 1


def test_the_same_project_is_not_bridged_anew_where_a_case_with_its_bridge_came_along(
    world, opened, other, channel, channel_server, bridged
):
    merge(opened, other)
    with pytest.raises(Conflict):
        hand_in(other, channel, channel_server)
    look(world)
    with pytest.raises(Conflict):
        hand_in(other, channel, channel_server)


def test_a_bridge_goes_on_in_a_case_that_was_opened_again(world, opened, channel_server, bridged):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    again = replace(opened, case=services.reopen(opened.coordinator, opened.case, because="the fix does not hold"))
    channel_server.comment(bridged, "Once more?")
    look(world)
    assert the(again).problem is None
    assert [each.text for each in said(again)] == ["Once more?"]


def test_a_bridge_ends_where_another_owner_takes_the_case_and_may_be_made_anew_when_it_comes_back(
    world, opened, channel, channel_server, bridged
):
    taker = world.actor(opened.finder.party, Role.MEMBER, Role.COORDINATOR)
    services.transfer(opened.coordinator, opened.case, to=seat_of(opened, "Harrow").id, because="it makes it now")
    there = services.answer_transfer(taker, opened.case, verb=TransferVerb.TAKE)
    channel_server.comment(bridged, "Hello?")
    asked = len(channel_server.asked)
    for _ in range(3):
        look(world, after=MINUTES)
    assert the(opened).problem is Problem.ANOTHERS
    assert len(channel_server.asked) == asked, "nothing is asked there any more"
    assert (selectors.bridges(taker, there), said(opened)) == ([], [])
    assert "Octo" not in [each.name for each in selectors.participants(taker, there)]
    house = next(each for each in selectors.participants(taker, there) if each.party == world.house)
    services.transfer(taker, there, to=house.id, because="to publish")
    back = replace(opened, case=services.answer_transfer(opened.coordinator, there, verb=TransferVerb.TAKE))
    hand_in(back, channel, channel_server)


def test_a_token_is_kept_where_nobody_reads_it(world, opened, channel, tmp_path, channel_server):
    from levee.cases.models import Channel

    with as_role(world.owner_role):
        row = Channel.unscoped.get(id=channel)
    assert TOKEN not in repr(row.__dict__)
    assert not any(TOKEN.encode() in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for token in ("", " ", "two words", "ü", "x" * 501):
        with pytest.raises(BadInput) as refused:
            services.add_channel(opened.coordinator, kind=Kind.GITHUB, name="n", token=token)
        assert refused.value.place == "token"
