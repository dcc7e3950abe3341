from __future__ import annotations

import json
import logging
import os
import sys
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from levee.frontier.envelopes import key_named
from levee.frontier.gateway.store import Agreement, Store
from levee.frontier.seals import seal_named
from levee.frontier.statements import Scope, agreement_named, handle_named
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Unavailable

app = typer.Typer(
    no_args_is_help=True, help="A developer's gateway to a model: bounded access under agreements, and its end."
)

Folder = Annotated[
    Path, typer.Option(envvar="LEVEE_GATEWAY_FOLDER", help="where the gateway keeps what it knows; its account's alone")
]
FOLDER = Path("gateway")
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


@app.command()
def trust(
    key: Annotated[str, typer.Argument(help="the house's public key, had from elsewhere: ed25519:…")],
    folder: Folder = FOLDER,
) -> None:
    """Hear grants and withdrawals that this key signed."""
    key_named(key)
    Store(folder).trust(key)


@app.command()
def agree(
    digest: Annotated[str, typer.Argument(help="of the agreement that both sides signed: sha256:…")],
    *,
    model: Annotated[str, typer.Option(help="the handle that both sides use for the model")],
    upstream: Annotated[str, typer.Option(help="what the model is called at its own host; never told to a client")],
    ends: Annotated[datetime, typer.Option(help="an instant, UTC: 2026-12-24T09:00:00")],
    tokens: Annotated[int, typer.Option(min=1, help="what all grants under it may spend together")],
    seal: Annotated[
        list[str] | None,
        typer.Option(help="whom transcripts are sealed to, age1…, once for each side; without it none are kept"),
    ] = None,
    folder: Folder = FOLDER,
) -> None:
    """Let grants be made under an agreement, and within its bounds; none are, before this."""
    until = int(ends.replace(tzinfo=ends.tzinfo or UTC).timestamp())
    agreement_named(digest)
    handle_named(model, "model")
    seals = tuple(seal_named(each) for each in seal or ())
    if len(set(seals)) not in {0, 2}:
        raise BadInput("transcripts are sealed to both sides, or none are kept", place="--seal")
    terms = Agreement(digest=digest, model=model, upstream=upstream, ends=until, tokens=tokens, seals=seals)
    Store(folder).agree(terms)


@app.command()
def take(
    statements: Annotated[Path, typer.Argument(help="signed statements, one a line; - for standard input")],
    folder: Folder = FOLDER,
) -> None:
    """Take statements in that came by file."""
    store, now = Store(folder), int(SystemClock().now().timestamp())
    for line in filter(None, _bytes(statements).splitlines()):
        store.take(line, now)


@app.command()
def follow(
    every: Annotated[float, typer.Option(min=1, help="seconds between two times")] = 60,
    once: Annotated[bool, typer.Option("--once", help="ask one time, and end")] = False,
    folder: Folder = FOLDER,
) -> None:
    """Ask the house at LEVEE_URL, as its developer, what holds by now, and tell it what was used; until stopped."""
    from levee.cli.following import follow_once  # noqa: PLC0415 - talks to a house, which no other command does

    store, kept = Store(folder), None
    if find_spec("pyrage") is not None:
        from levee.frontier.gateway.transcripts import Transcripts  # noqa: PLC0415 - needs an extra

        kept = Transcripts(folder)
    while True:
        typer.echo(follow_once(store, kept, SystemClock().now()))
        if once:
            return
        time.sleep(every)


@app.command()
def withdraw(
    scope: Annotated[Scope, typer.Argument(help="what ends")],
    name: Annotated[str, typer.Argument(help="of the grant or the model; nothing for all")] = "",
    folder: Folder = FOLDER,
) -> None:
    """End a grant, a model or all, now: running answers are cut, and nothing brings it back."""
    if (scope is Scope.ALL) != (name == ""):
        raise BadInput("a grant and a model are named, and all is not", place="name")
    if name:
        handle_named(name, "name")
    Store(folder).withdraw(scope, name)


@app.command()
def show(folder: Folder = FOLDER, as_json: AsJson = False) -> None:
    """List what was granted, what is spent, and what holds at this moment."""
    uses = Store(folder).uses(int(SystemClock().now().timestamp()))
    if as_json:
        told = [{**each.grant.told(), "spent": each.spent, "holds": each.holds} for each in uses]
        typer.echo(json.dumps(told, indent=2))
        return
    from rich.console import Console  # noqa: PLC0415 - a server does without it
    from rich.table import Table  # noqa: PLC0415 - the same

    table = Table("grant", "model", "purpose", "spent", "of", "until", "holds")
    for each in uses:
        grant = each.grant
        until = datetime.fromtimestamp(grant.until, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        holds = "yes" if each.holds else "no"
        table.add_row(grant.id, grant.model, grant.purpose, str(each.spent), str(grant.tokens), until, holds)
    Console().print(table)


@app.command()
def serve(
    *,
    upstream: Annotated[str, typer.Option(help="the model's own host, an OpenAI-compatible API: https://…/v1")],
    secret_file: Annotated[Path | None, typer.Option(help="a file with what that host wants as bearer token")] = None,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="and its port")] = 8400,
    certificate: Annotated[Path | None, typer.Option(help="for other machines: a chain in PEM")] = None,
    key: Annotated[Path | None, typer.Option(help="and its key")] = None,
    folder: Folder = FOLDER,
) -> None:
    """Serve until stopped."""
    if find_spec("uvicorn") is None:
        raise Unavailable("a gateway serves with what is not installed", advice="pip install 'levee[gateway]'")
    from levee.frontier.gateway.app import Gateway  # noqa: PLC0415 - no other command pays for a server
    from levee.frontier.gateway.serving import server  # noqa: PLC0415 - the same
    from levee.frontier.gateway.upstream import Upstream  # noqa: PLC0415 - the same

    secret = _bytes(secret_file).decode("ascii", "replace").strip() if secret_file else ""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    os.umask(0o077)
    gateway = Gateway(folder, Upstream(upstream, secret), SystemClock())
    server(gateway, host, port, certificate=certificate, key=key).run()


@app.command()
def transcripts(
    grant: Annotated[str, typer.Argument(help="whose transcripts")],
    out: Annotated[Path, typer.Option("--out", help="where they go: sealed, with the head of their log")],
    folder: Folder = FOLDER,
) -> None:
    """Write the sealed transcripts of a grant to a file, for either side to open: levee frontier open."""
    from levee.frontier.gateway.transcripts import Transcripts  # noqa: PLC0415 - needs an extra
    from levee.frontier.transcripts import lines  # noqa: PLC0415 - the same

    kept = Transcripts(folder)
    head = kept.head(handle_named(grant, "grant"), int(SystemClock().now().timestamp()))
    with out.open("wb") as file:
        file.writelines(lines(head, kept.all(head)))
    typer.echo(f"{head.size} exchanges, root {head.root.hex()}, {head.digest}")


@app.command()
def backup(
    to: Annotated[Path, typer.Argument(metavar="FOLDER", help="a folder of its own, not there yet")],
    folder: Folder = FOLDER,
) -> None:
    """Copy what the gateway knows while it serves, without the keys of transcripts: the copy alone opens nothing."""
    from levee.frontier.gateway.backups import back_up  # noqa: PLC0415 - needs an extra

    for each in back_up(folder, to):
        typer.echo(each)


def _bytes(path: Path) -> bytes:
    """What a file holds, or what comes in; BadInput where it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(path)) from error
