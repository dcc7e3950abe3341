from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from levee.api.bodies import JSON, In, takes, upload
from levee.api.house import actor_of
from levee.identity.selectors import own_name
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id, public_id
from levee.validation import selectors, services, types
from levee.validation.types import Judgement

router = Router(tags=["validation"])
TAR = "application/x-tar"


class SaidOut(Schema):
    """What a named person said."""

    judgement: str
    name: str
    statement: str
    at: datetime


class VerdictOut(Schema):
    """Four fields, each with what it rests on; `result` only names the case they make."""

    finding: str
    result: str
    kind: str
    target: str
    effect_shown: int
    effect_runs: int
    contrast: str
    contrast_build: str
    contract: str
    reach: str
    detail: str
    settled: bool
    waits: bool
    proof_digest: str
    evidence_digest: str
    at: datetime
    said: SaidOut | None

    @staticmethod
    def resolve_finding(verdict: types.Verdict) -> str:
        """`FND-…`."""
        return public_id("FND", verdict.finding)


class JudgementIn(In):
    """A person's judgement and on what it rests; the name is the account's."""

    judgement: Literal["accepted_on_evidence", "contract_stated", "own_package", "declined", "forged"]
    statement: str


class AccuracyOut(Schema):
    """How often a finder was right, of what another party judged."""

    right: int
    wrong: int
    percent: int | None


class TargetOut(Schema):
    """A registered source target."""

    spec: str
    digest: str
    size: int
    controls: int
    added_at: datetime


class SpecOut(Schema):
    """What findings call it."""

    spec: str


@router.get("/validation/queue", response=list[VerdictOut], summary="What waits for a person, oldest first")
def queue(request: HttpRequest) -> list[types.Verdict]:
    """Verdicts that no sandbox can settle."""
    return selectors.waiting(actor_of(request))


@router.get("/findings/{finding}/verdict", response=VerdictOut, summary="The verdict on a finding")
def verdict(request: HttpRequest, finding: str) -> types.Verdict:
    """The newest one."""
    found = selectors.verdict(actor_of(request), parse_public_id("FND", finding))
    if found is None:
        raise NotFound("there is no verdict yet")
    return found


@router.get("/findings/{finding}/evidence", summary="The signed evidence of a verdict, as canonical JSON")
def evidence(request: HttpRequest, finding: str) -> HttpResponse:
    """The bytes that the worker signed; key and signature (Ed25519) are in the headers."""
    found = selectors.evidence(actor_of(request), parse_public_id("FND", finding))
    headers = {"Levee-Evidence-Key": found.key, "Levee-Evidence-Signature": found.signature}
    return HttpResponse(found.document, content_type="application/json", headers=headers)


@router.post("/findings/{finding}/judgements", response={204: None}, summary="Judge a finding by name")
def judge(request: HttpRequest, finding: str, body: JudgementIn) -> Status[None]:
    """For coordinators, in person."""
    actor = actor_of(request)
    services.judge(
        actor,
        parse_public_id("FND", finding),
        judgement=Judgement(body.judgement),
        name=own_name(actor),
        statement=body.statement,
    )
    return Status(204, None)


@router.get("/accuracy", response=AccuracyOut, summary="Your organisation's accuracy as a finder")
def accuracy(request: HttpRequest) -> types.Accuracy:
    """Over the findings whose contract another party judged."""
    actor = actor_of(request)
    return selectors.accuracy(actor, actor.party)


@router.get("/targets", response=list[TargetOut], summary="The registered source targets")
def targets(request: HttpRequest) -> list[types.SourceTarget]:
    """Newest first."""
    return list(selectors.targets(actor_of(request)))


@router.post(
    "/targets/{name}", response=SpecOut, summary="Register a source target: a tar archive", openapi_extra=takes(TAR)
)
def add_target(request: HttpRequest, name: str, only_for: str = "") -> dict[str, str]:
    """With a `levee-target.json` at its root, tests and programs with it. `only_for`: ORG ids, parted by commas."""
    packed = upload(request, TAR)
    open_to = [parse_public_id("ORG", each.strip()) for each in only_for.split(",") if each.strip()]
    return {"spec": services.add_target(actor_of(request), name, packed, open_to=open_to)}


@router.post(
    "/targets/{name}/{version}/controls",
    response={204: None},
    summary="Keep a control proof for a target",
    openapi_extra=takes(JSON),
)
def add_control(request: HttpRequest, name: str, version: str) -> Status[None]:
    """A proof of something else, which an honest, narrow patch leaves alone."""
    services.add_control(actor_of(request), f"source:{name}@{version}", upload(request, JSON))
    return Status(204, None)
