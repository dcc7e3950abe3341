"""The style page in a real browser, under the policy that Levee serves its pages with."""

from __future__ import annotations

import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from playwright.sync_api import sync_playwright

from levee.kernel.errors import Conflict
from levee.web.pieces import pieces
from levee.web.problems import Problems

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
WEB = ROOT / "src" / "levee" / "web"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class SignedIn:
    is_authenticated = True

    def __str__(self):
        return "coordinator@clearinghouse.example"


class Pages(SimpleHTTPRequestHandler):
    pages: dict[str, bytes]

    def log_message(self, *_):
        """Quiet."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_GET(self):
        page = self.pages.get(self.path)
        if page is None:
            return super().do_GET()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        return self.wfile.write(page)


def rendered():
    request = RequestFactory().get("/")
    request.user = SignedIn()
    stranger = RequestFactory().get("/")
    stranger.user = AnonymousUser()
    error = Conflict("this case is already closed", advice="open a new one and link it")
    problem = Problems(lambda _: None).process_exception(stranger, error)
    return {"/": pieces(request).content, "/problem": problem.content}


@pytest.fixture(scope="module")
def address():
    handler = type("Handler", (Pages,), {"pages": rendered()})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(WEB))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, chromium_sandbox=False)


@pytest.fixture(params=[1280, 390])
def page(browser, request):
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page


@pytest.mark.parametrize("path", ["/", "/problem"])
def test_every_piece_is_accessible_and_keeps_to_the_policy(page, address, path):
    page.goto(address + path, wait_until="networkidle")
    page.evaluate((ROOT / "node_modules/axe-core/axe.min.js").read_text())
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", rules)
    assert [(one["id"], one["nodes"][0]["target"]) for one in found["violations"]] == []
    assert page.complaints == []


def test_nothing_is_cut_off_or_scrolls_sideways(page, address):
    page.goto(address, wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


def test_a_narrow_screen_has_a_menu_that_opens_and_closes_by_keyboard(page, address):
    page.goto(address, wait_until="networkidle")
    menu, entry = page.get_by_role("button", name="Menu", exact=True), page.get_by_role("link", name="Findings").first
    if page.viewport_size["width"] > 1024:
        assert not menu.is_visible()
        assert entry.is_visible()
        return
    menu.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".usa-nav.is-visible")
    page.keyboard.press("Escape")
    page.wait_for_selector(".usa-nav:not(.is-visible)", state="attached")
