"""Whoever takes no part in a case cannot tell whether there is one.

Three houses are built the same, one of them without a secret, two with one: a case on the same package, with the same
words and the same attachment as things that outsiders know, with a vendor, a maintainer, messages, a fix and an
advisory that is decided and not yet out.

* The secret of a stranger: its finder is another organisation. Nobody here takes part in it.
* The secret of the same finder: the organisation that handed it in is that of the known case, so that its people and
  machines take part by being that organisation: what is promised is promised to organisations, and everyone with sight
  in one sees what it was let in to. All others, the vendor and the maintainer of that finder's other case among them,
  are told the same as if there were none.

Every request that an outsider can make, with its own ids, with the secret ones, with unknown and with malformed ones,
is answered the same byte for byte once the declared random fields are replaced. A locator of a letter to a maintainer
is not among the ids: who holds it was let in, and sees the terms (docs/security/access.md).
"""

from __future__ import annotations

import re
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from levee.kernel.clock import SimulatedClock
from support.database import cloned, point_django_at
from support.world import START, World
from two_worlds.asking import answers, uncovered
from two_worlds.bodies import body_of
from two_worlds.building import House, build, hide
from two_worlds.declared import DECLARED, without_declared
from two_worlds.following import logs, outcome
from two_worlds.routes import every_route

pytestmark = [
    pytest.mark.xdist_group("two worlds"),  # the houses are built, and asked, once
    pytest.mark.timeout(1200),
]
OUTSIDERS = ("nobody", "finder", "finder's machine", "vendor", "maintainer", "operator")
SECRETS = ("of a stranger", "of the same finder")
OF_THE_FINDER = {"finder", "finder's machine"}
OF_SAME = {"of the same finder"}


@dataclass
class Worlds:
    """Databases by what is hidden in them."""

    server: object
    folder: Path
    databases: dict[str, str]
    houses: dict[str, House]
    told: dict[tuple[str, str, tuple[str, ...]], dict[str, bytes]] = field(default_factory=dict)

    def enter(self, name: str) -> House:
        """Let everything lead to one of them."""
        point_django_at(self.server, self.databases[name])
        wire_to(self.folder)
        return self.houses[name]


def wire_to(folder: Path) -> None:
    from dataclasses import replace

    from levee.app.wiring import wire
    from levee.platform.ports import install, ports
    from levee.settings import Settings

    wire(Settings(data_folder=folder, tests=True))
    install(replace(ports(), clock=SimulatedClock(START)))


@pytest.fixture(scope="module")
def every_world(server, template, django_db_setup, django_db_blocker):
    """The three houses; requests leave nothing behind, so that all tests share them."""
    from django.db import connections

    before = dict(connections["default"].settings_dict)
    folder = Path(tempfile.mkdtemp(prefix="levee-worlds-"))
    with ExitStack() as stack:
        stack.enter_context(django_db_blocker.unblock())
        worlds = Worlds(server=server, folder=folder, databases={}, houses={})
        for name in ("without", *SECRETS):
            worlds.databases[name] = stack.enter_context(cloned(server, template))
            point_django_at(server, worlds.databases[name])
            wire_to(folder)
            worlds.houses[name] = _built(server, name)
        yield worlds
        connections["default"].close()
        connections["default"].settings_dict.update(before)
    shutil.rmtree(folder)


def _built(server, name):
    from levee.policy.actors import OrganisationKind
    from two_worlds.building import HOUSE

    world = World(clock=SimulatedClock(START), owner_role=server.owner.user, house=HOUSE)
    world.organisation(OrganisationKind.CLEARINGHOUSE, "Clearinghouse", key=HOUSE)
    house = build(world)
    if name != "without":
        hide(house, world.other if name == "of a stranger" else world.finder_agent)
    return house


@pytest.fixture
def worlds(every_world, wired, django_db_blocker):
    """The three houses, for one test."""
    with django_db_blocker.unblock():
        yield every_world


def asked(worlds, name, outsider, secret):
    """The answers; the same questions to the same house are asked once."""
    key = (name, outsider, tuple(secret.values()))
    if key not in worlds.told:
        house = worlds.enter(name)
        worlds.told[key] = answers(house, house.outsiders[outsider], secret)
    return worlds.told[key]


def differences(worlds, outsider, hidden):
    secret = worlds.houses[hidden].secret
    worlds.houses["without"].secret = secret
    with_it, without = asked(worlds, hidden, outsider, secret), asked(worlds, "without", outsider, secret)
    assert with_it.keys() == without.keys()
    return [
        f"{outsider}: {request}\n  with: {told(with_it[request], without[request])}\n  without: "
        f"{told(without[request], with_it[request])}"
        for request in with_it
        if with_it[request] != without[request]
    ]


