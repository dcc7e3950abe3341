"""A scan in the words of other tools: SARIF and OpenVEX. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.package_identity import with_known_epoch
from levee.formats.purl import parse_purl
from levee.formats.sarif_write import Result, sarif_document
from levee.formats.vex import JUSTIFICATIONS, Finding, Status, openvex_document
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from levee.exposure.matching.engine import Found
    from levee.exposure.scan.running import Scan
    from levee.formats.strict_json import Json

TOOL = "Levee"
_LINE = re.compile(r"line (\d+)")


def sarif(scan: Scan, *, uri: str, version: str) -> Mapping[str, Json]:
    """The matches as a SARIF log; excused ones are suppressed results with their justification.

    Args:
        scan: what was found.
        uri: the file that was read, relative to where a reader will look.
        version: Levee's.
    """
    lines = _lines(scan)
    results = [_result(each, uri, lines, "") for each in scan.found]
    results += [_result(each.found, uri, lines, each.because) for each in scan.excused]
    odd = (*scan.reading.not_understood, *scan.refused)
    notes = [f"{each.place}: {each.reason}" for each in odd]
    notes += [f"{each.stated} cannot be matched fully: {each.unmatchable}" for each in scan.reading.unmatchable]
    return sarif_document(results, tool=TOOL, version=version, notes=notes)


def openvex(scan: Scan, *, author: str, now: datetime, version: str) -> Mapping[str, Json]:
    """The matches as an OpenVEX document, one statement for each package URL and vulnerability.

    What only a scanner says of a product without a package URL cannot be stated in it, and is left out.

    Args:
        scan: what was found.
        author: who states it.
        now: when.
        version: Levee's.
    """
    findings = list({(each.purl, each.vulnerability): each for each in _findings(scan) if each.purl}.values())
    digest = sha256(canonical_json([[each.purl, each.vulnerability, each.status.value] for each in findings])).hex()
    return openvex_document(
        findings,
        identifier=f"urn:levee:scan:{digest[:32]}",
        author=author,
        at=now.isoformat(),
        tooling=f"{TOOL} {version}",
    )


def _findings(scan: Scan) -> Iterator[Finding]:
    for each in scan.excused:
        told = each.relied.statement
        justification = told.justification if told.justification in JUSTIFICATIONS else ""
        yield _finding(each.found, told.status, each.because, justification=justification)
    for found in sorted(scan.found, key=lambda found: found.certain):  # what is certain has the last word
        if found.certain:
            action = f"Upgrade to {found.fix}." if found.fix else "No fixed version is known; ask the maker."
            yield _finding(found, Status.AFFECTED, _why(found), action=action)
        else:
            yield _finding(found, Status.UNDER_INVESTIGATION, _why(found))


def _why(found: Found) -> str:
    """The reason, with the record and by what way it came here."""
    told = found.explanation
    return f"{told.because} ({told.record}, revision {told.revision}; {told.source})"


def _finding(found: Found, status: Status, note: str, *, action: str = "", justification: str = "") -> Finding:
    names = {found.record.name, *found.record.aliases} - {found.vulnerability}
    return Finding(
        vulnerability=found.vulnerability,
        aliases=sorted(names),
        purl=str(with_known_epoch(parse_purl(found.component.purl))) if found.component.purl else "",
        status=status,
        note=note,
        action=action,
        justification=justification,
    )


def _lines(scan: Scan) -> Mapping[tuple[str, str], int]:
    """The lines of the file by asset and what stands there; of a file without lines none."""
    told = [(each.asset, each.stated, each.place) for each in scan.reading.components]
    told += [(each.asset, each.stated, each.place) for each in scan.reading.findings]
    found = ((asset, stated, _LINE.match(place)) for asset, stated, place in told)
    return {(asset, stated): int(line[1]) for asset, stated, line in found if line}


def _result(found: Found, uri: str, lines: Mapping[tuple[str, str], int], suppressed: str) -> Result:
    component, told = found.component, found.explanation
    record = found.record
    summary = record.osv.summary if record.intervals else ""  # what only a scanner says has no text
    others = sorted({record.name, *record.aliases} - {found.vulnerability})
    known = f" Also known as {', '.join(others)}." if others else ""
    verb = "is affected by" if found.certain else "may be affected by"
    fix = f" Upgrade to {found.fix}." if found.fix else ""
    package = str(parse_purl(component.purl).without_version()) if component.purl else component.name
    return Result(
        rule=found.vulnerability,
        title=summary or record.name,
        about=f"{summary or found.vulnerability}.{known}",
        help=f"Upgrade each component to the version that its result names; where none is named, ask its maker.{known}",
        text=f"{component.stated} on {component.asset.name} {verb} {found.vulnerability}: {told.because}.{fix}",
        certain=found.certain,
        uri=uri,
        line=lines.get((component.asset.name, component.stated), 1),
        subject=(component.asset.name, package),
        suppressed=suppressed,
        properties={
            "purl": component.purl,
            "fix": found.fix,
            "record": told.record,
            "revision": told.revision,
            "place": told.place,
            "source": str(told.source),
            "digest": told.source.digest,
        },
    )
