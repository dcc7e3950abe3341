"""What a runner answered, read as hostile input: closed shapes, digests taken anew, no word without its fields."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from levee.formats.strict_json import read_json
from levee.kernel.errors import BadInput, TooLarge, Unavailable
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from levee.platform.runner.wire import Message

MOST_EVIDENCE = 64 * 1024 * 1024
_DETAIL = 500

Count = Annotated[int, Field(ge=0, le=1_000_000)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Results = Literal[
    "confirmed", "effect_shown", "not_reproduced", "control_failed", "flaky", "build_failed", "beyond_sandbox"
]
Contrasts = Literal["silent", "not_silent", "not_reached", "none"]
_M = TypeVar("_M", bound=BaseModel)


class Closed(BaseModel):
    """A shape without room for anything else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Effect(Closed):
    """In how many runs the effect showed."""

    shown: Count
    runs: Count
    needed: Count
    why: str


class Contrast(Closed):
    """What the independent build showed."""

    state: Contrasts
    spec: str
    build: str
    signs: list[str]
    why: str


class Contract(Closed):
    """The row of the contract table, and who speaks for it."""

    row: str
    text: str
    basis: Literal["contrast", "open"]


class Judged(Closed):
    """The verdict as the engine has it."""

    result: Results
    kind: str
    effect: Effect
    contrast: Contrast
    contract: Contract
    reach: Literal["yes", "no", "unknown"]
    signature: str
    why: str
    proof: Digest


class JudgeAnswer(Closed):
    """The answer to a job that judges a proof."""

    verdict: Judged
    evidence_digest: Digest


class Refused(Closed):
    """What was handed in broke a rule."""

    code: str
    message: str
    place: str
    advice: str


class RefusedAnswer(Closed):
    """The answer to a job whose input broke a rule."""

    refused: Refused


class Replayed(Closed):
    """One proof on a changed target."""

    proof: Digest
    kind: str
    shown: Count
    runs: Count
    reached: bool
    silent: bool
    signs: list[str]
    why: str


class Built(Closed):
    """Whether a changed target came to be."""

    applies: bool
    builds: bool
    why: str
    log: str


class ReplayAnswer(Built):
    """The answer to a job that replays proofs."""

    proofs: list[Replayed]


class BuildAnswer(Built):
    """The answer to a job that builds; the build itself is attached."""

    digest: str


class Tested(Closed):
    """One command of a test suite."""

    name: str
    passed: bool
    count: Count


class RegressionAnswer(Built):
    """The answer to a job that runs a test suite twice."""

    held: bool
    broken: list[str]
    before: list[Tested]
    after: list[Tested]


def read_answer(message: Message, shape: type[_M]) -> _M | Refused:
    """Read an answer of one shape, or a refusal.

    Raises:
        Unavailable: it is neither: the runner is not to be believed, and the job is done again.
    """
    try:
        if "refused" in message.header:
            return RefusedAnswer.model_validate(dict(message.header)).refused
        return shape.model_validate(dict(message.header))
    except ValidationError as error:
        place = "/".join(str(part) for part in error.errors()[0]["loc"])
        raise disbelieved(place) from error


def disbelieved(place: str) -> Unavailable:
    """The refusal of an answer that no honest runner gives."""
    return Unavailable("the runner's answer is not one that an engine gives", code="runner.answer", place=place[:80])


def attached(message: Message, name: str, digest: str) -> bytes:
    """Attached canonical JSON whose digest is the one that was stated.

    Raises:
        Unavailable: it is missing, is no JSON, or is not what its digest says.
    """
    data = message.attachments.get(name, b"")
    if sha256(data).hex() != digest:
        raise disbelieved(name)
    try:
        read_json(data, max_bytes=MOST_EVIDENCE)
    except (BadInput, TooLarge) as error:
        raise disbelieved(name) from error
    return data


def check_consistent(judged: Judged, *, contrast: str) -> None:
    """A word stands only on the fields that make it.

    Args:
        judged: the verdict.
        contrast: the contrast that was handed over, or empty.

    Raises:
        Unavailable: more showings than runs, or a confirmation without a shown effect and a silent contrast.
    """
    effect, silent = judged.effect, judged.contrast.state == "silent"
    if effect.shown > effect.runs or (judged.contract.basis == "contrast") != (judged.result == "confirmed"):
        raise disbelieved("verdict/effect")
    if judged.result == "confirmed" and not (silent and contrast and 0 < effect.needed <= effect.shown):
        raise disbelieved("verdict/result")
    if judged.contrast.state != "none" and judged.contrast.spec != contrast:
        raise disbelieved("verdict/contrast/spec")


def plain(text: str, most: int = _DETAIL) -> str:
    """One line of ordinary characters: a target chooses parts of what an engine says."""
    kept = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in text)
    line = " ".join(kept.split())
    return line if len(line) <= most else line[: most - 1] + "…"
