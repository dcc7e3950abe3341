"""Writing OSV records (schema 1.7.5) and checking what was written by the schema's rules."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from levee.formats.advisory import AdvisoryContent, AffectedPackage, Problem, VersionRange
from levee.formats.osv.record import RangeKind, osv_record
from levee.formats.versions import scheme_of_ecosystem
from levee.kernel.errors import LeveeError
from levee.kernel.hashing import canonical_json

SCHEMA_VERSION = "1.7.5"
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\S+")
_SEMVER = re.compile(r"(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?:[-+]\S*)?")
_SCORES = {
    "CVSS:3.0/": "CVSS_V3", "CVSS:3.1/": "CVSS_V3", "CVSS:4.0/": "CVSS_V4", "AV:": "CVSS_V2",
}  # fmt: skip
_REFERENCE_TYPES = frozenset({
    "ADVISORY", "ARTICLE", "DETECTION", "DISCUSSION", "REPORT", "FIX", "INTRODUCED", "GIT", "PACKAGE", "EVIDENCE",
    "WEB",
})  # fmt: skip


def osv_document(content: AdvisoryContent) -> dict[str, Any]:
    """The OSV record of an advisory, as plain values ready for JSON."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "id": content.id,
        "modified": _instant(content.modified),
        "published": _instant(content.published),
        "summary": content.title,
        "details": f"{content.summary}\n\n{content.details}".strip(),
        "affected": [_package(package) for package in content.affected],
        "references": [{"type": reference.kind.value, "url": reference.url} for reference in content.references],
        "credits": [_credit(credit.name, credit.kind.value, credit.contacts) for credit in content.credits],
        "aliases": list(content.aliases),
        "severity": [{"type": _score(vector), "score": vector} for vector in content.severity],
        "database_specific": {"cwe_ids": [weakness.id for weakness in content.weaknesses]},
    }
    if content.withdrawn is not None:
        document["withdrawn"] = _instant(content.withdrawn)
    return {key: value for key, value in document.items() if value not in ([], {"cwe_ids": []})}


def osv_bytes(content: AdvisoryContent) -> bytes:
    """The record in its canonical bytes, whose digest and signature are published."""
    return canonical_json(osv_document(content)) + b"\n"


def check_osv(document: dict[str, Any]) -> tuple[Problem, ...]:
    """The schema's rules and those of the format's text, held against a record; empty where all hold."""
    problems: list[Problem] = []
    try:
        record = osv_record(document)
    except LeveeError as error:
        return (Problem(rule=error.code, place=error.place, message=error.message),)
    if not _ID.fullmatch(record.id):
        problems.append(_problem("id", "/id", "an id is a prefix, a dash and the rest"))
    if record.published and record.published > record.modified:
        problems.append(_problem("time", "/published", "published after it was modified"))
    for number, (kind, url) in enumerate(record.references):
        if kind not in _REFERENCE_TYPES or not re.match(r"[a-z][a-z0-9+.-]*://\S+$", url):
            problems.append(_problem("reference", f"/references/{number}", "not a known type with a URL"))
    for block in record.affected:
        for part in block.ranges:
            problems += [
                _problem("semver", event.place, f"{event.version!r} is not SemVer 2.0.0")
                for event in part.events
                if part.kind is RangeKind.SEMVER
                and event.version not in {"0", "*"}
                and not _SEMVER.fullmatch(event.version)
            ]
            ends = {event.kind.value for event in part.events}
            if {"fixed", "last_affected"} <= ends:
                problems.append(_problem("range", part.place, "a range ends by fixed or by last_affected, not by both"))
    return tuple(problems)


def _package(package: AffectedPackage) -> dict[str, Any]:
    named = {"ecosystem": package.ecosystem, "name": package.name, "purl": package.purl}
    out: dict[str, Any] = {"package": {key: value for key, value in named.items() if value}}
    # the schema forbids both kinds of end in one range
    for group in (
        [span for span in package.ranges if not span.last_affected],
        [s for s in package.ranges if s.last_affected],
    ):
        if group:
            events = [event for span in group for event in _events(span)]
            out.setdefault("ranges", []).append({"type": _range_type(package, group), "events": events})
    if package.versions:
        out["versions"] = list(package.versions)
    return out


def _range_type(package: AffectedPackage, spans: list[VersionRange]) -> str:
    versions = [
        text for span in spans for text in (span.introduced, span.fixed, span.last_affected) if text not in {"", "0"}
    ]
    semantic = scheme_of_ecosystem(package.ecosystem) == "semver" and all(map(_SEMVER.fullmatch, versions))
    return "SEMVER" if semantic else "ECOSYSTEM"


def _events(span: VersionRange) -> list[dict[str, str]]:
    events = [{"introduced": span.introduced}]
    if span.fixed:
        events.append({"fixed": span.fixed})
    elif span.last_affected:
        events.append({"last_affected": span.last_affected})
    return events


def _credit(name: str, kind: str, contacts: tuple[str, ...]) -> dict[str, Any]:
    credit: dict[str, Any] = {"name": name, "type": kind}
    return credit | {"contact": list(contacts)} if contacts else credit


def _score(vector: str) -> str:
    return next((name for start, name in _SCORES.items() if vector.startswith(start)), "CVSS_V3")


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _problem(rule: str, place: str, message: str) -> Problem:
    return Problem(rule=f"osv.{rule}", place=place, message=message)
