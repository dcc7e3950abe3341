"""Handing an inventory to a clearinghouse: only when told to, and only what was shown first."""

from __future__ import annotations

import csv
import io
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from levee.cli.client import call
from levee.cli.intakes import followed
from levee.cli.progress import shown
from levee.formats.tables import as_text_cell
from levee.inventory import selectors
from levee.kernel.counting import counted
from levee.kernel.errors import BadInput, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from levee.inventory.types import Asset, Component
    from levee.policy.actors import Actor

COLUMNS = ("asset", "name", "version", "ecosystem", "purl", "owner", "exposed", "criticality")
MOST = 1_000_000
SHOWN = 3
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def share(actor: Actor, *, to: str, name: str, with_names: bool, yes: bool) -> None:
    """Say exactly what would be sent, ask, and send it.

    Args:
        actor: of the operator.
        to: address of the clearinghouse; its token as for every other command.
        name: of the inventory.
        with_names: whether machines go by their names, or by numbers.
        yes: do not ask.

    Raises:
        BadInput: the address is not one. NotFound: there is no such inventory.
    """
    address = urlsplit(to)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise BadInput("an inventory goes over https alone", place="--to")
    found = next((each for each in selectors.inventories(actor) if each.name == name), None)
    if found is None:
        raise NotFound("there is no such inventory", place="--name", advice="levee operator confirm FILE --name NAME")
    machines = selectors.assets(actor, found.id)
    on = (selectors.components(actor, found.id, asset=each.id, limit=MOST) for each in machines)
    data = table(machines, on, with_names=with_names)
    _say(data, to=to, machines=len(machines), with_names=with_names)
    if not yes and not typer.confirm("Send it?"):
        typer.echo("nothing was sent")
        return
    os.environ["LEVEE_URL"] = to
    with shown("sending it") as tell:
        answer = call("POST", "/inventory/imports", body=data, name=name, filename=f"{name}.csv")
        if "state" in answer:  # a large one, which a job takes in there
            answer = followed(answer, tell)
    taken = counted(answer["components"], "component was", "components were")
    typer.echo(f"sent; {taken} taken in as {answer['public_id']}")


def table(machines: Sequence[Asset], on: Iterable[Sequence[Component]], *, with_names: bool) -> bytes:
    """What is sent: one line for each component, machines by name or by a number in the order of their names.

    Args:
        machines: in the order of their names.
        on: what is on each of them, one after the other, so that never all of it is held.
        with_names: whether machines go by their names.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for at, (machine, components) in enumerate(zip(machines, on, strict=True), 1):
        called = machine.name if with_names else f"machine-{at:04}"
        facts = (machine.owner, machine.exposure, machine.criticality)
        for each in components:
            told = (called, each.name or each.stated, each.version, each.ecosystem, each.purl, *facts)
            writer.writerow(as_text_cell(text) for text in told)
    return out.getvalue().encode()


def _say(data: bytes, *, to: str, machines: int, with_names: bool) -> None:
    lines = data.decode().splitlines()
    told = counted(len(lines) - 1, "line")
    typer.echo(f"This would be sent to {to}, and nothing else: {told}, {len(data):,} bytes of CSV.")
    typer.echo(f"Columns: {', '.join(COLUMNS)}.")
    typer.echo(
        f"{counted(machines, 'machine')}, by their names."
        if with_names
        else f"{counted(machines, 'machine')}, by number; their names stay here."
    )
    typer.echo("It begins:")
    for line in lines[1 : SHOWN + 1]:
        typer.echo(f"  {line}")
    typer.echo("Whoever runs that clearinghouse then knows what you run. Your list here works without it.")
