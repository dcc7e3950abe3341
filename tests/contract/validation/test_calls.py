"""True effects are confirmed, and what only looks like one is not: small packages, real runs."""

from __future__ import annotations

import json

import pytest

from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.validation.engine.trial import Rules
from levee.validation.engine.verdict import Contrast, Reach, Result
from support.targets import calls, npm_package, python_wheel

MERGE = """
function set(target, key, value) {
  const parts = key.split('.');
  let at = target;
  for (let index = 0; index < parts.length - 1; index += 1) {
    GUARD
    at = at[parts[index]] = at[parts[index]] || {};
  }
  at[parts[parts.length - 1]] = value;
  return target;
}
module.exports = { set, version: 'VERSION' };
"""
GUARD = "if (['__proto__', 'constructor', 'prototype'].includes(parts[index])) return target;"


def merge(version, guard=""):
    return npm_package("merge", version, MERGE.replace("GUARD", guard).replace("VERSION", version))


POLLUTION = calls(
    "prototype_pollution",
    [{"call": "merge:set", "args": [{}, "__proto__.{{K}}", "{{V}}"]}],
    [{"call": "merge:set", "args": [{}, "a.b", "c"], "returns": {"a": {"b": "c"}}}],
)


def test_pollution_is_confirmed_with_four_fields_and_their_evidence(judged):
    target, contrast = merge("1.0.0"), merge("1.0.1", GUARD)
    verdict = judged(POLLUTION, target, contrast)
    assert verdict.result is Result.CONFIRMED
    assert (verdict.effect.shown, verdict.effect.runs) == (3, 3)
    assert verdict.contrast.state is Contrast.SILENT
    assert verdict.reach is Reach.YES
    assert verdict.contract_basis == "contrast"
    evidence = verdict.evidence.as_dict()
    assert canonical_json(evidence)  # integers, text, lists and objects only
    assert [run["on"] for run in evidence["runs"]].count("swap") == 1
    assert len({run["slots"]["key"] for run in evidence["runs"]}) == len(evidence["runs"])
    assert evidence["target"]["digest"] != evidence["contrast"]["digest"]


def test_without_a_contrast_the_effect_is_only_shown(judged):
    assert judged(POLLUTION, merge("1.0.0")).result is Result.EFFECT_SHOWN


def test_a_contrast_that_has_the_flaw_too_is_not_silent(judged):
    verdict = judged(POLLUTION, merge("1.0.0"), merge("1.0.1"))
    assert verdict.result is Result.CONTROL_FAILED
    assert verdict.contrast.state is Contrast.NOT_SILENT


def test_a_fixed_target_does_not_reproduce(judged):
    assert judged(POLLUTION, merge("1.0.1", GUARD), merge("1.0.0")).result is Result.NOT_REPRODUCED


@pytest.mark.parametrize(
    "index",
    [
        "module.exports = {};",
        "module.exports = { set() { throw new Error('gone'); } };",
        "module.exports = { set: (target) => target };",
        "throw new Error('does not load');",
    ],
    ids=["entry gone", "benign throws", "benign gives something else", "does not load"],
)
def test_a_contrast_that_is_not_reached_is_none(judged, index):
    verdict = judged(POLLUTION, merge("1.0.0"), npm_package("merge", "1.0.1", index))
    assert verdict.result is Result.EFFECT_SHOWN
    assert verdict.contrast.state is Contrast.NOT_REACHED


def test_a_target_that_does_not_load_is_beyond_the_sandbox(judged):
    broken = npm_package("merge", "1.0.0", "require('absent')")
    assert judged(POLLUTION, broken, merge("1.0.1", GUARD)).result is Result.BEYOND_SANDBOX


def test_a_proof_speaks_the_language_of_its_target(judged):
    with pytest.raises(BadInput) as caught:
        judged(POLLUTION, python_wheel("merge", "1.0", ""))
    assert caught.value.place == "/language"


SINCE = """
module.exports.since = (wanted, key, value) => {
  if (require('./package.json').version === wanted) Object.prototype[key] = value;
};
"""


def test_an_effect_must_follow_code_and_not_the_version_string(judged, make_engine):
    """A function that is documented to write, told by data for which version to."""
    target, contrast = npm_package("since", "1.0.0", SINCE), npm_package("since", "1.0.1", SINCE)
    steps = [{"call": "since:since", "args": ["1.0.0", "{{K}}", "{{V}}"]}]
    proof = calls("prototype_pollution", steps, [{"call": "since:since", "args": ["0", "a", "b"]}])
    assert judged(proof, target, contrast).result is Result.CONTROL_FAILED
    loose = make_engine(_rules=Rules(identity_swap=False))
    assert judged(proof, target, contrast, by=loose).result is Result.CONFIRMED


