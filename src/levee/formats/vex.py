"""VEX: statements on whether a vulnerability can hurt in a product. Reads OpenVEX, CycloneDX and CSAF; writes OpenVEX.

A statement is about a package and a vulnerability. Versions in it are passed over when it excuses: what a maker says
about its product holds until it says otherwise, so that it survives an upgrade of the component.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from levee.formats.package_identity import identity_of_text
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CONTEXT = "https://openvex.dev/ns/v0.2.0"
MAX_BYTES = 16 << 20


class Status(StrEnum):
    """What a statement says; the four states of all three formats."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


_CYCLONEDX = {
    "not_affected": Status.NOT_AFFECTED,
    "false_positive": Status.NOT_AFFECTED,
    "exploitable": Status.AFFECTED,
    "resolved": Status.FIXED,
    "resolved_with_pedigree": Status.FIXED,
    "in_triage": Status.UNDER_INVESTIGATION,
}
_CSAF = {
    "known_not_affected": Status.NOT_AFFECTED,
    "known_affected": Status.AFFECTED,
    "fixed": Status.FIXED,
    "under_investigation": Status.UNDER_INVESTIGATION,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        vulnerabilities: every name of the vulnerability. package: ecosystem without a release, and folded name.
        justification: the format's own word for why, or empty. detail: why, in the maker's words.
        source: who says so, and where. place: JSON pointer.
    """

    vulnerabilities: frozenset[str]
    package: tuple[str, str]
    status: Status
    justification: str
    detail: str
    source: str
    place: str

    @property
    def excuses(self) -> bool:
        """Whether it takes a match away: not affected, with a reason that can be shown."""
        return self.status is Status.NOT_AFFECTED and bool(self.justification or self.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a document states, and the products in it that name no package that advisories know."""

    statements: tuple[Statement, ...]
    not_understood: tuple[tuple[str, str], ...]


def read_vex(data: bytes) -> Said:
    """Read a VEX document of any of the three formats.

    Raises:
        BadInput: it is none of them; the place is a JSON pointer.
    """
    document = as_object(read_json(data, max_bytes=MAX_BYTES), "")
    if str(document.get("@context", "")).startswith("https://openvex.dev/"):
        found = list(_openvex(document))
    elif document.get("bomFormat") == "CycloneDX":
        found = list(_cyclonedx(document))
    elif "csaf_version" in object_at(document, "document", ""):
        found = list(_csaf(document))
    else:
        advice = "give OpenVEX, CycloneDX with vulnerabilities, or CSAF"
        raise BadInput("this is no VEX document", code="vex.unknown", place="/", advice=advice)
    return Said(
        statements=tuple(each for each in found if isinstance(each, Statement)),
        not_understood=tuple(each for each in found if not isinstance(each, Statement)),
    )


def _openvex(document: Mapping[str, Json]) -> Iterator[Statement | tuple[str, str]]:
    source = f"{text_at(document, 'author', '')}, {text_at(document, '@id', '')}"
    for number, item in enumerate(list_at(document, "statements", "")):
        place = pointer("/statements", number)
        said = as_object(item, place)
        told = said.get("vulnerability")
        names = [told] if isinstance(told, str) else _openvex_names(object_at(said, "vulnerability", place), place)
        for at, product in enumerate(list_at(said, "products", place)):
            here = pointer(place, "products", at)
            for text in _openvex_packages(product, here):
                yield _stated(
                    text,
                    here,
                    names=names,
                    status=_known(text_at(said, "status", place), {each.value: each for each in Status}, place),
                    justification=text_at(said, "justification", place),
                    detail=text_at(said, "impact_statement", place) or text_at(said, "status_notes", place),
                    source=source,
                )


def _openvex_names(told: Mapping[str, Json], place: str) -> list[str]:
    names = [text_at(told, "name", place), *(str(each) for each in list_at(told, "aliases", place))]
    return [name for name in names if name]


def _openvex_packages(product: Json, place: str) -> Iterator[str]:
    """The packages that a product's entry is about: its parts where it names any, else itself."""
    if isinstance(product, str):
        yield product
        return
    entry = as_object(product, place)
    parts = list_at(entry, "subcomponents", place)
    for part in parts or [dict(entry)]:
        inner = as_object(part, place)
        yield text_at(object_at(inner, "identifiers", place), "purl", place) or text_at(inner, "@id", place)


def _cyclonedx(document: Mapping[str, Json]) -> Iterator[Statement | tuple[str, str]]:
    purls = {}
    for number, item in enumerate(list_at(document, "components", "")):
        component = as_object(item, pointer("/components", number))
        purls[str(component.get("bom-ref", ""))] = str(component.get("purl", ""))
    for number, item in enumerate(list_at(document, "vulnerabilities", "")):
        place = pointer("/vulnerabilities", number)
        told = as_object(item, place)
        analysis = object_at(told, "analysis", place)
        if not analysis:
            continue
        names = [text_at(told, "id", place)]
        names += [str(as_object(each, place).get("id", "")) for each in list_at(told, "references", place)]
        for at, affected in enumerate(list_at(told, "affects", place)):
            here = pointer(place, "affects", at)
            ref = text_at(as_object(affected, here), "ref", here)
            yield _stated(
                purls.get(ref) or ref.rpartition("#")[2],
                here,
                names=[name for name in names if name],
                status=_known(text_at(analysis, "state", place), _CYCLONEDX, place),
                justification=text_at(analysis, "justification", place),
                detail=text_at(analysis, "detail", place),
                source=f"CycloneDX {document.get('serialNumber', '')}".strip(),
            )


def _csaf(document: Mapping[str, Json]) -> Iterator[Statement | tuple[str, str]]:
    head = object_at(document, "document", "")
    publisher = text_at(object_at(head, "publisher", "/document"), "name", "/document/publisher")
    source = f"{publisher}, {text_at(object_at(head, 'tracking', '/document'), 'id', '/document/tracking')}"
    purls = dict(_csaf_purls(object_at(document, "product_tree", "")))
    for number, item in enumerate(list_at(document, "vulnerabilities", "")):
        place = pointer("/vulnerabilities", number)
        told = as_object(item, place)
        names = [text_at(told, "cve", place)]
        names += [str(as_object(each, place).get("text", "")) for each in list_at(told, "ids", place)]
        reasons, details = _csaf_reasons(told, place)
        status = object_at(told, "product_status", place)
        for word, meaning in _CSAF.items():
            for at, product in enumerate(list_at(status, word, place)):
                key = str(product)
                yield _stated(
                    purls.get(key, key),
                    pointer(place, "product_status", word, at),
                    names=[name for name in names if name],
                    status=meaning,
                    justification=reasons.get(key, ""),
                    detail=details.get(key, ""),
                    source=source,
                )


def _csaf_reasons(told: Mapping[str, Json], place: str) -> tuple[dict[str, str], dict[str, str]]:
    """Why products are not affected: flags are words of a list, threats of category impact are sentences."""
    reasons: dict[str, str] = {}
    details: dict[str, str] = {}
    for item in list_at(told, "flags", place):
        flag = as_object(item, place)
        reasons |= {str(key): text_at(flag, "label", place) for key in list_at(flag, "product_ids", place)}
    for item in list_at(told, "threats", place):
        threat = as_object(item, place)
        if threat.get("category") == "impact":
            details |= {str(key): text_at(threat, "details", place) for key in list_at(threat, "product_ids", place)}
    return reasons, details


def _csaf_purls(tree: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """Product ids with the package URLs that the tree gives them."""
    waiting: list[Json] = [dict(tree)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            helper = node.get("product_identification_helper")
            if isinstance(helper, dict) and isinstance(helper.get("purl"), str):
                yield str(node.get("product_id", "")), str(helper["purl"])
            waiting += node.values()


def _known(word: str, words: Mapping[str, Status], place: str) -> Status:
    if word not in words:
        raise BadInput(f"{word[:40]!r} is no status", code="vex.status", place=place)
    return words[word]


def _stated(
    text: str,
    place: str,
    *,
    names: Iterable[str],
    status: Status,
    justification: str,
    detail: str,
    source: str,
) -> Statement | tuple[str, str]:
    identity = identity_of_text(text)
    if identity is None:
        return place, f"{text[:120]!r} names no package that advisories know"
    return Statement(
        vulnerabilities=frozenset(names),
        package=(identity.ecosystem.partition(":")[0], identity.name),
        status=status,
        justification=justification,
        detail=detail,
        source=source,
        place=place,
    )


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
            statement["justification"] = each.justification
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
