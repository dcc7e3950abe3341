"""Every state that there is, gone through: whether access stays voluntary in each of them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.frontier.course.machines import START, TABLE, By, Part, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.frontier.course.machines import State, Step

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
        withdrawable: in how many of them both sides can take everything back by one step, or have done so.
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


def explore(table: tuple[Step, ...] = TABLE) -> Explored:
    """Go through every state that can be reached, and hold each invariant in each of them."""
    states, steps = _reach(table)
    found: dict[str, Breach] = {}
    for state in states.values():
        for name in _broken(state, table, steps[_key(state)]):
            found.setdefault(name, Breach(invariant=name, state=dict(state)))
    return Explored(
        states=len(states),
        steps=sum(len(each) for each in steps.values()),
        withdrawable=sum(_withdrawable(state, table) for state in states.values()),
        waiting=sum(not _releases(state, table) for state in states.values()),
        breaches=tuple(found.values()),
    )


def _reach(table: tuple[Step, ...]) -> tuple[dict[_Key, State], dict[_Key, list[tuple[Step, State]]]]:
    states: dict[_Key, State] = {_key(START): START}
    steps: dict[_Key, list[tuple[Step, State]]] = {}
    ahead = deque([START])
    while ahead:
        state = ahead.popleft()
        steps[_key(state)] = [(step, step.after(state)) for step in table if step.possible(state)]
        for _, there in steps[_key(state)]:
            if _key(there) not in states:
                states[_key(there)] = there
                ahead.append(there)
    return states, steps


def _broken(state: State, table: tuple[Step, ...], taken: list[tuple[Step, State]]) -> Iterator[str]:
    if not _withdrawable(state, table):
        yield "withdrawal"
    if not _releases(state, table) or any(
        s.by is not By.DEVELOPER for s, to in taken if _moved(Part.RELEASE, state, to)
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
    if _rests_on_an_answer(state, table):
        yield "no preclearance"


def _withdrawable(state: State, table: tuple[Step, ...]) -> bool:
    """Both sides can, or it was done."""
    if state[Part.AGREEMENT] == "withdrawn":
        return True
    return all(
        any(step.by is by and step.verb is Verb.WITHDRAW and step.possible(state) for step in table) for by in SIDES
    )


def _releases(state: State, table: tuple[Step, ...]) -> bool:
    """The developer can by itself, or did."""
    if state[Part.RELEASE] == "released":
        return True
    return any(step.by is By.DEVELOPER and step.verb is Verb.RELEASE and step.possible(state) for step in table)


ANSWERS = (Part.ENQUIRY, Part.DETERMINATION, Part.PARTNER)


def _rests_on_an_answer(state: State, table: tuple[Step, ...]) -> bool:
    """Whether another answer would open or close a step of anything else."""
    blank = {**state, **{part: START[part] for part in ANSWERS}}
    others = [step for step in table if not set(ANSWERS) & step.moves.keys()]
    return any(step.possible(state) != step.possible(blank) for step in others)


def _moved(part: Part, before: State, after: State) -> bool:
    return before[part] != after[part]


def _key(state: State) -> _Key:
    return tuple(state.items())
