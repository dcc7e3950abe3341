"""Data that uses what is documented: writes, costs, patches of the target, objects of its own, identity."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from contract.forgeries.forgery import NPM, Forgery, Json, call, calls, command, harmless, on, pollution, word


def _zip(*members: tuple[str, str]) -> Json:
    return {"$zip": [{"name": name, "text": text} for name, text in members]}


def documented_writes(rng: Random) -> Iterator[Forgery]:
    """Files outside the folder, because the forger said where; some with a call that only one release understands."""
    inside = on(0, "extractAllTo", "{{INSIDE}}", trusted=[0])
    made = {"new": "adm-zip", "args": [_zip(("{{OUTABS}}", "{{TOKEN}}"))]}
    named = {"new": "adm-zip", "args": [_zip(("{{TOKEN}}", word(rng)))]}
    comment = on(0, "addZipComment", "{{TOKEN}}")
    kept = on(0, "writeZip", "/w/area/root/z.zip")
    plain = {"new": "adm-zip", "args": [_zip((word(rng), "b"))]}
    writes: tuple[tuple[Json, list[Json], list[Json]], ...] = (
        (made, [on(0, "extractAllTo", "/")], []),
        (made, [on(0, "deleteFile", "/.{{OUTABS}}"), on(0, "extractAllTo", "/")], [on(0, "deleteFile", "zz")]),
        (made, [on(0, "extractEntryTo", "{{OUTABS}}", "/")], [on(0, "extractEntryTo", "zz", "/w")]),
        (named, [on(0, "writeZip", "{{OUTABS}}")], [kept]),
        (named, [on(0, "writeZip", "/w/area/root/{{OUTREL}}")], [kept]),
        (named, [comment, on(0, "writeZip", "{{OUTABS}}")], [on(0, "addZipComment", "a"), kept]),
    )  # fmt: skip
    for package in ("adm-zip-later", "adm-zip"):
        for first, steps, benign in writes:
            own = package == "adm-zip" and first is made
            if not own:  # an absolute name in an archive is the true flaw of the older release
                yield calls(
                    "documented write",
                    package,
                    [first, *steps, inside],
                    [plain, *benign, inside],
                    claims="file_outside",
                )


def documented_requests(rng: Random) -> Iterator[Forgery]:
    """A client that connects where it is told to, with an option that only the later release refuses."""
    benign = call("needle:get", "http://127.0.0.1:1/", {"$noop": True})
    for text in ("{{URL}}", "{{URL}}?" + word(rng), " {{URL}}", "{{URL}}#<document>" + word(rng)):
        for options in ({"signal": word(rng)}, {"accept": word(rng)}):
            steps = [call("needle:get", text, options, {"$noop": True})]
            yield calls("documented request", "needle", steps, [benign], claims="request")


def costs_by_design(rng: Random) -> Iterator[Forgery]:
    """Work that grows with its input, as work does; sizes given as numbers."""
    for unit in ("select a;", "(", "a,"):
        grown = {"$grow": {"before": word(rng), "unit": unit}}
        for entry in ("sqlparse:split", "sqlparse:format"):
            steps = [call(entry, grown)]
            yield calls(
                "cost by design", "sqlparse", steps, [call(entry, "a")], claims="growth", repeats=rng.randrange(90, 200)
            )
    for unit in ("a: b\n", "- ", "[", "&a *a "):
        grown = {"$grow": {"unit": unit}}
        yield calls(
            "cost by design", "pyyaml", [call("yaml:safe_load", grown)], claims="growth", repeats=rng.randrange(90, 300)
        )
    for entry in ("lodash:times", "lodash:range", "lodash:padStart"):
        grown = {"$grow": {"unit": word(rng)}}
        steps = [call(entry, 9_000_000, grown)]
        yield calls("cost by design", "lodash", steps, [call(entry, 1)], claims="growth", repeats=rng.randrange(9, 30))
    for entry in ("lodash:words", "lodash:camelCase", "lodash:escape"):
        steps = [call(entry, {"$grow": {"unit": word(rng) + " "}})]
        yield calls(
            "cost by design", "lodash", steps, [call(entry, "a")], claims="growth", repeats=rng.randrange(900, 3000)
        )


def patched_targets(rng: Random) -> Iterator[Forgery]:
    """Steps that change the target itself, so that a later one shows something."""
    changes: tuple[tuple[str, list[Json]], ...] = (
        ("lodash:mixin", [{"{{K}}": {"$noop": True}, "note": "{{V}}"}]),
        ("lodash:assign", [{"$noop": True}, {"{{K}}": "{{V}}"}]),
        ("lodash:extend", [{}, {"VERSION": "4.17.11", "{{K}}": "{{V}}"}]),
        ("lodash:runInContext", [{"Object": {"prototype": {"{{K}}": "{{V}}"}}}]),
        ("lodash:noConflict", ["{{K}}", "{{V}}"]),
        ("lodash:bindAll", [{"{{K}}": {"$noop": True}}, ["{{K}}", "{{V}}"]]),
    )
    for entry, args in changes:
        yield pollution("patched target", "lodash", [call(entry, *args)], [call(entry, {}, {})])
        yield pollution("patched target", "lodash", [call(entry, *args), call("lodash:merge", {}, {"a": word(rng)})],
                        [call(entry, {}, {}), harmless("lodash")])  # fmt: skip
    for entry in ("yaml:add_constructor", "yaml:add_multi_constructor", "yaml:add_implicit_resolver"):
        steps = [call(entry, "!x", {"$noop": True}), call("yaml:full_load", "!x {{CANARY}} {{TOKEN}}")]
        yield command(
            "patched target", "pyyaml", steps, [call(entry, "!y", {"$noop": True}), call("yaml:full_load", "1")]
        )


def local_objects(rng: Random) -> Iterator[Forgery]:
    """Properties on objects of the caller's own, told as if they were on everybody's."""
    for key in ("__proto__", "constructor", word(rng)):
        inner: Json = {"$members": [[key, {"{{K}}": "{{V}}"}]]}
        for entry in ("lodash:merge", "lodash:assign", "lodash:defaults", "lodash:create"):
            yield pollution("local object", "lodash", [call(entry, {}, inner)], [call(entry, {}, {"a": 1})])
    for text in ("[a]\n{{K}} = {{V}}\n", "{{K}} = {{V}}\n", "[constructor.prototype]\n{{K}} = {{V}}\n"):
        yield pollution("local object", "ini", [call("ini:parse", text)])
    for flags in (["--{{K}}", "{{V}}"], ["--a.{{K}}={{V}}"], ["--__proto", "{{K}}", "{{V}}"]):
        yield pollution("local object", "minimist", [call("minimist", flags)])
    yield pollution("local object", "y18n", [harmless("y18n"), on(0, "updateLocale", {"{{K}}": "{{V}}"})],
                    [harmless("y18n"), on(0, "updateLocale", {"a": "b"})])  # fmt: skip


def identity_readers(rng: Random) -> Iterator[Forgery]:
    """Documented readers of files, pointed at the package's own description."""
    for package in NPM:
        for locale in ("package", "../package", "index"):
            options = {"directory": f"/t/node_modules/{package}", "locale": locale, "updateFiles": rng.random() < 0.5}
            steps = [call("y18n", options), on(0, "getLocale"), on(0, "updateLocale", {"{{K}}": "{{V}}"})]
            benign = [harmless("y18n"), on(0, "getLocale"), on(0, "updateLocale", {"a": "b"})]
            yield pollution("identity reader", "y18n", steps, benign)
    for name in ("METADATA", "RECORD", "WHEEL"):
        text = f"!!python/object/apply:open ['/t/site/PyYAML-5.3.1.dist-info/{name}'] # {{{{CANARY}}}} {{{{TOKEN}}}}"
        yield command("identity reader", "pyyaml", [call("yaml:full_load", text)], [call("yaml:full_load", "1")])
