from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from levee.advisories import selectors as advisories
from levee.api.bodies import In, Instant, YesNo
from levee.api.house import actor_of
from levee.api.projects import ProjectPolicyOut
from levee.cases import selectors, services, types
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actors import Capacity

router = Router(tags=["cases"])


class CaseOut(Schema):
    """A case as one of its participants sees it."""

    public_id: str
    title: str
    summary: str
    opened_at: datetime
    embargo: str
    embargo_end: datetime | None
    embargo_ended_at: datetime | None
    embargo_end_reason: str
    world: list[str]
    project: str
    ai_found: bool
    policy: ProjectPolicyOut | None
    policy_because: str
    label: str
    share_with: list[str]
    capacity: str
    goes_on: bool
    successor_id: str | None
    unread: int


class AnswerOut(Schema):
    """One answer of a vendor; an empty `product` or `version` stands for all that no other answer names."""

    party: str
    product: str
    version: str
    answer: str
    justification: str
    by: str
    at: datetime
    stands: bool


class EarlierOut(Schema):
    """Where a vendor stood in another case that went on in this one, `CAS-…`, and that you take part in too."""

    public_id: str
    answer: str


class ParticipantOut(Schema):
    """A party to a case: how it stands to the report, what of `VFD` its fix has reached, the answers that stand.

    `earlier`: where it stood in cases that went on in this one, as long as it has answered nothing here.
    """

    public_id: str
    name: str
    capacity: str
    consent: str
    report: str
    fix: list[str]
    answer: str
    answers: list[AnswerOut]
    earlier: list[EarlierOut]
    since: datetime

    @staticmethod
    def resolve_fix(found: types.Participant) -> list[str]:
        """In the order in which it happens."""
        return [each.value for each in Event if each in found.fix]


class ClaimOut(Schema):
    """Somebody's word that something happened in the world, and what the owner decided about it."""

    public_id: str
    by: str
    event: str
    says: str
    evidence: str
    at: datetime
    state: str
    decided_at: datetime | None
    because: str
    doubted_at: datetime | None
    doubt: str
    settled_at: datetime | None
    settlement: str


class OpenIn(In):
    """A case to open; `embargo_end` null opens it without an embargo.

    The clearinghouse opens it for a `cluster`, a member for `findings` of its own; one of the two. `because` says why
    there is an embargo that the project's policy does not want.
    """

    cluster: str = ""
    findings: list[str] = Field(default_factory=list)
    title: str
    summary: str = ""
    embargo_end: Instant | None
    because: str = ""


class InviteIn(In):
    """A maintainer without an account to let in."""

    name: str
    address: str
    because: str


class InviteMemberIn(In):
    """A member organisation to let in as vendor."""

    organisation: str
    because: str


class TaskOut(Schema):
    """Something that waits for you in a case, or a part that you are offered in one, as `PAR-…`.

    `at` is since when, or until when.
    """

    public_id: str
    title: str
    what: str
    says: str
    who: str
    at: datetime


class FoundOut(Schema):
    """A finding, as `FND-…`."""

    public_id: str


class TakeIn(In):
    """A finding of the case's cause, as `FND-…`."""

    finding: str


class AnswerIn(In):
    """A vendor's answer."""

    answer: Answer
    by: str
    justification: str = ""
    product: str = ""
    version: str = ""


class HandleIn(In):
    """What you did: validate, invalidate, accept, defer or close the report; or `F` fix ready, `D` fix deployed."""

    step: ReportVerb | Event
    because: str


class AwareIn(In):
    """Where it can be seen that a vendor knows."""

    evidence: str


class ConsentIn(In):
    """Accept, decline, or revise to withdraw consent."""

    verb: ConsentVerb


class EndIn(In):
    """Why an embargo ends before its time."""

    reason: EndReason
    evidence: str


class ProposeIn(In):
    """Another end; without `answer_by`, an answer is due in five days."""

    end: Instant
    because: str
    answer_by: Instant | None = None


class ProposalDecisionIn(In):
    """Accept or reject a proposal."""

    verb: EmbargoVerb
    because: str


class ProposalOut(Schema):
    """An end of the embargo that somebody proposed, and what the owner decided."""

    public_id: str
    by: str
    at: datetime
    end: datetime
    answer_by: datetime | None
    because: str
    state: str
    decided_at: datetime | None
    decided_because: str


class CaseStepOut(Schema):
    """One step of a case's history; `message` is the type that it is in Vultron's vocabulary, where it is one."""

    number: int
    at: datetime
    moves: str
    verb: str
    party: str
    by: str
    state: str
    says: str
    message: str
    proposal_id: str | None
    end: datetime | None
    answer_by: datetime | None
    because: str


