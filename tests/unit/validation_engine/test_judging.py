"""What drivers tell is read as hostile input; the oracles are narrow for the effect and broad for its absence."""

from __future__ import annotations

import json
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.platform.sandbox.port import CanaryExecution, Connection, Hit, Outcome
from levee.validation.engine import oracles
from levee.validation.engine.facts import Observation, read_facts
from levee.validation.engine.fill import draw
from levee.validation.engine.proof import parse_proof
from levee.validation.engine.verdict import Contrast, ContrastField, EffectField, Result, decide
from support.targets import calls

NONCES = draw(secrets.token_bytes)
STEP = [{"call": "a:b", "args": ["{{K}}{{V}}"]}]
BENIGN = [{"call": "a:b"}]
POLLUTION = parse_proof(calls("prototype_pollution", STEP, BENIGN))
COMMAND = parse_proof(calls("command", [{"call": "a:b", "args": ["{{CANARY}} {{TOKEN}}"]}], BENIGN))
REQUEST = parse_proof(calls("request", [{"call": "a:b", "args": ["{{URL}}"]}], BENIGN))
CRASH = parse_proof(calls("exception", [{"call": "a:b"}], BENIGN, exception="RangeError"))
FILE = parse_proof(
    calls("file_outside", [{"call": "a:b", "args": ["{{OUTREL}}{{TOKEN}}", "{{INSIDE}}"], "trusted": [1]}], BENIGN)
)


def outcome(**fields):
    told = {"exit": 0, "signal": None, "stdout": b"", "stderr": b"", "facts": b""}
    return Outcome(**told | {"cpu_seconds": 0.1, "wall_seconds": 0.1, "peak_memory": 1} | fields)


def seen(*facts, **fields):
    return Observation(facts=facts, strays=0, outcome=outcome(**fields))


def lines(*facts, code=NONCES.code):
    return b"".join(" ".join([code, *map(json.dumps, fact)]).encode() + b"\n" for fact in facts)


def test_facts_stand_behind_the_code_of_their_run():
    told = lines(("loaded", "v20"), ("done",)) + lines(("intrinsic", "Object.prototype", "k", "v"), code="0" * 32)
    read = read_facts(outcome(facts=told), NONCES.code)
    assert read.facts == (("loaded", "v20"), ("done",))
    assert read.strays == 1


@given(st.binary(max_size=300), st.booleans())
def test_whatever_stands_on_the_fact_pipe_is_read(data, behind_code):
    told = (NONCES.code.encode() + b" " if behind_code else b"") + data
    read = read_facts(outcome(facts=told), NONCES.code)
    assert all(isinstance(value, str) for fact in read.facts for value in fact)


def test_pollution_is_this_runs_key_with_this_runs_value():
    def shown(*fact):
        return oracles.effect(POLLUTION, NONCES, seen(fact)).shown

    assert shown("intrinsic", "Object.prototype", NONCES.key, NONCES.value)
    assert not shown("intrinsic", "Object.prototype", NONCES.key, "other")
    assert not shown("intrinsic", "Object.prototype", "other", NONCES.value)
    assert not shown("changed", "Object.prototype", NONCES.key, NONCES.value)


def test_evaluated_text_is_the_wrong_kind():
    told = seen(("intrinsic", "Object.prototype", NONCES.key, NONCES.value), ("evaluated", "string"))
    shown = oracles.effect(POLLUTION, NONCES, told)
    assert not shown.shown
    assert "wrong kind" in shown.why


def test_a_command_is_the_canary_with_the_token_as_the_kernel_saw_it():
    ran = (CanaryExecution(arguments=("x", NONCES.token)),)
    assert oracles.effect(COMMAND, NONCES, seen(canary=ran)).shown
    assert not oracles.effect(COMMAND, NONCES, seen(canary=ran, canary_observed=False)).shown
    assert not oracles.effect(COMMAND, NONCES, seen(canary=(CanaryExecution(arguments=("x",)),))).shown


def test_a_file_outside_holds_the_token_at_the_random_place():
    place = f"area/{NONCES.outside}"
    assert oracles.effect(FILE, NONCES, seen(files={place: NONCES.token.encode()})).shown
    assert not oracles.effect(FILE, NONCES, seen(files={place: b"other"})).shown
    assert not oracles.effect(FILE, NONCES, seen(files={"area/root/x": NONCES.token.encode()})).shown


def test_a_request_reaches_the_listener_with_the_token():
    def shown(port, first):
        return oracles.effect(REQUEST, NONCES, seen(connections=(Connection(port=port, first_bytes=first),))).shown

    assert shown(NONCES.port, f"GET /{NONCES.token} HTTP/1.1".encode())
    assert not shown(NONCES.port, b"GET / HTTP/1.1")
    assert not shown(NONCES.port + 1, NONCES.token.encode())


