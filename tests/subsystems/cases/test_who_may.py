"""Who may do what in a case, in every state of it: a forbidden act gets one error, always the same, and no trace."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from levee.advisories import selectors as advisory
from levee.advisories import services as advisories
from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.bridges.port import Kind
from levee.cases.clocks.moments import Moment
from levee.cases.projects.sharing import Label
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.cases.rules.threads import Audience
from levee.cases.types import File, TransferVerb
from levee.fixes import services as fixes
from levee.kernel.clock import SimulatedClock
from levee.kernel.errors import BadInput, Conflict, LeveeError, NotFound
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.validation.types import Change
from support.coordination import Opened, another_case, come_in, found_again, open_for
from support.database import as_role

DAY = timedelta(days=1)
DRAFT = Draft(
    title="Prototype pollution in minimist",
    summary="Arguments can change every object.",
    details="",
    package="npm:minimist",
    fixed="0.2.1",
    credits=("Harrow",),
)


@dataclass(kw_only=True)
class Scene:
    """A case in some state, and what can be pointed at in it.

    Attributes:
        who: everybody that may try something, by what they are to the case.
        unaware: the participant of who was invited and has not agreed.
        proposal: one that was made, and maybe decided.
        claim: one that was made, and maybe decided.
        newcomer: a member organisation that could be let in. operator: one that could be told.
        everyone, internal: the threads of all parties, and of the owner alone.
        finders: the participant of the finder.
        twin: another case of the same owner.
        found_again: a second finding in the case.
        channel: of the owner's, at a project's own place for reports.
    """

    opened: Opened
    who: dict[str, object]
    unaware: UUID
    proposal: UUID
    claim: UUID
    newcomer: UUID
    operator: UUID
    everyone: UUID
    internal: UUID
    finders: UUID
    twin: UUID
    found_again: UUID
    channel: UUID
    clock: SimulatedClock

    @property
    def now(self):
        return self.clock.now()

    @property
    def case(self):
        return self.opened.case


OWNER = {"the owner's coordinator"}
TAKERS = {"the finder's coordinator"}
FINDERS = {"the finder", "a person of the finder's"} | TAKERS
VENDORS = {"the vendor", "the vendor's agent"}
PARTIES = OWNER | {"a member of the owner's"} | FINDERS | VENDORS
READERS = PARTIES
INVITED = {"who was invited and has not agreed"}
OUTSIDE = {"who left", "an auditor of the owner's", "another member", "an administrator elsewhere"}
EVERYBODY = PARTIES | INVITED | OUTSIDE


def makes(by):
    """Whether somebody's organisation makes software."""
    return by.organisation_kind is OrganisationKind.VENDOR


