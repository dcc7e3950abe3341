"""How fast inventories are read and written; run as `python bench/inventory.py [COMPONENTS] [--million]`.

Prints one JSON line. The peers read the same bytes and write nothing; they are installed in an environment of their
own, by pip's own configuration, and thrown away afterwards. Levee reads, names every component, writes it to PostgreSQL
and keeps the file. Seconds are of the CPU, the median of several rounds: ours and theirs for reading; for what the
operators' site takes to read, write and answer, its own and its database connections', with the clock's beside it.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from _cpu import most_held_by_matcher, of_operators
from _house import house
from levee.inventory.reading import read

ROUNDS = 3
PEERS = ("cyclonedx-python-lib==11.12.0", "spdx-tools==0.8.5")
PROGRAM = """
import json, statistics, sys, time
from cyclonedx.model.bom import Bom
from spdx_tools.spdx.parser.parse_anything import parse_file
def seconds(work):
    found = []
    for _ in range(3):
        began = time.process_time()
        work()
        found.append(time.process_time() - began)
    return statistics.median(found)
text = open(sys.argv[1]).read()
print(json.dumps([seconds(lambda: Bom.from_json(json.loads(text))), seconds(lambda: parse_file(sys.argv[2]))]))
"""


def main(count: int, *, million: bool) -> None:
    """Measure with `count` made-up components."""
    bom, spdx, table = cyclonedx(count), spdx_of(count), csv_of(count)
    theirs = peers(bom, spdx)
    with house({"bench": ("Bench", "water")}) as cast:
        token = cast.operating["bench"].token
        writing = {
            "csv": written(token, table, "list.csv"),
            "spdx": written(token, spdx, "bom.spdx.json"),
            "cyclonedx": written(token, bom, "bom.cdx.json"),
        }
        of_million = of_a_million(token) if million else None
    reading = {"cyclonedx": cpu(bom, "a.json"), "spdx": cpu(spdx, "a.spdx.json"), "csv": cpu(table, "a.csv")}
    figures: dict[str, object] = {
        "components": count,
        "mb": {"cyclonedx": megabytes(bom), "spdx": megabytes(spdx), "csv": megabytes(table)},
        "read_components_per_cpu_s": {kind: round(count / seconds) for kind, seconds in reading.items()},
        "read_ratio": {kind: round(theirs[kind] / reading[kind], 1) for kind in theirs},
        "read_and_written_cpu_s": {kind: round(cpu_s, 2) for kind, (cpu_s, _) in writing.items()},
        "read_and_written_clock_s": {kind: round(clock, 2) for kind, (_, clock) in writing.items()},
        "goals": {
            kind: goal(theirs[kind] / writing[kind][0], wanted) for kind, wanted in (("cyclonedx", 50), ("spdx", 15))
        },
        "peers_mb_per_cpu_s": {
            "cyclonedx-python-lib": round(megabytes(bom) / theirs["cyclonedx"], 2),
            "spdx-tools": round(megabytes(spdx) / theirs["spdx"], 2),
        },
    }
    if of_million:
        figures["million_rows"] = of_million
    print(json.dumps(figures))


def cpu(data: bytes, filename: str) -> float:
    """CPU seconds to read and understand a file; nothing of an earlier round is kept."""
    from levee.inventory import understanding

    found = []
    for _ in range(ROUNDS):
        understanding._known.cache_clear()  # noqa: SLF001 - each round as the first
        began = time.process_time()
        assert read(data, filename).accounted
        found.append(time.process_time() - began)
    return statistics.median(found)


def goal(ratio: float, wanted: float) -> dict[str, object]:
    """How many times as fast as the peer, reading and writing, and whether that is enough."""
    return {"ratio": round(ratio, 1), "goal": wanted, "met": ratio >= wanted}


def written(token: str, data: bytes, filename: str) -> tuple[float, float]:
    """CPU and clock seconds until the operators' side has read a file and written all of it.

    A new inventory each time; a large file is done when its job says so.
    """
    from levee.settings import settings

    found, folder = [], settings().data_folder
    for number in range(ROUNDS):
        began, used = time.perf_counter(), of_operators(folder)
        taken_in(token, data, name=f"{filename} {number}", filename=filename)
        found.append((of_operators(folder) - used, time.perf_counter() - began))
    return statistics.median(cpu for cpu, _ in found), statistics.median(clock for _, clock in found)


def taken_in(token: str, data: bytes, *, name: str, filename: str) -> None:
    """Hand a file in and wait until it is an import."""
    from levee.settings import settings

    site, headers = settings().operators_site, {"Authorization": f"Bearer {token}"}
    answer = httpx.post(
        f"{site}/api/v1/inventory/imports",
        params={"name": name, "filename": filename},
        headers={**headers, "Content-Type": "application/octet-stream"},
        content=data,
        timeout=300,
    )
    while answer.raise_for_status().json().get("state", "done") != "done":
        if fault := answer.json()["fault"]:
            sys.exit(str(fault))
        time.sleep(0.1)
        key = answer.json()["public_id"]
        answer = httpx.get(f"{site}/api/v1/inventory/intakes/{key}", headers=headers, timeout=60)


def peers(bom: bytes, spdx: bytes) -> dict[str, float]:
    """CPU seconds of the peers on the same bytes."""
    folder = Path(tempfile.mkdtemp(prefix="levee-peers-"))
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        python = str(folder / "venv" / "bin" / "python")
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
        (folder / "a.cdx.json").write_bytes(bom)
        (folder / "a.spdx.json").write_bytes(spdx)
        answer = subprocess.run(
            [python, "-c", PROGRAM, str(folder / "a.cdx.json"), str(folder / "a.spdx.json")],
            check=True,
            capture_output=True,
        )
        theirs = json.loads(answer.stdout.splitlines()[-1])
        return {"cyclonedx": theirs[0], "spdx": theirs[1]}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def of_a_million(token: str) -> dict[str, dict[str, float]]:
    """A spreadsheet of a million rows but one through the job, then with that one, the most that is taken.

    Seconds of the clock until each is an import, and the most memory that the operators' worker held by then.
    """
    from levee.settings import settings

    figures, rows = {}, csv_of(999_999)
    for which, data in (("first", rows), ("again", rows + b"\none-more,part,1.0,npm,no,us\n")):
        began = time.perf_counter()
        taken_in(token, data, name="million", filename="million.csv")
        took = time.perf_counter() - began
        figures[which] = {"s": round(took, 1), "worker_peak_mb": most_held_by_matcher(settings().data_folder)}
    return figures


def packages(count: int) -> list[tuple[str, str]]:
    """Made-up names and versions, the same each time."""
    chance = random.Random(26)  # noqa: S311 - the same made-up input each time
    return [
        (f"part-{number % 5000}", f"{chance.randrange(20)}.{chance.randrange(40)}.{chance.randrange(40)}")
        for number in range(count)
    ]


def cyclonedx(count: int) -> bytes:
    """A bill of materials as tools write it: with hashes, licences and references."""
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:npm/{name}@{version}#{number}",
            "name": name,
            "version": version,
            "purl": f"pkg:npm/{name}@{version}",
            "licenses": [{"license": {"id": "MIT"}}],
            "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
        }
        for number, (name, version) in enumerate(packages(count))
    ]
    subject = {"type": "device", "name": "host", "bom-ref": "host"}
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": subject}}
    return json.dumps({**bom, "components": parts}).encode()


def spdx_of(count: int) -> bytes:
    """The same as SPDX 2.3."""
    parts = [
        {
            "SPDXID": f"SPDXRef-{number}",
            "name": name,
            "versionInfo": version,
            "downloadLocation": "NOASSERTION",
            "licenseConcluded": "MIT",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": f"pkg:npm/{name}@{version}",
                }
            ],
        }
        for number, (name, version) in enumerate(packages(count))
    ]
    document = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": "host",
        "documentNamespace": "https://example.org/host",
        "creationInfo": {"created": "2026-11-01T00:00:00Z", "creators": ["Tool: bench"]},
    }
    return json.dumps({**document, "packages": parts}).encode()


def csv_of(count: int) -> bytes:
    """The same as a spreadsheet of many hosts."""
    lines = [
        f"host-{number // 300},{name},{version},npm,no,us" for number, (name, version) in enumerate(packages(count))
    ]
    return "\n".join(["asset,name,version,ecosystem,exposed,owner", *lines]).encode()


def megabytes(data: bytes) -> float:
    """Of a file."""
    return round(len(data) / 1e6, 2)


if __name__ == "__main__":
    counts = [int(each) for each in sys.argv[1:] if each.isdigit()]
    main(counts[0] if counts else 10_000, million="--million" in sys.argv)