def test_an_exception_is_the_engines_own_and_out_of_the_target():
    def shown(where, message):
        return oracles.effect(CRASH, NONCES, seen(("threw", "0", where, message))).shown

    assert shown("RangeError target", "Maximum call stack size exceeded")
    assert not shown("RangeError other", "Maximum call stack size exceeded")
    assert not shown("RangeError target", "the value must be below 10")
    assert not shown("TypeError target", "Maximum call stack size exceeded")


@pytest.mark.parametrize(
    ("proof", "sign"),
    [
        (POLLUTION, seen(("intrinsic", "Array.prototype", "other", ""))),
        (POLLUTION, seen(("changed", "Object", "keys"))),
        (POLLUTION, seen(("evaluated", "string"))),
        (COMMAND, seen(("process", "/bin/sh"))),
        (COMMAND, seen(("process", "/w/cat"))),
        (COMMAND, seen(("connect", "socket"))),
        (COMMAND, seen(canary=(CanaryExecution(arguments=()),))),
        (COMMAND, seen(execs=("/usr/bin/dash",))),
        (REQUEST, seen(connections=(Connection(port=1, first_bytes=b""),))),
        (REQUEST, seen(("connect", "socket"))),
        (FILE, seen(files={"other": b""})),
        (FILE, seen(("outside", "/tmp/x"))),
        (CRASH, seen(("threw", "0", "RangeError other", "anything"))),
    ],
)
def test_any_sign_of_the_class_means_not_silent(proof, sign):
    assert oracles.signs(proof, sign)
    assert not oracles.narrow_signs(proof, NONCES, sign)


@pytest.mark.parametrize("proof", [POLLUTION, COMMAND, REQUEST, FILE, CRASH], ids=lambda proof: proof.kind)
def test_a_run_without_signs_is_silent(proof):
    quiet = seen(("entered", "0"), ("threw", "0", "TypeError target", "x"), ("process", "cat"), ("done",))
    assert oracles.signs(proof, quiet) == ()


def cost(short, long, bland, *, limit_met=False, evaluated=False):
    growth = oracles.Growth(short=short, long=long, bland=bland, limit_met=limit_met, evaluated=evaluated)
    return oracles.growth_effect(growth).shown


def test_growth_is_steep_dear_and_of_this_text_alone():
    assert cost(0.5, 1.2, 0.1)
    assert cost(0.1, 8.0, 0.1, limit_met=True)
    assert not cost(0.7, 1.2, 0.1)  # 1.7 times for 1.5 times the length
    assert not cost(2.0, 2.5, 0.1, limit_met=True)  # cut off, and no steeper for that
    assert not cost(0.3, 0.9, 0.1)  # under a second
    assert not cost(0.5, 1.2, 0.9)  # any text costs that
    assert not cost(0.5, 1.2, 0.1, evaluated=True)


def test_a_contrast_of_growth_costs_at_most_a_quarter_and_meets_no_limit():
    assert oracles.growth_signs(4.0, 0.9, seen()) == ()
    assert oracles.growth_signs(4.0, 1.1, seen())
    assert oracles.growth_signs(40.0, 8.0, seen(hits=frozenset({Hit.CPU})))
    assert oracles.growth_signs(4.0, 0.1, seen(("evaluated", "string")))


def effect(shown, runs=3, needed=3):
    return EffectField(shown=shown, runs=runs, needed=needed)


SILENT, LOUD = (ContrastField(state=state, signs=("s",)) for state in (Contrast.SILENT, Contrast.NOT_SILENT))


def test_confirmed_needs_every_run_its_controls_and_a_silent_contrast():
    assert decide(effect(3), SILENT, control="", loaded=True)[0] is Result.CONFIRMED
    assert decide(effect(2), SILENT, control="", loaded=True)[0] is Result.FLAKY
    assert decide(effect(0), SILENT, control="", loaded=True)[0] is Result.NOT_REPRODUCED
    assert decide(effect(3), LOUD, control="", loaded=True)[0] is Result.CONTROL_FAILED
    assert decide(effect(3), SILENT, control="swap", loaded=True)[0] is Result.CONTROL_FAILED
    assert decide(effect(3), SILENT, control="", loaded=False)[0] is Result.BEYOND_SANDBOX


@pytest.mark.parametrize("state", [Contrast.NONE, Contrast.NOT_REACHED])
def test_an_effect_without_a_reached_contrast_is_only_shown(state):
    assert decide(effect(3), ContrastField(state=state), control="", loaded=True)[0] is Result.EFFECT_SHOWN