class ShortenIn(In):
    """An earlier end."""

    end: Instant
    because: str


class ClaimIn(In):
    """What happened: `P` the public is aware, `X` an exploit is public, `A` attacks were seen; and where to see it."""

    event: Event
    evidence: str


class DoubtIn(In):
    """Why a claim was accepted by mistake."""

    because: str


class SettlementIn(In):
    """Correct or uphold."""

    verb: Literal[ClaimVerb.CORRECT, ClaimVerb.UPHOLD]
    because: str


class SuccessorOut(Schema):
    """The case that takes this one's place, as `CAS-…`; null where the claim was upheld."""

    successor: str | None


class ClaimDecisionIn(In):
    """Accept or refuse a claim; `keep_embargo` only with attacks."""

    verb: Literal[ClaimVerb.ACCEPT, ClaimVerb.REFUSE]
    because: str
    keep_embargo: YesNo = False


class MadeOut(Schema):
    """The public id of what was made."""

    public_id: str


class LocatorOut(Schema):
    """Where an invited maintainer goes; holds no secret."""

    locator: str


class InvitedOut(Schema):
    """The participant that was let in; null where it `waits` until its project takes another item."""

    public_id: str | None
    waits: bool


class SentOut(Schema):
    """Where an invited maintainer goes; null where the letter `waits` until its project takes another item."""

    locator: str | None
    waits: bool


@router.get("/cases", response=list[CaseOut], summary="The cases that you take part in, newest first")
def listed(  # noqa: PLR0917 - a list is narrowed by these
    request: HttpRequest,
    show: types.Show = types.Show.ALL,
    part: Capacity | None = None,
    project: str = "",
    party: str = "",
    text: str = "",
    order: types.Order = types.Order.NEWEST,
    filter: str = "",  # noqa: A002 - the parameter's name
    limit: int = 200,
    offset: int = 0,
) -> Sequence[types.Case]:
    """At most 200 at a time; `part` is yours: owner, finder, vendor or observer.

    `project` and `party` are parts of names, `text` words of the title or the summary. `filter` is one that you keep
    (`FLT-…`), and takes the place of all others.
    """
    actor = actor_of(request)
    by = types.Narrowed(show=show, part=part, project=project, party=party, text=text, order=order)
    if filter:
        by = selectors.filter_of(actor, parse_public_id("FLT", filter)).by
    return selectors.listed(actor, **asdict(by), limit=max(1, min(limit, 200)), offset=max(0, offset))


@router.post("/cases", response=MadeOut, summary="Open a case for a cluster, or for findings of your own")
def open_case(request: HttpRequest, body: OpenIn) -> dict[str, str]:
    """The finders of a cluster take part from the start; in a case of your own nobody else does, before you ask."""
    if bool(body.cluster) == bool(body.findings):
        raise BadInput("name a cluster, or findings of your own", place="cluster")
    actor, words = actor_of(request), body.model_dump(include={"title", "summary", "embargo_end", "because"})
    if body.cluster:
        key = services.open_case(actor, cluster=parse_public_id("CLU", body.cluster), **words)
    else:
        key = services.open_own(actor, findings=[parse_public_id("FND", each) for each in body.findings], **words)
    return {"public_id": public_id("CAS", key)}


@router.get("/cases/waiting", response=list[TaskOut], summary="What waits for you in your cases")
def waiting(request: HttpRequest, limit: int = 200, offset: int = 0) -> Sequence[types.Task]:
    """The most urgent first: doubts, claims, proposals, offers, answers, ends of embargoes, silence, publication."""
    actor = actor_of(request)
    beside = advisories.waiting(actor)
    return selectors.waiting(actor, beside=beside, limit=max(1, min(limit, 200)), offset=max(0, offset))


@router.get("/cases/{case}", response=CaseOut, summary="One case")
def one(request: HttpRequest, case: str) -> types.Case:
    """As you see it."""
    return selectors.get(actor_of(request), parse_public_id("CAS", case))


@router.get("/cases/{case}/participants", response=list[ParticipantOut], summary="Who takes part, and their answers")
def participants(request: HttpRequest, case: str) -> Sequence[types.Participant]:
    """In the order in which they came in."""
    return selectors.participants(actor_of(request), parse_public_id("CAS", case))


