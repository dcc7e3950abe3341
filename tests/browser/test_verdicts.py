"""Verdicts, clusters and fixes in a real browser: what a coordinator reads, judges and undoes."""

from __future__ import annotations

import pytest

from levee.policy.actors import OrganisationKind
from levee.validation import selectors
from support.browsing import chromium, faults, looking, serving  # noqa: F401 - a fixture
from support.judged import judged

pytestmark = pytest.mark.browser


@pytest.fixture
def house(real_world):
    return judged(real_world)


def test_a_coordinator_judges_what_waits_and_its_name_stands_beside_it(house, chromium):  # noqa: F811
    with serving() as address, looking(chromium, address, house["coordinator"]) as page:
        page.goto("/waiting/")
        wrong = faults(page, "waiting")
        assert page.get_by_role("row").count() == 2  # its heading, and the one that waits
        page.get_by_role("link", name="The waits one").click()
        wrong += faults(page, "judge")
        page.get_by_role("button", name="Record it").click()
        assert page.get_by_text("This field is required").count() >= 1
        page.complaints.clear()  # the browser's own word on the refusal
        page.get_by_text("State the contract").click()  # its box is drawn by its label
        page.get_by_label("On what it rests").fill("A reader of files never writes past its own buffer.")
        page.get_by_role("button", name="Record it").click()
        assert page.get_by_text("A reader of files never writes past its own buffer.").is_visible()
        assert page.get_by_text("Coordinator, 2026-11-23").is_visible()
        wrong += faults(page, "finding-judged")
        assert wrong == []
    found = selectors.verdict(house["coordinator"], house["keys"]["waits"])
    assert found.settled


def test_a_cluster_says_why_each_finding_stands_in_it_and_lets_one_be_taken_out(house, chromium):  # noqa: F811
    with serving() as address, looking(chromium, address, house["coordinator"]) as page:
        page.goto("/clusters/")
        wrong = faults(page, "clusters")
        page.get_by_role("link", name="source:tidepack@1.0.0").click()
        wrong += faults(page, "cluster")
        assert page.get_by_text("the same signature: source:tidepack").is_visible()
        page.get_by_role("link", name="Take out The second one").click()
        wrong += faults(page, "take-out")
        page.get_by_label("Why").fill("another flaw in the same function")
        page.get_by_role("button", name="Do it").click()
        page.goto(f"/clusters/{house['cluster'].public_id}/")
        assert page.get_by_text("another flaw in the same function").is_visible()
        assert page.get_by_role("link", name="Put back").is_visible()
        wrong += faults(page, "cluster-left")
        assert wrong == []


def test_a_fix_shows_its_level_what_was_seen_and_the_change_itself(house, chromium):  # noqa: F811
    from levee.kernel.ids import public_id

    with serving() as address, looking(chromium, address, house["coordinator"]) as page:
        page.goto(f"/fixes/{public_id('FIX', house['fix'])}/")
        wrong = faults(page, "fix")
        assert page.get_by_text("verified to level 3").is_visible()
        assert page.get_by_text("24 of 24 that passed before").is_visible()
        assert page.locator("ins").count() >= 1
        page.goto("/targets/")
        wrong += faults(page, "targets")
        assert wrong == []


def test_who_is_not_of_the_house_sees_none_of_it(house, real_world, chromium):  # noqa: F811
    from levee.kernel.ids import public_id

    stranger = real_world.actor(real_world.organisation(OrganisationKind.VENDOR, "Somebody"))
    with serving() as address, looking(chromium, address, stranger) as page:
        for path in (
            f"/clusters/{house['cluster'].public_id}/",
            f"/findings/{public_id('FND', house['keys']['first'])}/evidence/",
            f"/findings/{public_id('FND', house['keys']['waits'])}/judge/",
            f"/fixes/{public_id('FIX', house['fix'])}/",
        ):
            assert page.goto(path).status == 404
        page.goto("/clusters/")
        assert page.get_by_text("No clusters yet").is_visible()
        page.goto("/waiting/")
        assert page.get_by_text("Nothing waits for a person").is_visible()
