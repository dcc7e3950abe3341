from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

import typer
from rich.console import Console
from rich.table import Table

from levee.cli import (
    case_bridges,
    case_changes,
    case_clocks,
    case_conflicts,
    case_contacts,
    case_filters,
    case_lineage,
    case_publishing,
    case_rules,
    case_silence,
    case_threads,
    case_webhooks,
    notices,
)
from levee.cli.client import call, fetch
from levee.cli.house_rules import told
from levee.kernel.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Cases: who takes part, the embargo, answers, messages, publication.")
app.add_typer(case_rules.app, name="rules")
app.add_typer(case_clocks.app, name="clocks")
app.add_typer(case_conflicts.app, name="conflicts")
app.add_typer(case_silence.app, name="silence")
app.add_typer(case_threads.app, name="threads")
app.add_typer(case_webhooks.app, name="webhooks")
app.add_typer(case_filters.app, name="filters")
app.add_typer(case_bridges.channels, name="channels")
app.add_typer(case_bridges.bridges, name="bridges")
app.add_typer(notices.app, name="notices")

WAITS = "it waits for its turn: levee cases turns"
Case = Annotated[str, typer.Argument(help="CAS-…")]
Because = Annotated[str, typer.Option("--because", "-b", help="why; recorded")]
AsJson = Annotated[bool, typer.Option("--json", help="print the answer as JSON")]


app.command("contacts")(case_contacts.contacts)
app.command("changes")(case_changes.changes)
app.command("went-on")(case_lineage.went_on)
app.command("merge")(case_lineage.merge)
app.command("split")(case_lineage.split)
app.command("reopen")(case_lineage.reopen)
app.command("transfer")(case_lineage.transfer)
app.command("withdraw-transfer")(case_lineage.withdraw_transfer)
app.command("transfers")(case_lineage.transfers)
app.command("answer-transfer")(case_lineage.answer_transfer)
app.command("offers")(case_lineage.offers)
app.command("answer-offer")(case_lineage.answer_offer)
for _name, _command in case_publishing.COMMANDS.items():
    app.command(_name)(_command)


