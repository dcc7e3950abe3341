"""What a proof may say, and that whatever it may not say is refused with its place."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.validation.engine.kinds import Form, Kind
from levee.validation.engine.proof import MAX_PROOF, parse_proof
from support.targets import calls

SAMPLES = sorted((Path(__file__).parents[3] / "samples" / "proofs").glob("*.json"))
POLLUTION = {
    "levee": "proof/1",
    "form": "calls",
    "kind": "prototype_pollution",
    "language": "javascript",
    "steps": [{"call": "a:set", "args": [{}, {"{{K}}": "{{V}}"}]}],
    "benign": [{"call": "a:set", "args": [{}, {"b": 1}], "returns": {"b": 1}}],
}


def read(document):
    return parse_proof(json.dumps(document).encode())


def changed(**fields):
    return copy.deepcopy(POLLUTION) | fields


def refused(document):
    with pytest.raises(LeveeError) as caught:
        read(document)
    return caught.value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_published_samples_are_proofs(path):
    sample = json.loads(path.read_text())
    assert read(sample["proof"]).form is Form.CALLS
    assert sample["contrast"]


def test_a_proof_has_one_digest_however_it_is_spelled():
    spaced = json.dumps(POLLUTION, indent=3).encode()
    turned = json.dumps(dict(reversed(POLLUTION.items()))).encode()
    assert parse_proof(spaced).digest == parse_proof(turned).digest == read(POLLUTION).digest
    assert read(changed(steps=[{"call": "a:set", "args": ["{{K}}", "{{V}}"]}])).digest != read(POLLUTION).digest


def test_a_proof_over_256_kib_is_refused():
    with pytest.raises(TooLarge):
        parse_proof(b" " * (MAX_PROOF + 1))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"levee": "proof/1", "levee": "proof/1"}', "/levee"),
        ('{"levee": "proof/1", "form": "calls", "kind": "command", "steps": [1.5]}', "/steps/0"),
        ('{"levee": "proof/1", "form": "calls", "kind": "command", "steps": [NaN]}', "/steps/0"),
        ('{"levee": "proof/1", "form": "calls", "kind": "command", "steps": [99999999999999999999]}', "/steps/0"),
        ('{"levee": "proof/1", "form": "dialogue"}', "/form"),
        ('{"levee": "proof/2"}', "/levee"),
        ("[]", "/"),
    ],
)
def test_json_that_readers_could_take_differently_is_refused_with_its_place(text, place):
    with pytest.raises(LeveeError) as caught:
        parse_proof(text.encode())
    assert caught.value.place == place


def test_a_document_deeper_than_40_is_refused():
    with pytest.raises(TooLarge):
        parse_proof(b"[" * 41 + b"]" * 41)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"extra": 1}, "/extra"),
        ({"kind": "memory"}, "/kind"),
        ({"kind": "sorcery"}, "/kind"),
        ({"language": "python"}, "/kind"),
        ({"steps": []}, "/steps"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}", "{{V}}"]}] * 9}, "/steps"),
        ({"steps": [{"call": "a:set", "new": "a:set", "args": ["{{K}}", "{{V}}"]}]}, "/steps/0"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}", "{{V}}"], "code": "1"}]}, "/steps/0/code"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}", "{{V}}"], "returns": 1}]}, "/steps/0/returns"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}"]}]}, "/steps"),
        ({"steps": [{"call": "a:set", "args": ["{{V}}"]}]}, "/steps"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}{{V}}{{TOKEN}}"]}]}, "/steps/0/args/0"),
        ({"steps": [{"call": "a:set", "args": ["{{K}}{{V}}{{NOPE}}"]}]}, "/steps/0/args/0"),
        ({"steps": [{"on": 0, "method": "go", "args": ["{{K}}{{V}}"]}]}, "/steps/0/on"),
        ({"benign": []}, "/benign"),
        ({"benign": [{"call": "a:other"}]}, "/steps/0"),
        ({"benign": [{"call": "a:set", "args": ["{{K}}"]}]}, "/benign/0/args/0"),
    ],
)
def test_a_rule_that_is_broken_is_named_with_its_place(fields, place):
    assert refused(changed(**fields)).place == place


@pytest.mark.parametrize(
    "entry",
    [
        "a:constructor",
        "a:b.constructor.c",
        "a:__proto__",
        "a:prototype.b",
        "a:b.call",
        "a:b.apply",
        "a:b.bind",
        "a:__defineGetter__",
        "../a:b",
        "/etc/a:b",
        "a/../../b:c",
        "a:b c",
        "a:b[0]",
        "node:fs:readFileSync",
        "",
        7,
    ],
)
def test_entries_never_lead_to_the_language_itself(entry):
    assert refused(changed(steps=[{"call": entry, "args": ["{{K}}{{V}}"]}])).place == "/steps/0/call"


@pytest.mark.parametrize("entry", ["a:_b", "a:b.__class__", "_a:b", "a:b._c", "a.b", "a:", "os.path:x/y", "a:mro"])
def test_python_entries_have_no_leading_underscore_and_name_something(entry):
    proof = calls("command", [{"call": entry, "args": ["{{CANARY}} {{TOKEN}}"]}], [{"call": entry}], "python")
    with pytest.raises(BadInput) as caught:
        parse_proof(proof)
    assert caught.value.place == "/steps/0/call"


def test_no_result_of_a_step_is_an_argument():
    steps = [{"call": "a:make"}, {"call": "a:set", "args": [{"$result": 0}, "{{K}}", "{{V}}"]}]
    document = changed(steps=steps, benign=[{"call": "a:make"}, {"call": "a:set"}])
    assert refused(document).code == "proof.result"
    assert refused(document).place == "/steps/1/args/0/$result"
    assert parse_proof(json.dumps(document).encode(), _results_as_arguments=True).steps


def test_a_result_may_receive_a_later_call():
    steps = [{"call": "a:make"}, {"on": 0, "method": "set", "args": ["{{K}}", "{{V}}"]}]
    proof = read(changed(steps=steps, benign=[*steps[:1], {"on": 0, "method": "set"}]))
    assert proof.steps[1].target_name == "a:make().set"


@pytest.mark.parametrize("method", ["constructor", "__proto__", "apply", "call", "bind", "toString", 3, None])
def test_methods_of_results_are_public_names(method):
    steps = [{"call": "a:make"}, {"on": 0, "method": method, "args": ["{{K}}", "{{V}}"]}]
    assert refused(changed(steps=steps)).place == "/steps/1/method"


@pytest.mark.parametrize(
    "argument",
    [
        {"$function": "1"},
        {"$noop": True, "a": 1},
        {"$noop": 1},
        {"$bytes": "not base64!"},
        {"$float": "Infinity"},
        {"$float": "1e999"},
        {"$name": "a:b"},
        {"$zip": []},
        {"$zip": [{"name": "a"}]},
        {"$zip": [{"name": "a", "symlink": "b"}]},
        {"$tar": [{"name": "a", "text": "b", "mode": "7"}]},
        {"$members": [["a", 1], ["a", 2]]},
        {"$members": [["a"]]},
        {"$grow": {"unit": "a"}},
        {"$json": {"{{NOPE}}": 1}},
        "{{INSIDE}}",
    ],
    ids=json.dumps,
)
def test_arguments_are_plain_data(argument):
    error = refused(changed(steps=[{"call": "a:set", "args": ["{{K}}{{V}}", argument]}]))
    assert error.place.startswith("/steps/0/args/1")


def file_proof(argument, trusted):
    steps = [{"call": "a:unpack", "args": [{"$zip": [{"name": "{{OUTREL}}", "text": "{{TOKEN}}"}]}, argument]}]
    benign = [{"call": "a:unpack", "args": [{"$zip": [{"name": "b", "text": "c"}]}, "{{INSIDE}}"], "trusted": [1]}]
    return calls("file_outside", [steps[0] | {"trusted": trusted}], benign)


def test_a_trusted_argument_holds_a_harness_slot_or_a_constant():
    assert parse_proof(file_proof("{{INSIDE}}", [1])).kind is Kind.FILE_OUTSIDE
    for argument, trusted in (
        ("{{INSIDE}}", []),
        ("{{INSIDE}}/..", [1]),
        ("{{OUTABS}}", [1]),
        ({"a": "{{INSIDE}}"}, [1]),
        ("{{INSIDE}}", [7]),
        ("{{INSIDE}}", [True]),
    ):
        with pytest.raises(BadInput):
            parse_proof(file_proof(argument, trusted))


def growth(unit, repeats, extra=()):
    steps = [{"call": "a:read", "args": [{"$grow": {"unit": unit}}, *extra]}]
    return calls("growth", steps, [{"call": "a:read", "args": ["b"]}], "python", repeats=repeats)


@pytest.mark.parametrize(
    ("unit", "repeats", "extra"),
    [
        ("1", 30, ()),
        ("", 30, ()),
        ("(", 2, ()),
        ("(", True, ()),
        ("(", 10**6, ()),
        ("(", 30, ({"$grow": {"unit": "a"}},)),
    ],
)
def test_growth_has_one_text_and_a_size_that_is_only_a_length(unit, repeats, extra):
    assert parse_proof(growth("(", 30)).repeats == 30
    with pytest.raises(BadInput):
        parse_proof(growth(unit, repeats, extra))


@pytest.mark.parametrize("name", ["ValueError", "Exception", "KeyError", 1])
def test_an_exception_that_a_library_raises_on_purpose_shows_nothing(name):
    steps = [{"call": "a:read", "args": ["x"]}]
    assert parse_proof(calls("exception", steps, steps, "python", exception="MemoryError")).exception == "MemoryError"
    with pytest.raises(BadInput) as caught:
        parse_proof(calls("exception", steps, steps, "python", exception=name))
    assert caught.value.place == "/exception"


def test_the_form_bytes_names_a_program_and_holds_base64():
    good = {"levee": "proof/1", "form": "bytes", "kind": "memory", "program": "p", "via": "file", "data": "aGk="}
    assert read(good).data == b"hi"
    for field, value in (("data", "?"), ("via", "pipe"), ("program", ""), ("kind", "growth")):
        assert refused(good | {field: value}).place == f"/{field}"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_plain_data_without_tags_and_slots_is_always_an_argument(value):
    text = json.dumps(value)
    document = changed(steps=[{"call": "a:set", "args": ["{{K}}{{V}}", value]}])
    if "{{" in text or "$" in text:
        return
    assert read(document).steps[0].args[1] == value


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_handed_in_is_read_or_refused(data):
    with pytest.raises(LeveeError):
        parse_proof(data)


PARTS = st.sampled_from(["steps", "benign", "kind", "language", "form", "levee"])


@given(PARTS, JSON)
def test_a_part_of_a_wrong_type_is_refused_at_that_part(part, value):
    try:
        proof = read(changed(**{part: value}))
    except LeveeError as error:
        assert error.place
    else:
        assert proof.document[part] == value
