"""A scan while it is being read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict, Unpack

from levee.formats.scans import words
from levee.formats.scans.packages import Package
from levee.formats.scans.types import Scan, ScanFault, ScanFinding, ScanHost, Severity
from levee.kernel.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from levee.formats.scans.nodes import Node

MAX_FINDINGS = 1_000_000


class Said(TypedDict, total=False):
    """What a scanner says about a finding, beside where and what."""

    rule: str
    title: str
    severity: Severity
    names: Iterable[str]
    package: Package
    fixed: str
    where: str
    solution: str
    seen_at: datetime | None
    closed: str
    source: str


class Draft:
    """Collects hosts, findings and faults.

    `ran` names the scanners that ran, whether or not they found something. `full` is false for a file that does not
    state all that they found on its hosts.
    """

    def __init__(self, format: str, tool: str, *, alone: str) -> None:  # noqa: A002 - the file's format
        self.format = format
        self.tool = tool
        self.alone = words.line(alone) or "unnamed"
        self.ran: tuple[str, ...] = (tool,)
        self.full = True
        self._hosts: dict[str, ScanHost] = {}
        self._findings: list[ScanFinding] = []
        self._faults: list[ScanFault] = []

    def host(
        self,
        name: str = "",
        *,
        addresses: Iterable[str] = (),
        seen_at: datetime | None = None,
        exposed_by: str = "",
    ) -> str:
        """Note that something was looked at.

        Returns:
            Its name, which is the file's own where it has none.
        """
        name = words.line(name) or self.alone
        known = self._hosts.get(name) or ScanHost(name=name)
        more = [each for each in addresses if each and each != name and each not in known.addresses]
        latest = words.latest([known.seen_at, seen_at])
        if more or latest != known.seen_at or (exposed_by and not known.exposed) or name not in self._hosts:
            self._hosts[name] = replace(
                known,
                addresses=(*known.addresses, *dict.fromkeys(more)),
                seen_at=latest,
                exposed=True if exposed_by else known.exposed,
                exposed_by=exposed_by or known.exposed_by,
            )
        return name

    def finding(self, place: str, asset: str, **said: Unpack[Said]) -> int | None:
        """Keep a finding; one that says neither what nor by which rule is a fault.

        Returns:
            Its number, for `also`; None for a fault.
        """
        if len(self._findings) >= MAX_FINDINGS:
            raise TooLarge(f"at most {MAX_FINDINGS} findings are read", code="scan.too_many", place=place)
        rule, package = words.line(said.get("rule", "")), said.get("package", Package())
        title = words.line(said.get("title", "")) or _title(rule, package)
        if not (rule or title):
            self.fault(place, "", "it names neither a rule nor a title")
            return None
        self._findings.append(
            ScanFinding(
                place=place,
                asset=self.host(asset, seen_at=said.get("seen_at")),
                source=said.get("source") or self.tool,
                rule=rule or title,
                title=title,
                severity=said.get("severity", Severity.UNKNOWN),
                vulnerabilities=words.identifiers(*said.get("names", ())),
                stated=words.line(package.stated),
                purl=package.purl,
                ecosystem=package.ecosystem,
                name=words.line(package.name),
                version=words.line(package.version, 200),
                fixed=words.line(said.get("fixed", ""), 200),
                where=words.line(said.get("where", ""), 500),
                solution=words.prose(said.get("solution", "")),
                seen_at=said.get("seen_at"),
                closed=words.line(said.get("closed", ""), 100),
            )
        )

        return len(self._findings) - 1

    def also(self, number: int, *names: str) -> None:
        """Note that a finding is about further vulnerabilities, which the file states in rows of their own."""
        known = self._findings[number]
        found = dict.fromkeys([*known.vulnerabilities, *words.identifiers(*names)])
        self._findings[number] = replace(known, vulnerabilities=tuple(found))

    def fault(self, place: str, stated: str, reason: str) -> None:
        """Say what was not understood."""
        self._faults.append(ScanFault(place=place or "/", stated=words.line(stated, 200), reason=reason))

    def objects(self, node: Node, *keys: str) -> Iterator[Node]:
        """The objects of a list; whatever else stands there is a fault."""
        for each in node.each(*keys):
            if each.is_object:
                yield each
            else:
                self.fault(each.place, each.text(), "an object was expected here")

    def scan(self) -> Scan:
        """All of it."""
        return Scan(
            format=self.format,
            sources=tuple(dict.fromkeys([*self.ran, *(each.source for each in self._findings)])) if self.full else (),
            hosts=tuple(self._hosts.values()),
            findings=tuple(self._findings),
            faults=tuple(self._faults),
        )


def _title(rule: str, package: Package) -> str:
    """Words for what the tool gives no title."""
    held = f"{package.stated} {package.version}".strip()
    return words.line(f"{rule} in {held}") if rule and package.stated else rule
