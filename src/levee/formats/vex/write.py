"""OpenVEX 0.2.0, written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.vex.openvex import CONTEXT
from levee.formats.vex.statement import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.formats.strict_json import Json


JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    }
)
"""The format's own words for why something is not affected; CSAF has the same, CycloneDX others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is to be stated about one package URL and one vulnerability."""

    vulnerability: str
    aliases: Sequence[str]
    purl: str
    status: Status
    note: str
    action: str = ""
    justification: str = ""


def openvex_document(
    findings: Iterable[Finding], *, identifier: str, author: str, at: str, tooling: str
) -> dict[str, Json]:
    """An OpenVEX 0.2.0 document; one statement for each package and vulnerability.

    Args:
        findings: what is stated.
        identifier: an IRI of the document's own.
        author: who states it.
        at: RFC 3339.
        tooling: what made it.
    """
    statements: list[Json] = []
    for each in findings:
        statement: dict[str, Json] = {
            "vulnerability": {"name": each.vulnerability, "aliases": list(each.aliases)},
            "products": [{"@id": each.purl, "identifiers": {"purl": each.purl}}],
            "status": each.status.value,
        }
        if each.status is Status.NOT_AFFECTED:
            statement |= {"justification": each.justification} if each.justification else {}
            statement["impact_statement"] = each.note
        else:
            statement["status_notes"] = each.note
        if each.status is Status.AFFECTED:
            statement["action_statement"] = each.action
        statements.append(statement)
    return {
        "@context": CONTEXT,
        "@id": identifier,
        "author": author,
        "timestamp": at,
        "version": 1,
        "tooling": tooling,
        "statements": statements,
    }
