"""Feeds from real servers: nothing is fetched twice, a cut loses nothing, and nothing leads where it should not."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from levee.feeds.fetching.web import Known, Web
from levee.feeds.types import Kind, LoadState
from levee.kernel.errors import BadInput, NotFound, TooLarge, Unavailable
from levee.platform.addresses import route
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from subsystems.feeds.conftest import advisory, kev
from support.database import as_role

LISTED = [(f"CVE-2024-{number:05}", "2026-11-01", False) for number in range(1000, 1400)]


def archive(*documents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for each in documents:
            packed.writestr(f"{each['id']}.json", json.dumps(each))
    return out.getvalue()


@pytest.fixture
def web(tmp_path):
    with Web(tmp_path, trusted={"127.0.0.1"}, seconds=2, patience=1) as web:
        yield web


def test_what_did_not_change_is_not_fetched_again(house, site):
    site.files["/kev.json"] = kev(*LISTED)
    house.add("listed", Kind.KEV, f"{site.base}/kev.json")
    assert house.pull("listed").state is LoadState.LOADED
    house.clock.advance(timedelta(hours=2))
    assert house.pull("listed").state is LoadState.UNCHANGED
    assert site.asked[-1][1]["If-None-Match"] == site.etag("/kev.json")
    held = house.feed("listed")
    assert (held.came_by, held.place) == ("network", f"{site.base}/kev.json")
    assert held.checked_at == house.clock.now()
    assert held.fetched_at < held.checked_at


def test_a_cut_is_gone_on_with_and_not_begun_anew(web, site):
    site.files["/a"] = bytes(range(256)) * 2000
    site.cuts["/a"] = 2
    fetched = web.file(f"{site.base}/a")
    assert fetched.path.read_bytes() == site.files["/a"]
    assert [headers.get("Range") for _, headers in site.asked] == [None, "bytes=256000-", "bytes=384000-"]


def test_what_came_before_a_kill_is_gone_on_with_by_the_next_process(tmp_path, site):
    site.files["/a"] = bytes(range(256)) * 2000
    site.cuts["/a"] = 3
    with Web(tmp_path, trusted={"127.0.0.1"}) as first, pytest.raises(Unavailable, match="breaks off") as told:
        first.file(f"{site.base}/a")
    assert "goes on after the 448000 bytes" in told.value.advice()
    with Web(tmp_path, trusted={"127.0.0.1"}) as second:
        assert second.file(f"{site.base}/a").path.read_bytes() == site.files["/a"]
    assert site.asked[-1][1]["Range"] == "bytes=448000-"


def test_a_file_that_changed_in_between_is_fetched_whole(tmp_path, site):
    site.files["/a"] = b"old" * 100_000
    site.cuts["/a"] = 3
    with Web(tmp_path, trusted={"127.0.0.1"}) as first, pytest.raises(Unavailable):
        first.file(f"{site.base}/a")
    site.files["/a"] = b"newer" * 100_000
    with Web(tmp_path, trusted={"127.0.0.1"}) as second:
        assert second.file(f"{site.base}/a").path.read_bytes() == site.files["/a"]


def test_what_drips_or_never_ends_is_bounded(web, site):
    site.files["/slow"] = b"x" * 100_000
    site.drips.add("/slow")
    with pytest.raises(Unavailable):
        web.file(f"{site.base}/slow")
    site.endless.add("/endless")
    with pytest.raises(TooLarge):
        web.file(f"{site.base}/endless", most=1 << 20)
    site.files["/large"] = b"x" * 2000
    with pytest.raises(TooLarge):
        web.file(f"{site.base}/large", most=1000)


def test_who_refuses_programs_is_told_what_else_there_is(house, site):
    site.files["/kev.json"] = kev(*LISTED)
    site.refuses.add("/kev.json")
    house.add("listed", Kind.KEV, f"{site.base}/kev.json")
    with pytest.raises(Unavailable) as refused:
        house.pull("listed")
    assert "mirror" in refused.value.advice()
    assert "403" in house.feed("listed").failure


def test_a_mirror_takes_the_place_of_who_refuses(house, site):
    site.files |= {"/kev.json": kev(*LISTED), "/mirror.json": kev(*LISTED)}
    site.refuses.add("/kev.json")
    house.add("listed", Kind.KEV, f"{site.base}/kev.json", f"{site.base}/mirror.json")
    assert house.pull("listed").state is LoadState.LOADED
    assert house.feed("listed").place.endswith("/mirror.json")
    assert house.feed("listed").failure == ""


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://[::ffff:10.0.0.1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://10.1.2.3/a",
        "https://0.0.0.0/a",
        "https://2130706433/a",
        "https://user:secret@example.org/a",
        "file:///etc/passwd",
        "ftp://example.org/a",
        "https://[/a",
        "",
    ],
)
def test_no_address_leads_into_the_own_network_unless_it_is_named(url):
    with pytest.raises(BadInput):
        route(url, trusted=frozenset())


def test_a_redirect_is_checked_like_the_first_address(web, site):
    site.files["/a"] = b"here"
    site.moved |= {
        "/there": "/a",
        "/inside": f"http://localhost:{site.base.rpartition(':')[2]}/a",
        "/around": "/around",
        "/down": "http://example.org/a",
    }
    assert web.data(f"{site.base}/there") == b"here"
    for bad in ("/inside", "/around", "/down"):
        with pytest.raises(BadInput):
            web.data(f"{site.base}{bad}")


def test_a_missing_file_is_said(web, site):
    with pytest.raises(NotFound):
        web.file(f"{site.base}/nothing", known=Known('"x"'))


def test_a_clock_that_is_a_day_off_is_said(house, site):
    site.files["/kev.json"] = kev(*LISTED)
    site.clock = (house.clock.now() - timedelta(days=1)).timestamp()
    house.add("listed", Kind.KEV, f"{site.base}/kev.json")
    house.pull("listed")
    assert house.feed("listed").note == "This machine's clock is 24.0 hours ahead of the server's."


def test_of_an_ecosystem_only_what_changed_is_fetched_after_the_whole(house, site):
    documents = [advisory(f"GHSA-{number}", modified=f"2026-11-{number:02}T00:00:00Z") for number in range(1, 21)]
    site.files["/npm/all.zip"] = archive(*documents)
    house.add("osv", Kind.OSV, f"{site.base}/npm")
    assert house.pull("osv").changed == 20
    changed = advisory("GHSA-3", modified="2026-11-21T08:00:00Z", fixed="3.0.0")
    fresh = advisory("GHSA-21", modified="2026-11-21T09:00:00Z")
    site.files |= {
        "/npm/modified_id.csv": b"2026-11-21T09:00:00Z,GHSA-21\n2026-11-21T08:30:00Z,GHSA-lost\n"
        b"2026-11-21T08:00:00Z,GHSA-3\n2026-11-20T00:00:00Z,GHSA-20\n",
        "/npm/GHSA-3.json": json.dumps(changed).encode(),
        "/npm/GHSA-21.json": json.dumps(fresh).encode(),
    }
    site.asked.clear()
    done = house.pull("osv")
    assert (done.changed, done.gone, done.refused) == (2, 0, 1)
    assert done.refusals[0].place == "GHSA-lost.json"
    assert {name for name, _ in site.asked} == {
        "/npm/modified_id.csv", "/npm/GHSA-21.json", "/npm/GHSA-3.json", "/npm/GHSA-lost.json"
    }  # fmt: skip
    assert house.feed("osv").held == 21
    site.files["/npm/GHSA-lost.json"] = json.dumps(advisory("GHSA-lost")).encode()
    site.asked.clear()
    assert house.pull("osv").changed == 1, "what could not be fetched is tried again"
    assert house.pull("osv").state is LoadState.UNCHANGED


def test_a_scheduled_pull_sets_the_next_one_whatever_became_of_it(house, site):
    site.files["/kev.json"] = kev(*LISTED)
    house.add("listed", Kind.KEV, f"{site.base}/kev.json", hours=10)
    with as_role(DbRole.MATCHER):
        assert run_pending(limit=1) == 1
    assert house.feed("listed").held == 800
    waiting = scheduled(house)
    assert len(waiting) == 1
    assert 9 * 3600 <= waiting[0] <= 11 * 3600
    site.refuses.add("/kev.json")
    with as_role(DbRole.MATCHER):
        run_pending(limit=5)
    assert len(scheduled(house)) == 1
    assert "403" in house.feed("listed").failure
    assert house.feed("listed").held == 800


def scheduled(house):
    from django.db import connection

    with as_role(house.world.owner_role), connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from scheduled_at - now()) from procrastinate_jobs "
            "where status = 'todo' and args->>'kind' = 'feeds.pull'"
        )
        return [float(row[0]) for row in cursor.fetchall()]


def test_a_feed_that_nobody_looked_at_for_long_is_stale(house, site):
    site.files["/kev.json"] = kev(*LISTED)
    house.add("listed", Kind.KEV, f"{site.base}/kev.json", hours=10)
    house.pull("listed")
    house.clock.advance(timedelta(hours=29))
    assert not house.feed("listed").stale
    house.clock.advance(timedelta(hours=2))
    assert house.feed("listed").stale


def test_what_people_ask_for_is_done_by_jobs(house, site):
    from levee.feeds import services

    house.add("listed", Kind.KEV)
    services.ask_load(house.coordinator, "listed", kev(*LISTED), filename="../kev.json")
    house.work()
    assert house.feed("listed").held == 800
    assert house.loads("listed")[0].place == "kev.json"
    house.clock.advance(timedelta(minutes=1))
    services.ask_load(house.coordinator, "listed", kev(*LISTED[:9], released="2026-11-22T00:00:00Z"), filename="k.json")
    house.work()
    assert house.loads("listed")[0].state is LoadState.KEPT_OUT
    house.clock.advance(timedelta(minutes=1))
    services.ask_load(
        house.coordinator, "listed", kev(*LISTED[:9], released="2026-11-22T00:00:00Z"), filename="k.json", accept=True
    )
    house.work()
    assert house.feed("listed").held == 18
    with pytest.raises(BadInput):
        services.ask_pull(house.coordinator, "listed")


def test_a_letter_goes_to_who_runs_the_house_once_for_one_alarm(house):
    from levee.identity.models import Organisation
    from levee.notify.models import Letter

    with as_role(house.world.owner_role):
        Organisation.unscoped.filter(id=house.world.house).update(contact="desk@example.org")
    house.add("listed", Kind.KEV)
    house.load("listed", house.file("kev.json", kev(*LISTED)))
    for _ in range(2):
        house.load("listed", house.file("kev.json", kev(*LISTED[:9], released="2026-11-22T00:00:00Z")))
    with as_role(house.world.owner_role):
        (letter,) = Letter.unscoped.all()
    assert (letter.address, letter.locator) == ("desk@example.org", "http://localhost:8752/feeds/")
