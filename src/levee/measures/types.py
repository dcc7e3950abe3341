from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 20
"""Fewer histories than these say nothing of skill that is shown."""


@dataclass(frozen=True, slots=True)
class Time:
    """How long one step took: the median, over how many."""

    step: str
    hours: float
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The way of the data in numbers.

    Attributes:
        steps: label and count, from the flood to the publication.
        results: verdict and count. times: of the steps that took any.
    """

    steps: tuple[tuple[str, int], ...]
    results: tuple[tuple[str, int], ...]
    times: tuple[Time, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """How well one desideratum was met, against chance.

    Attributes:
        desideratum: such as `VP`. says: such as "vendor aware before public aware".
        met: how often. over: of how many histories that have decided on it.
        luck: the share that chance meets.
        skill: 1 always met, 0 as by chance, below 0 less often.
        low, high: where it lies with 95 % confidence, by Clopper and Pearson.
    """

    desideratum: str
    says: str
    met: int
    over: int
    luck: float
    skill: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spans:
    """How long things took, each a median over those that they happened to.

    Attributes:
        name: of the vendor; empty for all together.
        cases: in how many.
        times: in the order in which they come.
        skills: against chance; none below twenty histories.
        histories: how many there are.
    """

    name: str
    cases: int
    times: tuple[Time, ...]
    skills: tuple[Skill, ...]
    histories: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One vendor in one case, or a case by itself where its reader is told of no vendor; hours, None for what is open.

    Attributes:
        case: `CAS-…`.
        vendor: as the case calls it; empty for the case by itself.
        embargo_agreed, embargo_held: how long it was to be when it was agreed first, and how long it was.
        history: the letters of what happened, in order.
    """

    case: str
    vendor: str
    first_answer: float | None
    accepted: float | None
    fix_ready: float | None
    fix_deployed: float | None
    public: float | None
    embargo_agreed: float | None
    embargo_held: float | None
    history: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordination:
    """How cases went that the reader takes part in.

    Attributes:
        cases: over how many.
        together: of all vendors that the reader is told of.
        vendors: each of them by name; in the order of the alphabet, for this is no ranking.
        lines: every one of them in every case.
    """

    cases: int
    together: Spans
    vendors: tuple[Spans, ...]
    lines: tuple[Line, ...]
