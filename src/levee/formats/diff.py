"""Patches: unified diffs read strictly, and what is refused before anything is applied.

A patch is hostile text. The reader understands every line or refuses it, and prints what it understood again:
`Patch.text` is what is applied, so that no other reader can see something in the original that was not checked.
The grammar is GNU's unified format with git's extended header lines (git-diff, "Generating patch text with -p").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from unidiff.errors import UnidiffParseError
from unidiff.patch import PatchSet

from levee.formats import patch_rules
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

MAX_BYTES = 2 << 20
MAX_FILES = 500

_HUNK = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)", re.DOTALL)
_GIT_HEADER = re.compile(r"diff --git (a/.+) (b/.+)")
_INDEX = re.compile(r"index [0-9a-f]{4,64}\.\.[0-9a-f]{4,64}(?: (\d{6}))?")
_MODE = re.compile(r"(new file|deleted file|old|new) mode (\d{6})")
_NO_NEWLINE = "\\ No newline at end of file"
_NOWHERE = "/dev/null"


class Change(Enum):
    """What a patch does to a file."""

    ADDED = "added"
    MODIFIED = "modified"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    r"""One run of changed lines; starts count from 1, `lines` keep their first character (blank, +, -, \\)."""

    source_start: int
    source_length: int
    target_start: int
    target_length: int
    section: str
    lines: tuple[str, ...]
    patch_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchedFile:
    """One file of a patch; `path` is relative to the project's root, with `/`; `patch_line` counts from 1."""

    path: str
    change: Change
    hunks: tuple[Hunk, ...]
    patch_line: int

    @property
    def added(self) -> int:
        """How many lines come in."""
        return sum(line.startswith("+") for hunk in self.hunks for line in hunk.lines)

    @property
    def removed(self) -> int:
        """How many lines go out."""
        return sum(line.startswith("-") for hunk in self.hunks for line in hunk.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A patch that passed the static refusals; `text` is its one normal spelling, for applying and for digests."""

    files: tuple[PatchedFile, ...]
    text: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files touched, in the patch's order."""
        return tuple(file.path for file in self.files)


def read_patch(data: str | bytes, *, protected: Sequence[str] = patch_rules.PROTECTED) -> Patch:
    """Read a patch and refuse what a patch may not do.

    Args:
        data: UTF-8 text. Prose before the first file is passed over; prose after it is refused.
        protected: path patterns (see `globs`) that the patch may not touch: tests, harness, build files.

    Raises:
        TooLarge: over two mebibytes or 500 files.
        BadInput: not a patch, or one that Levee refuses; `place` is `line N` of the patch, with the file if known.
    """
    text = _text(data)
    files = _Reader(text.split("\n")).files()
    if not files:
        raise BadInput("the text holds no unified diff", code="patch.empty", place="line 1")
    if len(files) > MAX_FILES:
        raise TooLarge(f"the patch touches {len(files)} files, at most {MAX_FILES} are read", code="patch.too_large")
    _refuse_repeats(files)
    for file in files:
        patch_rules.check_path(file.path, file.patch_line, protected)
        _check_added_lines(file)
    patch = Patch(files=tuple(files), text=_printed(files))
    _agree(patch)
    return patch


def part_of(patch: Patch, hunks: Collection[tuple[str, int]]) -> Patch:
    """A patch with only some of the hunks of another, each named by its file and its place in it, from 0.

    Args:
        patch: the whole.
        hunks: at least one; what a part leaves out shifts the later hunks of its file.
    """
    files = []
    for file in patch.files:
        shift, kept = 0, []
        for place, hunk in enumerate(file.hunks):
            if (file.path, place) in hunks:
                kept.append(replace(hunk, target_start=hunk.target_start - shift))
            else:
                shift += hunk.target_length - hunk.source_length
        if kept:
            files.append(replace(file, hunks=tuple(kept)))
    return Patch(files=tuple(files), text=_printed(files))


def _text(data: str | bytes) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"the patch has {len(raw)} bytes, at most {MAX_BYTES} are read", code="patch.too_large")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = "line " + str(raw.count(b"\n", 0, error.start) + 1)
        raise BadInput("the patch is not UTF-8 text", code="patch.encoding", place=place) from error


