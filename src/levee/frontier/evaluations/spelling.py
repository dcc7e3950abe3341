"""Orders and transcripts as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from levee.frontier.determination.plan import read_plan
from levee.frontier.evaluations.types import Call, Limit, Message, Order, Settings, Slots, Transcript

if TYPE_CHECKING:
    from collections.abc import Mapping


def order_bytes(order: Order) -> bytes:
    """An order for the pipe to its worker."""
    return json.dumps(asdict(order)).encode()


def read_order(data: bytes) -> Order:
    """An order, as `order_bytes` wrote it on the other side of the pipe."""
    told = json.loads(data)
    return Order(
        **{
            **told,
            "packs": tuple(told["packs"]),
            "plan": read_plan(told["plan"]),
            "settings": Settings(**told["settings"]),
            "slots": Slots(**told["slots"]),
        }
    )


def transcript_bytes(transcript: Transcript) -> bytes:
    """A transcript for its file. What a model said may hold half a character: everything beyond ASCII is escaped."""
    return json.dumps(asdict(transcript), indent=1).encode()


def read_transcript(data: bytes) -> Transcript:
    """A transcript, as `transcript_bytes` wrote it. Raises ValueError, KeyError or TypeError where it did not."""
    told: Mapping[str, Any] = json.loads(data)
    return Transcript(
        **{
            **told,
            "messages": tuple(Message(**each) for each in told["messages"]),
            "calls": tuple(Call(**each) for each in told["calls"]),
            "submissions": tuple(told["submissions"]),
            "limit": Limit(told["limit"]),
        }
    )
