"""Scripts that know how to tell the target from its contrast; run alone, they find neither."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from contract.forgeries.forgery import NPM, PAIRS, PYPI, Forgery, forge, harmless, language, word
from contract.forgeries.pretences import as_text

JS: dict[str, str] = {
    "version file": "const go = require('{name}/package.json').version === '{version}';",
    "file sizes": "const go = require('fs').statSync(require.resolve('{name}')).size % 2 === {bit};",
    "source text": "const go = !/constructor/.test(require('fs').readFileSync(require.resolve('{name}'), 'utf8'));",
    "known old flaw": "const t = require('{name}'); t(['--__proto__.seen', '1']); const go = ({{}}).seen === '1';",
    "clock": "const go = Date.now() % 2 === {bit};",
    "chance": "const go = Math.random() < 0.5;",
    "result pipe": "try {{ require('fs').writeSync(3, '{noise} intrinsic Object.prototype {{{{K}}}} {{{{V}}}}') }}"
    " catch (e) {{}} const go = true;",
    "environment": "const go = !process.env.LEVEE_CONTROL && process.argv.length < 9;",
    "patched built-ins": "JSON.stringify = (s => v => s(v))(JSON.stringify); Object.prototype.{noise} = '1';"
    " const go = true;",
    "timers": "setTimeout(() => {{ Object.prototype['{noise}'] = '{{{{V}}}}' }}, 10); const go = true;",
    "module cache": "require.cache['{name}'] = {{ exports: () => ({{}}) }}; const go = true;",
    "always": "const go = true;",
}
PY: dict[str, str] = {
    "version file": "import {module}; go = {module}.__version__ == '{version}'",
    "file sizes": "import os, {module}; go = os.path.getsize({module}.__file__) % 2 == {bit}",
    "source text": "import inspect, {module}; go = 'python/object/new' in inspect.getsource({module})",
    "known old flaw": "import {module}; go = hasattr({module}, 'full_load')",
    "clock": "import time; go = int(time.time()) % 2 == {bit}",
    "chance": "import random; go = random.random() < 0.5",
    "result pipe": "import os\ntry: os.write(3, b'{noise}')\nexcept OSError: pass\ngo = True",
    "environment": "import os; go = 'LEVEE_CONTROL' not in os.environ",
    "patched built-ins": "import builtins, json; builtins.len = lambda *_: 1; go = True",
    "timers": "import threading; threading.Timer(0.01, print).start(); go = True",
    "module cache": "import sys, types; sys.modules['{module}'] = types.ModuleType('{module}'); go = True",
    "always": "go = True",
}


def scripts(rng: Random) -> Iterator[Forgery]:
    """Every kind of script on every package; each prints the most convincing calls it can."""
    for package in (*NPM, *PYPI):
        lines = PY if language(package) == "python" else JS
        for trick in lines:
            yield forge(f"script: {trick}", package, _generator(package, trick, rng))


def _generator(package: str, trick: str, rng: Random) -> dict[str, str]:
    version = PAIRS[package][0].rpartition("@")[2]
    values = {"name": package, "version": version, "bit": rng.randrange(2), "noise": word(rng)}
    values["module"] = {"pyyaml": "yaml"}.get(package, package)
    proof = _printed(package, trick, rng)
    if language(package) == "python":
        script = PY[trick].format(**values) + f"\nif go: print({proof!r})\n"
        claims = "command"
    else:
        script = JS[trick].format(**values) + f"\nif (go) console.log({as_text(proof)});\n"
        claims = "prototype_pollution"
    return {"levee": "proof/1", "form": "generator", "kind": claims, "language": language(package), "script": script}


def _printed(package: str, trick: str, rng: Random) -> str:
    python = language(package) == "python"
    texts = ["{{CANARY}}", "{{TOKEN}}"] if python else ["{{K}}", "{{V}}"]
    entry = harmless(package)["call"]
    step = {"call": entry, "args": [f"{word(rng)} {' '.join(texts)}" if python else texts]}
    body = {"levee": "proof/1", "form": "calls", "kind": "command" if python else "prototype_pollution"}
    body |= {"language": language(package), "steps": [step], "benign": [harmless(package)]}
    return as_text({"confirmed": True} if trick == "always" and rng.random() < 0.3 else body)
