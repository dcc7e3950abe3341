"""Every state that there is, gone through: whether access stays voluntary in each of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.frontier.course.machines import START, TABLE, By, Part, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from levee.frontier.course.machines import State, Step

    Steps = list[tuple[Step, State]]
    Taken = Callable[[State], Steps]

_Key = tuple[tuple[Part, str], ...]
SIDES = (By.DEVELOPER, By.EVALUATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A state in which something is not as it must be."""

    invariant: str
    state: dict[Part, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """What was gone through.

    Attributes:
        states: how many can be reached. steps: how many steps lead from one to another.
        withdrawable: in how many of them both sides can take everything back by one step, did so, or have nothing to.
        waiting: in how many a release waits on anybody.
        breaches: the first of each invariant.
    """

    states: int
    steps: int
    withdrawable: int
    waiting: int
    breaches: tuple[Breach, ...]


INVARIANTS = {
    "withdrawal": "either side takes everything back by one step of its own, from every state",
    "at once": "a withdrawal ends the grant and whatever runs in the same step",
    "irreversible": "nothing that was withdrawn is given again, and no grant is given without a signed agreement",
    "release": "the developer releases its model in every state, and no step of anybody else does",
    "no preclearance": "whatever an enquiry, a determination or a partner came to, it opens and closes nothing else",
    "one way": "a release, and an ended grant, stay so",
}
"""What must hold, by name."""


def by_the_table(table: tuple[Step, ...] = TABLE) -> Taken:
    """What can be done in a state, as the table says it."""
    return lambda state: [(step, step.after(state)) for step in table if step.possible(state)]


def explore(taken: Taken | None = None) -> Explored:
    """Go through every state that can be reached, and hold each invariant in each of them.

    Args:
        taken: gives, for a state, the steps that can be taken there and where they lead; the table, or whatever is
            held against it.
    """
    states, steps = _reach(taken or by_the_table())
    found: dict[str, Breach] = {}
    for key, state in states.items():
        for name in _broken(state, steps[key], steps.get(_key(_unanswered(state)), [])):
            found.setdefault(name, Breach(invariant=name, state=dict(state)))
    return Explored(
        states=len(states),
        steps=sum(len(each) for each in steps.values()),
        withdrawable=sum(_withdrawable(state, steps[key]) for key, state in states.items()),
        waiting=sum(not _releases(state, steps[key]) for key, state in states.items()),
        breaches=tuple(found.values()),
    )


def _reach(taken: Taken) -> tuple[dict[_Key, State], dict[_Key, Steps]]:
    states: dict[_Key, State] = {_key(START): START}
    steps: dict[_Key, Steps] = {}
    ahead = deque([START])
    while ahead:
        state = ahead.popleft()
        steps[_key(state)] = taken(state)
        for _, there in steps[_key(state)]:
            if _key(there) not in states:
                states[_key(there)] = there
                ahead.append(there)
    return states, steps


def _broken(state: State, taken: Steps, unanswered: Steps) -> Iterator[str]:
    if not _withdrawable(state, taken):
        yield "withdrawal"
    if not _releases(state, taken) or any(
        step.by is not By.DEVELOPER for step, there in taken if _moved(Part.RELEASE, state, there)
    ):
        yield "release"
    for step, there in taken:
        if step.verb is Verb.WITHDRAW and (
            there[Part.GRANT] == "given" or there[Part.EVALUATION] in {"planned", "running"}
        ):
            yield "at once"
        undone = state[Part.AGREEMENT] == "withdrawn" and _moved(Part.AGREEMENT, state, there)
        given = there[Part.GRANT] == "given" and _moved(Part.GRANT, state, there)
        if undone or (given and state[Part.AGREEMENT] != "signed"):
            yield "irreversible"
        if state[Part.RELEASE] == "released" != there[Part.RELEASE] or (given and state[Part.GRANT] == "ended"):
            yield "one way"
    if _besides_answers(taken) != _besides_answers(unanswered):
        yield "no preclearance"


def _withdrawable(state: State, taken: Steps) -> bool:
    """Both sides can; or it was done, or there is nothing to take back."""
    if state[Part.AGREEMENT] in {"none", "withdrawn"}:
        return True
    return all(any(step.by is by and step.verb is Verb.WITHDRAW for step, _ in taken) for by in SIDES)


def _releases(state: State, taken: Steps) -> bool:
    """The developer can by itself, or did."""
    if state[Part.RELEASE] == "released":
        return True
    return any(step.by is By.DEVELOPER and step.verb is Verb.RELEASE for step, _ in taken)


ANSWERS = (Part.ENQUIRY, Part.DETERMINATION, Part.PARTNER)


def _unanswered(state: State) -> State:
    """The same state, had nobody answered, determined or proposed anything."""
    return {**state, **{part: START[part] for part in ANSWERS}}


def _besides_answers(taken: Steps) -> set[int]:
    """What can be done besides asking and answering: in every state the same as had nothing been answered."""
    return {id(step) for step, _ in taken if not set(ANSWERS) & step.moves.keys()}


def _moved(part: Part, before: State, after: State) -> bool:
    return before[part] != after[part]


def _key(state: State) -> _Key:
    return tuple(state.items())
