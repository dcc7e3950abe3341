"""The worlds' flaws as their publishers would state them, written by Levee's own writers.

`osv/` holds a record for each flaw of packages, `csaf/` an advisory for each maker that speaks of its own product, a
project of its upstream versions too; `vex/` what makers excuse; `kev.json` the list of those known to be exploited,
`ssvc-….csv` the public answers about all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from levee.formats.advisory import (
    AdvisoryContent,
    AffectedPackage,
    Publisher,
    Reference,
    ReferenceKind,
    Remediation,
    RemedyKind,
    Revision,
    VersionRange,
)
from levee.formats.csaf import csaf_bytes, csaf_document, file_name
from levee.formats.osv import osv_bytes
from samples.worlds.flaws import FLAWS, Affects, Flaw
from samples.worlds.truth import EXCUSED

PUBLISHED = datetime(2026, 11, 20, 9, tzinfo=UTC)
SITE = "https://worlds.example"


def write_advisories(folder: Path) -> None:
    """Write `osv/`, `csaf/`, `vex/` and `kev.json`."""
    for name, data in advisories():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def advisories() -> Iterator[tuple[str, bytes]]:
    """All of it as pairs of a path and bytes."""
    for flaw in FLAWS:
        packages = [part for part in flaw.affects if not part.maker]
        if packages:
            yield f"osv/{flaw.id}.json", osv_bytes(_content(flaw, packages, Publisher(name="Worlds", namespace=SITE)))
        for part in flaw.affects:
            if part.maker:
                yield _csaf(flaw, part)
    for world, packages in EXCUSED.items():
        yield f"vex/{world}.openvex.json", openvex(world, packages)
    yield "kev.json", kev()
    yield f"ssvc-{PUBLISHED:%Y-%m-%d}.csv", ssvc()


def kev() -> bytes:
    """The list of known exploited vulnerabilities, in CISA's shape."""
    entries = [
        {
            "cveID": flaw.cve,
            "vendorProject": flaw.affects[0].maker or flaw.affects[0].name,
            "product": flaw.affects[0].name,
            "vulnerabilityName": flaw.title,
            "dateAdded": f"{PUBLISHED:%Y-%m-%d}",
            "shortDescription": f"{flaw.title}.",
            "requiredAction": "Apply mitigations per vendor instructions or discontinue use.",
            "dueDate": "2026-12-11",
            "knownRansomwareCampaignUse": "Known" if flaw.number == 46 else "Unknown",  # noqa: PLR2004
            "notes": "",
            "cwes": [],
        }
        for flaw in FLAWS
        if flaw.kev
    ]
    document = {
        "title": "Known Exploited Vulnerabilities of the worlds",
        "catalogVersion": "2026.11.20",
        "dateReleased": PUBLISHED.isoformat(),
        "count": len(entries),
        "vulnerabilities": entries,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def ssvc() -> bytes:
    """The answers of SSVC that are known, as a table."""
    lines = ["cve,exploitation,automatable,technical_impact"]
    for flaw in FLAWS:
        automatable = {True: "yes", False: "no", None: ""}[flaw.automatable]
        total = {True: "total", False: "partial", None: ""}[flaw.total]
        lines.append(f"{flaw.cve},{'active' if flaw.kev else 'none'},{automatable},{total}")
    return ("\n".join(lines) + "\n").encode()


def openvex(world: str, packages: Iterable[tuple[str, str]]) -> bytes:
    """What makers excuse in a world, as OpenVEX 0.2.0."""
    statements = [
        {
            "vulnerability": {"name": flaw.id, "aliases": [flaw.cve]},
            "products": [{"@id": f"pkg:{kind}/{name}"}],
            "status": "not_affected",
            "justification": "vulnerable_code_not_in_execute_path",
            "impact_statement": "The monitor never calls the function.",
        }
        for kind, name in packages
        for flaw in FLAWS
        if any(part.ecosystem.lower() == kind and part.name == name for part in flaw.affects)
    ]
    document = {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "@id": f"{SITE}/vex/{world}",
        "author": "Halden Bioscope",
        "timestamp": PUBLISHED.isoformat(),
        "version": 1,
        "statements": statements,
    }
    return json.dumps(document, indent=1).encode() + b"\n"


def _csaf(flaw: Flaw, part: Affects) -> tuple[str, bytes]:
    publisher = Publisher(name=part.maker, namespace=f"{SITE}/{part.maker.lower().replace(' ', '-')}", category="vendor")
    content = replace(_content(flaw, [part], publisher), id=f"{flaw.id}-M" if _also_packaged(flaw) else flaw.id)
    return f"csaf/{file_name(content.id)}", csaf_bytes(csaf_document(content, engine_version="0"))


def _also_packaged(flaw: Flaw) -> bool:
    return any(not part.maker for part in flaw.affects)


def _content(flaw: Flaw, parts: Iterable[Affects], publisher: Publisher) -> AdvisoryContent:
    return AdvisoryContent(
        id=flaw.id,
        title=flaw.title,
        summary=f"{flaw.title}. An invented flaw: no software of this name has it.",
        details="",
        publisher=publisher,
        published=PUBLISHED,
        modified=PUBLISHED,
        revisions=(Revision(number=1, date=PUBLISHED, summary="First published"),),
        aliases=(flaw.cve,),
        affected=tuple(_package(part) for part in parts),
        remediations=tuple(_remedies(flaw, parts)),
        references=(Reference(kind=ReferenceKind.ADVISORY, url=f"{SITE}/{flaw.id}"),),
        withdrawn=PUBLISHED if flaw.withdrawn else None,
    )


def _package(part: Affects) -> AffectedPackage:
    return AffectedPackage(
        ecosystem=part.ecosystem or "GIT",
        name=part.name,
        vendor=part.maker,
        ranges=(VersionRange(introduced=part.introduced, fixed=part.fix),),
    )


def _remedies(flaw: Flaw, parts: Iterable[Affects]) -> Iterator[Remediation]:
    if flaw.end_of_support:
        yield Remediation(kind=RemedyKind.NONE_PLANNED, details=flaw.end_of_support)
    for part in parts:
        if part.fix:
            yield Remediation(kind=RemedyKind.FIX, details=f"Upgrade {part.name} to {part.fix}.")