RUNNER = """
const child = require('node:child_process');
module.exports.run = (name, done) => FLAW;
"""


def test_a_command_is_confirmed_by_the_kernels_word(judged):
    target = npm_package("runner", "1.0.0", RUNNER.replace("FLAW", "child.exec('cat ' + name, done)"))
    contrast = npm_package("runner", "1.0.1", RUNNER.replace("FLAW", "child.execFile('cat', [name], done)"))
    steps = [{"call": "runner:run", "args": ["x; {{CANARY}} {{TOKEN}}", {"$noop": True}]}]
    proof = calls("command", steps, [{"call": "runner:run", "args": ["x", {"$noop": True}]}])
    assert judged(proof, target, contrast).result is Result.CONFIRMED
    assert judged(proof, target, target).result is Result.CONTROL_FAILED


UNPACK = """
const fs = require('node:fs'), path = require('node:path');
module.exports.unpack = (names, folder) => {
  for (const [name, text] of Object.entries(names)) {
    const place = path.resolve(folder, name);
    if (CHECK && !place.startsWith(folder + '/')) continue;
    fs.writeFileSync(place, text);
  }
};
"""


def test_a_file_outside_is_confirmed(judged):
    target, contrast = (
        npm_package("unpack", version, UNPACK.replace("CHECK", check))
        for version, check in (("1.0.0", "false"), ("1.0.1", "true"))
    )
    proof = calls(
        "file_outside",
        [{"call": "unpack:unpack", "args": [{"{{OUTREL}}": "{{TOKEN}}"}, "{{INSIDE}}"], "trusted": [1]}],
        [{"call": "unpack:unpack", "args": [{"a": "b"}, "{{INSIDE}}"], "trusted": [1]}],
    )
    assert judged(proof, target, contrast).result is Result.CONFIRMED


FETCH = """
import re
import urllib.request
def fetch(page):
    address = re.search('src="(.*?)"', page)[1]
    if not CHECK:
        return None
    return urllib.request.urlopen(address, timeout=5).read()
"""


def test_a_request_is_confirmed_by_the_listener(judged):
    target = python_wheel("fetcher", "1.0", FETCH.replace("CHECK", "True"))
    contrast = python_wheel("fetcher", "1.1", FETCH.replace("CHECK", "address.startswith('data:')"))
    steps = [{"call": "fetcher:fetch", "args": ['<p><img src="{{URL}}">']}]
    benign = [{"call": "fetcher:fetch", "args": ['<img src="data:,x">']}]
    assert judged(calls("request", steps, benign, "python"), target, contrast).result is Result.CONFIRMED


SLOW = """
import re
SHAPE = re.compile(r'REPEATED$')
def read(text):
    return bool(SHAPE.match(text))
"""


def test_growth_is_confirmed_by_cpu_time_and_length(judged):
    target = python_wheel("slow", "1.0", SLOW.replace("REPEATED", "(b+)+"))
    contrast = python_wheel("slow", "1.1", SLOW.replace("REPEATED", "b+"))
    steps = [{"call": "slow:read", "args": [{"$grow": {"unit": "b", "after": "c"}}]}]
    proof = calls("growth", steps, [{"call": "slow:read", "args": ["b"], "returns": True}], "python", repeats=30)
    assert judged(proof, target, contrast).result is Result.CONFIRMED
    assert judged(proof, contrast, target).result is Result.NOT_REPRODUCED


def test_an_exception_is_confirmed_where_the_targets_own_frame_breaks(judged):
    deep = "def read(text, at=0):\n    return at if at == len(text) else read(text, at + 1)\n"
    target, contrast = (
        python_wheel("deep", "1.0", deep),
        python_wheel("deep", "1.1", "def read(text):\n    return len(text)"),
    )
    steps, benign = [{"call": "deep:read", "args": ["x" * 5000]}], [{"call": "deep:read", "args": ["xx"], "returns": 2}]
    proof = calls("exception", steps, benign, "python", exception="RecursionError")
    assert judged(proof, target, contrast).result is Result.CONFIRMED


EXPORTS = """
const fs = require('node:fs');
class Own { constructor() { this.names = []; } add(name) { this.names.push(name); return this; } }
module.exports = {
  fs, exec: require('node:child_process').execSync, Function, evaluate: eval, bound: Function.bind(null),
  made: Function('a', 'return a'), proxy: new Proxy(function () {}, {}), own: () => [1], make: () => new Own(),
  get accessor() { return () => 1; }, Own, nested: { deep: (value) => value },
};
"""


