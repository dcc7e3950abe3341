"""What the machines of a case ask of each other, as numbered rules, and the joint states that they leave."""

from __future__ import annotations

from enum import StrEnum
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from levee.cases.rules.embargo import Embargo, EmbargoVerb
from levee.cases.rules.facts import WORLD, Event, Facts, every_state
from levee.cases.rules.reports import TAKEN_UP, Report, ReportVerb
from levee.kernel.errors import AgainstRules

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HOLDING = frozenset({Embargo.ACTIVE, Embargo.REVISE})
"""An embargo holds; while it is being revised, the old one does."""
_FIXED = frozenset({Event.FIX_READY, Event.FIX_DEPLOYED})


class Strength(StrEnum):
    """How much a rule binds in the published model."""

    MUST = "must"
    SHOULD = "should"
    ADOPTED = "adopted"


class Rule(NamedTuple):
    """A rule across machines."""

    strength: Strength
    says: str


RULES: Mapping[int, Rule] = {
    1: Rule(Strength.MUST, "once the flaw or an exploit is public, the embargo ends at once and none may start"),
    2: Rule(Strength.SHOULD, "once attacks are seen, the embargo ends unless its owner decides otherwise, on record"),
    3: Rule(Strength.MUST, "nothing is proposed or accepted unless flaw, exploit and attacks are all unknown"),
    4: Rule(Strength.SHOULD, "no embargo is proposed once a fix is deployed"),
    5: Rule(Strength.MUST, "a vendor with a fix has accepted the report"),
    6: Rule(Strength.MUST, "a vendor is aware from its first receipt of a report"),
    7: Rule(Strength.SHOULD, "nobody closes its report while an embargo holds: it is set aside instead"),
    8: Rule(Strength.MUST, "one party's closing or setting aside never ends the embargo"),
    9: Rule(Strength.SHOULD, "who leaves an embargo sees nothing more of the case; the embargo goes on"),
    10: Rule(
        Strength.MUST, "an embargo has one end, an instant with its zone, which permits publication and obliges nobody"
    ),
    11: Rule(Strength.ADOPTED, "of several proposals the shortest is agreed, and a longer one becomes a revision"),
    12: Rule(Strength.ADOPTED, "a published default is a proposal; who sends a report on meanwhile accepts it"),
    13: Rule(Strength.ADOPTED, "a newcomer is offered the embargo first and sees nothing before it accepts"),
    14: Rule(Strength.ADOPTED, "merged cases keep the earliest end, and parts of a split case its end"),
    15: Rule(
        Strength.ADOPTED, "each change is told to the others; a vendor's word on its fix moves its own state alone"
    ),
    16: Rule(Strength.ADOPTED, "what is done moves one step; what is told may move any number forward, and none back"),
}


def breach(number: int, what: str) -> AgainstRules:
    """A refusal that names its rule."""
    return AgainstRules(
        f"rule {number}: {what}: {RULES[number].says}",
        code=f"case.rule_{number}",
        advice=f"rule {number} of `levee cases rules`",
    )


def ends_embargo(world: Facts, *, kept_during_attacks: bool = False) -> bool:
    """Whether what happened in the world ends an embargo (rules 1 and 2).

    Args:
        world: what has happened.
        kept_during_attacks: the owner's recorded decision; attacks end it by default.
    """
    public = {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC} & world.happened
    return bool(public) or (Event.ATTACKS_OBSERVED in world.happened and not kept_during_attacks)


def check_embargo(verb: EmbargoVerb, facts: Facts) -> None:
    """Whether what happened leaves room for a proposal or an acceptance (rules 3 and 4).

    Args:
        verb: what is to be done to the embargo.
        facts: what has happened; of several vendors, as the one that is furthest.

    Raises:
        AgainstRules: it does not.
    """
    if verb not in {EmbargoVerb.PROPOSE, EmbargoVerb.ACCEPT}:
        return
    if WORLD & facts.happened:
        raise breach(
            3, f"an embargo cannot be {verb.value[:-1] if verb is EmbargoVerb.PROPOSE else verb.value}ed in {facts}"
        )
    if verb is EmbargoVerb.PROPOSE and Event.FIX_DEPLOYED in facts.happened:
        raise breach(4, f"no embargo in {facts}")


def check_report(verb: ReportVerb, embargo: Embargo) -> None:
    """Whether the embargo lets a report be closed (rule 7).

    Raises:
        AgainstRules: it does not.
    """
    if verb is ReportVerb.CLOSE and embargo in HOLDING:
        raise breach(7, "this report stays open")


def check_fix(event: Event, report: Report) -> None:
    """Whether a vendor stands where it can have a fix (rule 5).

    Raises:
        AgainstRules: it does not.
    """
    if event in _FIXED and report not in TAKEN_UP:
        raise breach(5, f"no fix from who holds a report that is {report.value}")


class Joint(NamedTuple):
    """One vendor's case: its report, the embargo, what happened."""

    report: Report
    embargo: Embargo
    facts: Facts


def _fix_was_accepted(joint: Joint) -> bool:
    return not _FIXED & joint.facts.happened or joint.report in TAKEN_UP


def _holds_a_secret(joint: Joint) -> bool:
    return joint.embargo not in HOLDING or not WORLD & joint.facts.happened


def _proposes_a_secret(joint: Joint) -> bool:
    return joint.embargo is not Embargo.PROPOSED or not WORLD & joint.facts.happened


NARROWING: tuple[tuple[str, tuple[Callable[[Joint], bool], ...]], ...] = (
    ("joint_states", ()),
    ("joint_states_with_embargoes_of_secrets", (_fix_was_accepted, _holds_a_secret)),
    ("joint_states_with_proposals_of_secrets_too", (_fix_was_accepted, _holds_a_secret, _proposes_a_secret)),
)


def joint_states() -> list[tuple[str, list[Joint]]]:
    """The joint states that are left by more and more of the rules, the largest space first."""
    every = [Joint(*each) for each in product(Report, Embargo, every_state())]
    return [(name, [each for each in every if all(rule(each) for rule in rules)]) for name, rules in NARROWING]
