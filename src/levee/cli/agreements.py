from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from rich.console import Console

from levee.cli.frontier_files import written
from levee.cli.inventory import AsJson, bytes_of
from levee.formats.strict_json import read_json
from levee.frontier.agreements.signing import KIND, countersign, offer, read_signed, signed_by
from levee.frontier.agreements.templates import shipped
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.agreements.wording import clauses
from levee.frontier.envelopes import name_of
from levee.frontier.seals import new_pair, secret_bytes
from levee.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from levee.frontier.agreements.terms import Agreement

app = typer.Typer(
    no_args_is_help=True, help="Agreements on early access to a model: read, signed and checked, offline."
)

MAKE_ONE = "make one: levee frontier agreement key FILE"
File = Annotated[Path, typer.Argument(metavar="FILE", help="an agreement, signed or not yet: a JSON file")]


@app.command()
def templates(as_json: AsJson = False) -> None:
    """List the templates, with what they limit."""
    if as_json:
        told = [
            {"name": each.name, "title": each.title, "longest_days": each.longest_days} for each in shipped().values()
        ]
        typer.echo(json.dumps(told, indent=2))
        return
    for each in shipped().values():
        Console().print(
            f"{each.name}: {each.title}; {each.longest_days} days at most\n  {each.source}", highlight=False
        )


@app.command()
def key(file: Annotated[Path, typer.Argument(metavar="KEY", help="a file that is not there yet")]) -> None:
    """Make a key to sign with and one to open transcripts with, in a file readable to you alone; print both names."""
    made, (seal, secret) = Ed25519PrivateKey.generate(), new_pair()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
            kept.write(f"{made.private_bytes_raw().hex()}\n{secret}\n")
    except FileExistsError as error:
        raise Conflict("this file is there already", place=str(file), advice="choose another name") from error
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(file)) from error
    typer.echo(f"{name_of(made.public_key())}\n{seal}")


@app.command()
def read(file: File, as_json: AsJson = False) -> None:
    """Check an agreement and print it in plain words, its digest, and who has signed it."""
    data = bytes_of(file)
    agreement = _agreement(data)
    signed = [each.name for each in signed_by(data)] if _is_signed(data) else []
    if as_json:
        told = {"digest": agreement.digest, "signed_by": signed, "agreement": agreement.told()}
        typer.echo(json.dumps({**told, "says": dict(clauses(agreement))}, indent=2))
        return
    console = Console()
    console.print(f"[bold]{shipped()[agreement.template].title}[/bold]", highlight=False)
    for name, text in clauses(agreement):
        console.print(f"\n{name.capitalize()}", style="bold")
        console.print(text, highlight=False, markup=False)
    console.print(f"\n{agreement.digest}", highlight=False)
    stands = "Both have signed it." if len(signed) > 1 else "It binds nobody yet."
    console.print(f"Signed by {', '.join(signed) or 'nobody'}. {stands}", highlight=False)


@app.command()
def sign(
    file: File,
    with_key: Annotated[Path, typer.Option("--key", help="your key, as levee frontier agreement key made it")],
    out: Annotated[Path, typer.Option("--out", help="where the signed agreement goes")],
) -> None:
    """Sign an agreement for your side: the first of both, or beside the other."""
    data, signing = bytes_of(file), key_in(with_key)
    signed = countersign(data, signing) if _is_signed(data) else offer(read_agreement(read_json(data)), signing)
    written(out, signed)
    names = ", ".join(each.name for each in signed_by(signed))
    typer.echo(f"{read_signed(signed).digest} is signed by {names}")


def _agreement(data: bytes) -> Agreement:
    return read_signed(data) if _is_signed(data) else read_agreement(read_json(data))


def _is_signed(data: bytes) -> bool:
    told: Any = read_json(data)
    return isinstance(told, dict) and told.get("payloadType") == KIND


def key_in(file: Path) -> Ed25519PrivateKey:
    """The key to sign with in a file that `key` made."""
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(_lines(file)[0]))
    except ValueError as error:
        raise BadInput("this is no key", place=str(file), advice=MAKE_ONE) from error


def opening_key_in(file: Path) -> str:
    """The private key to open transcripts with in a file that `key` made, `AGE-SECRET-KEY-1…`."""
    text = _lines(file)[-1]
    try:
        secret_bytes(text)
    except BadInput as error:
        raise BadInput("there is no key to open with in this file", place=str(file), advice=MAKE_ONE) from error
    return text


def _lines(file: Path) -> list[str]:
    return bytes_of(file).decode("utf-8", "replace").split() or [""]
