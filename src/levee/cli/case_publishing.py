from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from levee.cli.client import call
from levee.cli.inventory import AsJson

if TYPE_CHECKING:
    from collections.abc import Callable

Case = Annotated[str, typer.Argument(help="CAS-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]
Title = Annotated[str, typer.Option(help="one line")]
Summary = Annotated[str, typer.Option(help="what an operator must know")]
Package = Annotated[str, typer.Option(help="npm:NAME, pypi:NAME or source:NAME")]
Details = Annotated[str, typer.Option(help="the rest")]
Introduced = Annotated[str, typer.Option(help="the first affected version")]
Fixed = Annotated[str, typer.Option(help="the version that brings the fix")]
Cve = Annotated[str, typer.Option(help="CVE-…")]
Cwe = Annotated[str, typer.Option(help="CWE-…")]
Urgent = Annotated[str, typer.Option(help="why it may not wait, where the house publishes nothing now")]
Credit = Annotated[list[str] | None, typer.Option(help="a name; may be repeated")]


def publish(
    *,
    case: Case,
    title: Title,
    summary: Summary,
    package: Package,
    because: Because,
    details: Details = "",
    introduced: Introduced = "0",
    fixed: Fixed = "",
    cve: Cve = "",
    cwe: Cwe = "",
    credit: Credit = None,
    urgent: Urgent = "",
) -> None:
    """Publish alone, where the flaw is public already or the house allows it; somebody else reviews it afterwards."""
    body = _draft(title, summary, details, package, introduced, fixed, cve, cwe, credit) | {
        "because": because,
        "urgent": urgent,
    }
    typer.echo(call("POST", f"/cases/{case}/advisory", json=body)["name"])


def ask(
    *,
    case: Case,
    title: Title,
    summary: Summary,
    package: Package,
    details: Details = "",
    introduced: Introduced = "0",
    fixed: Fixed = "",
    cve: Cve = "",
    cwe: Cwe = "",
    credit: Credit = None,
) -> None:
    """Ask another coordinator to agree to the advisory of a case; prints the digest of its text."""
    body = _draft(title, summary, details, package, introduced, fixed, cve, cwe, credit)
    typer.echo(call("POST", f"/cases/{case}/publications", json=body)["digest"])


def asked(case: Case, as_json: AsJson = False) -> None:
    """Show what was asked to be published, newest first, with the whole text of what waits."""
    found = call("GET", f"/cases/{case}/publications")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    for each in found:
        Console().print(f"{each['digest']}  {each['by']}, {each['asked_at']}: {_state(each)}", markup=False)
        if each["agreed"] is None:
            typer.echo(each["osv"])
            typer.echo(each["csaf"])


def decide(
    case: Case,
    verb: Annotated[str, typer.Argument(help="agree or refuse")],
    because: Because,
    digest: Annotated[str, typer.Option(help="of the text that you have read; to agree")] = "",
    urgent: Urgent = "",
) -> None:
    """Agree to what another coordinator asked to publish, or refuse it."""
    if verb not in {"agree", "refuse"}:
        raise typer.BadParameter("agree or refuse")
    body = {"agree": verb == "agree", "digest": digest, "because": because, "urgent": urgent}
    answer = call("POST", f"/cases/{case}/publications/decision", json=body)
    Console().print(f"{answer['name']}: {_state(answer)}", markup=False)


def review(
    case: Case,
    verb: Annotated[str, typer.Argument(help="right or wrong")],
    because: Because,
) -> None:
    """Say, as a second person, whether it was right that one published alone."""
    if verb not in {"right", "wrong"}:
        raise typer.BadParameter("right or wrong")
    call("POST", f"/cases/{case}/publications/review", json={"stands": verb == "right", "because": because})
    Console().print("it is on record")


def advisory(case: Case, as_json: AsJson = False) -> None:
    """Show the advisory of a case."""
    answer = call("GET", f"/cases/{case}/advisory")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    out = f"out since {answer['published_at']}" if answer["published_at"] else f"decided {answer['decided_at']}"
    Console().print(f"{answer['name']} {answer['title']}  ({out})", markup=False)


def _draft(  # noqa: PLR0917 - an advisory has these
    title: str,
    summary: str,
    details: str,
    package: str,
    introduced: str,
    fixed: str,
    cve: str,
    cwe: str,
    credit: list[str] | None,
) -> dict[str, Any]:
    return {
        "title": title,
        "summary": summary,
        "details": details,
        "package": package,
        "introduced": introduced,
        "fixed": fixed,
        "cve": cve,
        "cwe": cwe,
        "credits": credit or [],
    }


def _state(each: dict[str, Any]) -> str:
    if each["agreed"] is None:
        return "waits for a second person"
    if each["alone"]:
        return f"published by one person ({each['alone']}): {each['settlement']}"
    return f"{'agreed to' if each['agreed'] else 'refused'} by {each['settled']}: {each['settlement']}"


COMMANDS: dict[str, Callable[..., None]] = {
    "publish": publish,
    "ask-publication": ask,
    "publications": asked,
    "decide-publication": decide,
    "review-publication": review,
    "advisory": advisory,
}
"""Their names among the commands about cases."""
