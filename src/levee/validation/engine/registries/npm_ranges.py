"""Which versions an npm range allows (node-semver's grammar: comparators, `^`, `~`, `x`, hyphens, `||`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.versions import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART = r"(?:[0-9]+|[xX*])"
_PARTIAL = re.compile(rf"[v=\s]*({_PART})(?:\.({_PART}))?(?:\.({_PART}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?")
_HYPHEN = re.compile(r"\s*(\S+)\s+-\s+(\S+)\s*")
_COMPARATOR = re.compile(r"(\^|~>?|>=|<=|>|<|=)?\s*([^\s<>=^~]+)")

Bound = tuple[str, str]
"""An operator of `>=`, `>`, `<=`, `<`, and a version."""


def newest(versions: Iterable[str], allowed: str) -> str | None:
    """The newest version that a range allows; None where none does, or the range is no range."""
    alternatives = [bounds for part in allowed.split("||") if (bounds := _bounds(part.strip())) is not None]
    found = [(key, version) for version in versions if (key := _key(version)) and _fits(version, alternatives)]
    return max(found)[1] if found else None


def _key(version: str) -> bytes | None:
    return sort_key("semver", version)


def _fits(version: str, alternatives: list[list[Bound]]) -> bool:
    return any(
        all(_holds(version, bound) for bound in bounds) and _prerelease_fits(version, bounds) for bounds in alternatives
    )


def _prerelease_fits(version: str, bounds: list[Bound]) -> bool:
    """A prerelease fits only where a bound names a prerelease of the same release."""
    if "-" not in version:
        return True
    release = version.partition("-")[0]
    return any("-" in bound and bound.partition("-")[0] == release for _, bound in bounds)


def _holds(version: str, bound: Bound) -> bool:
    left, right = _key(version), _key(bound[1])
    if left is None or right is None:
        return False
    return {">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[bound[0]]


def _bounds(part: str) -> list[Bound] | None:
    hyphen = _HYPHEN.fullmatch(part)
    if hyphen:
        low, high = _partial(hyphen[1]), _partial(hyphen[2])
        return None if low is None or high is None else [(">=", _floor(low)), *_at_most(high)]
    bounds: list[Bound] = []
    for operator, text in _COMPARATOR.findall(part):
        partial = _partial(text)
        if partial is None:
            return None
        bounds += _comparator(operator, partial)
    return bounds


Partial = tuple[list[int], str]
"""The numbers that are given, at most three, and the prerelease."""


def _partial(text: str) -> Partial | None:
    match = _PARTIAL.fullmatch(text)
    if match is None:
        return None
    numbers: list[int] = []
    for part in match.groups()[:3]:
        if part is None or part in "xX*":
            break
        numbers.append(int(part))
    return numbers, match[4] or ""


def _floor(partial: Partial) -> str:
    numbers, prerelease = partial
    text = ".".join(str(number) for number in [*numbers, 0, 0, 0][:3])
    return f"{text}-{prerelease}" if prerelease else text


def _next(numbers: list[int], place: int) -> str:
    """The lowest version above all that share the first `place + 1` numbers; with -0, below its prereleases."""
    raised = [*numbers[:place], numbers[place] + 1, 0, 0, 0][:3]
    return ".".join(str(number) for number in raised) + "-0"


def _at_most(partial: Partial) -> list[Bound]:
    numbers, _ = partial
    if not numbers:
        return []
    return [("<=", _floor(partial))] if len(numbers) == 3 else [("<", _next(numbers, len(numbers) - 1))]  # noqa: PLR2004 (major, minor, patch)


def _comparator(operator: str, partial: Partial) -> list[Bound]:
    numbers, _ = partial
    if not numbers:
        return [] if operator in {"", "=", ">=", "<=", "^", "~", "~>"} else [("<", "0.0.0-0")]
    floor = (">=", _floor(partial))
    last = len(numbers) - 1
    if operator == "^":
        place = next((index for index, number in enumerate(numbers) if number), last)
        return [floor, ("<", _next(numbers, place))]
    if operator in {"~", "~>"}:
        return [floor, ("<", _next(numbers, min(1, last)))]
    if operator in {"", "="}:
        return [floor, *_at_most(partial)]
    if operator == ">" and last < 2:  # noqa: PLR2004 (major, minor, patch)
        return [(">=", _next(numbers, last).removesuffix("-0"))]
    return _at_most(partial) if operator == "<=" else [(operator, _floor(partial))]
