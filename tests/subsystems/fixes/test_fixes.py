import random
from datetime import timedelta

import pytest

from levee.cases import services as cases
from levee.clustering import selectors as clusters
from levee.clustering.types import RelationKind
from levee.fixes import selectors, services
from levee.fixes.types import FixState, Level
from levee.kernel.errors import BadInput, Forbidden, NotFound, TooLarge
from levee.platform.ports import replaced
from levee.policy.actors import OrganisationKind
from levee.validation.types import Change
from samples import tidepack_proofs
from support.running import crash_proof, hand_in, patch, work


def crash(cause, caller, seed=2):
    return crash_proof(tidepack_proofs.crash(cause, caller, random.Random(seed)))


def case_of(world, coordinator, finding):
    return cases.open_case(
        coordinator,
        cluster=clusters.of_finding(coordinator, finding).id,
        title="A case",
        summary="",
        embargo_end=world.clock.now() + timedelta(days=30),
    )


@pytest.fixture
def opened(world, registered):
    """A case about one cause, reached by two callers, and its coordinator."""
    finder = world.finder()
    first = hand_in(finder, crash("runs", "note"), key="1")
    hand_in(world.finder(), crash("runs", "readings"), key="2")
    work()
    return registered, case_of(world, registered, first)


def checked(actor, case, **change):
    fix = services.attach(actor, case, change=Change(**change), author="P. Anselm", note="")
    assert selectors.get(actor, fix).state is FixState.WAITING
    work()
    return selectors.get(actor, fix)


def test_a_right_patch_is_verified_to_level_3_and_a_release_to_level_2(opened):
    coordinator, case = opened
    fix = checked(coordinator, case, patch=patch("fix-runs-expand"))
    assert (fix.state, fix.level) == (FixState.VERIFIED, Level.KEEPS_TESTS), fix.detail
    assert (fix.proofs_silent, fix.proofs_tried, fix.tests_before, fix.tests_after) == (2, 2, 24, 24)
    release = checked(coordinator, case, upgrade="1.1.0")
    assert (release.state, release.level) == (FixState.VERIFIED, Level.SILENT)
    assert {each.id for each in selectors.of_case(coordinator, case)} == {fix.id, release.id}
    assert selectors.patch(coordinator, fix.id) == patch("fix-runs-expand")


@pytest.mark.parametrize(
    ("name", "level", "why"),
    [
        ("bad-partial-runs", Level.BUILDS, "1 of 2 proofs are not silent"),
        ("bad-comment-only", Level.BUILDS, "2 of 2 proofs are not silent"),
        ("bad-cheat-early-return", Level.BUILDS, "not reached"),
        ("bad-syntax-error", Level.APPLIES, "does not build"),
        ("bad-test-editing", Level.NONE, "protected"),
    ],
)
def test_a_wrong_patch_is_refused_with_its_reason(opened, name, level, why):
    coordinator, case = opened
    fix = checked(coordinator, case, patch=patch(name))
    assert (fix.state, fix.level) == (FixState.REFUSED, level)
    assert why in fix.detail


def test_a_patch_that_breaks_what_the_tests_hold_stays_below_level_3(opened):
    coordinator, case = opened
    fix = checked(coordinator, case, patch=BREAKS_PACKING)
    assert fix.level is Level.SILENT, fix.detail
    assert fix.state is FixState.REFUSED
    assert fix.tests_after < fix.tests_before
    assert "did before" in fix.detail


BREAKS_PACKING = b"""--- a/src/runs.c
+++ b/src/runs.c
@@ -15,3 +15,3 @@
             size_t count = (size_t)(command & 0x7f) + 2;
-            if (in >= size) {
+            if (in >= size || count > room - out) {
                 return TP_ERR_RUN;
@@ -41,3 +41,3 @@
     }
-    return length;
+    return length + 1;
 }
"""
"""Fixes what reads and breaks what writes: the proofs fall silent, and only the tests tell."""


def test_neither_both_nor_nothing_nor_too_much_is_attached(opened):
    coordinator, case = opened
    for change, error in (
        (Change(), BadInput),
        (Change(patch=b"x", upgrade="2"), BadInput),
        (Change(upgrade="two words"), BadInput),
        (Change(patch=b"x" * (services.LARGEST_PATCH + 1)), TooLarge),
    ):
        with pytest.raises(error):
            services.attach(coordinator, case, change=change, author="a")


def test_who_takes_no_part_neither_sees_nor_attaches(world, opened):
    coordinator, case = opened
    fix = services.attach(coordinator, case, change=Change(upgrade="1.1.0"), author="a")
    stranger = world.actor(world.organisation(OrganisationKind.VENDOR))
    with pytest.raises(NotFound):
        selectors.get(stranger, fix)
    assert selectors.of_case(stranger, case) == []
    with pytest.raises((Forbidden, NotFound)):
        services.attach(stranger, case, change=Change(upgrade="1.1.0"), author="a")


def test_a_fix_that_cannot_be_tried_here_says_so_in_the_end(opened):
    coordinator, case = opened

    class Gone:
        """A runner that is not there any more."""

        def run(self, *_job, **_more):
            from levee.kernel.errors import Unavailable

            raise Unavailable("the runner ended without an answer")

    with replaced(runner=Gone()):
        fix = checked(coordinator, case, patch=patch("fix-runs-expand"))
    assert (fix.state, fix.level) == (FixState.REFUSED, Level.NONE)
    assert "could not be checked here" in fix.detail


def test_one_release_that_fixes_two_flaws_leaves_them_two(world, registered):
    runs, gain = (
        hand_in(world.finder(), crash(*place), key="k") for place in (("runs", "note"), ("gain", "calibration"))
    )
    work()
    for finding in (runs, gain):
        checked(registered, case_of(world, registered, finding), upgrade="1.1.0")
    one, other = (clusters.of_finding(registered, finding) for finding in (runs, gain))
    assert one.id != other.id
    assert [(relation.kind, relation.other) for relation in one.relations] == [(RelationKind.FIXED_TOGETHER, other.id)]
    assert [relation.kind for relation in other.relations] == [RelationKind.FIXED_TOGETHER]
