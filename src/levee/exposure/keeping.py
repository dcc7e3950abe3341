"""Timelines, signals and explanations as JSON, and back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from levee.exposure.timelines import Band, Inputs, Signal, Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUTS = ("kev", "exposed", "automatable", "total")


def keep_signal(signal: Signal | None) -> dict[str, Any] | None:
    """A signal as JSON."""
    return None if signal is None else {**asdict(signal), "at": signal.at.isoformat()}


def signal(kept: Mapping[str, Any] | None) -> Signal | None:
    """A signal from JSON."""
    return None if kept is None else Signal(**{**kept, "at": datetime.fromisoformat(kept["at"])})


def keep_timeline(timeline: Timeline) -> dict[str, Any]:
    """A timeline as JSON, from which it can be read back and worked out again."""
    return {
        "edition": timeline.edition,
        "row": timeline.row,
        "band": asdict(timeline.band),
        "starts_at": timeline.starts_at.isoformat(),
        "due_at": None if timeline.due_at is None else timeline.due_at.isoformat(),
        "inputs": {name: keep_signal(getattr(timeline.inputs, name)) for name in INPUTS},
        "held_by": timeline.held_by,
    }


def timeline(kept: Mapping[str, Any]) -> Timeline:
    """A timeline from JSON."""
    due_at = kept["due_at"]
    return Timeline(
        edition=kept["edition"],
        row=kept["row"],
        band=Band(**kept["band"]),
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        due_at=None if due_at is None else datetime.fromisoformat(due_at),
        inputs=Inputs(**{name: _present(signal(kept["inputs"][name])) for name in INPUTS}),
        held_by=kept["held_by"],
    )


def _present(found: Signal | None) -> Signal:
    if found is None:
        message = "a kept timeline has all four inputs"
        raise ValueError(message)
    return found