@app.command("list")
def listed(  # noqa: PLR0917 - a list is narrowed by these
    show: Annotated[str, typer.Option(help="all, under_embargo, ending, over, public or continued")] = "all",
    part: Annotated[str, typer.Option(help="your part: owner, finder, vendor or observer; any otherwise")] = "",
    project: Annotated[str, typer.Option(help="a part of the project's package URL")] = "",
    party: Annotated[str, typer.Option(help="a part of the name of somebody who takes part")] = "",
    text: Annotated[str, typer.Option(help="words of the title or the summary")] = "",
    order: Annotated[str, typer.Option(help="newest, oldest or ends_first")] = "newest",
    filter_key: Annotated[str, typer.Option("--filter", help="one that you keep: FLT-…")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List the cases that you take part in."""
    asked = {"show": show, "part": part, "project": project, "party": party, "text": text, "order": order}
    chosen = {name: value for name, value in {**asked, "filter": filter_key}.items() if value}
    answer = call("GET", f"/cases?{urlencode(chosen)}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("case", "embargo", "until", "your part", "new messages", "title")
    for each in answer:
        stands = (each["embargo"], each["embargo_end"] or "—", each["capacity"], str(each["unread"]))
        table.add_row(each["public_id"], *stands, each["title"])
    Console().print(table)


@app.command()
def waiting(as_json: AsJson = False) -> None:
    """List what waits for you in your cases, the most urgent first."""
    found = call("GET", "/cases/waiting")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("case", "what waits", "since or until", "title")
    for each in found:
        says = f"{each['who']} {each['says']}".strip()
        table.add_row(each["public_id"], says, each["at"], each["title"])
    Console().print(table)


@app.command()
def show(case: Case, as_json: AsJson = False) -> None:
    """Show a case, who takes part, and the threads that you are in."""
    found = call("GET", f"/cases/{case}")
    parties = call("GET", f"/cases/{case}/participants")
    threads = call("GET", f"/cases/{case}/threads")
    if as_json:
        typer.echo(json.dumps({**found, "participants": parties, "threads": threads}, indent=2))
        return
    console = Console()
    until = f", until {found['embargo_end']}" if found["embargo_end"] else ""
    console.print(f"{found['title']}  (embargo {found['embargo']}{until})", markup=False)
    console.print(f"{found['label']}, to share with: {', '.join(found['share_with']) or 'nobody else'}", markup=False)
    if found["policy"]:
        console.print(f"policy of {found['project']}, version {found['policy']['version']}", markup=False)
    if found["policy_because"]:
        console.print(f"an embargo all the same: {found['policy_because']}", markup=False)
    for each in parties:
        stands = (
            f", {each['answer'].replace('_', ' ')}, report {each['report']}" if each["capacity"] == "vendor" else ""
        )
        before = "".join(f", {was['answer'].replace('_', ' ')} in {was['public_id']}" for was in each["earlier"])
        console.print(f"  {each['public_id']} {each['name']}: {each['capacity']}{stands}{before}", markup=False)
    for each in threads:
        read_by = f"read by {len(each['readers'])}, {each['messages']} messages, {each['unread']} new"
        console.print(f"  {each['public_id']} {each['subject']}: {read_by}", markup=False)


@app.command("open")
def open_case(
    about: Annotated[list[str], typer.Argument(help="CLU-…, or findings of your own: FND-…")],
    title: Annotated[str, typer.Option(help="what participants see")],
    embargo_end: Annotated[str, typer.Option(help="an instant with zone: 2026-12-01T12:00:00Z")] = "",
    summary: Annotated[str, typer.Option(help="what it is")] = "",
    *,
    no_embargo: Annotated[bool, typer.Option("--no-embargo", help="in place of an end: work in public")] = False,
    because: Annotated[str, typer.Option("--because", "-b", help="why an embargo against the project's policy")] = "",
) -> None:
    """Open a case for a cluster, or a case of your own about findings that your organisation handed in."""
    if bool(embargo_end) == no_embargo:
        raise BadInput("say when the embargo ends, or that there is none", place="--embargo-end", advice="--no-embargo")
    body: dict[str, object] = {
        **({"findings": about} if about[0].startswith("FND") else {"cluster": " ".join(about)}),
        "title": title,
        "summary": summary,
        "embargo_end": embargo_end or None,
        "because": because,
    }
    typer.echo(call("POST", "/cases", json=body)["public_id"])


@app.command()
def rediscoveries(case: Case, as_json: AsJson = False) -> None:
    """List findings of the same cause that are not in the case yet."""
    found = call("GET", f"/cases/{case}/rediscoveries")
    typer.echo(json.dumps(found, indent=2) if as_json else "\n".join(each["public_id"] for each in found) or "none")


@app.command("take-in")
def take_in(case: Case, finding: Annotated[str, typer.Argument(help="FND-…")]) -> None:
    """Take a finding of the same cause into a case; its finder takes part and keeps its credit."""
    call("POST", f"/cases/{case}/rediscoveries", json={"finding": finding})
    Console().print("it is in the case, and its finder takes part")


@app.command()
def answer(
    *,
    case: Case,
    answer: Annotated[str, typer.Argument(help="seen, looking, affected, not_affected or fixed")],
    by: Annotated[str, typer.Option(help="the name of who answers")],
    justification: Annotated[str, typer.Option(help="with not_affected: why")] = "",
    product: Annotated[str, typer.Option(help="one product; all that no other answer names otherwise")] = "",
    version: Annotated[str, typer.Option(help="one version of it, or a range")] = "",
) -> None:
    """Answer for your products."""
    body = {"answer": answer, "by": by, "justification": justification, "product": product, "version": version}
    call("POST", f"/cases/{case}/answer", json=body)
    Console().print("your answer stands")


@app.command()
def answers(case: Case, as_json: AsJson = False) -> None:
    """List what the vendors answered, what no longer stands among it."""
    found = call("GET", f"/cases/{case}/answers")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "vendor", "product", "version", "answer", "by", "stands")
    for each in found:
        said = " ".join(filter(None, (each["answer"], each["justification"]))).replace("_", " ")
        about = (each["product"] or "all", each["version"] or "all")
        table.add_row(each["at"], each["party"], *about, said, each["by"], "yes" if each["stands"] else "no")
    Console().print(table)


@app.command()
def handle(
    case: Case,
    step: Annotated[str, typer.Argument(help="validate, invalidate, accept, defer, close, F fix ready, D deployed")],
    because: Because,
) -> None:
    """Say what you did with the report, as a vendor."""
    call("POST", f"/cases/{case}/report", json={"step": step, "because": because})
    Console().print("it is on record")


@app.command("note-awareness")
def note_awareness(
    case: Case,
    participant: Annotated[str, typer.Argument(help="PAR-…")],
    evidence: Annotated[str, typer.Option(help="where it can be seen")],
) -> None:
    """Put on record that a vendor knows of the flaw, although no report reached it here."""
    call("POST", f"/cases/{case}/participants/{participant}/awareness", json={"evidence": evidence})
    Console().print("it is on record")


@app.command()
def send(
    case: Case,
    thread: Annotated[str, typer.Argument(help="THR-…")],
    text: str,
    mention: Annotated[list[str] | None, typer.Option(help="a handle of who reads it; may be repeated")] = None,
) -> None:
    """Send a message to those who are in a thread; it says who reads it."""
    case_threads.tell_readers(Console(stderr=True), call("GET", f"/cases/{case}/threads/{thread}"))
    body = {"text": text, "mentions": mention or []}
    typer.echo(call("POST", f"/cases/{case}/threads/{thread}/messages", json=body)["public_id"])


@app.command()
def mail(case: Case, as_json: AsJson = False) -> None:
    """List the letters that came by mail, and what became of each; for the owner of the case."""
    found = call("GET", f"/cases/{case}/mail")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "from", "sender", "became", "why, or what it says")
    for each in found:
        table.add_row(each["at"], each["party"], each["label"], each["outcome"], each["why"] or each["text"])
    Console().print(table)


@app.command("invite-member")
def invite_member(case: Case, organisation: Annotated[str, typer.Argument(help="ORG-…")], because: Because) -> None:
    """Let a member organisation in as vendor."""
    body = {"organisation": organisation, "because": because}
    answer = call("POST", f"/cases/{case}/members", json=body)
    typer.echo(answer["public_id"] or WAITS)


@app.command("invite-maintainer")
def invite_maintainer(
    case: Case,
    name: Annotated[str, typer.Option(help="the project or maintainer, as the case calls it")],
    address: Annotated[str, typer.Option(help="its e-mail address")],
    because: Because,
) -> None:
    """Let a maintainer in who has no account: a letter leaves at the next tick."""
    body = {"name": name, "address": address, "because": because}
    typer.echo(call("POST", f"/cases/{case}/invitations", json=body)["locator"] or WAITS)


@app.command("renew-link")
def renew_link(case: Case, participant: Annotated[str, typer.Argument(help="PAR-…")]) -> None:
    """Send a maintainer without an account a new letter; the link before it ends."""
    typer.echo(call("POST", f"/cases/{case}/participants/{participant}/link")["locator"])


@app.command()
def turns(as_json: AsJson = False) -> None:
    """List what waits until its project takes another item, in the order in which it goes."""
    answer = call("GET", "/turns")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("turn", "project", "", "whom", "case", "severity", "finder right", "waits for")
    for each in answer:
        right = "—" if each["accuracy"] is None else f"{each['accuracy']} %"
        waits = each["lacks"] or (f"room, {each['room_at']}" if each["room_at"] else "the next look")
        whom = (each["public_id"], each["project"], str(each["place"]), each["name"], each["case_id"])
        table.add_row(*whom, str(each["severity"]), right, waits)
    Console().print(table)


@app.command()
def suggestions(case: Case, as_json: AsJson = False) -> None:
    """List who makes or ships the component and takes no part yet, each with the reason."""
    answer = call("GET", f"/cases/{case}/suggestions")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("organisation", "name", "reason", "confirmed", "because")
    for each in answer:
        confirmed = "yes" if each["confirmed"] else "no"
        table.add_row(each["public_id"], each["name"], each["reason"], confirmed, each["because"])
    Console().print(table)


@app.command("let-in-now")
def let_in_now(turn: Annotated[str, typer.Argument(help="TRN-…")], because: Because) -> None:
    """Let somebody in ahead of its turn, where the flaw is public, exploited or attacked."""
    call("POST", f"/turns/{turn}/now", json={"because": because})
    Console().print("it is let in")


@app.command("withdraw-turn")
def withdraw_turn(turn: Annotated[str, typer.Argument(help="TRN-…")], because: Because) -> None:
    """Take an invitation out of the line."""
    call("POST", f"/turns/{turn}/withdraw", json={"because": because})
    Console().print("taken out of the line")


@app.command()
def consent(case: Case, verb: Annotated[str, typer.Argument(help="accept, decline, or revise to withdraw")]) -> None:
    """Accept or decline the embargo; who declines loses sight of what comes."""
    call("POST", f"/cases/{case}/consent", json={"verb": verb})
    Console().print("your answer stands")


@app.command()
def claims(case: Case, as_json: AsJson = False) -> None:
    """List what was said to have happened in the world."""
    answer = call("GET", f"/cases/{case}/claims")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("claim", "says", "by", "evidence", "state")
    for each in answer:
        table.add_row(each["public_id"], each["says"], each["by"], each["evidence"], each["state"])
    Console().print(table)


@app.command()
def claim(
    case: Case,
    event: Annotated[str, typer.Argument(help="P public, X exploit public, A attacks seen")],
    evidence: Annotated[str, typer.Option(help="where it can be seen")],
) -> None:
    """Say that the flaw is public, exploited or attacked; the owner of the case decides."""
    typer.echo(call("POST", f"/cases/{case}/claims", json={"event": event, "evidence": evidence})["public_id"])


@app.command("decide-claim")
def decide_claim(
    *,
    case: Case,
    claim: Annotated[str, typer.Argument(help="CLM-…")],
    verb: Annotated[str, typer.Argument(help="accept or refuse")],
    because: Because,
    keep_embargo: Annotated[bool, typer.Option("--keep-embargo", help="only with attacks")] = False,
) -> None:
    """Accept or refuse a claim; what is accepted ends the embargo as the rules say."""
    body = {"verb": verb, "because": because, "keep_embargo": keep_embargo}
    call("POST", f"/cases/{case}/claims/{claim}/decision", json=body)
    Console().print("your decision stands")


@app.command("doubt-claim")
def doubt_claim(case: Case, claim: Annotated[str, typer.Argument(help="CLM-…")], because: Because) -> None:
    """Say that a claim was accepted by mistake; another coordinator decides."""
    call("POST", f"/cases/{case}/claims/{claim}/doubt", json={"because": because})
    Console().print("noted: another coordinator decides, by `levee cases settle-doubt`")


@app.command("settle-doubt")
def settle_doubt(
    case: Case,
    claim: Annotated[str, typer.Argument(help="CLM-…")],
    verb: Annotated[str, typer.Argument(help="correct or uphold")],
    because: Because,
) -> None:
    """Correct a claim that another coordinator doubts, or uphold it; prints the case that takes this one's place."""
    after = call("POST", f"/cases/{case}/claims/{claim}/settlement", json={"verb": verb, "because": because})
    typer.echo(after["successor"] or "it stands")


@app.command()
def history(
    case: Case,
    since: Annotated[int, typer.Option(help="the number of the last step that you know")] = 0,
    as_json: AsJson = False,
) -> None:
    """List every step of a case."""
    answer = call("GET", f"/cases/{case}/history?since={since}")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("", "when", "moves", "what", "to", "why")
    for each in answer:
        table.add_row(str(each["number"]), each["at"], each["moves"], each["says"], each["state"], each["because"])
    Console().print(table)


@app.command()
def proposals(case: Case, as_json: AsJson = False) -> None:
    """List the ends that were proposed for the embargo."""
    answer = call("GET", f"/cases/{case}/embargo/proposals")
    if as_json:
        typer.echo(json.dumps(answer, indent=2))
        return
    table = Table("proposal", "until", "by", "why", "answer by", "state")
    for each in answer:
        due = each["answer_by"] or "—"
        table.add_row(each["public_id"], each["end"], each["by"], each["because"], due, each["state"])
    Console().print(table)


@app.command("propose-embargo")
def propose_embargo(
    case: Case,
    end: Annotated[str, typer.Option(help="an instant with zone: 2026-12-01T12:00:00Z")],
    because: Because,
    answer_by: Annotated[str, typer.Option(help="from when no answer is read as no; in five days otherwise")] = "",
) -> None:
    """Propose another end of the embargo; what is agreed holds meanwhile."""
    body = {"end": end, "because": because, "answer_by": answer_by or None}
    typer.echo(call("POST", f"/cases/{case}/embargo/proposals", json=body)["public_id"])
    if closed := told(call("GET", "/house/calendar/look", at=end)):
        typer.echo(closed, err=True)


@app.command("decide-proposal")
def decide_proposal(
    case: Case,
    proposal: Annotated[str, typer.Argument(help="PRO-…")],
    verb: Annotated[str, typer.Argument(help="accept or reject")],
    because: Because,
) -> None:
    """Agree to a proposed end of the embargo, or decline it."""
    call("POST", f"/cases/{case}/embargo/proposals/{proposal}/decision", json={"verb": verb, "because": because})
    Console().print("your decision stands")


@app.command("shorten-embargo")
def shorten_embargo(
    case: Case,
    end: Annotated[str, typer.Option(help="an instant with zone: 2026-12-01T12:00:00Z")],
    because: Because,
) -> None:
    """Bring the end of the embargo forward."""
    call("POST", f"/cases/{case}/embargo/shorten", json={"end": end, "because": because})
    Console().print(f"the embargo ends {end}", markup=False)


@app.command("end-embargo")
def end_embargo(
    case: Case,
    reason: Annotated[str, typer.Option(help="public, exploit_public, attacks or owner")],
    evidence: Annotated[str, typer.Option(help="where it can be seen")],
) -> None:
    """End the embargo now."""
    call("POST", f"/cases/{case}/embargo/end", json={"reason": reason, "evidence": evidence})
    Console().print("the embargo has ended; you may publish, and need not")


@app.command()
def measures(
    *,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option("--csv", help="write one line for each vendor in each case")] = None,
) -> None:
    """Show how long things took in your cases, and skill against luck from twenty histories on."""
    if csv is not None:
        data = fetch("/measures/coordination.csv").content
        try:
            csv.write_bytes(data)
        except OSError as error:
            raise BadInput(f"cannot be written: {error.strerror}", place=str(csv)) from error
        return
    found = call("GET", "/measures/coordination")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    console = Console()
    for each in (found["together"], *(found["vendors"] if len(found["vendors"]) > 1 else [])):
        times = Table("how long", "median hours", "over", title=each["name"] or "all", title_justify="left")
        for time in each["times"]:
            times.add_row(time["step"], f"{time['hours']:,.1f}", str(time["over"]))
        console.print(times)
        for skill in each["skills"]:
            between = f"{skill['low']:.2f} to {skill['high']:.2f}"
            console.print(
                f"{skill['says']}: skill {skill['skill']:.2f} ({between}), over {skill['over']}", markup=False
            )
    if not found["together"]["skills"]:
        console.print(f"skill is shown from 20 histories on; there are {found['together']['histories']}")


@app.command("hand-over")
def hand_over(
    case: Case,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="a file; standard output where not given")] = None,
) -> None:
    """Take a case as a CSAF 2.1 vulnerability report, for another clearinghouse; every party sees that you did."""
    data = fetch(f"/cases/{case}/hand-overs", "POST").content
    if out is None:
        sys.stdout.buffer.write(data)
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(out)) from error


