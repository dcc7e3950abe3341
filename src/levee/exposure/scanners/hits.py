"""What scanners say, as matches: each with its source and date, beside what advisories say, and never twice. Pure.

A scanner's word stands for itself: Levee explains who said it and when, and does not check it. Where an advisory says
the same of the same package on the same asset, that is one match with two sources.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from msgspec import structs

from levee.exposure.matching.engine import Found, Record
from levee.exposure.types import Explanation, Source
from levee.formats.signals import NOTHING_KNOWN, Signal, Signals
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.inventory.types import INVENTORY, SUPPORT, Component

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from levee.formats import osv
    from levee.inventory.types import Finding

Package = tuple[str, str]
_SAID = UUID("6a1f0c54-9d0e-4a34-8a5e-2f7c1f0b7f11")  # names a vulnerability where no advisory is on record about it
_CVE = re.compile(r"CVE-\d{4}-\d{4,}")
_MILD = {"low", "medium"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What holds by advisories and scanners together.

    Attributes:
        found: every match, those of scanners last.
        told: what is publicly known of the vulnerabilities that scanners name, or follows from what they are.
        present: keys of the findings that stand.
    """

    found: Sequence[Found]
    told: Mapping[str, Signals]
    present: frozenset[UUID]


class _Nowhere:
    """The shelf of what only a scanner says: there is no text."""

    def fetch(self, keys: Collection[UUID]) -> None:
        """Nothing is to be brought."""

    def read(self, key: UUID) -> osv.Record:
        """There is nothing."""
        raise KeyError(key)

    def source(self, key: UUID) -> Source:
        """Nor is there a source beside the scanner, which the finding names."""
        raise KeyError(key)


def joined(findings: Sequence[Finding], examined: Sequence[Found], known: Mapping[str, Signals]) -> Said:
    """Put what scanners say beside what advisories say.

    Args:
        findings: those that there is something to do about.
        examined: the matches by advisories.
        known: what is publicly known of the vulnerabilities that the findings name.
    """
    both = list(examined)
    covered = _covered(examined)
    fixes = _fixes(findings, examined)
    told: dict[str, Signals] = {}
    for finding in findings:
        for name, aliases in _vulnerabilities(finding):
            at = next((covered[key] for alias in aliases if (key := _key(finding, alias)) in covered), None)
            if at is not None:
                both[at] = _seconded(both[at], finding)
                continue
            told[name] = _told(finding, name, known.get(name, NOTHING_KNOWN))
            both.append(_found(finding, name, fixes[finding.asset.id, finding.subject[:2]]))
    return Said(found=both, told=told, present=frozenset(each.id for each in findings))


def together(one: Mapping[str, Signals], other: Mapping[str, Signals]) -> Mapping[str, Signals]:
    """What two say of vulnerabilities, by name."""
    return {**one, **{name: one[name].joined(each) if name in one else each for name, each in other.items()}}


def words(finding: Finding) -> str:
    """Who says it, when, and of which place."""
    where = f", {finding.where}" if finding.where else ""
    return f"{finding.source} {finding.rule} said so on {finding.evidence_at:%Y-%m-%d}{where}"


def _vulnerabilities(finding: Finding) -> Sequence[tuple[str, Collection[str]]]:
    """Each vulnerability of a finding with its aliases; a finding that names none is one of its own.

    Several CVEs are several vulnerabilities; whatever else stands beside one of them is another name of it.
    """
    if finding.subject.ecosystem == SUPPORT:
        return [(f"end of support of {finding.subject.name}", ())]
    cves = [name for name in finding.vulnerabilities if _CVE.fullmatch(name)]
    if len(cves) > 1:
        return [(name, (name,)) for name in cves]
    if finding.vulnerabilities:
        return [((cves or finding.vulnerabilities)[0], finding.vulnerabilities)]
    return [(f"{finding.source} {finding.rule}", ())]


def _key(finding: Finding, name: str) -> tuple[UUID, str, str, str]:
    return (finding.asset.id, finding.ecosystem, finding.name, name)


def _covered(examined: Iterable[Found]) -> Mapping[tuple[UUID, str, str, str], int]:
    """Where each vulnerability of a package on an asset stands among the matches, under any of its names."""
    found: dict[tuple[UUID, str, str, str], int] = {}
    for at, each in enumerate(examined):
        component = each.component
        for name in (each.vulnerability, each.record.name, *each.record.aliases):
            found.setdefault((component.asset.id, component.ecosystem, component.name, name), at)
    return found


