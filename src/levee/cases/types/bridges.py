"""Private channels of projects elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.bridges.port import Kind as ChannelKind
    from levee.cases.bridges.port import Problem as ChannelProblem


class BridgeState(StrEnum):
    """Where handing a report in at a project's channel stands.

    `waiting`: for its turn, or for the next visit. `leaving`: on its way. `open`: it is there.
    """

    WAITING = "waiting"
    LEAVING = "leaving"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """The clearinghouse's access to private channels of projects, without its token.

    Attributes:
        kind: whose API it speaks. base: the beginning of that API's addresses.
    """

    id: UUID
    kind: ChannelKind
    name: str
    base: str
    since: datetime

    @property
    def public_id(self) -> str:
        """`CHN-…`."""
        return public_id("CHN", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A case's report at a project's private channel.

    Attributes:
        project: what the channel calls it. name: what the case calls it.
        remote, url: the report there; empty before it was handed in.
        remote_state: where it stands there, in the channel's own word. remote_at: since when that is known.
        claims: what that word claims, such as that it is published: to be looked at; empty where it claims nothing.
        problem: why the channel cannot be used; None while it can. detail: in the channel's words.
        look_at: when it is looked at again; None until somebody says so.
    """

    id: UUID
    case: UUID
    kind: ChannelKind
    project: str
    name: str
    state: BridgeState
    remote: str
    url: str
    remote_state: str
    remote_at: datetime | None
    claims: str
    problem: ChannelProblem | None
    detail: str
    looked_at: datetime | None
    look_at: datetime | None

    @property
    def public_id(self) -> str:
        """`BRI-…`."""
        return public_id("BRI", self.id)

    @property
    def says(self) -> str:
        """Where it stands, in words."""
        if self.problem is not None:
            return self.problem.says
        if self.state is BridgeState.OPEN:
            return f"handed in, {self.remote_state} there"
        return "is handed in at its turn" if self.state is BridgeState.WAITING else "is being handed in"

    @property
    def advice(self) -> str:
        """What to do about a problem; empty without one."""
        return self.problem.advice if self.problem else ""
