"""Policies with time limits, as versioned data: files beside this module; a version is never changed once it is out."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from levee.cases.clocks.moments import Moment
from levee.kernel.errors import NotFound
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One time limit.

    Attributes:
        says: what is due.
        asks: of whom: each vendor by itself, or the case's owner.
        starts: what starts it; of several, the last that happens.
        length: elapsed time, a day being 24 hours.
        done: what stops it; of several, the first that happens.
        remind: how long before it runs out whoever is asked is reminded.
    """

    name: str
    says: str
    asks: Capacity
    starts: tuple[Moment, ...]
    length: timedelta
    done: tuple[Moment, ...]
    remind: tuple[timedelta, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Somebody's rules on time.

    Attributes:
        name: such as `eu:cra`.
        source: where its limits come from.
        of: in what capacity a party may bring it into a case.
    """

    name: str
    version: int
    title: str
    source: str
    of: frozenset[Capacity]
    limits: tuple[Limit, ...]

    @property
    def moments(self) -> frozenset[Moment]:
        """All that its clocks wait for."""
        return frozenset(each for limit in self.limits for each in (*limit.starts, *limit.done))


@cache
def _every() -> Mapping[tuple[str, int], Policy]:
    folder = files("levee.cases.clocks") / "policies"
    read = [_policy(tomllib.loads(path.read_text())) for path in folder.iterdir() if path.name.endswith(".toml")]
    return {(each.name, each.version): each for each in sorted(read, key=lambda each: (each.name, each.version))}


def offered() -> Sequence[Policy]:
    """The newest version of each policy, by name."""
    return list({name: policy for (name, _), policy in _every().items()}.values())


def policy(name: str, version: int | None = None) -> Policy:
    """One version of a policy; the newest where none is given.

    Raises:
        NotFound: there is none.
    """
    versions = [each for each in _every().values() if each.name == name and version in {None, each.version}]
    if not versions:
        raise NotFound("there is no such policy", place="policy")
    return versions[-1]


def _policy(data: Mapping[str, Any]) -> Policy:
    return Policy(
        name=data["name"],
        version=data["version"],
        title=data["title"],
        source=data["source"],
        of=frozenset(Capacity(each) for each in data["of"]),
        limits=tuple(_limit(each) for each in data["clock"]),
    )


def _limit(data: Mapping[str, Any]) -> Limit:
    return Limit(
        name=data["name"],
        says=data["says"],
        asks=Capacity(data["asks"]),
        starts=tuple(Moment(each) for each in data["starts"]),
        length=timedelta(hours=data["hours"]),
        done=tuple(Moment(each) for each in data["done"]),
        remind=tuple(timedelta(hours=each) for each in data["remind_hours"]),
    )
