"""Bills of materials and spreadsheets, written for the tests."""

from support.inventory_file import File
from support.workbooks import ods, xls, xlsx

CYCLONEDX = b"""{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
 "metadata": {"component": {"type": "device", "name": "mail-1"}},
 "components": [
  {"type": "library", "name": "lodash", "version": "4.17.11", "purl": "pkg:npm/lodash@4.17.11"},
  {"type": "device", "name": "pump-2", "components": [{"type": "firmware", "name": "pumpware", "version": "2.1"}]}
 ]}
"""
CYCLONEDX_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
 <metadata><tools><components><component type="application"><name>maker</name></component></components></tools>
  <component type="device"><name>mail-1</name>
   <properties><property name="levee:exposed">yes</property></properties></component></metadata>
 <components>
  <component type="library" bom-ref="a"><group>@babel</group><name>core</name><version>7.1.0</version>
   <purl>pkg:npm/%40babel/core@7.1.0</purl></component>
  <component type="device"><name>pump-2</name><components>
   <component type="firmware"><name>pumpware</name><version>2.1</version></component></components></component>
 </components>
</bom>
"""
SPDX = b"""{"SPDXID": "SPDXRef-DOCUMENT", "name": "mail-1", "packages": [
  {"SPDXID": "SPDXRef-1", "name": "lodash", "versionInfo": "4.17.11", "externalRefs": [
   {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/lodash@4.17.11"}]},
  {"SPDXID": "SPDXRef-2", "name": "own tool", "versionInfo": "NOASSERTION"}
 ], "spdxVersion": "SPDX-2.3"}
"""
SPDX_TAGS = b"""SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
DocumentName: mail-1
DocumentComment: <text>made by
hand</text>
# Packages
PackageName: lodash
SPDXID: SPDXRef-1
PackageVersion: 4.17.11
ExternalRef: PACKAGE-MANAGER purl pkg:npm/lodash@4.17.11

PackageName: own tool
PackageVersion: NOASSERTION
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-1
"""
CSV = b"""asset,name,version,ecosystem,exposed,owner
web-1,lodash,4.17.11,npm,yes,us
web-1,own tool,3,,yes,us
desk-1,,,,no,us
"""
ROWS = [line.split(",") for line in CSV.decode().splitlines()]
HOSTS = ("web-1", "desk-1")

BILL_FILES = (
    File(kind="cyclonedx-json", filename="bom.json", data=CYCLONEDX, assets=("mail-1", "pump-2"), components=2),
    File(kind="cyclonedx-xml", filename="bom.xml", data=CYCLONEDX_XML, assets=("mail-1", "pump-2"), components=2),
    File(kind="spdx-json", filename="mail-1.spdx.json", data=SPDX, assets=("mail-1",), components=2),
    File(kind="spdx-tags", filename="mail-1.spdx", data=SPDX_TAGS, assets=("mail-1",), components=2),
    File(kind="csv", filename="office.csv", data=CSV, assets=HOSTS, components=2),
    File(kind="workbook", filename="office.xlsx", data=xlsx(Office=ROWS), assets=HOSTS, components=2),
    File(kind="workbook", filename="office.ods", data=ods(ROWS), assets=HOSTS, components=2),
    File(kind="workbook", filename="office.xls", data=xls(ROWS), assets=HOSTS, components=2),
)
