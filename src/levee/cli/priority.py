from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from levee.cli.ages import tell_ages_of
from levee.cli.client import call
from levee.cli.inventory import AsJson, File, bytes_of
from levee.exposure.priority.harm import human_impact as of_harm
from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.regimes import PRESETS, Choice, Preset
from levee.exposure.priority.shipped import named, shipped
from levee.exposure.priority.tables import Table
from levee.formats.signals import VALUES, read_answer
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.exposure.priority.tables import Row

app = typer.Typer(no_args_is_help=True, help="Policy tables: which row holds, and how long there is.")


def _question(flag: str, name: str) -> Any:  # noqa: ANN401 - what typer calls an option
    return typer.Option(flag, help=" | ".join(VALUES[name]))


_SHORT = {"technical_impact": "--impact", "safety_impact": "--safety", "mission_impact": "--mission"}


def _flag(name: str) -> str:
    """The option that answers a question."""
    return _SHORT.get(name, f"--{name.replace('_', '-')}")


@app.command()
def decide(
    *,
    table: Annotated[str, typer.Option(help="a table's name, or a CSV file of your own")],
    kev: Annotated[str | None, _question("--kev", "kev")] = None,
    exposed: Annotated[str | None, _question("--exposed", "exposed")] = None,
    automatable: Annotated[str | None, _question("--automatable", "automatable")] = None,
    technical_impact: Annotated[str | None, _question("--impact", "technical_impact")] = None,
    exploitation: Annotated[str | None, _question("--exploitation", "exploitation")] = None,
    weaponised: Annotated[str | None, _question("--weaponised", "weaponised")] = None,
    ransomware: Annotated[str | None, _question("--ransomware", "ransomware")] = None,
    system_exposure: Annotated[str | None, _question("--system-exposure", "system_exposure")] = None,
    human_impact: Annotated[str | None, _question("--human-impact", "human_impact")] = None,
    safety_impact: Annotated[str | None, _question("--safety", "safety_impact")] = None,
    mission_impact: Annotated[str | None, _question("--mission", "mission_impact")] = None,
    criticality: Annotated[str | None, _question("--criticality", "criticality")] = None,
    assume: Annotated[str, typer.Option(help=f"for what is not given: {' | '.join(PRESETS)}")] = "strictest",
    as_json: AsJson = False,
) -> None:
    """Look one case up in a policy table, on this machine alone."""
    given = {name: value for name, value in locals().items() if name in VALUES and value is not None}
    chosen = _table(table)
    stated = {name: read_answer(name, value, place=name) for name, value in given.items()}
    if "human_impact" in chosen.inputs and {"safety_impact", "mission_impact"} <= stated.keys():
        stated["human_impact"] = of_harm(stated.pop("safety_impact"), stated.pop("mission_impact"))
    unasked = [name for name in stated if name not in chosen.inputs]
    if unasked:
        advice = f"it asks for {', '.join(map(_flag, chosen.inputs))}"
        words = ", ".join(map(_flag, unasked))
        raise BadInput(f"{chosen.title} does not ask for {words}", code="priority.answer", place=words, advice=advice)
    assumed = _assumed(chosen, assume, stated)
    row = chosen.decide({**assumed, **stated})
    if as_json:
        typer.echo(json.dumps(_decision(chosen, row, assumed), indent=2))
        return
    console = Console()
    console.print(f"{row.band.label}: row {row.number} of {chosen.edition}, {chosen.title}", markup=False)
    for name, value in zip(chosen.inputs, row.when, strict=True):
        console.print(f"  {name.replace('_', ' ')}: {value}{', assumed' if name in assumed else ''}", markup=False)


@app.command()
def tables(
    name: Annotated[str | None, typer.Argument(help="show this one with all of its rows")] = None,
    as_json: AsJson = False,
) -> None:
    """List the policy tables that come with Levee, or show one of them."""
    if name is None:
        _list(as_json=as_json)
        return
    chosen = _table(name)
    if as_json:
        rows = [_row(chosen, row) for row in chosen.rows]
        typer.echo(json.dumps({**_told(chosen), "rows": rows}, indent=2))
        return
    grid = Grid("row", *(each.replace("_", " ") for each in chosen.inputs), "how long", title=chosen.edition)
    for row in chosen.rows:
        grid.add_row(str(row.number), *row.when, row.band.label)
    Console().print(grid)


@app.command()
def check(file: File, as_json: AsJson = False) -> None:
    """Check a policy table of your own, a CSV file: complete, without contradiction, never milder for a graver case."""
    inputs, rows = read_rows(bytes_of(file))
    table = _own(file, inputs, rows)
    if as_json:
        typer.echo(json.dumps({**_told(table), "rows": len(rows), "warnings": table.oddities()}, indent=2))
        return
    Console().print(f"{len(rows)} combinations of {', '.join(inputs)}: complete, without contradiction", markup=False)
    for each in table.oddities():
        Console().print(f"warning: {each}", markup=False)


