"""Only the affected hear of it, once, with the reason, when they asked to be told."""

import json
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest

from levee.alerts import selectors, services
from levee.alerts.models import Alert, Delivery
from levee.alerts.types import AlertKind, DeliveryState, Says
from levee.exposure import services as exposure
from levee.inventory.models import Component
from levee.kernel.errors import BadInput, Forbidden, NotFound
from levee.platform.database.acting import as_principal
from levee.platform.database.rls import OPERATOR_JOBS
from levee.platform.jobs.work import standing_run
from levee.policy.actors import PrincipalKind, Role
from subsystems.alerts.conftest import HARSH, MILD
from support.database import as_role
from support.mailbox import text_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEVEN = datetime(2026, 11, 24, 7, tzinfo=UTC)


def test_only_the_affected_hear_of_it_once_and_with_the_reason(fleet):
    bank = fleet.operator("Bank")
    fleet.operator("Clinic", "pacs,lodash,4.17.21,npm,yes,us")
    advisory = fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **HARSH))
    fleet.tell(advisory)
    fleet.take_in(bank, "web-1,lodash,4.17.11,npm,yes,us")
    fleet.post()
    ((subject, text),) = fleet.mails("Bank")
    assert subject == "Levee: Upgrade lodash to 4.17.12 (by Thu 26 Nov)"
    assert "Why you: CVE-2026-1 is about lodash, which your list shows on web-1." in " ".join(text.split())
    assert "/actions/ACT-" in text
    assert fleet.mails("Clinic") == []
    assert [to for to, _ in fleet.mailbox.received] == ["it@bank.example"]
    assert fleet.log(bank) == [("alert", "sent")]


def test_what_has_more_time_comes_with_the_daily_mail_all_in_one(fleet, clock):
    fleet.operator("Bank", "web-1,lodash,4.17.11,npm,yes,us\nweb-2,ini,1.3.5,npm,yes,us")
    fleet.tell(fleet.advisory(**MILD))
    fleet.tell(fleet.advisory("ADV-2", package="ini", fixed="1.3.6", **MILD))
    assert fleet.mails("Bank") == []
    fleet.at(SEVEN)
    fleet.post()
    ((subject, text),) = fleet.mails("Bank")
    assert subject.endswith("and 1 more")
    assert "lodash" in text
    assert "ini" in text
    clock.advance(DAY)
    fleet.post()
    assert len(fleet.mails("Bank")) == 1


def test_what_is_done_before_its_mail_leaves_is_not_told(fleet, clock):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(**MILD))
    fleet.take_in(bank, "web-1,lodash,4.17.12,npm,yes,us")
    fleet.at(SEVEN)
    fleet.post()
    assert fleet.mails("Bank") == []
    assert fleet.log(bank) == [("collected", "dropped")]


def test_a_stricter_band_is_told_again_and_a_milder_one_is_not(fleet, clock):
    fleet.operator("Bank")
    advisory = fleet.advisory(**MILD)
    fleet.tell(advisory)
    fleet.at(SEVEN)
    fleet.post()
    fleet.tell(fleet.advisory(key=advisory.id, **HARSH))
    assert len(fleet.mails("Bank")) == 2
    assert "MORE PRESSING THAN BEFORE" in fleet.mails("Bank")[1][1]
    assert "instead of 14 days" in " ".join(fleet.mails("Bank")[1][1].split())
    fleet.tell(fleet.advisory(key=advisory.id, **MILD))
    clock.advance(2 * DAY)
    fleet.post()
    assert len(fleet.mails("Bank")) == 2


def test_a_withdrawal_stands_down_whoever_was_told_and_nobody_else(fleet, clock):
    bank = fleet.operator("Bank")
    clinic = fleet.operator("Clinic", mail=False)
    advisory = fleet.tell(fleet.advisory(**HARSH))
    fleet.tell(fleet.advisory(key=advisory.id, withdrawn=True, **HARSH))
    _, (subject, text) = fleet.mails("Bank")
    assert subject == "Levee: no longer needed: Upgrade lodash to 4.17.12"
    assert "The advisory was withdrawn" in text or "the advisory was withdrawn" in text
    assert fleet.mails("Clinic") == []
    for person in (bank, clinic):
        assert [each.kind for each in selectors.alerts(person)][-2:] == [AlertKind.STAND_DOWN, AlertKind.NEW] or {
            each.kind for each in selectors.alerts(person)
        } == {AlertKind.STAND_DOWN, AlertKind.NEW}


