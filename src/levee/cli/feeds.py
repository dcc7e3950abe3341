from __future__ import annotations

import base64
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import rich.progress
import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call
from levee.cli.inventory import bytes_of
from levee.kernel.errors import LeveeError
from levee.platform.database.roles import DbRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from levee.feeds.types import Load
    from levee.policy.actors import Actor

app = typer.Typer(no_args_is_help=True, help="Feeds: follow, pull, load from a folder, hand on; how old they are.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Name = Annotated[str, typer.Argument(help="of the feed, as levee feeds list shows it")]
Accept = Annotated[bool, typer.Option("--accept", help="take it although it shrank or is older: you looked at it")]
SHOWN = 20


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the feeds with their age, and what was kept out."""
    answer = call("GET", "/feeds")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("feed", "age", "holds", "version", "state")
    for each in answer:
        kept_out = each["alarm"] and f"kept out: {each['alarm']}"
        state = (each["stopped_at"] and "stopped") or kept_out or each["failure"] or each["note"] or "fine"
        table.add_row(each["name"], each["age"], str(each["held"]), each["version"], state)
    Console().print(table)


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """Show a feed: its latest loads, and what was refused with place and reason."""
    answer = call("GET", f"/feeds/{name}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    feed = answer["feed"]
    console.print(f"{feed['title']}: {feed['age']}, {feed['held']} held, {feed['version']}", markup=False)
    for each in answer["loads"]:
        console.print(
            f"{each['asked_at'][:16]} {each['state']}: {each['read']} read, {each['changed']} changed, {each['gone']} "
            f"gone, {each['refused']} refused {each['why']}",
            markup=False,
        )
    _refused(console, next((each for each in answer["loads"] if each["refused"]), None))


def _refused(console: Console, load: dict[str, Any] | None) -> None:
    for each in load["refusals"][:SHOWN] if load else ():
        console.print(f"  {each['place']}: {each['reason']}", markup=False)
    if load and load["refused"] > SHOWN:
        console.print(f"  and {load['refused'] - SHOWN} more: use --json")


@app.command()
def add(
    *,
    name: Name,
    url: Annotated[list[str] | None, typer.Argument(help="where it is; mirrors after it")] = None,
    kind: Annotated[str | None, typer.Option(help="osv, csaf, kev, epss, ssvc, weapons or levee")] = None,
    title: Annotated[str, typer.Option(help="for people")] = "",
    hours: Annotated[int, typer.Option(help="between two looks")] = 0,
    root: Annotated[Path | None, typer.Option(help="of another house: its root.json, had by another way")] = None,
) -> None:
    """Follow a source: one that is known by name (kev, epss, osv-debian…), or a new name with an address and a kind."""
    body = {
        "name": name,
        "urls": url or [],
        "kind": kind,
        "title": title,
        "hours": hours,
        "root": base64.b64encode(bytes_of(root)).decode() if root else "",
    }
    answer = call("POST", "/feeds", json=body)
    Console().print(f"{answer['title']} is followed; its first pull is on its way", markup=False)


@app.command()
def stop(name: Name) -> None:
    """Look at a feed's source no more; what is held stays, and its age grows."""
    call("POST", f"/feeds/{name}/stop")
    Console().print(f"{name} is stopped; levee feeds start {name} follows it again", markup=False)


@app.command()
def start(name: Name) -> None:
    """Look at a stopped feed's source again."""
    call("POST", f"/feeds/{name}/start")
    Console().print(f"{name} is followed again", markup=False)


@app.command()
def remove(name: Name, yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False) -> None:
    """Follow a feed no more and take back all that it said: matches end, and whoever was told is told so."""
    if not yes and not typer.confirm(f"Take back all that {name} said?"):
        typer.echo("nothing was removed")
        return
    call("DELETE", f"/feeds/{name}")
    Console().print(f"{name} is removed; what rests on it is taken back within minutes", markup=False)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="of the feed; all that have an address where none is given")] = "",
    accept: Accept = False,
) -> None:
    """Pull a feed now, on this host."""

    def taken(actor: Actor, tell: Callable[..., None]) -> list[tuple[str, Load]]:
        from levee.feeds import selectors, services  # noqa: PLC0415 - needs Django

        names = [name] if name else [each.name for each in selectors.feeds(actor) if each.urls and not each.stopped_at]
        return [(each, services.pull(actor, services.by_name(actor, each), tell=tell, accept=accept)) for each in names]

    _carry_out(taken)


