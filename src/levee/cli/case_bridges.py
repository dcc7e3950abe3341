from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.kernel.errors import BadInput

channels = typer.Typer(no_args_is_help=True, help="Access to private channels of projects, at GitHub and GitLab.")
bridges = typer.Typer(no_args_is_help=True, help="Reports of cases at private channels of projects.")

Case = Annotated[str, typer.Argument(help="CAS-…")]
Key = Annotated[str, typer.Argument(help="CHN-…")]
TokenFile = Annotated[Path, typer.Option(help="a file that holds the token, and nothing else")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@channels.command("list")
def listed(as_json: AsJson = False) -> None:
    """List your channels."""
    _table(call("GET", "/cases/channels"), ("public_id", "kind", "name", "base"), as_json=as_json)


@channels.command()
def add(
    kind: Annotated[str, typer.Argument(help="github or gitlab")],
    name: Annotated[str, typer.Argument(help="what you call it")],
    token_file: TokenFile,
    base: Annotated[str, typer.Option(help="where the API is, if it is one of a project's own house")] = "",
) -> None:
    """Keep a token to hand reports in with."""
    body = {"kind": kind, "name": name, "token": _token(token_file), "base": base}
    typer.echo(call("POST", "/cases/channels", json=body)["public_id"])


@channels.command("renew-token")
def renew_token(channel: Key, token_file: TokenFile) -> None:
    """Give a channel another token."""
    call("POST", f"/cases/channels/{channel}/token", json={"token": _token(token_file)})


@channels.command()
def end(channel: Key) -> None:
    """Use a channel no more."""
    call("DELETE", f"/cases/channels/{channel}")


@bridges.command("list")
def bridged(case: Case, as_json: AsJson = False) -> None:
    """List where a case's report was handed in, and how that stands."""
    columns = ("public_id", "name", "project", "says", "advice", "detail", "url")
    _table(call("GET", f"/cases/{case}/bridges"), columns, as_json=as_json)


@bridges.command("hand-in")
def hand_in(
    case: Case,
    channel: Key,
    project: Annotated[str, typer.Argument(help="owner/name at GitHub, group/project at GitLab")],
    name: Annotated[str, typer.Option(help="what the case calls it")],
    because: Annotated[str, typer.Option("--because", "-b", help="why it must know; recorded")],
) -> None:
    """Let a project in, and hand the report in at its private channel."""
    body = {"channel": channel, "project": project, "name": name, "because": because}
    typer.echo(call("POST", f"/cases/{case}/bridges", json=body)["public_id"])


@bridges.command()
def again(case: Case, bridge: Annotated[str, typer.Argument(help="BRI-…")]) -> None:
    """Look at a private channel now, after a problem too."""
    call("POST", f"/cases/{case}/bridges/{bridge}/again")


def _token(path: Path) -> str:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the file with the token cannot be read", place=str(path)) from error


def _table(found: list[dict[str, object]], columns: tuple[str, ...], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(*columns)
    for each in found:
        table.add_row(*("" if each[name] is None else str(each[name]) for name in columns))
    Console().print(table)
