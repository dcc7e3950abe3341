"""What is sealed is opened by either side alone, by nobody else, and by nobody once the wrap is gone."""

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.frontier.sealing import STEP, new_key, opened, padded, sealed, unsealed
from levee.frontier.seals import new_pair, seal_named, secret_bytes
from levee.kernel.errors import BadInput

(DEVELOPER, DEVELOPERS), (EVALUATOR, EVALUATORS), (_, STRANGERS) = (new_pair() for _ in range(3))
KEY = new_key([DEVELOPER, EVALUATOR])
SEALED = sealed(b"what was said", KEY.recipient)


@pytest.mark.parametrize("identity", [DEVELOPERS, EVALUATORS], ids=["developer", "evaluator"])
def test_either_side_opens_what_was_sealed_alone(identity):
    assert opened(SEALED, KEY.wrapped, identity) == b"what was said"


def test_no_other_key_opens_the_wrap_and_no_holders_key_opens_without_it():
    with pytest.raises(BadInput, match="does not open the wrap"):
        opened(SEALED, KEY.wrapped, STRANGERS)
    with pytest.raises(BadInput, match="sealed to another key"):
        unsealed(SEALED, DEVELOPERS)


def test_what_was_sealed_under_another_grants_key_is_not_opened():
    other = new_key([DEVELOPER])
    with pytest.raises(BadInput, match="sealed to another key"):
        opened(SEALED, other.wrapped, DEVELOPERS)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7), what=st.sampled_from(["sealed", "wrap"]))
def test_damage_is_said_and_nothing_is_opened(place, bit, what):
    parts = {"sealed": bytearray(SEALED), "wrap": bytearray(KEY.wrapped)}
    parts[what][place % len(parts[what])] ^= 1 << bit
    try:
        assert opened(bytes(parts["sealed"]), bytes(parts["wrap"]), DEVELOPERS) == b"what was said"
    except BadInput as error:
        assert error.place == what
    else:
        pytest.fail("a changed byte went unseen")


@pytest.mark.parametrize(
    "data",
    [b"", b"age-encryption.org/v1\n", SEALED[:-1], SEALED + b"x"],
    ids=["nothing", "a head alone", "cut short", "too long"],
)
def test_what_is_no_sealed_thing_is_refused(data):
    with pytest.raises(BadInput) as refused:
        opened(data, KEY.wrapped, DEVELOPERS)
    assert refused.value.place == "sealed"


def test_a_wrap_holds_a_key_and_nothing_else():
    with pytest.raises(BadInput, match="no key"):
        opened(SEALED, sealed(b"a letter", DEVELOPER), DEVELOPERS)
    with pytest.raises(BadInput, match="at least one holder"):
        new_key([])


def test_every_grant_has_a_key_of_its_own_and_the_wrap_does_not_show_it():
    other = new_key([DEVELOPER, EVALUATOR])
    assert other.recipient != KEY.recipient
    assert b"AGE-SECRET-KEY" not in KEY.wrapped


@given(st.binary(min_size=1, max_size=3 * STEP))
def test_lengths_tell_only_how_many_steps_they_take(data):
    assert len(padded(data)) % STEP == 0
    assert 0 <= len(padded(data)) - len(data) < STEP
    assert padded(data).startswith(data)


def test_keys_are_spelt_as_age_spells_them():
    public, secret = new_pair()
    assert str(pyrage.x25519.Identity.from_str(secret).to_public()) == public
    made = pyrage.x25519.Identity.generate()
    assert seal_named(str(made.to_public())) == str(made.to_public())
    assert len(secret_bytes(str(made))) == 32


@given(place=st.integers(0, 61), letter=st.sampled_from("qpzry9x8gf2tvdw0s3jn54khce6mua7lQ1b-"))
def test_a_mistyped_key_is_no_key(place, letter):
    typed = DEVELOPER[:place] + letter + DEVELOPER[place + 1 :]
    if typed != DEVELOPER:
        with pytest.raises(BadInput):
            seal_named(typed)
        with pytest.raises(BadInput):
            new_key([typed])


@pytest.mark.parametrize(
    "text",
    ["", "age1", DEVELOPER.upper(), DEVELOPER[:-1], f" {DEVELOPER}", DEVELOPERS],
    ids=["nothing", "a kind alone", "in capitals", "cut short", "with a space", "a private one"],
)
def test_nothing_else_is_a_key_to_seal_to(text):
    with pytest.raises(BadInput):
        seal_named(text)


@pytest.mark.parametrize(
    "text",
    ["", DEVELOPERS.lower(), DEVELOPERS[:-1] + "B", DEVELOPER, DEVELOPERS + "\n"],
    ids=["nothing", "in small letters", "another end", "a public one", "with a line's end"],
)
def test_nothing_else_is_a_private_key(text):
    with pytest.raises(BadInput):
        secret_bytes(text)
