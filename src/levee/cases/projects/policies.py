"""What a project publishes of how it takes reports, and what that leaves room for in a case's embargo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.course.replay import Moves
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.embargo import LONGEST, ConsentVerb
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb
from levee.kernel.errors import AgainstRules, BadInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.cases.course.replay import Entry, Standing

MOST_A_WEEK = 1000
CODE = "case.project_policy"
"""The code of every refusal by a project's policy."""


class AiFound(StrEnum):
    """What a project does with what AI found."""

    PRIVATE = "private"
    PUBLIC = "public"


class Counts(StrEnum):
    """From when the longest embargo of a project counts; none where it keeps no secrets."""

    NONE = "none"
    CONTACT = "contact"
    REPORT = "report"
    FIX = "fix"


class AiPatch(StrEnum):
    """Whether a project takes patches that AI wrote."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class Takes(StrEnum):
    """In what form a project takes new items."""

    ALL = "all"
    CONFIRMED = "confirmed"
    WITH_FIX = "with_fix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """A project's policy.

    Attributes:
        embargo: from when its longest embargo counts.
        longest_days: how long that is; None where the project says nothing of it.
        per_week: how many new items it takes in any seven days; None for any number.
    """

    ai_found: AiFound = AiFound.PRIVATE
    embargo: Counts = Counts.REPORT
    longest_days: int | None = None
    ai_patch: AiPatch = AiPatch.ASK
    per_week: int | None = None
    takes: Takes = Takes.ALL


def check_terms(terms: Terms) -> None:
    """Refuse a policy that says nothing that can be kept.

    Raises:
        BadInput: days or items out of range, or days of an embargo that there is none of.
    """
    days, items = terms.longest_days, terms.per_week
    if days is not None and terms.embargo is Counts.NONE:
        raise BadInput("without an embargo there is no longest one", place="longest_days", advice="leave it empty")
    if days is not None and not 1 <= days <= LONGEST.days:
        raise BadInput(f"an embargo lasts from 1 to {LONGEST.days} days", place="longest_days")
    if items is not None and not 1 <= items <= MOST_A_WEEK:
        raise BadInput(f"from 1 to {MOST_A_WEEK} new items a week, or empty for any number", place="per_week")


def keeps_no_secret(terms: Terms, *, ai_found: bool) -> str:
    """Why a project wants no embargo in a case, in its policy's words; empty where it may want one."""
    if terms.embargo is Counts.NONE:
        return "this project keeps no embargo"
    if ai_found and terms.ai_found is AiFound.PUBLIC:
        return "this project treats what AI found as public"
    return ""


def began(told: Iterable[Entry], vendors: Iterable[UUID]) -> Mapping[Counts, datetime]:
    """When each of what an embargo may count from first happened.

    Args:
        told: the case's history, in order.
        vendors: the seats of its vendors; a contact is the first of them that was asked or let in.
    """
    seats, found = set(vendors), dict[Counts, "datetime"]()
    for entry in told:
        for counts, (moves, verbs) in _BEGINS.items():
            if entry.seat in seats and entry.moves is moves and entry.verb in verbs:
                found.setdefault(counts, entry.at)
    return found


_BEGINS: Mapping[Counts, tuple[Moves, Collection[str]]] = {
    Counts.CONTACT: (Moves.CONSENT, {ConsentVerb.INVITE, ConsentVerb.ACCEPT}),
    Counts.REPORT: (Moves.REPORT, {ReportVerb.RECEIVE}),
    Counts.FIX: (Moves.FACTS, {Event.FIX_READY}),
}


def latest_end(terms: Terms, happened: Mapping[Counts, datetime], now: datetime) -> datetime | None:
    """The last instant that an embargo may end at by a project's policy; None where it sets none.

    A contact or a report that has not come yet comes now at the earliest, so that it counts from now. A fix may never
    come: before it does, the policy sets no end.
    """
    start = happened.get(terms.embargo, None if terms.embargo is Counts.FIX else now)
    if start is None or terms.longest_days is None:
        return None
    return start + timedelta(days=terms.longest_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A policy as a case is bound by it.

    Attributes:
        named: such as "pkg:npm/minimist, version 2".
        ai_found: AI found what the case is about.
    """

    named: str
    terms: Terms
    ai_found: bool = False

    def refusal(self, what: str, *, place: str, advice: str = "") -> AgainstRules:
        """A refusal that names the policy."""
        return AgainstRules(f"policy of {self.named}: {what}", code=CODE, place=place, advice=advice)


def check_opening(bound: Bound, end: datetime | None, because: str, now: datetime) -> None:
    """Whether a case may begin under an embargo until an instant; its owner may want one that the project does not.

    Args:
        bound: the policy in force.
        end: the end of the embargo; None where there is none.
        because: why the owner wants one all the same; empty for no such decision.
        now: when the case opens.

    Raises:
        AgainstRules: the project keeps no secret here and no reason is given, or the end is later than it allows.
    """
    if end is None:
        return
    why = keeps_no_secret(bound.terms, ai_found=bound.ai_found)
    if why and not because.strip():
        raise bound.refusal(why, place="embargo_end", advice="open it without an embargo, or say why there is one")
    _check_end(bound, end, latest_end(bound.terms, {}, now), place="embargo_end")


def check_proposal(bound: Bound, state: Standing, proposal: Entry, happened: Mapping[Counts, datetime]) -> None:
    """Whether a proposal fits a project's policy. Bringing an end forward always does.

    Raises:
        AgainstRules: the project keeps no secret here and somebody else than the owner proposes one, or the end is
            later than the project allows.
    """
    holds = state.embargo in HOLDING
    why = "" if holds else keeps_no_secret(bound.terms, ai_found=bound.ai_found)
    if why and proposal.by != state.owner:
        raise bound.refusal(
            why, place="end", advice="the owner of the case may propose one all the same, with a reason"
        )
    if proposal.end and not (holds and state.end and proposal.end < state.end):
        _check_end(bound, proposal.end, latest_end(bound.terms, happened, proposal.at), place="end")


def _check_end(bound: Bound, end: datetime, latest: datetime | None, *, place: str) -> None:
    if latest is not None and end > latest:
        days, counts = bound.terms.longest_days, bound.terms.embargo
        raise bound.refusal(
            f"an embargo lasts at most {days} days from the {counts}, until {latest.isoformat()}", place=place
        )