def told(one: bytes, other: bytes) -> bytes:
    """Where an answer leaves the other one."""
    at = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(one), len(other)) if at is None else at
    return one[max(0, at - 80) : at + 160]


@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_nobody_can_tell_that_there_is_a_strangers_case(worlds, outsider):
    found = differences(worlds, outsider, "of a stranger")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("outsider", [each for each in OUTSIDERS if each not in OF_THE_FINDER])
def test_nobody_can_tell_that_a_known_finder_has_another_case(worlds, outsider):
    found = differences(worlds, outsider, "of the same finder")
    assert not found, "\n".join(found)


def test_every_route_is_asked(worlds):
    house = worlds.enter("of a stranger")
    missing = [str(route) for route in every_route() if uncovered(route)]
    assert not missing, f"no value is known for a parameter of {missing}"
    for route in every_route():
        if route.method not in {"GET", "POST", "PUT", "DELETE"}:
            missing.append(str(route))
        if route.method in {"POST", "PUT"} and body_of(route, house, "k") is None and takes_something(route):
            missing.append(str(route))
    assert not missing, f"no body is written for {missing}: tests/two_worlds/bodies.py"


def takes_something(route):
    """Whether a POST is taken at all, and by this site."""
    from django.test import Client, override_settings

    from support.sites import SiteClient
    from two_worlds.asking import OTHERWISE, PREFIXES, PUBLIC_MIDDLEWARE, undone
    from two_worlds.routes import PUBLIC

    path = "/" + route.path.format(**dict.fromkeys(PREFIXES, "nonsense") | OTHERWISE)
    if route.urlconf == PUBLIC:
        with undone(), override_settings(ROOT_URLCONF=PUBLIC, MIDDLEWARE=PUBLIC_MIDDLEWARE):
            return Client(raise_request_exception=False).post(path).status_code != 405
    with undone():
        return SiteClient(route.urlconf, raise_request_exception=False).post(path).status_code not in {405, 421}


def test_no_request_of_an_outsider_breaks_a_page(worlds):
    secret = worlds.houses["of a stranger"].secret
    broken = [
        f"{name}: {request}"
        for name in ("vendor", "operator")
        for request, answer in asked(worlds, "of a stranger", name, secret).items()
        if answer.startswith(b"5")
    ]
    assert not broken, "\n".join(broken)


def test_a_selector_that_counts_what_is_hidden_is_noticed(worlds, monkeypatch):
    """The control: with a leak as small as a count over all rows, the test fails."""
    from levee.cases import selectors
    from levee.cases.models import Case
    from support.database import as_role

    def count(_actor, **_narrowed):
        with as_role(worlds.server.owner.user):
            return Case.unscoped.count()

    monkeypatch.setattr(selectors, "count", count)
    monkeypatch.setattr(worlds, "told", {})
    found = differences(worlds, "vendor", "of a stranger")
    assert any("GET /cases/" in each for each in found)


@pytest.mark.parametrize("hidden", SECRETS)
def test_logs_and_the_public_log_are_the_same(worlds, hidden):
    """Own lines, sizes and roots; in public, one commitment an hour that tells nothing."""
    kept = ("vendor", "maintainer", "operator") if hidden in OF_SAME else OUTSIDERS[1:]
    seen = {name: logs(worlds.enter(name), worlds.folder, kept) for name in (hidden, "without")}
    for name, lines in seen[hidden].items():
        assert told(lines, seen["without"][name]) == told(seen["without"][name], lines), name
        assert name in {"vendor", "maintainer"} or lines.count(b"\n") > 1, name


@pytest.mark.parametrize("hidden", SECRETS)
def test_what_becomes_of_ones_own_jobs_is_the_same(worlds, hidden):
    kept = ("operator",) if hidden in OF_SAME else ("finder", "operator")
    for name in kept:
        seen, without = (outcome(worlds.enter(each), name) for each in (hidden, "without"))
        assert told(seen, without) == told(without, seen), name


@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_field_has_one_length_and_begins_and_ends_where_it_must(name):
    parsed = re._parser.parse(DECLARED[name].decode())  # type: ignore[attr-defined]
    shortest, longest = parsed.getwidth()
    assert shortest == longest >= 16
    assert without_declared(b"Prototype pollution in minimist, 12 findings, 2026-11-23 09:00 UTC") == (
        b"Prototype pollution in minimist, 12 findings, 2026-11-23 09:00 UTC"
    )
