"""Which clocks of a case run, when each runs out, and whether what it asks for came in time.

Instants are UTC and lengths are elapsed time, so that no change to or from daylight-saving time moves an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from levee.cases.clocks.moments import Moment
    from levee.cases.clocks.policies import Limit, Policy

When = Mapping["Moment", datetime]


class State(StrEnum):
    """Where a clock stands."""

    WAITING = "waiting"
    RUNNING = "running"
    LATE = "late"
    MET = "met"
    MET_LATE = "met_late"


STILL_ASKS = frozenset({State.RUNNING, State.LATE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What has happened, and when.

    Attributes:
        case: in the case as a whole.
        vendors: to each vendor.
    """

    case: When = field(default_factory=dict)
    vendors: Mapping[UUID, When] = field(default_factory=dict)

    def to(self, seat: UUID) -> When:
        """All that counts for one vendor."""
        return {**self.case, **self.vendors.get(seat, {})}

    @property
    def first(self) -> When:
        """All that counts for the case: of what happens to vendors, the first."""
        found = dict(self.case)
        for each in self.vendors.values():
            for moment, at in each.items():
                found[moment] = min(at, found.get(moment, at))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One clock of a case.

    Attributes:
        key: tells it from the others of its case; the same as long as its policy is kept.
        policy: whose time limit it is.
        says: what is due.
        seat: of whom it is asked; None for everyone.
        starts: what starts it, as a sentence.
        started_at: when; None while it waits.
        due: when it runs out.
        done_at: when what it asks for came.
    """

    key: str
    policy: str
    version: int
    name: str
    says: str
    seat: UUID | None
    starts: str
    started_at: datetime | None
    due: datetime | None
    done_at: datetime | None
    remind: tuple[timedelta, ...]

    def state(self, now: datetime) -> State:
        """Where it stands at an instant."""
        if self.due is None:
            return State.WAITING
        if self.done_at is not None:
            return State.MET if self.done_at <= self.due else State.MET_LATE
        return State.LATE if self.due <= now else State.RUNNING

    def used(self, now: datetime) -> float:
        """How much of its time is used, from 0 to 1; no more than when it was met."""
        if self.started_at is None or self.due is None or self.due <= self.started_at:
            return 1.0 if self.due else 0.0
        return min(1.0, max(0.0, ((self.done_at or now) - self.started_at) / (self.due - self.started_at)))

    def reminders(self) -> Iterator[tuple[timedelta, datetime]]:
        """When whoever it asks is reminded, the last time as it runs out: how long before, and the instant."""
        for before in (*self.remind, timedelta(0)):
            if self.due is not None and (self.started_at is None or self.due - before > self.started_at):
                yield before, self.due - before


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A policy that a party brought into a case.

    Attributes:
        seats: the vendors that it is kept for; None for every one.
    """

    policy: Policy
    seats: frozenset[UUID] | None = None


def ends(started_at: datetime, limit: Limit) -> datetime:
    """When a limit runs out that starts at an instant of any zone; in UTC."""
    return started_at.astimezone(UTC) + limit.length


def running(kept: Iterable[Kept], happened: Happened, *, owner: UUID | None = None) -> list[Clock]:
    """The clocks of a case, each once: what runs out first comes first, and what waits last.

    Args:
        kept: the policies that its parties brought in.
        happened: what has happened.
        owner: the seat of the case's owner.
    """
    clocks = {clock.key: clock for each in kept for clock in _clocks(each, happened, owner)}
    return sorted(clocks.values(), key=in_order)


def in_order(clock: Clock) -> tuple[bool, datetime]:
    """A key to sort clocks by; of those that wait, the order of their policies stays."""
    return clock.due is None, clock.due or datetime.max.replace(tzinfo=UTC)


def _clocks(kept: Kept, happened: Happened, owner: UUID | None) -> Iterator[Clock]:
    for limit in kept.policy.limits:
        if limit.asks is not Capacity.VENDOR:
            yield _clock(kept.policy, limit, happened.first, owner)
            continue
        for seat in happened.vendors:
            if kept.seats is None or seat in kept.seats:
                yield _clock(kept.policy, limit, happened.to(seat), seat)


def _clock(policy: Policy, limit: Limit, when: When, seat: UUID | None) -> Clock:
    starts = [when.get(moment) for moment in limit.starts]
    began = max(each for each in starts if each) if all(starts) else None
    stopped = [at for moment in limit.done if (at := when.get(moment))]
    return Clock(
        key=f"{policy.name}:{policy.version}/{limit.name}/{seat or ''}",
        policy=policy.name,
        version=policy.version,
        name=limit.name,
        says=limit.says,
        seat=seat,
        starts=" and ".join(moment.says for moment in limit.starts),
        started_at=began,
        due=ends(began, limit) if began else None,
        done_at=min(stopped) if stopped else None,
        remind=limit.remind,
    )
