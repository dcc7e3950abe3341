"""How fast components meet advisories, beside the peers, on records that both hold. Prints one line of JSON.

    script/bench match [--without-peers | PEER...] [--without-rescan]

The peers, all or those that are named, are installed into a throw-away environment by pip's own configuration; one that
cannot be is named with the reason. Figures are CPU seconds on the same machine in the same run, the median of several
rounds (one round of what takes over five seconds); `ratio` is the peer's time by ours, beside the goal and whether it
is met. What is built is kept on disk, theirs and ours: the index of a folder of advisories that `levee exposure scan`
keeps. Reading with writing is measured by `inventory`, the way
from a publication to whom it concerns by `alert`. Needs the public data (LEVEE_DATA).
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from _matching_rescan import public_records
from _rounds import do_each, seconds
from levee.exposure.matching.engine import examine, in_hand
from levee.exposure.matching.folder import AdvisoryFolder
from levee.formats.osv import read_osv
from levee.formats.purl import parse_purl
from levee.formats.sbom import read_sbom
from levee.formats.versions import sort_key
from levee.inventory.types import Asset, Component, Criticality, Exposure, Owner, StatedComponent
from levee.inventory.understanding import understand

HERE = Path(__file__).parent
DATA = Path(os.environ.get("LEVEE_DATA") or HERE.parent.parent / "shared" / "data")
PEERS = ("univers", "packageurl-python", "appthreat-vulnerability-db", "cve-bin-tool", "cyclonedx-python-lib")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
ASKED, PAIRS = 5_000, 20_000
ASSET = Asset(
    id=UUID(int=1),
    inventory=UUID(int=2),
    name="one",
    owner=Owner.US,
    owner_name="",
    environment="",
    criticality=Criticality.LOW,
    exposure=Exposure.NO,
    exposure_source="x",
    exposure_at=NOW,
)


def main(peer: Sequence[str], *, rescan: bool) -> None:
    """Measure and print."""
    if not DATA.is_dir():
        raise SystemExit("no public data: set LEVEE_DATA")
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        folder = Path(place)
        raw = inputs(folder)
        figures = {"bench": "match", **ours(folder, raw)}
        if peer:
            figures |= beside(figures, peers(folder, peer))
    if rescan:
        done = subprocess.run(
            [sys.executable, str(HERE / "_matching_rescan.py"), str(DATA)], capture_output=True, text=True, check=True
        )
        figures["rescan"] = json.loads(done.stdout)
        figures["goals"] = figures.pop("goals", {}) | bulk(figures["rescan"])
    print(json.dumps(figures))


def inputs(folder: Path) -> list[bytes]:
    """What everyone is asked: Bitnami's records, since all matchers hold those, and components around them."""
    chance = random.Random(26)  # noqa: S311 - the same made-up input each time
    raw: list[bytes] = []
    said: dict[str, list[str]] = {}
    for data, record in public_records(DATA, ["bitnami"]):
        raw.append(data)
        for block in record.affected:
            known = said.setdefault(block.name, [])
            known += [event.version for part in block.ranges for event in part.events if event.version != "0"]
    names = [name for name, versions in said.items() if versions]
    chosen = chance.choices(names, k=ASKED // 2)
    purls = [f"pkg:bitnami/{name}@{chance.choice(said[name])}" for name in chosen]
    purls += [f"pkg:bitnami/unknown-{number}@1.{number}" for number in range(ASKED - len(purls))]
    numbers = [
        f"{chance.randrange(9)}.{chance.randrange(40)}.{chance.randrange(9)}{chance.choice(['', 'rc1', '.post1'])}"
        for _ in range(400)
    ]
    parts = [
        {"type": "library", "name": f"p{at}", "version": f"1.{at}", "purl": f"pkg:npm/p{at}@1.{at}"}
        for at in range(20_000)
    ]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts}
    (folder / "records.json").write_bytes(b"[" + b",".join(raw) + b"]")
    (folder / "records").mkdir()
    for number, data in enumerate(raw):
        (folder / "records" / f"{number}.json").write_bytes(data)
    (folder / "purls.json").write_text(json.dumps(purls))
    (folder / "versions.json").write_text(json.dumps([chance.choices(numbers, k=2) for _ in range(PAIRS)]))
    (folder / "bom.json").write_text(json.dumps(bom))
    return raw


