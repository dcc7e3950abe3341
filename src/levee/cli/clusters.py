from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli.client import call

app = typer.Typer(no_args_is_help=True, help="Which findings are one, and why.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]


@app.command("list")
def listed(as_json: AsJson = False) -> None:
    """List clusters, newest first."""
    answer = call("GET", "/clusters")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("cluster", "target", "kind", "findings", "joined by")
    for each in answer:
        how = "cross-fix" if each["proven"] else "signature"
        table.add_row(each["public_id"], each["target"], each["kind"], str(len(each["members"])), how)
    Console().print(table)


@app.command()
def show(cluster: Annotated[str, typer.Argument(help="CLU-…")], as_json: AsJson = False) -> None:
    """Show one cluster: why each finding stands in it, how it stands to others."""
    answer = call("GET", f"/clusters/{cluster}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    own = call("GET", f"/clusters/{cluster}/own-cases")
    console = Console()
    console.print(f"{answer['target']}  {answer['kind']}\n{answer['signature']}", markup=False)
    members = Table("finding", "evidence", "explanation")
    for each in answer["members"]:
        members.add_row(each["finding"], each["evidence"], each["explanation"])
    console.print(members)
    for each in own:
        since = each["since"][:10]
        console.print(f"{each['finder']} runs a case about {each['finding_id']} since {since}", markup=False)
    for each in answer["relations"]:
        console.print(f"{each['kind']} with {each['other_public_id']}: {each['explanation']}", markup=False)


@app.command()
def undo(cluster: Annotated[str, typer.Argument(help="CLU-… that was joined to another")], because: Because) -> None:
    """Undo a join: both clusters are then as they were without it."""
    call("POST", f"/clusters/{cluster}/undo", json={"because": because})
    Console().print(f"{cluster} stands by itself again")


@app.command("take-out")
def take_out(finding: Annotated[str, typer.Argument(help="FND-…")], because: Because) -> None:
    """Take a finding out of its group; it then stands alone."""
    call("POST", f"/findings/{finding}/take-out", json={"because": because})
    Console().print(f"{finding} stands alone")


@app.command("put-back")
def put_back(finding: Annotated[str, typer.Argument(help="FND-…")], because: Because) -> None:
    """Put a finding back into the group that it was taken out of."""
    call("POST", f"/findings/{finding}/put-back", json={"because": because})
    Console().print(f"{finding} is back in its group")
