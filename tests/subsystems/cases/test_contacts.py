"""A maintainer without an account: a locator that is no secret, and codes that are."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from levee.access.selectors import actor_of
from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.services.inviting import CODE_LENGTH
from levee.kernel.errors import BadInput, NotFound, NotSignedIn
from levee.kernel.ids import parse_public_id
from levee.notify import selectors as letters
from support.coordination import vendor_of

CODE = re.compile(rf"^  ([0-9A-Z]{{{CODE_LENGTH}}})$", re.MULTILINE)


@pytest.fixture
def locator(opened):
    return services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad project", address="maintainer@example.org", because="its code"
    )


def key_of(locator):
    return parse_public_id("CON", locator.rstrip("/").rpartition("/")[2])


def codes(opened):
    """The codes of the letters, newest last."""
    return [CODE.search(each.text).group(1) for each in reversed(letters.outbox(opened.coordinator))]


def wrong(code):
    return ("0" if code[0] != "0" else "1") + code[1:]


def page(locator):
    return "/" + locator.split("/", 3)[3]


def test_a_scanner_that_opens_the_link_twice_and_posts_the_empty_form_ends_nothing(opened, locator, client):
    for _ in range(2):
        seen = client.get(page(locator))
        assert seen.status_code == 200
        assert client.post(page(locator)).status_code == 400
    assert selectors.openings(opened.coordinator, opened.case) == []
    answer = client.post(page(locator), {"code": codes(opened)[0]})
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200


def test_before_the_code_the_page_holds_terms_and_nothing_of_the_case(world, opened, locator, client):
    case = selectors.get(opened.coordinator, opened.case)
    seen = client.get(page(locator))
    text = seen.content.decode()
    for secret in (case.title, case.summary, case.public_id, str(case.id), "minimist", "Harrow", "Left-pad"):
        assert secret not in text
    assert f"{case.embargo_end:%Y-%m-%d}" not in text
    assert "no-store" in seen["Cache-Control"]
    assert not seen.cookies.get("sessionid")


def test_the_locator_and_the_letter_tell_nothing_of_the_case(opened, locator):
    case = selectors.get(opened.coordinator, opened.case)
    (letter,) = letters.outbox(opened.coordinator)
    assert codes(opened)[0] not in locator
    for secret in (case.title, case.public_id.removeprefix("CAS-"), case.id.hex, "minimist", "embargo", "Left-pad"):
        assert secret not in letter.text
        assert secret not in locator


def test_a_code_opens_once(opened, locator):
    (code,) = codes(opened)
    principal = services.enter(key_of(locator), code=f" {code[:5].lower()}-{code[5:]} ")
    maintainer = actor_of(principal)
    assert [each.id for each in selectors.listed(maintainer)] == [opened.case]
    with pytest.raises(NotSignedIn):
        services.enter(key_of(locator), code=code)


def test_a_code_opens_for_72_hours(world, opened, locator):
    world.clock.advance(timedelta(hours=72))
    with pytest.raises(NotSignedIn):
        services.enter(key_of(locator), code=codes(opened)[0])


def test_a_code_bears_four_wrong_tries_and_the_fifth_ends_it(world, opened, locator):
    (code,) = codes(opened)
    for _ in range(4):
        with pytest.raises(NotSignedIn):
            services.enter(key_of(locator), code=wrong(code))
    assert services.enter(key_of(locator), code=code)
    assert [each.opened for each in selectors.openings(opened.finder, opened.case)].count(False) == 4


def test_after_five_wrong_tries_the_right_code_opens_nothing(opened, locator):
    (code,) = codes(opened)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            services.enter(key_of(locator), code=wrong(code))
    with pytest.raises(NotSignedIn):
        services.enter(key_of(locator), code=code)


def came_in(opened, locator):
    return actor_of(services.enter(key_of(locator), code=codes(opened)[0]))


def test_an_answer_takes_the_vendors_name_and_a_second_code_sent_at_that_moment(world, opened, locator):
    maintainer = came_in(opened, locator)
    first = codes(opened)[0]
    for code in ("", first):
        with pytest.raises(BadInput) as refused:
            services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="Ada", code=code)
        assert refused.value.place == "code"
    world.clock.advance(timedelta(minutes=1))
    services.renew_code(maintainer, opened.case)
    second = codes(opened)[1]
    with pytest.raises(BadInput) as refused:
        services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="", code=second)
    assert refused.value.place == "by"
    services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="Ada", code=second)
    with pytest.raises(BadInput):
        services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=second)
    seat = next(each for each in selectors.participants(maintainer, opened.case) if each.party == maintainer.party)
    assert (seat.answer, seat.answered_by) == (Answer.AFFECTED, "Ada")


def test_wrong_second_codes_are_counted(world, opened, locator):
    maintainer = came_in(opened, locator)
    world.clock.advance(timedelta(minutes=1))
    services.renew_code(maintainer, opened.case)
    second = codes(opened)[1]
    for _ in range(5):
        with pytest.raises(BadInput):
            services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=wrong(second))
    with pytest.raises(BadInput):
        services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=second)


def test_a_new_link_ends_the_old_one(world, opened, locator):
    maintainer = came_in(opened, locator)
    seat = next(each for each in selectors.participants(maintainer, opened.case) if each.party == maintainer.party)
    assert selectors.linked(opened.coordinator, opened.case) == {seat.id}
    assert selectors.linked(opened.finder, opened.case) == frozenset()
    world.clock.advance(timedelta(days=4))
    fresh = services.new_link(opened.coordinator, opened.case, participant=seat.id)
    with pytest.raises(NotFound):
        services.invitation(key_of(locator))
    assert services.enter(key_of(fresh), code=codes(opened)[1]) == maintainer.id
    with pytest.raises(NotFound):
        services.renew_code(opened.finder, opened.case)


def test_the_answer_page_sends_the_code_and_keeps_what_was_filled_in(world, opened, locator, client):
    client.post(page(locator), {"code": codes(opened)[0]})
    world.clock.advance(timedelta(minutes=1))
    address = f"/cases/{selectors.get(opened.coordinator, opened.case).public_id}/answer/"
    filled = {"answer": "affected", "justification": "", "by": "Ada Byron"}
    assert b"Second code" in client.get(address).content
    refused = client.post(address, {**filled, "code": ""})
    assert refused.status_code == 400
    asked = client.post(address, {**filled, "send-code": "1"})
    assert b"Ada Byron" in asked.content
    assert b"on its way" in asked.content
    assert client.post(address, {**filled, "code": codes(opened)[1]}).status_code == 302


def test_members_who_sign_in_are_asked_for_no_second_code(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    assert not services.needs_code(vendor, opened.case)
    services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada")
    with pytest.raises(NotFound):
        services.renew_code(vendor, opened.case)


def test_what_is_no_link_is_not_found(client, opened):
    assert client.get("/contact/CON-00000000-0000/").status_code in {400, 404}
