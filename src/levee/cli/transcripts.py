from __future__ import annotations

from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levee.cli.agreements import key_in, opening_key_in
from levee.cli.frontier_files import private, privately_written, written
from levee.cli.inventory import bytes_of
from levee.frontier.transcripts import check, digest_named, read_lines
from levee.kernel.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from typing import BinaryIO

Key = Annotated[Path, typer.Option("--key", help="your key, as levee frontier agreement key made it")]
MOST_DIGITS = 16


def open_(
    file: Annotated[Path, typer.Argument(metavar="TRANSCRIPTS", help="sealed, as fetch or the gateway wrote them")],
    with_key: Key,
    wrap: Annotated[Path, typer.Option(help="the grant's wrapped key: wraps/GRANT.age at the gateway, or as fetched")],
    head: Annotated[
        list[str] | None, typer.Option(help="SIZE:ROOT of an earlier head, which the log must have grown from")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="where the lines go; else they are printed")] = None,
) -> None:
    """Open transcripts, one JSON object a line, once they are what their head stands for."""
    needs_sealing()
    from levee.frontier.sealing import unsealed, unwrapped  # noqa: PLC0415 - needs an extra, asked for above

    secret = unwrapped(bytes_of(wrap), opening_key_in(with_key))
    with ExitStack() as stack:
        given = stack.enter_context(_reading(file))
        found = check(given, dict(_head(each) for each in head or ()))
        given.seek(0)
        kept = stack.enter_context(private(out)) if out else None
        for sealed in read_lines(given)[1]:
            line = unsealed(sealed, secret).rstrip()
            if kept is None:
                typer.echo(line)
            else:
                kept.write(line + b"\n")
    typer.echo(f"{found.size} exchanges of {found.grant}, head {found.size}:{found.root.hex()}", err=True)


def fetch(
    address: Annotated[str, typer.Argument(help="of the gateway, up to and with /v1")],
    token: Annotated[Path, typer.Option(help="a file with the token")],
    with_key: Key,
    out: Annotated[Path, typer.Option("--out", help="where the sealed transcripts go")],
    wrap: Annotated[
        Path, typer.Option(help="where the wrapped key goes: out of every backup, for it is what a deletion destroys")
    ],
) -> None:
    """Fetch the sealed transcripts of a grant from its gateway, while the grant holds, and the key to open them."""
    needs_sealing()
    import httpx  # noqa: PLC0415 - no other command pays for it

    from levee.frontier.gateway.client import Proving, fetched, fetched_key  # noqa: PLC0415 - the same

    auth = Proving(bytes_of(token).decode("ascii", "replace").strip(), key_in(with_key))
    with httpx.Client(base_url=address, auth=auth) as client:
        try:
            written(out, b"".join(fetched(client)))
            privately_written(wrap, fetched_key(client))
        except httpx.HTTPError as error:
            raise Unavailable("the gateway does not answer", place=address) from error


def needs_sealing() -> None:
    """Refuse, with what to do, where age is not installed."""
    if find_spec("pyrage") is None:
        raise Unavailable("pyrage is not installed here", advice="pip install 'levee[evals]'")


def _reading(file: Path) -> BinaryIO:
    try:
        return file.open("rb")
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(file)) from error


def _head(text: str) -> tuple[int, bytes]:
    size, _, root = text.partition(":")
    if not size.isascii() or not size.isdecimal() or len(size) > MOST_DIGITS:
        raise BadInput("a head is SIZE:ROOT", place="--head")
    return int(size), digest_named(root)
