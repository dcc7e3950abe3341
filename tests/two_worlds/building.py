"""One house, built the same each time, with or without a secret case."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch
from uuid import UUID

from levee.access.models import Grant
from levee.access.selectors import actor_of
from levee.advisories.types import Draft
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.models import Participant
from levee.cases.projects.policies import Terms
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.facts import Event
from levee.cases.rules.threads import Audience
from levee.cases.types import File
from levee.clustering.models import Cluster
from levee.exposure import selectors as exposure
from levee.fixes import services as fixes
from levee.fixes.selectors import verified
from levee.frontier import services as frontier
from levee.identity import services as identity
from levee.identity.models import Organisation
from levee.inventory import selectors as inventories
from levee.inventory import services as inventory
from levee.kernel.ids import public_id
from levee.notify.models import Letter
from levee.platform.database.roles import DbRole
from levee.platform.ports import replaced
from levee.policy.actions import Action
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES
from levee.validation.models import Verdict
from levee.validation.types import Change
from samples.flood import slop
from support.coordination import cluster_of, colleague_of, contact_of, publish_by_two
from support.database import as_role
from support.frontier import PLAN, by_both, by_developer, certificate, sides_in
from support.running import hand_in, work
from support.world import World

PACKAGE = "minimist"
PROJECT = f"pkg:npm/{PACKAGE}"
HOUSE = UUID("1e5ee000-0000-4000-8000-000000000001")
SAME = {
    "title": "Prototype pollution in minimist",
    "description": "A name of three parts reaches the prototype.",
    "target": f"npm:{PACKAGE}@0.0.8",
    "contrast": "0.2.1",
}
DRAFT = Draft(
    title="An older flaw in minimist",
    summary="Arguments can change every object.",
    details="",
    package=f"npm:{PACKAGE}",
    fixed="0.0.9",
    cwe="CWE-1321",
    credits=("Harrow",),
)
PROOF = json.loads((Path(slop.__file__).parents[1] / "proofs" / "minimist.json").read_bytes())["proof"]
OFFICE = b"asset,name,version,ecosystem,exposed,owner\nportal-1,minimist,0.0.8,npm,yes,us\n"
PATCH = Change(patch=b"--- a/index.js\n+++ b/index.js\n@@ -1,2 +1,3 @@\n a\n+// guarded\n b\n")


class SeededIds:
    """The same keys in the same order each time."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def new(self) -> UUID:
        return UUID(int=self._random.getrandbits(128))


@contextmanager
def seeded(seed: str):
    """Fresh keys, names and codes that are the same in every world."""
    ids, random = SeededIds(seed), Random(seed)
    with (
        replaced(ids=ids),
        patch("secrets.choice", random.choice),
        patch("support.world.uuid4", ids.new),
        patch("support.coordination.uuid4", ids.new),
    ):
        yield


@dataclass
class Outsider:
    """Somebody who takes no part in the secret case.

    Attributes:
        actor: who; None for somebody who is not signed in.
        token: signs in by it instead of a session.
        email: has an account.
        own: public ids of what belongs to it, by the name of the path's parameter.
    """

    name: str
    actor: Actor | None = None
    token: str = ""
    email: str = ""
    own: dict[str, str] = field(default_factory=dict)


@dataclass
class House:
    """What was built."""

    world: World
    coordinator: Actor
    outsiders: dict[str, Outsider] = field(default_factory=dict)
    secret: dict[str, str] = field(default_factory=dict)


