"""Bytes into JSON, XML, tables or archives, within bounds."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from levee.formats.plain_text import text_of
from levee.formats.scans.nodes import Node
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from levee.formats.strict_json import Json

MAX_BYTES = 64 << 20
MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 60
MAX_MEMBERS = 1000
MAX_RATIO = 200
LONGEST_FIELD = 1 << 20
LOOKED_AT = 10
LONGEST_HEADING = 80


def json_in(data: bytes) -> Node:
    """A JSON document, or the lines of a JSON Lines file as one list.

    Large integers are taken: scanners number their rules with them.

    Raises:
        BadInput: neither; the place is a line and column. TooLarge: too long or too deep.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("a scanner's export has at most 64 MiB", code="scan.too_long")
    text = text_of(data)
    try:
        return Node(_bounded(json.loads(text)))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return Node(_lines(text))
        place = f"line {error.lineno}, column {error.colno}"
        raise BadInput(f"not JSON: {error.msg}", code="scan.json", place=place, advice=_ADVICE) from error
    except (RecursionError, ValueError) as error:
        raise TooLarge("nested too deep, or a number too long", code="scan.too_deep") from error


_ADVICE = "export the report anew; the file seems to be cut off or damaged"


def _lines(text: str) -> Json:
    """Several documents after one another, on lines of their own or not."""
    decoder, found, at = json.JSONDecoder(), [], 0
    while at < len(text):
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            break
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            raise BadInput(f"not JSON: {error.msg}", code="scan.json", place=place, advice=_ADVICE) from error
        found.append(_bounded(value))
    return found


def _bounded(value: Json) -> Json:
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return value
    raise TooLarge(f"nested more than {MAX_DEPTH} deep", code="scan.too_deep")


def xml_in(data: bytes) -> Element:
    """An XML document without entities of its own and without anything fetched.

    Raises:
        BadInput: not XML, or with entities; the place is a line and column. TooLarge: too long.
    """
    if len(data) > MAX_BYTES or data.count(b"<") > 2 * MAX_ELEMENTS:
        raise TooLarge("a scanner's export has at most 64 MiB and 4 million elements", code="scan.too_long")
    try:
        return fromstring(data)
    except ParseError as error:
        row, column = error.position
        place = f"line {row}, column {column + 1}"
        message = f"not XML: {str(error).partition(':')[0]}"
        raise BadInput(message, code="scan.xml", place=place, advice=_ADVICE) from error
    except DefusedXmlException as error:
        raise BadInput(
            "this XML declares entities, which no scanner needs",
            code="scan.entities",
            advice="export the report anew, without a document type of your own",
        ) from error
    except (LookupError, ValueError) as error:
        raise BadInput(f"not XML: {error}", code="scan.xml", advice=_ADVICE) from error


class Columns:
    """Where the fields of a row stand."""

    def __init__(self, headings: Mapping[str, Sequence[str]]) -> None:
        self._headings = headings

    def of(self, row: Mapping[str, str], name: str) -> str:
        """The first field under that name that says anything; empty where none does."""
        for heading in self._headings[name]:
            if value := row.get(heading, ""):
                return value
        return ""


class Table:
    """A table with headings; rows are read one by one, each with its line."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.delimiter = max(",;\t", key=text.partition("\n")[0].count)
        self.skipped, self.headings = self._find_headings()

    def has(self, *headings: str) -> bool:
        """Whether all of these headings are there, in any letter case."""
        return {heading.lower() for heading in headings} <= set(self.headings)

    def columns(self, names: Mapping[str, Sequence[str]]) -> Columns:
        """Which of the headings that editions of a table write for a column are there."""
        return Columns({name: [each for each in headings if each in self.headings] for name, headings in names.items()})

    def rows(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Every row that says anything: its place, and its fields by heading in small letters."""
        for number, (line, fields) in enumerate(self._records()):
            if number > self.skipped and any(field.strip() for field in fields):
                yield (
                    f"line {line}",
                    {heading: field.strip() for heading, field in zip(self.headings, fields, strict=False) if heading},
                )

    def _find_headings(self) -> tuple[int, list[str]]:
        """The first full record of the first few; some exports put a page of their own before it."""
        first = [fields for _, fields in itertools.islice(self._records(), LOOKED_AT)]
        if not first:
            return 0, []
        widest = max(len(fields) for fields in first)
        full = (number for number, fields in enumerate(first) if 2 * _filled(fields) > widest)
        at = next(full, len(first) - 1)
        seen: dict[str, int] = {}
        headings = []
        for field in first[at]:
            name = field.strip().strip("\ufeff").lower()
            seen[name] = seen.get(name, 0) + 1
            headings.append(name if seen[name] == 1 else f"{name} {seen[name]}")
        return at, headings

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        csv.field_size_limit(LONGEST_FIELD)
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self.delimiter)
        line = 1
        try:
            for fields in reader:
                yield line, fields
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadInput(f"not a table: {error}", code="scan.csv", place=f"line {line}", advice=_ADVICE) from error


def _filled(fields: list[str]) -> int:
    return sum(0 < len(field.strip()) < LONGEST_HEADING for field in fields)


def members_in(data: bytes, *, ending: str) -> list[tuple[str, bytes]]:
    """The files of an archive with that ending, by name.

    Raises:
        BadInput: not an archive, or a damaged or locked one. TooLarge: it would unpack to too much.
    """
    found, size = [], 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            listed = [each for each in archive.infolist() if not each.is_dir() and each.filename.endswith(ending)]
            for each in listed:
                size += each.file_size
                packed_well = each.file_size > (1 << 20) and each.file_size > MAX_RATIO * max(each.compress_size, 1)
                if size > MAX_BYTES or packed_well or len(listed) > MAX_MEMBERS:
                    raise TooLarge("the archive would unpack to too much", code="scan.archive", place=each.filename)
                with archive.open(each) as member:
                    found.append((each.filename, member.read(each.file_size)))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, zlib.error) as error:
        message = f"not an archive that can be read: {error}"
        raise BadInput(message, code="scan.archive", place="the file", advice=_ADVICE) from error
    return found
