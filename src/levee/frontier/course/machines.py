"""Everything that can happen between a developer and an evaluator, as one table: who takes which step, from where.

Whatever is built on it asks this table. The developer's release of a model is in it for one reason: so that it can be
seen that no step of anybody's ever stands before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from levee.kernel.errors import AgainstRules


class By(StrEnum):
    """Who takes a step."""

    DEVELOPER = "developer"
    EVALUATOR = "evaluator"
    GOVERNMENT = "government"
    CLOCK = "the clock"


class Part(StrEnum):
    """What a step moves."""

    AGREEMENT = "agreement"
    GRANT = "grant"
    EVALUATION = "evaluation"
    DETERMINATION = "determination"
    ENQUIRY = "enquiry"
    PARTNER = "partner"
    DELETION = "deletion"
    RELEASE = "release"


class Verb(StrEnum):
    """What somebody does."""

    OFFER = "offer"
    SIGN = "sign"
    DECLINE = "decline"
    AMEND = "amend"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    GIVE = "give"
    PLAN = "plan"
    RUN = "run"
    STOP = "stop"
    FINISH = "finish"
    DETERMINE = "determine"
    ASK = "ask"
    ANSWER = "answer"
    PROPOSE = "propose"
    OBJECT = "object"
    AGREE = "agree"
    CERTIFY = "certify"
    RELEASE = "release"


STATES: Mapping[Part, tuple[str, ...]] = {
    Part.AGREEMENT: (
        "none",
        "offered_by_developer",
        "offered_by_evaluator",
        "signed",
        "declined",
        "expired",
        "withdrawn",
    ),
    Part.GRANT: ("none", "given", "ended"),
    Part.EVALUATION: ("none", "planned", "running", "finished", "stopped"),
    Part.DETERMINATION: ("none", "above", "below", "undecided"),
    Part.ENQUIRY: ("none", "asked", "answered"),
    Part.PARTNER: ("none", "proposed_by_developer", "proposed_by_evaluator", "objected", "agreed"),
    Part.DELETION: ("none", "certified"),
    Part.RELEASE: ("not yet", "released"),
}
"""The states of each part, the first being where it begins."""

State = Mapping[Part, str]
START: State = {part: states[0] for part, states in STATES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row of the table.

    Attributes:
        moves: what it moves, `{part: to}`; several at once are one step and happen together or not.
        when: in which states of which parts it can be taken; of a part that is not named, in every one.
    """

    verb: Verb
    by: By
    moves: Mapping[Part, str]
    when: Mapping[Part, frozenset[str]] = field(default_factory=dict)

    def possible(self, state: State) -> bool:
        """Whether it can be taken."""
        return all(state[part] in states for part, states in self.when.items())

    def after(self, state: State) -> dict[Part, str]:
        """Where it leads."""
        return {**state, **self.moves}

    @property
    def named(self) -> str:
        """Such as "developer: withdraw agreement"."""
        return f"{self.by}: {self.verb} {next(iter(self.moves))}"


def _in(*states: str) -> frozenset[str]:
    return frozenset(states)


_SIGNED = {Part.AGREEMENT: _in("signed")}
_OPEN = {Part.AGREEMENT: _in(*(each for each in STATES[Part.AGREEMENT] if each not in {"none", "withdrawn"}))}
_BOTH = (By.DEVELOPER, By.EVALUATOR)
_OTHER = {By.DEVELOPER: By.EVALUATOR, By.EVALUATOR: By.DEVELOPER}


def _withdrawals() -> list[Step]:
    """Taking everything back: one step, by either side, wherever something stands, with whatever runs."""
    stopped = ("stopped", _in("planned", "running", "stopped"))
    return [
        Step(
            verb=Verb.WITHDRAW,
            by=by,
            moves={Part.AGREEMENT: "withdrawn", Part.GRANT: grant, Part.EVALUATION: evaluation},
            when={**_OPEN, Part.GRANT: grants, Part.EVALUATION: evaluations},
        )
        for by in _BOTH
        for grant, grants, done in (
            ("none", _in("none"), ("none",)),
            ("ended", _in("given", "ended"), ("none", "finished")),
        )
        for evaluation, evaluations in (*((each, _in(each)) for each in done), stopped)
    ]


