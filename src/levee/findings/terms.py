"""What a finder's use terms allow: one table, read at every forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.findings.types import Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping


ALLOWED: Mapping[str, frozenset[Purpose]] = {
    "fix-and-publish": frozenset(Purpose),
    "fix-only": frozenset({Purpose.FIX}),
    "research": frozenset(),
}


def allows(use_terms: str, purpose: Purpose) -> bool:
    """Whether the terms let a finding be passed on for a purpose; unknown terms allow nothing."""
    return purpose in ALLOWED.get(use_terms, frozenset())
