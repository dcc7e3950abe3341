"""Invitations take their turn: lined up where a project takes so many a week, let in by a job when there is room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.cases import lining, scopes
from levee.cases.models import Participant, Turn
from levee.cases.projects.pacing import due, next_room
from levee.cases.rules.embargo import Consent
from levee.cases.services.impartial import decide
from levee.cases.services.links import send_link
from levee.cases.services.rows import case_for, keep_hidden_of, take_part, world_of
from levee.cases.services.seating import take_seat
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.platform.jobs import enqueue
from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.models import Case
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

RELEASE = "cases.release"
A_MOMENT_AFTER = timedelta(minutes=1)
"""Room is looked for so long after its instant, so that a machine's clock that is set back loses none."""
EARLY = timedelta(minutes=10)
"""A job that comes earlier than this before its instant is not the one that was set for it, and looks at nothing."""
AT_THE_LATEST = timedelta(days=1)
"""What waits for more than room is looked at so often: a verdict or a policy may have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What came of an invitation; neither, where it waits.

    Attributes:
        participant: who was let in.
        locator: where a maintainer without an account goes.
    """

    participant: UUID | None = None
    locator: str | None = None


def ask(act: Act, case: Case, turn: Turn) -> Invited:
    """Let a vendor in, or line it up where its project takes so many new items a week.

    Args:
        act: of a coordinator of the case.
        case: the case.
        turn: not written yet.
    """
    if lining.has_to_wait(act, case, turn.organisation):
        Turn.unscoped.bulk_create([turn])
        _record(act, turn, does="lines up", because=turn.because)
        enqueue(act, RELEASE, subject=case.id, party=clearinghouse())
        return Invited()
    if case.project and lining.of_the_project(act, case.project, turn.organisation):
        Turn.unscoped.bulk_create([turn])
    return _let_in(act, case, turn)


def release_with(fixed: lining.Fixed) -> Callable[[Actor, UUID], None]:
    """The job that lets in who has waited long enough.

    Args:
        fixed: tells which of some cases have a verified fix.
    """

    def release(actor: Actor, case: UUID) -> None:
        with acting(actor) as act:
            _release(act, case, fixed)

    return release


def wait_on(actor: Actor, case: UUID, _failure: str) -> None:
    """After the last try: what waits is looked at again."""
    with acting(actor) as act:
        enqueue(act, RELEASE, subject=case, party=actor.party, delay=AT_THE_LATEST)


def _release(act: Act, case: UUID, fixed: lining.Fixed) -> None:
    row = case_for(act, case)
    decide(act, Action.TURN_RELEASE, case)
    hold(f"turns of {row.project}")
    line = lining.line_of(act, row.project, fixed)
    if any(turn.look_at and act.now < turn.look_at - EARLY for turn in line.turns.get(case, ())):
        return  # another run of this job comes at that instant
    gone = due(line.terms, line.items, line.handed, act.now)
    for item in gone:
        about = case_for(act, item.case)
        for turn in line.turns[item.case]:
            _let_in(act, about, turn)
    if case in line.turns.keys() - {item.case for item in gone}:
        room = next_room(line.terms, [*line.handed, *(act.now for _ in gone)], act.now)
        look_at = min(room or act.now + AT_THE_LATEST, act.now + AT_THE_LATEST)
        Turn.unscoped.filter(id__in=[turn.id for turn in line.turns[case]]).update(look_at=look_at)
        wait = min(AT_THE_LATEST, look_at - act.now + A_MOMENT_AFTER)
        enqueue(act, RELEASE, subject=case, party=act.actor.party, delay=wait)


def waiting_in(act: Act, case: UUID) -> QuerySet[Turn]:
    """What waits for its turn in a case."""
    return Turn.unscoped.filter(scopes.turns(act.actor), case=case, released_at=None, withdrawn_at=None)


def follow(act: Act, before: Case, after: Case) -> None:
    """Let what waits for its turn wait in the case that takes this one's place, as part of an act that may.

    In a case that the project's people know of, from either, nobody of the project waits any more.
    """
    moved = waiting_in(act, before.id).update(case=after.id, look_at=None)
    if lining.was_handed(act, after.id):
        hold(f"turns of {after.project}")
        for turn in waiting_in(act, after.id).order_by("asked_at", "id"):
            _let_in(act, after, turn)
    elif moved:
        enqueue(act, RELEASE, subject=after.id, party=clearinghouse())


def let_in_now(actor: Actor, turn: UUID, *, because: str) -> None:
    """Let somebody in ahead of its turn: the flaw is public or exploited, so that every day counts.

    Args:
        actor: a coordinator of the case's owner.
        turn: what waits.
        because: why; recorded.

    Raises:
        BadInput: no reason. NotFound: nothing waits under this name.
        AgainstRules: nothing is public, exploited or attacked, as the case's owner accepted it.
    """
    with acting(actor) as act:
        row, case = _waiting(act, turn, because)
        if not world_of(case):
            raise AgainstRules(
                "ahead of its turn goes only what is public, exploited or attacked",
                code="case.pacing",
                advice="accept a claim that it is first; otherwise it goes when there is room",
            )
        hold(f"turns of {case.project}")
        Turn.unscoped.filter(id=row.id).update(urgent=because.strip())
        _let_in(act, case, row)
        _record(act, row, does="ahead of its turn", because=because.strip())


def withdraw_turn(actor: Actor, turn: UUID, *, because: str) -> None:
    """Take an invitation out of the line; whom it was for never learns of it.

    Raises:
        BadInput: no reason. NotFound: nothing waits under this name.
    """
    with acting(actor) as act:
        row, _ = _waiting(act, turn, because)
        Turn.unscoped.filter(id=row.id).update(withdrawn_at=act.now, withdrawn=because.strip(), address="")
        _record(act, row, does="withdraws", because=because.strip())


def _waiting(act: Act, turn: UUID, because: str) -> tuple[Turn, Case]:
    rows = Turn.unscoped.filter(scopes.turns(act.actor), id=turn, released_at=None, withdrawn_at=None)
    row = rows.select_for_update().first() if act.actor.permits(Action.TURN_SEE) else None
    if row is None:
        raise NotFound("nothing waits under this name")
    take_part(act, row.case)
    demand(act, Action.TURN_RELEASE, subject=row.case)
    if not because.strip():
        raise BadInput("say why", place="because")
    keep_hidden_of(act, row.case, because=because)
    return row, case_for(act, row.case)


def _let_in(act: Act, case: Case, turn: Turn) -> Invited:
    """Whoever was let in otherwise in the meantime is not let in again."""
    if Participant.unscoped.filter(scopes.of_cases(act.actor), case=case.id, party=turn.organisation).exists():
        Turn.unscoped.filter(id=turn.id).update(withdrawn_at=act.now, withdrawn="takes part already", address="")
        return Invited()
    consent = Consent.INVITED if turn.principal else Consent.SIGNATORY
    seat = take_seat(act, case, turn.organisation, turn.name, turn.because, consent)
    locator = None
    if turn.principal:
        locator = send_link(act, case.id, participant=seat, principal=turn.principal, address=turn.address)
    Turn.unscoped.filter(id=turn.id).update(released_at=act.now, name="", address="")
    return Invited(participant=seat, locator=locator)


def _record(act: Act, turn: Turn, **fields: str) -> None:
    """In the house's own log: what waits is nobody else's to read."""
    record(act, log=("organisation", act.actor.party), verb=Action.CASE_INVITE, subject=turn.id, fields=fields)
