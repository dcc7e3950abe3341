"""What is said in a case, and the mail that came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.cases.rules.mail import Label
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.rules.mail import Outcome
    from levee.cases.rules.threads import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread of a case, as somebody who is in it sees it.

    Attributes:
        audience: for whom it was opened.
        product: with the audience `product`: which one.
        readers: the parties, as the case calls them, that read what is written now.
        held_back: those that read it only once they agree to the embargo.
        handles: what each of `readers` is mentioned by, in the same order.
        messages: how many of its messages the reader sees.
        last_at: when the last of them was sent.
        read: the number of the last message that the reader has read; 0 for none.
        unread: how many came after it.
    """

    id: UUID
    audience: Audience
    subject: str
    product: str
    at: datetime
    readers: tuple[str, ...]
    held_back: tuple[str, ...]
    handles: tuple[str, ...]
    messages: int
    last_at: datetime | None
    read: int
    unread: int

    @property
    def public_id(self) -> str:
        """`THR-…`."""
        return public_id("THR", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file as somebody sends it: its plain name and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file beside a message; `size` is in bytes."""

    id: UUID
    name: str
    size: int

    @property
    def public_id(self) -> str:
        """`ATT-…`."""
        return public_id("ATT", self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message; who is in its thread sees it.

    Attributes:
        audience: that of its thread.
        number: its place in its thread, from 1; it never changes.
        by_mail: how far its sender is known, where it came by mail.
        text: empty where it brings a file alone.
        mentions: the handles of the parties that it mentions.
        attachments: the files beside it.
    """

    id: UUID
    thread: UUID
    audience: Audience
    number: int
    author: str
    text: str
    at: datetime
    mentions: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    by_mail: Label = Label.NOT_BY_MAIL

    @property
    def thread_id(self) -> str:
        """`THR-…`."""
        return public_id("THR", self.thread)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A letter that came in answer to one of ours, as the case's owner reads of it.

    Attributes:
        party: whose address ours went to, as the case calls it; anybody who knows the address can write to it.
        why: why it was refused, as a sentence; empty where it was not.
        text: what it says, where only the owner reads it because its sender has not accepted the terms.
    """

    id: UUID
    party: str
    at: datetime
    outcome: Outcome
    why: str
    label: Label
    text: str
