"""Getting the news of flaws: from their sources, from a folder that was carried over, or from another house's kit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from levee.feeds import selectors, services
from levee.feeds.types import Kind, LoadState
from levee.inventory import selectors as inventory
from levee.kernel.errors import BadInput, LeveeError, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from levee.feeds.types import Load
    from levee.policy.actors import Actor

USUAL = ("kev", "epss", "ssvc", "cisa-csaf")
HOUSE = "house"
SHOWN = 5
_NAMED = (
    # how a part of a folder is called, and what it holds
    ("kev", Kind.KEV),
    ("known_exploited", Kind.KEV),
    ("epss", Kind.EPSS),
    ("ssvc", Kind.SSVC),
    ("vulnrichment", Kind.SSVC),
    ("csaf", Kind.CSAF),
    ("osv", Kind.OSV),
)


def pull(operator: Actor, keeper: Actor, *, more: Sequence[str], accept: bool) -> int:
    """Pull from the network what is followed, the usual sources and those that speak of what the operator has.

    Args:
        operator: whose inventories say what is needed.
        keeper: who chooses feeds.
        more: further sources to follow from now on, by name.
        accept: take what shrank or is older: somebody looked at it. So for the two below.

    Returns:
        How many feeds could not be had.
    """
    followed = {each.name for each in selectors.feeds(keeper) if each.urls}
    for name in [*more, *USUAL, *_spoken_of(operator)]:
        if name not in followed:
            try:
                services.add(keeper, name)
            except BadInput:
                if name in more:
                    raise
                continue  # nobody publishes a feed for that ecosystem
            followed.add(name)
    followed -= {each.name for each in selectors.feeds(keeper) if each.stopped_at}
    return _take(
        lambda run, name, tell: services.pull(run, services.by_name(run, name), tell=tell, accept=accept),
        sorted(followed),
    )


def pull_house(keeper: Actor, *, address: str = "", root: Path | None = None, accept: bool) -> int:
    """Pull from another house, which hands on signed what it can reach itself; nothing is asked of the sources.

    Args:
        keeper: who chooses feeds.
        address: of what it hands on; with `root`, its root metadata, the first time.
        root: see `address`.
        accept: as for `pull`.

    Returns:
        How many feeds could not be had.

    Raises:
        BadInput: it is followed at another address, or was never given an address or a root.
    """
    held = next((each for each in selectors.feeds(keeper) if each.name == HOUSE), None)
    if held is None:
        if root is None:
            raise BadInput("another house is trusted by its root alone", place="--root", advice="ask its people for it")
        services.add(keeper, HOUSE, urls=[address], kind=Kind.LEVEE, title="Another house", root=root.read_bytes())
    elif address and address not in held.urls:
        raise BadInput("another house is followed already", place="--house", advice=f"it is {', '.join(held.urls)}")
    return _take(
        lambda run, name, tell: services.pull(run, services.by_name(run, name), tell=tell, accept=accept), [HOUSE]
    )


def follows_house(keeper: Actor) -> bool:
    """Whether the news come from another house's address."""
    return any(each.name == HOUSE and each.urls for each in selectors.feeds(keeper))


def not_followed(operator: Actor) -> list[str]:
    """The known sources about packages that the operator has and that no news were ever had of.

    None while all news come from another house, or were carried over.
    """
    held = selectors.feeds(operator)
    if any(each.kind == Kind.LEVEE or (each.kind == Kind.OSV and not each.urls) for each in held):
        return []
    wanted = selectors.known_sources() - {each.name for each in held}
    return [name for name in _spoken_of(operator) if name in wanted]


def _spoken_of(operator: Actor) -> list[str]:
    """How sources would be called that speak of packages that the operator has."""
    found = {
        "osv-" + ecosystem.lower().replace(" ", "-")
        for held in inventory.inventories(operator)
        for ecosystem, _ in inventory.packages(operator, held.id)
    }
    return sorted(found)


def load(keeper: Actor, path: Path, *, root: Path | None, accept: bool) -> int:
    """Load what was carried over: a folder with parts such as `osv`, `csaf`, `kev.json`, or another house's kit.

    Args:
        keeper: who chooses feeds.
        path: the folder or kit.
        root: root metadata of the other house, had by another way; needed the first time a kit is loaded.
        accept: as for `pull`.

    Returns:
        How many parts could not be taken.

    Raises:
        NotFound: there is nothing there. BadInput: nothing of it is known by its name.
    """
    if not path.exists():
        raise NotFound("there is no such file or folder", place=str(path))
    held = {each.name for each in selectors.feeds(keeper)}
    if root is not None and HOUSE not in held:
        services.add(keeper, HOUSE, kind=Kind.LEVEE, title="Another house", root=root.read_bytes())
    parts = {HOUSE: path} if root is not None else dict(_parts(path))
    if not parts:
        raise BadInput(
            "nothing in it is known by its name",
            place=str(path),
            advice="name its parts osv, csaf, kev.json, epss.csv or ssvc; a kit of another house needs --root",
        )
    for name, part in parts.items():
        if name not in held and name != HOUSE:
            services.add(keeper, name, kind=_kind(part), title=f"{part.name}, carried over")
    return _take(
        lambda run, name, tell: services.load(run, services.by_name(run, name), parts[name], tell=tell, accept=accept),
        sorted(parts),
    )


def _parts(path: Path) -> Iterator[tuple[str, Path]]:
    for each in sorted(path.iterdir()) if path.is_dir() else [path]:
        kind = _kind(each)
        if kind is not None:
            yield f"carried-{kind}", each


def _kind(path: Path) -> Kind | None:
    name = path.name.lower()
    return next((kind for word, kind in _NAMED if name.startswith(word)), None)


def _take(take: Callable[[Actor, str, Callable[[str, int, int | None], None]], Load], names: list[str]) -> int:
    """Take each; one that cannot be had does not keep the others away."""
    missed = 0
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"), TimeElapsedColumn())
    with services.by_hand() as run, Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        for name in names:
            task = bars.add_task(name, total=None)
            try:
                done = take(
                    run,
                    name,
                    lambda what, at, total, task=task: bars.update(  # type: ignore[misc]
                        task, description=what, completed=at, total=total
                    ),
                )
            except LeveeError as error:
                missed += 1
                typer.echo(f"{name}: not had: {error}", err=True)
                if error.advice():
                    typer.echo(f"  {error.advice()}", err=True)
                continue
            typer.echo(f"{name}: {done.state}; {done.read} read, {done.changed} changed, {done.refused} refused")
            for refusal in done.refusals[:SHOWN]:
                typer.echo(f"  {refusal.place}: {refusal.reason}")
            if done.state == LoadState.KEPT_OUT:
                missed += 1
                typer.echo(f"  {done.why}\n  what was known before counts on; if you looked at it: --accept", err=True)
    return missed