@router.get("/cases/{case}/rediscoveries", response=list[FoundOut], summary="Findings of the same cause elsewhere")
def rediscoveries(request: HttpRequest, case: str) -> list[dict[str, str]]:
    """Those that are not in the case yet; for the people of its owner."""
    found = selectors.rediscoveries(actor_of(request), parse_public_id("CAS", case))
    return [{"public_id": public_id("FND", each)} for each in found]


@router.post("/cases/{case}/rediscoveries", response={204: None}, summary="Take a finding of the same cause in")
def take_in(request: HttpRequest, case: str, body: TakeIn) -> Status[None]:
    """Its finder takes part from now on and keeps its credit."""
    services.take_in(actor_of(request), parse_public_id("CAS", case), parse_public_id("FND", body.finding))
    return Status(204, None)


@router.post("/cases/{case}/invitations", response=SentOut, summary="Let a maintainer in who has no account")
def invite_maintainer(request: HttpRequest, case: str, body: InviteIn) -> dict[str, object]:
    """A letter with a locator and a one-time code leaves at the next tick, or in its turn."""
    locator = services.invite_maintainer(
        actor_of(request),
        parse_public_id("CAS", case),
        name=body.name,
        address=body.address,
        because=body.because,
    )
    return {"locator": locator, "waits": locator is None}


@router.post("/cases/{case}/members", response=InvitedOut, summary="Let a member organisation in as vendor")
def invite_member(request: HttpRequest, case: str, body: InviteMemberIn) -> dict[str, object]:
    """By recorded decision, without waiting for its consent; in its turn where its project takes so many a week.

    In a case of your own it is offered the terms first, and sees nothing else before it agrees.
    """
    party = parse_public_id("ORG", body.organisation)
    key = services.invite(actor_of(request), parse_public_id("CAS", case), party=party, because=body.because)
    return {"public_id": public_id("PAR", key) if key else None, "waits": key is None}


@router.post(
    "/cases/{case}/participants/{participant}/link",
    response=LocatorOut,
    summary="Send a maintainer without an account a new letter",
)
def renew_link(request: HttpRequest, case: str, participant: str) -> dict[str, str]:
    """The link before it ends."""
    key = parse_public_id("PAR", participant)
    return {"locator": services.new_link(actor_of(request), parse_public_id("CAS", case), participant=key)}


@router.post("/cases/{case}/answer", response={204: None}, summary="Answer for your products")
def answer(request: HttpRequest, case: str, body: AnswerIn) -> Status[None]:
    """Dated and by name; it ends earlier answers that it covers, and they stay on record."""
    services.answer(
        actor_of(request),
        parse_public_id("CAS", case),
        answer=body.answer,
        by=body.by,
        justification=body.justification,
        product=body.product,
        version=body.version,
    )
    return Status(204, None)


