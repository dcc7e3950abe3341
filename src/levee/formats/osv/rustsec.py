"""RustSec advisories: Markdown whose first block is TOML, read into an OSV document.

RustSec states what is *not* affected (`patched`, `unaffected`, as Cargo requirements); OSV states what is. The union of
the former is turned into its complement, in the order of semantic versions.

Source: the format's own description in the RustSec advisory database (`EXAMPLE_ADVISORY.md`); Cargo's reference,
"Specifying dependencies".
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from levee.formats.strict_json import Json, as_text, list_at, object_at, pointer, text_at
from levee.formats.versions import sort_key
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_BLOCK = re.compile(r"\A\s*```toml\r?\n(.*?)\r?\n```[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_COMPARATOR = re.compile(
    r"\s*(>=|<=|>|<|=|\^|~)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+)(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)?\s*"
)
_WHOLE = 3
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, order=True)
class _Point:
    """A place between versions: just before a version, or just after it."""

    key: bytes
    after: bool
    version: str


_START = _Point(b"", after=False, version="0")
_Span = tuple[_Point, "_Point | None"]


def rustsec_document(data: bytes) -> dict[str, Any]:
    """An OSV document with what a RustSec advisory states.

    Args:
        data: the Markdown file.

    Raises:
        BadInput: it is no RustSec advisory; `place` is a JSON pointer into its TOML, or a line.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadInput("not valid UTF-8", code="rustsec.encoding", place=f"byte {error.start}") from error
    block = _BLOCK.match(text)
    if block is None:
        raise BadInput("an advisory begins with a block of TOML", code="rustsec.block", place="line 1")
    try:
        source = cast("Mapping[str, Json]", tomllib.loads(block[1]))
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"no TOML: {error}", code="rustsec.toml", place="line 1") from error
    return _document(source, text[block.end() :])


def _document(source: Mapping[str, Json], prose: str) -> dict[str, Any]:
    advisory = object_at(source, "advisory", "")
    versions = object_at(source, "versions", "")
    title, details = _prose(prose)
    published = _day(advisory, "date")
    withdrawn = _day(advisory, "withdrawn") if "withdrawn" in advisory else ""
    package = _wanted(advisory, "package")
    document = {
        "id": _wanted(advisory, "id"),
        "modified": max(published, withdrawn),
        "published": published,
        "withdrawn": withdrawn,
        "aliases": _texts(advisory, "aliases", "/advisory"),
        "related": _texts(advisory, "related", "/advisory"),
        "summary": title,
        "details": details,
        "severity": [
            {"type": "CVSS_V4" if ":4." in score else "CVSS_V3", "score": score} for score in _scores(advisory)
        ],
        "affected": [
            {
                "package": {"ecosystem": "crates.io", "name": package, "purl": f"pkg:cargo/{package}"},
                "ranges": _ranges(versions),
            }
        ],
        "references": [
            {"type": "WEB", "url": url}
            for url in (text_at(advisory, "url", "/advisory"), *_texts(advisory, "references", "/advisory"))
            if url
        ],
        "database_specific": {"informational": text_at(advisory, "informational", "/advisory")}
        if "informational" in advisory
        else {},
    }
    return {key: value for key, value in document.items() if value not in ("", [], {})}


def _wanted(source: Mapping[str, Json], key: str) -> str:
    found = text_at(source, key, "/advisory")
    if not found:
        raise BadInput(f"an advisory has {key}", code="rustsec.missing", place=f"/advisory/{key}")
    return found


def _day(source: Mapping[str, Json], key: str) -> str:
    found = str(source.get(key, ""))
    if not _DAY.fullmatch(found):
        raise BadInput("a day is written as 2026-11-28", code="rustsec.date", place=f"/advisory/{key}")
    return f"{found}T00:00:00Z"


def _scores(source: Mapping[str, Json]) -> Sequence[str]:
    found = text_at(source, "cvss", "/advisory")
    return [found] if found else []


def _texts(source: Mapping[str, Json], key: str, place: str) -> list[str]:
    return [as_text(each, pointer(place, key, at)) for at, each in enumerate(list_at(source, key, place))]


def _prose(prose: str) -> tuple[str, str]:
    """The title and the text below it."""
    first, _, rest = prose.strip().partition("\n")
    return (first.lstrip("# ").strip(), rest.strip()) if first.startswith("#") else ("", prose.strip())


def _ranges(versions: Mapping[str, Json]) -> list[dict[str, Any]]:
    """What is left of all versions once those are taken out that are stated as not affected."""
    safe = [
        _interval(requirement, pointer("/versions", key, at))
        for key in ("patched", "unaffected")
        for at, requirement in enumerate(_texts(versions, key, "/versions"))
    ]
    events: list[dict[str, str]] = []
    for start, end in _complement(each for each in safe if each is not None):
        events.append({"introduced": _next(start.version) if start.after else start.version})
        if end is not None:
            events.append({"last_affected" if end.after else "fixed": end.version})
    return [{"type": "SEMVER", "events": events}] if events else []


def _complement(spans: Iterable[_Span]) -> Iterable[_Span]:
    reached: _Point = _START
    for start, end in sorted(spans, key=lambda span: span[0]):
        if start > reached:
            yield reached, start
        if end is None:
            return
        reached = max(reached, end)
    yield reached, None


def _interval(requirement: str, place: str) -> _Span | None:
    """A Cargo requirement as one interval; None for one that no version meets."""
    start: _Point = _START
    end: _Point | None = None
    for comparator in requirement.split(","):
        low, high = _bounds(comparator, place)
        start = max(start, low)
        if high is not None:
            end = high if end is None else min(end, high)
    return None if end is not None and end <= start else (start, end)


def _bounds(comparator: str, place: str) -> _Span:
    match = _COMPARATOR.fullmatch(comparator)
    if match is None:
        raise BadInput(f"{comparator[:40]!r} is no requirement of Cargo's", code="rustsec.version", place=place)
    sign = match[1] or "^"
    numbers = [int(each) for each in match.groups()[1:4] if each is not None]
    version = ".".join(map(str, [*numbers, 0, 0][:3])) + (match[5] or "")
    before, after = _point(version, after=False), _point(version, after=True)
    above = after if len(numbers) == _WHOLE else _point(_bumped(numbers, len(numbers) - 1), after=False)
    first = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
    kept = min(1, len(numbers) - 1) if sign == "~" else first
    spans: Mapping[str, _Span] = {
        ">=": (before, None),
        ">": (above, None),
        "<": (_START, before),
        "<=": (_START, above),
    }
    if sign == "=":
        return before, above
    # 2.0.0-alpha does not meet ^1.2
    return spans.get(sign) or (before, _point(f"{_bumped(numbers, kept)}-0", after=False))


def _bumped(numbers: Sequence[int], at: int) -> str:
    """The first version with a higher number at a place."""
    return ".".join(map(str, [*numbers[:at], numbers[at] + 1, 0, 0][:3]))


def _point(version: str, *, after: bool) -> _Point:
    key = sort_key("semver", version)
    if key is None:
        raise BadInput(f"{version[:40]!r} is no semantic version", code="rustsec.version")
    return _Point(key, after=after, version=version)


def _next(version: str) -> str:
    """The lowest version above another one (Semantic Versioning 2.0.0, section 11)."""
    core, dash, pre = version.partition("-")
    if dash:
        return f"{core}-{pre}.0"
    numbers = [int(each) for each in core.split(".")]
    return f"{_bumped(numbers, 2)}-0"