def build(world: World) -> House:
    """What is in every world: three organisations that hand in, answer and operate, each with things of its own."""
    with seeded("base"):
        house = House(world=world, coordinator=world.coordinator())
        finder = world.actor(
            world.organisation(OrganisationKind.FINDER, "Harrow"),
            Role.MEMBER,
            Role.ADMIN,
            email="finder@example.org",
            name="Ada",
        )
        agent = world.actor(finder.party, kind=PrincipalKind.AGENT, name="Harrow agent")
        other = world.actor(world.organisation(OrganisationKind.FINDER, "Skylark"), kind=PrincipalKind.AGENT)
        vendor = world.actor(world.organisation(OrganisationKind.VENDOR, "Minimist"), Role.MEMBER, Role.ADMIN)
        _look_after(house, vendor)
        operator = world.actor(world.organisation(OrganisationKind.OPERATOR, "Bank"), Role.MEMBER, Role.ADMIN)
        for each in (finder, vendor, operator):
            _can_be_written_to(world, each)
        world.other, world.finder_agent = other, agent
        _publish(house, agent)
        known = _case(house, agent, key="known", vendor=vendor.party)
        with as_role(DbRole.OPERATOR):
            inventory.import_file(operator, OFFICE, filename="office.csv", name="office")
            inventory.send(operator, b"nonsense\n", filename="odd.csv", name="odd")
        work()
        token = identity.issue_token(
            finder, name="all", scopes=TOKEN_SCOPES, lasts=timedelta(days=9), principal=agent.id
        )
        kept = identity.issue_token(finder, name="mine", scopes=[Action.FINDING_SEE], lasts=timedelta(days=9))
        theirs = {**known, "token": public_id("TOK", kept.token.id)}
        seats = cases.participants(house.coordinator, _key(known["case"]))
        maintainer = next(each for each in seats if each.name == "Left-pad")
        house.outsiders = {
            each.name: each
            for each in (
                Outsider(name="nobody"),
                Outsider(name="finder", actor=finder, email="finder@example.org", own=theirs),
                Outsider(name="finder's machine", actor=agent, token=token.secret, own=theirs),
                Outsider(name="vendor", actor=vendor, own={**known, "upkeep": _kept(vendor)}),
                Outsider(name="maintainer", actor=_member(world, maintainer.party), own=known),
                Outsider(name="operator", actor=operator, own=_operated(operator)),
            )
        }
    return house


def _can_be_written_to(world: World, actor: Actor) -> None:
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=actor.party).update(contact=f"{actor.party}@example.org")


def _look_after(house: House, vendor: Actor) -> None:
    """The vendor is known to make the package, and has a policy for it."""
    said = {"component": PROJECT, "keeps": Keeps.MAKES, "because": "its registry says so"}
    casework.state_upkeep(house.coordinator, organisation=vendor.party, **said)
    casework.state_upkeep(vendor, **said)
    casework.set_policy(vendor, project=PROJECT, terms=Terms(longest_days=60), source="SECURITY.md")


def _kept(vendor: Actor) -> str:
    return next(each.public_id for each in cases.upkeep(vendor) if not each.confirmed)


def hide(house: House, finder: Actor) -> None:
    """The secret case: the same package, words and attachment as a known one, from a given finder.

    And two members who agree on early access to a model, which nobody but them may know.
    """
    world = house.world
    with seeded("secret"):
        vendor = world.organisation(OrganisationKind.VENDOR, "Somebody's products")
        kept = casework.state_upkeep(
            house.coordinator, component=PROJECT, keeps=Keeps.SHIPS, because="its bill says so", organisation=vendor
        )
        casework.set_policy(house.coordinator, project=PROJECT, terms=Terms(longest_days=40), source="a page of it")
        house.secret = _case(house, finder, key="secret", vendor=vendor)
        house.secret["upkeep"] = public_id("UPK", kept)
        house.secret["turn"] = _line_up(house, finder)
        house.secret["into"] = house.secret["case"]
        del house.secret["contact"]  # who holds a locator was let in
        case = _key(house.secret["case"])
        casework.shorten_embargo(
            house.coordinator, case, end=world.clock.now() + timedelta(days=3), because="it is being looked for"
        )
        publish_by_two(house.coordinator, colleague_of(world), case, DRAFT)
        forget_jobs("advisories.publish")  # decided, signed by nobody, published nowhere
        house.secret["name"] = _name(house, case)
        house.secret |= _agree_on_a_model(world)


