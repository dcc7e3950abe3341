"""Every page of every role, in a real browser: accessible, within the policy, no wider than a telephone."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings
from django.urls import resolve

from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.projects.policies import Takes, Terms
from levee.cases.projects.sharing import Label
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import EndReason
from levee.cases.rules.facts import Event
from levee.cases.types import File
from levee.exposure import selectors as exposures
from levee.exposure import services as exposure
from levee.exposure.forensics.clocks import CaseStep
from levee.exposure.models import ForensicCase
from levee.feeds import services as feeds
from levee.feeds.types import Kind
from levee.frontier import services as frontier
from levee.house import services as closed
from levee.house.calendar import ClosedOn
from levee.identity.models import User
from levee.inventory import services as inventory
from levee.kernel.ids import public_id
from levee.kernel.sides import Side
from levee.notify import selectors as letters
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.validation.models import Verdict
from levee.web.navigation import entries
from support.browsing import looking, pages_of, serving, sign_in, walk
from support.coordination import another_case, open_for, vendor_of
from support.database import as_role, point_django_at
from support.frontier import PLAN, by_both, by_developer, certificate, sides_in
from support.judged import judged
from support.own_cases import own_case
from support.running import hand_in, work
from support.sites import operators_side

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OFFICE = (
    b"asset,name,version,ecosystem,exposed,owner,owner name,criticality\nportal-1,minimist,0.0.8,npm,yes,us,,high\n"
    b"portal-2,minimist,0.0.9,npm,yes,us,,low\n"
)
MANY = b"asset,name,version,ecosystem\n" + b"".join(b"web-%d,part,1,npm\n" % number for number in range(101))
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
NO_GET = 405
ACCOUNT = [
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/recovery-codes/download/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/reauthenticate/",
    "/accounts/logout/",
]
NO_MAIL = "Levee sends no mail about accounts, so nothing leads there"
NO_OTHERS = "no outside service to sign in with is set up"
A_STEP = "a step of signing in or of confirming it, gone through in test_signing_in"
A_KEY = "needs a key of this person's own; test_signing_in adds one"
NOT_WALKED = {
    "health": "one word for machines",
    "alert-feeds/<str:secret>/alerts.atom": "a feed reader's, by a secret address",
    "alert-feeds/<str:secret>/alerts.json": "the same",
    "cases/<str:case>/live/": "a part of the case's page while it is open; seen in test_live_case",
    "inventory/progress/<uuid:watch>/<int:asked>/": "a part of the import page while it waits; seen in test_operators",
    "accounts/2fa/authenticate/": A_STEP,
    "accounts/2fa/webauthn/login/": A_STEP,
    "accounts/2fa/webauthn/reauthenticate/": A_STEP,
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": A_KEY,
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": A_KEY,
    "accounts/3rdparty/": NO_OTHERS,
    "accounts/3rdparty/login/cancelled/": NO_OTHERS,
    "accounts/3rdparty/login/error/": NO_OTHERS,
    "accounts/3rdparty/signup/": NO_OTHERS,
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/": NO_OTHERS,
    "accounts/oidc/^(?P<provider_id>[^/]+)/login/callback/": NO_OTHERS,
    "accounts/^confirm-email/(?P<key>[-:\\w]+)/$": NO_MAIL,
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": NO_MAIL,
    "accounts/confirm-email/": NO_MAIL,
    "accounts/email/": NO_MAIL,
    "accounts/inactive/": NO_MAIL,
    "accounts/login/code/confirm/": NO_MAIL,
    "accounts/password/reset/done/": NO_MAIL,
    "accounts/password/reset/key/done/": NO_MAIL,
    "accounts/password/set/": "everybody with an account has a password",
}
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
    keep_projects(world)
    opened, done = open_for(world), open_for(world, title="A flaw that was published")
    world.opened = opened
    revised = open_for(world, title="A flaw whose embargo is being revised")
    proposal = casework.propose_embargo(
        revised.finder, revised.case, end=world.clock.now() + timedelta(days=20), because="we speak of it in public"
    )
    world.proposal = f"/cases/{public_id('CAS', revised.case)}/proposals/{public_id('PRO', proposal)}/"
    world.doubted = doubted_claims(world)
    world.vendor, world.auditor = vendor_of(world), world.actor(world.house, Role.AUDITOR, name="Auditor")
    for name in ("evaluator", "intermediary"):
        setattr(world, name, world.actor(world.organisation(OrganisationKind(name)), Role.MEMBER, Role.ADMIN))
    world.developer = world.actor(world.organisation(OrganisationKind.AI_DEVELOPER), Role.MEMBER, Role.ADMIN)
    agency = world.organisation(OrganisationKind.AGENCY)
    world.agency = world.actor(agency, Role.MEMBER, Role.ADMIN, email="ada@example.org")
    world.operator = world.actor(
        world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN, name="Teller"
    )
    casework.invite(opened.coordinator, opened.case, party=world.vendor.party, name="Minimist", because="its code")
    world.locator = casework.invite_maintainer(
        opened.coordinator, opened.case, name="Left-pad", address="left@example.org", because="it bundles the code"
    )
    log = File(name="run.log", data=b"what the proof printed")
    casework.send(opened.finder, opened.case, text="The proof needs no network.", author="Harrow", file=log)
    casework.send(opened.coordinator, opened.case, text="Two vendors left.", author="Desk")
    casework.keep_policy(opened.coordinator, opened.case, policy="list:linux-distros", because="it ships the code")
    casework.keep_policy(world.vendor, opened.case, policy="eu:cra", because="we sell there")
    casework.say_conflict(world.vendor, opened.case, because="the finder sells a rival product")
    casework.claim(world.vendor, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log of ours")
    casework.answer(world.vendor, opened.case, answer=Answer.LOOKING, by="Ada Byron")
    plant_verdict(world, hand_in(opened.finder, None, key="k-3", title="What no sandbox can show"), opened.finder)
    with operators_side():
        inventory.import_file(world.operator, OFFICE, filename="office.csv", name="office")
        world.clock.advance(timedelta(seconds=1))  # so the list begins with the one that has a page of changes
        inventory.import_file(world.operator, MANY, filename="many.csv", name="many")
        inventory.send(world.operator, b"nonsense\n", filename="odd.csv", name="odd")
        feeds.add(opened.coordinator, "listed", kind=Kind.KEV)
    done.publishes(DRAFT)
    world.lineage, world.taker = merged(world, opened, done), offered_to_another(world)
    publications(world)
    line_up(world)
    work()
    plant_statement(world)
    plant_forensics(world)
    world.actor(world.house, kind=PrincipalKind.AGENT, name="Scanner")
    world.own = own_case(world)
    world.sides = sides_in(world)
    world.agreed = agree_on_models(world.sides)
    world.judged = judged(world)  # after the work: what stands in the queue would judge it again
    return world


def agree_on_models(sides):
    """Access that is given and used, one that was taken back, a partner and an enquiry; their pages."""
    gone, stands = (
        frontier.offer(sides.developer, by_developer(model=model), other=sides.evaluator.party)
        for model in ("topsail", "spinnaker")
    )
    frontier.sign(sides.evaluator, gone, by_both(model="topsail"))
    frontier.withdraw(sides.evaluator, gone)
    frontier.certify(sides.evaluator, gone, certificate(model="topsail"))
    frontier.sign(sides.evaluator, stands, by_both())
    frontier.plan(sides.evaluator, stands, PLAN)
    frontier.give(sides.developer, stands)
    frontier.begin(sides.evaluator, stands)
    frontier.report_use(sides.developer, stands, spent=31_400_000)
    frontier.propose(sides.evaluator, stands, name="Harrow", criteria="it keeps what hospitals run", conflicts="none")
    frontier.ask(sides.developer, model="spinnaker", question="Is it covered?")
    frontier.note_release(sides.developer, model="topsail")
    return f"/frontier/{public_id('AGR', stands)}/", f"/frontier/{public_id('AGR', gone)}/certificate.json"


def publications(world):
    """One that waits for a second person, one that a colleague made alone, and a time in which none is made."""
    asked = open_for(world, title="A flaw whose advisory waits")
    advisories.ask(asked.colleague, asked.case, DRAFT)
    leaked = open_for(world, title="A flaw that leaked")
    casework.end_embargo(leaked.colleague, leaked.case, reason=EndReason.PUBLIC, evidence="a post")
    advisories.publish(leaked.colleague, leaked.case, DRAFT, because="it was three at night")
    notice = {"product": "Minimist", "text": "Let the gateway drop it.", "label": Label.AMBER, "because": "attacks"}
    claim = casework.claim(world.opened.finder, world.opened.case, event=Event.ATTACKS_OBSERVED, evidence="seen")
    casework.decide_claim(
        world.opened.coordinator, world.opened.case, claim, verb=ClaimVerb.ACCEPT, because="so", keep_embargo=True
    )
    advisories.warn(world.opened.coordinator, world.opened.case, recipients=[world.operator.party], **notice)
    later = world.clock.now() + timedelta(days=8)
    closed.plan_shift(asked.coordinator, asked.colleague.id, start=world.clock.now(), end=later, address="")
    closed.hand_over_duty(asked.coordinator, note="The vendor calls back on Monday.", cursor="")
    closed.close(asked.coordinator, ClosedOn.WEEKDAY, zone="Europe/Berlin", because="weekend", given={"weekday": 5})


def doubted_claims(world):
    """Pages of a claim that was accepted and of one that another coordinator doubts."""
    wrong = open_for(world, title="A flaw that somebody took for another")
    case, pages = f"/cases/{public_id('CAS', wrong.case)}/claims", []
    for event, page in ((Event.ATTACKS_OBSERVED, "doubt"), (Event.PUBLIC_AWARE, "settlement")):
        claim = casework.claim(wrong.finder, wrong.case, event=event, evidence="a post")
        keep = event is Event.ATTACKS_OBSERVED
        casework.decide_claim(
            wrong.coordinator, wrong.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=keep
        )
        pages.append(f"{case}/{public_id('CLM', claim)}/{page}/")
    casework.doubt_claim(wrong.coordinator, wrong.case, claim, because="the post is about another flaw")
    return pages


def merged(world, opened, done):
    """Pages of a case that another one was merged into, whose vendor is offered a part, and of one that is over."""
    into, other = (another_case(world, opened, name) for name in ("Halyard", "Windlass"))
    casework.invite(opened.coordinator, other.case, party=world.vendor.party, name="Minimist", because="its code")
    casework.merge(
        opened.coordinator, other.case, into=into.case, because="the fix of one stops the proof of the other"
    )
    goes_on, gone = public_id("CAS", into.case), public_id("CAS", other.case)
    return [
        f"/cases/{gone}/",
        f"/cases/{goes_on}/split/",
        f"/cases/{public_id('CAS', done.case)}/reopen/",
        f"/cases/{public_id('CAS', opened.case)}/merge/?into={goes_on}",
    ]


def offered_to_another(world):
    """Somebody whose organisation is offered a case to own."""
    case = open_for(world, title="A flaw that is better off with its finder")
    seats = cases.participants(case.coordinator, case.case)
    finder = next(each.id for each in seats if each.party == case.finder.party)
    casework.transfer(case.coordinator, case.case, to=finder, because="its code runs there")
    return world.actor(case.finder.party, Role.MEMBER, Role.COORDINATOR, name="Lead of Harrow")


def keep_projects(world):
    """A policy that the cases open under, and what is known and said of who makes and ships the package."""
    desk, shipper = world.coordinator(), world.organisation(OrganisationKind.VENDOR, "Somebody's products")
    package = "pkg:npm/minimist"
    casework.set_policy(desk, project=package, terms=Terms(longest_days=60), source="https://minimist.example/security")
    for keeps, organisation in ((Keeps.SHIPS, shipper), (Keeps.MAKES, None)):
        casework.state_upkeep(desk, component=package, keeps=keeps, because="its bill", organisation=organisation)


def line_up(world):
    """An invitation that waits for a fix, and may go ahead of its turn because attacks were seen."""
    waits = open_for(world, title="A flaw that waits for its turn")
    terms = Terms(longest_days=60, per_week=1, takes=Takes.WITH_FIX)
    casework.set_policy(waits.coordinator, project="pkg:npm/minimist", terms=terms, source="its maintainers' letter")
    claim = casework.claim(waits.finder, waits.case, event=Event.ATTACKS_OBSERVED, evidence="a log of ours")
    casework.decide_claim(
        waits.coordinator, waits.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )
    casework.invite(waits.coordinator, waits.case, party=world.vendor.party, name="Minimist", because="its code")


def silent_in(opened):
    """The seat of the maintainer who was written to and has not answered."""
    seats = cases.participants(opened.coordinator, opened.case)
    return next(each.public_id for each in seats if each.name == "Left-pad")


def plant_statement(world):
    """A maker's statement that puts aside what one of the operator's assets has."""
    with operators_side():
        (action,) = exposures.actions(world.operator)
        said = {
            "vulnerability": {"name": action.vulnerabilities[0]},
            "products": [{"@id": "pkg:npm/minimist@0.0.9"}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_present",
        }
        document = {
            "@context": "https://openvex.dev/ns/v0.2.0",
            "@id": "https://minimist.example/vex/1",
            "author": "Minimist",
            "timestamp": world.clock.now().isoformat(),
            "statements": [said, {**said, "products": [{"@id": "pkg:docker/minimist"}]}],
        }
        exposure.rely_on_vex(world.operator, json.dumps(document).encode(), filename="minimist.json")
    work()


def plant_forensics(world):
    """A case of a possible break-in, with a file of evidence."""
    now = world.clock.now()
    with as_role(world.owner_role):
        case = ForensicCase.unscoped.create(
            id=uuid4(),
            organisation=world.operator.party,
            vulnerability="CVE-2026-7",
            assets=["portal-1"],
            row="row 15 of cisa:DT_BOD2604:1.0.0",
            listed_at=now,
            listed_by="KEV",
            started_at=now,
            opened_at=now,
        )
    with operators_side():
        exposure.add_entry(
            world.operator, case.id, step=CaseStep.EVIDENCE, text="memory", filename="memory.raw", data=b"x", keep=True
        )


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


def judged_pages(judged):
    """A cluster that has a case, one that has none, and all that can be done to either."""
    cluster, fix = f"/clusters/{judged['cluster'].public_id}/", f"/fixes/{public_id('FIX', judged['fix'])}/"
    finding = f"/findings/{public_id('FND', judged['keys']['first'])}/"
    return [
        *(cluster, f"{cluster}undo/", f"{cluster}open-case/"),
        *(f"{finding}{page}/" for page in ("take-out", "put-back", "evidence", "open-case")),
        *(fix, f"{fix}patch/"),
    ]


def add_authenticator():
    """As if it had been added by its owner, who is signed in already."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = User.objects.get(email="ada@example.org")
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


