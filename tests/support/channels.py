"""GitHub and GitLab as their APIs document them, as far as reports go: small servers that speak HTTP."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = "a-token-of-the-house"


def spelled(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Kept:
    """A report with its comments."""

    body: dict
    comments: list = field(default_factory=list)


class Simulator:
    """What both have in common: tokens, limits, tags, pages.

    Attributes:
        asked: method, path and status of every request.
        fails: statuses that the next requests get, whatever they are.
        drops: as many answers are cut off after the work was done.
    """

    per_page = 2

    def __init__(self):
        self.asked, self.fails, self.kept, self.drops = [], [], {}, 0
        self.on, self.token, self.limited_until, self.at = True, TOKEN, None, START
        simulator = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                simulator.answer(self, "GET", None)

            def do_POST(self):
                data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                simulator.answer(self, "POST", json.loads(data))

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}{self.prefix}"
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request, method, sent):
        parts = urlsplit(request.path)
        path, query = parts.path.removeprefix(self.prefix), parse_qs(parts.query)
        status, body, headers = self.refusal(request) or self.handle(method, path, query, sent)
        data = json.dumps(body).encode()
        tag = f'W/"{hashlib.sha256(data).hexdigest()[:20]}"'
        if method == "GET" and status == 200:
            headers["ETag"] = tag
            if request.headers.get("If-None-Match") == tag:
                status, data = 304, b""
        self.asked.append((method, path, status))
        if self.drops and method == "POST" and status < 300:
            self.drops -= 1
            request.close_connection = True
            request.connection.close()
            return
        request.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(data)}.items():
            request.send_header(name, str(value))
        request.end_headers()
        request.wfile.write(data)

    def refusal(self, request):
        if self.fails:
            status = self.fails.pop(0)
            return status, {"message": "something went wrong"}, {"Location": "http://127.0.0.1:1/"}
        if self.limited_until is not None:
            return self.limited()
        if not self.knows(request.headers):
            return 401, {"message": self.unknown}, {}
        return None

    def paged(self, rows, path, query):
        number, size = int(query.get("page", ["1"])[0]), min(int(query.get("per_page", ["20"])[0]), self.per_page)
        page, headers = rows[(number - 1) * size : number * size], {}
        if len(rows) > number * size:
            rest = "&".join(f"{name}={value[0]}" for name, value in query.items() if name != "page")
            headers["Link"] = (
                f'<{self.base}{path}?{rest}&page={number + 1}>; rel="next", <{self.base}{path}>; rel="first"'
            )
        return 200, page, headers

    def tick(self):
        self.at += timedelta(seconds=7)
        return spelled(self.at)


class GitHubSimulator(Simulator):
    """Repository security advisories: privately reporting, reading one, its comments."""

    prefix, project, unknown = "", "octo-org/octo-repo", "Bad credentials"
    final = "published"
    comments_on = True

    def knows(self, headers):
        versioned = headers.get("X-GitHub-Api-Version") == "2022-11-28"
        return versioned and headers.get("Authorization") == f"Bearer {self.token}"

    def limited(self):
        headers = {"x-ratelimit-remaining": 0, "x-ratelimit-reset": int(self.limited_until.timestamp())}
        return 403, {"message": "API rate limit exceeded"}, headers

    def handle(self, method, path, query, sent):
        if not self.on or not path.startswith(f"/repos/{self.project}/security-advisories"):
            return 404, {"message": "Not Found"}, {}
        rest = path.removeprefix(f"/repos/{self.project}/security-advisories")
        if (method, rest) == ("POST", "/reports"):
            return self.report(sent)
        match = re.fullmatch(r"/(GHSA(?:-[0-9a-z]{4}){3})(/comments)?", rest)
        kept = self.kept.get(match[1]) if match else None
        if kept is None or (match[2] and not self.comments_on):
            return 404, {"message": "Not Found"}, {}
        if not match[2]:
            return 200, kept.body, {}
        if method == "POST":
            return 201, self.comment(kept, sent["body"], "levee-bot"), {}
        since = query.get("since", [""])[0]
        rows = [each for each in kept.comments if each["updated_at"] >= since]
        return self.paged(rows, path, query)

    def report(self, sent):
        if not sent.get("summary") or not sent.get("description") or len(sent["summary"]) > 1024:
            return 422, {"message": "Validation Failed"}, {}
        key = f"GHSA-aaaa-bbbb-{len(self.kept):04d}"
        url = f"https://github.example/{self.project}/security/advisories/{key}"
        body = {"ghsa_id": key, "html_url": url, "state": "triage", "updated_at": self.tick(), **sent}
        self.kept[key] = Kept(body)
        return 201, body, {}

    def comment(self, kept, text, who="maintainer"):
        at = self.tick()
        row = {
            "id": 1000 + len(kept.comments),
            "body": text,
            "user": {"login": who},
            "created_at": at,
            "updated_at": at,
        }
        kept.comments.append(row)
        return row

    def move(self, kept, state):
        kept.body |= {"state": state, "updated_at": self.tick()}


class GitLabSimulator(Simulator):
    """Issues and notes of one project."""

    prefix, project, unknown = "/api/v4", "group/sub/project", "401 Unauthorized"
    final = "closed"

    def knows(self, headers):
        return headers.get("PRIVATE-TOKEN") == self.token

    def limited(self):
        wait = {"RateLimit-Remaining": 0, "RateLimit-Reset": int(self.limited_until.timestamp())}
        return 429, {"message": "Too Many Requests"}, wait

    def handle(self, method, path, query, sent):
        match = re.fullmatch(r"/projects/([^/]+)/issues(?:/(\d+))?(/notes)?", path)
        if not self.on or match is None or unquote(match[1]) != self.project:
            return 404, {"message": "404 Project Not Found"}, {}
        if method == "POST" and match[2] is None:
            return self.open(sent)
        kept = self.kept.get(match[2])
        if kept is None:
            return 404, {"message": "404 Not found"}, {}
        if not match[3]:
            return 200, kept.body, {}
        if method == "POST":
            return 201, self.comment(kept, sent["body"], "levee-bot"), {}
        newest_first = query.get("sort", ["desc"])[0] == "desc"
        rows = sorted(kept.comments, key=lambda each: each["updated_at"], reverse=newest_first)
        return self.paged(rows, path, query)

    def open(self, sent):
        if not sent.get("title") or len(sent["title"]) > 255:
            return 400, {"message": {"title": ["is too long"]}}, {}
        key = str(len(self.kept) + 1)
        url = f"https://gitlab.example/{self.project}/-/issues/{key}"
        body = {"iid": int(key), "web_url": url, "state": "opened", "updated_at": self.tick(), **sent}
        self.kept[key] = Kept(body)
        return 201, body, {}

    def comment(self, kept, text, who="maintainer", *, system=False):
        at = self.tick()
        row = {
            "id": 5000 + len(kept.comments),
            "body": text,
            "author": {"username": who},
            "system": system,
            "internal": False,
            "created_at": at,
            "updated_at": at,
        }
        kept.comments.append(row)
        return row

    def move(self, kept, state):
        kept.body |= {"state": state, "updated_at": self.tick()}
        self.comment(kept, f"changed the status to {state}", system=True)


SIMULATORS = {"github": GitHubSimulator, "gitlab": GitLabSimulator}


@pytest.fixture(params=list(SIMULATORS))
def channel_server(request, monkeypatch, tmp_path):
    """One of the two, which Levee may ask for the length of a test."""
    from levee.settings import settings

    monkeypatch.setenv("LEVEE_BRIDGE_HOSTS", "127.0.0.1")
    monkeypatch.setenv("LEVEE_DATA_FOLDER", str(tmp_path))
    settings.cache_clear()
    server = SIMULATORS[request.param]()
    server.kind = request.param
    yield server
    server.stop()
    monkeypatch.undo()
    settings.cache_clear()
