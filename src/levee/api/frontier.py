from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StrictInt

from levee.api.bodies import In, Instant
from levee.api.house import actor_of
from levee.frontier import selectors, services, types
from levee.kernel.ids import parse_public_id, public_id

router = Router(tags=["frontier"])
AGREEMENT, PREFIX = "/frontier/agreements/{agreement}", "AGR"


class AgreementOut(Schema):
    """An agreement as your side sees it: how far each part of it is, and what your side can do now.

    The names are those that both sides gave themselves; `other_id` is the number of the member on the other side.
    """

    public_id: str
    side: str
    other_id: str
    developer: str
    evaluator: str
    model: str
    digest: str
    begins: datetime
    ends: datetime
    state: dict[str, str]
    possible: list[str]
    client: str
    grant: str
    grant_ends: datetime | None
    tokens: int
    calls: int
    spent: int
    spent_at: datetime | None
    sealed: int
    head: str
    plan: str
    runs: int
    bundle: str


class SignedOut(Schema):
    """A signed file, as its text."""

    file: str


class SignedIn(In):
    """A signed file, as its text."""

    file: str


class OfferIn(SignedIn):
    """An agreement that your side signed, and the number of the organisation on the other side, `ORG-…`."""

    other: str


class ClientIn(In):
    """The public key of whoever will call the model, `ed25519:…`."""

    key: str


class GrantIn(In):
    """How much of what was agreed; all of it where nothing is said."""

    tokens: Annotated[StrictInt, Field(ge=1, le=2**53 - 1)] | None = None
    calls: Annotated[StrictInt, Field(ge=1, le=2**31 - 1)] | None = None
    ends: Instant | None = None


class ClientTokenOut(Schema):
    """What the client shows the gateway; without the client's own key it opens nothing."""

    token: str


class StatementsOut(Schema):
    """What your gateway has to know by now, each in a signed envelope; and the key that signed them."""

    key: str
    statements: list[str]


class TranscriptHeadIn(In):
    """The head of your gateway's log of sealed transcripts: how many exchanges, and the root over them (RFC 9162)."""

    grant: str
    size: Annotated[StrictInt, Field(ge=0, le=2**53 - 1)]
    root: str
    at: Annotated[StrictInt, Field(ge=0, le=2**53 - 1)]


class UseIn(In):
    """Tokens, as your gateway counts them, and the head of what it sealed, with the proof that the log has grown."""

    spent: Annotated[StrictInt, Field(ge=0, le=2**53 - 1)]
    head: TranscriptHeadIn | None = None
    proof: Annotated[Sequence[str], Field(max_length=128)] = ()


class PlanDigestIn(In):
    """The digest of a plan, `sha256:…`."""

    digest: str


class RunsIn(In):
    """How many runs there were."""

    runs: Annotated[StrictInt, Field(ge=0, le=services.MOST_RUNS)] = 0


class ModelIn(In):
    """A model, by the handle that its developer uses."""

    model: str


class ModelOrAllIn(In):
    """A model; all of them where none is named."""

    model: str | None = None


class EndedOut(Schema):
    """How many agreements ended."""

    ended: int


class PartnerOut(Schema):
    """Whom a model would go to next: what it was chosen by, and how both sides stand to it."""

    public_id: str
    name: str
    criteria: str
    conflicts: str
    state: str
    because: str
    at: datetime
    possible: list[str]


class PartnerIn(In):
    """Whom, what it was chosen by, and what interests of its own it may have."""

    name: str
    criteria: str
    conflicts: str = ""


class PartnerDecisionIn(In):
    """`agree`, `object` or `propose` again, and why."""

    verb: types.PartnerVerb
    because: str


class InterestIn(In):
    """What interests of its own it may have."""

    conflicts: str


class FrontierMadeOut(Schema):
    """What was made."""

    public_id: str


class HandedOffOut(Schema):
    """The leaf of a sealed exchange; for the evaluator also the finding that came up in it."""

    leaf: str
    at: datetime
    finding_id: str


