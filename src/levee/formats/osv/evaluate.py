"""Whether a package at a version is affected, and why (OSV schema 1.7, "Evaluation").

Explicit versions and ranges both count; a hit in either is a hit. Events are paired as written or, where that makes
no sense, sorted: published records hold several pairs out of order. A GIT range cannot be evaluated here and is
passed over; it never answers "not affected". What cannot be decided is answered UNKNOWN, never left out.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from levee.formats import loosely
from levee.formats.osv.record import Affected, Event, EventKind, Range, RangeKind, Record, Span
from levee.formats.package_identity import Identity, compared, fold_name, identity_of
from levee.formats.versions import after, scheme_of_ecosystem, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.formats.purl import Purl


class Answer(Enum):
    """What is known; not affected is the absence of an explanation."""

    AFFECTED = "affected"
    UNKNOWN = "unknown"


class Explanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a record concerns a package: the record, the place in it that decided, and the events around the version.

    `place` is a JSON pointer into the record; `start` and `end` are versions (empty where a list or nothing decided);
    `end_kind` says whether the end itself is affected; `reason` is one sentence for people.
    """

    answer: Answer
    record: str
    ecosystem: str
    name: str
    version: str
    scheme: str
    place: str
    reason: str
    start: str = ""
    end: str = ""
    end_kind: EventKind | None = None
    fixed: str = ""


class _Question(msgspec.Struct, frozen=True):
    """What is asked of one `affected` block."""

    record: Record
    block: Affected
    version: str
    scheme: str
    key: bytes | None

    def explain(self, answer: Answer, place: str, reason: str, span: Span | None = None) -> Explanation:
        end = span.end if span else None
        return Explanation(
            answer=answer,
            record=self.record.id,
            ecosystem=self.block.ecosystem,
            name=self.block.name,
            version=self.version,
            scheme=self.scheme,
            place=place,
            reason=reason,
            start=span.start.version if span else "",
            end=end.version if end else "",
            end_kind=end.kind if end else None,
            fixed=end.version if end and end.kind is EventKind.FIXED else "",
        )


def affected(record: Record, purl: Purl, version: str = "") -> Explanation | None:
    """Why a record concerns a package at a version; None where it does not.

    Args:
        record: an advisory; a withdrawn one concerns nothing.
        purl: the package.
        version: as the inventory states it; the purl's own where empty.
    """
    identity = identity_of(purl)
    version, epoch_known = compared(purl, version)
    return None if identity is None else affected_package(record, identity, version, epoch_known=epoch_known)


def affected_package(
    record: Record, identity: Identity, stated: str, *, epoch_known: bool = True
) -> Explanation | None:
    """As `affected`, for a package whose identity is known.

    Args:
        record: an advisory.
        identity: the package.
        stated: its version.
        epoch_known: whether an RPM without an epoch has none; else it is taken to have the advisory's own.
    """
    if record.withdrawn is not None:
        return None
    doubts: list[Explanation] = []
    for block in record.affected:
        same = _same_package(block, identity)
        if same is None:
            continue
        found = evaluate(record, block, stated) if epoch_known else _at_its_epochs(record, block, stated)
        if found is not None and not same:
            found = _doubted(found)
        if found is not None and (guess := loosely.SAID.get(identity.ecosystem)):
            found = structs.replace(found, answer=Answer.UNKNOWN, reason=f"{found.reason}; {guess}")
        if found is not None and found.answer is Answer.AFFECTED:
            return found
        if found is not None:
            doubts.append(found)
    return doubts[0] if doubts else None


def evaluate(record: Record, block: Affected, version: str) -> Explanation | None:
    """As `affected`, for one block whose package is known to be the one asked about."""
    scheme = scheme_of_ecosystem(block.ecosystem) or ""
    if not version:
        question = _Question(record, block, version, scheme, None)
        return question.explain(Answer.UNKNOWN, block.place, "the inventory states no version")
    question = _Question(record, block, version, scheme, sort_key(scheme, version))
    listed = _in_list(question)
    if listed is not None:
        return listed
    doubts: list[Explanation] = []
    for part in block.ranges:
        found = _in_range(question, part)
        if found is not None and found.answer is Answer.AFFECTED:
            return found
        if found is not None:
            doubts.append(found)
    if not block.versions and not any(part.kind is not RangeKind.GIT for part in block.ranges):
        reason = "the record gives commits only" if block.ranges else "the record gives no versions"
        return question.explain(Answer.UNKNOWN, block.place, reason)
    return doubts[0] if doubts else None


def _at_its_epochs(record: Record, block: Affected, version: str) -> Explanation | None:
    """As `evaluate`, for a version whose epoch is not known: it is that of the versions that the block names."""
    if not version or scheme_of_ecosystem(block.ecosystem) != "rpm":
        return evaluate(record, block, version)
    told = {epoch: evaluate(record, block, f"{epoch}:{version}" if epoch else version) for epoch in block.epochs}
    hit = next(((epoch, found) for epoch, found in told.items() if found is not None), None)
    if hit is None:
        return None
    epoch, found = hit
    sure = all(each is not None and each.answer is Answer.AFFECTED for each in told.values())
    assumed = (
        "; the inventory states no epoch, so the advisory's own is assumed"
        if sure
        else f", if its epoch is {epoch}: the inventory states none"
    )
    answer = Answer.AFFECTED if sure else Answer.UNKNOWN
    return structs.replace(found, answer=answer, version=version, reason=f"{found.reason}{assumed}")


