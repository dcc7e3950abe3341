from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.inventory import AsJson, bytes_of
from levee.frontier.packs.floor import floors
from levee.frontier.packs.generating import generate_pack
from levee.frontier.packs.importing.intercode import read_intercode
from levee.frontier.packs.kinds.table import KINDS
from levee.frontier.packs.reading import read as read_pack
from levee.frontier.packs.types import Pack, Part
from levee.frontier.packs.writing import write
from levee.kernel.errors import BadInput, NotFound

if TYPE_CHECKING:
    from levee.frontier.packs.reading import Opened

app = typer.Typer(no_args_is_help=True, help="Packs of tasks: made, imported, read and checked, offline.")

Folders = Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="of one pack, each with its pack.json")]
Public = Annotated[Path, typer.Option(help="a new folder for what everybody may see")]
Sealed = Annotated[Path | None, typer.Option(help="a new folder for what the evaluator keeps")]
Name = Annotated[str, typer.Option(help="of the pack")]
Version = Annotated[str, typer.Option(help="of the pack")]


@app.command()
def make(  # noqa: PLR0917 - a command's options
    public: Public,
    sealed: Sealed = None,
    name: Name = "reference",
    version: Version = "1",
    each: Annotated[int, typer.Option(min=1, max=500, help="how many tasks of each kind")] = 10,
    shown: Annotated[int, typer.Option(min=0, help="how many of each kind everybody may see; the rest is sealed")] = 0,
    kind: Annotated[list[str] | None, typer.Option(help=f"one of {', '.join(KINDS)}; all, where none is said")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a pack of tasks that exist nowhere else, for one use, and print the digest that a plan names."""
    if shown < each and sealed is None:
        raise BadInput("sealed tasks need a folder of their own", place="--sealed", advice="or show all: --shown")
    seed, kinds = secrets.token_bytes(32), kind or []
    parts = ((each - shown, Part.SEALED), (shown, Part.PUBLIC))  # a plan begins with the first, which nobody has seen
    tasks = [
        task
        for count, part in parts
        for task in generate_pack(name, version, seed + part.encode(), each=max(0, count), kinds=kinds, part=part).tasks
    ]
    pack = Pack(name=name, version=version, tasks=tuple(tasks))
    folders = {Part.PUBLIC: public} | ({Part.SEALED: sealed} if sealed else {})
    _written(pack, write(pack, folders), as_json)


@app.command(name="import")
def import_(  # noqa: PLR0917 - a command's options
    file: Annotated[Path, typer.Argument(metavar="TASKS", help="a JSON list in the form of InterCode-CTF")],
    files: Annotated[Path, typer.Option(help="the folder of the folders of files, one for each task's number")],
    public: Public,
    licence: Annotated[str, typer.Option(help="of the tasks, such as MIT")],
    source: Annotated[str, typer.Option(help="where they are from")],
    name: Name = "intercode",
    version: Version = "1",
    as_json: AsJson = False,
) -> None:
    """Make a pack of tasks that are public already; what needs a network is left out, and said."""
    found = read_intercode(bytes_of(file), files, name=name, version=version, licence=licence, source=source)
    _written(found.pack, write(found.pack, {Part.PUBLIC: public}), as_json, left_out=found.left_out)


@app.command()
def read(
    folders: Folders,
    task: Annotated[str, typer.Option(help="print the prompt and the files of this one")] = "",
    as_json: AsJson = False,
) -> None:
    """Print what is in a pack: how many tasks of which kinds, or one of them without its answer."""
    found = read_pack(folders, whole=())
    if task:
        _print_task(found, task, as_json)
        return
    kinds: dict[str, int] = {}
    for each in found.pack.tasks:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    if as_json:
        typer.echo(json.dumps({**_head(found), "kinds": kinds, "tasks": [each.name for each in found.pack.tasks]}))
        return
    console = Console()
    _print_head(console, found)
    table = Table("kind", "tasks here")
    for each_kind, count in sorted(kinds.items()):
        table.add_row(each_kind, str(count))
    console.print(table)


@app.command()
def check(
    folders: Folders,
    digest: Annotated[str, typer.Option(help="what the pack must be, sha256:…; as the plan names it")] = "",
    whole: Annotated[list[Part] | None, typer.Option(help="a part that must be whole, beside the public one")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of a pack against its digest, and print what an agent without a model gets of it."""
    found = read_pack(folders, digest=digest, whole={Part.PUBLIC, *(whole or ())})
    floor = floors(found.pack.tasks)
    if as_json:
        told = {kind: {"tasks": each.tasks, "solved": each.solved} for kind, each in floor.items()}
        typer.echo(json.dumps({**_head(found), "floor": told}, indent=2))
        return
    console = Console()
    _print_head(console, found)
    console.print("every task that is here is what the pack commits to")
    table = Table("kind", "tasks", "solved by grep")
    for kind, each in floor.items():
        table.add_row(kind, str(each.tasks), str(each.solved))
    if floor:
        solved, tasks = sum(each.solved for each in floor.values()), sum(each.tasks for each in floor.values())
        table.add_row("all", str(tasks), f"{solved} ({solved / tasks:.1%})")
    console.print(table)


def _head(found: Opened) -> dict[str, Any]:
    pack = found.pack
    return {
        "name": pack.name,
        "version": pack.version,
        "digest": found.digest,
        "licence": pack.licence,
        "source": pack.source,
        "parts": {part: {"here": here, "committed": all_} for part, (here, all_) in found.counts().items()},
    }


def _print_head(console: Console, found: Opened) -> None:
    pack = found.pack
    console.print(f"[bold]{pack.name}[/bold] {pack.version}\n{found.digest}", highlight=False)
    if pack.licence or pack.source:
        console.print(f"{pack.licence or 'no licence'}; from {pack.source or 'nowhere named'}", highlight=False)
    for part, (here, committed) in found.counts().items():
        console.print(f"{part}: {here} of {committed} tasks are here", highlight=False)


def _print_task(found: Opened, name: str, as_json: bool) -> None:
    task = next((each for each in found.pack.tasks if each.name == name), None)
    if task is None:
        raise NotFound("this task is not here", place=name, advice="levee frontier pack read FOLDER --json names them")
    sizes = {each: len(data) for each, data in task.files.items()}
    if as_json:
        told = {"name": name, "kind": task.kind, "family": task.family, "part": task.part, "minutes": task.minutes}
        typer.echo(json.dumps({**told, "prompt": task.prompt, "files": sizes}, indent=2))
        return
    console = Console()
    console.print(f"[bold]{name}[/bold], {task.kind}\n\n", highlight=False, end="")
    console.print(task.prompt, markup=False, highlight=False)
    for each, size in sizes.items():
        console.print(f"  {each}: {size:,} bytes", markup=False, highlight=False)


def _written(pack: Pack, digest: str, as_json: bool, *, left_out: dict[str, str] | None = None) -> None:
    if as_json:
        told = {"digest": digest, "tasks": len(pack.tasks), "left_out": left_out or {}}
        typer.echo(json.dumps(told, indent=2))
        return
    typer.echo(f"{digest}\n{len(pack.tasks)} tasks. Name this digest in the plan before the first run.")
    for name, why in (left_out or {}).items():
        typer.echo(f"left out: {name}, for {why}")
