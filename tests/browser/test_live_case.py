"""A case's page that is open shows what happens in the case, without being loaded again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from levee.cases import services
from levee.kernel.ids import public_id
from support.browsing import looking, serving
from support.coordination import open_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MARK = re.compile(r"seen=([0-9a-f]{16})")
LOOKS_AFTER = 21_000
"""Milliseconds after which the page has looked."""


def test_an_open_page_shows_what_somebody_else_wrote_and_is_left_alone_while_nothing_happens(real_world, chromium):
    opened = open_for(real_world)
    with serving() as address, looking(chromium, address, opened.coordinator) as page:
        page.clock.install()
        page.goto(f"/cases/{public_id('CAS', opened.case)}/")
        page.evaluate("document.querySelector('#live').dataset.seen = 'before'")
        with page.expect_response(re.compile("/live/")) as looked:
            page.clock.fast_forward(LOOKS_AFTER)
        assert looked.value.status == 204
        assert page.evaluate("document.querySelector('#live').dataset.seen") == "before"
        services.send(opened.finder, opened.case, text="We saw it again.", author="Harrow")
        with page.expect_response(re.compile("/live/")) as looked:
            page.clock.fast_forward(LOOKS_AFTER)
        assert looked.value.status == 200
        page.get_by_role("row", name=re.compile("All parties.*the last", re.DOTALL)).wait_for()
        assert page.evaluate("document.querySelector('#live').dataset.seen") is None
        assert page.evaluate("document.querySelectorAll('#live').length") == 1
        assert page.complaints == []


def test_who_is_signed_out_meanwhile_keeps_the_page_as_it_was(real_world, chromium):
    opened = open_for(real_world)
    with serving() as address, looking(chromium, address, opened.coordinator) as page:
        page.clock.install()
        page.goto(f"/cases/{public_id('CAS', opened.case)}/")
        page.context.clear_cookies()
        with page.expect_response(re.compile("/live/")):
            page.clock.fast_forward(LOOKS_AFTER)
        page.wait_for_timeout(100)
        page.get_by_role("heading", name="Who takes part").wait_for()


def test_what_a_page_has_seen_is_the_same_until_something_happens(real_world, client):
    from levee.web.signed_in import SESSION_KEY

    opened = open_for(real_world)
    session = client.session
    session[SESSION_KEY] = str(opened.coordinator.id)
    session.save()
    place = f"/cases/{public_id('CAS', opened.case)}/"
    mark = MARK.search(client.get(place).content.decode())[1]
    real_world.clock.advance(timedelta(minutes=1))
    assert client.get(f"{place}live/?seen={mark}").status_code == 204
    services.send(opened.finder, opened.case, text="We saw it again.", author="Harrow")
    answer = client.get(f"{place}live/?seen={mark}")
    assert (answer.status_code, answer["HX-Reswap"], answer["HX-Reselect"]) == (200, "outerHTML", "#live")
    assert MARK.search(answer.content.decode())[1] != mark
