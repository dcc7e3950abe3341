"""The two sites of a house in a test: each has its own database role and its own addresses."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext

import pytest
from django.test import Client
from django.test.client import ClientHandler
from django.urls import Resolver404, resolve

from levee.kernel.sides import Side, side_of
from levee.platform.database.roles import DbRole
from support.database import as_role, by_default

MEMBERS = "levee.app.urls"
OPERATORS = "levee.app.operators_urls"
DATABASES = ("db", "real_db")
LEADING_ELSEWHERE = {"levee.web.sites", "levee.api.sites"}


@contextmanager
def operators_side():
    """What is called and asked here is what the operators' pages and API do; for tests of both sides."""
    from django.test import override_settings

    with by_default(DbRole.OPERATOR), override_settings(ROOT_URLCONF=OPERATORS):
        yield


@pytest.fixture
def on_operators_side(request):
    """The whole test is on the operators' side; jobs are done by the workers of both (`support.running.work`)."""
    found = [name for name in DATABASES if name in request.fixturenames]
    for name in found:
        request.getfixturevalue(name)
    with operators_side() if found else nullcontext():
        yield


def role_of_site(urlconf):
    """What the process that serves a site connects as."""
    return DbRole.OPERATOR if urlconf == OPERATORS else DbRole.WEB


@pytest.fixture(autouse=True)
def _where_the_subsystem_is(request):
    """Tests in the folder of a subsystem of the operators' side, or of their faces, are on that side."""
    folder = request.path.parent.name
    if side_of(folder) is Side.OPERATORS or folder == "operators":
        request.getfixturevalue("on_operators_side")


def leads_elsewhere(path, urlconf=MEMBERS):
    """Whether a site knows the address of a path and does not serve it."""
    try:
        return resolve(path, urlconf).func.__module__ in LEADING_ELSEWHERE
    except Resolver404:
        return False


class SiteHandler(ClientHandler):
    """Answers with the addresses of one site."""

    urlconf = MEMBERS

    def get_response(self, request):
        request.urlconf = self.urlconf
        return super().get_response(request)


class SiteClient(Client):
    """Asks one site, as the database role of its process; or each path where it is served.

    Args:
        urlconf: the site's addresses; empty for the site that serves each path.
    """

    def __init__(self, urlconf="", **given):
        super().__init__(**given)
        self._urlconf = urlconf
        self.handler = SiteHandler(enforce_csrf_checks=self.handler.enforce_csrf_checks)

    def request(self, **given):
        urlconf = self._urlconf or (OPERATORS if leads_elsewhere(given["PATH_INFO"]) else MEMBERS)
        self.handler.urlconf = urlconf
        with as_role(role_of_site(urlconf)):
            return super().request(**given)
