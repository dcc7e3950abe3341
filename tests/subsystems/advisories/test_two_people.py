"""Two people publish: one asks, another one reads the whole text and agrees; one alone only as an exception."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from levee.advisories import selectors, services
from levee.advisories.types import Alone, Draft
from levee.advisories.weaknesses import title_of
from levee.advisories.writing import content_of, outputs
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.embargo import Embargo, EndReason
from levee.cases.types import Waits
from levee.formats.advisory import Publisher
from levee.house import selectors as house
from levee.house import services as working
from levee.house.types import NO, YES, Name
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from levee.policy.actors import Role
from support.coordination import vendor_of
from support.database import as_role
from support.running import work

DRAFT = Draft(
    title="Prototype pollution in minimist",
    summary="Arguments can change every object.",
    details="A name of three parts reaches the prototype.",
    package="npm:minimist",
    fixed="0.2.1",
    cwe="CWE-1321",
    credits=("Harrow",),
)


def newest(by, opened):
    return selectors.publications(by, opened.case)[0]


def agree(by, opened, digest=""):
    digest = digest or newest(opened.coordinator, opened).digest
    return services.settle(by, opened.case, agree=True, digest=digest, because="it says what is so")


def out(opened, reason=EndReason.PUBLIC):
    casework.end_embargo(opened.coordinator, opened.case, reason=reason, evidence="a post")


def waits_for(who):
    return [each.what for each in cases.waiting(who, beside=selectors.waiting(who))]


@pytest.fixture
def asked(opened):
    services.ask(opened.coordinator, opened.case, DRAFT)
    return opened


def test_what_is_asked_for_publishes_nothing_and_tells_nobody_outside_the_house(world, opened):
    vendor = vendor_of(world)
    casework.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    services.ask(opened.coordinator, opened.case, DRAFT)
    work()
    assert selectors.of_case(opened.coordinator, opened.case) is None
    assert cases.get(opened.finder, opened.case).embargo is Embargo.ACTIVE
    assert cases.get(opened.finder, opened.case).world == ()
    for party in (vendor, opened.finder, world.finder("Another")):
        assert selectors.publications(party, opened.case) == []


def test_the_second_person_reads_the_very_documents_that_go_out_but_for_their_dates(world, asked):
    read = newest(asked.colleague, asked)
    world.clock.advance(timedelta(hours=5))
    agree(asked.colleague, asked, read.digest)
    work()
    with as_role(DbRole.PUBLIC):
        (shown,) = selectors.published()
    assert shown.name == read.name
    then, now = "2026-11-23T09:00:00Z", "2026-11-23T14:00:00Z"
    assert read.osv.replace(then, now) == shown.osv
    assert json.loads(read.csaf.replace(then, now)) == json.loads(shown.csaf)


@given(
    title=some.text(some.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=40),
    hours=some.integers(min_value=1, max_value=5000),
)
def test_the_same_draft_differs_in_dates_alone_at_whatever_hour_it_goes_out(clock, title, hours):
    draft = replace(DRAFT, title=title)

    def written(at):
        publisher = Publisher(name="House", namespace="https://house.example")
        content = content_of(draft, name="LVE-2026-AAAAAAAA", publisher=publisher, at=at, weakness=title_of(draft.cwe))
        return [json.loads(each) for each in outputs(content)]

    then = clock.now()
    later = then + timedelta(hours=hours)
    spelled = (f"{then:%Y-%m-%dT%H:%M:%SZ}", f"{later:%Y-%m-%dT%H:%M:%SZ}")
    assert [json.loads(json.dumps(each).replace(*spelled)) for each in written(then)] == written(later)


def test_who_asks_does_not_agree_but_may_take_it_back(asked):
    with pytest.raises(Forbidden, match="second person"):
        agree(asked.coordinator, asked)
    assert newest(asked.coordinator, asked).waits
    services.settle(asked.coordinator, asked.case, agree=False, digest="", because="a typing error")
    assert newest(asked.colleague, asked).agreed is False
    with pytest.raises(NotFound):
        agree(asked.colleague, asked)


def test_a_second_person_refuses_with_a_reason_and_nothing_goes_out(asked):
    with pytest.raises(BadInput, match="because"):
        services.settle(asked.colleague, asked.case, agree=False, digest="", because=" ")
    services.settle(asked.colleague, asked.case, agree=False, digest="", because="the version is wrong")
    assert newest(asked.coordinator, asked).settlement == "the version is wrong"
    assert selectors.of_case(asked.coordinator, asked.case) is None


def test_another_text_voids_what_was_asked_before_whoever_writes_it(world, asked):
    read = newest(asked.colleague, asked)
    services.ask(asked.colleague, asked.case, replace(DRAFT, summary="Another summary."))
    with pytest.raises(Conflict) as refused:
        agree(asked.coordinator, asked, read.digest)
    assert refused.value.code == "advisory.changed"
    with pytest.raises(Forbidden):
        agree(asked.colleague, asked)
    assert selectors.publications(asked.coordinator, asked.case)[1].settlement == "another text took its place"
    assert agree(asked.coordinator, asked)


@pytest.mark.parametrize("digest", ["0" * 64, "", "é"])
def test_nobody_agrees_to_a_text_that_it_has_not_read(asked, digest):
    with pytest.raises(Conflict) as refused:
        services.settle(asked.colleague, asked.case, agree=True, digest=digest, because="quickly")
    assert (refused.value.code, refused.value.place) == ("advisory.changed", "digest")
    assert newest(asked.colleague, asked).waits


def test_what_would_be_written_otherwise_by_now_is_asked_for_anew(world, asked):
    from levee.identity.models import Organisation

    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=world.house).update(name="Renamed")
    with pytest.raises(Conflict, match="not the text"):
        agree(asked.colleague, asked)


def test_nobody_with_an_interest_of_its_own_asks_or_agrees(world, asked):
    third = world.actor(world.house, Role.MEMBER, Role.COORDINATOR, name="Third")
    casework.say_conflict(asked.coordinator, asked.case, because="holds shares", of=asked.colleague.id)
    with pytest.raises(AgainstRules) as refused:
        agree(asked.colleague, asked)
    assert refused.value.code == "case.conflict_of_interest"
    casework.say_conflict(third, asked.case, because="wrote the code", of=asked.coordinator.id)
    with pytest.raises(AgainstRules, match="decided before you"):
        agree(third, asked)
    with pytest.raises(AgainstRules):
        services.ask(asked.coordinator, asked.case, DRAFT)


def test_one_person_alone_publishes_nothing_that_is_secret_still(opened):
    with pytest.raises(AgainstRules) as refused:
        services.publish(opened.coordinator, opened.case, DRAFT, because="I am sure")
    assert refused.value.code == "advisory.second_person"
    assert selectors.of_case(opened.coordinator, opened.case) is None
    casework.end_embargo(opened.coordinator, opened.case, reason=EndReason.OWNER, evidence="all agreed")
    with pytest.raises(AgainstRules):
        services.publish(opened.coordinator, opened.case, DRAFT, because="the embargo is over")


@pytest.mark.parametrize("reason", [EndReason.PUBLIC, EndReason.EXPLOIT_PUBLIC])
def test_what_is_public_already_does_not_wait_for_a_second_person_who_reviews_it_afterwards(opened, reason):
    out(opened, reason)
    assert services.publish(opened.coordinator, opened.case, DRAFT, because="it is on a list since an hour")
    shown = newest(opened.colleague, opened)
    assert (shown.alone, shown.to_review) == (Alone.URGENT, True)
    assert Waits.REVIEW in waits_for(opened.colleague)
    assert Waits.REVIEW not in waits_for(opened.coordinator)
    with pytest.raises(Forbidden, match="second person"):
        services.review(opened.coordinator, opened.case, stands=True, because="of course")
    services.review(opened.colleague, opened.case, stands=False, because="two of us were there")
    assert newest(opened.coordinator, opened).stands is False
    assert Waits.REVIEW not in waits_for(opened.colleague)
    with pytest.raises(Conflict):
        services.review(opened.colleague, opened.case, stands=True, because="once more")


def test_attacks_alone_are_no_reason_to_go_without_a_second_person(opened):
    casework.end_embargo(opened.coordinator, opened.case, reason=EndReason.ATTACKS, evidence="seen")
    with pytest.raises(AgainstRules):
        services.publish(opened.coordinator, opened.case, DRAFT, because="attacks")


def test_a_house_of_one_coordinator_may_choose_to_publish_alone_and_it_shows(opened):
    working.choose(opened.coordinator, Name.PUBLISH_ALONE, value=YES, because="there is nobody else yet")
    assert services.publish(opened.coordinator, opened.case, DRAFT, because="there is nobody else yet")
    assert newest(opened.coordinator, opened).alone is Alone.ALLOWED
    assert newest(opened.coordinator, opened).settlement == "there is nobody else yet"
    assert Waits.REVIEW in waits_for(opened.colleague), "as soon as there is somebody else"


def test_what_a_house_chose_holds_until_it_chooses_otherwise(world, opened):
    working.choose(opened.coordinator, Name.PUBLISH_ALONE, value=YES, because="alone for now")
    world.clock.advance(timedelta(days=1))
    working.choose(opened.coordinator, Name.PUBLISH_ALONE, value=NO, because="a colleague came")
    with pytest.raises(AgainstRules):
        services.publish(opened.coordinator, opened.case, DRAFT, because="as before")
    (choice,) = [each for each in house.settings(opened.colleague) if each.name is Name.PUBLISH_ALONE]
    assert (choice.value, choice.because) == (NO, "a colleague came")


def test_only_an_administrator_of_the_house_chooses_and_only_the_house_sees_it(world, opened):
    with pytest.raises(Forbidden):
        working.choose(opened.colleague, Name.PUBLISH_ALONE, value=YES, because="b")
    for value, because, place in (("maybe", "b", "value"), (YES, " ", "because")):
        with pytest.raises(BadInput) as refused:
            working.choose(opened.coordinator, Name.PUBLISH_ALONE, value=value, because=because)
        assert refused.value.place == place
    with pytest.raises(NotFound):
        house.settings(opened.finder)


def test_what_waits_for_a_second_person_stands_in_the_queue_of_the_others(asked):
    assert Waits.AGREEMENT in waits_for(asked.colleague)
    assert Waits.AGREEMENT not in waits_for(asked.coordinator)
    assert Waits.AGREEMENT not in waits_for(asked.finder)
    agree(asked.colleague, asked)
    assert Waits.AGREEMENT not in waits_for(asked.colleague)


def test_postgresql_itself_takes_no_advisory_that_nobody_agreed_to(world, asked):
    waits = newest(asked.colleague, asked)
    add = (
        'insert into advisories_advisory (id, "case", name, title, summary, osv, csaf, state, decided_at) '
        "values (gen_random_uuid(), %s, %s, 't', 's', '{}', '{}', 'publishing', now())"
    )
    with (
        pytest.raises(ProgrammingError),
        acting(asked.coordinator),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(add, [asked.case, waits.name])
    agree(asked.colleague, asked)
    assert selectors.of_case(asked.coordinator, asked.case)
