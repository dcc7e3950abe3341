"""What the local commands print."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import typer
from rich.console import Console

from levee.app.house import command
from levee.cli.ages import tell_ages
from levee.kernel.counting import counted
from levee.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.exposure.types import Action, Counts, Match
    from levee.feeds.types import Feed
    from levee.inventory.types import Import
    from levee.policy.actors import Actor


NOTHING = "nothing to do that is known of"
NO_LIST = "there is no list of what you run yet: levee operator confirm FILE"


def jobs_done() -> None:
    """Let the jobs be done by a process that may do them."""
    with Console(stderr=True).status("matching"):
        command("operator", "match")


def imported(done: Import, before: Counts, after: Counts, *, as_json: bool) -> None:
    """What an import was understood as, and what it confirmed."""
    if as_json:
        typer.echo(plain_json({**asdict(done), "before": asdict(before), "after": asdict(after)}))
        return
    diff = done.diff
    typer.echo(
        f"{done.filename} read as {done.format}: {counted(done.components, 'component')} of "
        f"{counted(done.rows, 'row')}, {counted(done.not_understood, 'row')} not understood"
    )
    for bad in done.not_understood[:10]:
        typer.echo(f"  {bad.place}: {bad.reason}")
    if not (done.components or done.findings):
        typer.echo(f"no software was found in it: levee inventory preview {done.filename} says what was understood")
    if done.unmatchable:
        fully = counted(done.unmatchable, "component")
        typer.echo(f"{fully} cannot be matched fully: levee inventory preview {done.filename} says why")
    typer.echo(
        f"{len(diff.added)} added, {len(diff.removed)} removed, {len(diff.changed)} changed, {diff.unchanged} unchanged"
    )
    if diff.gone_assets:
        from levee.exposure.actions.wording import names  # noqa: PLC0415 - a big module for one line

        typer.echo(f"no longer listed, and taken to be gone: {names(diff.gone_assets)}")
    if len(diff.removed) > diff.unchanged + len(diff.changed):
        typer.echo("more than half of what stood here is gone: if the list was cut off, confirm the whole one")
    if after.confirmed > before.confirmed:
        more = counted(after.confirmed - before.confirmed, "thing to do is", "things to do are")
        typer.echo(f"{more} confirmed as done")


def not_followed(names: Sequence[str]) -> None:
    """Say of which packages no news are known yet."""
    if names:
        typer.echo(f"no news were had yet of {', '.join(names)}: levee operator pull gets them")


def whats_next(actor: Actor) -> None:
    """What to do after the news were had."""
    from levee.exposure import selectors  # noqa: PLC0415 - needs Django
    from levee.inventory.selectors import inventories  # noqa: PLC0415 - the same

    if not inventories(actor):
        typer.echo("next: levee operator confirm FILE, with any list of what you run")
        return
    count = selectors.counts(actor).open
    typer.echo(f"{counted(count, 'thing', 'things')} to do: levee operator list" if count else NOTHING)


def listed(actor: Actor, *, limit: int, as_json: bool = False) -> None:
    """The list, the most pressing first, and how much more there is."""
    from levee.exposure import selectors  # noqa: PLC0415 - needs Django
    from levee.feeds.selectors import feeds  # noqa: PLC0415 - the same
    from levee.inventory.selectors import inventories  # noqa: PLC0415 - the same

    found, counts, ages = selectors.actions(actor, limit=limit), selectors.counts(actor), feeds(actor)
    if as_json:
        typer.echo(plain_json({"actions": [_document(each) for each in found], "feeds": _ages(ages)}))
        return
    if not found:
        typer.echo(NOTHING if inventories(actor) else NO_LIST)
        tell_ages(each.line for each in ages)
        return
    for number, each in enumerate(found, 1):
        _card(number, each)
    if counts.open > len(found):
        typer.echo(f"{counts.open - len(found)} more: levee operator list --all")
    typer.echo(f"\nfirst: {found[0].what}\nhow:   levee operator show {found[0].public_id}")
    tell_ages(each.line for each in ages)


def _ages(feeds: Sequence[Feed]) -> list[dict[str, object]]:
    return [{"line": each.line, **asdict(each)} for each in feeds]


def _card(number: int, action: Action) -> None:
    due = action.timeline.band.label.capitalize()
    if action.due_at is not None:
        due = f"{'Overdue since' if action.overdue else 'By'} {action.due_at:%a} {action.due_at.day} {action.due_at:%b}"
    exploited = ", known to be exploited" if action.exploited else ""
    typer.echo(f"{number:>2}. {due}: {action.title}")
    told = action.timeline
    assumed = f", {told.assumed} of {counted(told.inputs, 'input')} assumed" if told.assumed else ""
    typer.echo(f"    on {action.where}; {action.why}{exploited} (row {told.row}{assumed})")
    typer.echo(f"    {action.public_id}")


def one(actor: Actor, key: UUID, *, as_json: bool) -> None:
    """One action in plain words, and why."""
    from levee.exposure import selectors  # noqa: PLC0415 - needs Django
    from levee.exposure.actions.wording import names  # noqa: PLC0415 - the same
    from levee.feeds.selectors import feeds  # noqa: PLC0415 - the same

    found, ages = selectors.action(actor, key), feeds(actor)
    if as_json:
        typer.echo(plain_json({**asdict(found), "action": _document(found.action), "feeds": _ages(ages)}))
        return
    told, steps = found.action, asdict(found.steps)
    due = f"by {told.due_at:%Y-%m-%d}" if told.due_at else told.timeline.band.label
    typer.echo(f"{told.title}: {told.state}, {due}")
    for line in filter(None, steps.values()):
        typer.echo(f"  {line}")
    typer.echo(f"{told.standing}, {told.timeline.decided_by}, because of:")
    for name, signal in told.timeline.inputs.items():
        known = "nobody said, so this is assumed" if signal.assumed else f"{signal.source}, {signal.at:%Y-%m-%d}"
        typer.echo(f"  {name.replace('_', ' ')}: {signal.value} ({known})")
    for line, where in _alike(found.matches).items():
        typer.echo(f"{names(where)}: {line}")
    for step in found.history:
        typer.echo(f"{step.at:%Y-%m-%d %H:%M} {step.what} {step.note}".rstrip())
    tell_ages(each.line for each in ages)


def _alike(matches: Sequence[Match]) -> Mapping[str, Sequence[str]]:
    """Where each explanation holds: the same on many machines is told once."""
    told: dict[str, list[str]] = {}
    for each in matches:
        why = f"put aside: {each.excuse.words}" if each.excuse else each.explanation.because
        line = f"{each.explanation.stated}, {each.vulnerability}: {why} ({each.explanation.source})"
        told.setdefault(line, []).append(each.asset_name)
    return told


def inventory_named(actor: Actor, name: str) -> UUID | None:
    """The key of an inventory; None for no name.

    Raises:
        NotFound: there is none by that name.
    """
    from levee.inventory import selectors  # noqa: PLC0415 - needs Django

    if not name:
        return None
    found = next((each.id for each in selectors.inventories(actor) if each.name == name), None)
    if found is None:
        raise NotFound("there is no inventory of that name", place="--name")
    return found


def put_aside(actor: Actor, *, as_json: bool) -> None:
    """What statements put aside, with who says so and why, and the documents that this rests on."""
    from levee.exposure import selectors  # noqa: PLC0415 - needs Django
    from levee.feeds.selectors import feeds  # noqa: PLC0415 - the same

    aside, relied, ages = selectors.put_aside(actor), selectors.vex(actor), feeds(actor)
    if as_json:
        documents = [{"public_id": each.public_id, **asdict(each)} for each in relied]
        matches = [asdict(each) for each in aside]
        typer.echo(plain_json({"matches": matches, "documents": documents, "feeds": _ages(ages)}))
        return
    for match in aside:
        words = match.excuse.words if match.excuse else ""
        typer.echo(f"{match.asset_name}: {match.explanation.stated}, {match.vulnerability}: {words}")
    for each in relied:
        typer.echo(f"{each.public_id}: {each.author}, {each.name or each.filename}, {each.matches} put aside")
    tell_ages(each.line for each in ages)


def plain_json(value: object) -> str:
    """JSON of what services hand out."""
    return json.dumps(value, indent=2, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _document(action: Action) -> dict[str, object]:
    return {"public_id": action.public_id, "title": action.title, "what": action.what, **asdict(action)}
