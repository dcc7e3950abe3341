"""What is worth saying about machines: the facts that move dates the most, asked and answered."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from levee.cli.operator.telling import plain_json
from levee.exposure import selectors
from levee.kernel.counting import counted

if TYPE_CHECKING:
    from levee.exposure.types import Question
    from levee.policy.actors import Actor

_ASKED = {
    "exposure": ("can it be reached from the internet", "--exposure no   (or yes)"),
    "criticality": ("how much depends on it", "--criticality low   (or medium, high)"),
}


def questions(actor: Actor, *, as_json: bool = False) -> None:
    """At most five, those first whose answers move dates the most, each with the command that answers it."""
    found = selectors.questions(actor)
    if as_json:
        typer.echo(plain_json([{"public_id": each.public_id, **asdict(each)} for each in found]))
        return
    if found:
        typer.echo("\nnot known, and worth saying:")
    for each in found:
        typer.echo(_question(each))


def _question(each: Question) -> str:
    words, options = _ASKED[each.fact]
    gained = f"; up to {counted(each.days, 'day')} more in all" if each.days else ""
    return (
        f"  {each.asset_name}: {words}? Assumed: {each.assumed}{gained}\n"
        f"    levee operator answer {each.public_id} {options}"
    )
