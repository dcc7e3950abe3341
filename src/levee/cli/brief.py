from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from levee.cli.client import call, fetch
from levee.cli.inventory import AsJson
from levee.kernel.errors import BadInput


def brief(
    pdf: Annotated[Path | None, typer.Option(help="write one sheet of paper into this file")] = None,
    text: Annotated[bool, typer.Option("--text", help="plain text, as without any option")] = False,
    html: Annotated[bool, typer.Option("--html", help="an HTML document")] = False,
    as_json: AsJson = False,
) -> None:
    """Print what to do on one page: today, this week, through a vendor, and what can wait."""
    if sum((pdf is not None, text, html, as_json)) > 1:
        raise BadInput("choose one form", place="--pdf, --text, --html, --json")
    if pdf is not None:
        pdf.write_bytes(fetch("/brief/document?form=pdf").content)
    elif as_json:
        typer.echo(json.dumps(call("GET", "/brief"), indent=2))
    else:
        typer.echo(fetch(f"/brief/document?form={'html' if html else 'text'}").text, nl=False)
