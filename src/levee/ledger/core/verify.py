"""The offline verifier: reads an export, needs no database, no network and no trust in whoever hands it over."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json
from levee.ledger.core import anchors, exports, leaves
from levee.ledger.core.anchors import Opening
from levee.ledger.core.checkpoints import Checkpoint, VerifierKey, open_checkpoint
from levee.ledger.core.merkle import EMPTY_ROOT, Edge

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

MAX_LINE = 4 * 1024 * 1024
_SHAPES = {
    "log": {"kind", "format", "log", "key"},
    "entry": {"kind", "position", "commitments", "opened", "leaf", "chain"},
    "checkpoint": {"kind", "note"},
    "opening": {"kind", "hour", "nonce", "size", "root"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that does not hold.

    Args:
        line: line of the file, from 1.
        position: the entry concerned, from 0; None where no single entry is.
        message: what does not hold, one sentence.
    """

    line: int
    position: int | None
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}" if self.position is None else f"line {self.line}, entry {self.position}"
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What the verifier saw.

    Args:
        log: name of the log; empty where the first line cannot be read.
        key: the key that signed; compare it with one from another source where ``trusted`` is False.
        trusted: whether the key is the one the reader brought along.
        entries: how many entries were read.
        withheld: fields committed to but not opened: shredded, or not for this reader.
        checkpoints: those that hold, in order.
        openings: those that hold, in order; for auditors.
        anchors: hour to commitment, as a public log opens them.
        problems: everything that does not hold, in order of lines.
    """

    log: str
    key: str
    trusted: bool
    entries: int
    withheld: int
    checkpoints: tuple[Checkpoint, ...]
    openings: tuple[Opening, ...]
    anchors: Mapping[datetime, bytes]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether everything holds."""
        return not self.problems


def verify_export(
    lines: Iterable[bytes],
    *,
    trusted: VerifierKey | None = None,
    known: Sequence[Checkpoint] = (),
    open_end: bool = False,
) -> Report:
    """Check an export: every commitment, leaf, link, root and signature.

    Args:
        lines: the file, line by line, line breaks included.
        trusted: the house's key, had from elsewhere; without it the file is only held against itself.
        known: checkpoints the reader kept from earlier; the log must still begin with each of them.
        open_end: take entries that no checkpoint covers yet; only the holder of the database asks so.
    """
    reading = _Reading(trusted=trusted, known=known, open_end=open_end)
    for number, line in enumerate(lines, start=1):
        reading.read(number, line)
    return reading.close()


def verify_anchors(internal: Report, public: Report) -> tuple[str, ...]:
    """Hold the auditor's openings against the public log's hourly commitments; says what does not hold.

    Args:
        internal: report of an export of the internal log with openings.
        public: report of an export of the public log.
    """
    opened = {opening.hour: opening.commitment() for opening in internal.openings}
    wrong = []
    for hour in sorted({*opened, *public.anchors}):
        if hour not in opened:
            wrong.append(f"{anchors.spell(hour)}: no opening was handed over")
        elif hour not in public.anchors:
            wrong.append(f"{anchors.spell(hour)}: the public log holds no commitment")
        elif public.anchors[hour] != opened[hour]:
            wrong.append(f"{anchors.spell(hour)}: the internal log is not what was committed to in public")
    return tuple(wrong)


def _parse(line: bytes) -> dict[str, object]:
    """Read one line; only the canonical spelling is a spelling, so that no changed byte goes unseen."""
    if len(line) > MAX_LINE:
        raise BadInput("the line is longer than any line of an export")
    try:
        content = json.loads(line)
        canonical = canonical_json(content) + b"\n"
    except (ValueError, TypeError, RecursionError):
        raise BadInput("the line is not JSON") from None
    if not isinstance(content, dict) or canonical != line:
        raise BadInput("the line is not in canonical JSON")
    kind = content.get("kind")
    if not isinstance(kind, str) or content.keys() != _SHAPES.get(kind):
        raise BadInput("the line is of no known kind or has other fields than its kind")
    return content


