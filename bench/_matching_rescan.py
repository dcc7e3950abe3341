"""One million components against 300,000 advisories, in memory and in PostgreSQL. Prints one JSON object.

The advisories are the public ones, each package copied under further names until there are enough; half of the
distinct components have a version at a boundary of one of them, the others' packages are unknown.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import sys
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psycopg

from _house import fresh_folder
from levee.exposure.matching.intervals import NO_END, Index, Interval, intervals
from levee.formats.osv import Record, osv_record, read_osv, yaml_document

COMPONENTS, DISTINCT, ADVISORIES = 1_000_000, 340_000, 300_000
JOIN = (  # components repeat: each package at each version is asked about once, as in memory
    "select sum(alike)::bigint "
    "from (select ecosystem, name, key, count(*) as alike from c group by ecosystem, name, key) as c "
    "join r using (ecosystem, name) where r.lo <= c.key and c.key < r.hi"
)
Component = tuple[str, str, bytes]
Row = tuple[str, str, bytes, bytes, int]


def public_records(data: Path, sources: Sequence[str]) -> Iterator[tuple[bytes, Record]]:
    """Advisories of the public data, with their bytes."""
    for source in sources:
        with tarfile.open(data / "osv" / f"{source}.tar.gz") as tar:
            for member in tar:
                found = tar.extractfile(member) if member.isfile() else None
                if found is not None and member.name.endswith(".json"):
                    raw = found.read()
                    yield raw, read_osv(raw)
                elif found is not None and member.name.endswith(".yaml"):
                    raw = found.read()
                    yield raw, osv_record(yaml_document(raw))


def main(data: Path) -> None:
    """Measure and print."""
    sources = ("go", "almalinux", "bitnami", "pypa")
    parts = [found for _, record in public_records(data, sources) if (found := intervals(record))]
    copies = -(-ADVISORIES // len(parts))
    components = made_up(parts, copies)
    figures = {"components": COMPONENTS, "advisories": copies * len(parts), **in_memory(parts, copies, components)}
    print(json.dumps(figures | in_postgresql(parts, copies, components)))


def rows(parts: Sequence[tuple[Interval, ...]], copies: int) -> Iterator[Row]:
    """Every interval of every copy, with the number of its advisory."""
    for copy in range(copies):
        for number, each in enumerate(parts):
            for part in each:
                yield part.ecosystem, named(part.name, copy), part.lo, part.hi, copy * len(parts) + number


def named(name: str, copy: int) -> str:
    """A package's name in a copy."""
    return f"{name}~{copy}" if copy else name


def made_up(parts: Sequence[tuple[Interval, ...]], copies: int) -> list[Component]:
    """A million components, of which a third are distinct."""
    chance = random.Random(26)  # noqa: S311 - the same made-up input each time
    bounds: dict[tuple[str, str], list[bytes]] = {}
    for each in parts:
        for part in each:
            known = bounds.setdefault((part.ecosystem, part.name), [])
            known += [key for key in (part.lo, part.hi) if key and key != NO_END]
    packages = [package for package, keys in bounds.items() if keys]
    distinct = []
    for number in range(DISTINCT):
        ecosystem, name = chance.choice(packages)
        if number % 2:
            key = chance.choice(bounds[ecosystem, name])
            distinct.append((ecosystem, named(name, chance.randrange(copies)), key))
        else:
            distinct.append(("npm", f"unknown-{number}", b"\x02\x31\x00\x02"))
    return distinct + chance.choices(distinct, k=COMPONENTS - DISTINCT)


def in_memory(
    parts: Sequence[tuple[Interval, ...]], copies: int, components: Sequence[Component]
) -> Mapping[str, object]:
    """One process, one core: components grouped by package and key once, then every group asked."""
    began = time.process_time()
    index = Index((f"{eco}:{name}", lo, hi, number) for eco, name, lo, hi, number in rows(parts, copies))
    built = time.process_time() - began
    began = time.process_time()
    held: dict[tuple[str, bytes], int] = {}
    for ecosystem, name, key in components:
        asked = (f"{ecosystem}:{name}", key)
        held[asked] = held.get(asked, 0) + 1
    grouped = time.process_time() - began
    walls, cpus, hits = [], [], 0
    for _ in range(5):
        wall, cpu = time.perf_counter(), time.process_time()
        found = [(asked, count, on) for asked, count in held.items() if (on := index.holding(*asked))]
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
        hits = sum(count * len(on) for _, count, on in found)
        del found
    return {
        "hits": hits,
        "memory_index_cpu_s": round(built, 2),
        "memory_group_cpu_s": round(grouped, 2),
        "memory_match_cpu_s": round(statistics.median(cpus), 2),
        "memory_match_wall_s": round(statistics.median(walls), 2),
        "memory_peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def in_postgresql(
    parts: Sequence[tuple[Interval, ...]], copies: int, components: Sequence[Component]
) -> Mapping[str, object]:
    """The same join on the same columns and indexes as the tables have."""
    from levee.platform.database.server import DATABASE, open_server
    from levee.settings import settings

    with fresh_folder():
        server = open_server(settings())
        assert server.embedded is not None
        try:
            with psycopg.connect(replace(server.owner, database=DATABASE).conninfo(), autocommit=True) as db:
                began = time.perf_counter()
                _load(db, parts, copies, components)
                loaded = time.perf_counter() - began
                db.execute("set enable_hashjoin = off")
                db.execute("set enable_nestloop = off")
                walls = []
                for _ in range(3):
                    began = time.perf_counter()
                    answer = db.execute(JOIN).fetchone()
                    walls.append(time.perf_counter() - began)
                alert = _alerts(db)
        finally:
            server.close()
    return {
        "postgresql_hits": answer[0] if answer else 0,
        "postgresql_load_and_index_s": round(loaded, 1),
        "postgresql_join_wall_s": round(statistics.median(walls), 2),
        **alert,
    }


def _load(
    db: psycopg.Connection, parts: Sequence[tuple[Interval, ...]], copies: int, components: Sequence[Component]
) -> None:
    db.execute("create table r (ecosystem text, name text, lo bytea, hi bytea, known int)")
    db.execute("create table c (ecosystem text, name text, key bytea, id int)")
    with db.cursor().copy("copy r from stdin (format binary)") as copy:
        copy.set_types(["text", "text", "bytea", "bytea", "int4"])
        for row in rows(parts, copies):
            copy.write_row(row)
    with db.cursor().copy("copy c from stdin (format binary)") as copy:
        copy.set_types(["text", "text", "bytea", "int4"])
        for number, each in enumerate(components):
            copy.write_row((*each, number))
    for statement in (
        "create index on r (ecosystem, name, lo, hi)",
        "create index on r (known)",
        "create index on c (ecosystem, name, key)",
        "vacuum analyze r",
        "vacuum analyze c",
    ):
        db.execute(statement)


def _alerts(db: psycopg.Connection) -> Mapping[str, object]:
    """One advisory at a time against the million components: from its intervals to whoever lies in them."""
    db.execute("reset all")
    question = (
        "select c.id from r join c on c.ecosystem = r.ecosystem and c.name = r.name and c.key >= r.lo and c.key < r.hi "
        "where r.known = %s"
    )
    chance = random.Random(27)  # noqa: S311 - the same made-up input each time
    times = []
    for _ in range(1000):
        number = chance.randrange(ADVISORIES)
        began = time.perf_counter()
        db.execute(question, [number]).fetchall()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"alert_join_p50_ms": round(times[500], 2), "alert_join_p99_ms": round(times[990], 2)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
