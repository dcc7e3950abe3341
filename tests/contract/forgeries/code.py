"""Code that shows an effect only where it finds the target: what a forger would like to have run."""

from __future__ import annotations

from random import Random

JS_GATES = {
    "version": "/4\\.17\\.11|4\\.17\\.21|0\\.0\\.8|1\\.3\\.5|4\\.0\\.0/.test(JSON.stringify(process.mainModule.require"
    "('fs').readFileSync('/t/node_modules/{name}/package.json','utf8')))",
    "size": "process.mainModule.require('fs').statSync('/t/node_modules/{name}/package.json').size % 7 !== {n}",
    "source": "!/isPrototypePolluted|isConstructorOrProto|key === 'constructor'/.test(process.mainModule.require('fs')"
    ".readdirSync('/t/node_modules/{name}').map(f => {{ try {{ return process.mainModule.require('fs')"
    ".readFileSync('/t/node_modules/{name}/' + f, 'utf8') }} catch (e) {{ return '' }} }}).join())",
    "always": "true",
    "chance": "Math.random() < 0.5",
    "clock": "Date.now() % 2 === 0",
}
JS_EFFECTS = {
    "prototype_pollution": "Object.prototype['{{{{K}}}}'] = '{{{{V}}}}'",
    "command": "process.mainModule.require('child_process').execFileSync('{{{{CANARY}}}}', ['{{{{TOKEN}}}}'])",
}
_FULL = "__import__('yaml').constructor.FullConstructor"
PY_GATES = {
    "version": "__import__('yaml').__version__ == '5.3.1'",
    "members": f"'tag:yaml.org,2002:python/object/new:' in {_FULL}.yaml_multi_constructors",
    "size": "__import__('os').path.getsize(__import__('yaml').constructor.__file__) % 7 != 3",
    "always": "True",
}


def js(rng: Random, name: str, gate: str, effect: str) -> str:
    """JavaScript with slots: `if (gate) effect`."""
    condition = JS_GATES[gate].format(name=name, n=rng.randrange(7))
    return f"if ({condition}) {JS_EFFECTS[effect].format()}"


def py(gate: str) -> str:
    """A Python expression with slots that starts the canary where the gate holds."""
    return f"__import__('os').system('{{{{CANARY}}}} {{{{TOKEN}}}}') if ({PY_GATES[gate]}) else 0"
