"""Signals about vulnerabilities: KEV, EPSS, SSVC and public exploits."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from levee.feeds.kinds import Says
from levee.feeds.reading.items import Heading, Item, Member, Refusal, Statement, instant, midnight, refusal
from levee.formats.strict_json import Json, as_object, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput, LeveeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

CVE = re.compile(r"CVE-\d{4}-\d{4,19}")
_DAY = re.compile(r"(?<!\d)(20\d\d-[01]\d-[0-3]\d)(?!\d)")
_SCORE = re.compile(r"[01](?:\.\d{1,12})?|\d(?:\.\d{1,12})?[eE]-\d{1,2}")
_YES_NO = {"yes": "yes", "no": "no"}
_EXPLOITATION = {"none": "none", "poc": "poc", "public poc": "poc", "active": "active"}
_IMPACT = {"total": "total", "partial": "partial"}
_SSVC = (
    (Says.EXPLOITATION, ("exploitation",), _EXPLOITATION),
    (Says.AUTOMATABLE, ("automatable",), _YES_NO),
    (Says.TECHNICAL_IMPACT, ("technical_impact", "technicalimpact", "technical impact"), _IMPACT),
)
_ARSENALS = ("Metasploit", "Nuclei", "ExploitDB")
"""Collections of working exploits; a list's other sources say nothing about one."""


def _each(source: Iterable[Member | Refusal], read: Callable[[Member], Iterator[Item]]) -> Iterator[Item]:
    """Every member; what is wrong with one as a whole is said, and the next one is read."""
    for member in source:
        if isinstance(member, Refusal):
            yield member
            continue
        try:
            yield from read(member)
        except LeveeError as error:
            yield refusal(member.place, error)


