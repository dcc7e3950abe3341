"""What findings are grouped by: kind and place of the effect in one build. It proposes that they are one, no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.validation.answers import plain
from levee.validation.engine.kinds import Form

if TYPE_CHECKING:
    from levee.validation.engine.proof import Proof

_LONGEST = 400


def signature_of(proof: Proof, target: str, reported: str) -> str:
    """The signature of a shown effect.

    Args:
        proof: what was run.
        target: the build it ran on, in its one spelling.
        reported: what a memory report gave: kind, top frame inside the project, line; empty for other kinds.

    Returns:
        Text; empty where a memory report named no place, for then nothing can be said to be alike.
    """
    place = plain(reported, _LONGEST) if proof.form is Form.BYTES else entered(proof)
    return f"{target} {proof.kind} {place}" if place else ""


def entered(proof: Proof) -> str:
    """The entry that the last call goes into; `lodash/set` and `lodash:set` are one."""
    name = proof.steps[-1].target_name if proof.steps else ""
    return name.rstrip(":").replace("/", ".").replace(":", ".")
