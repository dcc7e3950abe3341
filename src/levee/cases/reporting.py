"""A case as one of its participants sees it, put into the words in which clearinghouses hand cases to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.course.replay import Moves
from levee.cases.rules.answers import Answer
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.formats.advisory import Publisher, Revision
from levee.formats.case_report import (
    CaseReport,
    Deed,
    DeedKind,
    Discovery,
    EmbargoTerm,
    HandlingId,
    Party,
    PartyKind,
    ProductStatus,
    ReportedProduct,
    Tlp,
)
from levee.formats.purl import make_purl
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.types import Case, Participant, Proposal, Step
    from levee.findings.types import Finding, HiddenWords, Origin

KINDS = {
    Capacity.OWNER: PartyKind.COORDINATOR,
    Capacity.FINDER: PartyKind.DISCOVERER,
    Capacity.VENDOR: PartyKind.VENDOR,
}
STATUSES = {
    Answer.AFFECTED: ProductStatus.AFFECTED,
    Answer.NOT_AFFECTED: ProductStatus.NOT_AFFECTED,
    Answer.FIXED: ProductStatus.FIXED,
}
FIXES = {Event.FIX_READY: DeedKind.FIX_RELEASE, Event.FIX_DEPLOYED: DeedKind.FIX_DEPLOYMENT}
THREATS = {
    Event.EXPLOIT_PUBLIC: "An exploit is public.",
    Event.ATTACKS_OBSERVED: "Attacks were seen.",
}
OF_TARGETS = {"npm": "npm", "pypi": "pypi", "source": "generic"}
OPENED = "The case was opened."


def report_of(
    case: Case,
    *,
    seats: Sequence[Participant],
    history: Sequence[Step],
    proposals: Sequence[Proposal],
    findings: Sequence[Finding],
    origins: Sequence[Origin],
    hidden: HiddenWords,
    site: str,
) -> CaseReport:
    """The report of a case, from what its reader sees.

    Args:
        case: as its reader sees it, and so below.
        seats: who takes part, with the vendors' answers.
        history: every step.
        proposals: every end that was proposed.
        findings: those that may be passed on.
        origins: where those of them came from that were handed over.
        hidden: what no reader outside may see of the findings, whoever hands the case over.
        site: the address by which this house names its own identifiers.
    """
    seats = sorted(seats, key=lambda seat: seat.capacity is not Capacity.OWNER)
    places = {seat.id: place for place, seat in enumerate(seats)}
    named = {seat.name: places[seat.id] for seat in reversed(seats)}
    own = [HandlingId(site, case.public_id), *(HandlingId(site, each.public_id) for each in findings)]
    return CaseReport(
        id=case.public_id,
        title=hidden.over(case.title),
        summary=hidden.over(case.summary),
        details=tuple(hidden.over(each.description) for each in findings),
        publisher=Publisher(name=seats[0].name, namespace=site),
        tlp=_label(case, origins),
        ids=tuple(dict.fromkeys([*own, *(known for origin in origins for known in origin.ids)])),
        revisions=tuple(_revisions(case, seats, history, hidden)),
        parties=tuple(Party(name=seat.name, kind=KINDS.get(seat.capacity, PartyKind.OTHER)) for seat in seats),
        embargo=tuple(_embargo(case, proposals, named)),
        deeds=tuple(_deeds(history, places)),
        products=tuple(_products(seats, findings, hidden)),
        found_with=tuple(_discovery(each, hidden) for each in findings),
        credits=tuple(seat.name for seat in seats if seat.capacity is Capacity.FINDER),
        cwes=tuple(each.cwe for each in findings if each.cwe),
        threats=tuple(says for event, says in THREATS.items() if event in case.world),
        public_since=next((step.at for step in history if _is_public(step)), None),
    )


def _is_public(step: Step) -> bool:
    return step.moves == Moves.FACTS and step.verb == Event.PUBLIC_AWARE


def _label(case: Case, origins: Sequence[Origin]) -> Tlp:
    """That of whoever handed the case over, the narrowest of several; a case of one's own is for those who need it."""
    order = list(Tlp)
    given = max((order.index(each.tlp) for each in origins), default=None)
    if given is not None:
        return order[given]
    return Tlp.CLEAR if Event.PUBLIC_AWARE in case.world else Tlp.AMBER


def _revisions(
    case: Case, seats: Sequence[Participant], history: Sequence[Step], hidden: HiddenWords
) -> Iterator[Revision]:
    """Everything that happened is a revision: what was told once keeps its number."""
    told: list[tuple[datetime, str]] = [(step.at, step.says) for step in history]
    told += [
        (each.at, hidden.over(f"{each.party}: {each.answer.value.replace('_', ' ')}, {each.about}"))
        for seat in seats
        for each in seat.answers
    ]
    for number, (at, says) in enumerate([(case.opened_at, OPENED), *sorted(told, key=lambda one: one[0])], 1):
        yield Revision(number=number, date=max(at, case.opened_at), summary=says)


def _embargo(case: Case, proposals: Sequence[Proposal], named: Mapping[str, int]) -> Iterator[EmbargoTerm]:
    if case.embargo in HOLDING and case.embargo_end:
        yield EmbargoTerm(by=0, end=case.embargo_end, agreed=True)
    if case.embargo is Embargo.EXITED and case.embargo_ended_at:
        yield EmbargoTerm(by=0, end=case.embargo_ended_at, agreed=True, over=True)
    for each in proposals:
        if each.state == "open":
            yield EmbargoTerm(by=named.get(each.by, 0), end=each.end, agreed=False)


def _deeds(history: Sequence[Step], places: Mapping[UUID, int]) -> Iterator[Deed]:
    for step in history:
        seat = places.get(step.seat) if step.seat else None
        if not seat:
            continue
        if step.moves == Moves.REPORT and step.verb == ReportVerb.RECEIVE:
            yield Deed(kind=DeedKind.NOTIFICATION, by=0, to=seat, at=step.at)
        elif step.moves == Moves.FACTS and step.verb in FIXES:
            yield Deed(kind=FIXES[Event(step.verb)], by=seat, at=step.at)


def _products(
    seats: Sequence[Participant], findings: Sequence[Finding], hidden: HiddenWords
) -> Iterator[ReportedProduct]:
    """The releases that the findings are about, and what each vendor says of its own; each stands once."""
    known: set[str] = set()
    for each in findings:
        kind, _, release = each.target.partition(":")
        name, _, version = release.rpartition("@") if "@" in release[1:] else (release, "", "")
        if (spelled := f"{name} {version}".strip()) not in known:
            known.add(spelled)
            yield ReportedProduct(name=spelled, purl=_purl(kind, name, version), status=ProductStatus.AFFECTED)
    for seat in seats:
        for answer in seat.answers:
            name = hidden.over(f"{seat.name}: {answer.about}")
            if name not in known:
                known.add(name)
                status = STATUSES.get(answer.answer, ProductStatus.INVESTIGATED)
                yield ReportedProduct(name=name, status=status, justification=answer.justification)


def _purl(kind: str, name: str, version: str) -> str:
    namespace, _, last = name.rpartition("/")
    return str(make_purl(type=OF_TARGETS[kind], namespace=namespace, name=last, version=version))


def _discovery(finding: Finding, hidden: HiddenWords) -> Discovery:
    told = finding.provenance
    return Discovery(
        tool=hidden.over(told.tool),
        tool_version=hidden.over(told.tool_version),
        model=hidden.over(told.model),
        model_version=hidden.over(told.model_version),
    )
