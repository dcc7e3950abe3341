from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What found it: a tool, the model behind it if any, and their versions."""

    tool: str
    tool_version: str = ""
    model: str = ""
    model_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A finding as handed in.

    Attributes:
        title: one line, at most 300 characters. description: plain text, at most 64 KiB.
        target: `npm:NAME@VERSION`, `pypi:NAME@VERSION` or `source:NAME`.
        cwe: `CWE-79`, or empty. contrast: a release said to be without the flaw, or empty.
        proof: the proof document (docs/proofs.md), or None where there is none to run.
        why_no_proof: what a sandbox would lack (hardware, a service), for a person to weigh.
        use_terms: what the finder allows its readers. key: the finder's idempotency key.
    """

    title: str
    description: str
    target: str
    provenance: Provenance
    key: str
    cwe: str = ""
    contrast: str = ""
    proof: Mapping[str, Any] | None = None
    why_no_proof: str = ""
    use_terms: str = "fix-and-publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as its readers see it, redactions applied."""

    id: UUID
    organisation: UUID
    title: str
    description: str
    target: str
    contrast: str
    cwe: str
    provenance: Provenance
    use_terms: str
    has_proof: bool
    why_no_proof: str
    received_at: datetime
    redactions: int

    @property
    def public_id(self) -> str:
        """`FND-…`."""
        return public_id("FND", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The answer to a submission; `repeated` when the same key and content came before."""

    finding: UUID
    repeated: bool

    @property
    def public_id(self) -> str:
        """`FND-…`."""
        return public_id("FND", self.finding)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One item of a batch that was not taken, with its place; the others are."""

    place: str
    code: str
    message: str
    advice: str
