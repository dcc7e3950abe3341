"""Understanding a file: assets, components and findings, each row accounted for. No database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.inventory_table import HEADINGS
from levee.inventory.importers import FORMATS, GENERIC, by_kind, choose, package_lists, windows
from levee.inventory.importers.package_lists import WHOSE
from levee.inventory.importers.sample import Sample
from levee.inventory.sheet import Sheet
from levee.inventory.types import Corrections
from levee.kernel.errors import BadInput, TooLarge
from levee.kernel.progress import nobody

__all__ = ["AS_GUESSED", "KINDS", "OF_ONE_MACHINE", "WHOSE", "corrections", "read"]

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.inventory.types import Reading
    from levee.kernel.progress import Tell

AS_GUESSED = Corrections()
KINDS = tuple((each.kind, each.title) for each in (*FORMATS, *GENERIC))
"""Every file kind that is read: its short name and what people call it."""
OF_ONE_MACHINE = frozenset(each.kind for each in (*package_lists.IMPORTERS, *windows.IMPORTERS))
"""The kinds that are lists of what one machine has, as its package manager prints them."""
_IN_PARTS = "hand it in in parts, each as an inventory of its own"
_ADVICE = "make the file anew with the tool that wrote it, or in another kind that is read, and hand it in whole"


def corrections(*, kind: str = "", asset: str = "", system: str = "", columns: Iterable[str] = ()) -> Corrections:
    """What a person says about a file, from a face's own fields.

    Args:
        kind: as in `Corrections`, and so are the two below.
        asset: names what the file puts on no asset.
        system: of a list that does not say it.
        columns: each `FIELD=HEADING`; nothing behind the sign means that no column says it.

    Raises:
        BadInput: there is no such field.
    """
    found = {}
    for each in columns:
        name, sign, heading = each.partition("=")
        field = name.strip().lower()
        if not sign or field not in HEADINGS:
            raise BadInput(
                f"{each[:60]!r} is not a field and its heading",
                place="column",
                advice=f"write it such as name=Product; the fields are {', '.join(HEADINGS)}",
            )
        found[field] = heading.strip()
    return Corrections(kind=kind.strip(), asset=asset.strip(), system=system.strip(), columns=found)


def read(data: bytes, filename: str, corrections: Corrections = AS_GUESSED, *, tell: Tell = nobody) -> Reading:
    """Read an inventory or a scanner's export; its kind is recognised by its content.

    Args:
        data: the file.
        filename: names the asset where the file names none.
        corrections: what a person says where the guess was wrong; else everything is guessed.
        tell: hears how far it is.

    Raises:
        BadInput: the file as a whole cannot be read; the place says where. TooLarge: over the format's limit.
    """
    try:
        return _read(data, filename, corrections, tell)
    except (BadInput, TooLarge) as error:
        error.complete(place="the file", advice=_IN_PARTS if isinstance(error, TooLarge) else _ADVICE)
        raise


def _read(data: bytes, filename: str, corrections: Corrections, tell: Tell) -> Reading:
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise BadInput("the file is empty", code="inventory.empty", place="line 1")
    sample = Sample(data, filename)
    importer = by_kind(corrections.kind) if corrections.kind else choose(sample)
    sheet = Sheet(
        alone=corrections.asset or sample.filename.split(".")[0] or "inventory",
        columns=corrections.columns,
        system=corrections.system,
        tell=tell,
    )
    importer.read(sheet, sample.data)
    return sheet.reading(importer.kind, importer.title)
