import json
import random

import pytest

from levee.platform.database.roles import DbRole
from levee.validation import services
from levee.validation.types import Change
from samples import tidepack_proofs
from support.database import as_role
from support.running import crash_proof, hand_in, patch, service

TARGET = "source:tidepack@1.0.0"
CALLERS = {"readings": ("runs", "readings"), "note": ("runs", "note"), "other": ("label", "paths")}


@pytest.fixture
def change(world, registered):
    """Tries a change on three findings: one cause through two callers, and another cause."""
    finder = world.finder()
    rng = random.Random(3)
    keys = {
        name: hand_in(finder, crash_proof(tidepack_proofs.crash(*place, rng)), key=name)
        for name, place in CALLERS.items()
    }
    nothing = hand_in(finder, None, key="no proof")

    def try_it(**changes):
        with as_role(DbRole.WORKER):
            seen = services.try_change(service(world), TARGET, Change(**changes), [*keys.values(), nothing])
        names = {key: name for name, key in keys.items()}
        return seen, {names[replay.finding] for replay in seen.replays if replay.silent}

    return try_it


@pytest.mark.parametrize(
    ("name", "silent", "held"),
    [
        ("fix-runs-expand", {"readings", "note"}, True),
        ("bad-partial-runs", {"readings"}, True),
        ("bad-cheat-early-return", set(), False),  # quiet, but the harmless control input no longer gets through
    ],
)
def test_a_patch_is_built_and_held_against_every_proof_and_the_tests(change, name, silent, held):
    seen, quiet = change(patch=patch(name))
    assert (seen.applies, seen.builds, seen.refused) == (True, True, "")
    assert len(seen.replays) == 3  # a finding without a proof is left out
    assert quiet == silent
    assert seen.tests_before == 24
    assert seen.keeps_tests is held
    assert held or "regress" in seen.detail


@pytest.mark.parametrize(
    "name", ["bad-test-editing", "bad-harness-editing", "bad-sanitizer-off", "bad-sanitizer-attribute"]
)
def test_a_patch_that_touches_its_own_judges_is_refused_before_anything_runs(change, name):
    seen, _ = change(patch=patch(name))
    assert seen.refused
    assert not seen.applies


def test_what_does_not_apply_or_build_says_so(change):
    broken, _ = change(patch=patch("bad-syntax-error"))
    assert (broken.applies, broken.builds) == (True, False)
    elsewhere, _ = change(patch=patch("fix-runs-expand").replace(b"src/runs.c", b"src/none.c"))
    assert (elsewhere.applies, elsewhere.builds) == (False, False)
    absent, _ = change(upgrade="7.7.7")
    assert not absent.applies
    assert "7.7.7" in absent.detail


def test_an_upgrade_is_held_against_the_proofs_alone(change):
    seen, quiet = change(upgrade="1.1.0")
    assert quiet == {"readings", "note", "other"}
    assert seen.tests_before == -1


def test_a_control_proof_that_falls_silent_gives_a_broad_change_away(change, registered):
    other = crash_proof(tidepack_proofs.crash("gain", "readings", random.Random(8)))
    services.add_control(registered, TARGET, json.dumps(other).encode())
    narrow, _ = change(patch=patch("fix-runs-expand"))
    broad, _ = change(upgrade="1.1.0")
    assert (narrow.controls_silent, broad.controls_silent) == (0, 1)
