import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from functools import cache

import pytest

from samples import tidepack_proofs, tidepack_release

CAUSES = tidepack_proofs.CAUSES
PROOFS = list(tidepack_proofs.proofs(7, per_caller=3))
FLAGS = "-O1 -g -fsanitize=address -fno-omit-frame-pointer"

pytestmark = pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Builds tidepack with some patches, once for each choice."""

    @cache
    def build(*patches):
        tree = tidepack_release.lay_out(tmp_path_factory.mktemp("tidepack") / "tree", patches)
        subprocess.run(
            ["sh", "build.sh"],
            cwd=tree,
            env={**os.environ, "CC": "gcc", "CFLAGS": FLAGS},
            check=True,
            capture_output=True,
        )
        return tree

    return build


def crash(tree, data):
    """The sanitizer's word and the top frame, or None where the container was read or refused in peace."""
    environment = {"ASAN_OPTIONS": "detect_leaks=0"}
    ended = subprocess.run(
        [tree / "build/tidepack-read"], input=data, capture_output=True, env=environment, check=False
    )
    text = ended.stderr.decode(errors="replace")
    kind = re.search(r"ERROR: AddressSanitizer: (\S+)", text)
    frame = re.search(r"#0 \S+ in (\S+)", text)
    return (kind[1], frame[1]) if kind and frame else None


def regression(tree, tmp_path):
    """Exit, tests, failures of the regression tests."""
    results = tmp_path / "results.xml"
    ended = subprocess.run([tree / "build/tidepack-regress", results], capture_output=True, check=False)
    suite = ET.parse(results).getroot()  # noqa: S314 (written by our own sample just now)
    return ended.returncode, int(suite.get("tests")), int(suite.get("failures"))


def silenced(tree):
    return {proof.name for proof in PROOFS if crash(tree, proof.data) is None}


def names(*causes, callers=None):
    return {p.name for p in PROOFS if p.cause in causes and (callers is None or p.caller in callers)}


def test_each_cause_crashes_in_its_own_way_through_each_of_its_callers(built):
    seen = {(proof.cause, crash(built(), proof.data)) for proof in PROOFS}
    assert seen == {(cause.name, (cause.kind, cause.frame)) for cause in CAUSES.values()}


def test_decoys_and_plain_containers_do_not_crash(built):
    harmless = [proof.data for proof in tidepack_proofs.decoys(7, 45)] + list(tidepack_proofs.benign(7))
    assert [data for data in harmless if crash(built(), data)] == []


def test_the_chance_flaw_shows_in_some_runs_and_not_in_others(built):
    data = tidepack_proofs.flaky(7)
    seen = Counter(crash(built(), data) for _ in range(60))
    assert set(seen) == {None, ("heap-buffer-overflow", "tp_hash")}


def test_the_regression_tests_hold_at_the_start(built, tmp_path):
    assert regression(built(), tmp_path) == (0, 24, 0)


@pytest.mark.parametrize("cause", CAUSES.values(), ids=CAUSES)
def test_a_right_fix_silences_its_own_cause_alone_and_breaks_nothing(cause, built, tmp_path):
    tree = built(cause.patch)
    assert silenced(tree) == names(cause.name)
    assert regression(tree, tmp_path) == (0, 24, 0)


def test_two_people_fixed_the_same_cause_in_different_words(built, tmp_path):
    tree = built("fix-runs-expand-second.patch")
    assert silenced(tree) == names("runs")
    assert regression(tree, tmp_path) == (0, 24, 0)


def test_the_fixed_release_is_silent(built, tmp_path):
    tree = built(*tidepack_release.FIXES)
    assert silenced(tree) == {proof.name for proof in PROOFS}
    assert {crash(tree, tidepack_proofs.flaky(7)) for _ in range(40)} == {None}
    assert regression(tree, tmp_path) == (0, 24, 0)


def test_a_partial_fix_silences_one_caller_only(built, tmp_path):
    tree = built("bad-partial-runs.patch")
    assert silenced(tree) == names("runs", callers={"readings"})
    assert regression(tree, tmp_path) == (0, 24, 0)


def test_a_cheat_silences_everything_and_fails_the_regression_tests(built, tmp_path):
    tree = built("bad-cheat-early-return.patch")
    assert silenced(tree) == {proof.name for proof in PROOFS}
    assert regression(tree, tmp_path)[0] == 1


def test_a_syntax_error_does_not_build(built):
    with pytest.raises(subprocess.CalledProcessError):
        built("bad-syntax-error.patch")


@pytest.mark.parametrize("patch", sorted(path.name for path in tidepack_release.PATCHES.glob("*.patch")))
def test_every_patch_applies(patch, tmp_path):
    tidepack_release.lay_out(tmp_path / "tree", [patch])


def test_proofs_follow_from_the_seed_and_are_all_different():
    again = list(tidepack_proofs.proofs(7, per_caller=20))
    assert again == list(tidepack_proofs.proofs(7, per_caller=20))
    assert len({proof.data for proof in again}) == len(again)
    assert min(Counter(proof.cause for proof in again).values()) >= 40
    assert {p.data for p in tidepack_proofs.proofs(8)}.isdisjoint({p.data for p in again})
