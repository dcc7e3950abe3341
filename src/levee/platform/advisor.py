"""Advice of a language model on one finding: a hint for people, never a decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What a model suggests about one finding; nothing in it is a path, a command or an address.

    Attributes:
        summary: one sentence.
        weakness: a CWE id such as `CWE-787`, or empty.
        component: the part that seems affected, in the finding's own words, or empty.
    """

    summary: str
    weakness: str
    component: str


class Advisor(Protocol):
    """Reads one finding at a time; has no tools, no secrets, and its answer has this closed shape."""

    def suggest(self, finding: str) -> Suggestion | None:
        """What the model makes of the text of one finding; None when it has nothing to say."""


class NoAdvisor:
    """The default: no model is asked, and no text leaves the house."""

    def suggest(self, finding: str) -> Suggestion | None:  # noqa: ARG002 (the port's signature)
        """Nothing."""
        return None
