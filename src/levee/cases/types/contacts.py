"""Whom to write to, and what whoever got a letter sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from levee.cases.rules.embargo import Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A case as a document: canonical bytes, and how a file of it is called."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What whoever holds a letter's locator sees before a code is typed: nothing of the case."""

    locator: str
    house: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a maintainer without an account sees before it consents; `embargo_end` is None once the embargo is over."""

    house: str
    embargo_end: datetime | None
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody typed a code at a contact's page; `opened` tells whether it was the right one."""

    at: datetime
    opened: bool
