from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cases.finder import contacts_in, document_of
from levee.kernel.errors import BadInput


def contacts(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="security.txt, SECURITY.md, registry JSON")],
    url: Annotated[str, typer.Option(help="where a security.txt was got from")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="print the answer as JSON")] = False,
) -> None:
    """Find whom to write to about a flaw, in documents on this machine; nobody is asked."""
    # allow ambient: whether a document is out of date is asked of this machine
    now = datetime.now(UTC)
    found = contacts_in(document_of(path.name, _read(path), now=now, url=url) for path in files)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2, default=str))
        return
    table = Table("contact", "name", "where", "how far to trust it")
    for each in found:
        table.add_row(each.value, each.name, f"{each.source}, {each.place}", " ".join((each.trust.says, *each.doubts)))
    Console().print(table)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"it cannot be read: {error.strerror}", place=str(path)) from error