def _seconded(found: Found, finding: Finding) -> Found:
    """A match that a scanner confirms."""
    also = (*found.explanation.also, words(finding))
    return structs.replace(found, explanation=structs.replace(found.explanation, also=also))


def _fixes(findings: Iterable[Finding], examined: Iterable[Found]) -> Mapping[tuple[UUID, Package], str]:
    """For each subject on each asset, the version to go to: the highest that any finding or advisory asks for."""
    asked: dict[tuple[UUID, Package], list[str]] = defaultdict(list)
    for each in findings:
        asked[each.asset.id, each.subject[:2]].append(each.subject.version)
    for match in examined:
        key = (match.component.asset.id, (match.component.ecosystem, match.component.name))
        if any(asked.get(key, ())):
            asked[key].append(match.fix)
    return {key: _highest(key[1][0], versions) for key, versions in asked.items()}


def _highest(ecosystem: str, versions: Iterable[str]) -> str:
    scheme = scheme_of_ecosystem(ecosystem) or "generic"
    return max(filter(None, versions), key=lambda version: (sort_key(scheme, version) or b"", version), default="")


def _told(finding: Finding, name: str, known: Signals) -> Signals:
    """What is known of a vulnerability, and what follows from its having no CVE.

    The list of known exploited vulnerabilities holds CVEs alone; and what the scanner itself calls low or medium does
    not give total control.
    """
    if _CVE.fullmatch(name) or finding.subject.ecosystem == SUPPORT:
        return known
    unlisted = Signal(
        value="no", source="it has no CVE, and the list of exploited flaws holds CVEs alone", at=finding.since
    )
    partial = Signal(
        value="partial",
        source=finding.source,
        at=finding.since,
        detail=f"from: its severity {finding.severity}",
    )
    mild = partial if finding.severity in _MILD else None
    return replace(known, kev=known.kev or unlisted, technical_impact=known.technical_impact or mild)


def _found(finding: Finding, name: str, fix: str) -> Found:
    subject = finding.subject
    return Found(
        component=Component(
            id=finding.id,
            asset=finding.asset,
            stated=f"{finding.stated} {finding.version}".strip() or finding.title,
            purl=finding.purl,
            ecosystem=subject.ecosystem,
            name=subject.name,
            version=finding.version,
            key=None,
            detected_at=finding.since,
            evidence_at=finding.evidence_at,
            unmatchable="",
        ),
        record=Record(
            id=uuid5(_SAID, name),
            name=name,
            aliases=(),
            modified=finding.since,
            withdrawn=False,
            intervals=(),
            signals=NOTHING_KNOWN,
            shelf=_Nowhere(),
        ),
        vulnerability=name,
        fix=fix,
        certain=True,
        explanation=_explanation(finding),
    )


def _explanation(finding: Finding) -> Explanation:
    if finding.subject.ecosystem == SUPPORT:
        return _unsupported(finding)
    return Explanation(
        stated=f"{finding.stated} {finding.version}".strip() or finding.title,
        purl=finding.purl,
        package=f"{finding.ecosystem} {finding.name}".strip() or finding.subject.name,
        record=f"{finding.source} {finding.rule}",
        revision=finding.evidence_at.isoformat(),
        place=finding.place,
        because=f"{words(finding)}: {finding.title}. This is the scanner's word; Levee has not checked it.",
        scheme="",
        introduced="",
        end=finding.fixed,
        end_kind="fixed" if finding.fixed else "",
        advice=finding.solution,
        source=Source(name=f"{finding.source}, in your list", place=finding.place, at=finding.evidence_at.isoformat()),
    )


def _unsupported(finding: Finding) -> Explanation:
    ends = finding.support_ends
    until = "is over"
    if ends:
        until = f"{'ended' if ends < finding.evidence_at.date() else 'ends'} on {ends:%Y-%m-%d}"
    return Explanation(
        stated=finding.stated or finding.title,
        purl=finding.purl,
        package=finding.subject.name,
        record=finding.source if finding.source == INVENTORY else f"{finding.source} {finding.rule}",
        revision=finding.evidence_at.isoformat(),
        place=finding.place,
        because=f"Support for {finding.subject.name} {until}: {words(finding)}. Nobody mends its flaws after that.",
        scheme="",
        introduced="",
        end=f"{ends:%Y-%m-%d}" if ends else "",
        end_kind="end of support",
        advice=finding.solution,
    )
