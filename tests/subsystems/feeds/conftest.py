"""Feeds as a house has them: followed by its coordinator, taken by runs of its own, from files and local servers."""

from __future__ import annotations

import gzip
import json
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from levee.feeds import selectors, services
from levee.platform.database.roles import DbRole
from levee.platform.jobs import run_pending
from support.database import as_role
from support.running import service


@dataclass
class Site:
    """A real HTTP server with files, and with the manners of real ones."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    cuts: dict[str, int] = field(default_factory=dict)
    drips: set[str] = field(default_factory=set)
    endless: set[str] = field(default_factory=set)
    clock: float | None = None
    base: str = ""

    def etag(self, name):
        import hashlib

        return '"' + hashlib.sha256(self.files[name]).hexdigest()[:16] + '"'


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        site, name = self.server.site, self.path.partition("?")[0]
        site.asked.append((name, dict(self.headers)))
        if name in site.refuses:
            self._plain(403)
        elif name in site.moved:
            self._plain(302, Location=site.moved[name])
        elif name in site.endless:
            self._endless()
        elif name not in site.files:
            self._plain(404)
        else:
            self._file(site, name)

    def _file(self, site, name):
        tag, data = site.etag(name), site.files[name]
        if self.headers.get("If-None-Match") == tag:
            self._plain(304, ETag=tag)
            return
        start = 0
        if self.headers.get("Range") and self.headers.get("If-Range") == tag:
            start = int(self.headers["Range"].removeprefix("bytes=").partition("-")[0])
        self._send(206 if start else 200, data, start, tag, name)

    def _send(self, status, data, start, tag, name):
        site, part = self.server.site, data[start:]
        self.send_response(status)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(part)))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.end_headers()
        if name in site.drips:
            for at in range(0, len(part), 10):
                self.wfile.write(part[at : at + 10])
                self.wfile.flush()
                time.sleep(0.05)
            return
        if site.cuts.get(name, 0) > 0:
            site.cuts[name] -= 1
            self.wfile.write(part[: len(part) // 2])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(part)

    def _plain(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _endless(self):
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        try:
            while True:
                self.wfile.write(b" " * 65536)
        except OSError:
            return

    def date_time_string(self, timestamp=None):
        return formatdate(self.server.site.clock if timestamp is None else timestamp, usegmt=True)

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def log_message(self, *_args):
        pass


@pytest.fixture
def site(clock):
    """A server on this machine, at the house's own time."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.site = Site(base=f"http://127.0.0.1:{server.server_port}", clock=clock.now().timestamp())
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def trusted(monkeypatch):
    """This machine may be a source of feeds."""
    from levee.settings import settings

    monkeypatch.setenv("LEVEE_FEED_HOSTS", "127.0.0.1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


class House:
    """What a house does with feeds."""

    def __init__(self, world, folder: Path):
        self.world, self.clock, self.folder = world, world.clock, folder
        self.coordinator = world.coordinator()

    def add(self, name, kind=None, *urls, **more):
        return services.add(self.coordinator, name, urls=urls, kind=kind, **more)

    def run(self):
        return service(self.world)

    def pull(self, name, **more):
        actor = self.run()
        with as_role(DbRole.MATCHER):
            return services.pull(actor, services.by_name(actor, name), **more)

    def load(self, name, path, **more):
        actor = self.run()
        with as_role(DbRole.MATCHER):
            return services.load(actor, services.by_name(actor, name), path, **more)

    def feed(self, name):
        return selectors.feed(self.coordinator, name).feed

    def loads(self, name):
        return selectors.feed(self.coordinator, name).loads

    def told(self, *names):
        return selectors.signals(self.coordinator, names)

    def work(self):
        with as_role(DbRole.MATCHER):
            return run_pending()

    def file(self, name, data):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path


@pytest.fixture
def house(world, tmp_path):
    """A house in a transaction that is rolled back."""
    return House(world, tmp_path / "brought")


@pytest.fixture
def real_house(real_world, tmp_path):
    """The same where transactions really commit."""
    return House(real_world, tmp_path / "brought")


def kev(*entries, released="2026-11-20T10:00:00Z", **more):
    """A catalogue: entries are CVE, day and whether ransomware is known."""
    return json.dumps(
        {
            "title": "Catalogue",
            "catalogVersion": released[:10].replace("-", "."),
            "dateReleased": released,
            "count": len(entries),
            "vulnerabilities": [
                {"cveID": cve, "dateAdded": day, "knownRansomwareCampaignUse": "Known" if ransom else "Unknown"}
                for cve, day, ransom in entries
            ],
            **more,
        }
    ).encode()


def epss(*scores, model="v2025.03.14", day="2026-11-22T00:00:00+0000"):
    """A day's scores, packed as they come."""
    lines = [f"#model_version:{model},score_date:{day}", "cve,epss,percentile"]
    return gzip.compress("\n".join([*lines, *(f"{cve},{score},0.5" for cve, score in scores)]).encode())


def advisory(name, *, package="reed", fixed="2.0.0", modified="2026-11-01T00:00:00Z", aliases=(), ecosystem="npm"):
    """An OSV document."""
    return {
        "id": name,
        "modified": modified,
        "aliases": list(aliases),
        "affected": [
            {
                "package": {"ecosystem": ecosystem, "name": package},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": fixed}]}],
            }
        ],
    }
