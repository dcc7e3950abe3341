"""The real application on a port of its own, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (1280, 390)
COMPLAINTS = {"warning", "error"}  # a broken policy is an error; Chromium's hints on forms are neither
SHAPE = """[...document.querySelectorAll('*')].map(
    e => [e.tagName, ...e.getAttributeNames(), ...e.classList, e.getAttribute('role'), e.textContent.trim() === '']
).join()"""  # all of a page but its words and addresses
PASSWORD = "a long enough password"
FILES = (".asc", ".csv", ".json", ".sha256", ".sha512", ".pdf", ".txt", ".ics")


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, ended with the test."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """Writes no access log."""

    def log_message(self, *_):
        """Quiet."""


def _closing_connections(application):
    from django.db import connections

    def serve(environ, start_response):
        answer = application(environ, start_response)
        try:
            yield from answer
        finally:
            answer.close()
            connections.close_all()

    return serve


def _of_site(application, urlconf):
    """One site's addresses and database role, beside another site in the same process."""
    from django.db import connection

    from support.sites import role_of_site

    application.request_class = type("Request", (application.request_class,), {"urlconf": urlconf})

    def serve(environ, start_response):
        before = connection.settings_dict  # of this thread, which has one request
        connection.settings_dict = before | {"OPTIONS": before["OPTIONS"] | {"assume_role": role_of_site(urlconf)}}
        return application(environ, start_response)

    return serve


@contextmanager
def serving(urlconf=""):
    """The application that the present settings describe, at `http://localhost:PORT`.

    Args:
        urlconf: the addresses of one site, to be served beside another one's.
    """
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    if urlconf:
        application = _of_site(application, urlconf)
    with make_server("127.0.0.1", 0, _closing_connections(application), Server, Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:  # of a test that fails too: a thread that goes on serving keeps the whole run from ending
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def chromium():
    """A running Chromium."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps an event loop on this thread
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def looking(chromium, address, actor=None, **options):
    """A page of a fresh browser, signed in as an actor where one is given; `page.complaints` collects its console."""
    from django.contrib.sessions.backends.db import SessionStore

    from levee.web.signed_in import SESSION_KEY

    with chromium.new_context(viewport={"width": WIDTHS[0], "height": 900}, base_url=address, **options) as context:
        if actor is not None:
            session = SessionStore()
            session[SESSION_KEY] = str(actor.id)
            session.save()
            context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": address}])
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda told: page.complaints.append(told.text) if told.type in COMPLAINTS else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page


def sign_in(page, *, email="ada@example.org"):
    """Sign in as a person with an account, by password."""
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def faults(page, name, checked=None):
    """What is wrong with a page at either width, in words; draws it where LEVEE_PICTURES names a folder.

    Args:
        page: the page as it stands.
        name: how it is called in what is found.
        checked: the shapes of pages that were found good; one of the same shape is not looked at again.
    """
    page.wait_for_load_state()  # a link that was pressed has only begun to lead there
    found = [f"{name}: {complaint}" for complaint in page.complaints]
    page.complaints.clear()
    shape = page.evaluate(SHAPE)
    if checked is not None and shape in checked:
        return found
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE.read_text())
        seen = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        found += [f"{name} {width}: {one['id']} {one['nodes'][0]['target']}" for one in seen["violations"]]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{name} {width}: scrolls sideways to {wide}")
        if pictures := os.environ.get("LEVEE_PICTURES"):
            page.screenshot(path=f"{pictures}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    found += [f"{name}: {complaint}" for complaint in page.complaints]
    page.complaints.clear()
    if checked is not None and not found:
        checked.add(shape)
    return found


def walk(page, label, start=("/",), limit=150, checked=None):
    """Follow every link within the site, each route once; returns what is wrong with the pages, and the routes."""
    from django.urls import Resolver404, resolve

    waiting, seen, found = list(start), {}, []
    while waiting and len(seen) < limit:
        path = waiting.pop(0)
        try:
            route = resolve(path.partition("?")[0]).route
        except Resolver404:
            route = path
        if route in seen:
            continue
        seen[route] = path
        answer = None if path.endswith(FILES) else _opened(page, path)
        if answer is None:
            if not page.request.get(path).ok:
                found.append(f"{label} {path}: no such file")
            continue
        if not answer.ok:
            found.append(f"{label} {path}: {answer.status}")
        name = f"{label}-{route.strip('/').replace('/', '_') or 'start'}"
        found += faults(page, "".join(letter for letter in name if letter not in "<>:^$()?"), checked)
        links = "[...document.links].filter(a => a.host === location.host && !a.hash).map(a => a.pathname + a.search)"
        waiting += page.evaluate(links)
    return found, seen


def _opened(page, path):
    """Go to a page; None where it is a file to keep."""
    from playwright.sync_api import Error

    try:
        return page.goto(path, wait_until="load")
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return None


def pages_of(urlconf, refuses):
    """The routes of an address table that have a name and show something.

    Args:
        urlconf: the table.
        refuses: told a path, whether its address takes no GET.
    """
    from django.urls import URLResolver, get_resolver

    def named(patterns, before=""):
        for each in patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from named(each.url_patterns, route)
            elif each.name and not route.startswith("api/"):  # the API has no pages
                yield route

    return {route for route in named(get_resolver(urlconf).url_patterns) if not refuses("/" + _filled(route))}


def _filled(route):
    """A route with something in the place of each parameter."""
    kinds = {"uuid": str(UUID(int=0)), "int": "1"}
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: kinds.get(found[1], "x"), route)