def _agree_on_a_model(world: World) -> dict[str, str]:
    """Two members that take part in the voluntary framework: agreed, given, evaluated, and taken back."""
    sides = sides_in(world)
    key = frontier.offer(sides.developer, by_developer(), other=sides.evaluator.party)
    frontier.sign(sides.evaluator, key, by_both())
    frontier.give(sides.developer, key)
    frontier.statements(sides.developer)
    frontier.token(sides.evaluator, key)
    frontier.plan(sides.evaluator, key, PLAN)
    frontier.begin(sides.evaluator, key)
    partner = frontier.propose(sides.developer, key, name="Harrow", criteria="it keeps minimist")
    enquiry = frontier.ask(sides.developer, model="spinnaker", question="is it covered?")
    frontier.withdraw(sides.evaluator, key)
    frontier.certify(sides.evaluator, key, certificate())
    frontier.note_release(sides.developer, model="spinnaker")
    named = {"agreement": ("AGR", key), "partner": ("PTR", partner), "enquiry": ("ENQ", enquiry)}
    return {name: public_id(prefix, found) for name, (prefix, found) in named.items()}


def _line_up(house: House, finder: Actor) -> str:
    """An invitation that waits, of the maintainers of a project that takes one new case a week."""
    world, target = house.world, {**SAME, "target": "npm:left-pad@1.0.0"}
    project = "pkg:npm/left-pad"
    casework.set_policy(house.coordinator, project=project, terms=Terms(per_week=1), source="a page of it")
    finding = hand_in(finder, PROOF, key="waits", **target)
    _settle(house, finder, finding)
    with as_role(world.owner_role):
        Cluster.unscoped.filter(id=(cluster := cluster_of(world, finding))).update(target=target["target"])
    end = world.clock.now() + timedelta(days=30)
    case = casework.open_case(house.coordinator, cluster=cluster, title="t", summary="", embargo_end=end)
    vendor = world.organisation(OrganisationKind.VENDOR, "Left-pad")
    casework.invite(house.coordinator, case, party=vendor, name="Left-pad", because="its code")
    forget_jobs("cases.release")
    (waits,) = cases.turns(house.coordinator, verified)
    return waits.public_id


def _name(house: House, case: UUID) -> str:
    from levee.advisories.selectors import of_case

    decided = of_case(house.coordinator, case)
    assert decided is not None
    return decided.name


def _publish(house: House, agent: Actor) -> None:
    """Something that everyone knows."""
    ids = _case(house, agent, key="published", vendor=None)
    publish_by_two(house.coordinator, colleague_of(house.world), _key(ids["case"]), DRAFT)
    work()


def _case(house: House, finder: Actor, *, key: str, vendor: UUID | None) -> dict[str, str]:
    world = house.world
    finding = hand_in(finder, PROOF, key=key, **SAME)
    _settle(house, finder, finding)
    cluster = cluster_of(world, finding)
    case = casework.open_case(
        house.coordinator,
        cluster=cluster,
        title=SAME["title"],
        summary=SAME["description"],
        embargo_end=world.clock.now() + timedelta(days=30),
    )
    casework.send(finder, case, text="The proof needs no network.", author="Harrow")
    internal = next(each for each in cases.threads(house.coordinator, case) if each.audience is Audience.INTERNAL)
    casework.send(house.coordinator, case, text="Two vendors left.", author="Desk", thread=internal.id)
    thread = casework.open_thread(finder, case, audience=Audience.PARTY, subject="Between us")
    log = File(name="run.log", data=b"what the second proof printed")
    casework.send(finder, case, text="We have a second proof.", author="Harrow", thread=thread, file=log)
    (attachment,) = cases.messages(finder, case, thread=thread)[0].attachments
    proposal = casework.propose_embargo(
        finder, case, end=world.clock.now() + timedelta(days=20), because="we speak of it at a conference"
    )
    claim = casework.claim(finder, case, event=Event.ATTACKS_OBSERVED, evidence="a log of ours")
    casework.keep_policy(finder, case, policy="finder:90-days", because="our rules")
    conflict = casework.say_conflict(finder, case, because="the vendor pays us")
    if vendor is not None:
        casework.invite(house.coordinator, case, party=vendor, name="Vendor", because="its code")
    locator = casework.invite_maintainer(
        house.coordinator, case, name="Left-pad", address=f"{key}@example.org", because="it bundles the code"
    )
    _accept(house, locator)
    fix = fixes.attach(finder, case, change=PATCH, author="Harrow")
    forget_jobs("fixes.verify")
    with as_role(world.owner_role):
        participant = Participant.unscoped.filter(case=case).order_by("since").last()
    return {
        "case": public_id("CAS", case),
        "finding": public_id("FND", finding),
        "fix": public_id("FIX", fix),
        "cluster": public_id("CLU", cluster),
        "proposal": public_id("PRO", proposal),
        "participant": public_id("PAR", participant.id),
        "claim": public_id("CLM", claim),
        "conflict": public_id("COI", conflict),
        "thread": public_id("THR", thread),
        "attachment": attachment.public_id,
        "contact": public_id("CON", contact_of(locator)),
    }


