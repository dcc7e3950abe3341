"""An export convinces an offline reader, any changed byte of it is found, and the entry is named."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from levee.ledger.core.anchors import Opening
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from levee.ledger.core.exports import Sealed, export, origin_of, seal
from levee.ledger.core.leaves import chain_start
from levee.ledger.core.merkle import Edge
from levee.ledger.core.verify import verify_export

SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = VerifierKey.of("levee.example", SIGNING)
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
LOG = "organisation/ORG-1"


def act(number: int) -> dict[str, object]:
    return {
        "verb": ("case:open", "case:invite", "advisory:publish")[number % 3],
        "subject": f"CAS-{number:026d}",
        "actor": f"pseudonym-{number % 50}",
        "at": "2026-11-02T08:05:00Z",
        "terms": {"embargo": [number, "days", None, True], "grüße": "ünïcode"},
    }


def entries_of(acts: list[dict[str, object]], log: str = LOG, seed: int = 1) -> list[Sealed]:
    chance = random.Random(seed)
    entries: list[Sealed] = []
    for position, fields in enumerate(acts):
        previous = entries[-1].link if entries else chain_start(log)
        entries.append(seal(position, previous, fields, {name: chance.randbytes(16) for name in fields}))
    return entries


def checkpoint_of(entries: list[Sealed], log: str = LOG) -> Checkpoint:
    root = Edge().extend(entry.leaf for entry in entries).root()
    return Checkpoint(origin=origin_of(KEY, log), size=len(entries), root=root, at=AT)


def note(entries: list[Sealed], log: str = LOG, key: Ed25519PrivateKey = SIGNING) -> str:
    return sign_checkpoint(checkpoint_of(entries, log), KEY.name, key)


def lines_of(entries: list[Sealed], *sizes: int) -> list[bytes]:
    return list(export(LOG, KEY, entries, [note(entries[:size]) for size in sizes or (len(entries),)]))


@cache
def small() -> tuple[bytes, ...]:
    return tuple(lines_of(entries_of([act(number) for number in range(12)]), 5, 12))


def messages(lines: list[bytes]) -> list[str]:
    return [str(problem) for problem in verify_export(lines, trusted=KEY).problems]


def test_an_untouched_export_holds():
    report = verify_export(small(), trusted=KEY)
    assert report.sound
    assert (report.entries, report.withheld, report.trusted) == (12, 0, True)
    assert [checkpoint.size for checkpoint in report.checkpoints] == [5, 12]


def test_without_the_readers_own_key_the_report_says_that_nobody_vouched():
    report = verify_export(small())
    assert report.sound
    assert not report.trusted
    assert report.key == str(KEY)


@given(st.data())
def test_disclosing_chosen_fields_keeps_every_proof(data):
    entries = entries_of([act(number) for number in range(6)])
    names = st.lists(st.sampled_from(["verb", "subject", "actor", "at", "terms"]), unique=True)
    shown = [entry.only(*data.draw(names)) for entry in entries]
    report = verify_export(lines_of(shown), trusted=KEY)
    assert report.sound
    assert report.withheld == 6 * 5 - sum(len(entry.opened) for entry in shown)
    text = b"".join(lines_of([entry.only("verb") for entry in entries]))
    assert b"CAS-" not in text
    assert b"pseudonym" not in text


def test_equal_values_of_two_entries_cannot_be_recognised_as_equal():
    first, second = entries_of([act(3), act(3)])
    assert all(first.commitments[name] != second.commitments[name] for name in first.commitments)


@given(st.integers(0, sum(map(len, small())) - 1), st.integers(1, 255))
def test_any_changed_byte_is_found(at, flip):
    whole = bytearray(b"".join(small()))
    whole[at] ^= flip
    assert not verify_export(bytes(whole).splitlines(keepends=True), trusted=KEY).sound
    assert not verify_export(_as_file_lines(bytes(whole)), trusted=KEY).sound


def _as_file_lines(whole: bytes) -> list[bytes]:
    return [line + b"\n" for line in whole.split(b"\n")[:-1]] + [tail for tail in [whole.split(b"\n")[-1]] if tail]


def test_in_ten_thousand_entries_a_changed_byte_of_each_kind_of_field_is_found_and_its_entry_named():
    entries = entries_of([act(number) for number in range(10_000)])
    lines = lines_of(entries, 5_000, 10_000)
    assert verify_export(lines, trusted=KEY).sound
    chance = random.Random(9)
    kinds = [
        b'"chain":"',
        b'"verb":"',
        b'"subject":{"salt":"',
        b'"value":"',
        b'"leaf":"',
        b'"actor":"',
        b'"position":',
        b'"salt":"',
    ]
    kinds += [b'"embargo":[', b'"kind":"', b'"terms":', b'"opened":{"', b'"commitments":{"']
    for kind in kinds:
        named = chance.randrange(10_000)
        line = lines[1 + named]
        at = line.index(kind) + len(kind)
        changed = bytearray(line)
        changed[at] ^= 1
        forged = [*lines[: 1 + named], bytes(changed), *lines[2 + named :]]
        report = verify_export(forged, trusted=KEY)
        assert report.problems[0].position == named, (kind, [str(problem) for problem in report.problems])


def test_every_single_byte_of_one_entry_is_bound_and_named():
    lines = list(small())
    for at in range(len(lines[4]) - 1):
        changed = bytearray(lines[4])
        changed[at] ^= 1
        report = verify_export([*lines[:4], bytes(changed), *lines[5:]], trusted=KEY)
        assert report.problems, at
        assert report.problems[0].position == 3, (at, [str(problem) for problem in report.problems])


def test_every_byte_of_an_entry_whose_fields_are_all_withheld_is_bound_and_named():
    shut = [entry.only() for entry in entries_of([act(number) for number in range(5)])]
    lines = lines_of(shut)
    for at in range(len(lines[3]) - 1):
        changed = bytearray(lines[3])
        changed[at] ^= 1
        report = verify_export([*lines[:3], bytes(changed), *lines[4:]], trusted=KEY)
        assert (report.problems[0].line, report.problems[0].position) == (4, 2), at


@pytest.mark.parametrize("which", [0, 4, 13])
def test_another_spelling_of_the_same_line_is_no_spelling(which):
    line = small()[which]
    content = json.loads(line)
    spellings = [
        b" " + line,
        line[:-1],
        line[:-1] + b" \n",
        json.dumps(content, sort_keys=True, separators=(",", ": "), ensure_ascii=False).encode() + b"\n",
        json.dumps(dict(reversed(content.items())), separators=(",", ":"), ensure_ascii=False).encode() + b"\n",
        line.replace(b'"kind":', b'"kind":"log","kind":'),
        line.replace(b"kind", b"\\u006bind"),
    ]
    for spelling in spellings:
        assert messages([*small()[:which], spelling, *small()[which + 1 :]]), spelling


def test_a_house_that_rewrites_an_entry_and_everything_derived_from_it_is_found_by_its_own_checkpoint():
    acts = [act(number) for number in range(12)]
    honest, forged = entries_of(acts), entries_of([*acts[:7], act(99), *acts[8:]])
    lines = list(export(LOG, KEY, forged, [note(honest[:5]), note(honest)]))
    assert messages(lines) == [
        "line 15: it does not cover the entries from 5 up to 12",
        "line 15: no checkpoint that holds covers the entries from 5 on",
    ]


def test_a_house_that_signs_a_second_history_is_found_by_a_reader_who_kept_a_checkpoint():
    acts = [act(number) for number in range(12)]
    kept = checkpoint_of(entries_of(acts)[:9])
    assert verify_export(lines_of(entries_of(acts)), trusted=KEY, known=[kept]).sound
    other = lines_of(entries_of([act(99), *acts[1:]]))
    assert verify_export(other, trusted=KEY).sound
    assert not verify_export(other, trusted=KEY, known=[kept]).sound
    assert not verify_export(lines_of(entries_of(acts[:8])), trusted=KEY, known=[kept]).sound


@pytest.mark.parametrize("damage", ["dropped", "doubled", "swapped", "cut"])
def test_lines_dropped_doubled_swapped_or_cut_off_are_found(damage):
    lines = list(small())
    lines = {
        "dropped": [*lines[:5], *lines[6:]],
        "doubled": [*lines[:6], lines[5], *lines[6:]],
        "swapped": [*lines[:5], lines[6], lines[5], *lines[7:]],
        "cut": lines[:-1],
    }[damage]
    assert messages(lines)


def test_entries_of_one_log_do_not_pass_as_entries_of_another():
    entries = entries_of([act(1)], log="case/CAS-1")
    lines = list(export(LOG, KEY, entries, [note(entries)]))
    assert messages(lines) == ["line 2, entry 0: the entry does not follow the one before it"]
    assert "line 3: the checkpoint is of another log" in messages(
        list(export(LOG, KEY, entries_of([act(1)]), [note(entries_of([act(1)]), log="case/CAS-1")]))
    )


def test_another_key_signs_in_vain():
    other = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)
    entries = entries_of([act(1)])
    assert not verify_export(export(LOG, KEY, entries, [note(entries, key=other)]), trusted=KEY).sound
    stranger = VerifierKey.of(KEY.name, other)
    forged = list(export(LOG, stranger, entries, [note(entries, key=other)]))
    assert verify_export(forged).sound
    assert not verify_export(forged, trusted=KEY).sound


@given(st.lists(st.binary(max_size=60), max_size=5))
def test_hostile_bytes_are_reported_and_never_raise(lines):
    assert not verify_export(lines).sound
    assert not verify_export([*small()[:3], *lines]).sound


shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just("0" * 64),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(range(len(small()))), st.data())
def test_lines_of_the_right_kind_with_wrong_insides_are_reported_and_never_raise(which, data):
    lines = list(small())
    content = json.loads(lines[which])
    name = data.draw(st.sampled_from(sorted(content)))
    content[name] = data.draw(shapes)
    forged = (
        json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(errors="replace") + b"\n"
    )
    withheld = content.get("opened") == {}  # a reader may be shown less
    assert forged == lines[which] or withheld or messages([*lines[:which], forged, *lines[which + 1 :]])


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000 + b"\n",
        b"1" * 10_000 + b"\n",
        b'{"kind":"entry","x":1.5}\n',
        b'"\\ud800"\n',
        b" " * (4 * 1024 * 1024 + 1),
    ],
)
def test_lines_meant_to_break_a_reader_are_reported(line):
    assert "line 2" in messages([small()[0], line])[0]


def test_an_opening_must_fit_the_commitment_of_its_hour():
    before = entries_of([act(number) for number in range(3)], log="internal")
    root = Edge().extend(entry.leaf for entry in before).root()
    opening = Opening(hour=AT, nonce=b"n" * 32, size=3, root=root)
    entries = entries_of([*(act(number) for number in range(3)), opening.fields()], log="internal")
    notes = [note(entries, "internal")]
    assert verify_export(export("internal", KEY, entries, notes, [opening]), trusted=KEY).sound
    for wrong in [
        Opening(hour=AT, nonce=b"m" * 32, size=3, root=root),
        Opening(hour=AT.replace(hour=9), nonce=b"n" * 32, size=3, root=root),
        Opening(hour=AT, nonce=b"n" * 32, size=2, root=root),
    ]:
        assert not verify_export(export("internal", KEY, entries, notes, [wrong]), trusted=KEY).sound
