"""Files that people hand in by mistake: known by their first bytes, so that the refusal can say what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.inventory.importers.sample import Sample

_PACKED = "unpack it, and give the file that is inside"
_PAPER = "give the table or the report that it was made from, such as a CSV, a workbook or the scanner's own export"
_MARKS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x1f\x8b", "a gzip archive", _PACKED),
    (b"BZh", "a bzip2 archive", _PACKED),
    (b"\xfd7zXZ\x00", "an xz archive", _PACKED),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _PACKED),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _PACKED),
    (b"Rar!\x1a\x07", "a RAR archive", _PACKED),
    (b"%PDF", "a PDF", _PAPER),
    (b"\x89PNG", "a picture", _PAPER),
    (b"\xff\xd8\xff", "a picture", _PAPER),
    (b"GIF8", "a picture", _PAPER),
    (b"SQLite format 3\x00", "a database", "export its tables as CSV or JSON"),
    (b"\x7fELF", "a program", "give a list of what is installed, not the program itself"),
    (b"MZ\x90\x00", "a program", "give a list of what is installed, not the program itself"),
    (b"\xff\xfe\x00\x00", "text in UTF-32", "save it as UTF-8"),
    (b"\x00\x00\xfe\xff", "text in UTF-32", "save it as UTF-8"),
)
_BROKEN = ("a workbook or a zip archive that is cut off or damaged", "save or export it anew, and hand it in whole")
_TAR = slice(257, 262)


def refusal(sample: Sample) -> BadInput | None:
    """What to say of a file that no importer reads and that is known for what it is; None for any other."""
    told = next(((what, advice) for mark, what, advice in _MARKS if sample.data.startswith(mark)), None)
    if told is None and sample.data[_TAR] == b"ustar":
        told = ("a tar archive", _PACKED)
    if told is None and "word/document.xml" in sample.zip_members:
        told = ("a text document", _PAPER)
    if told is None and sample.data.startswith(b"PK\x03\x04"):
        told = ("a zip archive, and of no kind that is read", _PACKED) if sample.zip_members else _BROKEN
    if told is None and sample.is_json and "@context" in sample.json_keys and b"spdx.org/rdf/3" in sample.data[:4096]:
        told = ("SPDX 3, which is not read yet", "have the tool that wrote it write SPDX 2.3 or CycloneDX 1.6")
    if told is None:
        return None
    return BadInput(f"this is {told[0]}", code="inventory.kind", place="the file", advice=told[1])
