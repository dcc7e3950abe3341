"""What a vendor answers about its product, dated; silence is an answer that can be seen."""

from __future__ import annotations

from enum import StrEnum

from levee.kernel.errors import BadInput


class Answer(StrEnum):
    """Where a vendor stands."""

    NOT_SEEN = "not_seen"
    SEEN = "seen"
    LOOKING = "looking"
    AFFECTED = "affected"
    NOT_AFFECTED = "not_affected"
    FIXED = "fixed"


JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    }
)


def check_answer(answer: Answer, justification: str) -> None:
    """`not affected` needs one of the VEX justifications (OpenVEX 0.2.0, CISA minimum requirements for VEX).

    Raises:
        BadInput: it is missing, or given with another answer; or a vendor answers that it has not seen the case.
    """
    if answer is Answer.NOT_SEEN:
        raise BadInput("who answers has seen it", place="answer")
    if (answer is Answer.NOT_AFFECTED) != bool(justification):
        raise BadInput("a justification goes with not_affected, and only with it", place="justification")
    if justification and justification not in JUSTIFICATIONS:
        raise BadInput(f"one of {', '.join(sorted(JUSTIFICATIONS))}", place="justification")