class HandOffIn(In):
    """A finding that your organisation handed in, `FND-…`, and the leaf of its exchange, `sha256:…`."""

    finding: str
    leaf: str


class EnquiryOut(Schema):
    """Whether a model is covered: asked, and perhaps answered; nothing waits on it."""

    public_id: str
    model: str
    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    own: bool


class EnquiryIn(ModelIn):
    """What you ask, in words."""

    question: str


class EnquiryAnswerIn(In):
    """The answer, in words."""

    text: str


@router.get("/frontier/agreements", response=list[AgreementOut], summary="Your agreements about early access")
def agreements(request: HttpRequest) -> list[dict[str, object]]:
    """On either side, newest first; nobody else sees that there are any."""
    return [_told(each) for each in selectors.agreements(actor_of(request))]


@router.post("/frontier/agreements", response={201: FrontierMadeOut}, summary="Offer an agreement")
def offer(request: HttpRequest, body: OfferIn) -> Status[dict[str, str]]:
    """Signed by your side alone, with `levee frontier agreement sign`."""
    other = parse_public_id("ORG", body.other)
    key = services.offer(actor_of(request), body.file.encode(), other=other)
    return Status(201, {"public_id": public_id(PREFIX, key)})


@router.get(AGREEMENT, response=AgreementOut, summary="One agreement")
def agreement(request: HttpRequest, agreement: str) -> dict[str, object]:
    """`possible` lists what your side can do, as `verb part`."""
    return _told(selectors.agreement(actor_of(request), _key(agreement)))


@router.get(f"{AGREEMENT}/file", response=SignedOut, summary="The signed file of an agreement")
def agreement_file(request: HttpRequest, agreement: str) -> dict[str, str]:
    """With the signatures that it has; sign it and hand it in at `/sign`."""
    return {"file": selectors.envelope(actor_of(request), _key(agreement)).decode()}


@router.post(f"{AGREEMENT}/sign", response=AgreementOut, summary="Sign an agreement")
def sign(request: HttpRequest, agreement: str, body: SignedIn) -> dict[str, object]:
    """The offered file, now with both signatures."""
    services.sign(actor_of(request), _key(agreement), body.file.encode())
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/decline", response=AgreementOut, summary="Decline an agreement")
def decline(request: HttpRequest, agreement: str) -> dict[str, object]:
    """No reason is asked, and nothing else comes of it."""
    services.decline(actor_of(request), _key(agreement))
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/reword", response=AgreementOut, summary="Offer other words")
def reword(request: HttpRequest, agreement: str, body: SignedIn) -> dict[str, object]:
    """After a no; or, naming the signed one's digest in `amends`, before access was given."""
    services.reword(actor_of(request), _key(agreement), body.file.encode())
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/client", response=AgreementOut, summary="Name the client's key")
def name_client(request: HttpRequest, agreement: str, body: ClientIn) -> dict[str, object]:
    """By the evaluator, before access is given; without it, the key that signed."""
    services.name_client(actor_of(request), _key(agreement), body.key)
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/grant", response=AgreementOut, summary="Give the access that was agreed on")
def give(request: HttpRequest, agreement: str, body: GrantIn) -> dict[str, object]:
    """By the developer; all of it, or less."""
    actor = actor_of(request)
    services.give(actor, _key(agreement), tokens=body.tokens, calls=body.calls, ends=body.ends)
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/token", response=ClientTokenOut, summary="A token for the client")
def token(request: HttpRequest, agreement: str) -> dict[str, str]:
    """For the evaluator, while access stands."""
    return {"token": services.token(actor_of(request), _key(agreement))}


@router.post("/frontier/statements", response=StatementsOut, summary="What your gateway has to know")
def statements(request: HttpRequest) -> dict[str, object]:
    """For the developer; each call says it anew, and what is said speaks for a day."""
    said = services.statements(actor_of(request))
    return {"key": services.house_key(), "statements": [each.decode() for each in said]}


