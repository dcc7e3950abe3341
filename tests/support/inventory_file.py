from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a kind, and what it states: names of its assets, and how many components and findings."""

    kind: str
    filename: str
    data: bytes
    assets: tuple[str, ...]
    components: int = 0
    findings: int = 0
    rejected: int = 0
