"""Containers for tidepack: crashing ones for each seeded cause through each caller, and decoys that do not crash.

Everything follows from a seed. Run it as a program to write the files into a folder.
"""

from __future__ import annotations

import argparse
import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

LABEL_ROOM = 96
DEPTH_MAX = 24
STATION_IDS = range(1, 0x7FFF)
UNIT_WIDTHS = (2, 2, 1, 2, 4, 1, 2, 2, 1, 4, 2, 1)
WORDS = ("coast", "north", "mole", "harbour", "quay", "reef", "lock", "basin", "strand", "ebb", "bight", "shoal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A seeded root cause.

    Attributes:
        name: its short name. kind: what the address sanitizer calls it. frame: the top frame in the target.
        callers: the parsers that reach it. patch: the right fix, a file name in samples/tidepack-patches/.
    """

    name: str
    kind: str
    frame: str
    callers: tuple[str, ...]
    patch: str


CAUSES: dict[str, Cause] = {
    cause.name: cause
    for cause in (
        Cause(
            name="runs",
            kind="heap-buffer-overflow",
            frame="tp_runs_expand",
            callers=("readings", "note", "attachment"),
            patch="fix-runs-expand.patch",
        ),
        Cause(
            name="journal",
            kind="heap-use-after-free",
            frame="channel_touch",
            callers=("append", "mark", "rename", "finish"),
            patch="fix-journal-close.patch",
        ),
        Cause(
            name="label",
            kind="stack-buffer-overflow",
            frame="tp_text_put",
            callers=("paths", "groups"),
            patch="fix-label-join.patch",
        ),
        Cause(
            name="gain",
            kind="SEGV",
            frame="tp_station_gain",
            callers=("readings", "calibration"),
            patch="fix-station-gain.patch",
        ),
        Cause(
            name="unit",
            kind="global-buffer-overflow",
            frame="tp_unit_width",
            callers=("readings", "calibration"),
            patch="fix-unit-width.patch",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One container. `cause` and `caller` are empty for a decoy."""

    name: str
    data: bytes
    cause: str = ""
    caller: str = ""


Section = tuple[str, bytes]


def container(sections: list[Section]) -> bytes:
    """The bytes of a container with these sections (type letter, payload)."""
    head = b"TIDE" + struct.pack("<BBH", 1, 0, len(sections))
    return head + b"".join(kind.encode() + struct.pack("<BI", 0, len(body)) + body for kind, body in sections)


def _text(value: bytes) -> bytes:
    return bytes([len(value)]) + value


def _word(rng: random.Random) -> bytes:
    return rng.choice(WORDS).encode()


def _copy(data: bytes) -> bytes:
    return b"".join(bytes([len(part) - 1]) + part for part in (data[i : i + 128] for i in range(0, len(data), 128)))


def _repeat(value: int, count: int) -> bytes:
    """Packed bytes that repeat one value `count` times; `count` is 2 or more."""
    packed = b""
    while count:
        step = min(count, 129 if count != 130 else 128)
        packed += bytes([0x80 | (step - 2), value])
        count -= step
    return packed


def _packed(rng: random.Random, size: int) -> bytes:
    """Well-formed packed bytes that expand to exactly `size` bytes."""
    cut = rng.randrange(size + 1)
    if size - cut == 1:
        cut = size
    return _copy(rng.randbytes(cut)) + (_repeat(rng.randrange(256), size - cut) if size - cut else b"")


def _stations(ids: list[int], rng: random.Random) -> Section:
    body = bytes([len(ids)])
    for number in ids:
        body += struct.pack("<HHi", number, rng.randrange(3000), rng.randrange(-4000, 4000)) + _text(_word(rng))
    return "S", body


def _readings(station: int, unit: int, count: int, packed: bytes) -> Section:
    return "R", struct.pack("<HBH", station, unit, count) + packed


def _good_readings(ids: list[int], rng: random.Random) -> Section:
    unit, count = rng.randrange(len(UNIT_WIDTHS)), rng.randrange(1, 40)
    return _readings(rng.choice(ids), unit, count, _packed(rng, count * UNIT_WIDTHS[unit]))


def _good_note(ids: list[int], rng: random.Random) -> Section:
    size = rng.randrange(1, 300)
    return "N", struct.pack("<HH", rng.choice(ids), size) + _packed(rng, size)


def _good_attachment(_ids: list[int], rng: random.Random) -> Section:
    size = rng.randrange(1, 600)
    return "B", _text(_word(rng)) + struct.pack("<I", size) + _packed(rng, size)


def _entry(station: int, unit: int, rng: random.Random) -> bytes:
    return struct.pack("<HBhH", station, unit, rng.randrange(-100, 100), rng.randrange(1, 4000))


def _good_calibration(ids: list[int], rng: random.Random) -> Section:
    entries = (_entry(rng.choice(ids), rng.randrange(len(UNIT_WIDTHS)), rng) for _ in range(rng.randrange(1, 6)))
    return "C", b"".join(entries)


def _good_paths(_ids: list[int], rng: random.Random) -> Section:
    parts = [_word(rng) for _ in range(rng.randrange(1, 6))]
    return "P", bytes([len(parts)]) + b"".join(map(_text, parts))


def _tree(parts: list[bytes]) -> bytes:
    opened = b"".join(b"(" + _text(part) for part in parts[:-1])
    return opened + b"." + _text(parts[-1]) + b")" * (len(parts) - 1)


def _good_groups(_ids: list[int], rng: random.Random) -> Section:
    return "G", b"".join(_tree([_word(rng) for _ in range(rng.randrange(1, 6))]) for _ in range(rng.randrange(1, 4)))


def _good_journal(_ids: list[int], rng: random.Random) -> Section:
    slot, other = rng.sample(range(16), 2)
    body = b"o" + bytes([slot]) + _text(_word(rng)) + b"a" + bytes([slot]) + _text(rng.randbytes(rng.randrange(20)))
    if rng.random() < 0.5:
        body += b"l" + bytes([slot, other]) + b"m" + bytes([other]) + rng.randbytes(4)
    elif rng.random() < 0.5:
        body += b"c" + bytes([slot])
    return "J", body


_GOOD = (
    _good_readings,
    _good_note,
    _good_attachment,
    _good_calibration,
    _good_paths,
    _good_groups,
    _good_journal,
)


def _filler(ids: list[int], rng: random.Random) -> list[Section]:
    return [rng.choice(_GOOD)(ids, rng) for _ in range(rng.randrange(4))]


def _overrun(rng: random.Random, room: int) -> bytes:
    """Packed bytes whose last repetition runs past `room`."""
    before = rng.randrange(room + 1)
    head = _copy(rng.randbytes(before))
    return head + _repeat(rng.randrange(256), max(2, room - before + rng.randrange(1, 90)))


def _runs(caller: str, ids: list[int], rng: random.Random) -> Section:
    size = rng.randrange(1, 200)
    if caller == "readings":
        unit = rng.randrange(len(UNIT_WIDTHS))
        return _readings(rng.choice(ids), unit, size, _overrun(rng, size * UNIT_WIDTHS[unit]))
    if caller == "note":
        return "N", struct.pack("<HH", rng.choice(ids), size) + _overrun(rng, size)
    return "B", _text(_word(rng)) + struct.pack("<I", size) + _overrun(rng, size)


def _journal(caller: str, _ids: list[int], rng: random.Random) -> Section:
    first, second = rng.sample(range(16), 2)
    body = b"o" + bytes([first]) + _text(_word(rng))
    if rng.random() < 0.5:
        body += b"m" + bytes([first]) + rng.randbytes(4)
    body += b"l" + bytes([first, second])
    closed, left = (first, second) if rng.random() < 0.5 else (second, first)
    body += b"c" + bytes([closed])
    if caller == "append":
        body += b"a" + bytes([left]) + _text(rng.randbytes(rng.randrange(30)))
    elif caller == "mark":
        body += b"m" + bytes([left]) + rng.randbytes(4)
    elif caller == "rename":
        body += b"r" + bytes([left]) + _text(_word(rng))
    return "J", body


def _long_parts(rng: random.Random) -> list[bytes]:
    parts: list[bytes] = []
    while sum(map(len, parts)) + len(parts) - 1 <= LABEL_ROOM:
        word = _word(rng) * rng.randrange(1, 10)
        parts.append(word[: LABEL_ROOM - 1])
    return parts if len(parts) <= DEPTH_MAX else _long_parts(rng)


def _label(caller: str, _ids: list[int], rng: random.Random) -> Section:
    parts = _long_parts(rng)
    if caller == "paths":
        return "P", bytes([len(parts)]) + b"".join(map(_text, parts))
    return "G", _tree(parts)


def _unknown_station(ids: list[int], rng: random.Random) -> int:
    return rng.choice([number for number in rng.sample(STATION_IDS, 80) if number not in ids])


def _gain(caller: str, ids: list[int], rng: random.Random) -> Section:
    station, unit = _unknown_station(ids, rng), rng.randrange(len(UNIT_WIDTHS))
    if caller == "readings":
        count = rng.randrange(1, 20)
        return _readings(station, unit, count, _packed(rng, count * UNIT_WIDTHS[unit]))
    before = b"".join(_entry(rng.choice(ids), 0, rng) for _ in range(rng.randrange(3)))
    return "C", before + _entry(station, unit, rng)


def _unit(caller: str, ids: list[int], rng: random.Random) -> Section:
    unit = rng.randrange(len(UNIT_WIDTHS), 60)
    if caller == "readings":
        return _readings(rng.choice(ids), unit, 4, _packed(rng, 8))
    before = b"".join(_entry(rng.choice(ids), 0, rng) for _ in range(rng.randrange(3)))
    return "C", before + _entry(rng.choice(ids), unit, rng)


_CRASHES: dict[str, Callable[[str, list[int], random.Random], Section]] = {
    "runs": _runs,
    "journal": _journal,
    "label": _label,
    "gain": _gain,
    "unit": _unit,
}


def crash(cause: str, caller: str, rng: random.Random) -> bytes:
    """A container that reaches this cause through this caller, with harmless sections around it."""
    if caller not in CAUSES[cause].callers:
        raise ValueError(f"{cause} is not reached through {caller}")
    ids = rng.sample(STATION_IDS, rng.randrange(1, 6))
    bad = _CRASHES[cause](caller, ids, rng)
    return container([_stations(ids, rng), *_filler(ids, rng), bad, *_filler(ids, rng)])


def proofs(seed: int, per_caller: int = 10) -> Iterator[Proof]:
    """Crashing containers: every cause, every caller, `per_caller` of each, all different."""
    for cause in CAUSES.values():
        for caller in cause.callers:
            rng = random.Random(f"{seed}/{cause.name}/{caller}")
            for number in range(per_caller):
                data = crash(cause.name, caller, rng)
                yield Proof(name=f"{cause.name}-{caller}-{number}", data=data, cause=cause.name, caller=caller)


def flaky(seed: int, rounds: int = 1, size: int = 1) -> bytes:
    """A container whose audit reads past the last readings in some runs: with probability 1/(size+1) each round."""
    rng = random.Random(f"{seed}/flaky")
    number = rng.choice(STATION_IDS)
    readings = _readings(number, 2, size, _copy(rng.randbytes(size)))
    return container([_stations([number], rng), readings, ("X", bytes([rounds]))])


def _edge(number: int, ids: list[int], rng: random.Random) -> list[Section]:
    """Sections at the edge of a limit, or refused: frightening and harmless."""
    size = rng.randrange(2, 250)
    long = b"x" * 47
    edges: tuple[list[Section], ...] = (
        [("N", struct.pack("<HH", ids[0], size) + _repeat(65, size))],
        [("B", _text(b"full") + struct.pack("<I", size) + _repeat(0, size))],
        [("N", struct.pack("<HH", ids[0], size) + _copy(bytes(size + 5)))],
        [("P", bytes([2]) + _text(long) + _text(long + b"y"))],
        [("G", _tree([long, long + b"y"]))],
        [("P", bytes([1]) + _text(b"z" * 200))],
        [("J", b"o\x01" + _text(b"a") + b"l\x01\x02" + b"m\x02" + bytes(4))],
        [("J", b"o\x01" + _text(b"a") + b"c\x01" + b"c\x01")],
        [("N", struct.pack("<HH", _unknown_station(ids, rng), 1) + _copy(b"A"))],
        [("B", _text(b"huge") + struct.pack("<I", 0xFFFFFFFF) + _copy(b"A"))],
        [("C", _entry(ids[0], len(UNIT_WIDTHS) - 1, rng) + b"\x01")],
        [("G", b")" * 4)],
        [("?", rng.randbytes(40))],
    )
    return edges[number % len(edges)]


def decoys(seed: int, count: int = 30) -> Iterator[Proof]:
    """Containers that do not crash: at the edge of a limit, cut short, refused, or plainly good."""
    for number in range(count):
        rng = random.Random(f"{seed}/decoy/{number}")
        ids = rng.sample(STATION_IDS, rng.randrange(1, 6))
        data = container([_stations(ids, rng), *_filler(ids, rng), *_edge(number, ids, rng)])
        yield Proof(name=f"decoy-{number}", data=data[: rng.randrange(12)] if number % 15 == 14 else data)


def benign(seed: int, count: int = 5) -> Iterator[bytes]:
    """Plainly good containers that hold every section type but the audit."""
    for number in range(count):
        rng = random.Random(f"{seed}/benign/{number}")
        ids = rng.sample(STATION_IDS, 3)
        yield container([_stations(ids, rng), *(make(ids, rng) for make in _GOOD)])


def main() -> None:
    """Write proofs and decoys into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--per-caller", type=int, default=10)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for proof in (*proofs(arguments.seed, arguments.per_caller), *decoys(arguments.seed)):
        (arguments.folder / f"{proof.name}.tide").write_bytes(proof.data)


if __name__ == "__main__":
    main()
