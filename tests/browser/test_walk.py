"""Every page of every role, in a real browser: accessible, within the policy, no wider than a telephone."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.rules.answers import Answer
from levee.inventory import services as inventory
from levee.notify import selectors as letters
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind, Role
from levee.validation.models import Verdict
from support.browsing import looking, serving, walk
from support.coordination import open_for, vendor_of
from support.database import as_role, point_django_at
from support.running import hand_in, work

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OFFICE = (
    b"asset,name,version,ecosystem,exposed,owner,owner name,criticality\nportal-1,minimist,0.0.8,npm,yes,us,,high\n"
)
CODE = re.compile(r"^  ([0-9A-Z]{10})$", re.MULTILINE)
DRAFT = Draft(
    title="Prototype pollution in minimist",
    summary="Arguments can change every object.",
    details="",
    package="npm:minimist",
    fixed="0.2.1",
    cwe="CWE-1321",
    credits=("Harrow",),
)
PUBLIC = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "levee.web.problems.Problems",
]


@pytest.fixture
def house(real_world, chromium):
    """A case under embargo with everyone in it, one that was published, and an operator that is affected."""
    world = real_world
    opened, done = open_for(world), open_for(world, title="A flaw that was published")
    world.opened = opened
    world.vendor, world.auditor = vendor_of(world), world.actor(world.house, Role.AUDITOR, name="Auditor")
    world.operator = world.actor(
        world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN, name="Teller"
    )
    casework.invite(opened.coordinator, opened.case, party=world.vendor.party, name="Minimist", because="its code")
    world.locator = casework.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="left@example.org", because="it bundles the code"
    )
    casework.send(opened.finder, opened.case, text="The proof needs no network.", author="Harrow")
    casework.send(opened.coordinator, opened.case, text="Two vendors left.", author="Desk", internal=True)
    casework.answer(world.vendor, opened.case, answer=Answer.LOOKING, by="Ada Byron")
    plant_verdict(world, hand_in(opened.finder, None, key="k-3", title="What no sandbox can show"), opened.finder)
    inventory.import_file(world.operator, OFFICE, filename="office.csv", name="office")
    advisories.publish(done.coordinator, done.case, DRAFT)
    work()
    return world


def plant_verdict(world, finding, finder):
    with as_role(world.owner_role):
        Verdict.unscoped.filter(finding=finding).delete()
        Verdict.unscoped.create(
            id=uuid4(),
            finding=finding,
            finder=finder.party,
            result="beyond_sandbox",
            target="source:tidepack@1.0.0",
            kind="memory",
            effect_shown=3,
            effect_runs=5,
            contrast="none",
            reach="unknown",
            detail="it needs the vendor's own board",
            at=world.clock.now(),
        )


def code_of(world):
    return CODE.search(next(each.text for each in letters.outbox(world.opened.coordinator) if CODE.search(each.text)))[
        1
    ]


def walked(chromium, actor, label, start=("/",), at_least=2):
    with serving() as address, looking(chromium, address, actor) as page:
        found, seen = walk(page, label, start)
    assert not found, "\n".join(found)
    assert len(seen) >= at_least, seen


def test_a_coordinator_and_administrator_walks_the_house(chromium, house):
    case = cases.get(house.opened.coordinator, house.opened.case).public_id
    walked(chromium, house.opened.coordinator, "coordinator", ("/", f"/cases/{case}/"), 15)


def test_a_finder_a_vendor_and_an_auditor_walk_theirs(chromium, house):
    walked(chromium, house.opened.finder, "finder", at_least=5)
    case = cases.get(house.vendor, house.opened.case).public_id
    walked(chromium, house.vendor, "vendor", (f"/cases/{case}/", "/"), 5)
    walked(chromium, house.auditor, "auditor")


def test_an_operator_walks_its_list(chromium, house):
    walked(chromium, house.operator, "operator", at_least=4)


def test_a_stranger_sees_the_door_and_a_maintainer_comes_in_by_its_code(chromium, house):
    house.clock.advance(timedelta(minutes=1))
    with serving() as address, looking(chromium, address) as page:
        contact = "/" + house.locator.split("/", 3)[3]
        found, seen = walk(page, "stranger", ("/accounts/login/", contact, "/link/nothing/", "/no-such-page/"))
        found = [each for each in found if "no-such-page" not in each and "404" not in each]
        page.goto(contact)
        page.get_by_label("The code from the letter").fill(code_of(house))
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Prototype pollution").wait_for()
        page.complaints.clear()
        further, seen = walk(page, "maintainer", (page.url.removeprefix(address),))
    assert not found + further, "\n".join(found + further)
    assert len(seen) >= 4


def test_everybody_walks_the_public_site_without_a_cookie(chromium, house, server, real_db):
    point_django_at(server, real_db, role=DbRole.PUBLIC)
    public = override_settings(ROOT_URLCONF="levee.app.public_urls", MIDDLEWARE=PUBLIC)
    with public, serving() as address, looking(chromium, address) as page:
        found, seen = walk(page, "public")
        assert page.context.cookies() == []
    assert not found, "\n".join(found)
    assert len(seen) >= 4