class _Reader:
    """Walks the lines once; `at` is the index of the next one."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.at = 0

    def files(self) -> list[PatchedFile]:
        found: list[PatchedFile] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.startswith(("diff --git ", "--- ")):
                found.append(self._file())
            elif self._is_end(line, found):
                break
            elif line.startswith(patch_rules.REFUSED_STARTS):
                raise patch_rules.refused_line(line, self.at + 1)
            elif found and line.strip():
                raise self._bad(f"this line belongs to no file: {line[:60]!r}")
            else:
                self.at += 1
        return found

    def _is_end(self, line: str, found: list[PatchedFile]) -> bool:
        """Whether a mail signature as git format-patch writes it ends the patch here."""
        rest = [later for later in self.lines[self.at + 1 :] if later.strip()]
        return bool(found) and line == "-- " and len(rest) <= 1

    def _file(self) -> PatchedFile:
        start = self.at
        named, made = self._git_header()
        source, target = self._name("--- "), self._name("+++ ")
        path, change = _identity(source, target, start + 1)
        if named not in ("", path) or made not in (None, change):
            raise self._bad("the header lines name different files or changes", start)
        hunks: list[Hunk] = []
        while self.at < len(self.lines) and self.lines[self.at].startswith("@@ "):
            hunks.append(self._hunk())
        if not hunks:
            raise self._bad(f"no hunk for {path}")
        _check_order(hunks, path, change)
        return PatchedFile(path=path, change=change, hunks=tuple(hunks), patch_line=start + 1)

    def _git_header(self) -> tuple[str, Change | None]:
        if not self.lines[self.at].startswith("diff --git "):
            return "", None
        header = _GIT_HEADER.fullmatch(self.lines[self.at])
        if header is None or header[1][2:] != header[2][2:]:
            raise self._bad("the git header does not name one file twice (a rename, or quoted names)")
        made: Change | None = None
        self.at += 1
        while self.at < len(self.lines) and not self.lines[self.at].startswith("--- "):
            line = self.lines[self.at]
            mode, index = _MODE.fullmatch(line), _INDEX.fullmatch(line)
            if mode:
                patch_rules.check_mode(mode[1], mode[2], self.at + 1)
                made = Change.ADDED if mode[1] == "new file" else Change.DELETED
            elif index:
                patch_rules.check_mode("index", index[1] or "100644", self.at + 1)
            elif line.startswith(patch_rules.REFUSED_STARTS):
                raise patch_rules.refused_line(line, self.at + 1)
            else:
                raise self._bad(f"unknown header line {line[:60]!r}")
            self.at += 1
        return header[1][2:], made

    def _name(self, mark: str) -> str:
        if self.at >= len(self.lines) or not self.lines[self.at].startswith(mark):
            raise self._bad(f"a line beginning with {mark!r} was expected")
        name = self.lines[self.at][len(mark) :].split("\t", 1)[0]
        self.at += 1
        return name

    def _hunk(self) -> Hunk:
        start = self.at
        header = _HUNK.fullmatch(self.lines[start])
        if header is None:
            raise self._bad("not a hunk header")
        length = [1 if text is None else int(text) for text in (header[2], header[4])]
        self.at += 1
        lines = self._body(length[0], length[1], start)
        return Hunk(
            source_start=int(header[1]),
            source_length=length[0],
            target_start=int(header[3]),
            target_length=length[1],
            section=header[5].rstrip(),
            lines=lines,
            patch_line=start + 1,
        )

    def _body(self, source: int, target: int, start: int) -> tuple[str, ...]:
        lines: list[str] = []
        while source > 0 or target > 0:
            line = self.lines[self.at] if self.at < len(self.lines) else None
            if line is None or (line[:1] not in ("", " ", "+", "-", "\\")):
                raise self._bad("the hunk is shorter than its header says", start)
            if line.startswith("\\"):
                self._no_newline(lines)
                continue
            line = line or " "  # some mailers strip the blank of an empty context line
            source -= line[0] in " -"
            target -= line[0] in " +"
            lines.append(line)
            self.at += 1
        if source or target:
            raise self._bad("the hunk is longer than its header says", start)
        if self.at < len(self.lines) and self.lines[self.at].startswith("\\"):
            self._no_newline(lines)
        return tuple(lines)

    def _no_newline(self, lines: list[str]) -> None:
        if not lines or lines[-1].startswith("\\") or self.lines[self.at].rstrip("\r") != _NO_NEWLINE:
            raise self._bad("a line beginning with a backslash is out of place")
        lines.append(_NO_NEWLINE)
        self.at += 1

    def _bad(self, message: str, at: int | None = None) -> BadInput:
        return BadInput(message, code="patch.syntax", place=f"line {(self.at if at is None else at) + 1}")


def _identity(source: str, target: str, line: int) -> tuple[str, Change]:
    if source == target == _NOWHERE:
        raise BadInput("a file that is nowhere before and after", code="patch.syntax", place=f"line {line}")
    if source == _NOWHERE:
        return target.removeprefix("b/"), Change.ADDED
    if target == _NOWHERE:
        return source.removeprefix("a/"), Change.DELETED
    if source.startswith("a/") and target.startswith("b/"):
        source, target = source[2:], target[2:]
    if source != target:
        raise BadInput(
            f"{source!r} becomes {target!r}: renames are refused",
            code="patch.rename",
            place=f"line {line}",
            advice="Write it as a deletion and a new file.",
        )
    return source, Change.MODIFIED


def _check_order(hunks: list[Hunk], path: str, change: Change) -> None:
    reached = 0
    for hunk in hunks:
        place = f"line {hunk.patch_line} ({path})"
        if hunk.source_start < reached:
            raise BadInput("hunks overlap or stand out of order", code="patch.syntax", place=place)
        reached = hunk.source_start + hunk.source_length
        if change is Change.ADDED and (hunk.source_start or hunk.source_length):
            raise BadInput("a new file has no lines to take away", code="patch.syntax", place=place)
        if change is Change.DELETED and (hunk.target_start or hunk.target_length):
            raise BadInput("a deleted file keeps lines", code="patch.syntax", place=place)


def _refuse_repeats(files: list[PatchedFile]) -> None:
    seen: set[str] = set()
    for file in files:
        folded = file.path.casefold()
        if folded in seen:
            raise BadInput(
                "the file is patched twice", code="patch.repeat", place=f"line {file.patch_line} ({file.path})"
            )
        seen.add(folded)


def _check_added_lines(file: PatchedFile) -> None:
    there_before = frozenset(
        power for hunk in file.hunks for line in hunk.lines if line[0] in " -" for power in patch_rules.powers(line[1:])
    )
    for hunk in file.hunks:
        for number, line in enumerate(hunk.lines, hunk.patch_line + 1):
            if line.startswith("+"):
                patch_rules.check_added(line[1:], file.path, number, there_before)


def _printed(files: list[PatchedFile]) -> str:
    out: list[str] = []
    for file in files:
        out.append(f"diff --git a/{file.path} b/{file.path}")
        if file.change is not Change.MODIFIED:
            out.append("new file mode 100644" if file.change is Change.ADDED else "deleted file mode 100644")
        out.append("--- " + (_NOWHERE if file.change is Change.ADDED else f"a/{file.path}"))
        out.append("+++ " + (_NOWHERE if file.change is Change.DELETED else f"b/{file.path}"))
        for hunk in file.hunks:
            ranges = f"-{hunk.source_start},{hunk.source_length} +{hunk.target_start},{hunk.target_length}"
            out += [f"@@ {ranges} @@{hunk.section}", *hunk.lines]
    return "\n".join(out) + "\n"


def _agree(patch: Patch) -> None:
    """A second reader must see the same files and counts, or the patch is refused."""
    try:
        second = [(file.path, file.added, file.removed) for file in PatchSet(patch.text)]
    except UnidiffParseError as error:
        raise BadInput("a second reader cannot read this patch", code="patch.readers_differ") from error
    if second != [(file.path, file.added, file.removed) for file in patch.files]:
        raise BadInput("two readers see different changes in this patch", code="patch.readers_differ")
