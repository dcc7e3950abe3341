"""The clocks of a case: policies that parties keep, what starts and stops them, and reminders that come once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from icalendar import Calendar

from levee.cases import selectors, services
from levee.cases.clocks.moments import Moment
from levee.cases.clocks.running import State
from levee.cases.models import Reminder
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EndReason
from levee.cases.rules.facts import Event
from levee.identity.models import Organisation
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, NotFound
from levee.notify import selectors as letters
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from levee.policy.actors import OrganisationKind
from support.coordination import come_in, vendor_of
from support.database import as_role

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def vendor(world, opened):
    vendor = vendor_of(world)
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=vendor.party).update(contact="vendor@example.org")
        Organisation.unscoped.filter(id=world.house).update(contact="desk@example.org")
    services.invite(opened.coordinator, opened.case, party=vendor.party, name="Minimist", because="its code")
    return vendor


def keep(party, opened, policy="eu:cra"):
    services.keep_policy(party, opened.case, policy=policy, because="we are bound by it")


def attacked(world, opened, *, keep_embargo=True):
    claim = services.claim(opened.finder, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=keep_embargo
    )
    return world.clock.now()


def clocks(party, opened):
    return {(each.policy, each.name): each for each in selectors.timing(party, opened.case).clocks}


def cra(party, opened):
    return {name: each for (policy, name), each in clocks(party, opened).items() if policy == "eu:cra"}


def pass_time(world, passed):
    """Let time pass for the calendar and for what the queue has set for later, and let workers do what is due."""
    world.clock.advance(passed)
    with as_role(DbRole.WORKER):
        with connection.cursor() as cursor:
            cursor.execute("update procrastinate_jobs set scheduled_at = scheduled_at - %s", [passed])
        run_pending(due_only=True)


def letters_to(opened, address):
    return [each for each in letters.outbox(opened.coordinator) if each.address == address]


def reminders(world, party):
    with as_role(world.owner_role):
        rows = Reminder.unscoped.filter(organisation=party.party).order_by("at", "-hours_before", "clock")
        return [(row.clock.split("/")[1], row.hours_before) for row in rows]


def test_an_embargo_has_a_clock_without_any_policy(world, opened):
    (clock,) = selectors.timing(opened.finder, opened.case).clocks
    assert (clock.policy, clock.asks, clock.state) == ("embargo", "everyone", State.RUNNING)
    assert clock.due == selectors.get(opened.finder, opened.case).embargo_end
    world.clock.advance(31 * DAY)
    (clock,) = selectors.timing(opened.finder, opened.case).clocks
    assert (clock.state, clock.done_at) == (State.MET, clock.due)


def test_a_vendors_reports_are_due_from_when_it_and_the_case_know_of_attacks(world, opened, vendor):
    keep(vendor, opened)
    assert {each.state for each in cra(vendor, opened).values()} == {State.WAITING}
    world.clock.advance(HOUR)
    known = attacked(world, opened)
    due = {name: each.due for name, each in cra(vendor, opened).items()}
    assert due == {"early_warning": known + 24 * HOUR, "notification": known + 72 * HOUR, "final_report": None}
    world.clock.advance(2 * DAY)
    services.answer(vendor, opened.case, answer="fixed", by="Ada")
    assert cra(vendor, opened)["final_report"].due == world.clock.now() + 14 * DAY


def test_what_was_sent_is_stated_with_its_evidence_and_everyone_reads_it(world, opened, vendor):
    keep(vendor, opened)
    attacked(world, opened)
    world.clock.advance(30 * HOUR)
    sent = world.clock.now() - 10 * HOUR
    services.state_moment(vendor, opened.case, moment=Moment.EARLY_WARNING, at=sent, evidence="report 17")
    found = cra(opened.finder, opened)
    assert (found["early_warning"].state, found["early_warning"].done_at) == (State.MET, sent)
    assert found["notification"].state is State.RUNNING
    (mark,) = selectors.timing(opened.finder, opened.case).marks
    assert (mark.by, mark.evidence) == ("Minimist", "report 17")
    world.clock.advance(timedelta(minutes=1))
    services.state_moment(vendor, opened.case, moment=Moment.EARLY_WARNING, at=world.clock.now(), evidence="report 18")
    assert cra(vendor, opened)["early_warning"].state is State.MET_LATE, "its later word takes the place of the first"


def test_each_act_about_clocks_is_a_step_of_the_history(world, opened, vendor):
    keep(vendor, opened)
    services.drop_policy(vendor, opened.case, policy="eu:cra", because="we no longer sell there")
    steps = [each for each in selectors.history(opened.finder, opened.case) if each.moves == "CLK"]
    assert [each.says for each in steps] == ["Minimist keeps eu:cra:1", "Minimist no longer keeps eu:cra:1"]
    assert steps[1].because == "we no longer sell there"
    assert cra(vendor, opened) == {}


def test_a_finders_policy_runs_for_each_vendor_and_publication_stops_it(world, opened, vendor):
    keep(opened.finder, opened, "finder:90-days")
    told = world.clock.now()
    fix = clocks(vendor, opened)["finder:90-days", "fix"]
    assert (fix.asks, fix.yours, fix.due) == ("Minimist", True, told + 90 * DAY)
    world.clock.advance(9 * DAY)
    services.end_embargo(opened.coordinator, opened.case, reason=EndReason.PUBLISHED, evidence="an advisory")
    assert clocks(opened.finder, opened)["finder:90-days", "fix"].done_at == world.clock.now()


def test_who_keeps_what_and_states_what_is_told_by_its_part(opened, vendor):
    assert {each.name for each in selectors.timing(vendor, opened.case).may_keep} == {"eu:cra"}
    assert "coordinator:45-days" not in {each.name for each in selectors.timing(opened.finder, opened.case).may_keep}
    with pytest.raises(BadInput) as refused:
        keep(vendor, opened, "finder:90-days")
    assert refused.value.place == "policy"
    keep(opened.coordinator, opened)
    assert selectors.timing(opened.coordinator, opened.case).may_state == []
    assert Moment.EARLY_WARNING in selectors.timing(vendor, opened.case).may_state
    keep(opened.finder, opened, "list:linux-distros")
    assert selectors.timing(opened.coordinator, opened.case).may_state == [Moment.LIST_TOLD]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"evidence": " "}, "evidence"),
        ({"at": timedelta(seconds=1)}, "at"),
        ({"moment": Moment.LIST_TOLD}, "moment"),
        ({"moment": Moment.PUBLIC}, "moment"),
    ],
)
def test_a_word_without_evidence_ahead_of_time_or_of_somebody_else_is_refused(world, opened, vendor, wrong, place):
    keep(vendor, opened)
    before = selectors.history(vendor, opened.case)
    said = {"moment": Moment.EARLY_WARNING, "evidence": "e", "at": timedelta(0), **wrong}
    with pytest.raises(BadInput) as refused:
        services.state_moment(vendor, opened.case, **{**said, "at": world.clock.now() + said["at"]})
    assert refused.value.place == place
    assert selectors.history(vendor, opened.case) == before


def test_a_policy_is_kept_once_by_each_party_and_dropped_by_whoever_keeps_it(opened, vendor):
    keep(vendor, opened)
    with pytest.raises(Conflict):
        keep(vendor, opened)
    with pytest.raises(NotFound):
        services.drop_policy(opened.coordinator, opened.case, policy="eu:cra", because="b")
    with pytest.raises(NotFound):
        keep(vendor, opened, "eu:nothing")


def test_outsiders_and_those_who_left_see_no_clock_and_keep_none(world, opened, vendor):
    outsider = world.actor(world.organisation(OrganisationKind.VENDOR))
    services.consent(vendor, opened.case, verb=ConsentVerb.REVISE)
    for party, refusal in ((outsider, NotFound), (vendor, AgainstRules)):
        with pytest.raises(NotFound):
            selectors.timing(party, opened.case)
        with pytest.raises((refusal, Forbidden)):
            keep(party, opened)


def test_who_has_not_agreed_is_told_of_no_policy_that_is_newer(world, opened, vendor):
    world.clock.advance(HOUR)
    end = world.clock.now() + 20 * DAY
    services.propose_embargo(vendor, opened.case, end=end, because="a release is near")
    world.clock.advance(HOUR)
    keep(vendor, opened)
    assert cra(opened.finder, opened) == {}
    (step,) = [each for each in selectors.history(opened.finder, opened.case) if each.moves == "CLK"]
    says = "Minimist says something about clocks"
    assert (step.says, step.because, step.verb, step.state) == (says, "", "keep", "")
    assert cra(vendor, opened) != {}
    services.consent(opened.finder, opened.case, verb=ConsentVerb.ACCEPT)
    assert cra(opened.finder, opened) != {}


def test_reminders_come_before_a_clock_runs_out_and_as_it_does_each_once(world, opened, vendor):
    keep(vendor, opened)
    attacked(world, opened)
    pass_time(world, timedelta(0))
    assert reminders(world, vendor) == []
    for _ in range(12):
        pass_time(world, 13 * HOUR)
        pass_time(world, timedelta(0))
    expected = [("early_warning", 12), ("early_warning", 2), ("early_warning", 0)]
    expected += [("notification", 24), ("notification", 4), ("notification", 0)]
    assert sorted(reminders(world, vendor)) == sorted(expected)
    assert len(letters_to(opened, "vendor@example.org")) == 4, "one letter for what one look found"
    before = reminders(world, vendor)
    pass_time(world, 5 * DAY)
    assert reminders(world, vendor) == before


def test_a_reminder_is_not_sent_again_by_a_second_run_or_after_a_restart(world, opened, vendor):
    keep(vendor, opened)
    attacked(world, opened)
    pass_time(world, 23 * HOUR)
    sent = letters_to(opened, "vendor@example.org")
    for again in (services.remind, services.watch_clocks):
        with as_role(DbRole.WORKER):
            from levee.platform.jobs.work import standing_run

            with standing_run("cases.remind", party=vendor.party) as run:
                again(run, opened.case)
    assert letters_to(opened, "vendor@example.org") == sent
    assert reminders(world, vendor) == [("early_warning", 12), ("early_warning", 2)]


def test_what_came_is_asked_for_no_more(world, opened, vendor):
    keep(vendor, opened)
    at = attacked(world, opened)
    services.state_moment(vendor, opened.case, moment=Moment.EARLY_WARNING, at=at, evidence="report 17")
    pass_time(world, timedelta(0))
    pass_time(world, 30 * HOUR)
    assert reminders(world, vendor) == []
    assert letters_to(opened, "vendor@example.org") == []


def test_an_end_that_moves_is_reminded_of_anew(world, opened):
    pass_time(world, timedelta(0))
    pass_time(world, 24 * DAY)
    assert reminders(world, opened.coordinator) == [("end", 168)]
    services.shorten_embargo(
        opened.coordinator, opened.case, end=world.clock.now() + 3 * DAY, because="it is being looked for"
    )
    pass_time(world, timedelta(0))
    pass_time(world, 2 * DAY + HOUR)
    pass_time(world, 1 * DAY)
    assert reminders(world, opened.coordinator) == [("end", 168), ("end", 24), ("end", 0)]


def test_a_letter_says_neither_which_case_nor_which_clock(world, opened, vendor):
    keep(vendor, opened)
    attacked(world, opened)
    pass_time(world, timedelta(0))
    pass_time(world, 23 * HOUR)
    public = selectors.get(vendor, opened.case).public_id
    for letter in letters_to(opened, "vendor@example.org"):
        assert letter.text.count("/cases/") == 1
        assert not any(said in letter.text for said in (public, "eu:cra", "warning", "minimist", "Minimist"))


def test_the_owner_hears_of_clocks_that_ask_those_who_came_in_by_a_link(world, opened):
    locator = services.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="left@example.org", because="it bundles the code"
    )
    come_in(world, opened.coordinator, locator)
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=world.house).update(contact="desk@example.org")
    keep(opened.coordinator, opened)
    attacked(world, opened)
    before = len(letters_to(opened, "left@example.org"))
    pass_time(world, timedelta(0))
    pass_time(world, 23 * HOUR)
    assert len(letters_to(opened, "left@example.org")) == before
    assert ("early_warning", 12) in reminders(world, opened.coordinator)
    assert letters_to(opened, "desk@example.org")


def page(client, party, opened, path=""):
    session = client.session
    session["levee.principal"] = str(party.id)
    session.save()
    return client.get(f"/cases/{selectors.get(party, opened.case).public_id}/{path}")


def test_the_case_page_draws_clocks_in_the_readers_zone_with_utc_beside(world, opened, vendor, client):
    keep(vendor, opened)
    attacked(world, opened)
    plain = page(client, vendor, opened).content.decode()
    assert "2026-11-24 09:00 UTC" in plain
    public = selectors.get(vendor, opened.case).public_id
    answer = client.post(f"/cases/{public}/clocks/zone/", {"zone": "America/St_Johns"})
    assert answer.status_code == 302
    there = page(client, vendor, opened).content.decode()
    assert "2026-11-24 05:30 NST" in there
    assert "2026-11-24 09:00 UTC" in there
    assert 'width="100%" height="10"' in there
    assert "Minimist keeps eu:cra:1" in there, "it is told under what happened"
    assert "the early warning was sent" in page(client, vendor, opened, "clocks/mark/").content.decode().lower()
    assert client.post(f"/cases/{public}/clocks/zone/", {"zone": "../etc/passwd"}).status_code == 400


def test_a_calendar_file_holds_each_running_clock_at_its_instant_and_nothing_of_what_it_is_about(
    world, opened, vendor, client
):
    keep(vendor, opened)
    known = attacked(world, opened)
    answer = page(client, vendor, opened, "clocks/calendar.ics")
    public = selectors.get(vendor, opened.case).public_id
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "no-store" in answer.headers["Cache-Control"]
    entries = Calendar.from_ical(answer.content).walk("VEVENT")
    end = selectors.get(vendor, opened.case).embargo_end
    assert sorted(each["dtstart"].dt for each in entries) == sorted([known + 24 * HOUR, known + 72 * HOUR, end])
    assert {str(each["summary"]) for each in entries} == {f"{public}: a clock runs out"}
    assert len({str(each["uid"]) for each in entries}) == 3
    alarms = [each["trigger"].dt for entry in entries for each in entry.walk("VALARM")]
    assert known + 12 * HOUR in alarms
    for said in ("cra", "warning", "Minimist", "minimist", "pollution", "embargo"):
        assert said not in answer.content.decode(), said


def test_a_case_page_shows_what_is_out_and_who_declined(world, opened, vendor, client):
    attacked(world, opened)
    assert "attacks observed" in page(client, vendor, opened).content.decode()


def test_the_api_tells_keeps_and_drops_clocks(world, opened, vendor, client):
    public = selectors.get(vendor, opened.case).public_id
    attacked(world, opened)
    page(client, vendor, opened)  # signed in from here on

    def ask(path="", **body):
        path = f"/api/v1/cases/{public}/clocks{path}"
        return client.post(path, body, content_type="application/json") if body else client.get(path)

    assert ask("/policies", policy="eu:cra", because="we sell there").status_code == 204
    told = ask("?zone=Europe/Berlin").json()
    (first,) = [each for each in told["clocks"] if each["name"] == "early_warning"]
    assert (first["due_there"], first["state"], first["asks"]) == ("2026-11-24T10:00:00+01:00", "running", "Minimist")
    assert "early_warning" in told["may_state"]
    now = world.clock.now().isoformat()
    assert ask("/marks", moment="early_warning", at=now, evidence="report 17").status_code == 204
    assert {each["name"]: each["state"] for each in ask().json()["clocks"]}["early_warning"] == "met"
    assert ask("/marks", moment="early_warning", at="2026-11-23T09:00:00", evidence="e").status_code in {400, 422}
    assert ask("?zone=Europe/Nowhere").status_code == 400
    assert ask("/calendar").content.startswith(b"BEGIN:VCALENDAR")
    assert ask("/policies/drop", policy="eu:cra", because="no more").status_code == 204
    assert [each["policy"] for each in ask().json()["clocks"]] == ["embargo"]
