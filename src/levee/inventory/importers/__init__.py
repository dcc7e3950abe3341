"""Every file kind that Levee reads: one importer each, registered here and nowhere else.

To add a kind: write a module with `IMPORTERS = (Importer(...),)` beside these, name it below, and add a file of the
kind to `tests/support/inventory_files.py`: the tests on bad input and on ambiguity then cover it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.strict_json import check_keys
from levee.formats.strict_xml import parts
from levee.inventory.importers import (
    bills,
    javascript,
    osquery,
    package_lists,
    scanners,
    spreadsheets,
    windows,
    workbooks,
)
from levee.inventory.importers.strangers import refusal
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.inventory.importers.interface import Importer
    from levee.inventory.importers.sample import Sample

FORMATS: tuple[Importer, ...] = (
    *bills.IMPORTERS,
    *package_lists.IMPORTERS,
    *javascript.IMPORTERS,
    *windows.IMPORTERS,
    *osquery.IMPORTERS,
    *scanners.IMPORTERS,
)
"""Kinds with marks of their own. Their order says nothing: a file that two of them claim is a fault."""
GENERIC: tuple[Importer, ...] = (*workbooks.GENERIC, *spreadsheets.GENERIC)
"""Kinds that take what no format claims, asked in this order."""


def by_kind(kind: str) -> Importer:
    """The importer of that kind.

    Raises:
        BadInput: there is none.
    """
    found = next((each for each in (*FORMATS, *GENERIC) if each.kind == kind), None)
    if found is None:
        known = ", ".join(each.kind for each in (*FORMATS, *GENERIC))
        raise BadInput(f"no file kind is called {kind[:40]!r}", place="kind", advice=f"one of: {known}")
    return found


def claims(sample: Sample) -> tuple[Importer, ...]:
    """The formats that recognise a file as theirs: one, none, or, by a fault of an importer, several."""
    return tuple(each for each in FORMATS if each.recognises(sample))


def choose(sample: Sample) -> Importer:
    """The importer of a file.

    Raises:
        BadInput: nothing reads it, it declares XML entities, or it could be of several kinds.
    """
    _ = sample.xml_root  # refuses entities before anybody asks
    found = claims(sample)
    if len(found) == 1:
        return found[0]
    if found:
        kinds = ", ".join(each.kind for each in found)
        raise BadInput(
            f"the file could be of several kinds: {kinds}", code="inventory.kind", advice="say which of them it is"
        )
    workbook = next((each for each in workbooks.GENERIC if each.recognises(sample)), None)
    if workbook is None and (stranger := refusal(sample)) is not None:
        raise stranger
    generic = workbook or next((each for each in spreadsheets.GENERIC if each.recognises(sample)), None)
    if generic is None:
        raise _unknown(sample)
    return generic


def _unknown(sample: Sample) -> BadInput:
    """Why nothing reads a file: a fault of its syntax where it has one, with the place."""
    if sample.is_json and not sample.json_lines:
        check_keys(sample.data)
    if sample.xml_root is not None:
        for _ in parts(sample.data, ()):
            pass
    return BadInput(
        "no file kind that Levee knows is recognised in it",
        code="inventory.kind",
        place="/" if sample.is_json else "line 1",
        advice="Give one of: " + ", ".join(each.title for each in (*FORMATS, *GENERIC)) + ".",
    )
