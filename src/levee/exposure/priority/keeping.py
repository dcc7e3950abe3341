"""Signals and timelines as JSON, from which they can be read back and worked out again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from levee.exposure.priority.tables import Band
from levee.exposure.priority.timelines import Timeline
from levee.formats.signals import Signal, Signals

if TYPE_CHECKING:
    from collections.abc import Mapping


def keep_signal(signal: Signal) -> dict[str, Any]:
    """A signal as JSON."""
    return {
        "value": signal.value,
        "source": signal.source,
        "at": signal.at.isoformat(),
        "detail": signal.detail,
        "assumed": signal.assumed,
    }


def signal(kept: Mapping[str, Any]) -> Signal:
    """A signal from JSON."""
    return Signal(**{**kept, "at": datetime.fromisoformat(kept["at"])})


def keep_signals(signals: Signals) -> dict[str, Any]:
    """What is known of a vulnerability, as JSON; what nobody says is left out."""
    return {name: keep_signal(each) for name, each in signals.known().items()}


def signals(kept: Mapping[str, Any]) -> Signals:
    """What is known of a vulnerability, from JSON."""
    return Signals(**{name: signal(each) for name, each in kept.items()})


def keep_timeline(timeline: Timeline) -> dict[str, Any]:
    """A timeline as JSON."""
    return {
        "edition": timeline.edition,
        "title": timeline.title,
        "row": timeline.row,
        "result": timeline.result,
        "band": asdict(timeline.band),
        "starts_at": timeline.starts_at.isoformat(),
        "due_at": None if timeline.due_at is None else timeline.due_at.isoformat(),
        "inputs": {name: keep_signal(each) for name, each in timeline.inputs.items()},
        "held_by": timeline.held_by,
    }


def timeline(kept: Mapping[str, Any]) -> Timeline:
    """A timeline from JSON."""
    due_at = kept["due_at"]
    return Timeline(
        edition=kept["edition"],
        title=kept["title"],
        row=kept["row"],
        result=kept["result"],
        band=Band(**kept["band"]),
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        due_at=None if due_at is None else datetime.fromisoformat(due_at),
        inputs={name: signal(each) for name, each in kept["inputs"].items()},
        held_by=kept["held_by"],
    )
