"""Which cases a list shows."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from levee.cases import selectors, services
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import EndReason
from levee.cases.types import Show
from levee.policy.actors import Capacity, Role
from support.stories import Story


@pytest.fixture
def several(world):
    """A case of each kind, all of one coordinator's house."""
    held, public, over, late = (Story(world, days=days) for days in (30, 30, 30, 5))
    wrong = Story(world)
    public.ends(EndReason.PUBLIC)
    over.ends(EndReason.OWNER)
    wrong.ends(EndReason.PUBLIC)
    (claim,) = selectors.claims(wrong.owner, wrong.case)
    services.doubt_claim(wrong.owner, wrong.case, claim.id, because="another flaw")
    after = services.settle_doubt(wrong.colleague(), wrong.case, claim.id, verb=ClaimVerb.CORRECT, because="so it is")
    return {
        "held": held,
        "public": public,
        "over": over,
        "late": late,
        "wrong": wrong,
        "after": after,
    }


def keys(several, *names):
    return {several[name] if name == "after" else several[name].case for name in names}


def shown(several, show, **more):
    owner = several["held"].owner
    found = {each.id for each in selectors.listed(owner, show=show, **more)}
    assert selectors.count(owner, show=show, **more) == len(found)
    return found


def test_a_list_shows_what_its_cases_have_in_common(several):
    assert shown(several, Show.ALL) == keys(several, *several)
    assert shown(several, Show.UNDER_EMBARGO) == keys(several, "held", "late", "after")
    assert shown(several, Show.ENDING) == keys(several, "late")
    assert shown(several, Show.OVER) == keys(several, "over")
    assert shown(several, Show.PUBLIC) == keys(several, "public")
    assert shown(several, Show.CONTINUED) == keys(several, "wrong")


def test_time_moves_a_case_from_one_list_to_another(several):
    several["held"].pass_days(6)
    assert shown(several, Show.OVER) == keys(several, "over", "late")
    several["held"].pass_days(20)
    assert shown(several, Show.ENDING) == keys(several, "held", "after")


def test_a_list_can_be_of_those_in_which_one_has_a_part(several):
    story = several["held"]
    assert shown(several, Show.ALL, part=Capacity.OWNER) == keys(several, *several)
    assert shown(several, Show.ALL, part=Capacity.VENDOR) == set()
    vendor = story.vendor("Minimist")
    assert [each.id for each in selectors.listed(vendor, part=Capacity.VENDOR)] == [story.case]
    assert selectors.count(vendor, part=Capacity.FINDER) == 0


def test_nobody_finds_a_case_by_a_list_that_it_takes_no_part_in(world, several):
    stranger = world.finder("Stranger")
    assert [each for show in Show for each in selectors.listed(stranger, show=show)] == []
    assert [selectors.count(stranger, show=show) for show in Show] == [0] * len(Show)


def test_as_many_cases_are_counted_as_one_takes_part_in(world, several):
    story = several["held"]
    vendor = story.vendor("Minimist")
    assert (selectors.count(story.owner), selectors.count(vendor)) == (len(several), 1)
    assert selectors.count(world.actor(world.house, Role.ADMIN)) == 0
    story.leaves(vendor)
    assert selectors.count(vendor) == len(selectors.listed(vendor)) == 0


@pytest.mark.parametrize(("role", "offered"), [(Role.MEMBER, True), (Role.COORDINATOR, True), (Role.ADMIN, False)])
def test_the_page_leads_to_what_changed_and_to_the_webhooks_of_those_who_may_see_them(world, client, role, offered):
    session = client.session
    session["levee.principal"] = str(world.actor(world.house, role).id)
    session.save()
    page = client.get("/cases/").content.decode()
    assert 'href="/cases/changes/"' in page
    assert ('href="/cases/webhooks/"' in page) is offered
    assert (client.get("/cases/webhooks/").status_code == HTTPStatus.OK) is offered
