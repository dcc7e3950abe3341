"""From a draft and its case to the content that every output is written from. No database."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

from levee.formats import csaf, osv
from levee.formats.advisory import (
    AdvisoryContent,
    AffectedPackage,
    Credit,
    Publisher,
    Remediation,
    RemedyKind,
    Revision,
    VersionRange,
    Weakness,
)
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from datetime import datetime

    from levee.advisories.types import Draft

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_PACKAGE = re.compile(r"(npm|pypi|source):(\S{1,214})")
_CWE = re.compile(r"CWE-[1-9][0-9]{0,5}")
SOURCE = "GIT"
FIRST_OR_NONE = ("0", "")
ECOSYSTEMS = {"npm": "npm", "pypi": "PyPI", "source": ""}


def content_of(draft: Draft, *, name: str, publisher: Publisher, at: datetime, weakness: str) -> AdvisoryContent:
    """The content of a first revision.

    Args:
        draft: what the coordinator wrote.
        name: the advisory's id.
        publisher: the house.
        at: the instant of publication.
        weakness: the CWE's title, where the draft names one.

    Raises:
        BadInput: with the field of the draft that cannot stand.
    """
    _check(draft, weakness)
    return AdvisoryContent(
        id=name,
        title=draft.title.strip(),
        summary=draft.summary.strip(),
        details=draft.details.strip(),
        publisher=publisher,
        published=at,
        modified=at,
        revisions=(Revision(number=1, date=at, summary="First published."),),
        aliases=(draft.cve,) if draft.cve else (),
        weaknesses=(Weakness(id=draft.cwe, name=weakness),) if draft.cwe and weakness else (),
        affected=(_affected(draft),),
        remediations=(_remedy(draft),),
        credits=tuple(Credit(name=name) for name in draft.credits),
    )


def _check(draft: Draft, weakness: str) -> None:
    for field in ("title", "summary"):
        if not getattr(draft, field).strip():
            raise BadInput("this field is needed", place=field)
    if not _PACKAGE.fullmatch(draft.package):
        raise BadInput("must look like npm:NAME, pypi:NAME or source:NAME", place="package")
    if draft.cve and not _CVE.fullmatch(draft.cve):
        raise BadInput("must look like CVE-2026-12345", place="cve")
    if draft.cwe and not (_CWE.fullmatch(draft.cwe) and weakness):
        raise BadInput("must be an entry of the CWE catalogue, such as CWE-787", place="cwe")
    _check_versions(draft)


def _check_versions(draft: Draft) -> None:
    """A range that nobody could order would match nothing and say nothing about it."""
    ecosystem = ECOSYSTEMS[draft.package.partition(":")[0]] or SOURCE
    scheme = scheme_of_ecosystem(ecosystem) or ""
    keys = {field: sort_key(scheme, getattr(draft, field)) for field in ("introduced", "fixed")}
    for field in ("introduced", "fixed"):
        if getattr(draft, field) not in FIRST_OR_NONE and keys[field] is None:
            raise BadInput(f"no version of {ecosystem} looks like this", place=field)
    first, last = keys["introduced"], keys["fixed"]
    if draft.fixed and draft.introduced not in FIRST_OR_NONE and (first or b"") >= (last or b""):
        raise BadInput("the first affected version comes before the fixed one", place="introduced")


def _affected(draft: Draft) -> AffectedPackage:
    kind, _, name = draft.package.partition(":")
    ecosystem = ECOSYSTEMS[kind]
    return AffectedPackage(
        ecosystem=ecosystem or SOURCE,
        name=name,
        purl=f"pkg:{kind}/{name.replace('@', '%40', 1)}" if ecosystem else f"pkg:generic/{name}",
        vendor=name,
        ranges=(VersionRange(introduced=draft.introduced or "0", fixed=draft.fixed),),
    )


def _remedy(draft: Draft) -> Remediation:
    name = draft.package.partition(":")[2]
    if draft.fixed:
        return Remediation(kind=RemedyKind.FIX, details=f"Upgrade {name} to {draft.fixed} or later.")
    return Remediation(kind=RemedyKind.NONE_AVAILABLE, details="No fixed release is known yet.")


def outputs(content: AdvisoryContent) -> tuple[bytes, bytes]:
    """The OSV and the CSAF document as the bytes that are signed and published.

    Raises:
        BadInput: a validator finds fault with either; the place says where.
    """
    record = osv.osv_document(content)
    document = csaf.csaf_document(content, engine_version=version("levee"))
    for problem in (*osv.check_osv(record), *csaf.check(document)):
        raise BadInput(f"{problem.rule}: {problem.message}", code="advisory.not_valid", place=problem.place)
    return osv.osv_bytes(content), csaf.csaf_bytes(document)
