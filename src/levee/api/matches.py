"""How matches and their dates are told, by every part of the API that tells them."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from levee.formats.vex import Status


class SignalOut(Schema):
    """One input: its value, who says so and since when; `assumed` where nobody does."""

    value: str
    source: str
    at: datetime
    detail: str
    assumed: bool


class BandOut(Schema):
    """How long there is."""

    label: str
    days: int | None
    forensics: bool


class TimelineOut(Schema):
    """A due date and what it follows from."""

    edition: str
    title: str
    row: int
    result: str
    band: BandOut
    starts_at: datetime
    due_at: datetime | None
    inputs: dict[str, SignalOut]
    held_by: str


class SourceOut(Schema):
    """By what way a record came here, and which state of it that was; `words` says all of it."""

    name: str
    place: str
    batch: str
    at: str
    digest: str
    words: str

    @staticmethod
    def resolve_words(source: object) -> str:
        """All of it in words."""
        return str(source)


class ExplanationOut(Schema):
    """Why a component counts as affected."""

    stated: str
    purl: str
    package: str
    record: str
    revision: str
    place: str
    because: str
    scheme: str
    introduced: str
    end: str
    end_kind: str
    also: list[str]
    advice: str
    source: SourceOut


class ExcuseOut(Schema):
    """The statement (VEX) that puts a match aside; no `statement_id` where it came through a feed."""

    author: str
    at: datetime
    status: Status
    justification: str
    detail: str
    words: str
    product: str
    document: str
    format: str
    place: str
    statement_id: str


class MatchOut(Schema):
    """One component affected by one advisory; with an `excuse` it is put aside, and asks for nothing."""

    asset_name: str
    version: str
    vulnerability: str
    certain: bool
    detected_at: datetime
    ended_at: datetime | None
    ended_because: str
    explanation: ExplanationOut
    timeline: TimelineOut
    excuse: ExcuseOut | None