@router.post(f"{AGREEMENT}/use", response={204: None}, summary="Say what was used")
def report_use(request: HttpRequest, agreement: str, body: UseIn) -> Status[None]:
    """For the developer's gateway; both sides read it."""
    head = body.head.model_dump() if body.head else None
    services.report_use(actor_of(request), _key(agreement), spent=body.spent, head=head, proof=body.proof)
    return Status(204, None)


@router.post(f"{AGREEMENT}/plan", response=AgreementOut, summary="Name the plan of an evaluation")
def plan(request: HttpRequest, agreement: str, body: PlanDigestIn) -> dict[str, object]:
    """By the evaluator, before the first run."""
    services.plan(actor_of(request), _key(agreement), body.digest)
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/begin", response=AgreementOut, summary="Say that an evaluation runs")
def begin(request: HttpRequest, agreement: str) -> dict[str, object]:
    """By the evaluator, while access stands."""
    services.begin(actor_of(request), _key(agreement))
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/stop", response=AgreementOut, summary="Say that an evaluation was ended early")
def stop(request: HttpRequest, agreement: str, body: RunsIn) -> dict[str, object]:
    """By the evaluator."""
    services.stop(actor_of(request), _key(agreement), runs=body.runs)
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/finish", response=AgreementOut, summary="Say that an evaluation is done")
def finish(request: HttpRequest, agreement: str, body: RunsIn) -> dict[str, object]:
    """By the evaluator."""
    services.finish(actor_of(request), _key(agreement), runs=body.runs)
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/determination", response=AgreementOut, summary="Say what came of an evaluation")
def determine(request: HttpRequest, agreement: str, body: SignedIn) -> dict[str, object]:
    """The manifest of the bundle, which the evaluator signed; it opens and closes nothing."""
    services.determine(actor_of(request), _key(agreement), body.file.encode())
    return _again(request, agreement)


@router.post(f"{AGREEMENT}/withdraw", response={204: None}, summary="Take everything back")
def withdraw(request: HttpRequest, agreement: str) -> Status[None]:
    """By either side, from any state, for good: no reason, and nobody's yes."""
    services.withdraw(actor_of(request), _key(agreement))
    return Status(204, None)


@router.post("/frontier/withdraw", response=EndedOut, summary="Take back all access, or all to a model")
def withdraw_all(request: HttpRequest, body: ModelOrAllIn) -> dict[str, int]:
    """Every agreement of your organisation, on whichever side."""
    return {"ended": services.withdraw_all(actor_of(request), model=body.model)}


@router.post(f"{AGREEMENT}/certificate", response=AgreementOut, summary="Hand in the certificate of deletion")
def certify(request: HttpRequest, agreement: str, body: SignedIn) -> dict[str, object]:
    """Signed by both, after an end."""
    services.certify(actor_of(request), _key(agreement), body.file.encode())
    return _again(request, agreement)


@router.get(f"{AGREEMENT}/certificate", response=SignedOut, summary="The certificate of deletion")
def certificate(request: HttpRequest, agreement: str) -> dict[str, str]:
    """It says what was done, and what that cannot prove."""
    return {"file": selectors.certificate(actor_of(request), _key(agreement)).decode()}


@router.get(f"{AGREEMENT}/partners", response=list[PartnerOut], summary="Whom the model would go to next")
def partners(request: HttpRequest, agreement: str) -> list[dict[str, object]]:
    """Proposed by either side; to decline changes nothing."""
    return [_partner(each) for each in selectors.partners(actor_of(request), _key(agreement))]


@router.post(f"{AGREEMENT}/partners", response={201: FrontierMadeOut}, summary="Propose a partner")
def propose(request: HttpRequest, agreement: str, body: PartnerIn) -> Status[dict[str, str]]:
    """With what it was chosen by."""
    key = services.propose(
        actor_of(request), _key(agreement), name=body.name, criteria=body.criteria, conflicts=body.conflicts
    )
    return Status(201, {"public_id": public_id("PTR", key)})


