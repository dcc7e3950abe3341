"""Answers that are kept: each is asked for once, a failure is not kept, and the bound holds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.kernel.errors import Unavailable
from levee.platform.runner.kept import OVERHEAD, KeptAnswers
from levee.platform.runner.wire import Message


def answer(size):
    return Message(header={}, attachments={"a": b"x" * size})


def test_however_many_ask_at_a_time_it_is_got_once():
    kept, asked, together, slow = KeptAnswers(most=1 << 20), [], Barrier(8), Event()

    def ask():
        asked.append(1)
        slow.wait(0.2)
        return answer(10)

    def get(_):
        together.wait()
        return kept.get("key", ask)

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(get, range(8)))
    assert len(asked) == 1
    assert all(each is answers[0] for each in answers)


def test_another_key_does_not_wait():
    kept, first_asks, second_answered = KeptAnswers(most=1 << 20), Event(), Event()

    def waits():
        first_asks.set()
        assert second_answered.wait(5)
        return answer(1)

    with ThreadPoolExecutor(max_workers=1) as pool:
        first = pool.submit(kept.get, "first", waits)
        assert first_asks.wait(5)
        kept.get("second", lambda: answer(2))
        second_answered.set()
        assert first.result(timeout=5) == answer(1)


def test_a_failure_is_told_and_not_kept():
    kept = KeptAnswers(most=1 << 20)

    def fails():
        raise Unavailable("no runner")

    with pytest.raises(Unavailable):
        kept.get("key", fails)
    assert kept.get("key", lambda: answer(3)) == answer(3)


@given(
    st.integers(0, 4 * OVERHEAD),
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, OVERHEAD)), max_size=40),
)
def test_never_more_than_the_bound_is_kept_and_what_was_asked_for_last_stays(most, requests):
    kept, sizes, order = KeptAnswers(most=most), {}, []
    for key, size in requests:
        fresh = []
        got = kept.get(key, lambda size=size, fresh=fresh: fresh.append(1) or answer(size))
        assert bool(fresh) == (key not in order), "asked anew exactly where it was not kept"
        if fresh:
            sizes[key] = size
        assert got == answer(sizes[key])
        order = [each for each in order if each != key] + [key]
        while sum(OVERHEAD + sizes[each] for each in order) > most:
            order.pop(0)
