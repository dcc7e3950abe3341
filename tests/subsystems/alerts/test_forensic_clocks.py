"""The clocks of a forensic case are told by every way, once, and no quiet hour holds a clock of two hours."""

from datetime import time, timedelta

from levee.alerts import selectors, services
from levee.alerts.types import AlertKind
from levee.exposure import selectors as exposure
from levee.exposure import services as investigating
from levee.exposure.forensics.clocks import CaseStep
from levee.inventory import services as inventory
from subsystems.alerts.conftest import FORENSIC

HOUR = timedelta(hours=1)
NIGHT = {"quiet_from": time(0), "quiet_to": time(23, 59)}


def told(fleet, person):
    return [each.kind for each in reversed(selectors.alerts(person))]


def run_out(fleet, bank, hours):
    fleet.clock.advance(hours * HOUR)
    fleet.clocks(bank)
    fleet.post()


def test_a_case_is_told_with_its_action_in_one_mail(fleet):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    ((subject, text),) = fleet.mails("Bank")
    assert subject.startswith("Levee: Look for a break-in: CVE-2026-1 (by Mon 23 Nov 11:00 UTC) and 1 more")
    words = " ".join(text.split())
    assert "SOMEBODY MAY HAVE BEEN IN" in words
    assert "Find out what is affected: within 2 hours." in words
    assert "Upgrade lodash to 4.17.12" in words
    (case,) = exposure.forensic_cases(bank)
    assert f"/forensics/{case.public_id}/" in text
    assert fleet.log(bank) == [("alert", "sent")]


def test_no_quiet_hour_holds_a_clock_and_each_is_alarmed_once(fleet):
    bank = fleet.operator("Bank", **NIGHT)
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    assert [subject.split(" (")[0] for subject in fleet.subjects("Bank")] == ["Levee: Look for a break-in: CVE-2026-1"]
    run_out(fleet, bank, 3)
    run_out(fleet, bank, 1)
    assert len(fleet.mails("Bank")) == 2
    subject, text = fleet.mails("Bank")[-1]
    assert "(since Mon 23 Nov 11:00 UTC)" in subject
    assert "The 2 hour clock for web-1 has run out" in " ".join(text.split())
    run_out(fleet, bank, 21)
    assert [subject for subject in fleet.subjects("Bank") if "(since" in subject][1:] == [
        "Levee: Look for a break-in: CVE-2026-1 (since Tue 24 Nov 09:00 UTC)"
    ]
    assert told(fleet, bank).count(AlertKind.CLOCK) == 2


def test_a_later_clock_is_alarmed_although_an_earlier_one_was_answered_late(fleet):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    (case,) = exposure.forensic_cases(bank)
    run_out(fleet, bank, 3)
    investigating.add_entry(bank, case.id, step=CaseStep.SCOPE, text="web-1 alone")
    run_out(fleet, bank, 22)
    clocks = [each.reason for each in selectors.alerts(bank) if each.kind is AlertKind.CLOCK]
    assert sorted(each.split(" clock")[0] for each in clocks) == ["The 2 hour", "The 24 hour"]


def test_what_is_answered_in_time_alarms_nobody(fleet):
    bank = fleet.operator("Bank")
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    (case,) = exposure.forensic_cases(bank)
    investigating.add_entry(bank, case.id, step=CaseStep.SCOPE, text="web-1 alone")
    run_out(fleet, bank, 3)
    assert AlertKind.CLOCK not in told(fleet, bank)
    assert len(fleet.mails("Bank")) == 1


def test_a_full_hour_holds_no_clock(fleet):
    bank = fleet.operator("Bank", hourly=1)
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    inventory.import_file(
        bank,
        b"asset,name,version,ecosystem,exposed\nweb-1,lodash,4.17.11,npm,yes\nweb-2,ini,1.3.5,npm,yes\n",
        filename="a.csv",
        name="office",
    )
    fleet.tell(fleet.advisory("ADV-2", package="ini", fixed="1.3.6", aliases=["CVE-2026-2"], **FORENSIC))
    assert [subject.split(" (")[0] for subject in fleet.subjects("Bank")] == [
        "Levee: Look for a break-in: CVE-2026-1",
        "Levee: Look for a break-in: CVE-2026-2",
    ]


def test_feeds_lead_to_the_case(fleet, client):
    bank = fleet.operator("Bank")
    secret = services.add_feed_token(bank, "hall").secret
    fleet.tell(fleet.advisory(aliases=["CVE-2026-1"], **FORENSIC))
    (case,) = exposure.forensic_cases(bank)
    items = client.get(f"/alert-feeds/{secret}/alerts.json").json()["items"]
    (entry,) = (each for each in items if "forensics" in each["tags"])
    assert entry["url"].endswith(f"/forensics/{case.public_id}/")
    assert (entry["_levee"]["forensic"], entry["_levee"]["action"]) == (case.public_id, None)
    assert f"/forensics/{case.public_id}/".encode() in client.get(f"/alert-feeds/{secret}/alerts.atom").content
