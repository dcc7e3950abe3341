from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from levee.cases.rules.threads import handles

NAMES = st.lists(st.sampled_from(["Acme", "ACME", "acme 2", "Acme-2", "", "日本", "…", "a_b"]) | st.text(max_size=6))


@given(NAMES)
def test_no_two_parties_share_a_handle_and_a_newcomer_changes_nobodys(names):
    parties = [(UUID(int=place), name) for place, name in enumerate(names)]
    found = handles(parties)
    assert len(set(found.values())) == len(names)
    assert all(found.values())
    for some in range(len(names)):
        assert handles(parties[:some]).items() <= found.items()


def test_a_handle_is_the_name_in_short_and_a_namesake_gets_a_number():
    names = ["Acme Inc.", "acme, inc", "ACME inc 2"]
    found = handles((UUID(int=place), name) for place, name in enumerate(names))
    assert list(found.values()) == ["acme-inc", "acme-inc-2", "acme-inc-2-2"]
