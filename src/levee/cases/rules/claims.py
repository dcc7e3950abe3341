"""What somebody says has happened in the world: asserted, with its evidence, until the case's owner decides on it."""

from __future__ import annotations

from enum import StrEnum

from levee.cases.rules.embargo import EndReason
from levee.cases.rules.facts import WORLD, Event
from levee.cases.rules.machines import Machine
from levee.kernel.errors import AgainstRules


class Claim(StrEnum):
    """Where a claim stands."""

    ASSERTED = "asserted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DOUBTED = "doubted"
    CORRECTED = "corrected"


class ClaimVerb(StrEnum):
    """What the owner decides; and what two of its people do about an acceptance that was wrong."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    DOUBT = "doubt"
    UPHOLD = "uphold"
    CORRECT = "correct"


CLAIM = Machine(
    name="claim",
    of="a claim",
    start=Claim.ASSERTED,
    ends=frozenset({Claim.ACCEPTED, Claim.REFUSED, Claim.CORRECTED}),
    steps={
        (Claim.ASSERTED, ClaimVerb.ACCEPT): Claim.ACCEPTED,
        (Claim.ASSERTED, ClaimVerb.REFUSE): Claim.REFUSED,
        (Claim.ACCEPTED, ClaimVerb.DOUBT): Claim.DOUBTED,
        (Claim.DOUBTED, ClaimVerb.UPHOLD): Claim.ACCEPTED,
        (Claim.DOUBTED, ClaimVerb.CORRECT): Claim.CORRECTED,
    },
)
DECISIONS = (ClaimVerb.ACCEPT, ClaimVerb.REFUSE)
"""What the owner decides about a claim."""
SETTLEMENTS = (ClaimVerb.CORRECT, ClaimVerb.UPHOLD)
"""What a second person decides about a doubt."""
ENDS_BECAUSE = {
    Event.PUBLIC_AWARE: EndReason.PUBLIC,
    Event.EXPLOIT_PUBLIC: EndReason.EXPLOIT_PUBLIC,
    Event.ATTACKS_OBSERVED: EndReason.ATTACKS,
}
"""Why an embargo ends when one of them has happened."""


def happen(world: frozenset[Event], event: Event) -> frozenset[Event]:
    """What has happened in the world when one more thing has; a public exploit makes the flaw public as well.

    Raises:
        AgainstRules: it had happened already, or is not of the world but a vendor's.
    """
    if event not in WORLD:
        raise AgainstRules(f"{event.words} is what a vendor answers for", code="case.cs")
    if event in world:
        raise AgainstRules(f"{event.words} ({event}) is on record already", code="case.cs")
    drawn = {Event.PUBLIC_AWARE} if event is Event.EXPLOIT_PUBLIC else set()
    return world | {event} | drawn
