"""The program's first word; each command is imported when it is asked for, so that no start pays for another's."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from levee.kernel.errors import LeveeError

if TYPE_CHECKING:
    from collections.abc import Iterator

WHERE = {
    "demo": "demo:demo",
    "brief": "brief:brief",
    "sign-in": "people:sign_in",
    "sign-out": "people:sign_out",
    "outbox": "looking:outbox",
    "policy": "looking:policy",
    "measures": "looking:measures",
    "up": "house:up",
    "migrate": "house:migrate",
    "serve": "house:serve",
    "worker": "house:worker",
    "sequencer": "house:sequencer",
    "receiver": "house:receiver",
    "backup": "keeping:backup",
    "restore": "keeping:restore",
    "findings": "findings:app",
    "ledger": "ledger:app",
    "validation": "validation:app",
    "targets": "verdicts:targets",
    "clusters": "clusters:app",
    "fixes": "fixes:app",
    "inventory": "inventory:app",
    "exposure": "exposure:app",
    "feeds": "feeds:app",
    "versions": "versions:app",
    "frontier": "frontier:app",
    "gateway": "gateway:app",
    "actions": "exposure:actions",
    "alerts": "alerts:app",
    "priority": "priority:app",
    "exceptions": "exceptions:app",
    "forensics": "forensics:app",
    "operator": "operator:app",
    "cases": "cases:app",
    "house": "house_rules:app",
    "notices": "notices:notices",
    "projects": "projects:app",
    "clients": "intermediaries:clients",
    "consents": "intermediaries:consents",
    "organisations": "people:organisations",
    "members": "people:members",
    "tokens": "people:tokens",
    "terms": "people:terms",
}
"""Each command: its module in this folder, and the group or function there."""


class Commands(Mapping[str, Any]):
    """The commands by name."""

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - a command of the library inside typer
        module, _, attribute = WHERE[name].partition(":")
        found = getattr(import_module(f"levee.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            command: Any = typer.main.get_group(found)
        else:
            alone = typer.Typer(add_completion=False)
            alone.command()(found)
            command = typer.main.get_command(alone)
        command.name = name
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(WHERE)

    def __len__(self) -> int:
        return len(WHERE)


class Program(TyperGroup):
    """The first word of a command line."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - typer's own
        super().__init__(**attributes)
        self.commands = Commands()  # type: ignore[assignment]  # nobody adds to it


app = typer.Typer(cls=Program, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def levee() -> None:
    """Levee, an open AI cybersecurity clearinghouse."""


def main() -> None:
    """Run the command; errors print what is wrong and what to do, and exit with 1 (2 for usage)."""
    try:
        app()
    except LeveeError as error:
        console = Console(stderr=True)
        console.print(f"error: {error}", markup=False, style="red")
        if error.advice():
            console.print(error.advice(), markup=False)
        sys.exit(1)