@dataclass(slots=True)
class _Reading:
    """The state of one verification."""

    trusted: VerifierKey | None
    known: Sequence[Checkpoint]
    open_end: bool
    number: int = 0
    log: str = ""
    key: VerifierKey | None = None
    link: bytes | None = None
    withheld: int = 0
    leaves: list[bytes] = field(default_factory=list)
    checkpoints: list[tuple[int, Checkpoint]] = field(default_factory=list)
    openings: list[tuple[int, Opening]] = field(default_factory=list)
    anchors: dict[datetime, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, message: str, position: int | None = None, line: int | None = None) -> None:
        """Note what does not hold."""
        self.problems.append(Problem(line=self.number if line is None else line, position=position, message=message))

    def read(self, number: int, line: bytes) -> None:
        """Take one line; what cannot be read is a problem of its entry, and the next line is read all the same."""
        self.number = number
        try:
            self._take(_parse(line))
        except BadInput as error:
            if line.startswith(b'{"chain":') or b'"kind":"entry"' in line:
                self.problem(error.message, len(self.leaves))
                self.leaves.append(EMPTY_ROOT)
                self.link = None
            else:
                self.problem(error.message)

    def _take(self, content: Mapping[str, object]) -> None:
        kind = content["kind"]
        if (self.number == 1) != (kind == "log"):
            raise BadInput("an export begins with one line of kind log")
        if kind == "log":
            self._log(content)
        elif kind == "entry":
            self._entry(content)
        elif kind == "checkpoint":
            self._checkpoint(exports.text_in(content, "note"))
        else:
            self._opening(content)

    def _log(self, content: Mapping[str, object]) -> None:
        if content["format"] != exports.FORMAT:
            raise BadInput(f"the export is not of format {exports.FORMAT}")
        self.log = exports.text_in(content, "log")
        self.link = leaves.chain_start(self.log)
        self.key = VerifierKey.parse(exports.text_in(content, "key"))
        if self.trusted is not None and self.trusted != self.key:
            raise BadInput("the export is not signed by the key you trust")

    def _entry(self, content: Mapping[str, object]) -> None:
        position = len(self.leaves)
        committed = exports.mapping_in(content, "commitments")
        digests = {name: exports.digest_in(committed, name).hex() for name in committed}
        opened = {
            name: exports.opened_in(exports.mapping_in(content, "opened"), name)
            for name in exports.mapping_in(content, "opened")
        }
        leaf, link = exports.digest_in(content, "leaf"), exports.digest_in(content, "chain")
        if exports.count_in(content, "position") != position:
            self.problem(f"the entry says that it stands at {content['position']}", position)
        if leaves.leaf_of(digests) != leaf:
            self.problem("the commitments are not those of the leaf hash", position)
        for name, known in opened.items():
            if not leaves.opens(digests, name, known.salt, known.value):
                self.problem(f"the field {name} is not what was committed to", position)
        if self.link is not None and leaves.chain(self.link, leaf) != link:
            self.problem("the entry does not follow the one before it", position)
        self.leaves.append(leaf)
        self.link = link
        self.withheld += len(digests.keys() - opened.keys())
        self._anchor(opened)

    def _anchor(self, opened: Mapping[str, exports.Opened]) -> None:
        values = {name: known.value for name, known in opened.items()}
        if values.get("verb") != anchors.VERB:
            return
        try:
            hour = exports.instant(exports.text_in(values, "hour"))
            commitment = exports.digest_in(values, "commitment")
        except BadInput as error:
            self.problem(f"the commitment of an hour cannot be read: {error.message}", len(self.leaves) - 1)
            return
        if self.anchors and anchors.hours_due(max(self.anchors), hour) != (hour,):
            self.problem("it is not the commitment of the hour after the one before it", len(self.leaves) - 1)
        self.anchors[hour] = commitment

    def _checkpoint(self, note: str) -> None:
        if self.key is None:
            raise BadInput("no key was read to check the signature with")
        checkpoint = open_checkpoint(note, self.key)
        if checkpoint.origin != exports.origin_of(self.key, self.log):
            raise BadInput("the checkpoint is of another log")
        self.checkpoints.append((self.number, checkpoint))

    def _opening(self, content: Mapping[str, object]) -> None:
        opening = Opening(
            hour=exports.instant(exports.text_in(content, "hour")),
            nonce=exports.digest_in(content, "nonce", anchors.NONCE),
            size=exports.count_in(content, "size"),
            root=exports.digest_in(content, "root"),
        )
        self.openings.append((self.number, opening))

    def close(self) -> Report:
        """Hold every claimed root against the leaves, and report."""
        if self.number == 0:
            self.problem("the file is empty")
        for line, opening in self.openings:
            if self.anchors.get(opening.hour) != opening.commitment():
                self.problem("it does not open the commitment of its hour", line=line)
        held = self._held([*((0, known) for known in self.known), *self.checkpoints, *self.openings])
        checkpoints = tuple(checkpoint for line, checkpoint in self.checkpoints if line in held)
        covered = max((checkpoint.size for checkpoint in checkpoints), default=0)
        if (covered < len(self.leaves) or not checkpoints) and not self.open_end:
            self.problem(f"no checkpoint that holds covers the entries from {covered} on")
        return Report(
            log=self.log,
            key=str(self.key or ""),
            trusted=self.trusted is not None and self.trusted == self.key,
            entries=len(self.leaves),
            withheld=self.withheld,
            checkpoints=checkpoints,
            openings=tuple(opening for line, opening in self.openings if line in held),
            anchors=self.anchors,
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line)),
        )

    def _held(self, claims: Sequence[tuple[int, Checkpoint | Opening]]) -> set[int]:
        """The lines whose claimed size and root are those of the leaves; growing the tree once."""
        held, edge, agreed = set(), Edge(), 0
        for line, claim in sorted(claims, key=lambda pair: (pair[1].size, pair[0])):
            if claim.size > len(self.leaves):
                self.problem(f"it is of {claim.size} entries, and the file holds {len(self.leaves)}", line=line)
                continue
            edge = edge.extend(self.leaves[edge.size : claim.size])
            if edge.root() == claim.root:
                agreed = claim.size
                held.add(line)
            else:
                self.problem(f"it does not cover the entries from {agreed} up to {claim.size}", line=line)
        return held
