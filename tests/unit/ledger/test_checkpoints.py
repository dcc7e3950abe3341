"""A checkpoint says what a log was; only its signer can say it, and only in one spelling."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from levee.kernel.errors import BadInput
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, open_checkpoint, sign_checkpoint

SIGNING = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
KEY = VerifierKey.of("levee.example", SIGNING)
POINT = Checkpoint(origin="levee.example/public", size=7, root=b"\x01" * 32, at=datetime(2026, 11, 2, 8, tzinfo=UTC))
NOTE = sign_checkpoint(POINT, KEY.name, SIGNING)


def test_the_signed_text_is_the_checkpoint_form_of_transparency_logs():
    assert NOTE.split("\n\n")[0].splitlines() == [
        "levee.example/public",
        "7",
        "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "at 2026-11-02T08:00:00Z",
    ]
    assert NOTE.splitlines()[-1].startswith("\u2014 levee.example ")


def test_the_signer_is_believed():
    assert open_checkpoint(NOTE, KEY) == POINT


@given(st.integers(0, len(NOTE) - 1), st.characters(exclude_categories=["Cs"]))
def test_any_changed_character_is_refused(at, character):
    changed = NOTE[:at] + character + NOTE[at + 1 :]
    if changed != NOTE:
        with pytest.raises(BadInput):
            open_checkpoint(changed, KEY)


def test_every_other_last_digit_of_the_signature_is_refused():
    at = NOTE.rindex("=") - 1
    for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        if character != NOTE[at]:
            with pytest.raises(BadInput):
                open_checkpoint(NOTE[:at] + character + NOTE[at + 1 :], KEY)


def test_another_key_under_the_same_name_is_refused():
    other = VerifierKey.of(KEY.name, Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
    with pytest.raises(BadInput):
        open_checkpoint(NOTE, other)


def test_a_key_is_spelled_and_read_back():
    assert VerifierKey.parse(str(KEY)) == KEY


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", str(KEY)[:-1], str(KEY).upper(), str(KEY) + "\n"])
def test_anything_else_is_no_key(text):
    with pytest.raises(BadInput):
        VerifierKey.parse(text)


@pytest.mark.parametrize("origin", ["", "two\nlines"])
def test_an_origin_that_would_forge_lines_is_not_signed(origin):
    with pytest.raises(BadInput):
        sign_checkpoint(Checkpoint(origin=origin, size=0, root=b"\x01" * 32, at=POINT.at), KEY.name, SIGNING)
