"""All reports in the order in which they arrive, each under its finder's name; the truth is kept apart."""

from __future__ import annotations

import random
from typing import Any

from samples import tidepack_proofs
from samples.flood.calls import FLAWS, ways
from samples.flood.slop import Report, beyond, by_chance, faked, invented, tidepack_bytes
from samples.flood.texts import tell

FINDERS: dict[str, dict[str, Any]] = {
    "Halyard Frontier Lab": {
        "share": 5,
        "provenance": {
            "tool": "halyard-sweep",
            "tool_version": "3.1",
            "model": "halyard-2",
            "model_version": "2026-09",
        },
    },
    "Norvane AI": {
        "share": 4,
        "provenance": {"tool": "norvane-audit", "tool_version": "0.9.4", "model": "nv-scout", "model_version": "4"},
    },
    "Ines Marlow-Tait": {"share": 1, "provenance": {"tool": "by hand"}},
}
TIDEPACK_COPIES = 4


def findings(seed: int) -> list[dict[str, Any]]:
    """The flood, in order of arrival.

    Returns:
        Dicts with `finder` (a key of FINDERS) and `finding` (a submission as Levee's intake reads it).
    """
    return [{"finder": finder, "finding": submission} for finder, submission, _ in _flood(seed)]


def truth(seed: int) -> dict[str, dict[str, str]]:
    """The secret of the same flood, for tests only: submission key -> `label` and `flaw`.

    Labels: true (the first to arrive of its flaw), duplicate, invented, faked, flaky, beyond.
    """
    seen: set[str] = set()
    secret: dict[str, dict[str, str]] = {}
    for _, submission, report in _flood(seed):
        label = report.label
        if label == "true" and report.flaw in seen:
            label = "duplicate"
        if label == "true":
            seen.add(report.flaw)
        secret[submission["key"]] = {"label": label, "flaw": report.flaw}
    return secret


def _flood(seed: int) -> list[tuple[str, dict[str, Any], Report]]:
    rng = random.Random(f"flood/{seed}")
    reports = [*_true(rng), *invented(rng), *faked(rng), by_chance(rng), *beyond()]
    rng.shuffle(reports)
    names = list(FINDERS)
    shares = [FINDERS[name]["share"] for name in names]
    out = []
    for report in reports:
        finder = rng.choices(names, shares)[0]
        out.append((finder, _submission(report, finder, rng), report))
    return out


def _true(rng: random.Random) -> list[Report]:
    reports = [_package(flaw, proof, rng) for flaw in FLAWS for proof in ways(flaw)]
    for cause in tidepack_proofs.CAUSES.values():
        for number in range(TIDEPACK_COPIES):
            caller = cause.callers[number % len(cause.callers)]
            reports.append(_tidepack(cause.name, tidepack_proofs.crash(cause.name, caller, rng), rng))
    return reports


def _package(flaw: str, proof: dict[str, Any], rng: random.Random) -> Report:
    target, contrast, _, _ = FLAWS[flaw]
    title, description, cwe = tell(flaw, rng)
    return Report(
        label="true",
        flaw=flaw,
        title=title,
        description=description,
        target=target,
        contrast=contrast,
        cwe=cwe,
        proof=proof,
    )


def _tidepack(cause: str, data: bytes, rng: random.Random) -> Report:
    title, description, cwe = tell(f"tidepack-{cause}", rng)
    return Report(
        label="true",
        flaw=f"tidepack-{cause}",
        title=title,
        description=description,
        target="source:tidepack@1.0.0",
        contrast="1.1.0",
        cwe=cwe,
        proof=tidepack_bytes(data, rng.choice(("file", "stdin"))),
    )


def _submission(report: Report, finder: str, rng: random.Random) -> dict[str, Any]:
    submission: dict[str, Any] = {
        "title": report.title,
        "description": report.description,
        "target": report.target,
        "contrast": report.contrast,
        "cwe": report.cwe,
        "provenance": FINDERS[finder]["provenance"],
        "key": rng.randbytes(8).hex(),
    }
    if report.proof is not None:
        submission["proof"] = report.proof
    if report.why_no_proof:
        submission["why_no_proof"] = report.why_no_proof
    return submission