def test_what_a_maker_excuses_is_no_longer_needed_and_told_again_when_that_falls(fleet, clock):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(**HARSH))
    said = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "Maker",
        "timestamp": clock.now().isoformat(),
        "statements": [
            {
                "vulnerability": "ADV-1",
                "products": ["pkg:npm/lodash"],
                "status": "not_affected",
                "justification": "component_not_present",
            }
        ],
    }
    clock.advance(timedelta(hours=2))
    key = exposure.rely_on_vex(bank, json.dumps(said).encode(), filename="vex.json")
    fleet.work()
    fleet.post()
    subject, text = fleet.mails("Bank")[-1]
    assert "no longer needed" in subject.lower()
    assert "Maker says, " in " ".join(text.split())
    assert "not affected, component not present." in text
    clock.advance(timedelta(hours=2))
    exposure.withdraw_vex(bank, key)
    fleet.work()
    fleet.post()
    _, text = fleet.mails("Bank")[-1]
    assert "What put it aside no longer counts." in " ".join(text.split())
    assert [each.kind for each in selectors.alerts(bank)][:2] == [AlertKind.AGAIN, AlertKind.STAND_DOWN]


def test_what_is_withdrawn_before_anybody_heard_of_it_is_not_told_at_all(fleet, clock):
    bank = fleet.operator("Bank")
    advisory = fleet.tell(fleet.advisory(**MILD))
    fleet.tell(fleet.advisory(key=advisory.id, withdrawn=True, **MILD))
    fleet.at(SEVEN)
    fleet.post()
    assert fleet.mails("Bank") == []
    assert fleet.log(bank) == [("collected", "dropped")]


def test_a_flaw_that_comes_back_is_told_again(fleet, clock):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(**HARSH))
    clock.advance(HOUR)
    fleet.take_in(bank, "web-1,lodash,4.17.12,npm,yes,us")
    clock.advance(HOUR)
    fleet.take_in(bank, "web-1,lodash,4.17.11,npm,yes,us")
    fleet.post()
    assert len(fleet.mails("Bank")) == 2
    assert "BACK AGAIN" in fleet.mails("Bank")[1][1]


def test_quiet_hours_are_of_the_operators_own_clock(fleet, clock):
    quiet = {"zone": "America/Chicago", "quiet_from": time(22), "quiet_to": time(6)}
    fleet.operator("Bank", **quiet)  # 9:00 UTC is 3:00 in Chicago
    fleet.operator("Clinic", **quiet, urgent_in_quiet=True)
    fleet.tell(fleet.advisory(**HARSH))
    assert (len(fleet.mails("Bank")), len(fleet.mails("Clinic"))) == (0, 1)
    fleet.at(datetime(2026, 11, 23, 11, 59, tzinfo=UTC))
    fleet.post()
    assert fleet.mails("Bank") == []
    fleet.at(datetime(2026, 11, 23, 12, 0, tzinfo=UTC))
    fleet.post()
    assert len(fleet.mails("Bank")) == 1


def test_a_flood_is_told_together_once_the_hour_has_room(fleet, clock):
    rows = "\n".join(f"web-{number},pkg{number},1.0.0,npm,yes,us" for number in range(6))
    fleet.operator("Bank", rows, hourly=2)
    for number in range(6):
        fleet.tell(fleet.advisory(f"ADV-{number}", package=f"pkg{number}", fixed="1.0.1", **HARSH))
    assert len(fleet.mails("Bank")) == 2
    clock.advance(HOUR)
    fleet.post()
    _, _, (subject, text) = fleet.mails("Bank")
    assert subject.endswith("and 3 more")
    assert all(f"pkg{number} to" in text for number in range(2, 6))


def test_a_mail_says_no_more_than_that_there_is_something_where_that_is_wanted(fleet):
    fleet.operator("Bank", says=Says.SOMETHING)
    fleet.operator("Clinic", "pacs,lodash,4.17.11,npm,yes,us\npacs,ini,1.3.5,npm,yes,us", says=Says.SOMETHING)
    fleet.tell(fleet.advisory(**HARSH))
    assert fleet.mails("Bank") == fleet.mails("Clinic")
    ((subject, text),) = fleet.mails("Bank")
    assert "lodash" not in subject + text


