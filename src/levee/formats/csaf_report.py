"""A case written as a CSAF 2.1 vulnerability report (the profile of OASIS csaf pull request 1513, draft CSD04).

The embargo stands in the coordination record as actions dated with its ends, and as the date of disclosure. What an
installation of another clearinghouse needs to go on is written in the standard's own fields; nothing is an extension.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from levee.formats.advisory import Problem
from levee.formats.case_report import ProductStatus, Tlp
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.formats.case_report import CaseReport, Discovery, EmbargoTerm, ReportedProduct

CATEGORY = "csaf_vulnerability_report"
SCHEMA = "https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json"
SUMMARY, METHOD = "Vulnerability Summary", "Vulnerability Discovery Method"
"""Titles of notes that the profile gives."""
IN_FORCE, PROPOSED = "in_progress", "planned"
_NOT_READY = frozenset({"6.1.26"})
"""It calls this very profile a reserved name, and so fails the standard's own valid examples of it (6.1.27.20)."""
METHOD_LINES = {"tool": "Tool", "tool_version": "Tool version", "model": "Model", "model_version": "Model version"}


def report_document(report: CaseReport, *, engine_version: str) -> dict[str, Any]:
    """The document of a case, as plain values ready for JSON.

    Args:
        report: at least one party, revision, handling id and product.
        engine_version: Levee's version, stated as the generator's.

    Raises:
        BadInput: something that the profile needs is missing; `place` names the field.
    """
    for field in ("title", "parties", "revisions", "ids", "products"):
        if not getattr(report, field):
            raise BadInput(f"a vulnerability report needs {field}", code="csaf.incomplete", place=field)
    return {
        "$schema": SCHEMA,
        "document": _without_empty(
            {
                "category": CATEGORY,
                "csaf_version": "2.1",
                "distribution": {"tlp": {"label": report.tlp.value}},
                "involvement": _involvement(report),
                "lang": "en",
                "publisher": {
                    "category": report.publisher.category,
                    "name": report.publisher.name,
                    "namespace": report.publisher.namespace,
                },
                "title": report.title,
                "tracking": _tracking(report, engine_version),
            }
        ),
        "product_tree": {"full_product_names": [_product(each) for each in report.products]},
        "vulnerabilities": [_vulnerability(report)],
    }


def report_bytes(document: dict[str, Any]) -> bytes:
    """The document in its canonical bytes."""
    return canonical_json(document) + b"\n"


def check_report(document: dict[str, Any]) -> tuple[Problem, ...]:
    """The schema and all mandatory tests of CSAF 2.1 held against a document; empty where all hold.

    Source: the package `csaf` by the specification's editor, which follows the draft CSD04.
    """
    # as with CSAF 2.0: only who checks pays for loading it
    from csaf.csaf.v21._validator import validate  # noqa: PLC0415

    report = validate(document, skip_rules=_NOT_READY)
    return tuple(
        Problem(rule=result.id, place=error.instance_path, message=error.message)
        for result in report.results
        if not result.passed and not result.skipped
        for error in result.errors
    )


def _tracking(report: CaseReport, engine_version: str) -> dict[str, Any]:
    first, last = report.revisions[0], report.revisions[-1]
    return {
        "current_release_date": _instant(last.date),
        "generator": {"date": _instant(last.date), "engine": {"name": "Levee", "version": engine_version}},
        "id": report.id,
        "initial_release_date": _instant(first.date),
        "revision_history": [
            {"date": _instant(each.date), "number": str(each.number), "summary": each.summary}
            for each in report.revisions
        ],
        "status": "interim",
        "version": str(last.number),
    }