def menu(actor, side=Side.CLEARINGHOUSE):
    return [entry.url for entry in entries(actor, "/", side) if entry.url.startswith("/")]


def pages_here(page):
    return pages_of("levee.app.urls", lambda path: page.request.get(path, max_redirects=0).status == NO_GET)


class Walked:
    """What everybody together came by, and what was wrong there."""

    def __init__(self, chromium, address):
        self._chromium, self._address = chromium, address
        self.found, self.routes, self._checked = [], set(), set()

    def walk(self, page, label, start):
        found, seen = walk(page, label, start, checked=self._checked)
        self.found += found
        self.routes |= set(seen)
        return seen

    def signed_in(self, label, actor, *further, side=Side.CLEARINGHOUSE):
        """Everything within reach of an actor's menu and of further places."""
        offered = menu(actor, side)
        with looking(self._chromium, self._address, actor) as page:
            seen = self.walk(page, label, [*further, *offered])
        assert {resolve(url).route for url in offered} <= set(seen), label


@pytest.mark.timeout(900)
def test_everybody_walks_every_page_that_the_address_table_names(chromium, house):
    house.clock.advance(timedelta(minutes=1))
    case = f"/cases/{cases.get(house.opened.coordinator, house.opened.case).public_id}/"
    with serving() as address:
        walked = Walked(chromium, address)
        silent = f"{case}participants/{silent_in(house.opened)}/silence/"
        further = (
            house.proposal,
            silent,
            f"{case}rediscoveries/",
            *house.doubted,
            *house.lineage,
            *judged_pages(house.judged),
        )
        walked.signed_in("coordinator", house.opened.coordinator, case, *further)
        walked.signed_in("finder", house.opened.finder)
        walked.signed_in("vendor", house.vendor, case)
        own = f"/cases/{public_id('CAS', house.own.case)}/"
        free = f"/findings/{public_id('FND', house.own.free)}/"
        walked.signed_in("lead", house.own.lead, own, f"{own}invite-member/", free, f"{free}open-case/")
        walked.signed_in("offered a case", house.taker)
        walked.signed_in("auditor", house.auditor)
        with operators_side():
            for label in ("operator", "intermediary", "agency", "coordinator"):
                actor = house.opened.coordinator if label == "coordinator" else getattr(house, label)
                walked.signed_in(label, actor, side=Side.OPERATORS)
        walked.signed_in("developer of a model", house.sides.developer, *house.agreed)
        walked.signed_in("evaluator of a model", house.sides.evaluator)
        walked.signed_in("evaluator", house.evaluator)
        walked.signed_in("developer", house.developer)
        with looking(chromium, address) as page:
            sign_in(page)
            page.get_by_role("button", name="Sign out").wait_for()
            walked.walk(page, "agency", ["/accounts/2fa/", "/accounts/password/change/", *menu(house.agency)])
            add_authenticator()
            walked.walk(page, "agency", ACCOUNT)
        with looking(chromium, address) as page:
            contact = "/" + house.locator.split("/", 3)[3]
            walked.walk(
                page,
                "stranger",
                ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", contact, "/link/nothing/"],
            )
            page.goto(contact)
            page.get_by_label("The code from the letter").fill(code_of(house))
            page.get_by_role("button", name="Go on").click()
            page.get_by_role("heading", name="Before you see anything").wait_for()
            walked.walk(page, "invited", [contact + "terms/"])
            page.goto(contact + "terms/")
            house.clock.advance(timedelta(minutes=1))
            page.get_by_role("button", name="Send me a code").click()
            page.get_by_label("Your name").fill("Ada")
            page.get_by_label("Second code").fill(code_of(house))
            page.get_by_role("button", name="Accept").click()
            page.get_by_role("heading", name="Prototype pollution").wait_for()
            page.complaints.clear()
            walked.walk(page, "maintainer", [page.url.removeprefix(address)])
        with looking(chromium, address, house.opened.coordinator) as page:
            pages = pages_here(page)
            with operators_side():
                pages &= pages_here(page)  # the other site's lead there, whatever is asked of them
    assert not walked.found, "\n".join(walked.found)
    assert pages - walked.routes == set(NOT_WALKED)


def test_everybody_walks_the_public_site_without_a_cookie(chromium, house, server, real_db):
    point_django_at(server, real_db, role=DbRole.PUBLIC)
    public = override_settings(ROOT_URLCONF="levee.app.public_urls", MIDDLEWARE=PUBLIC)
    with public, serving() as address, looking(chromium, address) as page:
        found, seen = walk(page, "public")
        assert page.context.cookies() == []
        pages = pages_of("levee.app.public_urls", lambda path: page.request.get(path).status == NO_GET)
    assert not found, "\n".join(found)
    assert pages <= set(seen)
