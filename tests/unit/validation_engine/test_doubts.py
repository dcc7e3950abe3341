"""What a proof's own shape leaves open: each rule stops a forgery that every other rule let through."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from levee.validation.engine.doubts import (
    CHAIN,
    NO_ROOT,
    NOT_LATER,
    OTHER_PACKAGE,
    OWN_ADDRESS,
    OWN_PLACE,
    doubt,
    doubt_of_contrast,
)
from levee.validation.engine.proof import parse_proof
from levee.validation.engine.targets import Archive, FetchedTarget, Role, parse_spec
from levee.validation.engine.verdict import Contrast, ContrastField, EffectField, Result, decide

PROOFS = Path(__file__).parents[3] / "samples" / "proofs"
INSIDE = {"call": "a:extract", "args": ["{{INSIDE}}"], "trusted": [0]}
ARCHIVE = {"call": "a:load", "args": [{"$zip": [{"name": "{{OUTREL}}", "text": "{{TOKEN}}"}]}]}


def proof(kind, steps, benign=None):
    covering = benign or [{**step, "args": ["{{INSIDE}}"] if "trusted" in step else ["x"]} for step in steps]
    head = {"levee": "proof/1", "form": "calls", "kind": kind, "language": "javascript"}
    return parse_proof(json.dumps(head | {"steps": steps, "benign": covering}).encode())


def test_a_call_on_the_result_of_a_call_on_a_result_is_a_chain():
    first = {"call": "a:chain", "args": [{"{{K}}": "{{V}}"}]}
    once, twice = {"on": 0, "method": "omit", "args": ["x"]}, {"on": 1, "method": "set", "args": ["x"]}
    assert doubt(proof("prototype_pollution", [first, once])) == ""
    assert doubt(proof("prototype_pollution", [first, once, {**once, "method": "set"}])) == ""
    assert doubt(proof("prototype_pollution", [first, once, twice])) == CHAIN


def test_an_archive_unpacked_into_the_allowed_folder_is_in_no_doubt():
    assert doubt(proof("file_outside", [ARCHIVE, INSIDE])) == ""


@pytest.mark.parametrize("given", ["/", "/w/area", "..", "a/../b", "C:\\x", "~a", "{{OUTABS}}", {"to": "{{OUTREL}}"}])
def test_a_place_of_the_finders_own_choice_is_a_doubt(given):
    assert doubt(proof("file_outside", [ARCHIVE, {"call": "a:write", "args": [given]}, INSIDE])) == OWN_PLACE


def test_a_place_beside_the_allowed_folder_in_the_same_call_is_the_finding_itself():
    joined = {"call": "a:serve", "args": ["{{INSIDE}}", "../{{OUTREL}}", "{{TOKEN}}"], "trusted": [0]}
    assert doubt(proof("file_outside", [joined])) == ""


def test_a_call_that_was_given_the_folder_once_must_be_given_it_always():
    steps = [ARCHIVE, {"call": "a:extract", "args": ["elsewhere"]}, INSIDE]
    assert doubt(proof("file_outside", steps, [{**ARCHIVE, "args": ["x"]}, INSIDE])) == NO_ROOT


@pytest.mark.parametrize("given", ["{{URL}}", " {{URL}}", "<{{URL}}>", "{{URL}}#<document>long", {"url": "{{URL}}"}])
def test_an_address_handed_over_as_such_is_a_doubt(given):
    assert doubt(proof("request", [{"call": "a:get", "args": [given]}])) == OWN_ADDRESS


def test_an_address_inside_a_document_is_in_no_doubt():
    given = '<!DOCTYPE a [<!ENTITY x SYSTEM "{{URL}}">]><a>&x;</a>'
    assert doubt(proof("request", [{"call": "a:parse", "args": [given]}])) == ""


def fetched(spec):
    read = parse_spec(spec)
    archive = Archive(name=read.name, version=read.version, filename="a.tgz", role=Role.TARGET, data=spec.encode())
    return FetchedTarget(spec=spec, ecosystem=read.ecosystem, name=read.name, version=read.version, archives=(archive,))


@pytest.mark.parametrize(
    ("target", "contrast", "open_point"),
    [
        ("npm:a@1.9.0", "npm:a@1.10.0", ""),
        ("npm:a@1.10.0", "npm:a@1.9.0", NOT_LATER),
        ("npm:a@1.0.0", "npm:a@1.0.0-rc.1", NOT_LATER),
        ("npm:a@1.0.0", "npm:a@1.0.0", NOT_LATER),
        ("pypi:a@1.0", "pypi:a@1.0.post1", ""),
        ("pypi:a@6.0.2", "pypi:a@5.4.1", NOT_LATER),
        ("npm:a@1.0.0", "npm:b@2.0.0", OTHER_PACKAGE),
        ("npm:a@1.0.0", "pypi:a@2.0.0", OTHER_PACKAGE),
    ],
)
def test_a_contrast_is_a_later_release_of_the_same_package(target, contrast, open_point):
    assert doubt_of_contrast(fetched(target), fetched(contrast)) == open_point
    assert doubt_of_contrast(fetched(target), None) == ""


@pytest.mark.parametrize("path", sorted(PROOFS.glob("*.json")), ids=lambda path: path.stem)
def test_no_published_proof_is_in_doubt(path):
    document = json.loads(path.read_text(encoding="utf-8"))["proof"]
    assert doubt(parse_proof(json.dumps(document).encode())) == ""


def test_a_doubt_leaves_the_effect_shown_and_asks_a_person():
    effect = EffectField(shown=3, runs=3, needed=3)
    silent = ContrastField(state=Contrast.SILENT)
    assert decide(effect, silent, control="", loaded=True)[0] is Result.CONFIRMED
    assert decide(effect, silent, control="", loaded=True, doubt=CHAIN) == (Result.EFFECT_SHOWN, CHAIN)
