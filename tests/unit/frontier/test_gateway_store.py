"""A budget is never overdrawn, however many calls race for it, and a withdrawal ends what it names for good."""

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.frontier.envelopes import name_of
from levee.frontier.gateway.counting import Meter, tokens_of
from levee.frontier.gateway.store import Agreement, Refusal, Store
from levee.frontier.statements import Scope, say
from levee.kernel.errors import BadInput, Conflict
from support.gateway import CLIENT, HOUSE, NOW, STRANGER, granted, once, racing, withdrawn

AGREED = Agreement(digest="sha256:" + "a" * 64, model="model-a", upstream="secret-name", ends=NOW + 10**7, tokens=10**9)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "gateway"


@pytest.fixture
def store(folder):
    store = Store(folder)
    store.trust(name_of(HOUSE.public_key()))
    store.agree(AGREED)
    yield store
    store.close()


def told(store, statement, now=NOW):
    return store.take(say(statement, HOUSE), now)


def test_nothing_is_open_before_the_developer_agreed_and_the_house_granted(folder):
    with_nothing = Store(folder)
    with pytest.raises(BadInput, match="no key that is trusted"):
        told(with_nothing, granted())
    with_nothing.trust(name_of(HOUSE.public_key()))
    with pytest.raises(Conflict, match="agreed to no such thing"):
        told(with_nothing, granted())
    with_nothing.agree(AGREED)
    assert with_nothing.opened("GRT-1", NOW) is None
    told(with_nothing, granted())
    assert with_nothing.opened("GRT-1", NOW).upstream == "secret-name"
    with_nothing.close()


def test_the_file_is_the_developers_alone_and_its_writes_are_on_the_disk(folder, store):
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert store._all("pragma journal_mode") == [("wal",)]
    assert store._all("pragma synchronous") == [(2,)]


def test_a_grant_is_for_the_model_that_was_agreed_on_and_within_its_tokens(store):
    with pytest.raises(Conflict, match="agreed to no such thing"):
        told(store, granted(model="model-b"))
    told(store, granted(tokens=AGREED.tokens - 10))
    with pytest.raises(Conflict, match="together"):
        told(store, granted(id="GRT-2", tokens=11))
    told(store, granted(id="GRT-2", tokens=10))


def test_what_was_spent_is_not_granted_again_by_lowering_the_grant_it_was_spent_on(store):
    everything = granted(tokens=AGREED.tokens)
    told(store, everything)
    assert isinstance(store.reserve(everything, once(), AGREED.tokens, NOW), str)
    told(store, granted(tokens=1, number=2))
    with pytest.raises(Conflict, match="together"):
        told(store, granted(id="GRT-2", tokens=1))


def test_a_grant_stays_under_its_agreement(store):
    other = replace(AGREED, digest="sha256:" + "c" * 64)
    store.agree(other)
    told(store, granted())
    with pytest.raises(Conflict, match="under another agreement"):
        told(store, granted(agreement=other.digest, number=2))
    assert store.opened("GRT-1", NOW).grant.agreement == AGREED.digest


def test_an_agreement_keeps_its_terms(store):
    store.agree(AGREED)
    with pytest.raises(Conflict, match="other terms"):
        store.agree(replace(AGREED, tokens=AGREED.tokens + 1))


@pytest.mark.parametrize("now", [NOW + 3600, AGREED.ends])
def test_a_gateway_that_hears_nothing_new_opens_nothing(store, now):
    told(store, granted())
    assert store.opened("GRT-1", NOW + 3599)
    assert store.opened("GRT-1", now) is None
    assert store.holding(["GRT-1"], now) == set()
    assert store.reserve(granted(), once(now), 1, now) is Refusal.UNKNOWN


def test_no_grant_outlives_its_agreement(store, folder):
    short = replace(AGREED, digest="sha256:" + "c" * 64, ends=NOW + 5)
    store.agree(short)
    told(store, granted(agreement=short.digest))
    assert store.opened("GRT-1", NOW + 4)
    assert store.opened("GRT-1", NOW + 5) is None


def test_an_older_statement_undoes_nothing_newer(store):
    told(store, granted(number=2, tokens=5))
    told(store, granted(number=1, tokens=500))
    assert store.opened("GRT-1", NOW).grant.tokens == 5
    told(store, granted(number=2, tokens=6))
    assert store.opened("GRT-1", NOW) is None, "two words of one number say nothing"
    told(store, granted(number=3, tokens=7))
    assert store.opened("GRT-1", NOW).grant.tokens == 7