ACTS = {
    "read it": (READERS, lambda by, at: selectors.get(by, at.case)),
    "read its history": (READERS, lambda by, at: selectors.history(by, at.case)),
    "read its messages": (READERS, lambda by, at: selectors.messages(by, at.case)),
    "read its answers": (READERS, lambda by, at: selectors.answers(by, at.case)),
    "read its claims": (READERS, lambda by, at: selectors.claims(by, at.case)),
    "read its clocks": (READERS, lambda by, at: selectors.timing(by, at.case)),
    "let a vendor in": (
        OWNER,
        lambda by, at: services.invite(by, at.case, party=at.newcomer, name="New", because="its code"),
    ),
    "invite a maintainer": (
        OWNER,
        lambda by, at: services.invite_maintainer(by, at.case, name="N", address="n@example.org", because="its code"),
    ),
    "hand it in at a private channel": (
        OWNER,
        lambda by, at: services.bridge(
            by, at.case, channel=at.channel, project="firm/minimist", name="Firm", because="its code"
        ),
    ),
    "attach a fix": (
        PARTIES,
        lambda by, at: fixes.attach(by, at.case, change=Change(upgrade="0.2.1"), author="Ada", note=""),
    ),
    "propose an embargo": (
        PARTIES,
        lambda by, at: services.propose_embargo(by, at.case, end=at.now + 9 * DAY, because="we need less"),
    ),
    "decide on a proposal": (
        OWNER,
        lambda by, at: services.decide_proposal(by, at.case, at.proposal, verb=EmbargoVerb.REJECT, because="no"),
    ),
    "shorten the embargo": (
        OWNER,
        lambda by, at: services.shorten_embargo(by, at.case, end=at.now + DAY, because="a second finder"),
    ),
    "end the embargo": (
        OWNER,
        lambda by, at: services.end_embargo(by, at.case, reason=EndReason.PUBLIC, evidence="a post"),
    ),
    "agree to the embargo": (FINDERS | VENDORS, lambda by, at: services.consent(by, at.case, verb=ConsentVerb.ACCEPT)),
    "leave the embargo": (FINDERS | VENDORS, lambda by, at: services.consent(by, at.case, verb=ConsentVerb.REVISE)),
    "say that it is exploited": (
        PARTIES,
        lambda by, at: services.claim(by, at.case, event=Event.EXPLOIT_PUBLIC, evidence="a post"),
    ),
    "decide on a claim": (
        OWNER,
        lambda by, at: services.decide_claim(by, at.case, at.claim, verb=ClaimVerb.REFUSE, because="it is another"),
    ),
    "answer for a product": (VENDORS, lambda by, at: services.answer(by, at.case, answer=Answer.AFFECTED, by="Ada")),
    "handle the report": (
        VENDORS,
        lambda by, at: services.handle(by, at.case, step=ReportVerb.VALIDATE, because="it crashes here too"),
    ),
    "note that a vendor knows": (
        OWNER,
        lambda by, at: services.note_awareness(by, at.case, at.unaware, evidence="its own post"),
    ),
    "write to everyone": (PARTIES, lambda by, at: services.send(by, at.case, text="news", author="A")),
    "send a file": (
        PARTIES,
        lambda by, at: services.send(by, at.case, text="", author="A", file=File(name="a.log", data=b"a")),
    ),
    "write within the clearinghouse": (
        OWNER | {"a member of the owner's"},
        lambda by, at: services.send(by, at.case, text="news", author="A", thread=at.internal),
    ),
    "open a thread with the owner": (
        PARTIES,
        lambda by, at: services.open_thread(
            by,
            at.case,
            audience=Audience.PARTY,
            subject="Between us",
            participants=[at.finders] if by.party == at.opened.coordinator.party else [],
        ),
    ),
    "open a thread for a product": (
        OWNER | {"a member of the owner's"},
        lambda by, at: services.open_thread(
            by, at.case, audience=Audience.PRODUCT, subject="How deep?", product="minimist", participants=[at.finders]
        ),
    ),
    "keep how far it has read": (
        READERS,
        lambda by, at: services.mark_read(by, at.case, at.everyone, number=1),
    ),
    "search its messages": (READERS, lambda by, at: selectors.search(by, at.case, "news")),
    "keep a policy": (
        PARTIES,
        lambda by, at: services.keep_policy(
            by, at.case, policy="eu:cra" if makes(by) else "finder:90-days", because="it binds us"
        ),
    ),
    "drop a policy": (
        PARTIES,
        lambda by, at: services.drop_policy(
            by, at.case, policy="eu:cra" if makes(by) else "list:linux-distros", because="it does not bind us"
        ),
    ),
    "state when something happened": (
        PARTIES,
        lambda by, at: services.state_moment(
            by,
            at.case,
            moment=Moment.EARLY_WARNING if makes(by) else Moment.LIST_TOLD,
            at=at.now - DAY,
            evidence="a mail",
        ),
    ),
    "merge it into another": (
        OWNER,
        lambda by, at: services.merge(by, at.case, into=at.twin, because="one bug"),
    ),
    "see what a merge would do": (OWNER, lambda by, at: services.merge_plan(by, at.case, into=at.twin)),
    "merge another into it": (
        OWNER,
        lambda by, at: services.merge(by, at.twin, into=at.case, because="one bug"),
    ),
    "split it": (
        OWNER,
        lambda by, at: services.split(by, at.case, findings=[at.found_again], title="t", because="two bugs"),
    ),
    "see what a split would do": (OWNER, lambda by, at: services.split_plan(by, at.case)),
    "open it again": (OWNER, lambda by, at: services.reopen(by, at.case, because="the fix does not hold")),
    "see what a new opening would do": (OWNER, lambda by, at: services.reopen_plan(by, at.case)),
    "offer it to another owner": (OWNER, lambda by, at: services.transfer(by, at.case, to=at.finders, because="b")),
    "take that offer back": (OWNER, lambda by, at: services.withdraw_transfer(by, at.case)),
    "see to whom it was offered": (READERS, lambda by, at: selectors.transfers(by, at.case)),
    "see what taking it over would do": (TAKERS, lambda by, at: services.transfer_plan(by, at.case)),
    "take it over": (TAKERS, lambda by, at: services.answer_transfer(by, at.case, verb=TransferVerb.TAKE)),
    "decline to own it": (TAKERS, lambda by, at: services.answer_transfer(by, at.case, verb=TransferVerb.DECLINE)),
    "see where it went on": (READERS, lambda by, at: selectors.went_on(by, at.case)),
    "ask to publish it": (OWNER, lambda by, at: advisories.ask(by, at.case, DRAFT)),
    "publish it alone": (OWNER, lambda by, at: advisories.publish(by, at.case, DRAFT, because="it is out")),
    "agree to its publication": (
        OWNER,
        lambda by, at: advisories.settle(by, at.case, agree=True, digest=digest_of(at), because="it is so"),
    ),
    "give operators a mitigation": (
        OWNER,
        lambda by, at: advisories.warn(
            by, at.case, product="minimist", text="Leave it.", label=Label.AMBER, recipients=[at.operator], because="b"
        ),
    ),
    "review its publication": (OWNER, lambda by, at: advisories.review(by, at.case, stands=True, because="it was out")),
}