@app.command()
def load(
    name: Name, path: Annotated[Path, typer.Argument(help="a file, a zip, a tar or a folder")], accept: Accept = False
) -> None:
    """Load a feed from a file or folder, on this host: nothing is asked of the network."""

    def taken(actor: Actor, tell: Callable[..., None]) -> list[tuple[str, Load]]:
        from levee.feeds import services  # noqa: PLC0415 - needs Django

        return [(name, services.load(actor, services.by_name(actor, name), path, tell=tell, accept=accept))]

    _carry_out(taken)


@app.command()
def publish(folder: Annotated[Path, typer.Argument(help="written for any web server, or to be carried over")]) -> None:
    """Hand on what is held, signed; again within a day, or readers take it for frozen."""
    with _on_host() as (actor, tell):
        from levee.feeds import services  # noqa: PLC0415 - needs Django

        version = services.publish(actor, _key_folder(), folder, tell=tell)
    Console().print(f"version {version} in {folder}", markup=False)


@app.command()
def root(
    folder: Annotated[Path, typer.Argument(help="for the root keys; taken away from this machine afterwards")],
    keys: Annotated[int, typer.Option(help="how many root keys there are")] = 3,
    threshold: Annotated[int, typer.Option(help="how many of them make a new root")] = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="with a root there: replace the keys that sign daily")] = False,
) -> None:
    """Make the root that feeds are handed on under; with one there, renew it by the keys in the folder."""
    with _on_host() as (actor, _):
        from levee.feeds import services  # noqa: PLC0415 - needs Django

        held = _key_folder()
        if (held / "root.json").exists():
            services.renew_root(actor, held, sorted(folder.glob("*.pem")), fresh=fresh)
        else:
            services.found_root(actor, held, folder, amount=keys, threshold=threshold)
    Console().print(f"root: {held / 'root.json'}: give it to other houses by another way than the feeds", markup=False)
    Console().print(f"keys: {folder}: move each to a place of its own now", markup=False)


def _key_folder() -> Path:
    from levee.settings import settings  # noqa: PLC0415 - read when needed

    return settings().data_folder / "keys" / "feeds"


def _carry_out(taken: Callable[[Actor, Callable[..., None]], list[tuple[str, Load]]]) -> None:
    with _on_host() as (actor, tell):
        done = taken(actor, tell)
    console = Console()
    for name, each in done:
        console.print(
            f"{name}: {each.state}; {each.read} read, {each.changed} changed, {each.gone} gone, {each.refused} refused "
            f"{each.why}",
            markup=False,
        )
        for refusal in each.refusals[:SHOWN]:
            console.print(f"  {refusal.place}: {refusal.reason}", markup=False)
    if any(each.state == "kept out" for _, each in done):
        raise LeveeError("kept out", code="feed.kept_out", advice="look at it; levee feeds pull or load with --accept")


@contextmanager
def _on_host() -> Iterator[tuple[Actor, Callable[[str, int, int | None], None]]]:
    """A run of the house on this host, and a bar that shows progress."""
    from levee.app import boot  # noqa: PLC0415 - commands load what they need when they need it

    server = boot(DbRole.MATCHER)
    try:
        from levee.feeds.services import by_hand  # noqa: PLC0415 - needs Django

        with _bar() as tell, by_hand() as actor:
            yield actor, tell
    finally:
        server.close()


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int | None], None]]:
    columns = (
        rich.progress.TextColumn("{task.description}"),
        rich.progress.BarColumn(),
        rich.progress.TextColumn("{task.completed:,.0f}"),
        rich.progress.TimeElapsedColumn(),
    )
    with rich.progress.Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, rich.progress.TaskID] = {}

        def tell(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)

        yield tell