def _list(*, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_told(table) for table in shipped().values()], indent=2))
        return
    grid = Grid("name", "table and version", "asks for", "rows")
    for table in shipped().values():
        grid.add_row(table.name, table.edition, ", ".join(table.inputs).replace("_", " "), str(len(table.rows)))
    Console().print(grid)


def _table(word: str) -> Table:
    path = Path(word)
    if path.suffix.lower() == ".csv":
        return _own(path, *read_rows(bytes_of(path)))
    return named(shipped().values(), word)


def _own(path: Path, inputs: tuple[str, ...], rows: tuple[Row, ...]) -> Table:
    name = path.stem
    return Table(key=f"own:{name}", version="file", name=name, title=name, source=path.name, inputs=inputs, rows=rows)


def _assumed(table: Table, preset: str, stated: dict[str, str]) -> dict[str, str]:
    chosen = _preset(preset).assumed
    return {name: chosen.get(name, values[-1]) for name, values in table.choices.items() if name not in stated}


def _told(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "key": table.key,
        "version": table.version,
        "title": table.title,
        "source": table.source,
        "inputs": {name: list(values) for name, values in table.choices.items()},
        "binds": sorted(table.binds),
        "since": table.since.isoformat() if table.since else None,
    }


def _row(table: Table, row: Row) -> dict[str, Any]:
    return {
        "row": row.number,
        **dict(zip(table.inputs, row.when, strict=True)),
        "result": row.result,
        "days": row.band.days,
        "forensic": row.band.forensics,
    }


def _decision(table: Table, row: Row, assumed: dict[str, str]) -> dict[str, Any]:
    return {
        "table": table.key,
        "version": table.version,
        "title": table.title,
        "row": row.number,
        "result": row.result,
        "label": row.band.label,
        "days": row.band.days,
        "forensic": row.band.forensics,
        "inputs": {
            name: {"value": value, "assumed": name in assumed}
            for name, value in zip(table.inputs, row.when, strict=True)
        },
    }


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show what your organisation's due dates follow from."""
    _in_force(call("GET", "/priority"), as_json=as_json)


@app.command()
def choose(
    *,
    table: Annotated[str, typer.Option(help="for computers: a table's key")] = Choice().table,
    plant_table: Annotated[str, typer.Option(help="for plants, devices and medical equipment")] = Choice().plant_table,
    assume: Annotated[str, typer.Option(help=f"where nobody says: {' | '.join(PRESETS)}")] = "strictest",
    assumed: Annotated[list[str] | None, typer.Option(help="one answer of your own, such as automatable=no")] = None,
    active_as_kev: Annotated[bool, typer.Option(help="count active exploitation like a listing in KEV")] = True,
    as_json: AsJson = False,
) -> None:
    """Choose tables and assumptions for your organisation; every date follows within a minute."""
    answers = {**_preset(assume).assumed, **dict(_pair(each) for each in assumed or [])}
    body = {
        "table": table,
        "plant_table": plant_table,
        "assumed": [{"question": name, "answer": value} for name, value in answers.items()],
        "active_as_kev": active_as_kev,
    }
    _in_force(call("POST", "/priority", json=body), as_json=as_json)


@app.command()
def add(
    file: File, name: Annotated[str, typer.Option(help="small letters, digits, hyphens")] = "", as_json: AsJson = False
) -> None:
    """Add a table of your organisation's own, or its next version."""
    answer = call("POST", "/priority/tables", body=bytes_of(file), name=name or file.stem)
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    Console().print(f"{answer['key']} version {answer['version']}", markup=False)
    for each in answer["oddities"]:
        Console().print(f"warning: {each}", markup=False)


def _preset(name: str) -> Preset:
    if name not in PRESETS:
        raise BadInput(f"no such assumption: {name[:40]!r}", place="assume", advice=f"one of: {', '.join(PRESETS)}")
    return PRESETS[name]


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _in_force(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    for label, table in (("computers", answer["table"]), ("plants and devices", answer["plant_table"])):
        console.print(f"{label}: {table['title']} ({table['key']}, version {table['version']})", markup=False)
    if answer["bound"]:
        console.print("this table binds your organisation, whatever it chose", markup=False)
    for name, value in answer["choice"]["assumed"].items():
        console.print(f"  where nobody says: {name.replace('_', ' ')} {value}", markup=False)
    tell_ages_of(answer)
