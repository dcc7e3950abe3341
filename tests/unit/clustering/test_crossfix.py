"""What proves one cause, and what never does, over every combination of facts."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.clustering.crossfix import Tried, judge
from levee.clustering.types import RelationKind

A, B, C, D = (UUID(int=number) for number in range(1, 5))
ALL = (A, B, C, D)


def fix(*silences, digest="1", **changes):
    seen = Tried(upgrade=False, digest=digest, silences=frozenset(silences), keeps_tests=frozenset(ALL))
    return replace(seen, **changes)


def both(one, other):
    return {A: fix(A, B, digest="1", **one), B: fix(A, B, digest="2", **other)}


some = st.frozensets(st.sampled_from(ALL))
tries = st.builds(
    Tried,
    upgrade=st.booleans(),
    digest=st.sampled_from(["", "1", "2"]),
    silences=some,
    keeps_tests=some,
    silences_control=st.booleans(),
    gains=some,
)


def test_two_patches_written_apart_that_silence_each_others_proofs_prove_one_cause():
    assert judge(A, B, both({}, {}))[0] is RelationKind.SAME_CAUSE


def test_one_direction_relates_and_joins_nothing():
    assert judge(A, B, {A: fix(A, B)})[0] is RelationKind.RELATED
    assert judge(A, B, {A: fix(A, B, digest="1"), B: fix(B, digest="2")})[0] is RelationKind.RELATED


def test_one_patch_offered_for_both_joins_nothing():
    assert judge(A, B, {A: fix(A, B, digest="1"), B: fix(A, B, digest="1")})[0] is RelationKind.RELATED


def test_a_release_that_fixes_both_says_only_that():
    tried = both({"upgrade": True}, {"upgrade": True})
    assert judge(A, B, tried)[0] is RelationKind.FIXED_TOGETHER


def test_a_patch_that_silences_a_third_cluster_is_no_evidence_unless_all_three_hold_together():
    broad = {A: fix(A, B, C, digest="1"), B: fix(A, B, digest="2")}
    assert judge(A, B, broad)[0] is RelationKind.RELATED
    one_cause = {key: fix(A, B, C, digest=str(key)) for key in (A, B, C)}
    assert all(judge(one, other, one_cause)[0] is RelationKind.SAME_CAUSE for one, other in ((A, B), (B, C), (A, C)))


@given(st.dictionaries(st.sampled_from(ALL), tries))
def test_no_facts_join_by_anything_but_two_honest_small_patches(tried):
    conclusion = judge(A, B, tried)
    if conclusion is None or conclusion[0] is not RelationKind.SAME_CAUSE:
        return
    for one in (A, B):
        seen = tried[one]
        assert not seen.upgrade
        assert seen.digest
        assert not seen.silences_control
        assert {A, B} <= seen.silences & seen.keeps_tests
        assert not seen.gains & {A, B}
        for third in seen.silences - {A, B}:
            assert third in tried
            assert {A, B, third} <= tried[third].silences | {third}
    assert tried[A].digest != tried[B].digest


@given(st.dictionaries(st.sampled_from(ALL), tries))
def test_the_order_in_which_two_are_named_does_not_matter(tried):
    forth, back = judge(A, B, tried), judge(B, A, tried)
    assert (forth and forth[0]) == (back and back[0])


@given(tries, tries)
def test_no_release_takes_part_in_a_join(one, other):
    conclusion = judge(A, B, {A: replace(one, upgrade=True), B: other})
    assert conclusion is None or conclusion[0] is not RelationKind.SAME_CAUSE
