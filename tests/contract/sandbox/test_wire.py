"""The messages between dispatcher and runner: what goes in comes out, and hostile bytes only ever raise LeveeErrors."""

from __future__ import annotations

import contextlib
import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.platform.runner import wire

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def frame(header, *attachments):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + b"".join(attachments)


def read(data, bounds=wire.BOUNDS):
    return wire.read(io.BytesIO(data).read, bounds)


@given(st.dictionaries(st.text(), VALUES), st.dictionaries(st.text(max_size=100), st.binary()))
def test_a_message_comes_out_as_it_went_in(header, attachments):
    message = wire.Message(header=header, attachments=attachments)
    data = io.BytesIO()
    wire.write(message, data.write)
    assert read(data.getvalue()) == message


@given(st.binary(max_size=300))
def test_any_bytes_give_a_message_or_a_plain_error(data):
    with contextlib.suppress(LeveeError):
        read(data)


@given(VALUES)
def test_any_json_gives_a_message_or_a_plain_error(value):
    with contextlib.suppress(LeveeError):
        read(frame(value))


@pytest.mark.parametrize(
    "header",
    [
        b'{"header": {}, "attachments": [], "attachments": []}',
        b'{"header": {"a": 1, "a": 2}, "attachments": []}',
        b'{"header": {"a": NaN}, "attachments": []}',
        b'{"header": {}, "attachments": [["a", 0], ["a", 0]]}',
        b'{"header": {}, "attachments": [["a", -1]]}',
        b'{"header": {}, "attachments": [["a", true]]}',
        b'{"header": {}, "attachments": [["a", 1.5]]}',
        b'{"header": {}, "attachments": {}, "more": 1}',
        b'{"header": [], "attachments": []}',
        b'{"header": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b'}, "attachments": []}',
        b'{"header": {}, "attachments": [["' + b"x" * 600 + b'", 0]]}',
    ],
)
def test_a_header_that_is_not_strict_is_refused(header):
    with pytest.raises(BadInput):
        read(frame(header))


def test_sizes_are_refused_before_anything_of_that_size_is_read():
    asked = []

    def receive(size):
        asked.append(size)
        return io.BytesIO(data[sum(asked[:-1]) :]).read(size)

    data = frame({"header": {}, "attachments": [["a", 10**12]]})
    with pytest.raises(TooLarge):
        wire.read(receive)
    assert max(asked) < 1000
    with pytest.raises(TooLarge):
        read(struct.pack(">I", 1 << 30))
    with pytest.raises(TooLarge):
        read(frame({"header": {}, "attachments": [[str(n), 0] for n in range(2000)]}))


def test_a_message_over_the_bounds_is_not_sent():
    with pytest.raises(TooLarge):
        wire.write(wire.Message(header={}, attachments={"a": bytes(11)}), io.BytesIO().write, wire.Bounds(total=10))


def test_an_end_between_messages_is_no_error_and_one_inside_is():
    assert read(b"") is None
    whole = frame({"header": {}, "attachments": [["a", 4]]}, b"1234")
    for length in range(1, len(whole)):
        with pytest.raises(BadInput):
            read(whole[:length])
