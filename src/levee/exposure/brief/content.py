"""What stands on the brief, in plain words: short sentences, no score, no term that needs a specialist. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.exposure.actions import unsure
from levee.exposure.scanners import words as scanner_words
from levee.inventory.types import Owner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from levee.exposure.types import Action

MOST = 10
URGENT_DAYS = 3
WEEK = timedelta(days=7)
_NAMED = 3
_LONGEST = 48


class Part(StrEnum):
    """The four parts, in the order in which they stand."""

    TODAY = "Do today"
    WEEK = "Do this week"
    ASK = "Ask your vendor"
    WAIT = "Can wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Something that the brief rests on, and when it was last brought up to date; None for never."""

    name: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One action as the brief says it.

    Attributes:
        action: `ACT-…`. due: by when, in a few words. sentences: what to do, then why.
    """

    action: str
    title: str
    due: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The page.

    Attributes:
        parts: every part, empty ones too; at most `MOST` items in all.
        more: open actions that found no place. claimed: those reported done that no inventory has confirmed.
        rests_on: a line for each source, with its age.
    """

    organisation: str
    day: date
    parts: Mapping[Part, tuple[Item, ...]]
    more: int
    claimed: int
    rests_on: tuple[str, ...]

    @property
    def title(self) -> str:
        """The heading."""
        return f"What to do: {self.organisation}, {_day(self.day)} {self.day.year}"

    @property
    def closing(self) -> tuple[str, ...]:
        """What is left to say below the parts."""
        lines = []
        if self.more:
            lines.append(f"{self.more} more on your list in Levee. These come first.")
        if self.claimed:
            lines.append(f"{self.claimed} reported done. Send a new list of your software to prove it.")
        return tuple(lines)


def compose(
    actions: Sequence[Action], *, organisation: str, now: datetime, rests_on: Sequence[Source], total: int, claimed: int
) -> Brief:
    """Put the most pressing actions on one page.

    Args:
        actions: the open ones, the most pressing first; those after the tenth are only counted.
        organisation: whose.
        now: the day of the brief, and what ages are counted to.
        rests_on: inventories and feeds.
        total: how many are open.
        claimed: how many are reported done.
    """
    shown = actions[:MOST]
    return Brief(
        organisation=organisation,
        day=now.date(),
        parts={part: tuple(item(each, now) for each in shown if part_of(each, now) is part) for part in Part},
        more=max(0, total - len(shown)),
        claimed=claimed,
        rests_on=tuple(_age(each, now) for each in rests_on) or ("Nothing yet: send Levee a list of your software.",),
    )


def part_of(action: Action, now: datetime) -> Part:
    """Where an action stands: with a vendor, or by how much time is left."""
    if action.remedy.owner is not Owner.US:
        return Part.ASK
    if action.due_at is None:
        return Part.WAIT
    band = action.timeline.band.days
    if action.due_at <= now + timedelta(days=1) or (band is not None and band <= URGENT_DAYS):
        return Part.TODAY
    return Part.WEEK if action.due_at <= now + WEEK else Part.WAIT


def item(action: Action, now: datetime) -> Item:
    """An action as the brief says it."""
    return Item(
        action=action.public_id,
        title=_title(action),
        due=_due(action, now),
        sentences=(*_what(action), *_why(action)),
    )


def _title(action: Action) -> str:
    remedy, package = action.remedy, short(action.remedy.package)
    if scanner_words.by_scanner(remedy):
        who = "" if remedy.owner is Owner.US else f"{_who(action)}: "
        return f"{who}{short(scanner_words.title(remedy))}"
    if not remedy.certain:
        return f"Check {short(unsure.called(remedy))}"
    if not remedy.version:
        return f"Shield {package}" if remedy.owner is Owner.US else f"{_who(action)}: shield {package}"
    verb = "Update" if remedy.owner is Owner.US else f"{_who(action)}: update"
    return f"{verb} {package} to {short(remedy.version)}"


def _due(action: Action, now: datetime) -> str:
    if action.due_at is None:
        return "with the next update"
    when = _day(action.due_at.date())
    return f"late since {when}" if action.due_at < now else f"by {when}"


def _what(action: Action) -> tuple[str, ...]:
    remedy, where = action.remedy, f"Where: {named(action.assets)}."
    if not remedy.certain:
        return where, "We can not tell if it is at risk.", "Find out which version you have."
    if not remedy.version and not scanner_words.by_scanner(remedy):
        return where, "There is no fix yet.", "Let only those who need it reach it."
    return where, *_act(action)


def _act(action: Action) -> tuple[str, ...]:
    """What is done about it, where there is something to be had."""
    remedy = action.remedy
    if scanner_words.unsupported(remedy):
        return ("Plan a new one, or ask your vendor for more time." if remedy.owner is Owner.US else "Ask them.",)
    if remedy.owner is Owner.MANUFACTURER:
        return "Do not change it on your own.", "Ask the maker for an approved fix."
    if remedy.owner is Owner.VENDOR:
        return ("Call or write today." if _pressing(action) else "Write to them.",)
    if action.timeline.band.forensics:
        return "First save the logs, and look for signs of a break-in.", "Then update."
    return ()


def _why(action: Action) -> tuple[str, ...]:
    count, inputs = len(action.vulnerabilities), action.timeline.inputs
    flaws = f"Closes {count} holes." if count > 1 else f"Closes {short(''.join(action.vulnerabilities))}."
    if scanner_words.unsupported(action.remedy):
        flaws = "No one mends it after that."
    said = []
    if action.exploited:
        said.append("Attackers use this now.")
    exposed = inputs.get("exposed") or inputs.get("system_exposure")
    if exposed and exposed.assumed:
        said.append("Tell us if it can be reached from the internet.")
    elif exposed and exposed.value in {"yes", "open"}:
        said.append("It can be reached from the internet.")
    return (flaws if action.remedy.version and action.remedy.certain else "", *said) if said else (flaws,)


def _pressing(action: Action) -> bool:
    band = action.timeline.band.days
    return action.overdue or (band is not None and band <= URGENT_DAYS)


def _who(action: Action) -> str:
    if action.remedy.owner_name:
        return short(action.remedy.owner_name)
    return "Your vendor" if action.remedy.owner is Owner.VENDOR else "The maker"


def _age(source: Source, now: datetime) -> str:
    if source.at is None:
        return f"{short(source.name)}: never loaded"
    days = max(0, (now - source.at).days)
    age = "today" if days == 0 else "1 day old" if days == 1 else f"{days} days old"
    return f"{short(source.name)}: {age}"


def named(names: Sequence[str]) -> str:
    """A few names in a sentence, and how many more."""
    shown = ", ".join(short(each) for each in names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def short(name: str) -> str:
    """A name that leaves room for others: one line, at most 48 characters."""
    line = " ".join("".join(each if each.isprintable() else " " for each in name).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
