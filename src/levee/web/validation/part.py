"""What other pages show of a verdict: put `verdict_part(...)` into the context and include the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.ids import public_id
from levee.policy.actors import OrganisationKind, PrincipalKind, Role, Standing
from levee.validation import selectors
from levee.validation.types import Result
from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from levee.policy.actors import Actor

TONES = {
    Result.CONFIRMED: Tone.GOOD,
    Result.EFFECT_SHOWN: Tone.WARN,
    Result.FLAKY: Tone.WARN,
    Result.BEYOND_SANDBOX: Tone.WARN,
    Result.NOT_REPRODUCED: Tone.STOP,
    Result.CONTROL_FAILED: Tone.STOP,
    Result.BUILD_FAILED: Tone.PLAIN,
}


def words(text: str) -> str:
    """A term as people read it."""
    return text.replace("_", " ")


def verdict_part(actor: Actor, finding: UUID) -> Mapping[str, object]:
    """The context of `levee/validation/verdict.html` for one finding."""
    found = selectors.verdict(actor, finding)
    return {
        "verdict": found,
        "verdict_finding": public_id("FND", finding),
        "verdict_result": words(found.result) if found else "",
        "verdict_tone": TONES[found.result] if found else Tone.PLAIN,
        "verdict_said": words(found.said.judgement) if found and found.said else "",
        "may_judge": found is not None and found.said is None and coordinates(actor),
    }


def coordinates(actor: Actor) -> bool:
    """Whether an actor is a coordinator of the clearinghouse, in person: whom a page offers its decisions."""
    return _in_person(actor) and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE


def opens_own(actor: Actor) -> bool:
    """Whether a page offers an actor to open a case of its own: a coordinator of a member that joined, in person."""
    member = actor.organisation_kind is not OrganisationKind.CLEARINGHOUSE
    return _in_person(actor) and member and actor.standing is Standing.JOINED


def _in_person(actor: Actor) -> bool:
    return actor.kind is PrincipalKind.PERSON and Role.COORDINATOR in actor.roles
