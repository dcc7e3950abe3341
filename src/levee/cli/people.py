from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from levee.cli import session
from levee.cli.client import address, call

organisations = typer.Typer(no_args_is_help=True, help="Organisations that take part.")
members = typer.Typer(no_args_is_help=True, help="People and machines of your organisation.")
tokens = typer.Typer(no_args_is_help=True, help="API tokens: yours, and those of your organisation's machines.")
terms = typer.Typer(no_args_is_help=True, help="The membership terms: join, limit your part, leave.")

AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]
Member = Annotated[str, typer.Argument(help="PER-…")]
ONCE = "Shown this once, and kept nowhere."


def sign_in(
    link: Annotated[str, typer.Option(help="a one-time sign-in link", prompt="one-time link", hide_input=True)],
) -> None:
    """Sign in as a person by a one-time link, for what no token may do: members, tokens, terms."""
    session.sign_in(address(), link)
    Console().print(f"signed in at {address()}, for twelve hours at most; levee sign-out ends it")


def sign_out() -> None:
    """End the session of `levee sign-in`."""
    session.sign_out(address())
    Console().print("signed out")


@organisations.command("list")
def list_organisations(as_json: AsJson = False) -> None:
    """List the organisations that you may see: your own; for the clearinghouse, all."""
    answer = call("GET", "/organisations")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("organisation", "name", "kind", "sector", "terms")
    for each in answer:
        stands = f"{each['standing']}, {each['terms_version']}"
        table.add_row(each["public_id"], each["name"], each["kind"].replace("_", " "), each["sector"], stands)
    Console().print(table)


@organisations.command("add")
def add_organisation(
    *,
    name: Annotated[str, typer.Argument(help="its name")],
    kind: Annotated[str, typer.Option(help="finder, vendor, operator, agency, ai_developer, evaluator, intermediary")],
    administrator: Annotated[str, typer.Option(help="the name of its first administrator")],
    sector: Annotated[str, typer.Option(help="such as healthcare")] = "",
    contact: Annotated[str, typer.Option(help="e-mail address that letters go to")] = "",
    as_json: AsJson = False,
) -> None:
    """Let an organisation in; prints the sign-in link of its first administrator."""
    body = {"name": name, "kind": kind, "sector": sector, "contact": contact, "administrator": administrator}
    answer = call("POST", "/organisations", json=body, in_person=True)
    told = f"{answer['public_id']} is in. The link of its administrator {answer['administrator']}:"
    _once(answer, "link", told, as_json=as_json)


@members.command("list")
def list_members(as_json: AsJson = False) -> None:
    """List the members of your organisation."""
    answer = call("GET", "/members")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("member", "name", "kind", "roles", "stands")
    for each in answer:
        kind = "machine" if each["kind"] == "agent" else each["kind"]
        table.add_row(
            each["public_id"], each["name"], kind, ", ".join(each["roles"]), "in" if each["live"] else "ended"
        )
    Console().print(table)


@members.command("add")
def add_member(
    name: Annotated[str, typer.Argument(help="its name")],
    role: Annotated[
        list[str] | None, typer.Option(help="member, coordinator, admin or auditor; may be repeated")
    ] = None,
    machine: Annotated[bool, typer.Option("--machine", help="a machine, which gets a token instead of a link")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a person or a machine in, in person; prints a person's sign-in link."""
    body = {"name": name, "kind": "agent" if machine else "person", "roles": role or ["member"]}
    answer = call("POST", "/members", json=body, in_person=True)
    if machine and not as_json:
        Console().print(f"{answer['public_id']} is in; now: levee tokens issue --for {answer['public_id']}")
        return
    _once(answer, "link", f"{answer['public_id']} is in. Its sign-in link:", as_json=as_json)


@members.command("link")
def link_member(member: Member, as_json: AsJson = False) -> None:
    """Make a new sign-in link for a member, in person."""
    _once(call("POST", f"/members/{member}/link", in_person=True), "link", "Its sign-in link:", as_json=as_json)


@members.command("end")
def end_member(member: Member) -> None:
    """End a member, in person: it signs in no more and its tokens open nothing."""
    call("POST", f"/members/{member}/end", in_person=True)
    Console().print(f"{member} is ended")


@members.command("forget")
def forget_member(
    member: Member, yes: Annotated[bool, typer.Option("--yes", help="do not ask once more")] = False
) -> None:
    """Forget a member, or yourself, in person and for good: what it contributed stays, under "a former member"."""
    if not yes:
        typer.confirm(f"Forget {member}? This cannot be undone", abort=True)
    call("POST", f"/members/{member}/forget", in_person=True)
    Console().print(f"{member} is forgotten")


@tokens.command("list")
def list_tokens(as_json: AsJson = False) -> None:
    """List your API tokens, newest first, without their secrets."""
    answer = call("GET", "/tokens")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("token", "for", "may", "until", "stands")
    for each in answer:
        stands = "revoked" if each["revoked_at"] else "good"
        table.add_row(each["public_id"], each["name"], ", ".join(each["scopes"]), each["expires_at"][:10], stands)
    Console().print(table)


@tokens.command("issue")
def issue_token(
    name: Annotated[str, typer.Argument(help="what it is for")],
    scope: Annotated[list[str], typer.Option(help="such as finding:submit; may be repeated")],
    days: Annotated[int, typer.Option(help="until it expires, at most 366")] = 90,
    machine: Annotated[str, typer.Option("--for", help="PER-…, a machine of your organisation; yourself if none")] = "",
    as_json: AsJson = False,
) -> None:
    """Issue a token for yourself or a machine of your organisation, in person; prints its secret."""
    path = f"/members/{machine}/tokens" if machine else "/tokens"
    answer = call("POST", path, json={"name": name, "scopes": scope, "days": days}, in_person=True)
    told = f"{answer['public_id']}, good until {answer['expires_at'][:10]}. Its secret:"
    _once(answer, "secret", told, as_json=as_json)


@tokens.command("revoke")
def revoke_token(token: Annotated[str, typer.Argument(help="TOK-…")]) -> None:
    """End one of your tokens, in person, at once and for good."""
    call("POST", f"/tokens/{token}/revoke", in_person=True)
    Console().print(f"{token} opens nothing any more")


@terms.command("show")
def show_terms(as_json: AsJson = False) -> None:
    """Show the current terms, and how your organisation stands to them."""
    answer = call("GET", "/terms")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    console.print(f"{answer['title']}, {answer['version']}", markup=False)
    for each in answer["clauses"]:
        console.print(f"  {each['name']}: {each['text']}", markup=False)
    for text in answer["harbour"]:
        console.print(f"  Safe harbour: {text}", markup=False)
    for each in answer["duties"]:
        console.print(f"  Duty, {each['name']}: {each['text']}", markup=False)
    console.print(f"you stand as {answer['standing']} to the terms of {answer['answered']}", markup=False)


@terms.command("answer")
def answer_terms(answer: Annotated[str, typer.Argument(help="join, limit or leave")]) -> None:
    """Join, limit your part, or leave, in person: at once, without penalty, and changed as easily."""
    call("POST", "/terms", json={"answer": answer}, in_person=True)
    Console().print("your answer stands")


def _once(answer: dict[str, str], secret: str, told: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    console = Console()
    console.print(told, markup=False)
    typer.echo(answer[secret])  # whole on one line, whatever the width of the terminal
    console.print(ONCE, style="dim")