@pytest.mark.parametrize(
    ("scope", "name"),
    [(Scope.GRANT, "GRT-1"), (Scope.MODEL, "model-a"), (Scope.ALL, "")],
    ids=["grant", "model", "all"],
)
@pytest.mark.parametrize("side", ["developer", "evaluator"])
def test_what_either_side_withdrew_stays_withdrawn_whatever_is_said_later(store, scope, name, side):
    told(store, granted())
    if side == "developer":
        store.withdraw(scope, name)
    else:
        told(store, withdrawn(scope, name))
    assert store.holding(["GRT-1"], NOW) == set()
    assert store.reserve(granted(), once(), 1, NOW) is Refusal.UNKNOWN
    told(store, granted(number=9))
    assert store.opened("GRT-1", NOW) is None


def test_a_withdrawal_that_comes_before_its_grant_counts(store):
    told(store, withdrawn())
    told(store, granted())
    assert store.opened("GRT-1", NOW) is None


def test_a_stranger_withdraws_nothing(store):
    told(store, granted())
    with pytest.raises(BadInput):
        store.take(say(withdrawn(), STRANGER), NOW)
    assert store.opened("GRT-1", NOW)


def test_a_nonce_is_taken_once_and_remembered_as_long_as_its_proof_would_be(store):
    told(store, granted())
    proof = once()
    assert isinstance(store.reserve(granted(), proof, 1, NOW), str)
    store.forget(NOW + 300)
    assert store.reserve(granted(), proof, 1, NOW + 300) is Refusal.REPLAYED
    store.forget(NOW + 601)
    assert store._all("select count(*) from nonces") == [(0,)]


def test_a_refused_call_cannot_be_replayed_either(store):
    told(store, granted(tokens=10))
    proof = once()
    assert store.reserve(granted(), proof, 11, NOW) is Refusal.BUDGET
    assert store.reserve(granted(), proof, 1, NOW) is Refusal.REPLAYED


def test_calls_of_a_minute_are_counted_over_any_sixty_seconds(store):
    grant = granted(calls=2)
    told(store, grant)
    assert [store.reserve(grant, once(), 1, NOW + second) for second in (0, 30, 59)][2] is Refusal.RATE
    assert isinstance(store.reserve(grant, once(), 1, NOW + 60), str)
    assert store.reserve(grant, once(), 1, NOW + 61) is Refusal.RATE


def test_what_a_call_did_not_use_comes_back_once(store):
    told(store, granted(tokens=100))
    held = store.reserve(granted(), once(), 100, NOW)
    assert store.reserve(granted(), once(), 1, NOW) is Refusal.BUDGET
    store.settle({held: 40})
    store.settle({held: 0})
    assert [each.spent for each in store.uses(NOW)] == [40]
    assert isinstance(store.reserve(granted(), once(), 60, NOW), str)


def test_what_an_earlier_call_left_is_there_for_the_call_that_settles_it(store):
    told(store, granted(tokens=100))
    held = store.reserve(granted(), once(), 100, NOW)
    assert isinstance(store.reserve(granted(), once(), 60, NOW, settling={held: 40}), str)
    assert [each.spent for each in store.uses(NOW)] == [100]


def test_what_a_crash_cut_off_stays_spent(store, folder):
    told(store, granted(tokens=100))
    store.reserve(granted(), once(), 70, NOW)
    again = Store(folder)
    assert again.reserve(granted(), once(), 31, NOW) is Refusal.BUDGET
    again.close()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_calls_that_race_spend_the_budget_and_not_one_token_more(store, folder, kind):
    told(store, granted(tokens=1000, calls=10**6))
    if kind == "threads":
        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda _: racing(folder, 125), range(8)))
    else:
        program = f"from support.gateway import racing; print(racing({str(folder)!r}, 250))"
        tests = str(Path(__file__).parents[2])
        racers = [
            subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env={"PYTHONPATH": tests})
            for _ in range(4)
        ]
        results = [int(racer.communicate()[0]) for racer in racers]
    assert sum(results) in range(1000 - 6, 1001)
    assert [each.spent for each in store.uses(NOW)] == [sum(results)]


@given(texts=st.lists(st.text(max_size=12), max_size=12), limit=st.integers(0, 20))
def test_no_more_than_the_limit_is_passed_on_and_all_of_it_is_counted(texts, limit):
    meter = Meter(limit)
    passed = "".join(meter.take(text) for text in texts)
    assert tokens_of(len(passed.encode("utf-8", "replace"))) <= meter.used <= limit
    assert "".join(texts).startswith(passed)
    if not meter.full:
        assert passed == "".join(texts)


def test_a_client_key_is_no_signer(store):
    with pytest.raises(BadInput):
        store.take(say(granted(), CLIENT), NOW)
