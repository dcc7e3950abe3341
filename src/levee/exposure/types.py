from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from levee.exposure.actions import wording
from levee.formats.signals import NOTHING_KNOWN, VALUES, Signals
from levee.inventory.types import Criticality
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.actions.folding import Remedy
    from levee.exposure.actions.states import State, Verb
    from levee.exposure.exceptions.states import LeaveState
    from levee.exposure.forensics.clocks import CaseStep, Clock, Verdict
    from levee.exposure.priority.regimes import Choice
    from levee.exposure.priority.tables import Table
    from levee.exposure.priority.timelines import Timeline


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
    """Something that happened to an action, and the date that it got by it."""

    at: datetime
    what: str
    note: str
    timeline: Timeline | None = None


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
class Exemption:
    """An exception: leave not to do an action until a day, with what protects in the meantime.

    Attributes:
        requested_by, decided_by: names of people. running: it is asked for or approved, and its day has not come.
    """

    id: UUID
    action: UUID
    action_title: str
    state: LeaveState
    reason: str
    mitigation: str
    responsible: str
    until: datetime
    requested_by: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    note: str
    running: bool

    @property
    def public_id(self) -> str:
        """`EXC-…`."""
        return public_id("EXC", self.id)

    @property
    def action_id(self) -> str:
        """`ACT-…`."""
        return public_id("ACT", self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something written down or kept in a forensic case.

    Attributes:
        by: a person's name. step: what of the checklist it answers. sha256: of the evidence; empty where there is none.
        kept: whether the file itself is here.
    """

    id: UUID
    at: datetime
    by: str
    step: CaseStep
    text: str
    filename: str
    sha256: str
    size: int | None
    kept: bool

    @property
    def public_id(self) -> str:
        """`EVI-…`."""
        return public_id("EVI", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForensicCase:
    """The search for a break-in that three rows of BOD 26-04 ask for.

    Attributes:
        row: which row asks for it. listed_at, listed_by: the addition to KEV. started_at: when the clocks started.
        patched_at: when the flaw was gone from the inventories; that closes nothing.
        patched_first: it was gone before any evidence was kept.
        verdict: None while the case is open. verdict_by: a person's name.
    """

    id: UUID
    vulnerability: str
    assets: tuple[str, ...]
    row: str
    listed_at: datetime
    listed_by: str
    started_at: datetime
    opened_at: datetime
    patched_at: datetime | None
    patched_first: bool
    clocks: tuple[Clock, ...]
    entries: tuple[Entry, ...]
    verdict: Verdict | None
    verdict_text: str
    verdict_by: str
    verdict_at: datetime | None

    @property
    def public_id(self) -> str:
        """`FRN-…`."""
        return public_id("FRN", self.id)

    @property
    def open(self) -> bool:
        """Whether it has no verdict yet."""
        return self.verdict is None

    @property
    def late(self) -> int:
        """How many clocks have run out without an answer."""
        return sum(clock.late and clock.done_at is None for clock in self.clocks)

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.assets)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """What an operator's dates follow from.

    Attributes:
        choice: what it chose. table, plant_table: what is in force. bound: the table binds it, whatever it chose.
        tables: all that it may choose from.
    """

    choice: Choice
    table: Table
    plant_table: Table
    bound: bool
    tables: tuple[Table, ...]

    @property
    def asked(self) -> Mapping[str, tuple[str, ...]]:
        """The questions of the two tables in force, with their answers."""
        return {**self.table.choices, **self.plant_table.choices}

    def assumption(self, name: str) -> str:
        """What stands in where nobody answers a question."""
        return self.choice.assumed.get(name, VALUES[name][-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When an asset may be changed.

    Attributes:
        asset_names: all that have it. words: the window; empty where nobody said. opens_at: next; None where unknown.
    """

    asset_names: tuple[str, ...]
    words: str
    opens_at: datetime | None

    @property
    def where(self) -> str:
        """The assets in a sentence."""
        return wording.names(self.asset_names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """An action with everything behind it.

    Attributes:
        exemption: the exception that runs, or the last one. cases: forensic cases about its vulnerabilities.
        windows: when its assets may be changed.
    """

    action: Action
    exemption: Exemption | None
    cases: tuple[ForensicCase, ...]
    windows: tuple[Window, ...]
    steps: wording.Steps
    letter: str
    matches: tuple[Match, ...]
    history: tuple[Step, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A fact of an asset that nobody states, though dates rest on it.

    Attributes:
        fact: `exposure` or `criticality`. assumed: what stands in for the answer now.
        days: how much more time the mildest answer would give, summed over its matches. matches: so many rest on it.
    """

    asset: UUID
    asset_name: str
    fact: str
    assumed: str
    days: int
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
    excepted: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBoard:
    """What stands with one operator, as its intermediary sees it.

    Attributes:
        operator: its key, with its `name`. may_act: or only see.
        due: open actions by band, the most pressing first. overdue: past their date.
        pressing: the most pressing action; None where nothing is to be done.
        imported_at: when its newest inventory came in; None where there is none.
    """

    operator: UUID
    name: str
    may_act: bool
    due: tuple[Due, ...]
    overdue: int
    pressing: Action | None
    imported_at: datetime | None