def revised(at):
    at.proposal = services.propose_embargo(at.opened.coordinator, at.case, end=at.now + 8 * DAY, because="a talk")


def kept_by_several(at):
    services.keep_policy(at.opened.finder, at.case, policy="list:linux-distros", because="it ships the code")
    services.keep_policy(at.who["the vendor"], at.case, policy="eu:cra", because="we sell there")


def kept_during_attacks(at):
    claim = services.claim(at.opened.finder, at.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    services.decide_claim(
        at.opened.coordinator, at.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )


def fixed(at):
    services.answer(at.who["the vendor"], at.case, answer=Answer.FIXED, product="minimist", version="0.2.1", by="Ada")


def without_links(at):
    """Over, so that no link stands, and with nothing to decide."""
    services.decide_claim(at.opened.coordinator, at.case, at.claim, verb=ClaimVerb.REFUSE, because="another flaw")
    ended(EndReason.OWNER)(at)


def offered(at):
    without_links(at)
    services.transfer(at.opened.coordinator, at.case, to=at.finders, because="it makes the code")


def digest_of(at):
    """Of the text that waits; somebody who is told nothing of it would guess."""
    asked = advisory.publications(at.opened.coordinator, at.case)
    return asked[0].digest if asked else "0" * 64


def published_alone(at):
    ended(EndReason.PUBLIC)(at)
    advisories.publish(at.opened.colleague, at.case, DRAFT, because="it is out")


def ended(reason):
    return lambda at: services.end_embargo(at.opened.coordinator, at.case, reason=reason, evidence="a post")


STATES = {
    "under embargo": lambda _: None,
    "while another end is proposed": revised,
    "under attack, with its embargo kept": kept_during_attacks,
    "with a fix": fixed,
    "with policies of several parties": kept_by_several,
    "with every claim decided": lambda at: services.decide_claim(
        at.opened.coordinator, at.case, at.claim, verb=ClaimVerb.REFUSE, because="another flaw"
    ),
    "after its owner ended the embargo": ended(EndReason.OWNER),
    "with nothing that would keep it with its owner": without_links,
    "when it is offered to another owner": offered,
    "once it is public": ended(EndReason.PUBLIC),
    "once an exploit is public": ended(EndReason.EXPLOIT_PUBLIC),
    "when a colleague asks to publish it": lambda at: advisories.ask(at.opened.colleague, at.case, DRAFT),
    "once it is published": lambda at: at.opened.publishes(DRAFT),
    "once a colleague published it alone": published_alone,
    "after time ended the embargo": lambda at: at.clock.advance(40 * DAY),
}


def scene(world, prepare):
    world.clock.advance(timedelta(minutes=1))  # so that the newest letter is this case's
    opened = open_for(world)
    case, owner = opened.case, opened.coordinator
    services.take_in(owner, case, again := found_again(world, opened, opened.finder))
    firm, gone = (world.organisation(OrganisationKind.VENDOR, name) for name in ("Firm", "Gone"))
    who = {
        "the owner's coordinator": owner,
        "a member of the owner's": world.actor(world.house, Role.MEMBER),
        "an auditor of the owner's": world.actor(world.house, Role.AUDITOR),
        "the finder": opened.finder,
        "a person of the finder's": world.actor(opened.finder.party, Role.MEMBER),
        "the finder's coordinator": world.actor(opened.finder.party, Role.MEMBER, Role.COORDINATOR),
        "the vendor": world.actor(firm, Role.MEMBER),
        "the vendor's agent": world.actor(firm, kind=PrincipalKind.AGENT),
        "who left": world.actor(gone, Role.MEMBER),
        "another member": world.actor(world.organisation(OrganisationKind.VENDOR, "Other"), Role.MEMBER),
        "an administrator elsewhere": world.actor(
            world.organisation(OrganisationKind.AGENCY, "Agency"), Role.MEMBER, Role.ADMIN
        ),
    }
    for party, name in ((firm, "Firm"), (gone, "Gone")):
        services.invite(owner, case, party=party, name=name, because="its code")
    services.consent(who["who left"], case, verb=ConsentVerb.REVISE)
    locator = services.invite_maintainer(owner, case, name="Left-pad", address="left@example.org", because="bundled")
    who["who was invited and has not agreed"] = come_in(world, owner, locator, accept=False)
    proposal = services.propose_embargo(who["the vendor"], case, end=world.clock.now() + 50 * DAY, because="more time")
    services.decide_proposal(owner, case, proposal, verb=EmbargoVerb.REJECT, because="too long")
    for policy in ("list:linux-distros", "eu:cra"):
        services.keep_policy(owner, case, policy=policy, because="it ships the code")
    threads = {each.audience: each.id for each in selectors.threads(owner, case)}
    at = Scene(
        opened=opened,
        who=who,
        unaware=next(each.id for each in selectors.participants(owner, case) if each.name == "Left-pad"),
        proposal=proposal,
        claim=services.claim(opened.finder, case, event=Event.PUBLIC_AWARE, evidence="a rumour"),
        newcomer=world.organisation(OrganisationKind.VENDOR, "Newcomer"),
        operator=world.organisation(OrganisationKind.OPERATOR, "Hospital"),
        everyone=threads[Audience.EVERYONE],
        internal=threads[Audience.INTERNAL],
        finders=next(each.id for each in selectors.participants(owner, case) if each.party == opened.finder.party),
        twin=another_case(world, opened, "Twin").case,
        found_again=again,
        channel=services.add_channel(owner, kind=Kind.GITHUB, name="our bot", token="t" * 40),
        clock=world.clock,
    )
    prepare(at)
    return at


OURS = "cases|access|advisories|fixes|notify|identity|house|notices"
KEPT = f"select tablename from pg_tables where tablename ~ '^({OURS})_' order by 1"


def everything(owner_role):
    """A digest of every row that an act in a case could change."""
    with as_role(owner_role), connection.cursor() as cursor:
        cursor.execute(KEPT)
        tables = [name for (name,) in cursor.fetchall()]
        parts = (
            f"(select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from {name} t)" for name in tables
        )
        cursor.execute(f"select {', '.join(parts)}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


class Undone(Exception):
    """So that what was allowed leaves the scene as it was."""


def attempt(act, by, at):
    """What comes of an attempt: the error, or None; nothing of it stays."""
    undone = transaction.atomic()
    undone._from_testcase = True  # so that the act's own transaction may begin within it
    try:
        with undone:
            act(by, at)
            raise Undone
    except Undone:
        return None
    except LeveeError as error:
        return error


ALLOWED = (BadInput, Conflict, type(None))
"""What may come of an allowed act: it is done, or its state or its input does not let it be."""
REFUSALS = {
    **{name: {"access.forbidden"} for name in PARTIES},
    **{name: {"access.not_found"} for name in OUTSIDE},
    **{name: {"access.not_found", "contact.code"} for name in INVITED},
    "who left": {"access.not_found", "case.rule_9"},
}
PUBLISHING = ("ask to publish it", "publish it alone", "agree to its publication", "review its publication")
WARNING = "give operators a mitigation"
HIDDEN = {
    "write within the clearinghouse": FINDERS | VENDORS,
    "merge another into it": FINDERS | VENDORS,
    **dict.fromkeys((*PUBLISHING, WARNING), FINDERS),
}
"""Whom not even the place of an act is shown: the owner's own thread, the draft of an advisory, another case."""
THINGS = {
    "decide on a proposal",
    "drop a policy",
    "agree to its publication",
    "review its publication",
    "take that offer back",
    "see what taking it over would do",
    "take it over",
    "decline to own it",
}
"""Acts on a thing that is not there for everybody in every state."""


@pytest.mark.timeout(900)
def test_a_forbidden_act_gets_the_same_error_in_every_state_and_leaves_no_trace(world):
    refused = defaultdict(dict)
    for state, prepare in STATES.items():
        at = scene(world, prepare)
        assert set(at.who) == EVERYBODY
        before = everything(world.owner_role)
        for name, by in at.who.items():
            for does, (may, act) in ACTS.items():
                error = attempt(act, by, at)
                if name in may:
                    gone = does in THINGS and isinstance(error, NotFound)
                    assert gone or isinstance(error, ALLOWED), f"{name} may {does} {state}: {error}"
                else:
                    assert error is not None, f"{name} may not {does} {state}"
                    expected = {"access.not_found"} if name in HIDDEN.get(does, ()) else REFUSALS[name]
                    assert error.code in expected, f"{name}, {does}, {state}: {error.code} {error}"
                    refused[name, does][state] = (error.code, str(error), error.advice())
        assert everything(world.owner_role) == before, state
    differing = {cell: told for cell, told in refused.items() if len(set(told.values())) > 1}
    assert not differing


def test_every_act_is_done_by_each_who_may_in_some_state(world):
    """So that a cell of the table that says "may" means something."""
    undone = {(name, does) for does, (may, _) in ACTS.items() for name in may}
    for prepare in STATES.values():
        at = scene(world, prepare)
        undone -= {(name, does) for name, does in undone if attempt(ACTS[does][1], at.who[name], at) is None}
    assert not undone
