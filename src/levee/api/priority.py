"""What due dates follow from, exceptions, forensic cases, and the questions that are worth asking."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from levee.api.bodies import In, Instant, YesNo, takes, upload
from levee.api.house import actor_of
from levee.api.resting import Resting
from levee.exposure import selectors, services, types
from levee.exposure.exceptions.states import LeaveState
from levee.exposure.forensics.clocks import CaseStep, Verdict
from levee.exposure.priority.regimes import Choice
from levee.exposure.priority.tables import Table
from levee.kernel.errors import BadInput
from levee.kernel.ids import parse_public_id

router = Router(tags=["priority"])


class ChoiceOut(Schema):
    """What an organisation chose."""

    table: str
    plant_table: str
    assumed: dict[str, str]
    active_as_kev: bool


class TableOut(Schema):
    """A policy table without its rows."""

    key: str
    version: str
    name: str
    title: str
    source: str
    inputs: list[str]
    since: date | None
    oddities: list[str]

    @staticmethod
    def resolve_oddities(table: Table) -> tuple[str, ...]:
        """Where a graver case leaves more time."""
        return table.oddities()


class PolicyOut(Resting):
    """What due dates follow from; `bound` where a table obliges the organisation whatever it chose."""

    choice: ChoiceOut
    table: TableOut
    plant_table: TableOut
    bound: bool
    tables: list[TableOut]


class AssumedIn(In):
    """What stands in for the answer to a question that nobody answers."""

    question: str
    answer: str


class ChoiceIn(In):
    """What is chosen, all of it; an assumption that is left out is the gravest answer."""

    table: str = Choice().table
    plant_table: str = Choice().plant_table
    assumed: list[AssumedIn] = Field(default_factory=list)
    active_as_kev: YesNo = True


class ExceptionOut(Schema):
    """Leave not to do an action until a day, with what protects in the meantime."""

    public_id: str
    action_id: str
    action_title: str
    state: LeaveState
    reason: str
    mitigation: str
    responsible: str
    until: datetime
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    running: bool


class ExceptionIn(In):
    """Why, what protects in the meantime, who keeps that up, and until when."""

    reason: str
    mitigation: str
    responsible: str
    until: Instant


class DecisionIn(In):
    """A remark for the record."""

    note: str = ""


class ClockOut(Schema):
    """One of the three clocks of a forensic case."""

    step: CaseStep
    title: str
    how: str
    hours: int
    due_at: datetime
    done_at: datetime | None
    late: bool


class EntryOut(Schema):
    """Something written down or kept in a forensic case."""

    public_id: str
    at: datetime
    by: str
    step: CaseStep
    text: str
    filename: str
    sha256: str
    size: int | None
    kept: bool


class ForensicCaseOut(Schema):
    """The search for a break-in, with its clocks and entries."""

    public_id: str
    vulnerability: str
    assets: list[str]
    row: str
    listed_at: datetime
    listed_by: str
    started_at: datetime
    opened_at: datetime
    patched_at: datetime | None
    patched_first: bool
    open: bool
    late: int
    clocks: list[ClockOut]
    entries: list[EntryOut]
    verdict: Verdict | None
    verdict_text: str
    verdict_by: str
    verdict_at: datetime | None


class ExceptionsOut(Resting):
    """Actions that are set aside, or asked to be."""

    exceptions: list[ExceptionOut]


class ForensicCasesOut(Resting):
    """Searches for a break-in, the oldest open one first."""

    cases: list[ForensicCaseOut]


class ForensicCaseDetailOut(ForensicCaseOut, Resting):
    """One of them."""


class EntryIn(In):
    """What was found, done or kept; the hash of a file that stays with its owner."""

    step: str
    text: str
    filename: str = ""
    sha256: str = ""


class VerdictIn(In):
    """What the triage found, and what that rests on."""

    verdict: str
    text: str


class QuestionOut(Schema):
    """A fact of an asset that is worth stating."""

    public_id: str
    asset_name: str
    fact: str
    assumed: str
    days: int
    matches: int


class QuestionsOut(Resting):
    """Facts that are worth stating, those first that move due dates the most."""

    questions: list[QuestionOut]


@router.get("/priority", response=PolicyOut, summary="What due dates follow from")
def policy(request: HttpRequest) -> types.PolicyInForce:
    """The tables in force, what is assumed where nobody says, and what else may be chosen."""
    return selectors.policy(actor_of(request))


@router.post("/priority", response=PolicyOut, summary="Choose tables and assumptions")
def choose(request: HttpRequest, body: ChoiceIn) -> types.PolicyInForce:
    """Every date follows within a minute."""
    assumed = {each.question: each.answer for each in body.assumed}
    services.choose(actor_of(request), Choice(**{**body.model_dump(), "assumed": assumed}))
    return selectors.policy(actor_of(request))


@router.post("/priority/tables", response=TableOut, summary="Add a table of your own", openapi_extra=takes("text/csv"))
def add_table(request: HttpRequest, name: str) -> Table:
    """The body is CSV, a column for each question and one for days; the same name again is its next version."""
    return services.add_table(actor_of(request), upload(request, "text/csv"), name=name)


@router.get("/questions", response=QuestionsOut, summary="What is worth stating")
def questions(request: HttpRequest) -> dict[str, Sequence[types.Question]]:
    """At most five, those first that move due dates the most."""
    return {"questions": selectors.questions(actor_of(request))}


@router.get("/exceptions", response=ExceptionsOut, summary="Exceptions")
def exceptions(request: HttpRequest, *, ended: bool = False) -> dict[str, Sequence[types.Exemption]]:
    """Those that are asked for or approved; with `ended`, all."""
    return {"exceptions": selectors.exceptions(actor_of(request), running=not ended)}


@router.post("/actions/{action}/exception", response=ExceptionOut, summary="Ask for an exception")
def request_exception(request: HttpRequest, action: str, body: ExceptionIn) -> types.Exemption:
    """A second person approves it, where there is one; it ends by itself."""
    key = services.request_exception(actor_of(request), parse_public_id("ACT", action), **body.model_dump())
    return _exception(request, key)


@router.post("/exceptions/{exception}/approve", response=ExceptionOut, summary="Approve an exception")
def approve(request: HttpRequest, exception: str, body: DecisionIn) -> types.Exemption:
    """The action is set aside until the day comes."""
    key = parse_public_id("EXC", exception)
    services.approve_exception(actor_of(request), key, note=body.note)
    return _exception(request, key)


@router.post("/exceptions/{exception}/refuse", response=ExceptionOut, summary="Refuse an exception")
def refuse(request: HttpRequest, exception: str, body: DecisionIn) -> types.Exemption:
    """The action stays open."""
    key = parse_public_id("EXC", exception)
    services.refuse_exception(actor_of(request), key, note=body.note)
    return _exception(request, key)


@router.post("/exceptions/{exception}/withdraw", response=ExceptionOut, summary="Take an exception back")
def withdraw(request: HttpRequest, exception: str, body: DecisionIn) -> types.Exemption:
    """The action is open again."""
    key = parse_public_id("EXC", exception)
    services.withdraw_exception(actor_of(request), key, note=body.note)
    return _exception(request, key)


@router.get("/forensics", response=ForensicCasesOut, summary="Forensic cases")
def cases(request: HttpRequest, *, closed: bool = False) -> dict[str, Sequence[types.ForensicCase]]:
    """The open ones; with `closed`, all."""
    return {"cases": selectors.forensic_cases(actor_of(request), everything=closed)}


@router.get("/forensics/evidence/{evidence}", summary="A file of evidence")
def evidence(request: HttpRequest, evidence: str) -> HttpResponse:
    """As it was handed in."""
    _, data = selectors.evidence(actor_of(request), parse_public_id("EVI", evidence))
    return HttpResponse(data, content_type="application/octet-stream")


@router.get("/forensics/{forensic}", response=ForensicCaseDetailOut, summary="One forensic case")
def case(request: HttpRequest, forensic: str) -> types.ForensicCase:
    """With its clocks and entries."""
    return selectors.forensic_case(actor_of(request), parse_public_id("FRN", forensic))


@router.post("/forensics/{forensic}/entries", response=ForensicCaseDetailOut, summary="Write something down")
def add_entry(request: HttpRequest, forensic: str, body: EntryIn) -> types.ForensicCase:
    """For a step of the checklist (`scope`, `evidence`) or as a `note`; never changed afterwards."""
    key = parse_public_id("FRN", forensic)
    services.add_entry(
        actor_of(request), key, step=_step(body.step), text=body.text, filename=body.filename, sha256=body.sha256
    )
    return selectors.forensic_case(actor_of(request), key)


@router.post(
    "/forensics/{forensic}/files",
    response=ForensicCaseDetailOut,
    summary="Keep a file of evidence",
    openapi_extra=takes(),
)
def add_file(request: HttpRequest, forensic: str, text: str, filename: str = "evidence") -> types.ForensicCase:
    """The body is the file; it is kept, encrypted, with its SHA-256."""
    data, key = upload(request), parse_public_id("FRN", forensic)
    services.add_entry(
        actor_of(request), key, step=CaseStep.EVIDENCE, text=text, filename=filename, data=data, keep=True
    )
    return selectors.forensic_case(actor_of(request), key)


@router.post(
    "/forensics/{forensic}/verdict", response=ForensicCaseDetailOut, summary="Close a forensic case with its verdict"
)
def give_verdict(request: HttpRequest, forensic: str, body: VerdictIn) -> types.ForensicCase:
    """In your name; nothing else closes it, a patch neither."""
    key = parse_public_id("FRN", forensic)
    services.give_verdict(actor_of(request), key, verdict=_verdict(body.verdict), text=body.text)
    return selectors.forensic_case(actor_of(request), key)


def _exception(request: HttpRequest, key: object) -> types.Exemption:
    return next(each for each in selectors.exceptions(actor_of(request), running=False) if each.id == key)


def _step(text: str) -> CaseStep:
    try:
        return CaseStep(text)
    except ValueError as error:
        raise BadInput("no such step", place="/step", advice=f"one of: {', '.join(CaseStep)}") from error


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError as error:
        raise BadInput("no such verdict", place="/verdict", advice=f"one of: {', '.join(Verdict)}") from error
