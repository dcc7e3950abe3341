from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Severity(StrEnum):
    """How bad a scanner says that a finding is; `none` is information, `unknown` is said by nobody."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFinding:
    """What one scanner says about one asset.

    Attributes:
        place: JSON pointer, line or element in the file.
        asset: the host, image, repository or application that was looked at.
        source: the scanner. rule: its own number or name for what it looked for.
        vulnerabilities: identifiers, CVEs first, each once. title: in one line.
        stated: the affected package in the file's own words; empty where it names none.
        purl, ecosystem, name: what was understood of that; ecosystem as OSV spells it, without a release.
        version: the one that is there. fixed: the one to go to.
        where: port, address, path or line; several are parted by commas.
        solution: what the scanner advises. seen_at: when it was last seen; None where nobody says.
        closed: why the file itself counts it as settled (fixed, suppressed, not affected ...); empty while open.
    """

    place: str
    asset: str
    source: str
    rule: str
    title: str
    severity: Severity
    vulnerabilities: tuple[str, ...] = ()
    stated: str = ""
    purl: str = ""
    ecosystem: str = ""
    name: str = ""
    version: str = ""
    fixed: str = ""
    where: str = ""
    solution: str = ""
    seen_at: datetime | None = None
    closed: str = ""

    @property
    def kind(self) -> tuple[str, ...]:
        """What it is, wherever it was found: many hosts and ports may have the same."""
        return (self.source, self.rule, self.title, self.stated, self.version)

    @property
    def actionable(self) -> bool:
        """Whether there is something to do: neither mere information nor settled."""
        return self.severity is not Severity.NONE and not self.closed


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanHost:
    """An asset that was looked at, with findings or without; `exposed` is None where the file does not say.

    Attributes:
        name: as its findings call it. addresses: other names and numbers of it. seen_at: when it was looked at.
        exposed_by: who says that it can be reached from the internet.
    """

    name: str
    addresses: tuple[str, ...] = ()
    seen_at: datetime | None = None
    exposed: bool | None = None
    exposed_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFault:
    """A part of the file that says nothing that could be kept: its place, its words, and why."""

    place: str
    stated: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """All that one export says, every row accounted for.

    Attributes:
        format: of the file.
        sources: the scanners of which the file states all that they found on its hosts; what it lacks is gone.
        hosts: what was looked at; a scan speaks of nothing else.
        findings: in the order of the file, each row its own.
        faults: rows that were not understood.
    """

    format: str
    sources: tuple[str, ...]
    hosts: tuple[ScanHost, ...]
    findings: tuple[ScanFinding, ...]
    faults: tuple[ScanFault, ...] = ()

    @property
    def kinds(self) -> int:
        """How many different things were found, however many hosts and ports have them."""
        return len({finding.kind for finding in self.findings})
