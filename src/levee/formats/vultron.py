"""The vocabulary of Vultron (CERT/CC) for what happens in a case: its 28 message types and the names of its states.

Levee follows the same model under names of its own, so that each of its steps is one of Vultron's messages. What has no
counterpart on the other side is listed with the reason, in both directions. Source: Householder and Spring, "Designing
Vultron", the message types and the process models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

REPORT, EMBARGO, CONSENT, FACTS, CLOCK, SILENCE = "RM", "EM", "PEC", "CS", "CLK", "SIL"
"""Which machine a step moves, as a case's history names it."""


class Step(NamedTuple):
    """A step of one of Levee's machines: the machine, and its verb or the letter of what happened."""

    moves: str
    verb: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One of Vultron's message types.

    Attributes:
        says: what its sender tells.
        step: the step that it is here; None where there is none.
        within: the states in which it is this step, where another message is the same step in the others.
        why_not: why it is no step here; empty where it is one.
    """

    says: str
    step: Step | None = None
    within: frozenset[str] = frozenset()
    why_not: str = ""


_ANSWERED = "each request is answered at once: taken, or refused with its reason"
_FIRST, _REVISED = frozenset({"none", "proposed"}), frozenset({"active", "revise"})
_NEW, _ANEW = frozenset({"proposed"}), frozenset({"revise"})
MESSAGES: Mapping[str, Message] = {
    "RS": Message(says="here is a report", step=Step(REPORT, "receive")),
    "RI": Message(says="the report is invalid", step=Step(REPORT, "invalidate")),
    "RV": Message(says="the report is valid", step=Step(REPORT, "validate")),
    "RD": Message(says="the report is deferred", step=Step(REPORT, "defer")),
    "RA": Message(says="the report is accepted", step=Step(REPORT, "accept")),
    "RC": Message(says="the report is closed", step=Step(REPORT, "close")),
    "RK": Message(says="a message about a report came", why_not=_ANSWERED),
    "RE": Message(says="a message about a report is wrong", why_not=_ANSWERED),
    "EP": Message(says="an embargo is proposed", step=Step(EMBARGO, "propose"), within=_FIRST),
    "ER": Message(says="the proposal is rejected", step=Step(EMBARGO, "reject"), within=_NEW),
    "EA": Message(says="the proposal is accepted", step=Step(EMBARGO, "accept"), within=_NEW),
    "EV": Message(says="a revision is proposed", step=Step(EMBARGO, "propose"), within=_REVISED),
    "EJ": Message(says="the revision is rejected", step=Step(EMBARGO, "reject"), within=_ANEW),
    "EC": Message(says="the revision is accepted", step=Step(EMBARGO, "accept"), within=_ANEW),
    "ET": Message(says="the embargo ends", step=Step(EMBARGO, "terminate")),
    "EK": Message(says="a message about an embargo came", why_not=_ANSWERED),
    "EE": Message(says="a message about an embargo is wrong", why_not=_ANSWERED),
    "CV": Message(says="the vendor is aware", step=Step(FACTS, "V")),
    "CF": Message(says="a fix is ready", step=Step(FACTS, "F")),
    "CD": Message(says="the fix is deployed", step=Step(FACTS, "D")),
    "CP": Message(says="the public is aware", step=Step(FACTS, "P")),
    "CX": Message(says="an exploit is public", step=Step(FACTS, "X")),
    "CA": Message(says="attacks were seen", step=Step(FACTS, "A")),
    "CK": Message(says="a message about a case came", why_not=_ANSWERED),
    "CE": Message(says="a message about a case is wrong", why_not=_ANSWERED),
    "GI": Message(says="a question", why_not="it is a message in a thread, and moves no machine"),
    "GK": Message(says="a question came", why_not="it is a message in a thread, and moves no machine"),
    "GE": Message(says="something else is wrong", why_not=_ANSWERED),
}
ONLY_HERE: Mapping[str, str] = {
    CONSENT: "a party's own word on the embargo has a state there and no message",
    CLOCK: "time limits are no part of the model",
    SILENCE: "who does not answer is no part of the model",
}
"""Machines whose steps are no message, and why."""

STATES: Mapping[str, Mapping[str, str]] = {
    REPORT: {
        "start": "S",
        "received": "R",
        "invalid": "I",
        "valid": "V",
        "deferred": "D",
        "accepted": "A",
        "closed": "C",
    },
    EMBARGO: {"none": "N", "proposed": "P", "active": "A", "revise": "R", "exited": "X"},
    CONSENT: {
        "no_embargo": "NO_EMBARGO",
        "invited": "INVITED",
        "signatory": "SIGNATORY",
        "declined": "DECLINED",
        "lapsed": "LAPSED",
    },
}
"""Each state of each machine as Vultron calls it. What has happened (CS) is written in the same six letters on both."""


def message_of(step: Step, before: str) -> str:
    """The message type that a step is.

    Args:
        step: the machine and its verb, or the letter of what happened.
        before: the machine's state in which it was taken; it tells a first proposal from a revision.

    Returns:
        Two letters; empty where Vultron has no message for it (`ONLY_HERE` says why).

    Raises:
        BadInput: there is no such step in that state.
    """
    if step.moves in ONLY_HERE:
        return ""
    for name, message in MESSAGES.items():
        if message.step == step and (not message.within or before in message.within):
            return name
    raise BadInput(f"there is no step “{step.verb}” of {step.moves} in “{before}”", place="verb")


def step_of(message: str, state: str) -> Step:
    """The step that a message asks for here.

    Args:
        message: two letters, such as `EV`.
        state: where the machine stands that it is for.

    Raises:
        BadInput: there is no such type, it is no step here, or not in this state; the message says why.
    """
    known = MESSAGES.get(message)
    if known is None:
        raise BadInput(f"“{message}” is none of the {len(MESSAGES)} message types", place="message")
    if known.step is None:
        raise BadInput(f"{message} ({known.says}) is no step here: {known.why_not}", place="message")
    if known.within and state not in known.within:
        raise BadInput(f"{message} ({known.says}) does not fit what is “{state}”", place="message")
    return known.step


def state_of(moves: str, name: str) -> str:
    """The state that Vultron calls so, in Levee's word.

    Raises:
        BadInput: the machine has no such state.
    """
    for ours, theirs in STATES.get(moves, {}).items():
        if theirs == name:
            return ours
    raise BadInput(f"{moves} has no state “{name}”", place="state")
