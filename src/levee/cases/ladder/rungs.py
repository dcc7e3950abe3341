"""Policies on silence, as versioned data: files beside this module; a version is never changed once it is out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "clearinghouse-1.toml"


class Approach(StrEnum):
    """A way to reach somebody, the gentlest first; the last is to reach nobody any more."""

    LETTER = "letter"
    REMINDER = "reminder"
    SECOND_CONTACT = "second_contact"
    REGISTRY_CONTACT = "registry_contact"
    PUBLIC_REQUEST = "public_request"
    DECISION = "decision"

    @property
    def words(self) -> str:
        """Such as "second contact"."""
        return self.value.replace("_", " ")


ATTEMPTS = tuple(each for each in Approach if each is not Approach.DECISION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of the ladder.

    Attributes:
        wait: how long after the attempt before it is due.
    """

    channel: Approach
    says: str
    wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is tried, in which order, and when.

    Attributes:
        hold: how long a decision to hold stands before the next one is due.
    """

    name: str
    version: int
    title: str
    source: str
    hold: timedelta
    rungs: Sequence[Rung]

    def after(self, channel: Approach) -> Rung:
        """The rung above a channel; the last is above itself."""
        place = next(place for place, each in enumerate(self.rungs) if each.channel is channel)
        return self.rungs[min(place + 1, len(self.rungs) - 1)]


@cache
def policy() -> Policy:
    """The policy in force."""
    data = tomllib.loads((files("levee.cases.ladder") / "policies" / FILE).read_text())
    return Policy(
        name=data["name"],
        version=data["version"],
        title=data["title"],
        source=data["source"],
        hold=timedelta(hours=data["hold_hours"]),
        rungs=tuple(
            Rung(
                channel=Approach(each["channel"]),
                says=each["says"],
                wait=timedelta(hours=each["wait_hours"]),
            )
            for each in data["rung"]
        ),
    )
