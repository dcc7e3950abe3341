"""Runs in the peers' own environment, without Levee: the same questions, asked of each peer; prints one JSON object.

Called by `match.py` with a folder of inputs (`records.json`, `purls.json`, `versions.json`, `bom.json`) and names of
the peers. Seconds are of the process's CPU. A peer that fails says why.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from _rounds import do_each, seconds


def main(folder: Path, *wanted: str) -> None:
    """Ask the peers and print the answers."""
    answers = {}
    for name in wanted:
        try:
            answers[name] = PEERS[name](folder)
        except Exception as error:  # noqa: BLE001 - a peer that does not work is told, not hidden
            answers[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answers))


def univers(folder: Path) -> dict[str, object]:
    """Comparing versions; they are parsed for each comparison, as its ranges do."""
    from univers.versions import PypiVersion

    pairs = json.loads((folder / "versions.json").read_text())
    return {"compare_s": seconds(lambda: [PypiVersion(a) < PypiVersion(b) for a, b in pairs]), "pairs": len(pairs)}


def packageurl(folder: Path) -> dict[str, object]:
    """Reading package URLs."""
    from packageurl import PackageURL

    purls = json.loads((folder / "purls.json").read_text())
    return {"parse_s": seconds(lambda: do_each(PackageURL.from_string, purls))}


def vdb(folder: Path) -> dict[str, object]:
    """AppThreat's database: built from the records, then asked in one batch and one by one."""
    os.environ |= {"VDB_HOME": str(folder / "vdb"), "VDB_CACHE": str(folder / "vdb-cache"), "VDB_QUIET": "1"}
    (folder / "vdb").mkdir()
    from vdb.lib import config
    from vdb.lib import db as storage
    from vdb.lib.osv import OSVSource
    from vdb.lib.search import search_packages

    storage.get(config.VDB_BIN_FILE, config.VDB_BIN_INDEX)
    source, began = OSVSource(), time.process_time()
    converted = []
    for record in json.loads((folder / "records.json").read_text()):
        converted += source.convert(record)
    source.store(converted)
    built = time.process_time() - began
    asked = [{"purl": purl} for purl in json.loads((folder / "purls.json").read_text())]
    found = search_packages(asked, with_data=True)
    return {
        "build_s": built,
        "match_s": seconds(lambda: search_packages(asked, with_data=True)),
        "hits": sum(len(each.get("results") or []) for each in found),
    }


def cve_bin_tool(folder: Path) -> dict[str, object]:
    """Its scanner on a table of the same ranges: vendor and product, one query for each."""
    from cve_bin_tool.cve_scanner import CVEScanner
    from cve_bin_tool.cvedb import CVEDB
    from cve_bin_tool.log import LOGGER
    from cve_bin_tool.util import ProductInfo

    LOGGER.setLevel("ERROR")  # a line for each product would count against it
    place = Path(tempfile.mkdtemp(dir=folder)) / "cve.db"
    with sqlite3.connect(place) as table:
        for name in ("cve_severity", "cve_range"):
            table.execute(CVEDB.TABLE_SCHEMAS[name])
        for record in json.loads((folder / "records.json").read_text()):
            _fill(table, record)
    products = []
    for purl in json.loads((folder / "purls.json").read_text()):
        name, _, version = purl.removeprefix("pkg:bitnami/").partition("@")
        products.append(ProductInfo("bitnami", name, version, "/", purl))

    def ask() -> CVEScanner:
        scanner = CVEScanner()
        scanner.dbname = str(place)
        with scanner:
            for product in products:
                scanner.get_cves(product, {"default": {}, "paths": {""}})
        return scanner

    hits = sum(len(data["cves"]) for data in ask().all_cve_data.values())
    return {"match_s": seconds(ask), "hits": hits}


def _fill(table: sqlite3.Connection, record: dict) -> None:
    key = record["id"]
    told = [key, "HIGH", record.get("summary") or "x", 9, 3, "", "OSV", "2026-11-28"]
    table.execute("insert into cve_severity values (?, ?, ?, ?, ?, ?, ?, ?)", told)
    for block in record.get("affected", []):
        for part in block.get("ranges", []):
            for start, end in _pairs(part["events"]):
                row = [key, "bitnami", block["package"]["name"], "*", start, "", *end, "OSV"]
                table.execute("insert into cve_range values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _pairs(events: list[dict]) -> list[tuple[str, tuple[str, str]]]:
    """Pairs as written: start, and the end with and without itself."""
    found = []
    for event in events:
        if "introduced" in event:
            found.append((event["introduced"], ("", "")))
        elif "fixed" in event:
            found[-1] = (found[-1][0], ("", event["fixed"]))
        elif "last_affected" in event:
            found[-1] = (found[-1][0], (event["last_affected"], ""))
    return found


def cyclonedx(folder: Path) -> dict[str, object]:
    """Reading a bill of materials into its objects."""
    from cyclonedx.model.bom import Bom

    document = json.loads((folder / "bom.json").read_text())
    return {"read_s": seconds(lambda: Bom.from_json(document))}


PEERS = {
    "univers": univers,
    "packageurl-python": packageurl,
    "appthreat-vulnerability-db": vdb,
    "cve-bin-tool": cve_bin_tool,
    "cyclonedx-python-lib": cyclonedx,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
