"""Changes of one form that no question can tell, each with the reason why it opens nothing."""

from __future__ import annotations

import re

REASONS = {
    r"row-level security \w+: without \(access_grant\.party .*": "a party reads its own grants alone: access_grant_see",
    r"policy (\w+:\w+): standings -(left|limited)": "the clearinghouse itself has always joined",
}


def reason_of(name: str) -> str | None:
    """Why a change goes unnoticed; None where it should not."""
    return next((reason for pattern, reason in REASONS.items() if re.fullmatch(pattern, name)), None)
