"""Statements come late, twice and out of order, and all who took them know the same; what was withdrawn stays so."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.frontier.envelopes import name_of
from levee.frontier.statements import (
    FRESH_FOR,
    GRANT,
    SKEW,
    Operation,
    Scope,
    Standing,
    heard,
    read_grant,
    read_withdrawal,
    say,
)
from levee.frontier.tokens import Call, Proof, SignedTokens, issue, prove, proven
from levee.kernel.errors import BadInput, LeveeError, NotSignedIn
from support.gateway import CLIENT, HOUSE, NOW, STRANGER, carried, granted, withdrawn

TRUSTED = [name_of(HOUSE.public_key())]
CALL = Call(method="POST", path="/v1/chat/completions", body=b"{}")

grants = st.builds(
    granted,
    id=st.sampled_from(["GRT-1", "GRT-2"]),
    model=st.sampled_from(["model-a", "model-b"]),
    number=st.integers(1, 3),
    tokens=st.integers(1, 3),
)
withdrawals = st.sampled_from(
    [withdrawn(), withdrawn(name="GRT-2"), withdrawn(Scope.MODEL, "model-a"), withdrawn(Scope.ALL, "")]
)
statements = st.lists(grants | withdrawals, max_size=8)


def after(said):
    standing = Standing()
    for each in said:
        standing = standing.take(each)
    return standing


@given(said=statements, order=st.randoms(use_true_random=False))
def test_in_whatever_order_and_however_often_statements_come_the_same_stands(said, order):
    again = said + said[: len(said) // 2]
    order.shuffle(again)
    assert after(again) == after(said)


@given(before=statements, ends=withdrawals, more=statements)
def test_nothing_that_is_said_brings_back_what_was_withdrawn(before, ends, more):
    standing = after([*before, ends, *more])
    ended = {
        Scope.GRANT: lambda grant: grant.id == ends.name,
        Scope.MODEL: lambda grant: grant.model == ends.name,
        Scope.ALL: lambda _: True,
    }[ends.scope]
    held = [standing.holding(name, NOW) for name in ("GRT-1", "GRT-2")]
    assert not any(grant is not None and ended(grant) for grant in held)


@given(said=st.lists(grants, min_size=1, max_size=8))
def test_the_newest_word_counts_and_two_of_one_number_say_nothing(said):
    standing = after(said)
    for name in {each.id for each in said}:
        top = max(each.number for each in said if each.id == name)
        newest = {each for each in said if each.id == name and each.number == top}
        assert standing.holding(name, NOW) == (newest.pop() if len(newest) == 1 else None)


@pytest.mark.parametrize(
    ("grant", "now", "holds"),
    [
        (granted(), NOW + 3599, True),
        (granted(), NOW + 3600, False),
        (granted(expires=NOW + 10), NOW + 9, True),
        (granted(expires=NOW + 10), NOW + 10, False),
    ],
)
def test_a_grant_holds_until_it_expires_or_its_statement_is_stale_and_not_a_second_longer(grant, now, holds):
    assert (after([grant]).holding("GRT-1", now) == grant) is holds


@given(said=grants | withdrawals)
def test_what_is_said_is_heard_as_it_was_said(said):
    assert heard(say(said, HOUSE), TRUSTED, NOW) == said


def test_what_a_stranger_signed_or_somebody_changed_is_not_heard():
    with pytest.raises(BadInput, match="no key that is trusted"):
        heard(say(granted(), STRANGER), TRUSTED, NOW)
    envelope = json.loads(say(granted(), HOUSE))
    more = granted(tokens=10**6).told()
    envelope["payload"] = base64.b64encode(json.dumps(more, sort_keys=True, separators=(",", ":")).encode()).decode()
    with pytest.raises(BadInput, match="no key that is trusted"):
        heard(json.dumps(envelope).encode(), TRUSTED, NOW)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_any_bit_that_flips_is_noticed_or_changes_nothing(place, bit):
    envelope = bytearray(say(granted(), HOUSE))
    envelope[place % len(envelope)] ^= 1 << bit
    try:
        told = heard(bytes(envelope), TRUSTED, NOW)
    except LeveeError:
        return
    assert told == granted()


def test_a_signature_of_one_kind_is_none_of_another():
    envelope = json.loads(say(withdrawn(), HOUSE))
    envelope["payloadType"] = GRANT
    with pytest.raises(BadInput, match="no key that is trusted"):
        heard(json.dumps(envelope).encode(), TRUSTED, NOW)


def test_a_statement_of_a_later_day_is_not_heard_but_clocks_may_differ():
    assert heard(say(granted(made_at=NOW + SKEW), HOUSE), TRUSTED, NOW)
    with pytest.raises(BadInput, match="later than now"):
        heard(say(granted(made_at=NOW + SKEW + 1), HOUSE), TRUSTED, NOW)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": ""}, "/id"),
        ({"agreement": "sha256:1"}, "/agreement"),
        ({"operations": []}, "/operations"),
        ({"operations": ["responses", "chat"]}, "/operations"),
        ({"operations": [{}]}, "/operations"),
        ({"operations": ["embeddings"]}, "/operations"),
        ({"client": "ed25519:00"}, "/key"),
        ({"client": 1}, "/client"),
        ({"tokens": 0}, "/tokens"),
        ({"tokens": True}, "/tokens"),
        ({"number": 2**53}, "/number"),
        ({"stale_after": NOW}, "/stale_after"),
        ({"stale_after": NOW + FRESH_FOR + 1}, "/stale_after"),
        ({"reason": "none"}, "/reason"),
    ],
)
def test_a_grant_that_cannot_be_read_names_its_field(change, place):
    with pytest.raises(BadInput) as refused:
        read_grant({**granted().told(), **change})
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [({"scope": []}, "/scope"), ({"scope": "all"}, "/name"), ({"name": "a b"}, "/name"), ({"reason": ""}, "/reason")],
)
def test_a_withdrawal_that_cannot_be_read_names_its_field(change, place):
    with pytest.raises(BadInput) as refused:
        read_withdrawal({**withdrawn().told(), **change})
    assert refused.value.place == place


def test_a_token_is_opened_until_the_second_it_expires():
    tokens, text = SignedTokens(TRUSTED), issue(carried(expires=NOW + 1), HOUSE)
    assert tokens.opened(text, NOW) == carried(expires=NOW + 1)
    with pytest.raises(NotSignedIn):
        tokens.opened(text, NOW + 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "levee1",
        "a.b.c.d",
        issue(carried(), STRANGER),
        issue(carried(), HOUSE)[:-4],
        issue(carried(), HOUSE) + "x" * 9,
    ],
    ids=["nothing", "a word", "four words", "a stranger's", "a cut one", "a longer one"],
)
def test_what_is_no_token_is_refused_in_the_same_words(text):
    with pytest.raises(NotSignedIn, match="no grant was shown"):
        SignedTokens(TRUSTED).opened(text, NOW)


@pytest.mark.parametrize(
    ("change", "inside"),
    [
        ({}, True),
        ({"operations": frozenset({Operation.CHAT}), "expires": NOW + 1}, True),
        ({"expires": NOW + 86_401}, False),
        ({"grant": "GRT-2"}, False),
        ({"agreement": "sha256:" + "b" * 64}, False),
        ({"purpose": "training"}, False),
        ({"model": "model-b"}, False),
        ({"client": name_of(STRANGER.public_key())}, False),
    ],
)
def test_a_token_gives_less_than_its_grant_or_as_much_but_never_more(change, inside):
    assert carried(**change).within(granted()) is inside


def test_a_token_for_more_operations_than_the_grant_is_not_within_it():
    assert not carried().within(granted(operations=frozenset({Operation.CHAT})))


@pytest.mark.parametrize(
    ("off", "taken"), [(-SKEW - 1, False), (-SKEW, True), (0, True), (SKEW, True), (SKEW + 1, False)]
)
def test_a_proof_is_taken_from_clocks_that_differ_by_five_minutes_and_no_more(off, taken):
    proof = Proof(time=NOW + off, nonce="0" * 32)
    header = prove(CALL, "token", CLIENT, proof)
    if taken:
        assert proven(header, CALL, "token", name_of(CLIENT.public_key()), NOW) == proof
    else:
        with pytest.raises(NotSignedIn):
            proven(header, CALL, "token", name_of(CLIENT.public_key()), NOW)


@pytest.mark.parametrize(
    ("call", "token", "client"),
    [
        (replace(CALL, body=b"{ }"), "token", CLIENT),
        (replace(CALL, path="/v1/responses"), "token", CLIENT),
        (replace(CALL, method="GET"), "token", CLIENT),
        (CALL, "another", CLIENT),
        (CALL, "token", STRANGER),
    ],
    ids=["body", "path", "method", "token", "client"],
)
def test_a_proof_is_of_one_call_one_token_and_one_client(call, token, client):
    header = prove(CALL, "token", CLIENT, Proof(time=NOW, nonce="0" * 32))
    with pytest.raises(NotSignedIn):
        proven(header, call, token, name_of(client.public_key()), NOW)
