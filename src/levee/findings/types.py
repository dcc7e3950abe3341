from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from levee.findings import masking
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from levee.formats.case_report import HandlingId, Tlp


class Purpose(StrEnum):
    """What a finding is passed on for."""

    FIX = "fix"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class HiddenWords:
    """What a reader must not see of some findings."""

    passages: tuple[str, ...] = ()

    def over(self, text: str) -> str:
        """The text without them."""
        return masking.mask(text, self.passages)

    def in_document(self, document: bytes) -> bool:
        """Whether a JSON document holds any of them."""
        return any(masking.occurs(passage, document) for passage in self.passages)


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
        use_terms: what the finder allows (`levee.findings.terms`). key: the finder's idempotency key.
        personal_data: it holds data about a person; nothing of it is passed on until somebody said what to hide.
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
    personal_data: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding as its readers see it, redactions applied.

    Attributes:
        personal_data: its finder says that it holds some. redactions: how many passages are hidden.
        held: nothing of it is passed on, until somebody answered what of its personal data to hide.
    """

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
    personal_data: bool
    redactions: int
    held: bool

    @property
    def public_id(self) -> str:
        """`FND-…`."""
        return public_id("FND", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The bytes that a finding came in with, unchanged.

    Attributes:
        data: the whole document; it may hold further findings of the same finder.
        digest: SHA-256 of the bytes, as the ledger has it.
        media_type: `application/json` or `application/sarif+json`.
        place: JSON pointer of the finding in it.
    """

    data: bytes
    digest: bytes
    media_type: str
    place: str

    @property
    def ending(self) -> str:
        """How a file of this kind is called: `json` or `sarif`."""
        return "sarif" if "sarif" in self.media_type else "json"


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
class Origin:
    """Where a finding came from that another clearinghouse handed over.

    Attributes:
        publisher: who issued the document. name: its tracking id there. version: of the document.
        tlp: its label by the Traffic Light Protocol 2.0.
        ids: every identifier in it, unchanged, with the system that it is of.
        embargo_end: the end that it asks for; None where it asks for none. embargo_said: the same as it was written.
        digest: SHA-256 of the document.
    """

    finding: UUID
    publisher: str
    namespace: str
    name: str
    version: str
    tlp: Tlp
    ids: tuple[HandlingId, ...]
    embargo_end: datetime | None
    embargo_said: str
    digest: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One item of a batch that was not taken, with its place; the others are."""

    place: str
    code: str
    message: str
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of a document.

    Attributes:
        accepted, refused: item by item.
        suppressed: results of a scanner that its users had accepted as they are, left out.
        not_wrong: results that say that nothing is wrong, left out.
    """

    accepted: tuple[Receipt, ...] = ()
    refused: tuple[Refused, ...] = ()
    suppressed: int = 0
    not_wrong: int = 0
