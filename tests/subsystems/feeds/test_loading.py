"""What a feed brings becomes the state that is held: dated, named, and only if there is reason to believe it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import timedelta

import pytest

from levee.feeds import selectors, services
from levee.feeds.models import Record
from levee.feeds.reading.items import unpacked
from levee.feeds.types import Kind, LoadState, Says
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.platform.database.acting import acting
from levee.platform.database.roles import DbRole
from subsystems.feeds.conftest import advisory, epss, kev
from support.database import as_role

LISTED = [(f"CVE-2024-{number:04}", "2026-11-01", number % 5 == 0) for number in range(1000, 1040)]


def zipped(*documents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for each in documents:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
    return out.getvalue()


def test_a_catalogue_is_held_with_its_date_its_edition_and_where_it_came_from(house):
    house.add("kev")
    done = house.load("kev", house.file("kev.json", kev(*LISTED)))
    assert (done.state, done.read, done.changed, done.refused) == (LoadState.LOADED, 80, 80, 0)
    held = house.feed("kev")
    assert (held.edition, held.came_by, held.place) == ("2026.11.20", "folder", "kev.json")
    assert held.age == "data is 2 days old"
    assert held.version.startswith("kev:2026-11-20:")


def test_who_is_listed_is_a_dated_yes_and_who_is_not_is_a_no_since_the_catalogue_is_held(house):
    house.add("kev")
    before = house.clock.now()
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    house.clock.advance(timedelta(days=3))
    house.load("kev", house.file("kev.json", kev(*LISTED, released="2026-11-23T10:00:00Z")))
    told = house.told("CVE-2024-1000", "CVE-1999-0001")
    listed, unlisted = told["CVE-2024-1000"].kev, told["CVE-1999-0001"].kev
    assert (listed.value, f"{listed.at:%Y-%m-%d}") == ("yes", "2026-11-01")
    assert told["CVE-2024-1000"].ransomware.value == "yes"
    assert (unlisted.value, unlisted.at) == ("no", before), "a newer catalogue must not start every clock anew"
    assert "2026-11-23" in unlisted.source


def test_nothing_is_said_before_a_feed_is_loaded(house):
    house.add("kev")
    assert house.told("CVE-1999-0001")["CVE-1999-0001"].known() == {}


def test_a_score_names_its_model(house):
    house.add("epss")
    house.load(
        "epss", house.file("epss.csv.gz", epss(("CVE-2024-0001", "0.87549"), ("CVE-2024-0002", "1.5"), ("CVE", "0.1")))
    )
    told = house.told("CVE-2024-0001")["CVE-2024-0001"].epss
    assert told.number == 0.87549
    assert "v2025.03.14" in told.detail
    assert [each.place for each in house.loads("epss")[0].refusals] == ["epss.csv.gz line 4", "epss.csv.gz line 5"]


def test_answers_in_any_letter_case_are_the_same_answers(house):
    house.add("ssvc")
    rows = "cve,exploitation,automatable,technical_impact\nCVE-2024-0001,PoC,Yes,Total\ncve-2024-0002,NONE,no,partial\n"
    rows += "CVE-2024-0003,maybe,no,partial\n"
    house.load("ssvc", house.file("answers-2026-11-20.csv", rows))
    told = house.told("CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0003")
    assert told["CVE-2024-0001"].exploitation.value == "poc"
    assert told["CVE-2024-0001"].technical_impact.value == "total"
    assert told["CVE-2024-0002"].exploitation.value == "none"
    assert told["CVE-2024-0003"].exploitation is None
    assert told["CVE-2024-0003"].automatable.value == "no"
    assert "maybe" in house.loads("ssvc")[0].refusals[0].reason


def test_answers_are_read_from_cve_records(house):
    record = {
        "cveMetadata": {"cveId": "CVE-2024-0007"},
        "containers": {
            "adp": [
                {
                    "metrics": [
                        {
                            "other": {
                                "type": "ssvc",
                                "content": {
                                    "timestamp": "2024-06-03T17:00:00.123Z",
                                    "options": [
                                        {"Exploitation": "Active"},
                                        {"Automatable": "yes"},
                                        {"Technical Impact": "total"},
                                    ],
                                },
                            }
                        }
                    ]
                }
            ]
        },
    }
    house.add("ssvc")
    house.file("2024/7xxx/CVE-2024-0007.json", json.dumps(record))
    house.file("2024/7xxx/CVE-2024-0008.json", "{")
    done = house.load("ssvc", house.folder)
    told = house.told("CVE-2024-0007")["CVE-2024-0007"]
    assert {name: each.value for name, each in told.known().items()} == {
        "exploitation": "active",
        "automatable": "yes",
        "technical_impact": "total",
    }
    assert f"{told.automatable.at:%Y-%m-%d}" == "2024-06-03"
    assert done.refused == 1


def test_a_public_exploit_is_named_with_where_it_is(house):
    house.add("weapons", Kind.WEAPONS)
    rows = "CVE,Source\nCVE-2024-0001,EPSS/Metasploit/Nuclei\nCVE-2024-0002,EPSS\n"
    house.load("weapons", house.file("list-2026-11-20.csv", rows))
    told = house.told("CVE-2024-0001", "CVE-2024-0002")
    assert (told["CVE-2024-0001"].weaponised.value, told["CVE-2024-0001"].weaponised.detail) == (
        "yes",
        "Metasploit, Nuclei",
    )
    assert told["CVE-2024-0002"].weaponised is None


@pytest.mark.parametrize("packed", ["folder", "zip", "tar.gz"])
def test_one_bad_record_is_listed_and_loses_nothing_else_whatever_it_is_packed_in(house, packed):
    files = {f"{each}.json": json.dumps(advisory(each)).encode() for each in ("A-1", "A-2", "A-3")}
    files["bad.json"] = b'{"id": "A-4", "modified": "yesterday"}'
    files["half.json"] = b'{"id": '
    if packed == "folder":
        for name, data in files.items():
            house.file(f"in/{name}", data)
        path = house.folder / "in"
    elif packed == "zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        path = house.file("in.zip", out.getvalue())
    else:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            for name, data in files.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        path = house.file("in.tar.gz", out.getvalue())
    house.add("mine", Kind.OSV)
    done = house.load("mine", path)
    assert (done.read, done.changed, done.refused) == (3, 3, 2)
    assert {(each.place, each.reason) for each in done.refusals} == {
        ("bad.json /modified", "'yesterday' is not an RFC 3339 time"),
        ("half.json line 1, column 8", "not JSON: Expecting value"),
    }


def test_a_cve_record_is_an_advisory_about_what_it_names_by_cpe(house):
    product = {
        "cpes": ["cpe:2.3:o:acme:gate_firmware:*:*:*:*:*:*:*:*"],
        "versions": [{"version": "1.0", "lessThan": "1.5", "status": "affected"}],
    }
    record = {
        "dataType": "CVE_RECORD",
        "cveMetadata": {"cveId": "CVE-2099-7", "state": "PUBLISHED", "dateUpdated": "2026-11-02T10:00:00"},
        "containers": {"cna": {"affected": [product]}},
    }
    house.add("mine", Kind.OSV)
    house.file("in/CVE-2099-7.json", json.dumps(record))
    done = house.load("mine", house.folder / "in")
    assert (done.read, done.refused) == (1, 0)
    with as_role(DbRole.MATCHER), acting(house.run()):
        (held,) = Record.unscoped.values_list("packed", flat=True)
    assert unpacked(bytes(held))["affected"][0]["package"] == {"ecosystem": "CPE", "name": "acme:gate_firmware"}


def test_equal_data_have_one_version_by_whatever_way_they_came(house):
    house.add("one", Kind.OSV)
    house.add("two", Kind.OSV)
    documents = [advisory("A-1"), advisory("A-2")]
    house.load("one", house.file("a.zip", zipped(*documents)))
    for each in documents:
        house.file(f"in/{each['id']}.json", json.dumps(each, indent=4))
    house.load("two", house.folder / "in")
    assert house.feed("one").version.partition(":")[2] == house.feed("two").version.partition(":")[2]


def test_a_second_load_is_a_difference(house):
    house.add("mine", Kind.OSV)
    house.load("mine", house.file("a.zip", zipped(advisory("A-1"), advisory("A-2"), advisory("A-3"))))
    changed = advisory("A-2", fixed="2.1.0", modified="2026-11-02T00:00:00Z")
    done = house.load("mine", house.file("a.zip", zipped(advisory("A-1"), changed)))
    assert (done.read, done.changed, done.gone) == (2, 1, 1)


def test_an_older_revision_does_not_replace_a_newer_one(house):
    house.add("mine", Kind.OSV)
    house.load("mine", house.file("a.zip", zipped(advisory("A-1", modified="2026-11-05T00:00:00Z"))))
    done = house.load("mine", house.file("a.zip", zipped(advisory("A-1", fixed="9.0.0"))))
    assert (done.changed, done.refused) == (0, 1)
    assert "older than what is held" in done.refusals[0].reason


def test_a_feed_that_shrinks_by_half_is_kept_out_alarmed_once_and_may_be_taken_by_whoever_looked(house):
    house.add("kev")
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    half = house.file("kev.json", kev(*LISTED[:19], released="2026-11-21T00:00:00Z"))
    done = house.load("kev", half)
    assert done.state is LoadState.KEPT_OUT
    assert "more than half of it is missing" in house.feed("kev").alarm
    assert house.feed("kev").held == 80
    assert house.told("CVE-2024-1030")["CVE-2024-1030"].kev.value == "yes"
    house.load("kev", half)
    with as_role(house.world.owner_role):
        from levee.notify.models import Letter

        assert Letter.unscoped.count() == 0  # this house has no contact address: the page alone tells
    assert house.load("kev", half, accept=True).state is LoadState.LOADED
    assert house.feed("kev").alarm == ""
    assert house.told("CVE-2024-1030")["CVE-2024-1030"].kev.value == "no"


def test_another_feed_in_its_place_is_kept_out_however_large_it_is(house):
    house.add("mine", Kind.OSV)
    house.load("mine", house.file("a.zip", zipped(*(advisory(f"A-{number}") for number in range(30)))))
    done = house.load("mine", house.file("b.zip", zipped(*(advisory(f"B-{number}") for number in range(90)))))
    assert done.state is LoadState.KEPT_OUT
    assert house.feed("mine").held == 30


def test_just_half_is_still_news(house):
    house.add("kev")
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    done = house.load("kev", house.file("kev.json", kev(*LISTED[:20], released="2026-11-21T00:00:00Z")))
    assert done.state is LoadState.LOADED


def test_data_older_than_those_held_are_kept_out(house):
    house.add("kev")
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    done = house.load("kev", house.file("kev.json", kev(*LISTED, released="2026-11-19T00:00:00Z")))
    assert done.state is LoadState.KEPT_OUT
    assert "older than those held" in done.why


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"no json", b'{"vulnerabilities": []}', kev()])
def test_a_file_of_which_nothing_can_be_taken_changes_nothing(house, data):
    house.add("kev")
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    assert house.load("kev", house.file("kev.json", data)).state is LoadState.KEPT_OUT
    assert house.feed("kev").held == 80


def test_an_archive_that_is_cut_off_changes_nothing_and_says_so(house):
    whole = zipped(*(advisory(f"A-{number}") for number in range(50)))
    house.add("mine", Kind.OSV)
    house.load("mine", house.file("a.zip", whole))
    house.clock.advance(timedelta(minutes=1))
    with pytest.raises(BadInput, match="cut off or damaged"):
        house.load("mine", house.file("a.zip", whole[: len(whole) // 2]))
    assert house.loads("mine")[0].state is LoadState.FAILED
    assert house.feed("mine").held == 50


def test_a_feed_dated_in_the_future_is_taken_and_said(house):
    house.add("kev")
    tomorrow = f"{house.clock.now() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    day = f"{house.clock.now() + timedelta(days=2):%Y-%m-%d}"
    house.load("kev", house.file("kev.json", kev(("CVE-2026-0001", day, False), released=tomorrow)))
    assert "in the future" in house.feed("kev").note
    told = house.told("CVE-2026-0001")["CVE-2026-0001"].kev
    assert told.at == house.clock.now(), "a wrong clock must not make a due date later"


def test_what_is_too_large_is_refused_before_it_fills_anything(house, monkeypatch):
    monkeypatch.setattr("levee.feeds.reading.archives.LARGEST_MEMBER", 1000)
    bomb = advisory("A-1") | {"details": "x" * 100_000}
    house.add("mine", Kind.OSV)
    done = house.load("mine", house.file("a.zip", zipped(bomb, advisory("A-2"))))
    assert (done.read, done.refused) == (1, 1)


def test_a_feed_is_taken_by_one_at_a_time(house):
    house.add("kev")
    path = house.file("kev.json", kev(*LISTED))

    def meanwhile(*_told):
        with pytest.raises(Conflict, match="at this moment"):
            house.load("kev", path)
        met.append(True)

    met = []
    big = [(f"CVE-2024-{number:05}", "2026-11-01", False) for number in range(6000)]
    house.load("kev", house.file("big.json", kev(*big)), tell=meanwhile)
    assert met


def test_what_is_not_followed_is_not_there(house):
    with pytest.raises(NotFound):
        house.load("kev", house.folder)
    with pytest.raises(BadInput) as refused:
        house.add("something")
    assert refused.value.place == "kind"
    house.add("kev")
    with pytest.raises(Conflict):
        house.add("kev")


def test_everyone_sees_how_old_feeds_are(house):
    from levee.policy.actors import OrganisationKind

    house.add("kev")
    house.load("kev", house.file("kev.json", kev(*LISTED)))
    operator = house.world.actor(house.world.organisation(OrganisationKind.OPERATOR, "Hospital"))
    assert [each.age for each in selectors.feeds(operator)] == ["data is 2 days old"]
    with pytest.raises(Exception, match="feed:manage"):
        services.add(operator, "epss")


def test_says_is_what_signals_are_called():
    from levee.formats.signals import VALUES

    assert {each.value for each in Says} - {"epss"} <= set(VALUES)