@app.command("hand-overs")
def hand_overs(case: Case, as_json: AsJson = False) -> None:
    """List who took a case as a document."""
    found = call("GET", f"/cases/{case}/hand-overs")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("when", "by", "version", "label", "SHA-256")
    for each in found:
        table.add_row(each["at"], each["by"], each["version"], f"TLP:{each['tlp']}", each["document"])
    Console().print(table)


@app.command()
def receive(
    file: Annotated[Path, typer.Argument(help="a CSAF 2.1 vulnerability report; - for standard input")],
) -> None:
    """Take in a case from another clearinghouse: it becomes a finding, and the embargo in it a proposal."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", place=str(file)) from error
    receipt = call("POST", "/handed-over", body=data)
    typer.echo(f"{receipt['public_id']}{' was taken in before' if receipt['repeated'] else ''}")


@app.command()
def origins(case: Case, as_json: AsJson = False) -> None:
    """Show where the findings of a case came from that were handed over."""
    found = call("GET", f"/cases/{case}/origins")
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table("finding", "handed over by", "as", "label", "embargo asked for", "ids")
    for each in found:
        ids = " ".join(known["text"] for known in each["ids"])
        asked = each["embargo_said"] or "none"
        table.add_row(each["finding"], each["publisher"], each["name"], f"TLP:{each['tlp']}", asked, ids)
    Console().print(table)
