"""The tags of the operators' pages: `{% load operators %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from levee.feeds import selectors as feeds

if TYPE_CHECKING:
    from collections.abc import Mapping

register = template.Library()


@register.inclusion_tag("levee/operators/feed_ages_part.html", takes_context=True)
def feed_ages(context: Mapping[str, Any]) -> dict[str, Any]:
    """The age of every feed: `{% feed_ages %}` on each page with dates that rest on them."""
    return {"feeds": feeds.feeds(context["actor"])}
