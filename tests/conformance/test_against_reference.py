"""No match missed and none invented: all public advisories times generated components, against a slow evaluator.

The evaluator (`reference/`) shares no code with Levee. A run looks at a part of the packages, another one each day;
`LEVEE_REFERENCE=all` looks at all of them.
"""

from __future__ import annotations

import os
import random
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from conformance.reference import evaluate, orders
from conformance.reference.components import purl_of, versions_of
from conformance.reference.records import read_all
from levee.exposure.matching.engine import examine, in_hand
from levee.formats.osv import osv_record, read_osv, rustsec_document, yaml_document
from levee.inventory.types import Asset, Component, Criticality, Exposure, Owner, StatedComponent
from levee.inventory.understanding import understand

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
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
    exposure_at=MONDAY,
)
SOURCES = {
    "go": read_osv,
    "almalinux": read_osv,
    "bitnami": read_osv,
    "pypa": lambda data: osv_record(yaml_document(data)),
    "rustsec": lambda data: osv_record(rustsec_document(data)),
}
ALL = os.environ.get("LEVEE_REFERENCE") == "all"
PACKAGES, VERSIONS = (10**9, 6) if ALL else (150, 4)
SEED = os.environ.get("LEVEE_REFERENCE_SEED") or date.today().isoformat()  # noqa: DTZ011 - another part each day


def test_the_reference_shares_no_code_with_levee():
    here = Path(orders.__file__).parent
    assert [path.name for path in here.glob("*.py") if "import levee" in path.read_text()] == []
    assert [path.name for path in here.glob("*.py") if "from levee" in path.read_text()] == []


@pytest.mark.timeout(3600 if ALL else 300)
@pytest.mark.parametrize("source", SOURCES)
def test_no_match_is_missed_and_none_invented(levee_data, source):
    archive = levee_data / "osv" / f"{source}.tar.gz"
    if not archive.is_file():
        pytest.skip(f"the public data has no {source}")
    chance = random.Random(f"{SEED} {source}")
    about = defaultdict(list)
    for advisory, data in read_all(archive):
        for package in {package_of(block) for block in advisory.blocks} - {None}:
            about[package].append((advisory, data))
    chosen = chance.sample(sorted(about), min(PACKAGES, len(about)))
    asked = sum(held(chance, package, about[package], SOURCES[source]) for package in chosen)
    assert asked > len(chosen)


def package_of(block):
    package = block.get("package")
    return (package["ecosystem"].partition(":")[0], package["name"]) if package else None


def held(chance, package, advisories, read):
    """Ask both about one package, and about one that has nearly its name; returns how many pairs were asked."""
    ecosystem, name = package
    blocks = [block for advisory, _ in advisories for block in advisory.blocks if package_of(block) == package]
    cargo = [each for advisory, _ in advisories for each in advisory.cargo or []]
    releases = ["8", "9", "10", ""] if ecosystem == "AlmaLinux" else [""]
    versions = versions_of(blocks, cargo, chance, VERSIONS)
    stated = [(name, chance.choice(releases), version, True) for version in versions]
    stated += [(f"{name}-unknown", release, version, True) for _, release, version, _ in stated[:1]]
    if ecosystem == "AlmaLinux":
        stated += [(name, chance.choice(releases), bare(version), False) for version in versions]
    records = [in_hand(UUID(int=at), read(data)) for at, (_, data) in enumerate(advisories)]
    components = [component(at, ecosystem, *each) for at, each in enumerate(stated)]
    found = defaultdict(dict)
    for each in examine(components, records):
        found[each.component.id.int][each.record.name] = "affected" if each.certain else "unknown"
    for at, (asked, release, version, epochs) in enumerate(stated):
        wanted = {
            advisory.id: answer
            for advisory, _ in advisories
            if (answer := evaluate.concerns(advisory, ecosystem, asked, release, version, epochs=epochs)) is not None
        }
        told = f"release {release or 'not stated'}, epoch {'as stated' if epochs else 'left out'}"
        assert found[at] == wanted, f"{ecosystem} {asked} {version} ({told})"
    return len(stated) * len(advisories)


def bare(version):
    return version.rpartition(":")[2]


def component(at, ecosystem, name, release, version, epochs):
    purl = purl_of(ecosystem, name, release, version, epochs=epochs)
    stated = understand(StatedComponent(place="1", asset="one", stated=name, name=name, version=version, purl=purl))
    assert stated.purl, stated.unmatchable
    return Component(
        id=UUID(int=at),
        asset=ASSET,
        detected_at=MONDAY,
        evidence_at=MONDAY,
        unmatchable="",
        **{key: getattr(stated, key) for key in ("stated", "purl", "ecosystem", "name", "version", "key")},
    )


def test_the_reference_orders_semantic_versions_as_node_does():
    if not orders.NODE_SEMVER.is_dir():
        pytest.skip("node's semver is not installed")
    order = asked_of(orders.SEMVER)
    answers = order.as_node_orders_them()
    assert len(answers) > 100
    assert [(pair, answer) for pair, answer in answers if order.compare(*pair) != answer] == []


def asked_of(order):
    """The order with a sample of what was asked of it in this run, and pairs of its own."""
    chance = random.Random(SEED)
    fresh = type(order)()
    numbers = [
        f"{a}.{b}.{c}{pre}"
        for a in (0, 1, 10)
        for b in (0, 2)
        for c in (0, 3)
        for pre in ("", "-1", "-a", "-a.1", "-rc.2")
    ]
    fresh.asked = {(chance.choice(numbers), chance.choice(numbers)) for _ in range(2000)}
    fresh.asked |= set(chance.sample(sorted(order.asked), min(20_000, len(order.asked))))
    return fresh
