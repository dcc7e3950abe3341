"""What an importer is: the whole of what the next file kind has to bring along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One kind of file.

    Attributes:
        kind: a short name that stays the same, such as `cyclonedx-json`; people may name it to settle a doubt.
        title: what people call it, such as `CycloneDX (JSON)`.
        recognises: whether the sample is of this kind, and of no other that is registered. It must not raise.
        read: puts all that the file states on the sheet: every row becomes a component, a finding, an asset row, a
            repetition, or is listed as not understood. BadInput or TooLarge where the file as a whole cannot be read.
            The bytes are never UTF-16.
    """

    kind: str
    title: str
    recognises: Callable[[Sample], bool]
    read: Callable[[Sheet, bytes], None]