@pytest.mark.parametrize(
    ("step", "enters"),
    [
        ({"call": "wide:own"}, True),
        ({"call": "wide:nested.deep", "args": [1]}, True),
        ({"new": "wide:Own"}, True),
        ({"call": "wide:fs.readdirSync", "args": ["/"]}, False),
        ({"call": "wide:exec", "args": ["true"]}, False),
        ({"call": "wide:Function", "args": ["1"]}, False),
        ({"call": "wide:evaluate", "args": ["1"]}, False),
        ({"call": "wide:bound", "args": ["1"]}, False),
        ({"call": "wide:made", "args": ["1"]}, False),
        ({"call": "wide:proxy"}, False),
        ({"call": "wide:accessor"}, False),
        ({"call": "wide:absent"}, False),
        ({"call": "fs:readdirSync", "args": ["/"]}, False),
    ],
    ids=json.dumps,
)
def test_only_the_packages_own_data_properties_are_entries(judged, step, enters):
    proof = calls("exception", [step], [step], exception="RangeError")
    verdict = judged(proof, npm_package("wide", "1.0.0", EXPORTS))
    entered = any(fact[0] == "entered" for run in verdict.evidence.runs for fact in run["facts"])
    assert entered is enters


@pytest.mark.parametrize(
    ("first", "method", "enters"), [("make", "add", True), ("own", "map", False), ("own", "push", False)]
)
def test_methods_that_live_on_intrinsics_are_not_entered(judged, first, method, enters):
    steps = [{"call": f"wide:{first}"}, {"on": 0, "method": method, "args": ["a"]}]
    verdict = judged(calls("exception", steps, steps, exception="RangeError"), npm_package("wide", "1.0.0", EXPORTS))
    entered = any(fact == ["entered", "1"] for run in verdict.evidence.runs for fact in run["facts"])
    assert entered is enters


WIDE = """
import os, sys, codecs, subprocess
from functools import lru_cache
class Own:
    def __init__(self): self.names = []
    def add(self, name): self.names.append(name)
    @property
    def computed(self): return self.add
own = Own()
@lru_cache
def cached(): return 1
def plain(): return [1]
popen = subprocess.Popen
alias = codecs.decode
def _private(): pass
"""


@pytest.mark.parametrize(
    ("entry", "enters"),
    [
        ("wide:plain", True),
        ("wide:cached", True),
        ("wide:own.add", True),
        ("wide:Own", True),
        ("wide:os.system", False),
        ("wide:sys.exit", False),
        ("wide:popen", False),
        ("wide:alias", False),
        ("wide:own.computed", False),
        ("wide:own.names.append", False),
        ("os:system", False),
        ("subprocess:call", False),
    ],
)
def test_python_entries_belong_to_the_package(judged, entry, enters):
    args = ["true"] if entry in {"wide:own.add", "wide:os.system", "os:system"} else []
    steps = [{"call": entry, "args": args}]
    proof = calls("exception", steps, steps, "python", exception="MemoryError")
    verdict = judged(proof, python_wheel("wide", "1.0", WIDE))
    entered = any(fact[0] == "entered" for run in verdict.evidence.runs for fact in run["facts"])
    assert entered is enters


TEMPLATE = """
module.exports.render = (text, data) => new Function('data', 'return `' + text + '`')(data);
module.exports.store = (key, value) => { globalThis.kept = [key, value]; };
"""


def test_an_evaluated_string_is_the_wrong_kind(judged):
    code = "${Object.prototype['{{K}}'] = '{{V}}'}"
    proof = calls(
        "prototype_pollution",
        [{"call": "template:render", "args": [code, {}]}],
        [{"call": "template:render", "args": ["a", {}], "returns": "a"}],
    )
    verdict = judged(proof, npm_package("template", "1.0.0", TEMPLATE))
    assert verdict.result is Result.NOT_REPRODUCED
    assert "wrong kind" in verdict.why


