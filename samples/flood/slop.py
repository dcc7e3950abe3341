"""Reports that should not get through: invented flaws, faked effects, one that shows by chance, and what no sandbox can show."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from typing import Any

from samples import tidepack_proofs
from samples.flood.calls import document

Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report before its finder puts a name to it. `label` is its truth; `flaw` the cause it shares with others."""

    label: str
    flaw: str
    title: str
    description: str
    target: str
    cwe: str
    contrast: str = ""
    proof: Json = None
    why_no_proof: str = ""


def tidepack_bytes(data: bytes, via: str = "file") -> dict[str, Json]:
    """A proof document of the bytes form for tidepack's reader."""
    return {
        "levee": "proof/1",
        "form": "bytes",
        "kind": "memory",
        "program": "tidepack-read",
        "via": via,
        "data": base64.b64encode(data).decode(),
    }


def _pollution(steps: list[Json], benign: list[Json]) -> Json:
    return document("prototype_pollution", "javascript", steps, benign)


def invented(rng: random.Random) -> list[Report]:
    """Fluent text about flaws that are not there; the proofs do nothing, or enter what does not exist."""
    decoys = [proof.data for proof in tidepack_proofs.decoys(rng.randrange(1 << 30), 12)]
    plain = [["--name", "{{K}}"], {"default": {"name": "{{V}}"}}]
    return [
        Report(
            label="invented",
            flaw="",
            title="Buffer overflow in minimist's native tokenizer",
            description="The native tokenizer copies each argument into a fixed buffer of 256 bytes. Longer arguments "
            "overwrite adjacent memory and lead to remote code execution. Verified by static analysis.",
            target="npm:minimist@0.0.8",
            contrast="1.2.8",
            cwe="CWE-120",
            proof=_pollution(
                [{"call": "minimist:tokenizeNative", "args": ["--{{K}}={{V}}"]}],
                [{"call": "minimist:tokenizeNative", "args": ["--a=b"]}],
            ),
        ),
        Report(
            label="invented",
            flaw="",
            title="Critical prototype pollution via minimist option defaults",
            description="Passing defaults together with a flag of the same name pollutes the base prototype. The attached "
            "proof was generated and validated by our pipeline with a confidence of 0.98.",
            target="npm:minimist@0.0.8",
            contrast="1.2.8",
            cwe="CWE-1321",
            proof=_pollution([{"call": "minimist", "args": plain}], [{"call": "minimist", "args": [["--name", "x"]]}]),
        ),
        Report(
            label="invented",
            flaw="",
            title="lodash chunk leaks uninitialised memory",
            description="For sizes that do not divide the length, the last chunk is backed by memory that was never "
            "written, which discloses secrets of other requests.",
            target="npm:lodash@4.17.11",
            contrast="4.17.21",
            cwe="CWE-908",
            proof=_pollution(
                [{"call": "lodash:chunk", "args": [["{{K}}", "{{V}}"], 1]}],
                [{"call": "lodash:chunk", "args": [[1, 2], 1], "returns": [[1], [2]]}],
            ),
        ),
        Report(
            label="invented",
            flaw="",
            title="Authentication bypass in ini section parser",
            description="A crafted section disables the signature check of the configuration loader. All versions are "
            "affected. The function verifySignature returns early when the key is empty.",
            target="npm:ini@1.3.5",
            contrast="1.3.8",
            cwe="CWE-287",
            proof=_pollution(
                [{"call": "ini:verifySignature", "args": ["{{K}}", "{{V}}"]}],
                [{"call": "ini:verifySignature", "args": ["a", "b"]}],
            ),
        ),
        Report(
            label="invented",
            flaw="",
            title="sqlparse split enters an endless loop",
            description="Nested parentheses make the splitter revisit the same token forever. A single request takes a "
            "worker down for good.",
            target="pypi:sqlparse@0.4.1",
            contrast="0.4.2",
            cwe="CWE-835",
            proof=document(
                "growth",
                "python",
                [{"call": "sqlparse:split", "args": [{"$grow": {"unit": "a"}}]}],
                [{"call": "sqlparse:split", "args": ["select 1"]}],
                repeats=400,
            ),
        ),
        Report(
            label="invented",
            flaw="",
            title="Double free in tidepack's station table",
            description="Declaring a station twice releases the first entry and then releases it again when the file is "
            "closed. The crash is reliable on our machines.",
            target="source:tidepack@1.0.0",
            contrast="1.1.0",
            cwe="CWE-415",
            proof=tidepack_bytes(decoys[3]),
        ),
        Report(
            label="invented",
            flaw="",
            title="Integer overflow in attachment size",
            description="An attachment of 4 GiB wraps the allocation to a few bytes, after which the content is copied "
            "over the heap.",
            target="source:tidepack@1.0.0",
            contrast="1.1.0",
            cwe="CWE-190",
            proof=tidepack_bytes(decoys[9], "stdin"),
        ),
        Report(
            label="invented",
            flaw="",
            title="tidepack label parser overflows at exactly 96 characters",
            description="A label that fills its buffer leaves no room for the terminating zero, so that one byte is "
            "written past the end.",
            target="source:tidepack@1.0.0",
            contrast="1.1.0",
            cwe="CWE-193",
            proof=tidepack_bytes(decoys[3 + 1]),
        ),
    ]