def _accept(house: House, locator: str) -> None:
    """The maintainer comes in and accepts the terms."""
    contact, (first,) = contact_of(locator), _codes(house, locator)
    maintainer = actor_of(casework.enter(contact, code=first))
    assert maintainer is not None
    casework.renew_terms_code(maintainer, contact)
    (second,) = _codes(house, locator) - {first}
    casework.accept(maintainer, contact, by="Ada", code=second)


def _codes(house: House, locator: str) -> set[str]:
    with as_role(house.world.owner_role):
        return set(Letter.unscoped.filter(locator=locator).values_list("code", flat=True))


def _settle(house: House, finder: Actor, finding: UUID) -> None:
    """A verdict, as the worker writes one; and nothing is left waiting for the sandbox."""
    from levee.platform.ports import ports

    with as_role(house.world.owner_role):
        Verdict.unscoped.create(
            id=ports().ids.new(),
            finding=finding,
            finder=finder.party,
            result="confirmed",
            kind="prototype pollution",
            target=SAME["target"],
            effect_shown=3,
            effect_runs=3,
            contrast="silent",
            contrast_build="npm:minimist@0.2.1",
            reach="yes",
            signature=str(finding),
            detail="d",
            proof_digest="0" * 64,
            at=house.world.clock.now(),
        )
        Grant.unscoped.filter(subject=finding, capacity="service").update(until=house.world.clock.now())
    forget_jobs("validation.validate")


def forget_jobs(*kinds: str) -> None:
    """Take jobs of these kinds off the queue: what they would do was planted, or is not of interest here."""
    from django.db import connection

    with as_role(DbRole.WORKER), connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = 'succeeded' where status = 'todo' and args->>'kind' = any(%s)",
            [list(kinds)],
        )


def _operated(operator: Actor) -> dict[str, str]:
    with as_role(DbRole.OPERATOR):
        (office,) = inventories.inventories(operator)
        key = _key(office.public_id)
        (imported, *_), (asset, *_) = inventories.imports(operator, key), inventories.assets(operator, key)
        actions, (odd, *_) = exposure.actions(operator), inventories.intakes(operator)
    own = {
        "inventory": office.public_id,
        "done": imported.public_id,
        "intake": odd.public_id,
        "asset": asset.public_id,
    }
    return own | ({"action": actions[0].public_id} if actions else {})


def _member(world: World, party: UUID) -> Actor:
    from levee.access.models import Principal

    with as_role(world.owner_role):
        key = Principal.unscoped.get(party=party).id
    actor = actor_of(key)
    assert actor is not None
    return actor


def _key(public: str) -> UUID:
    from levee.kernel.ids import parse_public_id

    return parse_public_id(public[:3], public)
