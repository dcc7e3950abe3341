from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.cases.projects.sharing import Label

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any
    from uuid import UUID


class State(StrEnum):
    """Where an advisory stands."""

    PUBLISHING = "publishing"
    PUBLISHED = "published"


LABELS = (Label.AMBER_STRICT, Label.AMBER, Label.RED)
"""How a notice to operators may be marked; what is for a few is for no community."""


class Alone(StrEnum):
    """On what ground one person published, without a second one."""

    URGENT = "urgent"
    ALLOWED = "allowed"

    @property
    def says(self) -> str:
        """The ground, in words."""
        return "it was public already" if self is Alone.URGENT else "the house allows it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a coordinator writes; everything else comes from the case.

    Attributes:
        title: one line. summary: what an operator must know. details: the rest, plain text.
        package: `npm:NAME`, `pypi:NAME` or `source:NAME`.
        introduced: the first affected version, `0` for the first of all.
        fixed: the version that brings the fix, or empty.
        cve: `CVE-…`, or empty. cwe: `CWE-…`, or empty.
        credits: names that the finders chose.
    """

    title: str
    summary: str
    details: str
    package: str
    introduced: str = "0"
    fixed: str = ""
    cve: str = ""
    cwe: str = ""
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """An advisory as the case's parties see it before and after publication."""

    id: UUID
    case: UUID
    name: str
    title: str
    state: State
    decided_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What one coordinator would publish, as the people of the case's owner see it.

    Attributes:
        name: the advisory's, once it is out.
        osv, csaf: the documents that would go out, as of `asked_at`: only their dates differ once they do.
        digest: SHA-256 of the OSV document followed by the CSAF document.
        by, yours: who asked, by name, and whether that is the reader.
        alone: on what ground one person published it; None where a second one agrees.
        agreed: None while it waits. settled, settlement: who decided, by name, and why.
        urgent: why it did not wait for the next time that the house publishes in; empty where that was open.
        stands: whether a second person found it right that one person published; None before the review.
    """

    id: UUID
    case: UUID
    name: str
    draft: Draft
    osv: str
    csaf: str
    digest: str
    by: str
    yours: bool
    asked_at: datetime
    alone: Alone | None
    agreed: bool | None
    settled: str
    settled_at: datetime | None
    settlement: str
    urgent: str
    stands: bool | None
    reviewed: str
    reviewed_at: datetime | None
    review: str

    @property
    def waits(self) -> bool:
        """Whether a second person has to agree still."""
        return self.agreed is None

    @property
    def to_review(self) -> bool:
        """Whether a second person has to look at what one published."""
        return self.alone is not None and self.reviewed_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What everyone can read.

    Attributes:
        name: `LVE-2026-…`, also the id in OSV and CSAF.
        osv, csaf: canonical JSON bytes as text. osv_signature, csaf_signature: detached OpenPGP, armored.
    """

    id: UUID
    name: str
    title: str
    summary: str
    published_at: datetime
    modified_at: datetime
    revision: int
    osv: str
    osv_signature: str
    csaf: str
    csaf_signature: str

    def osv_document(self) -> Mapping[str, Any]:
        """The OSV record, read."""
        import json  # noqa: PLC0415 - only for those who look inside

        document: Mapping[str, Any] = json.loads(self.osv)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """What some operators were told before the flaw was public, as the people of the case's owner see it.

    Attributes:
        recipients: by name, each with the reason why it.
    """

    id: UUID
    product: str
    text: str
    label: str
    because: str
    by: str
    at: datetime
    recipients: tuple[tuple[str, str], ...]
