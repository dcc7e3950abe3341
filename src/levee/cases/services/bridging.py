"""Handing a case's report in at a project's private channel, by a coordinator's recorded decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import lineage, scopes
from levee.cases.bridges import github, gitlab
from levee.cases.bridges.port import Kind, Problem
from levee.cases.models import Bridge, Channel, Participant, Turn
from levee.cases.services.impartial import decide
from levee.cases.services.rows import case_for, keep_hidden_of, one_line, take_part
from levee.cases.services.turns import ask
from levee.cases.types import BridgeState
from levee.cases.types import Kind as Went
from levee.identity.services import add_maintainer
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

PROJECTS = {Kind.GITHUB: github.project, Kind.GITLAB: gitlab.project}


def bridge(actor: Actor, case: UUID, *, channel: UUID, project: str, name: str, because: str) -> UUID:
    """Let a project in as vendor of the flawed code, and hand the report in at its private channel.

    It is let in by recorded decision and without waiting for consent, as a member organisation is; where it takes so
    many new items a week, or in a certain form, it waits for its turn, and nothing leaves before. What leaves is what
    the project may see of the case, and nothing else.

    Args:
        actor: a coordinator of the case.
        case: the case.
        channel: one of the clearinghouse's.
        project: what the channel calls it: `owner/name`, `group/project`.
        name: what the case calls it.
        because: why it must know; recorded.

    Returns:
        The bridge.

    Raises:
        BadInput: no reason, no name, or the channel knows no such projects. NotFound: no such channel.
        Conflict: this project has a bridge in this case already, or in one that went on in it.
    """
    called = one_line("name", name)
    if not called:
        raise BadInput("say what the case calls the project", place="name")
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.CASE_INVITE, case)
        if not because.strip():
            raise BadInput("say why this party must know", place="because")
        keep_hidden_of(act, case, because=because)
        about, row = case_for(act, case), _channel(act, channel)
        place = PROJECTS[Kind(row.kind)](project)
        same = {case, *lineage.befores(act, case, [Went.MERGED, *lineage.SAME_CAUSE])}
        before = Bridge.unscoped.filter(scopes.bridges(actor), case__in=same, channel=channel, project=place)
        if before.exclude(problem=Problem.ANOTHERS).exists():
            raise Conflict("this project's channel is used in this case already", code="bridge.known")
        member = add_maintainer(act, name=called, address="")
        made = Bridge(
            id=act.new_id(),
            case=case,
            channel=channel,
            project=place,
            organisation=member.organisation,
            principal=member.id,
            name=called,
            state=BridgeState.WAITING,
            asked_at=act.now,
            look_at=act.now,
        )
        Bridge.unscoped.bulk_create([made])
        ask(act, about, _turn(act, about.project, made, because))
        fields = {"channel": row.kind, "project": place}
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=made.id, fields=fields)
    return made.id


def look_again(actor: Actor, case: UUID, key: UUID) -> None:
    """Look at a channel now, after a problem too; a report of which it is not known whether it arrived is sent again.

    Raises:
        NotFound: there is no such bridge.
    """
    with acting(actor) as act:
        take_part(act, case)
        decide(act, Action.CASE_INVITE, case)
        row = Bridge.unscoped.filter(scopes.bridges(actor), id=key, case=case).first()
        if row is None:
            raise NotFound("there is nothing here by that name")
        state = BridgeState.WAITING if not row.remote else BridgeState.OPEN
        own = Bridge.unscoped.filter(scopes.bridges(actor), id=key)
        own.update(state=state, problem="", detail="", attempts=0, look_at=act.now)
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=key, fields={"channel": "again"})


def _channel(act: Act, key: UUID) -> Channel:
    row = Channel.unscoped.filter(scopes.channels(act.actor), id=key, ended_at=None).first()
    if row is None:
        raise NotFound("there is no such channel")
    return row


def _turn(act: Act, project: str, made: Bridge, because: str) -> Turn:
    return Turn(
        id=act.new_id(),
        case=made.case,
        project=project,
        organisation=made.organisation,
        name=made.name,
        because=because.strip(),
        asked_at=act.now,
    )


def seated(act: Act, row: Bridge) -> bool:
    """Whether the project was let in."""
    seats = Participant.unscoped.filter(scopes.of_cases(act.actor), case=row.case, party=row.organisation)
    return seats.exists()
