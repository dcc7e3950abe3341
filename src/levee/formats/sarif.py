"""SARIF 2.1.0 (OASIS, errata 01): the results of a tool as findings that somebody reports.

One result is one finding, with all its locations. Results of kind `pass` and `notApplicable` say that nothing is
wrong and are left out (3.27.9); suppressed ones are kept and marked (3.27.23). A result or run that cannot be read is a
fault with its place, and takes nothing else with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from levee.formats.purl import parse_purl
from levee.formats.strict_json import Json, as_object, as_text, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput, TooLarge
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MAX_BYTES = 64 << 20
MAX_RESULTS = 50_000
MAX_LOCATIONS = 100
_NOT_WRONG = frozenset({"pass", "notApplicable"})
_KINDS = _NOT_WRONG | {"fail", "open", "review", "informational"}
_LEVELS = frozenset({"none", "note", "warning", "error"})
_CWE = re.compile(r"\bcwe[-_:/ ]{0,2}0*([1-9][0-9]{0,4})\b", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")
_PLACEHOLDER = re.compile(r"\{(\d{1,2})\}")
_TITLE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a result stands: `uri` as given, lines and columns from 1 (0 where not given), and the logical name."""

    uri: str = ""
    start_line: int = 0
    start_column: int = 0
    end_line: int = 0
    logical: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """One result of a tool.

    `place` is its JSON pointer; `cwe` is `CWE-79` or empty; `target` names the package looked at where the log says so
    (`npm:NAME@VERSION`, `pypi:NAME@VERSION`, `source:REPOSITORY@REVISION`), else empty; `fingerprints` are the tool's;
    `fingerprint` is Levee's digest, equal for the same result of a later log; `properties` are the scalar ones.
    """

    place: str
    tool: str
    tool_version: str
    rule: str
    level: str
    title: str
    message: str
    locations: tuple[Location, ...]
    fingerprint: str
    fingerprints: tuple[tuple[str, str], ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    cwe: str = ""
    target: str = ""
    suppressed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SarifLog:
    """A log as read: its findings, what could not be read and why, and how many results say that nothing is wrong."""

    findings: tuple[ReportedFinding, ...]
    faults: tuple[BadInput, ...]
    not_wrong: int


@dataclass(frozen=True, slots=True)
class _Run:
    """What a run says about all its results."""

    place: str
    tool: str
    version: str
    rules: Mapping[str, Mapping[str, Json]]
    ordered: tuple[Mapping[str, Json], ...]
    target: str


def read_sarif(data: bytes, *, max_results: int = MAX_RESULTS) -> SarifLog:
    """Read a SARIF log.

    Raises:
        TooLarge: over 64 MiB, 40 levels or `max_results` results.
        BadInput: not JSON, a key that stands twice, not SARIF 2.1.0, or no list of runs; with its pointer.
    """
    log = as_object(read_json(data, max_bytes=MAX_BYTES), "")
    version = text_at(log, "version", "")
    if version != "2.1.0":
        raise BadInput(
            "only SARIF 2.1.0 is read",
            code="sarif.version",
            place="/version",
            advice="write the log as SARIF 2.1.0; most tools can, and converters exist",
        )
    findings: list[ReportedFinding] = []
    faults: list[BadInput] = []
    not_wrong = 0
    for place, read in _every(list_at(log, "runs", ""), faults):
        if len(findings) + len(faults) + not_wrong >= max_results:
            raise TooLarge(f"at most {max_results} results are read", code="sarif.too_many", place=place)
        try:
            finding = read()
        except BadInput as fault:
            faults.append(fault)
            continue
        if finding is None:
            not_wrong += 1
        else:
            findings.append(finding)
    return SarifLog(findings=tuple(findings), faults=tuple(faults), not_wrong=not_wrong)


def _every(runs: Sequence[Json], faults: list[BadInput]) -> Iterator[tuple[str, Callable[[], ReportedFinding | None]]]:
    """Every result of every run that can be read at all: its place, and how to read it."""
    for number, value in enumerate(runs):
        place = pointer("/runs", number)
        try:
            run = as_object(value, place)
            context, results = _run(run, place), list_at(run, "results", place)
        except BadInput as fault:
            faults.append(fault)
            continue
        for position, result in enumerate(results):
            here = pointer(place, "results", position)
            yield here, partial(_result, result, here, context)


def _result(value: Json, place: str, context: _Run) -> ReportedFinding | None:
    """A finding; None where the result says that nothing is wrong."""
    result = as_object(value, place)
    wrong = _one_of(result, "kind", place, _KINDS, "fail") not in _NOT_WRONG
    return _finding(result, place, context) if wrong else None


def _run(run: Mapping[str, Json], place: str) -> _Run:
    here = pointer(place, "tool", "driver")
    driver = object_at(object_at(run, "tool", place), "driver", pointer(place, "tool"))
    if not text_at(driver, "name", here):
        raise BadInput("a tool without a name", code="sarif.shape", place=pointer(here, "name"))
    rules = []
    for number, value in enumerate(list_at(driver, "rules", here)):
        rules.append(as_object(value, pointer(here, "rules", number)))
    return _Run(
        place=place,
        tool=_line(text_at(driver, "name", here))[:100],
        version=_line(text_at(driver, "semanticVersion", here) or text_at(driver, "version", here))[:100],
        rules={identifier: rule for rule in rules if isinstance(identifier := rule.get("id"), str)},
        ordered=tuple(rules),
        target=_repository(run, place),
    )


def _finding(result: Mapping[str, Json], place: str, run: _Run) -> ReportedFinding:
    rule_id, rule = _rule(result, place, run)
    message = _message(result, place, rule)
    locations = _locations(result, place)
    fingerprints = _texts(result, "fingerprints", place)
    partial = _texts(result, "partialFingerprints", place)
    properties = object_at(result, "properties", place)
    return ReportedFinding(
        place=place,
        tool=run.tool,
        tool_version=run.version,
        rule=rule_id,
        level=_one_of(result, "level", place, _LEVELS, "warning"),
        title=_title(message, rule, rule_id),
        message=message,
        locations=locations,
        fingerprint=_fingerprint(
            tool=run.tool, rule=rule_id, message=message, locations=locations, stated=fingerprints, partial=partial
        ),
        fingerprints=fingerprints + partial,
        properties=_scalars(properties),
        cwe=_cwe(result, rule),
        target=_package(properties) or run.target,
        suppressed=_suppressed(result, place),
    )


def _rule(result: Mapping[str, Json], place: str, run: _Run) -> tuple[str, Mapping[str, Json]]:
    reference = object_at(result, "rule", place)
    identifier = text_at(result, "ruleId", place) or text_at(reference, "id", pointer(place, "rule"))
    index = result.get("ruleIndex", reference.get("index"))
    rule: Mapping[str, Json] = {}
    if isinstance(index, int) and 0 <= index < len(run.ordered):
        rule = run.ordered[index]
    elif identifier:
        # a sub-rule "CA1000/1" is described by its parent (3.27.5)
        rule = run.rules.get(identifier) or run.rules.get(identifier.rpartition("/")[0]) or {}
    if not identifier and isinstance(rule.get("id"), str):
        identifier = str(rule["id"])
    return _line(identifier)[:200], rule


def _message(result: Mapping[str, Json], place: str, rule: Mapping[str, Json]) -> str:
    here = pointer(place, "message")
    message = object_at(result, "message", place)
    text = text_at(message, "text", here) or text_at(message, "markdown", here)
    if not text:
        strings = rule.get("messageStrings")
        template = strings.get(text_at(message, "id", here)) if isinstance(strings, dict) else None
        words = template.get("text") if isinstance(template, dict) else None
        text = words if isinstance(words, str) else ""
    arguments = [
        as_text(value, pointer(here, "arguments", n)) for n, value in enumerate(list_at(message, "arguments", here))
    ]
    return _PLACEHOLDER.sub(lambda found: _argument(found, arguments), text)


def _argument(found: re.Match[str], arguments: list[str]) -> str:
    number = int(found[1])
    return arguments[number] if number < len(arguments) else found[0]


def _locations(result: Mapping[str, Json], place: str) -> tuple[Location, ...]:
    found = []
    for number, value in enumerate(list_at(result, "locations", place)[:MAX_LOCATIONS]):
        found.append(_location(as_object(value, here := pointer(place, "locations", number)), here))
    return tuple(found)


def _location(location: Mapping[str, Json], place: str) -> Location:
    here = pointer(place, "physicalLocation")
    physical = object_at(location, "physicalLocation", place)
    artifact = object_at(physical, "artifactLocation", here)
    region = object_at(physical, "region", here)
    logical = list_at(location, "logicalLocations", place)
    first = as_object(logical[0], pointer(place, "logicalLocations", 0)) if logical else {}
    return Location(
        uri=_line(text_at(artifact, "uri", pointer(here, "artifactLocation")))[:2048],
        start_line=_positive(region, "startLine", pointer(here, "region")),
        start_column=_positive(region, "startColumn", pointer(here, "region")),
        end_line=_positive(region, "endLine", pointer(here, "region")),
        logical=_line(text_at(first, "fullyQualifiedName", place) or text_at(first, "name", place))[:512],
    )


def _positive(region: Mapping[str, Json], key: str, place: str) -> int:
    value = region.get(key, 0)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0 or (value == 0 and key in region):
        raise BadInput("a line or column counts from 1", code="sarif.region", place=pointer(place, key))
    return value


def _title(message: str, rule: Mapping[str, Json], rule_id: str) -> str:
    short = rule.get("shortDescription")
    text = short.get("text") if isinstance(short, dict) else None
    first = _line(message).partition(". ")[0]
    return _line(text if isinstance(text, str) and text.strip() else first or rule_id or "A result without words")[
        :_TITLE
    ]


def _fingerprint(
    *,
    tool: str,
    rule: str,
    message: str,
    locations: tuple[Location, ...],
    stated: tuple[tuple[str, str], ...],
    partial: tuple[tuple[str, str], ...],
) -> str:
    """Stable over edits elsewhere in the file where the tool helps, else over the stated place and words."""
    uris = [location.uri for location in locations]
    lines = [] if stated or partial else [[at.start_line, at.start_column] for at in locations]
    parts = [tool, rule, uris, [list(pair) for pair in stated or partial], lines, "" if stated or partial else message]
    return "sarif:" + sha256(canonical_json(parts)).hex()[:40]


def _cwe(result: Mapping[str, Json], rule: Mapping[str, Json]) -> str:
    """The first weakness named by the result's taxa, the rule's relations, or either's properties."""
    for source in (
        result.get("taxa"),
        result.get("properties"),
        rule.get("relationships"),
        rule.get("properties"),
        rule.get("id"),
    ):
        for text in _strings(source, 4):
            match = _CWE.search(text)
            if match:
                return f"CWE-{match[1]}"
    return ""


def _strings(value: Json, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:500]
    elif depth and isinstance(value, list):
        for inner in value[:50]:
            yield from _strings(inner, depth - 1)
    elif depth and isinstance(value, dict):
        component = value.get("toolComponent")
        if isinstance(component, dict) and str(component.get("name", "")).upper() == "CWE":
            yield f"CWE-{value.get('id', '')}".replace("CWE-CWE-", "CWE-")
        for key, inner in list(value.items())[:50]:
            yield from _strings(
                f"{key}:{inner}" if key.lower() == "cwe" and isinstance(inner, int) else inner, depth - 1
            )


def _package(properties: Mapping[str, Json]) -> str:
    """The package a result is about, from the `purl` property that dependency scanners write."""
    text = properties.get("purl")
    if not isinstance(text, str):
        return ""
    try:
        purl = parse_purl(text)
    except BadInput:
        return ""
    if purl.type not in {"npm", "pypi"} or not purl.version:
        return ""
    name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    return f"{purl.type}:{name}@{purl.version}"


def _repository(run: Mapping[str, Json], place: str) -> str:
    """The repository and revision looked at (3.14.13)."""
    for number, value in enumerate(list_at(run, "versionControlProvenance", place)):
        here = pointer(place, "versionControlProvenance", number)
        details = as_object(value, here)
        address, revision = text_at(details, "repositoryUri", here), text_at(details, "revisionId", here)
        name = re.sub(r"[^A-Za-z0-9._-]", "", address.rstrip("/").rpartition("/")[2].removesuffix(".git"))
        revision = re.sub(r"[^0-9A-Za-z.+_-]", "", revision)
        if name:
            return f"source:{name}@{revision}" if revision else f"source:{name}"
    return ""


def _suppressed(result: Mapping[str, Json], place: str) -> bool:
    states = []
    for number, value in enumerate(list_at(result, "suppressions", place)):
        here = pointer(place, "suppressions", number)
        states.append(text_at(as_object(value, here), "status", here) or text_at(as_object(value, here), "state", here))
    return bool(states) and all(state in {"", "accepted"} for state in states)


def _texts(result: Mapping[str, Json], key: str, place: str) -> tuple[tuple[str, str], ...]:
    """Pairs of name and text; objects that some tools nest here are joined by their names."""
    found: list[tuple[str, str]] = []
    for name, value in object_at(result, key, place).items():
        if isinstance(value, dict):
            found += [(f"{name}/{inner}", text) for inner, text in value.items() if isinstance(text, str)]
        else:
            found.append((name, as_text(value, pointer(place, key, name))))
    return tuple(sorted(found))


def _scalars(properties: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    plain = ((key, value) for key, value in properties.items() if isinstance(value, str | int | float | bool))
    return tuple((key[:100], _line(str(value))[:500]) for key, value in list(plain)[:50])


def _one_of(source: Mapping[str, Json], key: str, place: str, known: frozenset[str], default: str) -> str:
    value = text_at(source, key, place, default)
    if value not in known:
        raise BadInput(f"{key} is one of {', '.join(sorted(known))}", code="sarif.shape", place=pointer(place, key))
    return value


def _line(text: str) -> str:
    """One line of text without control and direction-changing characters."""
    return _UNSAFE.sub(" ", text).strip()
