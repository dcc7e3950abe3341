"""What answers with due dates rest on: feeds, and how old they are."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ninja import Schema

from levee.api.house import actor_of
from levee.feeds import selectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from levee.feeds.types import Feed


class FeedAgeOut(Schema):
    """A feed, which state of it is held, and how old that is; `line` says it in words."""

    name: str
    title: str
    version: str
    data_at: datetime | None
    fetched_at: datetime | None
    hours_old: int | None
    stale: bool
    alarm: str
    line: str


class Resting(Schema):
    """An answer that rests on feeds; `feeds` is null for a token that may not see them."""

    feeds: list[FeedAgeOut] | None

    @staticmethod
    def resolve_feeds(_told: object, context: Mapping[str, Any]) -> Sequence[Feed] | None:
        """All of them, as they are held now."""
        return selectors.ages(actor_of(context["request"]))
