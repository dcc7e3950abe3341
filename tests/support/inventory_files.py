"""A small file of every kind that Levee reads, written for these tests: the tests on bad input go through them all.

A kind that stands in the registry and not here fails `tests/subsystems/inventory/test_importers.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.bill_files import BILL_FILES
from support.list_files import LIST_FILES
from support.scanner_files import SCANNER_FILES

if TYPE_CHECKING:
    from support.inventory_file import File

FILES: tuple[File, ...] = (*BILL_FILES, *LIST_FILES, *SCANNER_FILES)
