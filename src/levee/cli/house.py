"""The commands that run the house."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from levee.kernel.sides import Side
from levee.platform.database.roles import DbRole
from levee.settings import settings

FACES = {"web": DbRole.WEB, "operators": DbRole.OPERATOR, "public": DbRole.PUBLIC}
Face = Annotated[str, typer.Argument(help=", ".join(FACES))]
For = Annotated[Side, typer.Option("--for", help="whose jobs")]


def up() -> None:
    """Start everything: database, pages, worker. Nothing else has to run."""
    from levee.app.house import running  # noqa: PLC0415 - commands load what they need when they need it

    console = Console()
    with running(lambda step: console.print(f"… {step}", style="dim")) as house:
        console.print(f"members' pages  {settings().site}")
        console.print(f"operators'      {settings().operators_site}")
        console.print(f"public pages    {settings().public_site}")
        console.print("stop with Ctrl-C", style="dim")
        try:
            house.wait()
        except KeyboardInterrupt:
            console.print("stopping", style="dim")


def migrate() -> None:
    """Bring the tables up to date; on the first run, found the clearinghouse and print a one-time set-up link."""
    from levee.app import boot  # noqa: PLC0415 - commands load what they need when they need it

    server = boot(DbRole.OWNER)
    try:
        from levee.app.migrate import migrate as bring_up_to_date  # noqa: PLC0415 - needs Django
        from levee.identity.founding import announce_terms, found  # noqa: PLC0415 - the same

        bring_up_to_date()
        secret = found(name=settings().house_name)
        if secret:
            Console().print(
                f"first run: open this link once to set up your account\n  {settings().site}/link/{secret}/"
            )
        if asked := announce_terms():
            Console().print(f"new terms: {asked} organisations are asked for an answer")
    finally:
        server.close()


def serve(face: Face) -> None:
    """Serve one face (used by `levee up`)."""
    from levee.app.serving import serve as run  # noqa: PLC0415 - commands load what they need when they need it

    if face not in FACES:
        raise typer.BadParameter(" or ".join(FACES))
    run(FACES[face])


def worker(side: For = Side.CLEARINGHOUSE) -> None:
    """Work jobs off (used by `levee up`); more of these may run, on any host."""
    from levee.app import boot  # noqa: PLC0415 - commands load what they need when they need it

    server = boot(DbRole.MATCHER if side is Side.OPERATORS else DbRole.WORKER)
    try:
        from levee.app.working import work  # noqa: PLC0415 - needs Django

        work(settings(), side)
    finally:
        server.close()


def receiver() -> None:
    """Take mail in from the mail server in front of the house (used by `levee up`); knows no case and no database."""
    from levee.app.receiving import receive  # noqa: PLC0415 - commands load what they need when they need it

    receive(settings())


def sequencer(once: Annotated[bool, typer.Option("--once", help="what waits now, and no more")] = False) -> None:
    """Order the ledger's entries and commit each hour (used by `levee up`); one works, others stand by."""
    from levee.app import boot  # noqa: PLC0415 - commands load what they need when they need it

    server = boot(DbRole.LEDGER)
    try:
        from levee.ledger.services import run_sequencer, sequence_once  # noqa: PLC0415 - needs Django

        (sequence_once if once else run_sequencer)()
    finally:
        server.close()
