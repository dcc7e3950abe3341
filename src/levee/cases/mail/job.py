"""The one entry for mail in the runner, and how its answer is read outside of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from levee.cases.mail.reading import MOST_TEXT, read_letter
from levee.cases.mail.refusals import NotTaken, Why
from levee.cases.mail.signatures import MOST_SIGNATURES, is_signed, key_names
from levee.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.platform.runner.wire import Message
    from levee.platform.sandbox.port import Sandbox

    Answer = tuple[dict[str, Any], dict[str, bytes]]

KIND = "mail"
HANDLER = "levee.cases.mail.job:handle"
SECONDS = 30.0
_LONGEST_ADDRESS = 320
_LONGEST_NAME = 500


def handle(header: dict[str, Any], attachments: dict[str, bytes], _sandbox: Sandbox) -> Answer:
    """Read a letter, or check its signatures under keys that were looked up since.

    Args:
        header: `{"job": "read", "no_sender", "house", "domain"}`, or `{"job": "check", "domain", "keys": [name]}`.
        attachments: the letter as `mail`, and each key by its name.

    Returns:
        `{"letter": …, "keys": [name]}`, `{"refused": why}`, or `{"signed": yes or no}`.
    """
    raw = attachments["mail"]
    if header["job"] == "check":
        return {"signed": is_signed(raw, header["domain"], {name: attachments[name] for name in header["keys"]})}, {}
    try:
        letter = read_letter(raw, no_sender=header["no_sender"], house=header["house"])
    except NotTaken as refusal:
        return {"refused": refusal.why.value}, {}
    told = {name: getattr(letter, name) for name in ("sender", "text", "attachments", "digest")}
    return {"letter": told, "keys": list(key_names(raw, header["domain"]))}, {}


class _Closed(BaseModel):
    """A shape without room for anything else."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Told(_Closed):
    """What a runner says that a letter says; see `reading.Letter`."""

    sender: Annotated[str, Field(max_length=_LONGEST_ADDRESS)]
    text: Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
    attachments: Annotated[int, Field(ge=0, le=1000)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Read(_Closed):
    letter: Told
    keys: Annotated[list[Annotated[str, Field(max_length=_LONGEST_NAME)]], Field(max_length=MOST_SIGNATURES)]


class _Refused(_Closed):
    refused: Literal["automatic", "bounce", "list", "loop", "too_large", "too_many_parts", "unreadable", "empty"]


class _Checked(_Closed):
    signed: bool


def letter_in(answer: Message, domain: str) -> tuple[Told, list[str]]:
    """The letter that a runner read, and the names of the domain's keys that would show whether it was signed.

    Raises:
        NotTaken: the runner refuses it. Unavailable: the answer is of another shape.
    """
    try:
        if "refused" in answer.header:
            raise NotTaken(Why(_Refused.model_validate(dict(answer.header)).refused))
        read = _Read.model_validate(dict(answer.header))
    except ValidationError as error:
        raise _unknown() from error
    return read.letter, [name for name in read.keys if name.endswith(f"._domainkey.{domain}") and name.isascii()]


def signed_in(answer: Message) -> bool:
    """Whether a runner found the signature to hold.

    Raises:
        Unavailable: the answer is of another shape.
    """
    try:
        return _Checked.model_validate(dict(answer.header)).signed
    except ValidationError as error:
        raise _unknown() from error


def _unknown() -> Unavailable:
    return Unavailable("the runner's answer about a letter has an unknown shape", code="runner.answer")


def checking(domain: str, raw: bytes, keys: Mapping[str, bytes]) -> Answer:
    """The job that checks signatures."""
    return {"job": "check", "domain": domain, "keys": sorted(keys)}, {"mail": raw, **keys}
