"""What another clearinghouse hands over: a finding like any other, with its origin beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.findings import scopes
from levee.findings.models import Origin
from levee.findings.services.incoming import Incoming
from levee.findings.services.submitting import submit
from levee.findings.submission import read
from levee.findings.types import Receipt
from levee.formats.case_report import Tlp
from levee.formats.csaf_report_read import read_report
from levee.formats.purl import parse_purl
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.hashing import sha256
from levee.kernel.ids import public_id
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.findings.types import Submission
    from levee.formats.case_report import HandedOver
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

KEEPS_TO_ITSELF = frozenset({Tlp.RED, Tlp.AMBER_STRICT})
"""Labels under which nothing leaves the organisation that got it."""
SOURCES = {"npm": "npm", "pypi": "pypi", "generic": "source"}
IN_REPORT = {
    "/title": "/vulnerabilities/0/title",
    "/description": "/vulnerabilities/0/notes",
    "/target": "/product_tree",
    "/cwe": "/vulnerabilities/0/cwes/0/id",
    "/provenance": "/vulnerabilities/0/notes",
}


def take_in(actor: Actor, data: bytes) -> Receipt:
    """Take in a case that another clearinghouse hands over as a CSAF 2.1 vulnerability report.

    What it says becomes a finding of the clearinghouse's own, which is reproduced before anything follows from it. The
    embargo that it asks for is kept, and is a proposal in the case that is opened for the finding.

    Args:
        actor: a coordinator.
        data: the document.

    Returns:
        A receipt; the same document again gives the same one, and changes nothing.

    Raises:
        BadInput: it is no such report, breaks the standard, or names no release that is known here; with its place.
        Conflict: it is a case of this house, or another version of the same report was taken in before.
    """
    with acting(actor) as act:
        demand(act, Action.FINDING_TAKE_IN, of=actor.party)
        report, incoming = read_report(data), Incoming(data, media_type="application/json")
        known = _known(act, report, incoming.digest)
        if known is not None:
            return known
        receipt = submit(actor, _submission(report), incoming=incoming)
        Origin.unscoped.bulk_create([_origin(act, report, receipt, incoming.digest)])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.FINDING_TAKE_IN,
            subject=receipt.finding,
            fields={"document": incoming.digest.hex(), "tlp": report.tlp.value},
        )
    return receipt


def _known(act: Act, report: HandedOver, digest: bytes) -> Receipt | None:
    namespace = report.publisher.namespace
    if namespace == settings().public_site:
        raise Conflict(
            f"this is a case of this house: {report.id}", code="report.own", place="/document/publisher/namespace"
        )
    rows = Origin.unscoped.filter(scopes.origins(act.actor), organisation=act.actor.party)
    row = rows.filter(namespace=namespace, name=report.id).first()
    if row is None:
        return None
    if bytes(row.digest) != digest:
        raise Conflict(
            f"version {row.version} of this report was taken in before: {public_id('FND', row.finding)}",
            code="report.known",
            place="/document/tracking/version",
            advice="write what is new as a message of its case, or propose what it asks for there",
        )
    return Receipt(finding=row.finding, repeated=True)


def _submission(report: HandedOver) -> Submission:
    found = report.found_with
    document: Mapping[str, object] = {
        "title": report.title,
        "description": report.description,
        "target": _target(report.purl),
        "cwe": report.cwe,
        "provenance": {
            "tool": found.tool if found else report.publisher.name,
            "tool_version": found.tool_version if found else "",
            "model": found.model if found else "",
            "model_version": found.model_version if found else "",
        },
        "why_no_proof": f"handed over by {report.publisher.name} as {report.id}, which carries no proof",
        "use_terms": "research" if report.tlp in KEEPS_TO_ITSELF else "fix-and-publish",
        "key": sha256(f"{report.publisher.namespace}\x00{report.id}".encode()).hex(),
    }
    try:
        return read(document)
    except BadInput as error:
        place = next((there for here, there in IN_REPORT.items() if error.place.startswith(here)), "/document")
        raise BadInput(error.message, code=error.code, place=place, advice=error.advice()) from error


def _target(purl: str) -> str:
    """The release that a report is about, as findings name it."""
    known = parse_purl(purl) if purl else None
    source = SOURCES.get(known.type) if known else None
    if known is None or source is None or not (known.version or source == "source"):
        raise BadInput(
            "no affected product says which release it is",
            code="report.no_target",
            place="/product_tree",
            advice="a product under known_affected with one of pkg:npm/NAME@VERSION, pkg:pypi/NAME@VERSION or "
            "pkg:generic/NAME in its product_identification_helper/purls",
        )
    name = f"{known.namespace}/{known.name}" if known.namespace else known.name
    return f"{source}:{name}@{known.version}" if known.version else f"{source}:{name}"


def _origin(act: Act, report: HandedOver, receipt: Receipt, digest: bytes) -> Origin:
    return Origin(
        finding=receipt.finding,
        organisation=act.actor.party,
        publisher=report.publisher.name,
        namespace=report.publisher.namespace,
        name=report.id,
        version=report.version,
        digest=digest,
        tlp=report.tlp.value,
        ids=[[each.system, each.text] for each in report.ids],
        embargo_end=report.embargo_end,
        embargo_said=report.embargo_said,
        at=act.now,
    )
