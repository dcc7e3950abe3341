"""An advisory before it has a format: one source, from which CSAF, OSV and pages are written.

Everything here is plain fact handed in by whoever publishes; the writers add nothing but the shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - shown to readers of the dataclass at run time
from enum import Enum


class Status(Enum):
    """The state of the document (CSAF 2.0, 3.2.1.12.7)."""

    DRAFT = "draft"
    INTERIM = "interim"
    FINAL = "final"


class RemedyKind(Enum):
    """What a remediation is (CSAF 2.0, 3.2.3.12.1)."""

    FIX = "vendor_fix"
    MITIGATION = "mitigation"
    WORKAROUND = "workaround"
    NONE_PLANNED = "no_fix_planned"
    NONE_AVAILABLE = "none_available"


class ReferenceKind(Enum):
    """What a reference leads to, in OSV's words (`references[].type`)."""

    ADVISORY = "ADVISORY"
    ARTICLE = "ARTICLE"
    REPORT = "REPORT"
    FIX = "FIX"
    PACKAGE = "PACKAGE"
    EVIDENCE = "EVIDENCE"
    WEB = "WEB"


class CreditKind(Enum):
    """What somebody is thanked for, in OSV's words (`credits[].type`)."""

    FINDER = "FINDER"
    REPORTER = "REPORTER"
    ANALYST = "ANALYST"
    COORDINATOR = "COORDINATOR"
    REMEDIATION_DEVELOPER = "REMEDIATION_DEVELOPER"
    REMEDIATION_REVIEWER = "REMEDIATION_REVIEWER"
    REMEDIATION_VERIFIER = "REMEDIATION_VERIFIER"
    TOOL = "TOOL"
    SPONSOR = "SPONSOR"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRange:
    """Versions from `introduced` on (`0`: from the first), up to `fixed` (excluded) or `last_affected` (included).

    At most one end is given; without one the range is open.
    """

    introduced: str = "0"
    fixed: str = ""
    last_affected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedPackage:
    """One package that is affected; ecosystem and name in OSV's words, `purl` without a version (or empty)."""

    ecosystem: str
    name: str
    purl: str = ""
    vendor: str = ""
    ranges: tuple[VersionRange, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def fixed_versions(self) -> tuple[str, ...]:
        """The versions that bring the fix, in the order of the ranges."""
        return tuple(dict.fromkeys(span.fixed for span in self.ranges if span.fixed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """A CWE entry: `CWE-79` and its title in the catalogue that `csaf.check` holds against."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """What an operator can do; `url` leads to it, or is empty."""

    kind: RemedyKind
    details: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who is thanked, under the name they chose; `organization` may be empty."""

    name: str
    kind: CreditKind = CreditKind.FINDER
    organization: str = ""
    contacts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A link."""

    kind: ReferenceKind
    url: str
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One entry of the document's history; `number` counts from 1."""

    number: int
    date: datetime
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who publishes; `namespace` is a URL under their control, `category` a word of CSAF (3.2.1.8.1)."""

    name: str
    namespace: str
    category: str = "coordinator"
    contact_details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryContent:
    """Everything an advisory says. Times have a zone; `withdrawn` is None while it stands.

    `aliases` are identifiers of the same vulnerability elsewhere (CVE, GHSA); `severity` are CVSS vectors as given.
    """

    id: str
    title: str
    summary: str
    details: str
    publisher: Publisher
    published: datetime
    modified: datetime
    revisions: tuple[Revision, ...]
    aliases: tuple[str, ...] = ()
    weaknesses: tuple[Weakness, ...] = ()
    affected: tuple[AffectedPackage, ...] = ()
    remediations: tuple[Remediation, ...] = ()
    credits: tuple[Credit, ...] = ()
    references: tuple[Reference, ...] = ()
    severity: tuple[str, ...] = ()
    status: Status = Status.FINAL
    withdrawn: datetime | None = None
    language: str = "en"

    @property
    def cve(self) -> str:
        """The CVE identifier among the aliases; empty without one."""
        return next((alias for alias in self.aliases if alias.startswith("CVE-")), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a document: the rule, its place as a JSON pointer, and what it is."""

    rule: str
    place: str
    message: str
