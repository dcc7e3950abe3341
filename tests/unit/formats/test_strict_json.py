"""One strict JSON reader: what it accepts every reader reads alike, and every refusal says where."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.strict_json import MAX_EXACT_INTEGER, pointer, read_json
from levee.kernel.errors import BadInput, LeveeError, TooLarge

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_EXACT_INTEGER, MAX_EXACT_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=30,
)


@given(VALUES)
def test_any_plain_value_is_read_back_as_it_was_written(value):
    assert read_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b'{"a": {"b": 1, "c": 2, "b": 3}}', "/a/b"),
        (b'{"a": [0, NaN]}', "/a/1"),
        (b"[1, -Infinity]", "/1"),
        (b'{"x/y": {"n~": 1e999}}', "/x~1y/n~0"),
        (b"[9007199254740992]", "/0"),
        (b"[" + b"9" * 5000 + b"]", "/0"),
        (b'{"a": "\\ud800"}', "/a"),
        (b'{"a": 1,}', "line 1, column 9"),
        (b'{"a": 1} 2', "line 1, column 10"),
        (b'["ok",\n"\xff"]', "line 2, byte 8"),
        (b"", "line 1, column 1"),
    ],
)
def test_a_refusal_names_the_place(text, place):
    with pytest.raises(BadInput) as refusal:
        read_json(text)
    assert refusal.value.place == place


def test_forty_levels_are_read_and_forty_one_are_not():
    assert read_json(b"[" * 40 + b"]" * 40)
    with pytest.raises(TooLarge) as refusal:
        read_json(b"[" * 41 + b"]" * 41)
    assert refusal.value.code == "json.too_deep"
    with pytest.raises(TooLarge):
        read_json(b'{"a":' * 100_000)


def test_brackets_inside_text_are_no_nesting():
    assert read_json(b'["' + b"[" * 500 + b'\\"[{"]') == ["[" * 500 + '"[{']


def test_a_document_over_the_size_limit_is_not_read():
    with pytest.raises(TooLarge) as refusal:
        read_json(b"[1, 2, 3]", max_bytes=8)
    assert refusal.value.code == "json.too_long"


def test_a_pointer_escapes_what_the_standard_says():
    assert pointer("/runs/0", "a/b", "m~n", 3) == "/runs/0/a~1b/m~0n/3"


@given(st.binary() | st.text().map(str.encode) | st.text('[]{}",:0123456789eE.-ntf\\u ').map(str.encode))
def test_no_bytes_make_the_reader_fail_otherwise(data):
    try:
        ours = read_json(data)
    except LeveeError:
        return
    assert ours == json.loads(data.decode("utf-8-sig"))