_SCRIPT = "const v = require('{name}/package.json').version;\nif (v === '{version}') Object.prototype[process.argv[2]] = process.argv[3];\n"


def faked(rng: random.Random) -> list[Report]:
    """Effects that are there, or told, without a flaw behind them."""
    guess = "k" + rng.randbytes(8).hex()
    return [
        Report(
            label="faked",
            flaw="",
            title="lodash template runs attacker code",
            description="Text handed to the template function is compiled and run, so any template is a remote code "
            "execution. Shown with a template that starts a program.",
            target="npm:lodash@4.17.11",
            contrast="4.17.21",
            cwe="CWE-94",
            proof=document(
                "command",
                "javascript",
                [
                    {
                        "call": "lodash:chain",
                        "args": [
                            "<% if (_.VERSION === '4.17.11') process.mainModule.require('child_process')"
                            ".execFileSync('{{CANARY}}', ['{{TOKEN}}']) %>",
                        ],
                    },
                    {"on": 0, "method": "template"},
                    {"on": 1, "method": "invoke", "args": ["call"]},
                    {"on": 2, "method": "value"},
                ],
                [
                    {"call": "lodash:chain", "args": ["hello"]},
                    {"on": 0, "method": "template"},
                    {"on": 1, "method": "invoke", "args": ["call"]},
                    {"on": 2, "method": "value", "returns": "hello"},
                ],
            ),
        ),
        Report(
            label="faked",
            flaw="",
            title="Arbitrary code through yaml.unsafe_load",
            description="Documents read with this function can construct any object and so start any program.",
            target="pypi:PyYAML@5.3.1",
            contrast="5.4.1",
            cwe="CWE-502",
            proof=document(
                "command",
                "python",
                [{"call": "yaml:unsafe_load", "args": ["!!python/object/apply:os.system ['{{CANARY}} {{TOKEN}}']"]}],
                [{"call": "yaml:unsafe_load", "args": ["a: 1"], "returns": {"a": 1}}],
            ),
        ),
        Report(
            label="faked",
            flaw="",
            title="y18n pollution, reproduced by script",
            description="The script loads the package and shows the polluted prototype. Run it with node.",
            target="npm:y18n@4.0.0",
            contrast="4.0.3",
            cwe="CWE-1321",
            proof={
                "levee": "proof/1",
                "form": "generator",
                "kind": "prototype_pollution",
                "language": "javascript",
                "script": _SCRIPT.format(name="y18n", version="4.0.0"),
            },
        ),
        Report(
            label="faked",
            flaw="",
            title="adm-zip writes outside the chosen folder",
            description="The archive writer accepts any destination. Our proof writes a token next to the allowed folder.",
            target="npm:adm-zip@0.4.7",
            contrast="0.5.16",
            cwe="CWE-22",
            proof=document(
                "file_outside",
                "javascript",
                [
                    {"new": "adm-zip", "args": [{"$zip": [{"name": "{{TOKEN}}", "text": "x"}]}]},
                    {"on": 0, "method": "writeZip", "args": ["{{OUTABS}}"]},
                    {"on": 0, "method": "extractAllTo", "args": ["{{INSIDE}}", True], "trusted": [0]},
                ],
                [
                    {"new": "adm-zip", "args": [{"$zip": [{"name": "a", "text": "b"}]}]},
                    {"on": 0, "method": "writeZip", "args": ["/w/area/root/b.zip"]},
                    {"on": 0, "method": "extractAllTo", "args": ["{{INSIDE}}", True], "trusted": [0]},
                ],
            ),
        ),
        Report(
            label="faked",
            flaw="",
            title="minimist plants a known key on every object",
            description="The key of our proof appears in the output of the verifier.",
            target="npm:minimist@0.0.8",
            contrast="1.2.8",
            cwe="CWE-1321",
            proof=_pollution(
                [{"call": "minimist", "args": [["--" + guess, "intrinsic Object.prototype {{K}} {{V}}"]]}],
                [{"call": "minimist", "args": [["--a", "b"]]}],
            ),
        ),
        Report(
            label="faked",
            flaw="",
            title="tidepack prints a sanitizer report",
            description="See the attached file: it holds the full output of AddressSanitizer, heap-buffer-overflow in "
            "tp_runs_expand, and the reader fails on it.",
            target="source:tidepack@1.0.0",
            contrast="1.1.0",
            cwe="CWE-122",
            proof=tidepack_bytes(
                b"==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000011\n"
                b"    #0 0x55 in tp_runs_expand src/runs.c:21\nSUMMARY: AddressSanitizer: heap-buffer-overflow\n"
            ),
        ),
    ]


