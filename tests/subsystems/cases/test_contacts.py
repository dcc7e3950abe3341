"""A maintainer without an account: a locator that is no secret, and codes that are."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from levee.access.selectors import actor_of
from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import Consent, ConsentVerb, EndReason
from levee.findings import selectors as findings
from levee.identity import services as identity
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound, NotSignedIn
from levee.kernel.hashing import sha256
from levee.notify import selectors as letters
from levee.policy.actions import Action
from support.coordination import another_case, come_in, vendor_of
from support.coordination import codes as codes_of
from support.coordination import contact_of as key_of
from support.running import work


@pytest.fixture
def locator(opened):
    return services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad project", address="maintainer@example.org", because="its code"
    )


def codes(opened):
    return codes_of(opened.coordinator)


def came_in(world, opened, locator):
    return come_in(world, opened.coordinator, locator)


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
    assert services.enter(key_of(locator), code=f" {code[:5].lower()}-{code[5:]} ")
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


def test_an_answer_takes_the_vendors_name_and_a_second_code_sent_at_that_moment(world, opened, locator):
    maintainer = came_in(world, opened, locator)
    first, accepted = codes(opened)
    for code in ("", first, accepted):
        with pytest.raises(BadInput) as refused:
            services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="Ada", code=code)
        assert refused.value.place == "code"
    world.clock.advance(timedelta(minutes=1))
    services.renew_code(maintainer, opened.case)
    second = codes(opened)[-1]
    with pytest.raises(BadInput) as refused:
        services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="", code=second)
    assert refused.value.place == "by"
    services.answer(maintainer, opened.case, answer=Answer.AFFECTED, by="Ada", code=second)
    with pytest.raises(BadInput):
        services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=second)
    seat = next(each for each in selectors.participants(maintainer, opened.case) if each.party == maintainer.party)
    assert (seat.answer, [each.by for each in seat.answers]) == (Answer.AFFECTED, ["Ada"])


def test_wrong_second_codes_are_counted(world, opened, locator):
    maintainer = came_in(world, opened, locator)
    world.clock.advance(timedelta(minutes=1))
    services.renew_code(maintainer, opened.case)
    second = codes(opened)[-1]
    for _ in range(5):
        with pytest.raises(BadInput):
            services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=wrong(second))
    with pytest.raises(BadInput):
        services.answer(maintainer, opened.case, answer=Answer.FIXED, by="Ada", code=second)


def seat_of(opened, party):
    return next(each for each in selectors.participants(opened.coordinator, opened.case) if each.party == party)


def test_before_the_terms_are_accepted_nothing_but_the_terms_is_seen(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    seat = seat_of(opened, maintainer.party)
    assert seat.consent is Consent.INVITED
    assert selectors.listed(maintainer) == []
    assert findings.listed(maintainer) == []
    for forbidden in (
        lambda: selectors.get(maintainer, opened.case),
        lambda: selectors.messages(maintainer, opened.case),
        lambda: selectors.participants(maintainer, opened.case),
        lambda: services.send(maintainer, opened.case, text="t", author="a"),
        lambda: services.consent(maintainer, opened.case, verb=ConsentVerb.ACCEPT),
        lambda: services.answer(maintainer, opened.case, answer=Answer.SEEN, by="Ada"),
    ):
        with pytest.raises((NotFound, BadInput)):
            forbidden()
    shown = services.terms(maintainer, key_of(locator))
    assert shown.embargo_end == selectors.get(opened.coordinator, opened.case).embargo_end
    with pytest.raises(NotFound):
        services.terms(opened.finder, key_of(locator))


def test_a_signatory_is_who_accepted_the_terms_by_name_with_a_second_code(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    first = codes(opened)[0]
    for by, code in (("Ada", ""), ("Ada", first), ("Ada", wrong(first)), ("", first)):
        with pytest.raises(BadInput):
            services.accept(maintainer, key_of(locator), by=by, code=code)
    world.clock.advance(timedelta(minutes=1))
    services.renew_terms_code(maintainer, key_of(locator))
    assert services.accept(maintainer, key_of(locator), by="Ada", code=codes(opened)[-1]) == opened.case
    assert [each.id for each in selectors.listed(maintainer)] == [opened.case]
    assert [each.id for each in findings.listed(maintainer)] == [opened.finding]
    seat = seat_of(opened, maintainer.party)
    assert (seat.consent, seat.consented_by, seat.consented_at) == (Consent.SIGNATORY, "Ada", world.clock.now())
    with pytest.raises(Conflict):
        services.accept(maintainer, key_of(locator), by="Ada", code=codes(opened)[-1])


def test_who_declines_the_terms_has_seen_nothing_and_its_link_ends(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    services.decline(maintainer, key_of(locator))
    assert seat_of(opened, maintainer.party).consent is Consent.DECLINED
    assert selectors.listed(maintainer) == []
    with pytest.raises(NotFound):
        services.terms(maintainer, key_of(locator))
    world.clock.advance(timedelta(minutes=1))
    again = services.new_link(opened.coordinator, opened.case, participant=seat_of(opened, maintainer.party).id)
    changed = come_in(world, opened.coordinator, again)
    assert [each.id for each in selectors.listed(changed)] == [opened.case]


def test_the_terms_are_accepted_on_the_page_of_the_letter(world, opened, locator, client):
    there = client.post(page(locator), {"code": codes(opened)[0]})["Location"]
    assert there.endswith("/terms/")
    seen = client.get(there).content.decode()
    case = selectors.get(opened.coordinator, opened.case)
    assert f"{case.embargo_end:%Y-%m-%d %H:%M} UTC" in seen
    assert case.title not in seen
    assert client.post(there, {"by": "Ada", "code": ""}).status_code == 400
    world.clock.advance(timedelta(minutes=1))
    assert b"is on its way" in client.post(there, {"by": "Ada", "send-code": "1"}).content
    landed = client.post(there, {"by": "Ada", "code": codes(opened)[-1]})
    assert case.title.encode() in client.get(landed["Location"]).content


def test_the_embargos_end_is_told_to_nobody_without_a_code(opened, locator):
    with connection.cursor() as cursor:
        cursor.execute("select * from levee_invitation(%s, now())", [key_of(locator)])
        assert cursor.fetchall() == [("Clearinghouse",)]
        cursor.execute("select * from levee_contact_terms(%s, now())", [key_of(locator)])
        assert cursor.fetchall() == []


def test_a_new_link_ends_the_old_one(world, opened, locator):
    maintainer = came_in(world, opened, locator)
    seat = seat_of(opened, maintainer.party)
    assert selectors.linked(opened.coordinator, opened.case) == {seat.id}
    assert selectors.linked(opened.finder, opened.case) == frozenset()
    world.clock.advance(timedelta(days=4))
    fresh = services.new_link(opened.coordinator, opened.case, participant=seat.id)
    with pytest.raises(NotFound):
        services.invitation(key_of(locator))
    again = actor_of(services.enter(key_of(fresh), code=codes(opened)[-1]))
    assert again.party == maintainer.party
    assert [each.id for each in selectors.listed(again)] == [opened.case]


def set_up_everything(maintainer, client, email="ada@example.org"):
    """A session, a password and a token, as whoever holds a link can have them."""
    user = identity.set_up_account(maintainer, email=email, password="a long enough password")
    token = identity.issue_token(
        maintainer, name="t", scopes=[Action.CASE_SEE], lasts=timedelta(days=300), principal=maintainer.id
    )
    session = client.session
    session["levee.principal"] = str(maintainer.id)
    session.save()
    assert client.get("/cases/").status_code == 200
    return user, token.secret


def assert_all_ended(user, secret, client):
    assert client.get("/cases/").status_code == 302
    with pytest.raises(NotSignedIn):
        identity.authenticate(secret)
    assert identity.principals_of(user) == ()
    assert not Client().login(email="ada@example.org", password="a long enough password")


def end_by_new_link(world, opened, seat):
    services.new_link(opened.coordinator, opened.case, participant=seat.id)


def end_by_hand(world, opened, seat):
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")


def end_by_time(world, opened, seat):
    world.clock.advance(timedelta(days=31))
    work()


@pytest.mark.parametrize("end", [end_by_new_link, end_by_hand, end_by_time])
def test_all_that_came_of_a_stolen_link_ends_with_it(world, opened, locator, client, end):
    maintainer = came_in(world, opened, locator)
    user, secret = set_up_everything(maintainer, client)
    end(world, opened, seat_of(opened, maintainer.party))
    assert_all_ended(user, secret, client)
    assert actor_of(maintainer.id) is None
    with pytest.raises(NotFound):
        services.invitation(key_of(locator))


def test_the_job_at_an_embargos_end_ends_nothing_before_it(world, opened, locator):
    maintainer = came_in(world, opened, locator)
    services.shorten_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + timedelta(days=1), because="found by others"
    )
    work()
    assert actor_of(maintainer.id)
    world.clock.advance(timedelta(days=1))
    services.close_links(opened.coordinator, opened.case)
    assert actor_of(maintainer.id) is None


def test_members_keep_their_part_when_the_embargo_ends(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    assert [each.id for each in selectors.listed(vendor)] == [opened.case]


def test_from_the_embargos_end_no_code_opens_whether_the_job_ran_or_not(world, opened, locator):
    world.clock.advance(timedelta(days=29))
    seat = next(iter(selectors.linked(opened.coordinator, opened.case)))
    fresh = services.new_link(opened.coordinator, opened.case, participant=seat)
    code = codes(opened)[-1]
    world.clock.advance(timedelta(days=1))
    with pytest.raises(NotFound):
        services.invitation(key_of(fresh))
    with pytest.raises(NotSignedIn):
        services.enter(key_of(fresh), code=code)


def test_who_is_still_needed_after_the_embargo_gets_a_new_link(world, opened, locator):
    maintainer = came_in(world, opened, locator)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLIC, evidence="a post")
    world.clock.advance(timedelta(hours=1))
    fresh = services.new_link(opened.coordinator, opened.case, participant=seat_of(opened, maintainer.party).id)
    again = actor_of(services.enter(key_of(fresh), code=codes(opened)[-1]))
    assert [each.id for each in selectors.listed(again)] == [opened.case]
    assert services.terms(again, key_of(fresh)).embargo_end is None


def test_a_second_code_is_sent_once_a_minute_and_five_times_a_day(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    sent = len(codes(opened))
    services.renew_terms_code(maintainer, key_of(locator))
    world.clock.advance(timedelta(seconds=59))
    services.renew_terms_code(maintainer, key_of(locator))
    assert len(codes(opened)) == sent + 1
    for _ in range(20):
        world.clock.advance(timedelta(minutes=1))
        services.renew_terms_code(maintainer, key_of(locator))
    assert len(codes(opened)) == sent + 5
    world.clock.advance(timedelta(days=1))
    services.renew_terms_code(maintainer, key_of(locator))
    assert len(codes(opened)) == sent + 6


def test_who_takes_part_in_many_cases_by_one_link_answers_in_each_on_one_day(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator)
    cases = [opened.case, *(another_case(world, opened, f"Finder {number}").case for number in range(7))]
    for case in cases[1:]:
        services.invite(opened.coordinator, case, party=maintainer.party, name="Minimist", because="its code")
    for case in cases:
        world.clock.advance(timedelta(minutes=1))
        services.renew_code(maintainer, case)
        services.answer(maintainer, case, answer=Answer.AFFECTED, by="Ada", code=codes(opened)[-1])
    sent = len(codes(opened))
    for _ in range(60):
        world.clock.advance(timedelta(minutes=1))
        services.renew_code(maintainer, opened.case)
    assert len(codes(opened)) - sent + len(cases) <= 5 * len(cases)


def test_asking_for_a_code_is_answered_alike_whether_there_is_such_a_link_or_not(world, opened, locator):
    maintainer = come_in(world, opened.coordinator, locator, accept=False)
    sent = codes(opened)
    services.renew_terms_code(opened.finder, key_of(locator))
    services.renew_terms_code(maintainer, uuid4())
    assert codes(opened) == sent


def test_only_a_vendor_of_the_case_asks_for_a_code_there(world, opened, locator):
    with pytest.raises(Forbidden):
        services.renew_code(opened.finder, opened.case)
    with pytest.raises(NotFound):
        services.renew_code(vendor_of(world), opened.case)


def test_a_code_is_kept_as_a_digest_under_a_secret_that_the_database_does_not_hold(opened, locator, settings):
    from levee.cases.services.codes import digest_of

    (code,) = codes(opened)
    here, elsewhere = digest_of(key_of(locator), code), digest_of(uuid4(), code)
    assert len({here, elsewhere, sha256(code.encode())}) == 3
    settings.SECRET_KEY = "another secret"
    assert digest_of(key_of(locator), code) != here


def test_the_answer_page_sends_the_code_and_keeps_what_was_filled_in(world, opened, locator, client):
    maintainer = came_in(world, opened, locator)
    session = client.session
    session["levee.principal"] = str(maintainer.id)
    session.save()
    world.clock.advance(timedelta(minutes=1))
    address = f"/cases/{selectors.get(opened.coordinator, opened.case).public_id}/answer/"
    filled = {"answer": "affected", "justification": "", "by": "Ada Byron"}
    assert b"Second code" in client.get(address).content
    refused = client.post(address, {**filled, "code": ""})
    assert refused.status_code == 400
    asked = client.post(address, {**filled, "send-code": "1"})
    assert b"Ada Byron" in asked.content
    assert b"on its way" in asked.content
    assert client.post(address, {**filled, "code": codes(opened)[-1]}).status_code == 302


def test_members_who_sign_in_are_asked_for_no_second_code(world, opened):
    vendor = vendor_of(world)
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    assert not services.needs_code(vendor, opened.case)
    services.answer(vendor, opened.case, answer=Answer.SEEN, by="Ada")
    sent = codes(opened)
    services.renew_code(vendor, opened.case)
    assert codes(opened) == sent


def test_what_is_no_link_is_not_found(client, opened):
    assert client.get("/contact/CON-00000000-0000/").status_code in {400, 404}
