"""The words and numbers that scanners write for severity, time and identifiers."""

from __future__ import annotations

import html
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from levee.formats.scans.types import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEVERITIES = {
    "critical": Severity.CRITICAL, "crit": Severity.CRITICAL, "severe": Severity.HIGH, "urgent": Severity.CRITICAL,
    "high": Severity.HIGH, "important": Severity.HIGH, "serious": Severity.HIGH, "error": Severity.HIGH,
    "medium": Severity.MEDIUM, "moderate": Severity.MEDIUM, "warning": Severity.MEDIUM, "warn": Severity.MEDIUM,
    "low": Severity.LOW, "minor": Severity.LOW, "negligible": Severity.LOW, "unimportant": Severity.LOW,
    "note": Severity.LOW, "minimal": Severity.LOW,
    "none": Severity.NONE, "info": Severity.NONE, "information": Severity.NONE, "informational": Severity.NONE,
    "log": Severity.NONE, "debug": Severity.NONE, "experiment": Severity.NONE, "inventory": Severity.NONE,
}  # fmt: skip
_SCALE = (
    (9.0, Severity.CRITICAL),
    (7.0, Severity.HIGH),
    (4.0, Severity.MEDIUM),
    (0.1, Severity.LOW),
    (0.0, Severity.NONE),
)
_SCALE_ENDS = 10.0
_SECONDS = re.compile(r"\d{9,13}")
_CVE = re.compile(r"\bCVE-((?:19|20)\d{2}-\d{4,19}|\d{4}-\d{4,19})\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(GHSA(?:-[0-9a-z]{4}){3}|(?:PYSEC|RUSTSEC|GO|OSV|MAL|CURL)-\d{4}-\d+|SNYK-[A-Z0-9]+-[A-Z0-9_]+-\d+"
    r"|(?:RHSA|RHBA|ALSA|RLSA|ELSA)-\d{4}:\d+|(?:DSA|DLA|USN)-\d+-\d+)\b",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_FORMATS = (
    "%b %d, %Y %H:%M:%S %Z",
    "%b %d, %Y %I:%M %p",
    "%d %b %Y %I:%M%p GMT%z",
    "%d %b %Y %I:%M%p",
    "%a, %d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S %z",
    "%b %d, %Y",
    "%a %b %d %H:%M:%S %Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
)
_ZONE_NAME = re.compile(r" [A-Z]{3,5}(?= \d{4}$)")
EARLIEST = 1990
LONGEST = 4000


def severity(text: str) -> Severity:
    """The severity for a word, in any letter case; unknown where it says nothing or something else."""
    return _SEVERITIES.get(text.strip().lower(), Severity.UNKNOWN)


def severity_of_score(text: str) -> Severity:
    """The severity for a CVSS score, by the qualitative scale of CVSS 3 and 4; unknown where it is no score."""
    with suppress(ValueError):
        score = float(text)
        return next((found for least, found in _SCALE if least <= score <= _SCALE_ENDS), Severity.UNKNOWN)
    return Severity.UNKNOWN


def identifiers(*texts: str) -> tuple[str, ...]:
    """The vulnerabilities that texts name, CVEs first, each once, in their own spelling."""
    joined = "\n".join(texts)
    found = [f"CVE-{match[1]}" for match in _CVE.finditer(joined)]
    for match in _OTHER.finditer(joined):
        prefix, dash, rest = match[1].partition("-")
        folded = prefix.upper() + dash + (rest.lower() if prefix.upper() == "GHSA" else rest.upper())
        found.append(folded)
    return tuple(dict.fromkeys(found))


def moment(text: str, *formats: str) -> datetime | None:
    """A date with a zone; what names no zone is taken as UTC. None where it is no date.

    Args:
        text: ISO 8601, seconds since 1970, or one of the common spellings that cannot be mistaken.
        formats: further spellings that the tool uses, such as a month before the day.
    """
    text = text.strip()
    found = _parsed(text, formats) if text else None
    if found is None:
        return None
    with suppress(OverflowError):
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        return found if found.year >= EARLIEST else None
    return None


def _parsed(text: str, formats: Iterable[str]) -> datetime | None:
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    for form in (*formats, *_FORMATS):
        with suppress(ValueError):
            return datetime.strptime(_ZONE_NAME.sub("", text), form)  # noqa: DTZ007 - the caller gives it its zone
    return None


def latest(moments: Iterable[datetime | None]) -> datetime | None:
    """The latest of some dates."""
    return max((each for each in moments if each is not None), default=None)


def line(text: str, longest: int = 300) -> str:
    """The text as one safe line."""
    if len(text) <= longest and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(_UNSAFE.sub("", text[: 4 * longest]).split())[:longest]


def prose(text: str) -> str:
    """A longer text without control characters."""
    return _UNSAFE.sub("", text[:LONGEST]).strip()


def without_markup(text: str) -> str:
    """The words of a text that holds HTML."""
    return line(_TAG.sub(" ", html.unescape(text[: 2 * LONGEST])), LONGEST)


def host(address: str) -> str:
    """The host of a web address without scheme, path and port; the text itself where it is none."""
    rest = address.partition("://")[2] or address
    rest = rest.partition("/")[0].rpartition("@")[2]
    if rest.startswith("["):
        return rest[1:].partition("]")[0]
    name, colon, port = rest.rpartition(":")
    return name if colon and port.isdecimal() and ":" not in name else rest