def _involvement(report: CaseReport) -> dict[str, Any]:
    entities = [
        {"category": each.kind.value, "entity_id": _entity(place), "name": each.name}
        for place, each in enumerate(report.parties)
    ]
    ends = {(each.by, each.end): each for each in sorted(report.embargo, key=lambda term: term.agreed)}
    told = [_embargo_action(each) for each in ends.values()]  # one word on each: what is agreed is proposed no more
    for deed in report.deeds:
        action: dict[str, Any] = {
            "acting_entity_refs": [_entity(deed.by)],
            "category": deed.kind.value,
            "date": _instant(deed.at),
            "status": "completed",
        }
        if deed.to is not None:
            action["receiving_entity_refs"] = [_entity(deed.to)]
        told.append(action)
    once = {canonical_json(each): each for each in told}  # two alike are one, by the rules of the format
    actions = [{**each, "action_id": f"A{number}"} for number, each in enumerate(once.values(), 1)]
    return {"actions": actions, "entities": entities} if actions else {}


def _embargo_action(term: EmbargoTerm) -> dict[str, Any]:
    until = _instant(term.end)
    status = "completed" if term.over else IN_FORCE if term.agreed else PROPOSED
    return {
        "acting_entity_refs": [_entity(term.by)],
        "category": "embargo",
        "date": until,
        "status": status,
        "summary": f"An embargo until {until}, {'agreed' if term.agreed else 'proposed'}.",
    }


def _vulnerability(report: CaseReport) -> dict[str, Any]:
    vulnerability: dict[str, Any] = {
        "acknowledgments": [{"organization": name} for name in report.credits],
        "cwes": _weaknesses(report.cwes),
        "ids": [{"system_name": each.system, "text": each.text} for each in report.ids],
        "flags": [
            {"label": each.justification, "product_ids": [product_id(each)]}
            for each in report.products
            if each.justification
        ],
        "notes": _notes(report),
        "product_status": _statuses(report.products),
        "threats": [{"category": "exploit_status", "details": each} for each in report.threats],
        "title": report.title,
    }
    if disclosed := report.public_since or _disclosed(report):
        vulnerability["disclosure_date"] = _instant(disclosed)
    return _without_empty(vulnerability)


def _disclosed(report: CaseReport) -> datetime | None:
    """When the agreed embargo ends; what everyone may read names no date ahead, by mandatory test 6.1.45."""
    ends = [each.end for each in report.embargo if each.agreed and not each.over]
    return min(ends, default=None) if report.tlp is not Tlp.CLEAR else None


def _notes(report: CaseReport) -> list[dict[str, str]]:
    notes = [{"category": "summary", "title": SUMMARY, "text": report.summary.strip() or report.title}]
    notes += [{"category": "details", "title": "Finding", "text": each} for each in report.details if each.strip()]
    notes += [
        {"audience": "coordinator", "category": "other", "title": METHOD, "text": _method(each)}
        for each in dict.fromkeys(report.found_with)
    ]
    return notes


def _method(found: Discovery) -> str:
    lines = ((label, " ".join(getattr(found, field).split())) for field, label in METHOD_LINES.items())
    return "\n".join(f"{label}: {value}" for label, value in lines if value)


def _statuses(products: Iterable[ReportedProduct]) -> dict[str, Any]:
    given: dict[str, list[str]] = {status.value: [] for status in ProductStatus}
    for each in products:
        given[each.status.value].append(product_id(each))
    return _without_empty(given)


def _product(product: ReportedProduct) -> dict[str, Any]:
    told: dict[str, Any] = {"name": product.name, "product_id": product_id(product)}
    if product.purl:
        told["product_identification_helper"] = {"purls": [product.purl]}
    return told


def product_id(product: ReportedProduct) -> str:
    """Stable over rewrites: the same product keeps its id."""
    digest = sha256(f"{product.name}\x00{product.purl}".encode()).hex()
    return f"CSAFPID-{digest[:16]}"


def _weaknesses(cwes: Iterable[str]) -> list[dict[str, str]]:
    """With the titles of the newest catalogue; one that it does not know is left out."""
    if not cwes:
        return []
    from csaf.csaf.v21 import cwe_entry  # noqa: PLC0415 - as above

    found = []
    for cwe in dict.fromkeys(cwes):
        try:
            entry = cwe_entry(cwe)
        except ValueError:
            continue
        found.append({"id": str(entry.id), "name": str(entry.name), "version": str(entry.version)})
    return found


def _entity(place: int) -> str:
    return f"EID-{place}"


def _instant(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _without_empty(source: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in source.items() if value not in ("", [], {}, None)}
