"""The tags of the operators' pages: `{% load operators %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from levee.feeds import selectors as feeds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

register = template.Library()


@register.inclusion_tag("levee/operators/feed_ages_part.html", takes_context=True)
def feed_ages(context: Mapping[str, Any]) -> dict[str, Any]:
    """The age of every feed: `{% feed_ages %}` on each page with dates that rest on them."""
    return {"feeds": feeds.feeds(context["actor"])}


@register.filter
def there(at: datetime) -> str:
    """A moment by the clock of the place that it is about, with its zone: `Sat 28 Nov, 22:00 (America/Chicago)`.

    Django's own `date` would show it in the zone of the house.
    """
    return f"{at:%a} {at.day} {at:%b}, {at:%H:%M} ({at.tzinfo})"
