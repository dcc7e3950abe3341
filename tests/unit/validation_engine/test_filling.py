"""Nonces are drawn for every run, and the proof's data carries them to where its slots are."""

from __future__ import annotations

import base64
import io
import json
import secrets
import tarfile
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from levee.validation.engine.fill import INSIDE, Filler, draw
from levee.validation.engine.proof import parse_proof
from support.targets import calls

NONCES = draw(secrets.token_bytes, repeats=5)
FILLER = Filler(nonces=NONCES)


def test_no_two_runs_share_a_secret():
    drawn = [draw(secrets.token_bytes) for _ in range(50)]
    for name in ("code", "key", "value", "canary", "token", "outside"):
        assert len({getattr(nonces, name) for nonces in drawn}) == 50


def test_slots_are_filled_in_text_and_in_keys():
    node = FILLER.node({"a{{K}}": ["x {{V}} y", {"{{V}}": None}]})
    filled = [[f"a{NONCES.key}", ["a", [["s", f"x {NONCES.value} y"], ["o", [[NONCES.value, ["0"]]]]]]]]
    assert node == ["o", filled]


def test_a_proto_key_is_data_and_stays_a_key():
    assert FILLER.node({"__proto__": {"a": 1}}) == ["o", [["__proto__", ["o", [["a", ["i", 1]]]]]]]


def test_json_is_made_after_the_slots_are_filled():
    kind, text = FILLER.node({"$json": {"{{K}}": ["{{V}}", True, 1]}})
    assert (kind, json.loads(text)) == ("s", {NONCES.key: [NONCES.value, True, 1]})


def test_archives_are_built_from_names_and_data():
    kind, packed = FILLER.node({"$zip": [{"name": "{{OUTREL}}", "text": "{{TOKEN}}"}, {"name": "b", "bytes": "AAE="}]})
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed))) as archive:
        assert (kind, archive.namelist()) == ("b", [f"../{NONCES.outside}", "b"])
        assert archive.read("b") == b"\x00\x01"
    _, packed = FILLER.node({"$tar": [{"name": "l", "symlink": "{{OUTABS}}"}, {"name": "l/x", "text": "{{TOKEN}}"}]})
    with tarfile.open(fileobj=io.BytesIO(base64.b64decode(packed))) as archive:
        assert [member.linkname for member in archive] == [f"/w/area/{NONCES.outside}", ""]


def test_what_lies_outside_does_not_lie_inside():
    slots = NONCES.slots()
    assert not slots["OUTABS"].startswith(INSIDE)
    assert slots["OUTREL"].startswith("../")


def test_bland_text_is_as_long_as_what_grows():
    grow = {"$grow": {"before": "<", "unit": "\r\n", "after": ">"}}
    bland = Filler(nonces=draw(secrets.token_bytes, repeats=5, bland=True))
    assert FILLER.node(grow) == ["s", "<" + "\r\n" * 5 + ">"]
    assert bland.node(grow) == ["s", "<" + "a" * 10 + ">"]


def test_steps_name_entries_receivers_and_stated_results():
    steps = [{"new": "@a/b/c:D", "args": [{"$noop": True}]}, {"on": 0, "method": "go", "args": ["{{K}}", "{{V}}"]}]
    benign = [{"new": "@a/b/c:D", "returns": 1}, {"on": 0, "method": "go"}]
    proof = parse_proof(calls("prototype_pollution", steps, benign))
    first, second = FILLER.steps(proof.steps)
    assert (first["verb"], first["module"], first["path"], first["args"]) == ("new", "@a/b/c", ["D"], [["noop"]])
    assert (second["on"], second["method"]) == (0, "go")
    assert FILLER.steps(proof.benign)[0]["returns"] == [["i", 1]]


@given(st.text().filter(lambda text: "{{" not in text))
def test_text_without_slots_is_left_as_it_is(text):
    assert FILLER.text(text) == text
