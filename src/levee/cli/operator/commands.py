from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from levee.app import local
from levee.app.house import OPERATORS_ALONE, started
from levee.cli.feeds import Accept
from levee.cli.inventory import AsJson, AssetName, Column, File, FileKind, SystemName, bytes_of
from levee.cli.operator import telling
from levee.cli.progress import shown
from levee.inventory.reading import corrections, read
from levee.inventory.types import AssetType, Criticality, Exposure, Owner
from levee.kernel.counting import counted
from levee.kernel.ids import parse_public_id
from levee.settings import settings

app = typer.Typer(
    no_args_is_help=True, help="Your own list on this machine: no server, no account, nothing sent anywhere."
)
AT_ONCE = 10
SAID_HERE = "stated on this machine"
MOST = 500
Action = Annotated[str, typer.Argument(help="ACT-…")]


def _tell(step: str) -> None:
    Console(stderr=True).print(f"… {step}", style="dim", markup=False)


@app.command()
def init(
    name: Annotated[str, typer.Option(help="what your organisation is called")],
    sector: Annotated[str, typer.Option(help="healthcare, water, financial services, …")] = "",
) -> None:
    """Set this machine up under your name; without it, the first other command does so under the machine's."""
    folder, known = local.settle(), local.kept()
    local.found(name=name, sector=sector)
    if known is None:
        typer.echo(f"set up in {folder}", err=True)
        typer.echo("next: levee operator confirm FILE, with any list of what you run", err=True)


@app.command()
def pull(
    path: Annotated[
        Path | None,
        typer.Option("--from", help="a folder or kit that was carried over; nothing is asked of the network"),
    ] = None,
    root: Annotated[
        Path | None, typer.Option(help="root.json of the house that made the kit, had by another way")
    ] = None,
    house: Annotated[
        str, typer.Option(help="address of another house that hands on what it can reach; with --root the first time")
    ] = "",
    follow: Annotated[list[str] | None, typer.Option(help="a further source to follow, such as osv-debian")] = None,
    accept: Accept = False,
) -> None:
    """Get the news of flaws, and match: from their sources, from another house, or from what was carried over."""
    with local.working(_tell) as (operator, keeper):
        from levee.cli.operator import pulling  # noqa: PLC0415 - needs Django
        from levee.platform.jobs import run_pending  # noqa: PLC0415 - the same

        if path is not None:
            missed = pulling.load(keeper, path, root=root, accept=accept)
        elif house or (pulling.follows_house(keeper) and not follow):
            missed = pulling.pull_house(keeper, address=house, root=root, accept=accept)
        else:
            missed = pulling.pull(operator, keeper, more=follow or [], accept=accept)
        with Console(stderr=True).status("matching"):
            run_pending(due_only=True)
        telling.whats_next(operator)
    if missed:
        raise typer.Exit(1)


@app.command()
def match() -> None:
    """Hold your inventories against what is known, now; the other commands do so by themselves."""
    with local.working(_tell):
        from levee.platform.jobs import run_pending  # noqa: PLC0415 - needs Django

        with Console(stderr=True).status("matching"):
            done = run_pending(due_only=True)
    typer.echo(f"{counted(done, 'job')} done")


@app.command()
def confirm(
    file: File,
    *,
    name: Annotated[
        str, typer.Option(help="of the inventory, whose newest state this is; else the machine's of a list, or all")
    ] = "",
    kind: FileKind = "",
    asset: AssetName = "",
    system: SystemName = "",
    column: Column = None,
    as_json: AsJson = False,
) -> None:
    """Take in a list of what you have now: the first makes your list of things to do, a later one confirms fixes."""
    data, told = bytes_of(file), corrections(kind=kind, asset=asset, system=system, columns=column or ())
    with local.at_home(_tell) as actor:
        from levee.cli.operator import asking, naming, pulling  # noqa: PLC0415 - needs Django
        from levee.exposure import selectors  # noqa: PLC0415 - the same
        from levee.inventory import services  # noqa: PLC0415 - the same

        before = selectors.counts(actor)
        with shown(f"taking in {file.name}") as tell_more:
            name = name or naming.name_for(actor, read(data, file.name, told, tell=tell_more))
            done = services.import_file(actor, data, filename=file.name, name=name, corrections=told, tell=tell_more)
        telling.jobs_done()
        telling.imported(done, before, selectors.counts(actor), as_json=as_json)
        if not as_json:
            telling.listed(actor, limit=AT_ONCE)
            asking.questions(actor)
            telling.not_followed(pulling.not_followed(actor))


@app.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="not only the first ten")] = False, as_json: AsJson = False
) -> None:
    """What to do, the most pressing first."""
    with local.at_home(_tell) as actor:
        telling.listed(actor, limit=MOST if everything else AT_ONCE, as_json=as_json)


@app.command()
def show(action: Action, as_json: AsJson = False) -> None:
    """One thing to do: what, what if you cannot, how to check, how to undo, and why."""
    with local.at_home(_tell) as actor:
        telling.one(actor, parse_public_id("ACT", action), as_json=as_json)


@app.command()
def questions(as_json: AsJson = False) -> None:
    """What is not known and worth saying: at most five facts, those first that move due dates the most."""
    with local.at_home(_tell) as actor:
        from levee.cli.operator import asking  # noqa: PLC0415 - needs Django

        asking.questions(actor, as_json=as_json)