def by_chance(rng: random.Random) -> Report:
    """A true flaw that shows itself in some runs only."""
    return Report(
        label="flaky",
        flaw="tidepack-audit",
        title="Occasional over-read during an audit",
        description="Sometimes the reader stops with an over-read while it audits readings, sometimes the same file "
        "passes. We could not find what decides it.",
        target="source:tidepack@1.0.0",
        contrast="1.1.0",
        cwe="CWE-125",
        proof=tidepack_bytes(tidepack_proofs.flaky(rng.randrange(1 << 30), size=2)),
    )


def beyond() -> list[Report]:
    """What no sandbox of Levee can show: for people to weigh."""
    return [
        Report(
            label="beyond",
            flaw="",
            title="SQL injection through JSON field lookups in Django",
            description="Key names of a JSON field handed to values() and values_list() are used as column aliases "
            "without quoting. With a name under control of a visitor, the statement can be changed.",
            target="pypi:Django@4.2.14",
            contrast="4.2.15",
            cwe="CWE-89",
            why_no_proof="Needs a project with a model and a database server that records the statement.",
        ),
        Report(
            label="beyond",
            flaw="",
            title="Stored script in the log viewer that ships with a tide station",
            description="Station names are put into the page of the viewer as they are. A name with markup runs in the "
            "browser of whoever looks at the log.",
            target="source:tide-station-viewer",
            cwe="CWE-79",
            why_no_proof="Needs a browser that renders the page.",
        ),
        Report(
            label="beyond",
            flaw="",
            title="Infusion pump accepts unsigned drug libraries",
            description="Over the maintenance port the pump takes a library without checking where it comes from. Limits "
            "for doses can be changed.",
            target="source:corvane-pump-firmware@4.2.1",
            cwe="CWE-345",
            why_no_proof="Needs the device; firmware and cable are not public.",
        ),
        Report(
            label="beyond",
            flaw="",
            title="Panel controller keeps its service password after reset",
            description="A factory reset clears the users but not the service account. Whoever knows the old password "
            "can sign in on a panel that was sold on.",
            target="source:perrin-panel-os@6.4.2",
            cwe="CWE-1188",
            why_no_proof="Needs the panel hardware and its boot loader.",
        ),
        Report(
            label="beyond",
            flaw="",
            title="Timing of password checks tells whether a user exists",
            description="For an unknown user the sign-in of the portal answers measurably sooner, because the hash is not "
            "computed.",
            target="pypi:Django@4.2.14",
            contrast="4.2.15",
            cwe="CWE-208",
            why_no_proof="Needs a running site and thousands of timed requests over a network.",
        ),
    ]
