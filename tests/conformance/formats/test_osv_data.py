"""Public advisories: all are read, and an evaluation that shares no code gives the same answers at every boundary."""

from __future__ import annotations

import re

import pytest

from levee.formats.osv import Answer, EventKind, RangeKind, read_osv, spans
from levee.formats.osv.evaluate import evaluate
from levee.formats.versions import scheme_of_ecosystem

SEMVER = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+\S*)?")


def parsed(version):
    """A version as a tuple that Python orders as SemVer does; None for what this plain reader does not know."""
    match = SEMVER.fullmatch(version)
    if match is None:
        return None
    pre = match[5]
    words = [(0, int(word), "") if word.isdigit() else (1, 0, word) for word in pre.split(".")] if pre else []
    return tuple(int(part or 0) for part in match.groups()[:4]), pre is None, words


def brute_force(part, version):
    """The pairs as written, each on its own; where one runs backwards, the format's walk over sorted events."""
    asked = parsed(version)
    events = [
        (((-1,), False, []) if event.version == "0" else parsed(event.version), event.kind) for event in part.events
    ]
    pairs = [events[at : at + 2] for at in range(0, len(events), 2)]
    if any(len(pair) == 2 and pair[1][0] < pair[0][0] for pair in pairs):
        vulnerable = False
        for at, kind in sorted(events, key=lambda event: event[0]):
            if reached(asked, at, kind):
                vulnerable = kind is EventKind.INTRODUCED
        return vulnerable
    return any(reached(asked, *pair[0]) and (len(pair) == 1 or not reached(asked, *pair[1])) for pair in pairs)


def reached(asked, at, kind):
    return asked > at if kind is EventKind.LAST_AFFECTED else asked >= at


def records(unpacked, archive):
    return [read_osv(data) for name, data in unpacked(archive).items() if name.endswith(".json")]


@pytest.mark.parametrize(("source", "count"), [("go", 4291), ("bitnami", 7444)])
def test_every_boundary_is_answered_as_a_plain_reading_answers_it(unpacked, source, count):
    found = records(unpacked, f"osv/{source}.tar.gz")
    assert len(found) == count
    asked = 0
    for record in found:
        for block in record.affected:
            parts = [part for part in block.ranges if part.kind is RangeKind.SEMVER]
            versions = {event.version for part in parts for event in part.events if event.version != "0"}
            if not all(map(parsed, versions)):
                continue
            for version in versions | {"0.0.1", "999.0.0"}:
                answer = evaluate(record, block, version)
                hit = answer is not None and answer.answer is Answer.AFFECTED
                assert hit == any(brute_force(part, version) for part in parts), (record.id, version)
                asked += 1
    assert asked > count


def test_every_range_of_three_sources_becomes_intervals_but_one(unpacked):
    unordered = []
    for source in ("go", "bitnami", "almalinux"):
        for record in records(unpacked, f"osv/{source}.tar.gz"):
            for block in record.affected:
                scheme = scheme_of_ecosystem(block.ecosystem)
                unordered += [record.id for part in block.ranges if spans(part, scheme) is None]
    assert len(unordered) == 1  # begins at "nightly.2026-03-10.0", which no scheme orders
