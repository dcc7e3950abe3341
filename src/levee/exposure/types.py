from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from levee.exposure import wording
from levee.formats.signals import NOTHING_KNOWN, Signals
from levee.inventory.types import Criticality
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.folding import Remedy
    from levee.exposure.states import State, Verb
    from levee.exposure.timelines import Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvisory:
    """A published advisory and what is publicly known about it; all that exposure needs from whoever published it.

    Attributes:
        id: a key that stays the same over all revisions.
        osv: the record in OSV schema 1.7, as published; a withdrawn one retracts what it raised.
        signals: what its publisher says of the vulnerability; where nobody says, the operator's assumption stands.
    """

    id: UUID
    osv: Mapping[str, Any]
    signals: Signals = NOTHING_KNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An advisory that could not be learnt: its key and name, and what is wrong with it."""

    id: UUID
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What came of learning many advisories: how many were news and how many known, and whom the news touches."""

    changed: int
    unchanged: int
    refused: tuple[Refused, ...]
    operators: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a component counts as affected, or why that is left open.

    Attributes:
        stated: the component in its file's own words. purl: normalised. package: as the advisory names it.
        record, revision: the advisory and when it was last modified. place: JSON pointer to what decided in it.
        because: the reason in one sentence.
        scheme: the order of versions that was used.
        introduced, end: the events around the version, or empty where the record lists the very version.
        end_kind: what the end is: `fixed` and `limit` are not affected any more, `last_affected` still is.
        also: which scanners say the same, and when. advice: what a scanner advises, in its own words.
    """

    stated: str
    purl: str
    package: str
    record: str
    revision: str
    place: str
    because: str
    scheme: str
    introduced: str
    end: str
    end_kind: str
    also: tuple[str, ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One component affected by an advisory, or by a scanner's word.

    It is not `certain` where the record or the inventory leaves it open.
    """

    id: UUID
    asset: UUID
    asset_name: str
    version: str
    vulnerability: str
    certain: bool
    detected_at: datetime
    ended_at: datetime | None
    ended_because: str
    explanation: Explanation
    timeline: Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an action."""

    at: datetime
    what: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One thing to do: one fix for one owner.

    Attributes:
        assets, vulnerabilities: names, each once. due_at: None for "with the next upgrade".
        standing: "Due under …" for those whom the policy binds, "Suggested by …" for all others.
        signals: what is publicly known of the vulnerabilities together. criticality: of the most critical asset.
        clears: how many matches the one fix clears.
    """

    id: UUID
    remedy: Remedy
    state: State
    assets: tuple[str, ...]
    vulnerabilities: tuple[str, ...]
    due_at: datetime | None
    overdue: bool
    timeline: Timeline
    standing: str
    exploited: bool
    signals: Signals = NOTHING_KNOWN
    criticality: Criticality = Criticality.UNKNOWN
    clears: int = 1
    opened_at: datetime
    state_at: datetime
    reopened: int

    @property
    def public_id(self) -> str:
        """`ACT-…`."""
        return public_id("ACT", self.id)

    @property
    def title(self) -> str:
        """What to do, in one line."""
        return wording.title(self.remedy)

    @property
    def what(self) -> str:
        """What to do, in a sentence or two."""
        return wording.what(self.remedy, self.assets)

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.assets)

    @property
    def why(self) -> str:
        """The vulnerabilities in a sentence."""
        return wording.names(self.vulnerabilities)

    @property
    def assumed(self) -> int:
        """How many of the four inputs nobody states."""
        return self.timeline.assumed

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it stands where it stands in the list, the weightiest first; the order rests on nothing else."""
        return wording.reasons(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A step of an action that its operator is told of.

    Attributes:
        step: its key. first: the action did not exist before it. note: what stands in the action's history.
    """

    step: UUID
    at: datetime
    verb: Verb
    first: bool
    note: str
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An action with everything behind it."""

    action: Action
    steps: wording.Steps
    letter: str
    matches: tuple[Match, ...]
    history: tuple[Step, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An asset whose exposure nobody states, though dates rest on it."""

    asset: UUID
    asset_name: str
    matches: int

    @property
    def public_id(self) -> str:
        """`AST-…`."""
        return public_id("AST", self.asset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many actions of an operator stand where."""

    open: int
    claimed: int
    confirmed: int
    overdue: int
    retracted: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many actions stand in one band, and how many of them are past their date; no days: the next upgrade."""

    days: int | None
    forensics: bool
    count: int
    overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """How many actions stood where when a week ended."""

    ends_at: datetime
    open: int
    claimed: int
    confirmed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many actions belong to somebody or rest on something; no name: the operator itself."""

    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What an operator sees at one glance, beside its list.

    Attributes:
        due: what stands, by band, the most pressing first. weeks: the last twelve, oldest first.
        owners: who has to act. sources: whose advisories say so.
        learnt_at: when the newest advisory was learnt of; None before the first.
    """

    due: tuple[Due, ...]
    weeks: tuple[Week, ...]
    owners: tuple[Share, ...]
    sources: tuple[Share, ...]
    learnt_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAsset:
    """What stands on one asset: its actions, the most pressing first, and its matches, the present ones first."""

    actions: tuple[Action, ...]
    matches: tuple[Match, ...]
