"""The public log binds the house to its history and tells outsiders hours, nothing else."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from levee.ledger.core.anchors import HOUR, Opening, commitment, hour_of, hours_due
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, sign_checkpoint
from levee.ledger.core.exports import Sealed, export, origin_of, seal
from levee.ledger.core.leaves import chain_start
from levee.ledger.core.merkle import Edge, leaf_hash
from levee.ledger.core.verify import Report, verify_anchors, verify_export

SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = VerifierKey.of("levee.example", SIGNING)
START = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOURS = 1_000
# The declared random fields: all of fixed length, all made of the commitment or of a fresh salt.
RANDOM = re.compile(
    rb'[0-9a-f]{64}|(?<="salt":")[0-9a-f]{32}|(?<=\\n)[A-Za-z0-9+/]{43}=|(?<=example )[A-Za-z0-9+/]{91}='
)

hours = st.integers(0, 200).map(lambda number: START + HOUR * number)
moments = st.integers(0, 200 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


def world(activity: list[int], seed: int) -> list[bytes]:
    """A thousand hours of a house that does so many internal acts in each hour; what the public sees of it."""
    chance = random.Random(seed)
    internal, public, notes = Edge(), Edge(), []
    entries: list[Sealed] = []
    link = chain_start("public")
    for number, acts in enumerate(activity):
        internal = internal.extend(leaf_hash(chance.randbytes(8)) for _ in range(acts))
        hour = START + HOUR * number
        fields = Opening(hour=hour, nonce=chance.randbytes(32), size=internal.size, root=internal.root()).fields()
        entry = seal(number, link, fields, {name: chance.randbytes(16) for name in fields})
        link, public = entry.link, public.extend([entry.leaf])
        internal = internal.extend([entry.leaf])
        entries.append(entry)
        at = Checkpoint(origin=origin_of(KEY, "public"), size=public.size, root=public.root(), at=hour)
        notes.append(sign_checkpoint(at, KEY.name, SIGNING))
    return list(export("public", KEY, entries, notes))


def test_a_thousand_hours_with_and_without_activity_look_the_same():
    chance = random.Random(3)
    quiet = world([0] * HOURS, seed=1)
    busy = world([chance.choice([0, 0, 1, 5, 40]) for _ in range(HOURS)], seed=2)
    assert verify_export(quiet, trusted=KEY).sound
    assert verify_export(busy, trusted=KEY).sound
    assert quiet != busy
    assert [len(line) for line in quiet] == [len(line) for line in busy]
    assert [RANDOM.sub(b"*", line) for line in quiet] == [RANDOM.sub(b"*", line) for line in busy]
    assert not any(RANDOM.search(RANDOM.sub(b"*", line)) for line in busy)


def test_what_is_left_after_the_random_fields_names_hours_and_nothing_else():
    line = world([7], seed=1)[1]
    assert RANDOM.sub(b"*", line) == (
        b'{"chain":"*","commitments":{"commitment":"*","hour":"*","verb":"*"},"kind":"entry","leaf":"*","opened":'
        b'{"commitment":{"salt":"*","value":"*"},"hour":{"salt":"*","value":"2026-11-02T08:00:00Z"},'
        b'"verb":{"salt":"*","value":"ledger:anchor"}},"position":0}\n'
    )


def test_the_same_tree_under_a_fresh_nonce_has_another_commitment():
    assert commitment(b"a" * 32, 7, b"r" * 32) != commitment(b"b" * 32, 7, b"r" * 32)


@given(
    st.binary(min_size=32, max_size=32), st.integers(0, 2**63), st.binary(min_size=32, max_size=32), st.integers(1, 9)
)
def test_a_commitment_opens_to_one_tree_only(nonce, size, root, more):
    mine = Opening(hour=START, nonce=nonce, size=size, root=root)
    assert mine.commitment() == commitment(nonce, size, root)
    assert commitment(nonce, size + more, root) != mine.commitment()
    assert commitment(nonce, size, root[1:] + bytes([root[0] ^ more])) != mine.commitment()


@pytest.mark.parametrize(("nonce", "root"), [(b"", b"r" * 32), (b"n" * 31, b"r" * 33)])
def test_a_nonce_that_could_be_taken_for_part_of_a_root_is_refused(nonce, root):
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(nonce, 1, root)


@given(hours, moments)
def test_every_hour_is_committed_to_exactly_once_whenever_the_sequencer_runs(last, now):
    due = hours_due(last, now)
    assert list(due) == [last + HOUR * step for step in range(1, len(due) + 1)]
    assert (due[-1] if due else max(last, hour_of(now))) >= hour_of(now)
    assert hours_due((*due, last)[0] if not due else due[-1], now) == ()


def test_a_log_without_hours_begins_with_the_present_one():
    assert hours_due(None, START + timedelta(minutes=59)) == (START,)


def report(log: str, openings: list[Opening], shown: list[Opening]) -> Report:
    entries: list[Sealed] = []
    for each in openings:
        link = entries[-1].link if entries else chain_start(log)
        entries.append(seal(len(entries), link, each.fields(), dict.fromkeys(each.fields(), b"s" * 16)))
    root = Edge().extend(entry.leaf for entry in entries).root()
    at = Checkpoint(origin=origin_of(KEY, log), size=len(entries), root=root, at=START)
    return verify_export(export(log, KEY, entries, [sign_checkpoint(at, KEY.name, SIGNING)], shown), trusted=KEY)


def test_auditors_hold_every_hour_against_the_public_log():
    size_zero = Edge().root()
    told = [Opening(hour=START + HOUR * n, nonce=bytes([n]) * 32, size=0, root=size_zero) for n in range(3)]
    public = report("public", told, [])
    internal = report("internal", told, told)
    assert public.sound
    assert internal.sound
    assert verify_anchors(internal, public) == ()
    assert verify_anchors(report("internal", told, told[:2]), public) == (
        "2026-11-02T10:00:00Z: no opening was handed over",
    )
    assert verify_anchors(internal, report("public", told[:2], [])) == (
        "2026-11-02T10:00:00Z: the public log holds no commitment",
    )
    rewritten = [told[0], Opening(hour=told[1].hour, nonce=b"x" * 32, size=0, root=size_zero), told[2]]
    assert verify_anchors(report("internal", rewritten, rewritten), public) == (
        "2026-11-02T09:00:00Z: the internal log is not what was committed to in public",
    )


def test_a_public_log_that_leaves_out_or_repeats_an_hour_is_found():
    told = [Opening(hour=START + HOUR * n, nonce=bytes([n]) * 32, size=0, root=Edge().root()) for n in range(4)]
    for openings in ([told[0], told[2]], [told[0], told[1], told[1]], [told[1], told[0]]):
        assert [problem.message for problem in report("public", openings, []).problems] == [
            "it is not the commitment of the hour after the one before it"
        ]
