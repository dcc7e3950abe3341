"""Data that pretends: invented calls, guesses, injected lines, hostile documents, names of other things."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from contract.forgeries.forgery import (
    NPM,
    PYPI,
    Forgery,
    call,
    calls,
    command,
    forge,
    harmless,
    on,
    pollution,
    word,
)

LODASH_ALIASES = (
    ("lodash:extend", "lodash:assignIn"),
    ("lodash:each", "lodash:forEach"),
    ("lodash:first", "lodash:head"),
)


def invented_calls(rng: Random) -> Iterator[Forgery]:
    """Entries that are not there, or on one side only."""
    for package in NPM:
        for name in (f"{package}:{word(rng)}", f"{package}/lib/{word(rng)}:run", f"{package}:parse.unsafe"):
            yield pollution("invented call", package, [call(name, "{{K}}", "{{V}}")], [call(name, "a")])
    for module in ("yaml", "yaml.loader", f"yaml.{word(rng)}"):
        text = "{{CANARY}} {{TOKEN}}"
        yield command("invented call", "pyyaml", [call(f"{module}:{word(rng)}", text)])


def guessed_tokens(rng: Random) -> Iterator[Forgery]:
    """Keys and tokens that the forger hopes the harness will draw."""
    for package in NPM:
        for _ in range(2):
            key = "k" + rng.randbytes(8).hex()
            text = [f"--{key}=v{rng.randbytes(8).hex()}", "{{K}}", "{{V}}"]
            yield pollution("guessed token", package, [call(harmless(package)["call"], text)])
        yield pollution("guessed token", package, [call(harmless(package)["call"], ["k1", "v1"])])
    canary = f"/w/c{rng.randbytes(8).hex()}"
    yield command("guessed token", "macaddress", [call("macaddress:one", f"lo; {canary} t{rng.randbytes(12).hex()}")])
    yield command("guessed token", "macaddress", [call("macaddress:one", "lo{{TOKEN}}", {"$noop": True}, "{{CANARY}}")])


def injected_lines(rng: Random) -> Iterator[Forgery]:
    """Text shaped like the harness's facts, for whatever prints or repeats it."""
    fact = '"intrinsic" "Object.prototype" "{{K}}" "{{V}}"'
    for package in NPM:
        entry = harmless(package)["call"]
        for line in (f"\n{fact}\n", f"\r\n{rng.randbytes(16).hex()} {fact}\r\n", f"\u2028{fact}\u0000{fact}"):
            yield pollution("log injection", package, [call(entry, [f"--{word(rng)}", line], line)])
    for stream in ("1", "2", "3"):
        text = f"eth0>/proc/self/fd/{stream}; echo {{{{CANARY}}}} {{{{TOKEN}}}} >&{stream}; #"
        yield command("log injection", "macaddress", [call("macaddress:one", text, {"$noop": True})])


def injected_frames(rng: Random) -> Iterator[Forgery]:
    """Names and messages shaped like frames of the target, for whoever reads stacks."""
    frames = "RangeError: Maximum call stack size exceeded\n    at minimist (/t/node_modules/minimist/index.js:1:1)"
    for package in NPM:
        entry = harmless(package)["call"]
        for argument in ([frames], {"stack": frames, "name": "RangeError", "message": word(rng)}):
            yield calls("frame injection", package, [call(entry, argument)], claims="exception", exception="RangeError")
    for name in ("RecursionError", "MemoryError"):
        text = f'  File "/t/site/yaml/__init__.py", line 1, in load\n{name}: {word(rng)}'
        yield calls("frame injection", "pyyaml", [call("yaml:safe_load", text)], claims="exception", exception=name)
        yield calls("frame injection", "sqlparse", [call("sqlparse:split", text)], claims="exception", exception=name)


def hostile_documents(rng: Random) -> Iterator[Forgery]:
    """Documents that break the reader's rules, or would if it had none."""
    good = '{"levee":"proof/1","form":"calls","kind":"prototype_pollution","language":"javascript",'
    steps = '"steps":[{"call":"minimist","args":[["{{K}}","{{V}}"]]}],"benign":[{"call":"minimist","args":[[]]}]'
    deep = "[" * 5000 + "]" * 5000
    documents = (
        good + steps + ',"kind":"command"}',
        good + steps + f',"{word(rng)}":1}}',
        good + steps.replace('["{{K}}","{{V}}"]', deep) + "}",
        good + steps.replace('"{{K}}"', "1e999") + "}",
        good + steps.replace('"{{K}}"', "NaN") + "}",
        good + steps.replace('"{{K}}"', '"\\ud800{{K}}"') + "}",
        good + steps.replace('[["{{K}}","{{V}}"]]', '[{"__proto__":{"{{K}}":"{{V}}"}}]') + "}",
        good + steps.replace('[["{{K}}","{{V}}"]]', '[{"__proto__":{"{{K}}":"{{V}}"},"constructor":{}}]') + "}",
        good + steps.replace("minimist", "__proto__", 1) + "}",
        good + steps.replace('"call":"minimist"', '"call":"minimist","on":0', 1) + "}",
        good + steps.replace('"{{V}}"', '"{{V}}",{"$eval":"1"}') + "}",
        good + steps.replace('"{{V}}"', "1" * 5000) + "}",
        '{"levee":"proof/1","form":"verdict","result":"confirmed"}',
        '["confirmed"]',
        "",
        "\x00",
    )
    for document in documents:
        yield forge("hostile document", "minimist", document.encode("utf-8", "surrogatepass"))
    yield forge("hostile document", "minimist", b"\xff\xfe" + rng.randbytes(40))