def spans(part: Range, scheme: str) -> tuple[Span, ...] | None:
    """The intervals of a range; None where it cannot be ordered (commits, or a version without a key).

    Args:
        part: one range of a record.
        scheme: of its ecosystem; a SEMVER range is read by SemVer whatever the ecosystem.
    """
    if part.kind is RangeKind.GIT:
        return None
    scheme = "semver" if part.kind is RangeKind.SEMVER else scheme
    if scheme not in part.spans:
        part.spans[scheme] = _spans(part, scheme)
    return part.spans[scheme]


def _spans(part: Range, scheme: str) -> tuple[Span, ...] | None:
    keyed: list[tuple[Event, bytes]] = []
    for event in part.events:
        key = _event_key(event, scheme)
        if key is None:
            return None
        keyed.append((event, key))
    limits = [key for event, key in keyed if event.kind is EventKind.LIMIT and event.version != "*"]
    unlimited = any(event.kind is EventKind.LIMIT and event.version == "*" for event, _ in keyed)
    turns = [(event, key) for event, key in keyed if event.kind is not EventKind.LIMIT]
    found = _paired(turns)
    if found is None:
        found = _sorted(turns)
    return tuple(_clipped(found, max(limits)) if limits and not unlimited else found)


def _event_key(event: Event, scheme: str) -> bytes | None:
    if event.of_all:
        return b""
    key = sort_key(scheme, event.version)
    return after(key) if key is not None and event.kind is EventKind.LAST_AFFECTED else key


def _paired(turns: Sequence[tuple[Event, bytes]]) -> list[Span] | None:
    """Intervals as written, where starts and ends alternate and no interval runs backwards; else None."""
    starts = [event.kind is EventKind.INTRODUCED for event, _ in turns]
    if not starts or not starts[0] or any(first == second for first, second in pairwise(starts)):
        return None
    found: list[Span] = []
    for at in range(0, len(turns), 2):
        start, lo = turns[at]
        end, hi = turns[at + 1] if at + 1 < len(turns) else (None, None)
        if hi is not None and hi < lo:
            return None
        if hi is None or lo < hi:
            found.append(Span(lo, hi, start, end))
    return found


def _sorted(turns: Sequence[tuple[Event, bytes]]) -> list[Span]:
    """Intervals of the events in the order of their versions; at one version an end comes before a start."""
    found: list[Span] = []
    opened: tuple[Event, bytes] | None = None
    for event, key in sorted(turns, key=lambda turn: (turn[1], turn[0].kind is EventKind.INTRODUCED)):
        if event.kind is EventKind.INTRODUCED:
            opened = opened or (event, key)
        elif opened is not None:
            found.append(Span(opened[1], key, opened[0], event))
            opened = None
    if opened is not None:
        found.append(Span(opened[1], None, opened[0], None))
    return found


def _clipped(found: Iterable[Span], limit: bytes) -> list[Span]:
    out = []
    for span in found:
        hi = limit if span.hi is None else min(limit, span.hi)
        if span.lo < hi:
            out.append(Span(span.lo, hi, span.start, span.end))
    return out


def _in_list(question: _Question) -> Explanation | None:
    for number, listed in enumerate(question.block.versions):
        if listed == question.version or (
            question.key is not None and sort_key(question.scheme, listed) == question.key
        ):
            place = f"{question.block.place}/versions/{number}"
            return question.explain(Answer.AFFECTED, place, f"version {question.version} is listed as affected")
    return None


def _in_range(question: _Question, part: Range) -> Explanation | None:
    if part.kind is RangeKind.GIT:
        return None
    scheme = "semver" if part.kind is RangeKind.SEMVER else question.scheme
    key = question.key if scheme == question.scheme else sort_key(scheme, question.version)
    if key is None and not _always(part):
        reason = f"version {question.version!r} has no order in {scheme or question.block.ecosystem}"
        return question.explain(Answer.UNKNOWN, part.place, reason)
    found = spans(part, question.scheme)
    if found is None:
        return question.explain(Answer.UNKNOWN, part.place, "the range names a version that has no order")
    for span in found:
        if key is None or (span.lo <= key and (span.hi is None or key < span.hi)):
            place = (span.end or span.start).place
            return question.explain(Answer.AFFECTED, place, _sentence(question.version, span), span)
    return None


def _always(part: Range) -> bool:
    """Whether a range holds every version there is, and so those without an order as well."""
    return all(event.kind is EventKind.INTRODUCED for event in part.events) and any(
        event.version == "0" for event in part.events
    )


def _sentence(version: str, span: Span) -> str:
    start = "the first version" if not span.lo else span.start.version
    if span.end is None:
        return f"{version} lies from {start} on; no fixed version is named"
    words = "up to and including" if span.end.kind is EventKind.LAST_AFFECTED else "before"
    return f"{version} lies from {start} {words} {span.end.version}"


def _same_package(block: Affected, asked: Identity) -> bool | None:
    """True for the same package, False where only a release is missing on the asking side, None for another package."""
    ecosystem, _, releases = block.ecosystem.partition(":")
    base, _, release = asked.ecosystem.partition(":")
    if ecosystem.lower() != base.lower() or fold_name(ecosystem, block.name) != asked.name:
        return None
    if not releases:
        return True
    if not release:
        return False
    return True if release in releases.split(":") else None


def _doubted(found: Explanation) -> Explanation:
    reason = f"{found.reason}, if this is {found.ecosystem}: the inventory names no release"
    return structs.replace(found, answer=Answer.UNKNOWN, reason=reason)