@router.post("/frontier/partners/{partner}/decision", response={204: None}, summary="Agree to a partner, or object")
def decide_partner(request: HttpRequest, partner: str, body: PartnerDecisionIn) -> Status[None]:
    """The other side reads why."""
    key = parse_public_id("PTR", partner)
    services.decide_partner(actor_of(request), key, verb=body.verb.step, because=body.because)
    return Status(204, None)


@router.post("/frontier/partners/{partner}/conflicts", response={204: None}, summary="Flag a conflict of interest")
def flag_conflict(request: HttpRequest, partner: str, body: InterestIn) -> Status[None]:
    """Either side, at any time."""
    services.flag_conflict(actor_of(request), parse_public_id("PTR", partner), conflicts=body.conflicts)
    return Status(204, None)


@router.get(f"{AGREEMENT}/findings", response=list[HandedOffOut], summary="What was handed off")
def handed_off(request: HttpRequest, agreement: str) -> Sequence[types.HandedOff]:
    """Both sides see in which exchanges something came up; what it is, the evaluator alone."""
    return selectors.handed_off(actor_of(request), _key(agreement))


@router.post(f"{AGREEMENT}/findings", response={204: None}, summary="Say where a finding came up")
def hand_off(request: HttpRequest, agreement: str, body: HandOffIn) -> Status[None]:
    """By the evaluator, also after an end; the finding itself names no developer."""
    finding = parse_public_id("FND", body.finding)
    services.hand_off(actor_of(request), _key(agreement), finding=finding, leaf=body.leaf)
    return Status(204, None)


@router.get("/frontier/enquiries", response=list[EnquiryOut], summary="Enquiries about models")
def enquiries(request: HttpRequest) -> Sequence[types.Enquiry]:
    """Your own; for the clearinghouse, those that it was asked."""
    return selectors.enquiries(actor_of(request))


@router.post("/frontier/enquiries", response={201: FrontierMadeOut}, summary="Ask whether a model is covered")
def ask(request: HttpRequest, body: EnquiryIn) -> Status[dict[str, str]]:
    """By its developer; nothing waits on the answer."""
    key = services.ask(actor_of(request), model=body.model, question=body.question)
    return Status(201, {"public_id": public_id("ENQ", key)})


@router.post("/frontier/enquiries/{enquiry}/answer", response={204: None}, summary="Answer an enquiry")
def answer(request: HttpRequest, enquiry: str, body: EnquiryAnswerIn) -> Status[None]:
    """By the clearinghouse, in words."""
    services.answer(actor_of(request), parse_public_id("ENQ", enquiry), text=body.text)
    return Status(204, None)


@router.get("/frontier/releases", response=list[str], summary="Models that you released")
def releases(request: HttpRequest) -> Sequence[str]:
    """Your own note; nobody else sees it."""
    return selectors.releases(actor_of(request))


@router.post("/frontier/releases", response={204: None}, summary="Note that a model is released")
def note_release(request: HttpRequest, body: ModelIn) -> Status[None]:
    """Whatever was asked, answered or determined: nothing comes before it."""
    services.note_release(actor_of(request), model=body.model)
    return Status(204, None)


def _key(agreement: str) -> UUID:
    return parse_public_id(PREFIX, agreement)


def _again(request: HttpRequest, agreement: str) -> dict[str, object]:
    return _told(selectors.agreement(actor_of(request), _key(agreement)))


def _told(each: types.Agreement) -> dict[str, object]:
    return {
        **{name: getattr(each, name) for name in AgreementOut.model_fields if hasattr(each, name)},
        "side": each.side.value,
        "developer": each.terms.developer.name,
        "evaluator": each.terms.evaluator.name,
        "model": each.terms.model,
        "begins": each.terms.begins,
        "ends": each.terms.ends,
        "state": {part.value: state for part, state in each.state.items()},
        "possible": [f"{verb.value} {part.value}" for verb, part in each.possible],
    }


def _partner(each: types.Partner) -> dict[str, object]:
    told = {name: getattr(each, name) for name in PartnerOut.model_fields}
    return {**told, "possible": [verb.value for verb in each.possible]}