def ours(folder: Path, raw: list[bytes]) -> Mapping[str, float]:
    """Levee's own seconds for the same work."""
    purls = json.loads((folder / "purls.json").read_text())
    pairs = json.loads((folder / "versions.json").read_text())
    keyed = [(sort_key("pypi", a) or b"", sort_key("pypi", b) or b"") for a, b in pairs]
    encode = sort_key.__wrapped__
    records = [in_hand(UUID(int=at), read_osv(data)) for at, data in enumerate(raw)]
    found = examine(components(purls), records)
    bom = (folder / "bom.json").read_bytes()
    return {
        "records": len(raw),
        "components": len(purls),
        "hits": len(found),
        "certain_hits": sum(each.certain for each in found),
        "build_s": seconds(lambda: build(folder / "records")),
        "match_s": seconds(lambda: examine(components(purls), records)),
        "compare_stored_keys_s": seconds(lambda: [a < b for a, b in keyed]),
        "encode_and_compare_s": seconds(lambda: [encode("pypi", a) < encode("pypi", b) for a, b in pairs]),
        "purl_s": seconds(lambda: do_each(parse_purl, purls)),
        "sbom_read_s": seconds(lambda: read_sbom(bom)),
    }


def components(purls: list[str]) -> list[Component]:
    """From package URL strings to components, as an import makes them."""
    found = []
    for number, purl in enumerate(purls):
        stated = understand(StatedComponent(place="", asset="one", stated=purl, purl=purl))
        found.append(
            Component(
                id=UUID(int=number),
                asset=ASSET,
                stated=stated.stated,
                purl=stated.purl,
                ecosystem=stated.ecosystem,
                name=stated.name,
                version=stated.version,
                key=stated.key,
                detected_at=NOW,
                evidence_at=NOW,
                unmatchable="",
            )
        )
    return found


def build(records: Path) -> None:
    """Read the advisories and keep their index on disk; nothing of an earlier round is known."""
    sort_key.cache_clear()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as cache:
        index = AdvisoryFolder(records, cache=Path(cache))
        index.refresh()
        assert index.count()
        assert not index.refused()


def peers(folder: Path, wanted: Sequence[str]) -> Mapping[str, Mapping[str, object]]:
    """Install the peers and ask them."""
    place = folder / "peers"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    refused = {}
    for name in wanted:
        done = subprocess.run(
            [str(place / "bin" / "pip"), "install", "--quiet", name], capture_output=True, text=True, check=False
        )
        if done.returncode:
            refused[name] = {"failed": done.stderr.strip().splitlines()[-1][:300]}
    asked = subprocess.run(
        [str(place / "bin" / "python"), str(HERE / "_matching_peers.py"), str(folder), *wanted],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )
    return json.loads(asked.stdout.strip().splitlines()[-1]) | refused


def beside(figures: Mapping[str, float], told: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The peers' figures, and the ratios with their goals."""
    goals = {}
    for goal, (peer, theirs, mine, wanted) in GOALS.items():
        value = told.get(peer, {}).get(theirs)
        if isinstance(value, int | float):
            ratio = value / max(figures[mine], 1e-9)
            goals[goal] = {"ratio": round(ratio, 1), "goal": wanted, "met": ratio >= wanted}
    return {"peers": dict(told), "goals": goals}


def bulk(rescan: Mapping[str, float]) -> dict[str, object]:
    """The goals of the rescan: seconds and megabytes at most."""
    return {
        goal: {"most": wanted, "value": rescan[figure], "met": rescan[figure] <= wanted}
        for goal, (figure, wanted) in AT_MOST.items()
    }


GOALS = {
    "stored keys by univers": ("univers", "compare_s", "compare_stored_keys_s", 100),
    "encode and compare once by univers": ("univers", "compare_s", "encode_and_compare_s", 3),
    "explained match by vdb": ("appthreat-vulnerability-db", "match_s", "match_s", 15),
    "explained match by cve-bin-tool": ("cve-bin-tool", "match_s", "match_s", 10),
    "build by vdb": ("appthreat-vulnerability-db", "build_s", "build_s", 5),
    "package URL by packageurl-python": ("packageurl-python", "parse_s", "purl_s", 15),
    "SBOM read by cyclonedx-python-lib": ("cyclonedx-python-lib", "read_s", "sbom_read_s", 50),
}
"""Goal: peer, its figure, ours, wanted ratio."""
AT_MOST = {
    "rescan in PostgreSQL, seconds": ("postgresql_join_wall_s", 1.0),
    "rescan in memory, CPU seconds": ("memory_match_cpu_s", 1.0),
    "rescan in memory, megabytes": ("memory_peak_rss_mb", 1500),
}
"""Goal: the rescan's figure, and the most that it may be."""

if __name__ == "__main__":
    named = [each for each in sys.argv[1:] if each in PEERS]
    main(
        [] if "--without-peers" in sys.argv else named or PEERS,
        rescan="--without-rescan" not in sys.argv,
    )
