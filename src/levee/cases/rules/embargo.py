"""The embargo of a case (EM) and each party's consent to it (PEC), after Householder and Spring.

One embargo has one unambiguous end instant; it ends at once when the flaw or an exploit is public, and its end permits
publication without obliging to it.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.rules.machines import Machine
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

LONGEST = timedelta(days=90)


class Embargo(StrEnum):
    """Where the embargo of a case stands."""

    NONE = "none"
    PROPOSED = "proposed"
    ACTIVE = "active"
    REVISE = "revise"
    EXITED = "exited"


class EmbargoVerb(StrEnum):
    """What can happen to it."""

    PROPOSE = "propose"
    ACCEPT = "accept"
    REJECT = "reject"
    TERMINATE = "terminate"


EMBARGO = Machine(
    name="EM",
    of="an embargo",
    start=Embargo.NONE,
    ends=frozenset({Embargo.NONE, Embargo.EXITED}),
    steps={
        (Embargo.NONE, EmbargoVerb.PROPOSE): Embargo.PROPOSED,
        (Embargo.PROPOSED, EmbargoVerb.PROPOSE): Embargo.PROPOSED,
        (Embargo.PROPOSED, EmbargoVerb.REJECT): Embargo.NONE,
        (Embargo.PROPOSED, EmbargoVerb.ACCEPT): Embargo.ACTIVE,
        (Embargo.ACTIVE, EmbargoVerb.PROPOSE): Embargo.REVISE,
        (Embargo.ACTIVE, EmbargoVerb.TERMINATE): Embargo.EXITED,
        (Embargo.REVISE, EmbargoVerb.PROPOSE): Embargo.REVISE,
        (Embargo.REVISE, EmbargoVerb.ACCEPT): Embargo.ACTIVE,
        (Embargo.REVISE, EmbargoVerb.REJECT): Embargo.ACTIVE,
        (Embargo.REVISE, EmbargoVerb.TERMINATE): Embargo.EXITED,
    },
)


class Consent(StrEnum):
    """How a participant stands to the embargo."""

    NO_EMBARGO = "no_embargo"
    INVITED = "invited"
    SIGNATORY = "signatory"
    DECLINED = "declined"
    LAPSED = "lapsed"


class ConsentVerb(StrEnum):
    """What can happen to a participant's consent."""

    INVITE = "invite"
    ACCEPT = "accept"
    DECLINE = "decline"
    REVISE = "revise"
    RESET = "reset"


_UNBOUND = (Consent.NO_EMBARGO, Consent.LAPSED, Consent.DECLINED)
_ASKED = (Consent.NO_EMBARGO, Consent.INVITED, Consent.LAPSED)
CONSENT = Machine(
    name="PEC",
    of="consent",
    start=Consent.NO_EMBARGO,
    ends=frozenset(Consent),
    steps={
        **{(state, ConsentVerb.INVITE): Consent.INVITED for state in _UNBOUND},
        **{(state, ConsentVerb.ACCEPT): Consent.SIGNATORY for state in _ASKED},
        **{(state, ConsentVerb.DECLINE): Consent.DECLINED for state in _ASKED},
        (Consent.SIGNATORY, ConsentVerb.REVISE): Consent.LAPSED,
        **{(state, ConsentVerb.RESET): Consent.NO_EMBARGO for state in Consent},
    },
)


class EndReason(StrEnum):
    """Why an embargo ended."""

    TIME = "time"
    PUBLISHED = "published"
    PUBLIC = "public"
    EXPLOIT_PUBLIC = "exploit_public"
    ATTACKS = "attacks"
    OWNER = "owner"


def check_end(end: datetime, now: datetime) -> datetime:
    """An embargo's end: an exact instant with a zone, ahead, at most 90 days away.

    Raises:
        BadInput: it is none of these.
    """
    if end.tzinfo is None:
        raise BadInput("the end of an embargo needs a time zone", place="embargo_end", advice="2026-12-01T12:00:00Z")
    if not now < end <= now + LONGEST:
        raise BadInput(f"the end lies ahead, within {LONGEST.days} days", place="embargo_end")
    return end