def test_the_brief_comes_every_week_on_its_day(fleet, clock):
    bank = fleet.operator("Bank", brief_day=2, mail=True)  # Wednesday
    fleet.publish(fleet.advisory(**MILD))
    for _ in range(15):
        clock.advance(DAY)
        fleet.post()
    briefs = [each for each in fleet.mailbox.to("it@bank.example") if "this week" in str(each["Subject"])]
    assert len(briefs) == 2
    first = briefs[0]
    assert "DO TODAY" in text_of(first)
    assert "<h2>Do today</h2>" in first.get_body(("html",)).get_content()
    (paper,) = first.iter_attachments()
    assert (paper.get_content_type(), paper.get_content()[:5]) == ("application/pdf", b"%PDF-")
    fleet.prefer(bank, brief_day=None)
    for _ in range(8):
        clock.advance(DAY)
        fleet.post()
    assert len([each for each in fleet.mailbox.to("it@bank.example") if "this week" in str(each["Subject"])]) == 2


def test_an_address_that_is_refused_is_given_up_for_everybody_to_see(fleet):
    bank = fleet.operator("Bank")
    fleet.mailbox.refuse = {"it@bank.example": "550 no such mailbox"}
    fleet.tell(fleet.advisory(**HARSH))
    (entry,) = selectors.log(bank)
    assert (entry.state, entry.answer) == (DeliveryState.FAILED, "550 no such mailbox")


def test_a_server_that_is_full_is_tried_again_with_growing_patience(fleet, clock):
    bank = fleet.operator("Bank")
    fleet.mailbox.refuse = {"it@bank.example": "452 full"}
    fleet.tell(fleet.advisory(**HARSH))
    waits = []
    for _ in range(20):
        (entry,) = selectors.log(bank)
        if entry.state is DeliveryState.FAILED:
            break
        waits.append(entry.not_before - clock.now())
        fleet.at(entry.not_before)
        fleet.post()
    assert waits[:3] == [timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=40)]
    assert waits[-1] == 2 * HOUR
    assert (entry.state, entry.attempts) == (DeliveryState.FAILED, 14)


def test_a_letter_whose_answer_was_lost_is_asked_for_again_and_the_server_gets_it_once(fleet, clock):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(**HARSH))
    with as_role(fleet.world.owner_role):  # as if the worker had died before it wrote the answer down
        Delivery.unscoped.update(state=DeliveryState.LEAVING, leaving_at=clock.now(), ended_at=None, body="x")
    fleet.post()
    assert fleet.log(bank) == [("alert", "leaving")]
    clock.advance(timedelta(minutes=1))
    fleet.post()
    assert fleet.log(bank) == [("alert", "sent")]
    assert len(fleet.mails("Bank")) == 1


def test_the_test_button_sends_by_every_way_and_not_without_end(fleet):
    bank = fleet.operator("Bank")
    assert services.test(bank) == 1
    fleet.post()
    assert fleet.subjects("Bank") == ["Levee: this is a test"]
    for _ in range(5):
        services.test(bank)
    with pytest.raises(Exception, match="six tests"):
        services.test(bank)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"address": "nobody"}, "address"),
        ({"address": "a@b.example\nBcc: x@y.example"}, "address"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"quiet_from": time(22)}, "quiet_to"),
        ({"brief_day": 7}, "brief_day"),
        ({"hourly": 0}, "hourly"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(fleet, change, place):
    bank = fleet.operator("Bank", "")
    with pytest.raises(BadInput) as refused:
        fleet.prefer(bank, **change)
    assert refused.value.place == place
    assert selectors.preferences(bank).hourly == 6


def test_another_operator_sees_nothing_of_it_and_a_machine_changes_nothing(fleet):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(**HARSH))
    other = fleet.operator("Clinic", "")
    assert selectors.alerts(other) == selectors.log(other) == []
    assert len(selectors.alerts(bank)) == 1
    machine = fleet.world.actor(bank.party, Role.MEMBER, kind=PrincipalKind.AGENT)
    with pytest.raises(Forbidden):
        services.test(machine)
    with pytest.raises(NotFound):
        services.remove_hook(bank, uuid4())


def test_only_a_run_that_posts_sees_the_outbox_of_everybody_and_not_even_it_sees_their_alerts(fleet):
    fleet.operator("Bank")
    fleet.operator("Clinic")
    fleet.publish(fleet.advisory(**HARSH))
    seen = {}
    for kind in ("alerts.post", "alerts.write", "exposure.match"):
        with as_role(OPERATOR_JOBS), standing_run(kind, party=fleet.world.house) as run, as_principal(run.id):
            seen[kind] = (Delivery.unscoped.count(), Alert.unscoped.count(), Component.unscoped.count())
    assert seen == {"alerts.post": (2, 0, 0), "alerts.write": (0, 0, 0), "exposure.match": (0, 0, 0)}
