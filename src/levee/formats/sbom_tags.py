"""SPDX 2.2 and 2.3 (ISO/IEC 5962) as tag-value: the same packages as in JSON, line by line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.plain_text import text_of
from levee.formats.sbom import MAX_BYTES, Misread, Sbom, SbomComponent, purl_in, support_in
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = re.compile(r"^(?P<tag>[A-Za-z][A-Za-z0-9-]*):\s*(?P<value>.*)$")
_SECTIONS = frozenset({"FileName", "SnippetSPDXID", "LicenseID", "Relationship", "Annotator"})
_NOTHING = frozenset({"", "NOASSERTION", "NONE"})


def is_spdx_tags(lines: tuple[str, ...]) -> bool:
    """Whether these are the first lines of an SPDX tag-value document."""
    return any(line.startswith("SPDXVersion:") for line in lines[:50])


def read_spdx_tags(data: bytes) -> Sbom:
    """Read a document.

    Raises:
        BadInput: it states no version that is read; the place is its line. TooLarge: over 256 MiB.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="sbom.too_large")
    version, made_at, found, bad = "", "", [], []
    package: tuple[int, dict[str, str]] | None = None
    for number, tag, value in _tags(text_of(data)):
        if not tag:
            bad.append(Misread(place=f"line {number}", reason="neither a tag with its value nor a comment"))
        elif tag == "SPDXVersion":
            version = _version(value, number)
        elif tag == "Created":
            made_at = value
        elif tag == "PackageName" or tag in _SECTIONS:
            found += _package(package)
            package = (number, {"PackageName": value}) if tag == "PackageName" else None
        elif package is not None:
            _note(package[1], tag, value)
    found += _package(package)
    if not version:
        raise BadInput("no SPDXVersion is stated", code="sbom.version", place="line 1")
    return Sbom(format=version, subject=None, components=tuple(found), not_understood=tuple(bad), made_at=made_at)


def _tags(text: str) -> Iterator[tuple[int, str, str]]:
    """Line number, tag and value; a value in `<text>` goes on over lines. An empty tag is a line that is none."""
    lines = iter(enumerate(text.splitlines(), 1))
    for number, line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _TAG.match(line.strip())
        if match is None:
            yield number, "", line
            continue
        value = match["value"].strip()
        if value.startswith("<text>"):
            whole = [value.removeprefix("<text>")]
            while "</text>" not in whole[-1] and (more := next(lines, None)) is not None:
                whole.append(more[1])
            value = "\n".join(whole).partition("</text>")[0].strip()
        yield number, match["tag"], value


def _version(value: str, number: int) -> str:
    if value not in {"SPDX-2.2", "SPDX-2.3"}:
        message = f"{value[:20]!r} is not read, only SPDX-2.2 and SPDX-2.3"
        raise BadInput(message, code="sbom.version", place=f"line {number}")
    return value


def _note(fields: dict[str, str], tag: str, value: str) -> None:
    """ExternalRef is category, type and locator; the purl and the CPE are kept under their type."""
    if tag != "ExternalRef":
        fields.setdefault(tag, value)
        return
    words = value.split(None, 2)
    if len(words) == 3:  # noqa: PLR2004 - its three parts
        fields.setdefault("cpe" if words[1].startswith("cpe2") else words[1], words[2].strip())


def _package(stated: tuple[int, dict[str, str]] | None) -> list[SbomComponent]:
    if stated is None:
        return []
    number, fields = stated
    name, version = fields["PackageName"], fields.get("PackageVersion", "")
    return [
        SbomComponent(
            place=f"line {number}",
            type=fields.get("PrimaryPackagePurpose", "").lower(),
            name=name,
            version="" if version in _NOTHING else version,
            purl=fields.get("purl", "") or purl_in(name),
            cpe=fields.get("cpe", ""),
            facts=support_in(fields.get("ValidUntilDate", "")),
            reference=fields.get("SPDXID", ""),
        )
    ]
