"""CSAF 2.0 security advisories (OASIS Standard, ISO/IEC 20153): written from one source, checked by its rules.

Product identifiers are derived from the package and version, so that the same advisory written twice is the same
bytes. The profile is "Security Advisory" (section 4.4).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from levee.formats.advisory import AdvisoryContent, AffectedPackage, Credit, Problem, Remediation, RemedyKind
from levee.formats.csaf_products import Products, products_of
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json

CSAF_VERSION = "2.0"
ENGINE = "Levee"
_FILE_NAME = re.compile(r"[^+\-a-z0-9]+")
_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,}")
_NO_REMEDY = "No fix is known to the publisher."


def csaf_document(content: AdvisoryContent, *, engine_version: str, tlp: str = "WHITE") -> dict[str, Any]:
    """The CSAF document of an advisory, as plain values ready for JSON.

    Args:
        content: at least one affected package and one revision; revisions ascend from 1.
        engine_version: Levee's version, stated as the generator's.
        tlp: WHITE (published), GREEN, AMBER or RED (CSAF 2.0 knows TLP 1.0 only).

    Raises:
        BadInput: a fact that a security advisory needs is missing; `place` names the field.
    """
    _complete(content)
    products = products_of(content.affected)
    return {
        "document": _document(content, engine_version, tlp),
        "product_tree": {"branches": products.branches},
        "vulnerabilities": [_vulnerability(content, products)],
    }


def csaf_bytes(document: dict[str, Any]) -> bytes:
    """The document in its canonical bytes, whose digests and signature are published."""
    return canonical_json(document) + b"\n"


def file_name(document_id: str) -> str:
    """The file's name: the id in lower case, other characters than + - a-z 0-9 as one underscore (section 5.1)."""
    return _FILE_NAME.sub("_", document_id.lower()) + ".json"


def check(document: dict[str, Any]) -> tuple[Problem, ...]:
    """The schema and all mandatory tests (section 6.1) held against a document; empty where all hold.

    Source: the package `csaf` by the specification's editor. Validators disagree on real documents, so a clean answer
    is strong evidence of conformance and no proof.
    """
    # the package takes half a second to load and touches the root logger: only who checks pays for it
    from csaf.csaf.v20 import validate  # noqa: PLC0415

    report = validate(document)
    return tuple(
        Problem(rule=result.id, place=error.instance_path, message=error.message)
        for result in report.results
        if not result.passed and not result.skipped
        for error in result.errors
    )


def _complete(content: AdvisoryContent) -> None:
    wanted = {
        "affected": content.affected,
        "title": content.title.strip(),
        "revisions": content.revisions,
        "publisher.name": content.publisher.name,
        "publisher.namespace": content.publisher.namespace,
    }
    for field, value in wanted.items():
        if not value:
            raise BadInput(f"a CSAF advisory needs {field}", code="csaf.incomplete", place=field)
    numbers = [revision.number for revision in content.revisions]
    if numbers != list(range(1, len(numbers) + 1)):
        raise BadInput("revisions are numbered from 1 without gaps", code="csaf.revisions", place="revisions")


def _document(content: AdvisoryContent, engine_version: str, tlp: str) -> dict[str, Any]:
    publisher = content.publisher
    document: dict[str, Any] = {
        "category": "csaf_security_advisory",
        "csaf_version": CSAF_VERSION,
        "distribution": {"tlp": {"label": tlp, "url": "https://www.first.org/tlp/"}},
        "lang": content.language,
        "notes": _notes(content),
        "publisher": _without_empty(
            {
                "category": publisher.category,
                "name": publisher.name,
                "namespace": publisher.namespace,
                "contact_details": publisher.contact_details,
            }
        ),
        "references": [
            {
                "category": "external",
                "summary": reference.summary or reference.kind.value.capitalize(),
                "url": reference.url,
            }
            for reference in content.references
        ],
        "title": content.title,
        "tracking": _tracking(content, engine_version),
    }
    return _without_empty(document)


def _notes(content: AdvisoryContent) -> list[dict[str, str]]:
    texts = [("summary", "Summary", content.summary), ("details", "Details", content.details)]
    if content.withdrawn is not None:
        texts.append(("general", "Withdrawn", f"This advisory was withdrawn on {_instant(content.withdrawn)}."))
    return [{"category": kind, "title": title, "text": text} for kind, title, text in texts if text.strip()]


def _tracking(content: AdvisoryContent, engine_version: str) -> dict[str, Any]:
    revisions = content.revisions
    return _without_empty(
        {
            "aliases": [alias for alias in content.aliases if alias != content.id],
            "current_release_date": _instant(max(content.modified, revisions[-1].date)),
            "generator": {
                "date": _instant(content.modified),
                "engine": {"name": ENGINE, "version": engine_version},
            },
            "id": content.id,
            "initial_release_date": _instant(revisions[0].date),
            "revision_history": [
                {"date": _instant(revision.date), "number": str(revision.number), "summary": revision.summary}
                for revision in revisions
            ],
            "status": content.status.value,
            "version": str(revisions[-1].number),
        }
    )


def _vulnerability(content: AdvisoryContent, products: Products) -> dict[str, Any]:
    known = [alias for alias in content.aliases if alias != content.cve]
    vulnerability: dict[str, Any] = {
        "acknowledgments": [_acknowledgment(credit) for credit in content.credits],
        "ids": [{"system_name": _system(alias), "text": alias} for alias in known],
        "notes": [{"category": "description", "title": "Description", "text": content.summary or content.title}],
        "product_status": _without_empty({"known_affected": products.affected, "fixed": products.fixed}),
        "remediations": _remediations(content, products),
        "title": content.title,
    }
    if _CVE.fullmatch(content.cve):
        vulnerability["cve"] = content.cve
    if content.weaknesses:  # CSAF 2.0 holds one per vulnerability
        vulnerability["cwe"] = {"id": content.weaknesses[0].id, "name": content.weaknesses[0].name}
    return _without_empty(vulnerability)


def _remediations(content: AdvisoryContent, products: Products) -> list[dict[str, Any]]:
    """Every affected product gets an answer, so that none is left without one."""
    given = content.remediations or _from_ranges(content.affected)
    return [
        _without_empty(
            {
                "category": remedy.kind.value,
                "details": remedy.details,
                "product_ids": products.affected,
                "url": remedy.url,
            }
        )
        for remedy in given
    ]


def _from_ranges(packages: tuple[AffectedPackage, ...]) -> tuple[Remediation, ...]:
    fixes = [f"{package.name} {version}" for package in packages for version in package.fixed_versions]
    if not fixes:
        return (Remediation(kind=RemedyKind.NONE_AVAILABLE, details=_NO_REMEDY),)
    return (Remediation(kind=RemedyKind.FIX, details="Update to " + ", ".join(fixes) + " or later."),)


def _acknowledgment(credit: Credit) -> dict[str, Any]:
    return _without_empty(
        {
            "names": [credit.name],
            "organization": credit.organization,
            "summary": credit.kind.value.replace("_", " ").capitalize(),
            "urls": [contact for contact in credit.contacts if "://" in contact],
        }
    )


def _system(alias: str) -> str:
    return alias.partition("-")[0] or "other"


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _without_empty(source: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if value not in ("", [], {}, None)}
