"""A small file of every kind that Levee reads, written for these tests: the tests on bad input go through them all.

A kind that stands in the registry and not here fails `tests/subsystems/inventory/test_importers.py`.
"""

from __future__ import annotations

from support.inventory_file import File
from support.list_files import LIST_FILES
from support.scanner_files import SCANNER_FILES

CYCLONEDX = b"""{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
 "metadata": {"component": {"type": "device", "name": "mail-1"}},
 "components": [
  {"type": "library", "name": "lodash", "version": "4.17.11", "purl": "pkg:npm/lodash@4.17.11"},
  {"type": "device", "name": "pump-2", "components": [{"type": "firmware", "name": "pumpware", "version": "2.1"}]}
 ]}
"""
SPDX = b"""{"SPDXID": "SPDXRef-DOCUMENT", "name": "mail-1", "packages": [
  {"SPDXID": "SPDXRef-1", "name": "lodash", "versionInfo": "4.17.11", "externalRefs": [
   {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/lodash@4.17.11"}]},
  {"SPDXID": "SPDXRef-2", "name": "own tool", "versionInfo": "NOASSERTION"}
 ], "spdxVersion": "SPDX-2.3"}
"""
CSV = b"""asset,name,version,ecosystem,exposed,owner
web-1,lodash,4.17.11,npm,yes,us
web-1,own tool,3,,yes,us
desk-1,,,,no,us
"""

FILES: tuple[File, ...] = (
    File(kind="cyclonedx-json", filename="bom.json", data=CYCLONEDX, assets=("mail-1", "pump-2"), components=2),
    File(kind="spdx-json", filename="mail-1.spdx.json", data=SPDX, assets=("mail-1",), components=2),
    File(kind="csv", filename="office.csv", data=CSV, assets=("web-1", "desk-1"), components=2),
    *LIST_FILES,
    *SCANNER_FILES,
)
