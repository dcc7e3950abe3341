"""What becomes of mail: how far its sender is known, and who reads it. It is never more than a message."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """How far the sender of a letter is known; empty for what was not sent by mail."""

    NOT_BY_MAIL = ""
    UNVERIFIED = "unverified"
    SIGNED = "signed"
    CHANNEL = "channel"

    @property
    def says(self) -> str:
        """Such as "by mail, unverified"."""
        return _SAYS[self]


_SAYS = {
    Label.NOT_BY_MAIL: "",
    Label.UNVERIFIED: "by mail, unverified",
    Label.SIGNED: "by mail, signed by the address's domain",
    Label.CHANNEL: "at its private channel",
}


class Outcome(StrEnum):
    """What became of a letter."""

    MESSAGE = "message"
    OWNER = "owner"
    REFUSED = "refused"