def kev(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """The catalogue of known exploited vulnerabilities (CISA's JSON schema, draft-07)."""
    return _each(source, _kev)


def _kev(member: Member) -> Iterator[Item]:
    value = as_object(read_json(member.data), "")
    if "vulnerabilities" not in value:
        raise BadInput("a catalogue has vulnerabilities", code="kev.shape", place="/vulnerabilities")
    entries = list_at(value, "vulnerabilities", "")
    yield Heading(instant(text_at(value, "dateReleased", ""), "/dateReleased"), text_at(value, "catalogVersion", ""))
    for number, entry in enumerate(entries):
        place = pointer("/vulnerabilities", number)
        try:
            yield from _listed(as_object(entry, place), place)
        except LeveeError as error:
            yield refusal(member.place, error)
    count = value.get("count")
    if isinstance(count, int) and count != len(entries):
        yield Refusal(f"{member.place} /count", f"states {count} entries and holds {len(entries)}")


def _listed(entry: Mapping[str, Json], place: str) -> Iterator[Statement]:
    cve = _cve(text_at(entry, "cveID", place), pointer(place, "cveID"))
    at = midnight(instant(text_at(entry, "dateAdded", place), pointer(place, "dateAdded")))
    ransomware = text_at(entry, "knownRansomwareCampaignUse", place).strip().lower() == "known"
    yield Statement(cve, Says.KEV, "yes", at)
    yield Statement(cve, Says.RANSOMWARE, "yes" if ransomware else "no", at)


def epss(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """Exploit prediction scores: FIRST's daily CSV, its first line `#model_version:…,score_date:…`."""
    return _each(source, _epss)


def _epss(member: Member) -> Iterator[Item]:
    first, _, rest = _text(member).partition("\n")
    if not first.startswith("#"):
        raise BadInput(
            "the first line states model_version and score_date: a score without its model says nothing",
            code="epss.model",
            place="line 1",
        )
    stated = dict(part.partition(":")[::2] for part in first.lstrip("#").strip().split(","))
    yield Heading(instant(stated.get("score_date", ""), "line 1"), stated.get("model_version", ""))
    for place, row in _rows(rest, ("cve", "epss"), first_line=2):
        try:
            yield Statement(_cve(row["cve"], place), Says.EPSS, _score(row["epss"], place))
        except LeveeError as error:
            yield refusal(member.place, error)


def ssvc(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """CISA's SSVC answers: CVE records (format 5) with its container, or a flat CSV of them."""
    newest: datetime | None = None
    for each in _each(source, _ssvc):
        if isinstance(each, Statement) and each.at is not None:
            newest = each.at if newest is None else max(newest, each.at)
        yield each
    if newest is not None:
        yield Heading(newest)


def _ssvc(member: Member) -> Iterator[Item]:
    if member.place.endswith((".csv", ".csv.gz")):
        yield from _flat(member)
    elif CVE.match(member.place.rpartition("/")[2]):
        yield from _cve_record(as_object(read_json(member.data), ""))
    # whatever else is kept beside the records is not a part of the feed


def _flat(member: Member) -> Iterator[Item]:
    yield _dated_by_name(member)
    for place, row in _rows(_text(member), ("cve", "exploitation", "automatable", "technical_impact")):
        try:
            cve = _cve(row["cve"], place)
            yield from _answers(cve, row, None, place)
        except LeveeError as error:
            yield refusal(member.place, error)


def _cve_record(value: Mapping[str, Json]) -> Iterator[Item]:
    identifier = _cve(text_at(object_at(value, "cveMetadata", ""), "cveId", "/cveMetadata"), "/cveMetadata/cveId")
    containers = object_at(value, "containers", "")
    for at, adp in enumerate(list_at(containers, "adp", "/containers")):
        place = pointer("/containers/adp", at)
        for number, metric in enumerate(list_at(as_object(adp, place), "metrics", place)):
            inner = pointer(place, "metrics", number)
            other = object_at(as_object(metric, inner), "other", inner)
            if str(other.get("type", "")).lower() != "ssvc":
                continue
            content = object_at(other, "content", pointer(inner, "other"))
            here = pointer(inner, "other", "content")
            options = {
                name.lower(): answer
                for option in list_at(content, "options", here)
                for name, answer in as_object(option, here).items()
                if isinstance(answer, str)
            }
            stamped = text_at(content, "timestamp", here)
            yield from _answers(identifier, options, instant(stamped, here) if stamped else None, here)


def _answers(cve: str, row: Mapping[str, str], at: datetime | None, place: str) -> Iterator[Item]:
    """The three answers; one that is missing says nothing, one that is none of the known words is refused."""
    for says, names, words in _SSVC:
        given = next((row[name].strip() for name in names if row.get(name, "").strip()), "")
        if not given:
            continue
        if given.lower() not in words:
            yield Refusal(f"{place} {cve}", f"{given[:40]!r} is no answer for {says}")
            continue
        yield Statement(cve, says, words[given.lower()], at)


def weapons(source: Iterable[Member | Refusal]) -> Iterator[Item]:
    """Lists of public exploits: a CSV with a CVE column, and a source column that names where they are."""
    return _each(source, _weapons)


def _weapons(member: Member) -> Iterator[Item]:
    if not member.place.endswith((".csv", ".csv.gz")):
        return
    yield _dated_by_name(member)
    for place, row in _rows(_text(member), ("cve", "source")):
        try:
            cve = _cve(row["cve"], place)
        except LeveeError as error:
            yield refusal(member.place, error)
            continue
        named = {part.strip().lower() for part in re.split(r"[/,;|]", row["source"])}
        found = [arsenal for arsenal in _ARSENALS if arsenal.lower() in named]
        if found:
            yield Statement(cve, Says.WEAPONISED, ", ".join(found))


def _dated_by_name(member: Member) -> Heading:
    """A CSV without a date of its own is dated by its name, where that holds a day."""
    day = _DAY.search(member.place.rpartition("/")[2])
    return Heading(instant(day[1], member.place)) if day else Heading()


def _text(member: Member) -> str:
    try:
        return member.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = member.data.count(b"\n", 0, error.start) + 1
        raise BadInput("not valid UTF-8", code="feed.encoding", place=f"line {line}") from error


def _rows(text: str, wanted: tuple[str, ...], *, first_line: int = 1) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Rows of a CSV by the names of its columns, which are read in any case."""
    lines = csv.reader(text.splitlines(keepends=True))
    try:
        columns = [name.strip().lower() for name in next(lines, [])]
        for name in wanted:
            if name not in columns:
                raise BadInput(f"there is no column {name}", code="feed.column", place=f"line {first_line}")
        for row in lines:
            if row:
                yield (
                    f"line {lines.line_num + first_line - 1}",
                    {
                        **dict.fromkeys(wanted, ""),
                        **dict(zip(columns, row, strict=False)),
                    },
                )
    except csv.Error as error:
        raise BadInput(f"no CSV: {error}", code="feed.csv", place=f"line {lines.line_num}") from error


def _cve(text: str, place: str) -> str:
    found = text.strip().upper()
    if not CVE.fullmatch(found):
        raise BadInput(f"{text[:40]!r} is no CVE identifier", code="feed.cve", place=place)
    return found


def _score(text: str, place: str) -> str:
    if not _SCORE.fullmatch(text.strip()) or not 0 <= float(text) <= 1:
        raise BadInput(f"{text[:40]!r} is no probability", code="feed.score", place=place)
    return text.strip()