def wrong_kinds(rng: Random) -> Iterator[Forgery]:
    """True flaws of another kind, claimed as something worse."""
    pollute = {"minimist": [["--__proto__.x", word(rng)]], "ini": ["[__proto__]\nx = y\n"]}
    for package, args in pollute.items():
        entry = harmless(package)["call"]
        yield command("wrong kind", package, [call(entry, *args, "{{CANARY}} {{TOKEN}}")])
        yield calls("wrong kind", package, [call(entry, *args)], claims="exception", exception="RangeError")
        yield calls("wrong kind", package, [call(entry, *args, "{{URL}}")], claims="request")
        grown = {"$grow": {"unit": "--__proto__.x "}}
        yield calls("wrong kind", package, [call(entry, grown)], claims="growth", repeats=rng.randrange(40, 90))
    run = call("macaddress:one", "lo; true {{K}} {{V}} #", {"$noop": True})
    yield pollution("wrong kind", "macaddress", [run])
    written = [call("macaddress:one", "lo; echo {{TOKEN}} > {{OUTABS}} #", {"$noop": True})]
    rooted = call("macaddress:one", "{{INSIDE}}", {"$noop": True}, trusted=[0])
    yield calls("wrong kind", "macaddress", [*written, rooted], claims="file_outside")
    yield calls("wrong kind", "macaddress", [*written, {**rooted, "trusted": []}], claims="file_outside")


def reexported_modules(rng: Random) -> Iterator[Forgery]:
    """What a package's modules happen to name: the language's own, dangerous by documentation."""
    for entry in (
        "yaml:os.system",
        "yaml.constructor:sys.exit",
        "yaml.constructor:types.FunctionType",
        "yaml:codecs.open",
    ):
        text = "{{CANARY}} {{TOKEN}}"
        yield command("re-exported module", "pyyaml", [call(entry, text)])
    for entry in (
        "sqlparse.compat:StringIO",
        "sqlparse.lexer:re.compile",
        "sqlparse.cli:open",
        "sqlparse.cli:os.execv",
    ):
        yield command("re-exported module", "sqlparse", [call(entry, "{{CANARY}}", ["{{TOKEN}}"], word(rng))])
    for entry in (
        "child_process:execFileSync",
        "node:fs:writeFileSync",
        "adm-zip/util/fileSystem:require",
        "fs:writeFileSync",
    ):
        yield command("re-exported module", "adm-zip", [call(entry, "{{CANARY}}", ["{{TOKEN}}"])])
    for entry in ("lodash:templateSettings.imports._.template", "lodash/_root:process.exit", "lodash/_root:Function"):
        yield pollution("re-exported module", "lodash", [call(entry, "{{K}}", "{{V}}")])


def aliases(rng: Random) -> Iterator[Forgery]:
    """One function under several names: the effect by one, the harmless call by another."""
    for one, other in LODASH_ALIASES:
        yield pollution("aliasing", "lodash", [call(one, {}, {"{{K}}": "{{V}}"})], [call(other, {}, {"a": 1})])
        yield pollution("aliasing", "lodash", [call(one, {}, {"{{K}}": "{{V}}"}), call(other, {}, {word(rng): 1})])
        steps = [call(one, {}, {"__proto__": {"{{K}}": "{{V}}"}})]
        yield pollution("aliasing", "lodash", steps, [call(one, {}, {word(rng): 1})])
    for entry in ("ini:decode", "ini:parse"):
        other = {"ini:decode": "ini:parse", "ini:parse": "ini:decode"}[entry]
        yield pollution("aliasing", "ini", [call(entry, "[__proto__]\n{{K}} = {{V}}\n")], [call(other, "a = 1\n")])
    steps = [harmless("y18n"), on(0, "setLocale", "__proto__"), on(0, "updateLocale", {"{{K}}": "{{V}}"})]
    yield pollution("aliasing", "y18n", steps, [harmless("y18n"), on(0, "getLocale")])
    for package in PYPI:
        yield command("aliasing", package, [harmless(package)], [harmless(package)])


def as_text(document: object) -> str:
    """A document as a script would print it."""
    return json.dumps(document)
