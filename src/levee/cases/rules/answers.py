"""What a vendor answers about its product, dated; silence is an answer that can be seen."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable


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


class About(NamedTuple):
    """What an answer is about: all of a vendor's products, one of them, or one version of it.

    Attributes:
        product: as the vendor calls it, or its package URL; empty for all that no other answer names.
        version: one version, or a range in the vendor's words; empty for all that no other answer names.
    """

    product: str = ""
    version: str = ""

    def covers(self, other: About) -> bool:
        """Whether an answer about this is one about the other too."""
        return self.product in {"", other.product} and self.version in {"", other.version}


def check_about(about: About) -> None:
    """A version is one of a product.

    Raises:
        BadInput: it stands alone.
    """
    if about.version and not about.product:
        raise BadInput("say of which product this is a version", place="product")


def standing(given: Iterable[About]) -> set[int]:
    """Which answers stand, by place from 0, of those given in this order: each ends those before it that it covers."""
    stand: dict[int, About] = {}
    for place, about in enumerate(given):
        stand = {earlier: each for earlier, each in stand.items() if not about.covers(each)}
        stand[place] = about
    return set(stand)


_BY_NEED = (
    Answer.AFFECTED,
    Answer.LOOKING,
    Answer.SEEN,
    Answer.FIXED,
    Answer.NOT_AFFECTED,
)


def overall(answers: Iterable[Answer]) -> Answer:
    """Where a vendor stands on the whole: of its answers that stand, the one that asks most of it."""
    return min(answers, key=_BY_NEED.index, default=Answer.NOT_SEEN)
