"""A maintainer without an account answers by its link, in a browser, and by mail, through a mail server's conversation.

What a mail scanner does with the same letters comes first, and twice: it must change nothing.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent
from levee.cases.rules.mail import Label, Outcome
from levee.notify.selectors import outbox
from support.browsing import chromium, faults, looking, serving  # noqa: F401 - a fixture
from support.coordination import codes, open_for
from support.incoming import letter, post, post_office, reply_address, taken_in

pytestmark = pytest.mark.browser


def everything(opened):
    """All of a case that a scanner could have moved."""
    case = selectors.get(opened.coordinator, opened.case)
    return (
        case,
        selectors.participants(opened.coordinator, opened.case),
        selectors.history(opened.coordinator, opened.case),
        selectors.messages(opened.coordinator, opened.case),
        selectors.openings(opened.coordinator, opened.case),
        selectors.arrivals(opened.coordinator, opened.case),
    )


def seat_of(opened):
    """The maintainer's."""
    seats = selectors.participants(opened.coordinator, opened.case)
    return next(each for each in seats if each.name == "Left-pad project")


def scan(chromium, address, opened):  # noqa: F811
    """Open every link of every letter twice, and post every form that is found, without the code."""
    for each in outbox(opened.coordinator):
        for path in re.findall(r"http://localhost:\d+(/\S+)", each.text):
            for _ in range(2):
                with looking(chromium, address) as page:
                    page.goto(path)
                    for place in range(page.locator("main form").count()):
                        page.goto(path)
                        page.locator("main form").nth(place).evaluate("form => form.submit()")
                        page.wait_for_load_state()


def test_a_vendor_with_no_account_answers_by_link_and_by_mail_and_a_scanner_changes_nothing(  # noqa: PLR0915 - one story
    real_world,
    equipped,
    chromium,  # noqa: F811
):
    world, opened = real_world, open_for(real_world)
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad project", address="ada@maintainers.example", because="its code"
    )
    page_of = "/" + locator.split("/", 3)[3]

    with serving() as address, post_office() as port:
        before = everything(opened)
        scan(chromium, address, opened)
        assert everything(opened) == before

        with looking(chromium, address) as page:
            page.goto(page_of)
            page.get_by_label("The code from the letter").fill(codes(opened.coordinator)[-1])
            page.get_by_role("button", name="Go on").click()
            assert page.url.endswith("/terms/")

            post(port, reply_address(world), letter("Who is asking? We accept. Status: fixed."))
            taken_in(world)
            seat = seat_of(opened)
            assert (seat.consent, seat.answer) == (Consent.INVITED, Answer.NOT_SEEN)
            assert [each.outcome for each in selectors.arrivals(opened.coordinator, opened.case)] == [Outcome.OWNER]

            world.clock.advance(timedelta(minutes=1))
            page.get_by_label("Your name").fill("Ada")
            page.get_by_role("button", name="Send me a code").click()
            before = everything(opened)
            scan(chromium, address, opened)
            assert everything(opened) == before
            page.get_by_label("Your name").fill("Ada")
            page.get_by_label("Second code").fill(codes(opened.coordinator)[-1])
            page.get_by_role("button", name="Accept").click()
            assert page.get_by_role("heading", level=1).inner_text() == "Prototype pollution in minimist"

            before = selectors.history(opened.coordinator, opened.case)
            post(port, reply_address(world), letter("We look into it.\n\n> what the case says"))
            taken_in(world)
            message = selectors.messages(opened.finder, opened.case)[-1]
            assert (message.author, message.text) == ("Left-pad project", "We look into it.")
            assert message.by_mail is Label.UNVERIFIED
            assert selectors.history(opened.coordinator, opened.case) == before

            world.clock.advance(timedelta(minutes=2))
            page.get_by_role("link", name="Answer", exact=True).click()
            page.locator("select[name=answer]").select_option("affected")
            page.get_by_label("Your name").fill("Ada")
            page.get_by_role("button", name="Send me a code").click()
            before = everything(opened)
            scan(chromium, address, opened)
            assert everything(opened) == before
            page.get_by_label("Second code").fill(codes(opened.coordinator)[-1])
            page.get_by_role("button", name="Answer", exact=True).click()
            page.wait_for_url(f"**/cases/{selectors.get(opened.finder, opened.case).public_id}/")
            assert page.complaints == []

        seat = seat_of(opened)
        assert (seat.consent, seat.answer, seat.answers[0].by) == (Consent.SIGNATORY, Answer.AFFECTED, "Ada")
        with looking(chromium, address, opened.coordinator) as page:
            page.goto(f"/cases/{selectors.get(opened.finder, opened.case).public_id}/")
            mail = page.get_by_role("table", name="Letters that came by mail, and what became of each")
            assert "read by you alone" in mail.inner_text()
            assert not faults(page, "case-with-mail")