def test_the_broad_contrast_is_what_holds_against_a_version_gate_in_data(judged, make_engine):
    """The contrast evaluates the same template; only breadth sees that it is the same function."""
    index = "const v = require('./package.json').version; const child = require('node:child_process');\n"
    index += "module.exports.run = (rule) => { if (new Function('v', 'return ' + rule)(v)) "
    index += "child.execFileSync(RUN[0], [RUN[1]]); }; let RUN; module.exports.set = (a, b) => { RUN = [a, b]; };"
    target, contrast = npm_package("gate", "1.0.0", index), npm_package("gate", "1.0.1", index)
    steps = [{"call": "gate:set", "args": ["{{CANARY}}", "{{TOKEN}}"]}, {"call": "gate:run", "args": ["v === '1.0.0'"]}]
    benign = [{"call": "gate:set", "args": ["a", "b"]}, {"call": "gate:run", "args": ["false"]}]
    proof = calls("command", steps, benign)
    assert judged(proof, target, contrast).result is Result.CONTROL_FAILED
    loose = Rules(narrow_contrast=True, identity_swap=False)
    assert judged(proof, target, contrast, by=make_engine(_rules=loose)).result is Result.CONFIRMED


LOCALS = """
module.exports.version = () => require('./package.json').version;
module.exports.when = (held, wanted, key, value) => { if (held === wanted) Object.prototype[key] = value; };
"""


@pytest.mark.parametrize("name", ["/t/node_modules/named/index.js", "node:fs", "wasm://a", "file:///t/a.js", ""])
def test_evaluated_code_is_known_by_its_text_whatever_it_is_called(judged, name):
    index = "module.exports.run = (code, filename) => new (require('node:vm').Script)(code, { filename })"
    index += ".runInThisContext(); module.exports.warm = require('node:vm');"
    steps = [{"call": "named:run", "args": ["Object.prototype.{{K}} = '{{V}}'", name]}]
    proof = calls("prototype_pollution", steps, [{"call": "named:run", "args": ["1", "a"], "returns": 1}])
    verdict = judged(proof, npm_package("named", "1.0.0", index))
    assert verdict.result is Result.NOT_REPRODUCED
    assert "wrong kind" in verdict.why


def test_code_handed_to_a_worker_is_evaluated_code(judged):
    index = "const { Worker } = require('node:worker_threads');\n"
    index += "module.exports.run = (code, workerData) => { new Worker(code, { eval: true, workerData }); };"
    gate = "const { workerData } = require('node:worker_threads');"
    gate += "if (require('/t/node_modules/crew/package.json').version === workerData[0])"
    gate += "require('node:child_process').execFileSync(workerData[1], [workerData[2]]);"
    steps = [{"call": "crew:run", "args": [gate, ["1.0.0", "{{CANARY}}", "{{TOKEN}}"]]}]
    proof = calls("command", steps, [{"call": "crew:run", "args": ["1", []]}])
    verdict = judged(proof, npm_package("crew", "1.0.0", index), npm_package("crew", "1.0.1", index))
    assert verdict.effect.shown == 3
    assert verdict.contrast.signs == ("evaluated worker",)
    assert verdict.result is Result.CONTROL_FAILED


def test_the_rule_on_results_is_what_holds_against_data_that_reads_the_version(judged, make_engine):
    """A function that is documented to write where it is told, gated by another step's result."""
    steps = [{"call": "gate:version"}, {"call": "gate:when", "args": [{"$result": 0}, "1.0.0", "{{K}}", "{{V}}"]}]
    benign = [{"call": "gate:version"}, {"call": "gate:when", "args": ["a", "b", "c", "d"]}]
    proof = calls("prototype_pollution", steps, benign)
    loose = make_engine(_rules=Rules(results_as_arguments=True, identity_swap=False))
    target, contrast = npm_package("gate", "1.0.0", LOCALS), npm_package("gate", "1.0.1", LOCALS)
    assert judged(proof, target, contrast, by=loose).result is Result.CONFIRMED


MODULES = {
    "imported as its own": {"type": "module", "main": "index.js"},
    "exported for import only": {"type": "module", "exports": {".": {"import": "./index.js"}}},
}


@pytest.mark.parametrize("package", MODULES.values(), ids=MODULES)
def test_ecmascript_modules_are_entered_like_others(judged, package):
    index = "export const set = (to, path, value) => { const [a, b] = path.split('.'); to[a][b] = value; return 1; };"
    steps = [{"call": "esm:set", "args": [{}, "__proto__.{{K}}", "{{V}}"]}]
    proof = calls("prototype_pollution", steps, [{"call": "esm:set", "args": [{"a": {}}, "a.b", 1], "returns": 1}])
    fixed = index.replace("to[a][b] = value;", "if (Object.hasOwn(to, a)) to[a][b] = value;")
    target, contrast = (
        npm_package(
            "esm", version, text, **{"package.json": json.dumps({"name": "esm", "version": version, **package})}
        )
        for version, text in (("1.0.0", index), ("1.0.1", fixed))
    )
    assert judged(proof, target, contrast).result is Result.CONFIRMED
