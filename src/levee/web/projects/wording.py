"""The policies of projects in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases.projects.policies import AiFound, AiPatch, Counts, Takes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.cases.projects.policies import Terms

AI_FOUND = {AiFound.PRIVATE: "In private, like any other", AiFound.PUBLIC: "In public, without an embargo"}
COUNTS = {
    Counts.NONE: "No embargo",
    Counts.CONTACT: "From the first contact",
    Counts.REPORT: "From the report",
    Counts.FIX: "From the fix",
}
AI_PATCH = {AiPatch.YES: "Taken", AiPatch.ASK: "Ask first", AiPatch.NO: "Not taken"}
TAKES = {Takes.ALL: "All", Takes.CONFIRMED: "Confirmed ones only", Takes.WITH_FIX: "Only with a verified fix"}


def embargo(terms: Terms) -> str:
    """Such as "at most 30 days, from the report"."""
    if terms.embargo is Counts.NONE:
        return "none"
    longest = f"at most {terms.longest_days} days" if terms.longest_days else "of any length"
    return f"{longest}, {COUNTS[terms.embargo].lower()}"


def lines(terms: Terms) -> Mapping[str, str]:
    """Each field of a policy and what it says, in order."""
    a_week = f"at most {terms.per_week} a week" if terms.per_week else "any number"
    return {
        "Embargo": embargo(terms),
        "What AI found": AI_FOUND[terms.ai_found].lower(),
        "Patches that AI wrote": AI_PATCH[terms.ai_patch].lower(),
        "New items": f"{a_week}, {TAKES[terms.takes].lower()}",
    }


def in_short(terms: Terms) -> str:
    """The same as one line."""
    return "; ".join(f"{name.lower().replace('ai ', 'AI ')}: {says}" for name, says in lines(terms).items())