TABLE: tuple[Step, ...] = (
    *_withdrawals(),
    *(
        Step(verb=verb, by=by, moves={Part.AGREEMENT: f"offered_by_{by}"}, when={Part.AGREEMENT: _in(*before), **alone})
        for by in _BOTH
        for verb, before, alone in (
            (Verb.OFFER, ("none", "declined"), {}),
            (Verb.AMEND, ("signed",), {Part.GRANT: _in("none")}),
        )
    ),
    *(
        Step(verb=verb, by=by, moves={Part.AGREEMENT: to}, when={Part.AGREEMENT: _in(f"offered_by_{_OTHER[by]}")})
        for by in _BOTH
        for verb, to in ((Verb.SIGN, "signed"), (Verb.DECLINE, "declined"))
    ),
    Step(
        verb=Verb.EXPIRE,
        by=By.CLOCK,
        moves={Part.AGREEMENT: "expired"},
        when={**_SIGNED, Part.GRANT: _in("none", "ended")},
    ),
    Step(verb=Verb.EXPIRE, by=By.CLOCK, moves={Part.GRANT: "ended"}, when={Part.GRANT: _in("given")}),
    Step(verb=Verb.GIVE, by=By.DEVELOPER, moves={Part.GRANT: "given"}, when={**_SIGNED, Part.GRANT: _in("none")}),
    Step(
        verb=Verb.PLAN,
        by=By.EVALUATOR,
        moves={Part.EVALUATION: "planned"},
        when={**_SIGNED, Part.EVALUATION: _in("none")},
    ),
    Step(
        verb=Verb.RUN,
        by=By.EVALUATOR,
        moves={Part.EVALUATION: "running"},
        when={**_SIGNED, Part.GRANT: _in("given"), Part.EVALUATION: _in("planned")},
    ),
    Step(
        verb=Verb.STOP,
        by=By.EVALUATOR,
        moves={Part.EVALUATION: "stopped"},
        when={Part.EVALUATION: _in("planned", "running")},
    ),
    Step(
        verb=Verb.FINISH, by=By.EVALUATOR, moves={Part.EVALUATION: "finished"}, when={Part.EVALUATION: _in("running")}
    ),
    *(
        Step(
            verb=Verb.DETERMINE,
            by=By.EVALUATOR,
            moves={Part.DETERMINATION: outcome},
            when={
                Part.AGREEMENT: _in("signed", "expired"),
                Part.EVALUATION: _in("finished", "stopped"),
                Part.DETERMINATION: _in("none"),
            },
        )
        for outcome in ("above", "below", "undecided")
    ),
    Step(verb=Verb.ASK, by=By.DEVELOPER, moves={Part.ENQUIRY: "asked"}, when={Part.ENQUIRY: _in("none", "answered")}),
    Step(verb=Verb.ANSWER, by=By.GOVERNMENT, moves={Part.ENQUIRY: "answered"}, when={Part.ENQUIRY: _in("asked")}),
    *(
        Step(verb=verb, by=by, moves={Part.PARTNER: to}, when={**_SIGNED, Part.PARTNER: _in(*before)})
        for by in _BOTH
        for verb, to, before in (
            (Verb.PROPOSE, f"proposed_by_{by}", ("none", "objected")),
            (Verb.OBJECT, "objected", ("proposed_by_developer", "proposed_by_evaluator", "agreed")),
            (Verb.AGREE, "agreed", (f"proposed_by_{_OTHER[by]}",)),
        )
    ),
    *(
        Step(
            verb=Verb.CERTIFY,
            by=by,
            moves={Part.DELETION: "certified"},
            when={Part.AGREEMENT: _in("expired", "withdrawn"), Part.DELETION: _in("none")},
        )
        for by in _BOTH
    ),
    Step(verb=Verb.RELEASE, by=By.DEVELOPER, moves={Part.RELEASE: "released"}, when={Part.RELEASE: _in("not yet")}),
)


def spoken(state: str) -> str:
    """A state in words."""
    return state.replace("_", " ")


def after(
    state: State, verb: Verb, by: By, part: Part, table: tuple[Step, ...] = TABLE, *, to: str | None = None
) -> dict[Part, str]:
    """Where a step leads; `to` says which, where a verb leads to several states of the part.

    Raises:
        AgainstRules: nobody of that side takes it from there; the message says what is possible instead.
    """
    for step in table:
        named = step.verb is verb and step.by is by and part in step.moves and to in {None, step.moves[part]}
        if named and step.possible(state):
            return step.after(state)
    possible = sorted(
        {f"{each.verb} {next(iter(each.moves))}" for each in table if each.by is by and each.possible(state)}
    )
    raise AgainstRules(
        f"the {by} does not {verb} the {part} while it is {spoken(state[part])}",
        code="frontier.course",
        advice=f"possible now: {', '.join(possible) or 'nothing'}",
    )
