"""How actions, dates and matches are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.exposure.actions.states import State
from levee.platform.ports import ports
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.exposure.priority.timelines import Timeline
    from levee.exposure.types import Action, Excuse, Explanation, Match
    from levee.formats.signals import Signal
    from levee.inventory.types import Component, Finding

SOON_DAYS = 3
SHOWN, ADVICE = 10, 200
SINCE, LAST_SEEN, FIRST_STATED, STATE = (
    Column(label=label, whole=True) for label in ("Known since", "Last seen", "First stated", "State")
)
QUESTIONS = {
    "support_ends": "Until when is it supported?",
    "listed": "Is it on CISA's list of such devices?",
    "kev": "Is it known to be exploited?",
    "ransomware": "Does ransomware use it?",
    "weaponised": "Is a working exploit public?",
    "exploitation": "How far is exploitation?",
    "exposed": "Can the asset be reached from the internet?",
    "system_exposure": "How open is the asset's network?",
    "automatable": "Can an attack run by itself?",
    "technical_impact": "How much control does it give?",
    "safety_impact": "Can people come to harm?",
    "mission_impact": "What fails with the asset?",
    "human_impact": "How much harm can come of it?",
    "criticality": "How much depends on the asset?",
}
_STATES = {
    State.OPEN: ("To do", Tone.INFO),
    State.CLAIMED: ("Reported done, not confirmed", Tone.WARN),
    State.EXCEPTED: ("Set aside", Tone.INFO),
    State.CONFIRMED: ("Confirmed", Tone.GOOD),
    State.RETRACTED: ("Taken back", Tone.PLAIN),
    State.REPLACED: ("Replaced", Tone.PLAIN),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An action with its date and state in words and tones; `left` says how long there is, or is empty."""

    action: Action
    due: str
    due_tone: Tone
    left: str
    state: str
    state_tone: Tone


def shown(action: Action) -> Shown:
    """An action as its card shows it."""
    state, tone = _STATES[action.state]
    due, due_tone = _due(action)
    return Shown(action=action, due=due, due_tone=due_tone, left=_left(action), state=state, state_tone=tone)


def _left(action: Action) -> str:
    if action.due_at is None or action.overdue:
        return ""
    days = (action.due_at.date() - ports().clock.now().date()).days
    return {0: "today", 1: "tomorrow"}.get(days, f"{days} days left")


def _due(action: Action) -> tuple[str, Tone]:
    if action.due_at is None:
        return "With the next upgrade", Tone.PLAIN
    date = f"{action.due_at:%a} {action.due_at.day} {action.due_at:%b %Y}"
    if action.overdue:
        return f"Overdue since {date}", Tone.STOP
    days = (action.due_at - ports().clock.now()).days
    return f"By {date}", Tone.WARN if days <= SOON_DAYS else Tone.INFO


def inputs(timeline: Timeline) -> Table:
    """The answers that the date rests on."""
    return Table(
        caption="What the date rests on",
        columns=(Column(label="Question"), Column(label="Answer"), Column(label="Known from"), SINCE),
        rows=tuple(_input(name, signal) for name, signal in timeline.inputs.items()),
    )


def _input(name: str, signal: Signal) -> tuple[Cell | str, ...]:
    question, answer = QUESTIONS[name], signal.value.capitalize()
    if signal.assumed:
        return question, Cell(text=f"{answer}, assumed", tone=Tone.WARN), "Nobody said, so this is assumed", ""
    return question, Cell(text=answer, detail=signal.detail), signal.source, f"{signal.at:%Y-%m-%d}"


def matches(found: Sequence[Match]) -> Table:
    """Every match with the reason for it."""
    return Table(
        caption="Every match, explained",
        columns=(*(Column(label=label) for label in ("Asset", "Component", "Vulnerability", "Why")), STATE),
        rows=tuple(_match(each) for each in found),
    )


def _match(match: Match) -> tuple[Cell | str, ...]:
    told = match.explanation
    order = f" Order of versions: {told.scheme}." if told.scheme else ""
    return (
        match.asset_name,
        Cell(text=told.stated, detail=told.purl),
        Cell(text=match.vulnerability, detail=f"{told.record}, revision {_minute(told.revision)}. {told.source}"),
        Cell(text=told.because, detail=f"{told.package}, {told.place}.{order}{_by_scanners(told)}"),
        _match_state(match),
    )


