"""Whether a bundle is what its evaluator signed, and says what its runs say; offline, and scored again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from levee.formats.strict_json import read_json
from levee.frontier.bundles.manifest import read_manifest
from levee.frontier.bundles.writing import analysis, leaf
from levee.frontier.determination.plan import digest_of, read_plan, spelt
from levee.frontier.determination.runs import Run
from levee.frontier.determination.telling import determination
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.ledger.core.leaves import SALT
from levee.ledger.core.merkle import root_of, verify_inclusion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.frontier.determination.plan import Plan

LARGEST = 256 * 1024 * 1024
CLOSE = 1e-6
"""How far figures of two machines may differ; what they decide may not differ at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was checked.

    Attributes:
        manifest: what the evaluator signed.
        determination: what it says came of it.
        runs: those that are shown: all, or those that a view shows.
        whole: all are shown, and were scored again.
        same_code: by the same code that wrote it.
    """

    manifest: Mapping[str, Any]
    determination: Mapping[str, Any]
    runs: tuple[Run, ...]
    whole: bool
    same_code: bool


def check(data: bytes, trusted: Iterable[str]) -> Checked:
    """Check a bundle, or a view of one.

    Args:
        data: the file.
        trusted: public keys of evaluators, `ed25519:…`.

    Raises:
        BadInput: names the place that is not as it was signed, or does not follow from the runs.
    """
    told = _canonical(data)
    whole = "runs" in told
    _closed(told, {"determination", "manifest", "plan", "runs" if whole else "shown"})
    manifest = read_manifest(canonical_json(told["manifest"]), trusted)
    plan = _plan(told["plan"], manifest)
    if digest_of(told["determination"]) != manifest.get("determination"):
        raise BadInput("this is not the determination that was signed", place="/determination")
    if manifest.get("outcome") != _outcome(told["determination"]):
        raise BadInput("the determination says another outcome", place="/manifest/outcome")
    runs = _all(told["runs"], manifest) if whole else _shown(told["shown"], manifest)
    if whole:
        _score(plan, runs, told["determination"])
    return Checked(
        manifest=manifest,
        determination=told["determination"],
        runs=tuple(runs),
        whole=whole,
        same_code=manifest.get("analysis") == analysis(),
    )


def _canonical(data: bytes) -> dict[str, Any]:
    told = read_json(data, max_bytes=LARGEST)
    try:
        spelled = canonical_json(told)
    except TypeError:
        spelled = b""
    if not isinstance(told, dict) or spelled != data:
        raise BadInput("a bundle is canonical JSON, and this is not", place="/", advice="ask for the file again")
    return told


def _outcome(said: object) -> object:
    return said.get("outcome") if isinstance(said, dict) else None


def _closed(told: Mapping[str, Any], names: set[str]) -> None:
    for name in sorted(names ^ told.keys()):
        raise BadInput("a bundle holds determination, manifest, plan and runs, and nothing else", place=f"/{name}")


def _plan(told: object, manifest: Mapping[str, Any]) -> Plan:
    if not isinstance(told, dict):
        raise BadInput("a plan is a JSON object", place="/plan")
    plan = read_plan({**told, **{name: _number(told.get(name), f"/plan/{name}") for name in ("threshold", "error")}})
    if plan.digest != manifest.get("plan") or plan.pack != manifest.get("pack") or digest_of(told) != plan.digest:
        raise BadInput("this is not the plan that was signed", place="/plan")
    return plan


def _all(told: object, manifest: Mapping[str, Any]) -> list[Run]:
    pairs = _list(told, "/runs")
    leaves, runs = [], []
    for place, each in enumerate(pairs):
        match each:
            case [str(salt), dict(run)]:
                leaves.append(leaf(_salt(salt, f"/runs/{place}/0"), run))
                runs.append(_run(run, f"/runs/{place}/1"))
            case _:
                raise BadInput("a salt and a run", place=f"/runs/{place}")
    if len(runs) != manifest.get("runs") or root_of(leaves).hex() != manifest.get("root"):
        raise BadInput("these are not the runs that were signed", place="/runs")
    return runs


def _shown(told: object, manifest: Mapping[str, Any]) -> list[Run]:
    runs, shown = [], _list(told, "/shown")
    size, root = manifest.get("runs"), _digest(manifest.get("root"), "/manifest/root")
    if not shown or not isinstance(size, int):
        raise BadInput("a view shows some of the runs", place="/shown")
    for place, each in enumerate(shown):
        match each:
            case {"at": int(at), "salt": str(salt), "run": dict(run), "proof": list(proof), **more} if not more:
                found = leaf(_salt(salt, f"/shown/{place}/salt"), run)
                siblings = [_digest(one, f"/shown/{place}/proof") for one in proof]
            case _:
                raise BadInput("a run is shown with its place, salt and proof", place=f"/shown/{place}")
        if not verify_inclusion(found, at, size, root, siblings):
            raise BadInput("this run is not among those that were signed", place=f"/shown/{place}")
        runs.append(_run(run, f"/shown/{place}/run"))
    return runs


def _score(plan: Plan, runs: Sequence[Run], said: object) -> None:
    again = spelt(determination(plan, runs))
    place = _differs(said, again, "/determination")
    if place:
        raise BadInput("the runs say something else", place=place, advice="score them again: levee frontier determine")


def _differs(one: object, other: object, place: str) -> str:
    """The first place where two determinations differ by more than a last digit; empty where none does."""
    match one, other:
        case dict(), dict():
            if one.keys() != other.keys():
                return place
            return next((found for name in one if (found := _differs(one[name], other[name], f"{place}/{name}"))), "")
        case list(), list():
            if len(one) != len(other):
                return place
            pairs = enumerate(zip(one, other, strict=True))
            return next((found for at, (a, b) in pairs if (found := _differs(a, b, f"{place}/{at}"))), "")
        case str(), str() if one != other:
            return "" if _close(one, other) else place
        case _:
            return "" if one == other and type(one) is type(other) else place


def _close(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


def _run(told: dict[str, Any], place: str) -> Run:
    try:
        minutes = None if told["minutes"] is None else float(told["minutes"])
        run = Run(**{**told, "minutes": minutes})
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("this is no run", place=place) from error
    if run.told() != told:
        raise BadInput("a fraction has its shortest spelling", place=place)
    return run


def _number(value: object, place: str) -> float:
    try:
        return float(str(value))
    except ValueError as error:
        raise BadInput("a fraction, as text", place=place) from error


def _list(value: object, place: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadInput("a list", place=place)
    return value


def _salt(text: str, place: str) -> bytes:
    return _bytes(text, SALT, place)


def _digest(text: object, place: str) -> bytes:
    return _bytes(str(text), 32, place)


def _bytes(text: str, length: int, place: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != length or found.hex() != text:
        raise BadInput(f"{length} bytes in hexadecimal digits", place=place)
    return found