@router.get("/cases/{case}/answers", response=list[AnswerOut], summary="What the vendors answered, oldest first")
def answers(request: HttpRequest, case: str) -> Sequence[types.Answered]:
    """Those that no longer stand among them."""
    return selectors.answers(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/report", response={204: None}, summary="Say what you did with the report")
def handle(request: HttpRequest, case: str, body: HandleIn) -> Status[None]:
    """As a vendor: one step of your own report or fix; a step that is not open is refused by its rule."""
    services.handle(actor_of(request), parse_public_id("CAS", case), step=body.step, because=body.because)
    return Status(204, None)


@router.post(
    "/cases/{case}/participants/{participant}/awareness",
    response={204: None},
    summary="Put on record that a vendor knows of the flaw",
)
def note_awareness(request: HttpRequest, case: str, participant: str, body: AwareIn) -> Status[None]:
    """By the case's owner, with evidence, of a vendor that got no report here yet."""
    key = parse_public_id("PAR", participant)
    services.note_awareness(actor_of(request), parse_public_id("CAS", case), key, evidence=body.evidence)
    return Status(204, None)


@router.post("/cases/{case}/consent", response={204: None}, summary="Accept or decline the embargo")
def consent(request: HttpRequest, case: str, body: ConsentIn) -> Status[None]:
    """Who declines loses sight of what comes; the embargo itself goes on."""
    services.consent(actor_of(request), parse_public_id("CAS", case), verb=body.verb)
    return Status(204, None)


@router.get("/cases/{case}/history", response=list[CaseStepOut], summary="Every step of a case, oldest first")
def history(request: HttpRequest, case: str, since: int = 0) -> Sequence[types.Step]:
    """Of the embargo, of each party's consent and report, and of what happened.

    `since` is the `number` of the last step that you know.
    """
    return selectors.history(actor_of(request), parse_public_id("CAS", case), since=since)


@router.get(
    "/cases/{case}/embargo/proposals", response=list[ProposalOut], summary="The ends that were proposed, oldest first"
)
def proposals(request: HttpRequest, case: str) -> Sequence[types.Proposal]:
    """The one that the case was opened with among them."""
    return selectors.proposals(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/embargo/proposals", response=MadeOut, summary="Propose another end of the embargo")
def propose(request: HttpRequest, case: str, body: ProposeIn) -> dict[str, str]:
    """What is agreed holds meanwhile, and everyone is asked anew."""
    key = services.propose_embargo(
        actor_of(request),
        parse_public_id("CAS", case),
        end=body.end,
        because=body.because,
        answer_by=body.answer_by,
    )
    return {"public_id": public_id("PRO", key)}


@router.post(
    "/cases/{case}/embargo/proposals/{proposal}/decision",
    response={204: None},
    summary="Agree to a proposal, or decline it",
)
def decide_proposal(request: HttpRequest, case: str, proposal: str, body: ProposalDecisionIn) -> Status[None]:
    """Of several, the shortest is agreed first, and the others then revise it."""
    services.decide_proposal(
        actor_of(request),
        parse_public_id("CAS", case),
        parse_public_id("PRO", proposal),
        verb=body.verb,
        because=body.because,
    )
    return Status(204, None)


@router.post("/cases/{case}/embargo/end", response={204: None}, summary="End the embargo now")
def end_embargo(request: HttpRequest, case: str, body: EndIn) -> Status[None]:
    """The flaw, an exploit or attacks became public, or its owner ends it."""
    services.end_embargo(actor_of(request), parse_public_id("CAS", case), reason=body.reason, evidence=body.evidence)
    return Status(204, None)


@router.post("/cases/{case}/embargo/shorten", response={204: None}, summary="Bring the end of the embargo forward")
def shorten(request: HttpRequest, case: str, body: ShortenIn) -> Status[None]:
    """The owner's own proposal, which needs nobody's consent: the shorter of two ends wins."""
    services.shorten_embargo(actor_of(request), parse_public_id("CAS", case), end=body.end, because=body.because)
    return Status(204, None)


@router.get("/cases/{case}/claims", response=list[ClaimOut], summary="What was said to have happened, oldest first")
def claims(request: HttpRequest, case: str) -> Sequence[types.Claim]:
    """Asserted until the case's owner accepts or refuses it."""
    return selectors.claims(actor_of(request), parse_public_id("CAS", case))


@router.post("/cases/{case}/claims", response=MadeOut, summary="Say that the flaw is public, exploited or attacked")
def claim(request: HttpRequest, case: str, body: ClaimIn) -> dict[str, str]:
    """Nothing moves before the owner accepts it."""
    key = services.claim(actor_of(request), parse_public_id("CAS", case), event=body.event, evidence=body.evidence)
    return {"public_id": public_id("CLM", key)}


@router.post("/cases/{case}/claims/{claim}/decision", response={204: None}, summary="Accept or refuse a claim")
def decide_claim(request: HttpRequest, case: str, claim: str, body: ClaimDecisionIn) -> Status[None]:
    """What is accepted is a fact of the case, and ends its embargo as the rules say."""
    services.decide_claim(
        actor_of(request),
        parse_public_id("CAS", case),
        parse_public_id("CLM", claim),
        verb=body.verb,
        because=body.because,
        keep_embargo=body.keep_embargo,
    )
    return Status(204, None)


@router.post("/cases/{case}/claims/{claim}/doubt", response={204: None}, summary="Say it was accepted by mistake")
def doubt_claim(request: HttpRequest, case: str, claim: str, body: DoubtIn) -> Status[None]:
    """By one of the owner's people; nothing moves before another one has decided."""
    services.doubt_claim(
        actor_of(request), parse_public_id("CAS", case), parse_public_id("CLM", claim), because=body.because
    )
    return Status(204, None)


@router.post(
    "/cases/{case}/claims/{claim}/settlement",
    response=SuccessorOut,
    summary="Correct a claim that is doubted, or uphold it",
)
def settle_doubt(request: HttpRequest, case: str, claim: str, body: SettlementIn) -> dict[str, str | None]:
    """By a second person; a correction opens a case in this one's place, with its findings, parties and terms."""
    after = services.settle_doubt(
        actor_of(request),
        parse_public_id("CAS", case),
        parse_public_id("CLM", claim),
        verb=body.verb,
        because=body.because,
    )
    return {"successor": public_id("CAS", after) if after else None}
