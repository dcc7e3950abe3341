from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.fixes.levels import level_of
from levee.fixes.types import Level
from levee.validation.types import ChangedTarget, Replay

replays = st.builds(
    Replay,
    finding=st.just(UUID(int=1)),
    shown=st.integers(0, 5),
    runs=st.just(5),
    reached=st.booleans(),
)
seen = st.builds(
    ChangedTarget,
    refused=st.sampled_from(["", "line 3: it touches tests"]),
    applies=st.booleans(),
    builds=st.booleans(),
    replays=st.lists(replays, max_size=3).map(tuple),
    tests_before=st.integers(-1, 3),
    tests_after=st.integers(-1, 3),
)


@given(seen, st.booleans())
def test_no_level_is_reached_without_what_it_names(changed, upgrade):
    level, why = level_of(changed, upgrade=upgrade)
    assert why
    if level >= Level.APPLIES:
        assert changed.applies
        assert not changed.refused
    if level >= Level.BUILDS:
        assert changed.builds
    if level >= Level.SILENT:
        assert changed.replays
        assert all(replay.reached and replay.shown == 0 for replay in changed.replays)
    if level >= Level.KEEPS_TESTS:
        assert not upgrade  # its tests were not run here
        assert changed.tests_after >= changed.tests_before >= 0


def test_a_proof_whose_entry_is_gone_holds_a_fix_back():
    unreached = ChangedTarget(
        applies=True, builds=True, replays=(Replay(finding=UUID(int=1), shown=0, runs=5, reached=False),)
    )
    assert level_of(unreached, upgrade=False) == (
        Level.BUILDS,
        "1 of 1 proofs are not silent; for 1 the flawed entry was not reached",
    )
