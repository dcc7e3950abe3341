from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from levee.cases.projects.sharing import label_of
from levee.cases.rules.facts import FIX
from levee.cases.rules.mail import Label
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.cases.bridges.port import Kind as ChannelKind
    from levee.cases.bridges.port import Problem as ChannelProblem
    from levee.cases.clocks.moments import Moment
    from levee.cases.clocks.policies import Policy
    from levee.cases.clocks.running import State as ClockState
    from levee.cases.ladder.climbing import Way
    from levee.cases.ladder.rungs import Approach
    from levee.cases.projects.policies import Terms as ProjectTerms
    from levee.cases.projects.sharing import Circle
    from levee.cases.projects.sharing import Label as Handling
    from levee.cases.projects.upkeep import Keeps
    from levee.cases.rules.answers import Answer
    from levee.cases.rules.claims import Claim as ClaimState
    from levee.cases.rules.embargo import Consent, Embargo
    from levee.cases.rules.facts import Event
    from levee.cases.rules.mail import Outcome
    from levee.cases.rules.reports import Report
    from levee.cases.rules.threads import Audience
    from levee.policy.actors import Capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer of a vendor.

    Attributes:
        party: the vendor, as the case calls it.
        product: which of its products; empty for all that no other answer names.
        version: one version or a range, in the vendor's words; empty for all that no other answer names.
        justification: with `not_affected`, and only with it, one of the VEX justifications.
        by: the name of the person who answered.
        stands: no later answer covers it.
    """

    id: UUID
    party: str
    product: str
    version: str
    answer: Answer
    justification: str
    by: str
    at: datetime
    stands: bool

    @property
    def about(self) -> str:
        """Such as "Widget 2.x"."""
        return f"{self.product} {self.version}".strip() or "all products"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A party to a case.

    Attributes:
        report: how it stands to the report that it got.
        fix: of a vendor, what of `VFD` has happened: it is aware, its fix is ready, deployed.
        answer: where a vendor stands on the whole.
        answers: its answers that stand, the widest first.
    """

    id: UUID
    party: UUID
    name: str
    capacity: Capacity
    consent: Consent
    report: Report
    fix: frozenset[Event]
    answer: Answer
    answers: tuple[Answered, ...]
    consented_by: str
    consented_at: datetime | None
    since: datetime

    @property
    def steps(self) -> tuple[tuple[Event, bool], ...]:
        """A vendor's way to a fix that is deployed, and whether each step of it is done."""
        return tuple((event, event in self.fix) for event in FIX)

    @property
    def public_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread of a case, as somebody who is in it sees it.

    Attributes:
        audience: for whom it was opened.
        product: with the audience `product`: which one.
        readers: the parties, as the case calls them, that read what is written now.
        held_back: those that read it only once they agree to the embargo.
        handles: what each of `readers` is mentioned by, in the same order.
        messages: how many of its messages the reader sees.
        last_at: when the last of them was sent.
        read: the number of the last message that the reader has read; 0 for none.
        unread: how many came after it.
    """

    id: UUID
    audience: Audience
    subject: str
    product: str
    at: datetime
    readers: tuple[str, ...]
    held_back: tuple[str, ...]
    handles: tuple[str, ...]
    messages: int
    last_at: datetime | None
    read: int
    unread: int

    @property
    def public_id(self) -> str:
        """`THR-…`."""
        return public_id("THR", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as somebody sends it: its plain name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file beside a message; `size` is in bytes."""

    id: UUID
    name: str
    size: int

    @property
    def public_id(self) -> str:
        """`ATT-…`."""
        return public_id("ATT", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message; who is in its thread sees it.

    Attributes:
        audience: that of its thread.
        number: its place in its thread, from 1; it never changes.
        by_mail: how far its sender is known, where it came by mail.
        text: empty where it brings a file alone.
        mentions: the handles of the parties that it mentions.
        attachments: the files beside it.
    """

    id: UUID
    thread: UUID
    audience: Audience
    number: int
    author: str
    text: str
    at: datetime
    mentions: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    by_mail: Label = Label.NOT_BY_MAIL

    @property
    def thread_id(self) -> str:
        """`THR-…`."""
        return public_id("THR", self.thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A letter that came in answer to one of ours, as the case's owner reads of it.

    Attributes:
        party: whose address ours went to, as the case calls it; anybody who knows the address can write to it.
        why: why it was refused, as a sentence; empty where it was not.
        text: what it says, where only the owner reads it because its sender has not accepted the terms.
    """

    id: UUID
    party: str
    at: datetime
    outcome: Outcome
    why: str
    label: Label
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Somebody's word that something happened in the world.

    Attributes:
        by: the party that says so, as the case calls it.
        event: `P` the public is aware, `X` an exploit is public, `A` attacks were seen.
        evidence: where it can be seen.
        state: asserted until the case's owner accepts or refuses it; doubted, where one of the owner's people says
            that it was accepted by mistake, until another one corrects or upholds it.
        because: why the owner decided so.
        doubt: why it was accepted by mistake.
        yours: the reader is who doubts it, so that somebody else decides.
        settlement: why it was corrected or upheld.
    """

    id: UUID
    by: str
    event: Event
    evidence: str
    at: datetime
    state: ClaimState
    decided_at: datetime | None
    because: str
    doubted_at: datetime | None
    doubt: str
    yours: bool
    settled_at: datetime | None
    settlement: str

    @property
    def public_id(self) -> str:
        """`CLM-…`."""
        return public_id("CLM", self.id)

    @property
    def says(self) -> str:
        """Such as "exploit public"."""
        return self.event.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An end of the embargo that somebody proposed.

    Attributes:
        by: the party, as the case calls it.
        end: the exact instant.
        answer_by: from when no answer is read as no; None for the terms that the case was opened with.
        state: open, accepted or rejected.
    """

    id: UUID
    by: str
    at: datetime
    end: datetime
    answer_by: datetime | None
    because: str
    state: str
    decided_at: datetime | None
    decided_because: str

    @property
    def public_id(self) -> str:
        """`PRO-…`."""
        return public_id("PRO", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of one machine of a case: a line of its history.

    Attributes:
        number: its place, from 1; a place once told never changes.
        moves: `EM` the embargo, `PEC` a party's consent, `RM` its report, `CS` what happened, `CLK` what was said of
            clocks, `SIL` what was done about a silent vendor.
        verb: the machine's verb, or a letter of `VFDPXA`; of clocks, the verb and what it is about.
        seat: whose machine; None for the case's own.
        party: the same, as the case calls it; empty for the case's own.
        by: who did it; "time" for the clock.
        state: where it leads; of what happened, all its letters.
        says: the same as a sentence.
        message: which of Vultron's message types it is; empty for what has none.
    """

    number: int
    at: datetime
    moves: str
    verb: str
    seat: UUID | None
    party: str
    by: str
    state: str
    says: str
    message: str
    proposal: UUID | None
    end: datetime | None
    answer_by: datetime | None
    because: str

    @property
    def proposal_id(self) -> str | None:
        """`PRO-…`."""
        return public_id("PRO", self.proposal) if self.proposal else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to reach a silent vendor."""

    channel: Approach
    at: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A vendor that has not answered, as the owner of the case follows it.

    Attributes:
        attempts: oldest first; the letter that let it in is one.
        next: what is due next; None once a decision ended the ladder.
        late: it is due already.
        ends: everything was tried, so that two people may decide.
        proposed: what one of the owner's people proposes, until another one agrees or refuses.
        yours: the reader proposed it, so that somebody else decides.
        decided: what two people decided; `hold` comes up again.
    """

    participant: UUID
    party: str
    since: datetime
    attempts: tuple[Attempt, ...]
    next: Approach | None
    next_says: str
    due: datetime | None
    late: bool
    ends: bool
    proposed: Way | None
    proposed_at: datetime | None
    because: str
    yours: bool
    decided: Way | None
    decided_at: datetime | None

    @property
    def participant_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.participant)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock of a case.

    Attributes:
        policy: whose time limit it is; "embargo" for the end that was agreed.
        says: what is due.
        asks: of whom, as the case calls it.
        yours: it asks the reader.
        starts: what starts it, as a sentence.
        due: when it runs out; None while it waits to be started.
        done_at: when what it asks for came.
        used: how much of its time is used, from 0 to 1.
        reminders: when whoever it asks is reminded.
        reminded_at: when the reader's own organisation was.
    """

    key: str
    policy: str
    name: str
    says: str
    asks: str
    yours: bool
    starts: str
    started_at: datetime | None
    due: datetime | None
    done_at: datetime | None
    state: ClockState
    used: float
    reminders: Sequence[datetime]
    reminded_at: Sequence[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """A policy with time limits that a party keeps in a case.

    Attributes:
        by: the party, as the case calls it.
        yours: the reader's own organisation keeps it, and may drop it.
    """

    policy: str
    version: int
    title: str
    source: str
    by: str
    at: datetime
    because: str
    yours: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMark:
    """A party's word that something happened that starts or stops clocks."""

    by: str
    moment: Moment
    at: datetime
    evidence: str
    stated_at: datetime

    @property
    def says(self) -> str:
        """Such as "the early warning was sent"."""
        return self.moment.says


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """All about the clocks of a case.

    Attributes:
        may_keep: the policies that the reader may bring in.
        may_state: what the reader may state.
    """

    clocks: Sequence[Clock]
    policies: Sequence[KeptPolicy]
    marks: Sequence[ClockMark]
    may_keep: Sequence[Policy]
    may_state: Sequence[Moment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """An organisation makes a component, or ships it.

    Attributes:
        component: its package URL, without version.
        said_by: whose word it is: the organisation's own, or the clearinghouse's.
        because: where it can be seen.
    """

    id: UUID
    organisation: UUID
    component: str
    keeps: Keeps
    said_by: UUID
    because: str
    at: datetime

    @property
    def public_id(self) -> str:
        """`UPK-…`."""
        return public_id("UPK", self.id)

    @property
    def confirmed(self) -> bool:
        """It is the clearinghouse's word, not the organisation's own alone."""
        return self.said_by != self.organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPolicy:
    """One version of how a project takes reports.

    Attributes:
        organisation: whose word it is: its maker, or the clearinghouse from what the project published.
        project: its package URL, without version.
        source: where it is published, or who decided it.
    """

    id: UUID
    organisation: UUID
    project: str
    version: int
    terms: ProjectTerms
    source: str
    at: datetime

    @property
    def public_id(self) -> str:
        """`POL-…`."""
        return public_id("POL", self.id)

    @property
    def named(self) -> str:
        """Such as "pkg:npm/minimist, version 2"."""
        return f"{self.project}, version {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """An organisation that is to be told of a flaw, and why.

    Attributes:
        reason: such as "ships it".
        confirmed: the clearinghouse says so, not the organisation alone.
        because: where it can be seen.
    """

    organisation: UUID
    name: str
    reason: str
    confirmed: bool
    because: str

    @property
    def public_id(self) -> str:
        """`ORG-…`."""
        return public_id("ORG", self.organisation)

    @property
    def why(self) -> str:
        """The reason as it stands in an invitation."""
        return f"{self.reason}: {self.because}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An invitation that waits until its project takes another item; seen by coordinators alone.

    Attributes:
        name: whom it lets in, as the case calls it.
        place: among what waits at its project, from 1.
        severity: of the worst effect that was shown, from 0 for none to 4.
        accuracy: how often the best finder of the case was right, in per cent; None where nothing was judged.
        lacks: what the project waits for before it takes this item, such as "a verified fix"; empty for room alone.
        room_at: when the project takes its next item; None for now.
        urgent: the flaw is public, exploited or attacked, so that it may go ahead of its turn.
    """

    id: UUID
    case: UUID
    title: str
    project: str
    name: str
    because: str
    asked_at: datetime
    place: int
    severity: int
    accuracy: int | None
    lacks: str
    room_at: datetime | None
    urgent: bool

    @property
    def public_id(self) -> str:
        """`TRN-…`."""
        return public_id("TRN", self.id)

    @property
    def case_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as one of its participants sees it.

    Attributes:
        embargo: its state at the reader's instant: an end that has passed has ended it.
        embargo_end: the exact instant that is agreed, with zone; None where none was.
        world: what has happened in the world, as the owner accepted it.
        project: what it is about, as a package URL without version.
        ai_found: AI found it.
        policy: the project's, in the version in force when the case opened; None where none was known.
        policy_because: why there is an embargo that this policy does not want; empty where there is none.
        share_with: whom the reader's organisation may tell, by the label and its kind, the nearest first.
        capacity: the reader's own.
        goes_on: no other case took its place.
        successor: the case that took this one's place, where the reader takes part in it.
        unread: how many messages in its threads the reader has not read yet.
    """

    id: UUID
    house: UUID
    cluster: UUID
    title: str
    summary: str
    opened_at: datetime
    embargo: Embargo
    embargo_end: datetime | None
    embargo_ended_at: datetime | None
    embargo_end_reason: str
    world: tuple[Event, ...]
    project: str
    ai_found: bool
    policy: ProjectPolicy | None
    policy_because: str
    share_with: tuple[Circle, ...]
    capacity: Capacity
    goes_on: bool
    successor: UUID | None
    unread: int

    @property
    def public_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.id)

    @property
    def label(self) -> Handling:
        """How its content is to be handled (TLP 2.0)."""
        return label_of(self.embargo, self.world)

    @property
    def successor_id(self) -> str | None:
        """`CAS-…`."""
        return public_id("CAS", self.successor) if self.successor else None


class Kind(StrEnum):
    """How a case went on in another one."""

    CORRECTED = "corrected"
    MERGED = "merged"
    SPLIT = "split"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """A case went on in another one, or came from it.

    Attributes:
        forth: the case at hand went on in the other; otherwise the other went on in it.
        other: the other case, where the reader takes part in it.
        because: why.
    """

    kind: Kind
    forth: bool
    other: UUID | None
    because: str
    at: datetime

    @property
    def other_id(self) -> str | None:
        """`CAS-…`."""
        return public_id("CAS", self.other) if self.other else None

    @property
    def says(self) -> str:
        """Such as "merged into another case"."""
        return _WENT[self.kind, self.forth]


_WENT = {
    (Kind.CORRECTED, True): "what was accepted here by mistake is corrected in another case",
    (Kind.CORRECTED, False): "takes the place of a case in which something was accepted by mistake",
    (Kind.MERGED, True): "merged into another case",
    (Kind.MERGED, False): "another case was merged into this one",
    (Kind.SPLIT, True): "findings of this case became a case of their own",
    (Kind.SPLIT, False): "split off from another case",
    (Kind.REOPENED, True): "opened again as another case",
    (Kind.REOPENED, False): "opened again after another case",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a merge, a split or a new opening would do, before it is done.

    Attributes:
        embargo_end: the end that will hold; None where there is no embargo.
        comes_in: who takes part at once, having agreed already.
        offered: who is offered the terms and sees nothing before it agrees.
        written: who gets a letter with a link, and sees nothing before it agrees.
        left_out: who left or does not agree, and is not drawn in.
        finders: who is credited, of the findings that the case will have.
        findings: how many these are.
        waits: how many invitations that wait at a project wait on in it.
    """

    embargo_end: datetime | None
    comes_in: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    finders: tuple[str, ...] = ()
    findings: int = 0
    waits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A part in a case that the reader's organisation is offered; nothing of the case is told before it agrees.

    Attributes:
        participant: the seat that it would take.
        house: who runs the case.
        embargo_end: until when the embargo binds; None where there is none.
    """

    participant: UUID
    house: str
    embargo_end: datetime | None
    since: datetime

    @property
    def public_id(self) -> str:
        """`PAR-…`."""
        return public_id("PAR", self.participant)


class Show(StrEnum):
    """Which cases a list shows."""

    ALL = "all"
    UNDER_EMBARGO = "under_embargo"
    ENDING = "ending"
    OVER = "over"
    PUBLIC = "public"
    CONTINUED = "continued"

    @property
    def says(self) -> str:
        """What they have in common."""
        return _SHOWN[self]


_SHOWN = {
    Show.ALL: "All",
    Show.UNDER_EMBARGO: "Under embargo",
    Show.ENDING: "Ending within seven days",
    Show.OVER: "Over, and not public",
    Show.PUBLIC: "Public",
    Show.CONTINUED: "Gone on in another case",
}


class Waits(StrEnum):
    """What can wait for somebody in a case, the most urgent first."""

    DOUBT = "doubt"
    CLAIM = "claim"
    AGREEMENT = "agreement"
    PROPOSAL = "proposal"
    CONSENT = "consent"
    ANSWER = "answer"
    END = "end"
    SILENT = "silent"
    PUBLICATION = "publication"
    REVIEW = "review"

    @property
    def says(self) -> str:
        """What is to be done, as a sentence."""
        return _WAITS[self]


_WAITS = {
    Waits.DOUBT: "another coordinator doubts what was accepted: correct it, or uphold it",
    Waits.CLAIM: "somebody says that it is out: accept it, or refuse it",
    Waits.AGREEMENT: "a publication waits for a second person: read it, and agree or refuse",
    Waits.PROPOSAL: "another end is proposed: agree, or decline",
    Waits.CONSENT: "another end is proposed: say whether you agree",
    Waits.ANSWER: "say whether your products are affected",
    Waits.END: "the embargo ends soon: is the publication ready?",
    Waits.SILENT: "has not answered: ask again, or find another way to it",
    Waits.PUBLICATION: "the embargo is over: publish, or say why not yet",
    Waits.REVIEW: "one person published this alone: say whether that was right",
}


class Waiting(NamedTuple):
    """One thing that waits: in which case, what, since or until when, and whom it is about."""

    case: UUID
    what: Waits
    at: datetime
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for the reader in a case.

    Attributes:
        case: the case.
        title: of the case.
        what: what waits.
        at: since when, or until when: the end of an embargo, or of the time for an answer.
        who: whom it is about, as the case calls it; empty where it is about the case.
    """

    case: UUID
    title: str
    what: Waits
    at: datetime
    who: str

    @property
    def public_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.case)

    @property
    def says(self) -> str:
        """What is to be done, as a sentence."""
        return self.what.says


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What was said of somebody's interest in a case.

    Attributes:
        by: the party that says it, as the case calls it.
        of: the person of the owner who decides nothing meanwhile; None where it names nobody that could be held.
        whom: its name, for the owner's people alone.
        settlement: why it was settled.
        yours: the reader's own organisation said it, and may take it back.
    """

    id: UUID
    by: str
    of: UUID | None
    whom: str
    because: str
    at: datetime
    settled_at: datetime | None
    settlement: str
    yours: bool

    @property
    def public_id(self) -> str:
        """`COI-…`."""
        return public_id("COI", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorPace:
    """When what happened to one vendor in one case; None for what has not.

    Attributes:
        received_at: it got the report.
        answered_at: its first answer.
        accepted_at: it took the report up.
        ready_at, deployed_at: of its fix.
        public_at: the flaw became public.
        history: the letters of what happened, in order.
    """

    party: UUID
    name: str
    received_at: datetime | None
    answered_at: datetime | None
    accepted_at: datetime | None
    ready_at: datetime | None
    deployed_at: datetime | None
    public_at: datetime | None
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """When what happened in a case.

    Attributes:
        capacity: the reader's own; an owner is told of every vendor, a vendor of itself.
        embargo_since: it was agreed first. embargo_until: to which end, then. embargo_ended_at: when it ended.
    """

    case: UUID
    opened_at: datetime
    capacity: Capacity
    embargo_since: datetime | None
    embargo_until: datetime | None
    embargo_ended_at: datetime | None
    vendors: Sequence[VendorPace]

    @property
    def public_id(self) -> str:
        """`CAS-…`."""
        return public_id("CAS", self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A party took the case as a document.

    Attributes:
        by: the party, as the case calls it.
        version: of the document. digest: its SHA-256. tlp: its label.
    """

    by: str
    version: str
    tlp: str
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A case as a document: canonical bytes, and how a file of it is called."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What whoever holds a letter's locator sees before a code is typed: nothing of the case."""

    locator: str
    house: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a maintainer without an account sees before it consents; `embargo_end` is None once the embargo is over."""

    house: str
    embargo_end: datetime | None
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody typed a code at a contact's page; `opened` tells whether it was the right one."""

    at: datetime
    opened: bool


class Changed(StrEnum):
    """What can change in a case."""

    OPENED = "opened"
    PARTY = "party"
    FINDING = "finding"
    ANSWER = "answer"
    REPORT = "report"
    FIX = "fix"
    CLAIM = "claim"
    FACT = "fact"
    EMBARGO = "embargo"
    CONSENT = "consent"
    CLOCK = "clock"
    POLICY = "policy"
    THREAD = "thread"
    MESSAGE = "message"
    MAIL = "mail"
    ENTERED = "entered"
    SILENCE = "silence"
    OUTCOME = "outcome"
    CONFLICT = "conflict"
    HAND_OVER = "hand_over"
    ADVISORY = "advisory"
    CORRECTED = "corrected"
    BRIDGE = "bridge"

    @property
    def says(self) -> str:
        """In words."""
        return _CHANGED[self]


_CHANGED = {
    Changed.OPENED: "the case was opened",
    Changed.PARTY: "a party came in",
    Changed.FINDING: "a finding was taken in, or split off",
    Changed.ANSWER: "a vendor answered",
    Changed.REPORT: "a party did something with the report",
    Changed.FIX: "a fix was attached or checked",
    Changed.CLAIM: "a claim was made, or decided on",
    Changed.FACT: "something happened, as the owner accepted it",
    Changed.EMBARGO: "the embargo moved, or another end is proposed",
    Changed.CONSENT: "a party was asked about the embargo, or answered",
    Changed.CLOCK: "a clock of yours comes near its end, or is there",
    Changed.POLICY: "a party said something about clocks",
    Changed.THREAD: "a thread was opened",
    Changed.MESSAGE: "a message was sent",
    Changed.MAIL: "a letter came in",
    Changed.ENTERED: "somebody typed a code",
    Changed.SILENCE: "somebody tried to reach a silent vendor, or two people decided about it",
    Changed.OUTCOME: "somebody proposes what is done about a silent vendor, or another one answered",
    Changed.CONFLICT: "a conflict of interest was named, or settled",
    Changed.HAND_OVER: "a party took the case as a document",
    Changed.ADVISORY: "its publication was decided on, or is out",
    Changed.CORRECTED: "another case took this one's place",
    Changed.BRIDGE: "a private channel was used, answers, or does not",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed in a case; what it is now is read in the case.

    Attributes:
        id: its key, and the place in the order of all changes: those after it are asked for by it.
        case: the case.
        what: what changed.
    """

    id: UUID
    case: UUID
    what: Changed

    @property
    def cursor(self) -> str:
        """`CHG-…`."""
        return public_id("CHG", self.id)

    @property
    def public_id(self) -> str:
        """The case's, `CAS-…`."""
        return public_id("CAS", self.case)

    @property
    def says(self) -> str:
        """What changed, in words."""
        return self.what.says


class CallState(StrEnum):
    """Where a call to a webhook stands: `dropped` is one for a change that its organisation sees no more."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A webhook of an organisation, called when a case changes that it takes part in.

    Attributes:
        failed_at: since when its calls fail without one that succeeded in between; None while all is well.
        paused: it failed for so long that no more calls are made until somebody switches it on again.
    """

    id: UUID
    url: str
    created_at: datetime
    failed_at: datetime | None
    paused: bool

    @property
    def public_id(self) -> str:
        """`HOK-…`."""
        return public_id("HOK", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call to a webhook, made or to be made, and how it ended.

    Attributes:
        case: which case changed; None for a test.
        what: what changed; None for a test.
        not_before: when it is tried, or tried again.
        answer: what the receiver said last, or why it could not be asked.
    """

    id: UUID
    url: str
    case: UUID | None
    what: Changed | None
    state: CallState
    queued_at: datetime
    not_before: datetime
    ended_at: datetime | None
    attempts: int
    answer: str

    @property
    def public_id(self) -> str:
        """`DLV-…`."""
        return public_id("DLV", self.id)

    @property
    def case_id(self) -> str:
        """`CAS-…`; empty for a test."""
        return public_id("CAS", self.case) if self.case else ""

    @property
    def says(self) -> str:
        """What it is about, in words."""
        return self.what.says if self.what else "a test"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSecret:
    """A webhook, and the secret that signs its calls; shown once."""

    id: UUID
    secret: str

    @property
    def public_id(self) -> str:
        """`HOK-…`."""
        return public_id("HOK", self.id)


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


class Order(StrEnum):
    """In what order a list shows cases."""

    NEWEST = "newest"
    OLDEST = "oldest"
    ENDS_FIRST = "ends_first"

    @property
    def says(self) -> str:
        """In words."""
        return {
            Order.NEWEST: "Newest first",
            Order.OLDEST: "Oldest first",
            Order.ENDS_FIRST: "By the end of the embargo",
        }[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """Which cases a list shows, and in what order; what is empty narrows nothing.

    Attributes:
        show: what they have in common.
        part: in what capacity the reader's party takes part.
        project: a part of the project's package URL.
        party: a part of the name of somebody who takes part.
        text: words that the title or the summary holds, each of them.
        order: as it says.
    """

    show: Show = Show.ALL
    part: Capacity | None = None
    project: str = ""
    party: str = ""
    text: str = ""
    order: Order = Order.NEWEST

    def kept(self) -> dict[str, str]:
        """As it is kept, by column."""
        return {
            "show": self.show,
            "part": self.part or "",
            "project": _line(self.project),
            "party": _line(self.party),
            "text": _line(self.text),
            "sort": self.order,
        }

    @property
    def asked(self) -> dict[str, str]:
        """What narrows, as the address of a page or the API says it."""
        told = {**self.kept(), "order": str(self.order)}
        usual = {**Narrowed().kept(), "order": str(Order.NEWEST)}
        return {name: str(value) for name, value in told.items() if name != "sort" and value != usual[name]}


def _line(text: str) -> str:
    """A text to look for: one line of at most 200 characters."""
    return " ".join(text.replace("\0", " ").split())[:200]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedFilter:
    """A filter that somebody keeps by a name."""

    id: UUID
    name: str
    by: Narrowed
    since: datetime

    @property
    def public_id(self) -> str:
        """`FLT-…`."""
        return public_id("FLT", self.id)
