from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.plain_text import as_utf8
from levee.formats.strict_json import Json, as_object, object_at, read_json
from levee.formats.vex.csaf import csaf
from levee.formats.vex.cyclonedx import cyclonedx
from levee.formats.vex.cyclonedx_xml import cyclonedx_document
from levee.formats.vex.openvex import openvex
from levee.formats.vex.statement import Statement
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from levee.formats.vex.head import Odd

MAX_BYTES = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a document states, and what in it excuses nothing because it leaves open what or why."""

    statements: tuple[Statement, ...]
    not_understood: tuple[Odd, ...]


def read_vex(data: bytes) -> Said:
    """Read a VEX document of any of the three formats.

    Raises:
        BadInput: it is none of them, or does not say who speaks or when; the place is a JSON pointer.
    """
    advice = "give OpenVEX, CycloneDX with vulnerabilities, or CSAF"
    data = as_utf8(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        bill = cyclonedx_document(data)
        if bill is None:
            raise BadInput("this is no VEX document", code="vex.unknown", place="line 1", advice=advice)
        return _parted(cyclonedx(bill))
    document = as_object(read_json(data, max_bytes=MAX_BYTES), "")
    if str(document.get("@context", "")).startswith("https://openvex.dev/"):
        return _parted(openvex(document))
    if document.get("bomFormat") == "CycloneDX":
        return _parted(cyclonedx(document))
    if "csaf_version" in object_at(document, "document", ""):
        return csaf_statements(document)
    raise BadInput("this is no VEX document", code="vex.unknown", place="/", advice=advice)


def csaf_statements(document: Mapping[str, Json]) -> Said:
    """What a CSAF document states, from plain values; errors as for `read_vex`."""
    return _parted(csaf(document))


def _parted(found: Iterable[Statement | Odd]) -> Said:
    listed = list(found)
    return Said(
        statements=tuple(each for each in listed if isinstance(each, Statement)),
        not_understood=tuple(each for each in listed if not isinstance(each, Statement)),
    )