@app.command()
def answer(
    asset: Annotated[str, typer.Argument(help="AST-…")],
    *,
    source: Annotated[str, typer.Option(help="how you know; stands beside every date that rests on it")] = SAID_HERE,
    exposure: Annotated[Exposure | None, typer.Option(help="can it be reached from the internet")] = None,
    criticality: Annotated[Criticality | None, typer.Option(help="how much depends on it")] = None,
    owner: Annotated[Owner | None, typer.Option(help="who can change it")] = None,
    owner_name: Annotated[str | None, typer.Option(help="that vendor or maker")] = None,
    type_: Annotated[AssetType | None, typer.Option("--type", help="what it is")] = None,
    window: Annotated[
        str | None, typer.Option(help='when it may be changed: "Sat 22:00-04:00 America/Chicago", "only the maker"')
    ] = None,
) -> None:
    """Say what you know about a machine; due dates follow."""
    with local.at_home(_tell) as actor:
        from levee.inventory import services  # noqa: PLC0415 - needs Django

        told = services.state_asset(
            actor,
            parse_public_id("AST", asset),
            source=source,
            exposure=exposure,
            criticality=criticality,
            owner=owner,
            owner_name=owner_name,
            type=type_,
            window=window,
        )
        telling.jobs_done()
        typer.echo(f"noted of {told.name}")
        telling.listed(actor, limit=AT_ONCE)


@app.command()
def done(action: Action, note: Annotated[str, typer.Option(help="how or when it was done")] = "") -> None:
    """Note your word that it is done; the next `levee operator confirm` shows whether it is true."""
    with local.at_home(_tell) as actor:
        from levee.exposure import services  # noqa: PLC0415 - needs Django

        services.claim(actor, parse_public_id("ACT", action), note=note)
    typer.echo("noted; it counts as confirmed when your next list of what you have shows it")


@app.command()
def excuse(
    file: Annotated[Path | None, typer.Argument(help="a maker's statement: OpenVEX, CSAF or CycloneDX")] = None,
    *,
    name: Annotated[str, typer.Option(help="it counts in the inventory of this name alone")] = "",
    withdraw: Annotated[str, typer.Option(help="VEX-…: rely on this one no more")] = "",
    as_json: AsJson = False,
) -> None:
    """What makers say does no harm: rely on a statement or withdraw that, and see what is put aside and why."""
    data = bytes_of(file) if file else b""
    with local.at_home(_tell) as actor:
        from levee.exposure import services  # noqa: PLC0415 - needs Django

        if file:
            services.rely_on_vex(actor, data, filename=file.name, inventory_key=telling.inventory_named(actor, name))
        if withdraw:
            services.withdraw_vex(actor, parse_public_id("VEX", withdraw))
        telling.jobs_done()
        telling.put_aside(actor, as_json=as_json)


@app.command()
def report(
    out: Annotated[Path, typer.Option(help="a folder for report.txt, report.json and ledger.jsonl")] = Path("report"),
) -> None:
    """Write evidence: what was open, done and confirmed, each with its dates, and the ledger's proof of it."""
    with local.at_home(_tell) as actor:
        from levee.cli.operator.evidence import write  # noqa: PLC0415 - needs Django

        with Console(stderr=True).status("sealing the ledger"):
            written = write(actor, out)
    for path in written:
        typer.echo(path)
    typer.echo(f"anybody can check it: levee ledger verify --export {out}/ledger.jsonl", err=True)


@app.command()
def brief(
    pdf: Annotated[Path | None, typer.Option(help="write one sheet of paper into this file")] = None,
) -> None:
    """What to do on one page: today, this week, through a vendor, and what can wait."""
    with local.at_home(_tell) as actor:
        from levee.exposure import selectors  # noqa: PLC0415 - needs Django
        from levee.exposure.brief.paper import as_pdf  # noqa: PLC0415 - only who prints pays for it
        from levee.exposure.brief.text import as_text  # noqa: PLC0415 - the same

        found = selectors.brief(actor)
    if pdf is not None:
        pdf.write_bytes(as_pdf(found))
        typer.echo(f"written: {pdf}", err=True)
    else:
        typer.echo(as_text(found), nl=False)


@app.command()
def share(
    to: Annotated[str, typer.Option(help="address of a clearinghouse; your token there in LEVEE_TOKEN_FILE")],
    name: Annotated[str, typer.Option(help="of the inventory")] = "all",
    names: Annotated[bool, typer.Option("--names/--no-names", help="send the names of machines too")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Hand an inventory to a clearinghouse; says exactly what would be sent, and asks. Nothing here needs it."""
    with local.at_home(_tell) as actor:
        from levee.cli.operator import sharing  # noqa: PLC0415 - needs Django

        sharing.share(actor, to=to, name=name, with_names=names, yes=yes)


@app.command()
def up() -> None:
    """Show the same as pages, on this machine alone, until Ctrl-C; prints a link that opens them once."""
    with local.at_home(_tell) as actor:
        from levee.identity.services import make_link  # noqa: PLC0415 - needs Django

        secret = make_link(actor, actor.id)
    with started(OPERATORS_ALONE, _tell) as house:
        typer.echo(f"open this once: {settings().operators_site}/link/{secret}/")
        typer.echo("stop with Ctrl-C", err=True)
        try:
            house.wait()
        except KeyboardInterrupt:
            _tell("stopping")
