"""The folder of an evaluation: one file for each run that is over, so that a run is there whole or not at all."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from levee.frontier.determination.runs import Run
from levee.frontier.evaluations.spelling import read_transcript, transcript_bytes
from levee.frontier.evaluations.types import MARK
from levee.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from levee.frontier.evaluations.types import Transcript

_ABOUT, _BEGUN, _RUNS = "evaluation.json", "begun.jsonl", "runs"
PRIVATE = "private"
"""Where the worker's own programs keep what they like; it goes when the worker ends."""


class Folder:
    """What an evaluation keeps, in one folder of its own and nowhere else."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, about: Mapping[str, Any], *, resume: bool) -> None:
        """Make the folder, or go on in it.

        Args:
            about: what the evaluation is; it must be the same again for going on.
            resume: whether something is there already.

        Raises:
            Conflict: there is something already, or another evaluation. BadInput: nothing is there to go on with.
        """
        file = self.path / _ABOUT
        if not resume:
            self._make()
            _write(file, json.dumps(about, indent=1).encode())
            return
        before = self.about()
        changed = sorted(name for name in before.keys() | about.keys() if before.get(name) != about.get(name))
        if changed:
            raise Conflict(
                f"this is another evaluation than the one that was begun: {', '.join(changed)}",
                place=str(self.path),
                advice="go on with what it was begun with, or begin another in a folder of its own",
            )

    def about(self) -> dict[str, Any]:
        """What the evaluation is. Raises BadInput where none is here."""
        try:
            found: dict[str, Any] = json.loads((self.path / _ABOUT).read_bytes())
        except (OSError, ValueError) as error:
            raise BadInput("this is not the folder of an evaluation", place=str(self.path)) from error
        return found

    def note_begun(self, task: str, epoch: int) -> int:
        """Note that a run begins, before it spends anything; how often it was begun by now."""
        line = b"\n%s\n" % json.dumps([task, epoch]).encode()  # on a line of its own, whatever a crash cut short
        descriptor = os.open(self.path / _BEGUN, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return self._begun()[task, epoch]

    def keep(self, number: int, transcript: Transcript) -> None:
        """Keep a run that is over; `number` is its task's place in the pack."""
        folder = self.path / _RUNS
        folder.mkdir(mode=0o700, exist_ok=True)
        _write(folder / f"{number:04}-{transcript.epoch:04}.json", transcript_bytes(transcript))

    def transcripts(self) -> list[Transcript]:
        """The runs that are over, by the place of their tasks in the pack. Raises BadInput where one is damaged."""
        found = []
        for file in sorted((self.path / _RUNS).glob("*.json")):
            try:
                found.append(read_transcript(file.read_bytes()))
            except (OSError, ValueError, KeyError, TypeError) as error:
                raise BadInput("this run was changed after it was kept", place=str(file)) from error
        return found

    def _make(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(self.path.iterdir()):
                raise Conflict("this folder holds something", place=str(self.path), advice="--resume, or another one")
            self.path.chmod(0o700)  # it may have been there, open to others
        except OSError as error:
            raise BadInput(f"cannot be made: {error.strerror}", place=str(self.path)) from error

    def _begun(self) -> Counter[tuple[str, int]]:
        """How often each run was begun; a line that a crash cut short was of a run that spent nothing yet."""
        counted: Counter[tuple[str, int]] = Counter()
        for line in (self.path / _BEGUN).read_bytes().split(b"\n"):
            try:
                task, epoch = json.loads(line)
            except ValueError:
                continue
            counted[task, epoch] += 1
        return counted


def run_of(transcript: Transcript) -> Run:
    """A run as a determination reads it."""
    return Run(
        task=transcript.task,
        family=transcript.family,
        epoch=transcript.epoch,
        success=transcript.success,
        tokens=transcript.tokens,
        minutes=transcript.minutes,
        scripted=transcript.scripted,
    )


def scripted_in(transcripts: Iterable[Transcript]) -> str:
    """The scripted agent that answered in any of them; empty where a model did."""
    return next((each.scripted for each in transcripts if each.scripted), "")


def marked_in(transcripts: Iterable[Transcript]) -> int:
    """In how many runs all answers begin as those of scripted agents do, though none was ordered."""
    answers = [
        [said.text for said in run.messages if said.role == "assistant"] for run in transcripts if not run.scripted
    ]
    return sum(bool(each) and all(text.startswith(MARK) for text in each) for each in answers)


def run_line(run: Run) -> str:
    """A run as one line of JSON."""
    told = {**run.told(), "minutes": run.minutes}
    return json.dumps({name: value for name, value in told.items() if value is not None})


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, also when the power goes."""
    beside = file.with_suffix(".part")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
    descriptor = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