def _minute(at: str) -> str:
    return at[:16].replace("T", " ")


def _by_scanners(told: Explanation) -> str:
    also = f" {'; '.join(told.also[:SHOWN])}." if told.also else ""
    return f"{also} {told.advice[:ADVICE]}".rstrip()


def matches_on_asset(found: Sequence[Match]) -> Table:
    """The same for one asset, which they need not name."""
    return Table(
        caption="What was matched, and why",
        columns=(*(Column(label=label) for label in ("Component", "Vulnerability", "Why")), STATE),
        rows=tuple(_match(each)[1:] for each in found),
    )


def findings(found: Sequence[Finding]) -> Table:
    """What scanners say about an asset, the worst first."""
    return Table(
        caption="What scanners say",
        columns=(Column(label="What"), Column(label="Severity"), Column(label="Who says so"), LAST_SEEN),
        rows=tuple(_finding(each) for each in found),
    )


def _finding(finding: Finding) -> tuple[Cell | str, ...]:
    return (
        Cell(text=finding.title, detail=", ".join(finding.vulnerabilities[:SHOWN])),
        Cell(text=finding.settled or finding.severity or "not said", detail=finding.where),
        Cell(text=f"{finding.source} {finding.rule}", detail=finding.solution[:ADVICE]),
        f"{finding.evidence_at:%Y-%m-%d}",
    )


def components(found: Sequence[Component]) -> Table:
    """What an asset runs, and what of it cannot be matched."""
    return Table(
        caption="What is on it",
        columns=(Column(label="Component"), Column(label="Version"), Column(label="Matched as"), FIRST_STATED),
        rows=tuple(_component(each) for each in found),
        empty="Nothing is known to be on it",
        empty_text="No row of your inventory states software of this asset, so no flaw in it can be found.",
    )


def _component(component: Component) -> tuple[Cell | str, ...]:
    matched: Cell | str = Cell(text=component.ecosystem, detail=component.purl)
    if component.unmatchable:
        matched = Cell(text="Cannot be matched", tone=Tone.WARN, detail=component.unmatchable)
    name = component.name or component.stated
    return name, component.version or "not stated", matched, f"{component.detected_at:%Y-%m-%d}"


def put_aside(found: Sequence[Match]) -> Table | None:
    """What of it statements put aside now, and why; None where they do not."""
    rows = tuple(_put_aside(each, each.excuse) for each in found if each.excuse is not None and each.ended_at is None)
    if not rows:
        return None
    return Table(
        caption="What was put aside, and why",
        columns=tuple(Column(label=label) for label in ("Asset", "Component", "Vulnerability", "Who says so", "Why")),
        rows=rows,
    )


def _put_aside(match: Match, excuse: Excuse) -> tuple[Cell | str, ...]:
    return (
        match.asset_name,
        Cell(text=match.explanation.stated, detail=match.explanation.purl),
        Cell(text=match.vulnerability, detail=match.explanation.because),
        Cell(text=excuse.author, detail=f"{excuse.at:%Y-%m-%d}, {excuse.format} {excuse.document}, {excuse.place}"),
        Cell(text=f"{excuse.why[:1].upper()}{excuse.why[1:]}", detail=f"said of {excuse.product}"),
    )


_ENDED = {
    "fixed": "Fixed",
    "withdrawn": "Withdrawn",
    "corrected": "Corrected",
    "removed": "Source removed",
    "joined": "Said by an advisory now",
}


def _match_state(match: Match) -> Cell:
    if match.excuse is not None and match.ended_at is None:
        return Cell(text="Put aside", tone=Tone.GOOD, detail=f"{match.excuse.author}: {match.excuse.why}")
    if match.ended_at is None:
        text, tone = ("Affected", Tone.WARN) if match.certain else ("Cannot tell", Tone.INFO)
        return Cell(text=text, tone=tone, detail=f"since {match.detected_at:%Y-%m-%d}")
    text = _ENDED[match.ended_because]
    return Cell(text=text, tone=Tone.GOOD if text == "Fixed" else Tone.PLAIN, detail=f"{match.ended_at:%Y-%m-%d}")
