"""How many findings of scanners become how few actions, and how fast; run as `script/bench scans`.

Every export of the public data goes through the same steps as on an operator's machine: read, made into matches (one
for each vulnerability of a finding; mere information and what is settled makes none) and folded into actions, one for
each fix and owner. No advisory is needed, so none is given.

A second part makes a Nessus report of 40,000 items and a table of 250,000 rows, and says how fast they are read.

Needs the public data: `LEVEE_DATA`. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import resource
import tarfile
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from levee.exposure.matching.folder import AdvisoryFolder
from levee.exposure.scan.running import scan
from levee.inventory.reading import read
from levee.kernel.errors import LeveeError

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LARGEST = 10
COUNTED = ("findings", "matches", "actions")


def main() -> None:
    """Fold each export, then read large ones."""
    data = Path(os.environ.get("LEVEE_DATA", "../shared/data"))
    with tempfile.TemporaryDirectory() as empty:
        folder = AdvisoryFolder(Path(empty), cache=Path(empty) / "cache")
        folder.refresh()
        with tarfile.open(data / "scans" / "defectdojo-scans.tar.gz") as packed:
            found = {
                each.name.removeprefix("./"): folded(packed.extractfile(each).read(), each.name, folder)
                for each in packed.getmembers()
                if each.isfile()
            }
    told = {name: each for name, each in found.items() if each}
    rows, matches, actions = (sum(each[at] for each in told.values()) for at in range(3))
    largest = sorted(told, key=lambda name: -told[name][1])[:LARGEST]
    print(
        json.dumps(
            {
                "exports": len(found),
                "refused": len(found) - len(told),
                "findings": rows,
                "matches": matches,
                "actions": actions,
                "largest": {
                    name: dict(zip(("findings", "matches", "actions"), told[name], strict=True)) for name in largest
                },
                "nessus": speed(nessus(hosts=500, items=80), "large.nessus"),
                "table": speed(table(rows=250_000), "large.csv"),
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            }
        )
    )


def folded(data: bytes, name: str, folder: AdvisoryFolder) -> tuple[int, int, int] | None:
    """Findings, matches and actions of one export; None where it is refused."""
    try:
        seen = scan(data, filename=name.rpartition("/")[2], advisories=folder, now=NOW)
    except LeveeError:
        return None
    return len(seen.reading.findings) + seen.reading.repeated, len(seen.found), len(seen.plans)


def speed(data: bytes, filename: str) -> dict[str, float]:
    """How fast one file is read."""
    began = time.process_time()
    seen = read(data, filename)
    took = time.process_time() - began
    return {
        "mb": round(len(data) / 1e6, 1),
        "findings": len(seen.findings) + seen.repeated,
        "cpu_seconds": round(took, 2),
        "findings_per_cpu_second": round((len(seen.findings) + seen.repeated) / took),
    }


def nessus(*, hosts: int, items: int) -> bytes:
    """A report in which every host has the same plugins."""
    item = (
        '<ReportItem port="443" protocol="tcp" severity="3" pluginID="{0}" pluginName="Product {0} &lt; 2.4.{0}">'
        "<cve>CVE-2026-{1}</cve><solution>Upgrade to Product {0} version 2.4.{0} or later.</solution>"
        "<description>Words about it, as a plugin has them, of some length.</description></ReportItem>"
    )
    every = "".join(item.format(number, 10_000 + number) for number in range(items))
    told = "".join(f'<ReportHost name="10.0.{host // 256}.{host % 256}">{every}</ReportHost>' for host in range(hosts))
    return f"<NessusClientData_v2><Report>{told}</Report></NessusClientData_v2>".encode()


def table(*, rows: int) -> bytes:
    """A Tenable table, each row of another host and plugin."""
    lines = ["Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name,Synopsis,Description,Solution,See Also,Plugin Output"]
    lines += [
        f"{rule},CVE-2026-{10_000 + rule},9.8,High,host-{host},tcp,443,Flaw {rule},,,Set {rule % 90},,"
        for host, rule in (divmod(row, 900) for row in range(rows))
    ]
    return "\n".join(lines).encode()


if __name__ == "__main__":
    main()
