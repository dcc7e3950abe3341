"""What a party does about the clocks of a case: keep a policy, drop it, state that something happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import capacity
from levee.access.services import demand
from levee.cases import timing
from levee.cases.clocks.policies import policy as policy_of
from levee.cases.course.replay import Entry, Moves
from levee.cases.models import Adoption, ClockMark
from levee.cases.services.course import course_of
from levee.cases.services.rows import keep_hidden_of, take_part
from levee.cases.services.watching import DROP, KEEP, STATE
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.cases.clocks.moments import Moment
    from levee.cases.services.course import Course
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def keep_policy(actor: Actor, case: UUID, *, policy: str, because: str) -> None:
    """Bring a policy with time limits into a case: its clocks run from now on, and everyone in the case sees them.

    A vendor keeps it for itself; the owner and finders keep it for every vendor.

    Args:
        actor: a party to the case.
        case: the case.
        policy: its name, such as `eu:cra`; the newest version is kept, whatever comes later.
        because: why; every party reads it.

    Raises:
        BadInput: no reason, or the policy is not for a party of this capacity. NotFound: there is no such policy.
        Conflict: the actor's party keeps it already.
    """
    chosen = policy_of(policy)
    with acting(actor) as act:
        course = _begin(act, case, because=because)
        if capacity(act, case) not in chosen.of:
            raise BadInput(f"this one is brought in by the {' or a '.join(sorted(chosen.of))}", place="policy")
        if _own(act, course, policy) is not None:
            raise Conflict("you keep this policy already", place="policy")
        row = Adoption(
            id=act.new_id(),
            case=case,
            party=actor.party,
            policy=chosen.name,
            version=chosen.version,
            at=act.now,
            because=because.strip(),
        )
        Adoption.unscoped.bulk_create([row])
        _done(act, course, KEEP, _named(row), because)


def drop_policy(actor: Actor, case: UUID, *, policy: str, because: str) -> None:
    """Take a policy out of a case that one's own party brought in; its clocks are gone with it.

    Raises:
        BadInput: no reason. NotFound: the actor's party does not keep it.
    """
    with acting(actor) as act:
        course = _begin(act, case, because=because)
        row = _own(act, course, policy)
        if row is None:
            raise NotFound("you keep no such policy here", place="policy")
        Adoption.unscoped.filter(id=row.id).update(dropped_at=act.now)
        _done(act, course, DROP, _named(row), because)


def state_moment(actor: Actor, case: UUID, *, moment: Moment, at: datetime, evidence: str) -> None:
    """Say that something happened that starts or stops clocks; a later word about the same takes its place.

    Args:
        actor: a vendor, about itself; the owner or a finder, about the case.
        case: the case.
        moment: one that a kept policy waits for.
        at: when it happened, an instant with zone, not ahead.
        evidence: where it can be seen; every party reads it.

    Raises:
        BadInput: no evidence, an instant ahead or without its zone, or nothing that this party states here.
    """
    if at.tzinfo is None:
        raise BadInput("an instant needs its time zone", place="at", advice="2026-12-01T12:00:00Z")
    with acting(actor) as act:
        course = _begin(act, case, evidence=evidence)
        if at > act.now:
            raise BadInput("what happened lies behind", place="at")
        if moment not in timing.may_state(capacity(act, case), timing.adoptions(act, course)):
            raise BadInput("no clock of this case waits for that from you", place="moment")
        row = ClockMark(
            id=act.new_id(),
            case=case,
            party=actor.party,
            moment=moment,
            at=at,
            evidence=evidence.strip(),
            stated_at=act.now,
        )
        ClockMark.unscoped.bulk_create([row])
        _done(act, course, STATE, moment, evidence, at=at)


def _begin(act: Act, case: UUID, **texts: str) -> Course:
    """Who may act on clocks, and the case's course, held; every text says something and nothing that was hidden."""
    for place, text in texts.items():
        if not text.strip():
            raise BadInput("say why" if place == "because" else "name the evidence", place=place)
    take_part(act, case)
    demand(act, Action.CLOCK_KEEP, subject=case)
    keep_hidden_of(act, case, **texts)
    return course_of(act, case, alone=True)


def _own(act: Act, course: Course, policy: str) -> Adoption | None:
    kept = timing.adoptions(act, course)
    return next((row for row in kept if row.party == act.actor.party and row.policy == policy), None)


def _named(row: Adoption) -> str:
    return f"{row.policy}:{row.version}"


def _done(act: Act, course: Course, verb: str, about: str, because: str, *, at: datetime | None = None) -> None:
    seat = course.seat_of(act.actor.party)
    step = Entry(
        at=act.now,
        moves=Moves.CLOCK,
        verb=f"{verb} {about}",
        seat=seat,
        by=seat,
        end=at,
        because=because.strip(),
    )
    course.add(act, [step])
    record(
        act,
        log=("case", course.case),
        verb=Action.CLOCK_KEEP,
        subject=course.case,
        fields={"does": verb, "about": about, "because": because.strip()},
    )
