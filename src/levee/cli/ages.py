"""What dates rest on, in one line below a list: the same for a server's answer and for this machine's own data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def tell_ages(lines: Iterable[str] | None) -> None:
    """Print how old every feed is; nothing where a token may not see them."""
    if lines is not None:
        typer.echo(f"rests on: {'; '.join(lines) or 'no feed, so what is exploited elsewhere is not known here'}")


def tell_ages_of(answer: Mapping[str, Any]) -> None:
    """Print how old the feeds are that a server's answer rests on."""
    feeds = answer["feeds"]
    tell_ages(None if feeds is None else (each["line"] for each in feeds))
