"""A CSAF 2.1 vulnerability report read: one flaw, its handling ids, and the embargo that its sender asks for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from levee.formats.advisory import Publisher
from levee.formats.case_report import Discovery, HandedOver, HandlingId, Tlp
from levee.formats.csaf_report import CATEGORY, IN_FORCE, METHOD, METHOD_LINES, PROPOSED, SUMMARY, check_report
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST = 16 << 20
_ENDS = {IN_FORCE, PROPOSED, "outstanding"}
_ONE = "/vulnerabilities/0"
_AFFECTED = ("known_affected", "first_affected", "last_affected", "under_investigation")


def read_report(data: bytes) -> HandedOver:
    """Read a vulnerability report about one flaw.

    Raises:
        BadInput: it is no CSAF 2.1 vulnerability report, breaks a mandatory test of the standard, or is about several
            flaws; `place` is a JSON pointer. TooLarge: over 16 MiB or 40 levels.
    """
    document = as_object(read_json(data, max_bytes=LARGEST), "")
    head = object_at(document, "document", "")
    _is_report(head)
    _holds(dict(document))
    flaws = list_at(document, "vulnerabilities", "")
    if len(flaws) != 1:
        raise BadInput(
            f"this is about {len(flaws)} flaws",
            code="csaf.several",
            place="/vulnerabilities",
            advice="one document for each flaw, so that each has its own case and its own embargo",
        )
    flaw = as_object(flaws[0], _ONE)
    publisher, tracking = object_at(head, "publisher", "/document"), object_at(head, "tracking", "/document")
    namespace = text_at(publisher, "namespace", "/document/publisher")
    end, said = _embargo(head, flaw)
    return HandedOver(
        publisher=Publisher(
            name=text_at(publisher, "name", "/document/publisher"),
            namespace=namespace,
            category=text_at(publisher, "category", "/document/publisher"),
        ),
        id=text_at(tracking, "id", "/document/tracking"),
        version=text_at(tracking, "version", "/document/tracking"),
        title=text_at(flaw, "title", _ONE) or text_at(head, "title", "/document"),
        description="\n\n".join(_texts(head, flaw)),
        purl=_purl(document, flaw),
        tlp=Tlp(text_at(object_at(object_at(head, "distribution", ""), "tlp", ""), "label", "")),
        ids=tuple(dict.fromkeys(_ids(namespace, tracking, flaw))),
        found_with=next(_found_with(flaw), None),
        cwe=next((text_at(as_object(each, _ONE), "id", _ONE) for each in list_at(flaw, "cwes", _ONE)), ""),
        embargo_end=end,
        embargo_said=said,
    )


def _is_report(head: Mapping[str, Json]) -> None:
    """The two facts that tell a wrong kind of document, before anything finer is looked at."""
    wanted = {"csaf_version": "2.1", "category": CATEGORY}
    for field, value in wanted.items():
        if head.get(field) != value:
            raise BadInput(
                f"“{value}” was expected here, not “{head.get(field, '')}”",
                code="csaf.no_report",
                place=pointer("/document", field),
                advice="hand in a CSAF 2.1 vulnerability report; advisories are taken in as feeds",
            )


def _holds(document: dict[str, Json]) -> None:
    for problem in check_report(document):
        raise BadInput(
            f"{problem.rule}: {problem.message}",
            code="csaf.not_valid",
            place=problem.place or "/",
            advice="correct it where it was written; the number is that of a mandatory test of CSAF 2.1",
        )


def _ids(namespace: str, tracking: Mapping[str, Json], flaw: Mapping[str, Json]) -> Iterator[HandlingId]:
    yield HandlingId(namespace, text_at(tracking, "id", "/document/tracking"))
    if cve := text_at(flaw, "cve", _ONE):
        yield HandlingId("CVE", cve)
    for number, item in enumerate(list_at(flaw, "ids", _ONE)):
        here = pointer(_ONE, "ids", number)
        told = as_object(item, here)
        yield HandlingId(text_at(told, "system_name", here), text_at(told, "text", here))


def _notes(flaw: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(list_at(flaw, "notes", _ONE)):
        here = pointer(_ONE, "notes", number)
        told = as_object(item, here)
        yield text_at(told, "title", here).strip(), text_at(told, "text", here).strip()


def _texts(head: Mapping[str, Json], flaw: Mapping[str, Json]) -> Iterator[str]:
    """What it says in words: the summary first, then the rest as it stands there."""
    told = sorted(_notes(flaw), key=lambda note: note[0].lower() != SUMMARY.lower())
    yield from (text for title, text in told if title.lower() != METHOD.lower())
    for number, item in enumerate(list_at(head, "notes", "/document")):
        here = pointer("/document/notes", number)
        yield text_at(as_object(item, here), "text", here).strip()


def _found_with(flaw: Mapping[str, Json]) -> Iterator[Discovery]:
    labels = {label.lower(): field for field, label in METHOD_LINES.items()}
    for title, text in _notes(flaw):
        if title.lower() != METHOD.lower():
            continue
        lines = (line.partition(":") for line in text.splitlines())
        known = {labels[label.strip().lower()]: value.strip() for label, _, value in lines if label.lower() in labels}
        if known.get("tool"):
            yield Discovery(**known)


def _purl(document: Mapping[str, Json], flaw: Mapping[str, Json]) -> str:
    """The first package URL among the affected products; empty where there is none."""
    known = dict(_products(object_at(document, "product_tree", "")))
    status = object_at(flaw, "product_status", _ONE)
    for word in _AFFECTED:
        for key in list_at(status, word, pointer(_ONE, "product_status")):
            if found := known.get(str(key)):
                return found
    return ""


def _products(tree: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    place = "/product_tree"
    waiting: list[tuple[Json, str]] = [
        (item, pointer(place, "full_product_names", at))
        for at, item in enumerate(list_at(tree, "full_product_names", place))
    ]
    waiting += [(item, pointer(place, "branches", at)) for at, item in enumerate(list_at(tree, "branches", place))]
    while waiting:
        item, here = waiting.pop(0)
        node = as_object(item, here)
        leaf = object_at(node, "product", here) or node
        helper = object_at(leaf, "product_identification_helper", here)
        purls = list_at(helper, "purls", here)
        if purls and "product_id" in leaf:
            yield text_at(leaf, "product_id", here), str(purls[0])
        inner = list_at(node, "branches", here)
        waiting += [(each, pointer(here, "branches", at)) for at, each in enumerate(inner)]


def _embargo(head: Mapping[str, Json], flaw: Mapping[str, Json]) -> tuple[datetime | None, str]:
    """The shortest end that is in force or asked for; the date of disclosure where no action names one."""
    place = "/document/involvement"
    ends: list[tuple[datetime, str]] = []
    for number, item in enumerate(list_at(object_at(head, "involvement", "/document"), "actions", place)):
        here = pointer(place, "actions", number)
        told = as_object(item, here)
        if told.get("category") == "embargo" and told.get("status") in _ENDS:
            ends.append(_instant(told, "date", here))
    if not ends and "disclosure_date" in flaw:
        disclosed, told = _instant(flaw, "disclosure_date", _ONE), object_at(head, "tracking", "/document")
        written, _ = _instant(told, "current_release_date", "/document/tracking")
        ends += [disclosed] if disclosed[0] > written else []  # what lay behind then has been disclosed
    return min(ends, default=(None, ""), key=lambda end: end[0])


def _instant(told: Mapping[str, Json], name: str, place: str) -> tuple[datetime, str]:
    said, here = text_at(told, name, place), pointer(place, name)
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise BadInput("this is no instant", place=here, advice="2026-12-01T12:00:00Z") from None
    if at.tzinfo is None:
        raise BadInput("an instant needs its time zone", place=here, advice="2026-12-01T12:00:00Z")
    return at, said
