from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.findings.services.incoming import Incoming
from levee.findings.services.submitting import submit
from levee.findings.submission import read
from levee.findings.types import Batch, Receipt, Refused
from levee.formats.sarif import read_sarif
from levee.formats.strict_json import Json, as_list, as_object, pointer, read_json
from levee.kernel.errors import BadInput, LeveeError, TooLarge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.formats.sarif import ReportedFinding
    from levee.policy.actors import Actor

LARGEST_BATCH = 32 * 1024 * 1024
MOST_IN_A_BATCH = 5000
AGAIN = "correct this one and hand it in again; the others stay as they are"
ABOUT_THE_SENDER = {401, 403, 404}
IN_SARIF = {"/description": "/message", "/title": "/message", "/target": "/properties/purl", "/key": "/fingerprints"}


@dataclass(frozen=True, slots=True)
class _Item:
    place: str
    document: Json
    same: str = ""


def submit_batch(actor: Actor, data: bytes) -> Batch:
    """Take in a document of many findings: `{"findings": [...]}`, one finding, or SARIF 2.1.0.

    Each finding of many stands for itself: one that is refused is named with its place, and the others are kept. The
    document is kept as it came in, and is the original of each finding that was taken from it.

    Raises:
        BadInput, TooLarge: the document as a whole cannot be read, or the one finding that it holds is refused.
        Conflict: the one finding that it holds has a key that was used before.
    """
    document = as_object(read_json(data, max_bytes=LARGEST_BATCH), "")
    if "runs" in document:
        return _from_sarif(actor, data)
    incoming = Incoming(data, media_type="application/json")
    if "findings" not in document:
        return Batch(accepted=(submit(actor, read(document), incoming=incoming),))
    for name in document:
        if name != "findings":
            raise BadInput(
                "this field is not known here",
                code="input.unknown_field",
                place=pointer("", name),
                advice="a batch holds findings and nothing else",
            )
    found = as_list(document["findings"], "/findings")
    if len(found) > MOST_IN_A_BATCH:
        raise TooLarge(f"at most {MOST_IN_A_BATCH} findings at a time", place="/findings")
    items = [_Item(pointer("/findings", number), item) for number, item in enumerate(found)]
    accepted, refused = _each(actor, items, incoming)
    return Batch(accepted=accepted, refused=refused)


def _from_sarif(actor: Actor, data: bytes) -> Batch:
    """Results that the tool's users accepted as they are (`suppressions`) are counted and left out."""
    log = read_sarif(data, max_results=MOST_IN_A_BATCH)
    unreadable = [_refused(error, error.place) for error in log.faults]
    without_target = [_without_target(each) for each in log.findings if not each.target and not each.suppressed]
    items = [_Item(each.place, _as_document(each), each.fingerprint) for each in log.findings if each.target]
    wanted = {each.place for each in log.findings if not each.suppressed}
    accepted, refused = _each(
        actor,
        [item for item in items if item.place in wanted],
        Incoming(data, media_type="application/sarif+json"),
    )
    return Batch(
        accepted=accepted,
        refused=(*unreadable, *without_target, *(_in_sarif(each) for each in refused)),
        suppressed=sum(each.suppressed for each in log.findings),
        not_wrong=log.not_wrong,
    )


def _as_document(reported: ReportedFinding) -> Json:
    where = sorted({" ".join(filter(None, (at.uri, at.logical))) for at in reported.locations} - {""})
    return {
        "title": reported.title,
        "description": "\n".join([reported.message, *(f"in {each}" for each in where)]),
        "target": reported.target,
        "cwe": reported.cwe,
        "provenance": {"tool": reported.tool, "tool_version": reported.tool_version},
        "why_no_proof": "reported by a scanner without a proof",
        "key": reported.fingerprint,
    }


def _without_target(reported: ReportedFinding) -> Refused:
    return Refused(
        place=reported.place + "/properties/purl",
        code="sarif.no_target",
        message="nothing says which package this result is about",
        advice="name it in the result's properties.purl (pkg:npm/NAME@VERSION or pkg:pypi/NAME@VERSION), or the "
        "repository in the run's versionControlProvenance",
    )


def _in_sarif(refused: Refused) -> Refused:
    """The place in the log in place of that in what was made of it."""
    head, field = refused.place.rpartition("/")[0], "/" + refused.place.rpartition("/")[2]
    place = head + IN_SARIF[field] if field in IN_SARIF else refused.place
    return Refused(place=place, code=refused.code, message=refused.message, advice=refused.advice)


def _each(actor: Actor, items: Sequence[_Item], incoming: Incoming) -> tuple[tuple[Receipt, ...], tuple[Refused, ...]]:
    accepted, refused = [], []
    for item in items:
        try:
            submission = read(item.document, item.place)
            accepted.append(submit(actor, submission, incoming=incoming, place=item.place, same=item.same))
        except LeveeError as error:
            if error.status in ABOUT_THE_SENDER:
                raise  # and so about every item
            refused.append(_refused(error, item.place))
    if all(receipt.repeated for receipt in accepted):
        incoming.give_up()
    return tuple(accepted), tuple(refused)


def _refused(error: LeveeError, place: str) -> Refused:
    where = error.place if error.place.startswith(place) else place + error.place
    return Refused(place=where, code=error.code, message=error.message, advice=error.advice() or AGAIN)
