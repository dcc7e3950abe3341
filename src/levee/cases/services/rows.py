from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from levee.access.selectors import has_left
from levee.cases import scopes
from levee.cases.models import Case, Report
from levee.cases.rules.crossing import breach
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import facts
from levee.findings.services import keep_hidden
from levee.kernel.errors import AgainstRules, BadInput, Conflict, NotFound
from levee.kernel.ids import public_id
from levee.platform.database.locks import hold
from levee.policy.actors import Capacity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.cases.models import Participant
    from levee.cases.rules.facts import Event
    from levee.platform.database.acting import Act

T = TypeVar("T")
LONGEST_LINE = 200
HELD = "held alone"


def case_for(act: Act, case: UUID, *, alone: bool = False) -> Case:
    """The case's row, for the actor; NotFound where it takes no part.

    Args:
        act: the unit of work.
        case: which one.
        alone: hold it until the act ends, so that whoever else changes it waits; for its owner's people.
    """
    if alone:
        hold_alone(act, case)
    rows = Case.unscoped.filter(scopes.cases(act.actor), id=case)
    row = (rows.select_for_update() if alone else rows).first()
    if row is None:
        raise NotFound("there is no such case")
    return row


def hold_alone(act: Act, case: UUID) -> None:
    """Hold a case until the act ends, before anything of it is locked: so that two acts never wait for each other."""
    hold(f"case {case}")
    act.kept[HELD, case] = True


def kept(act: Act, what: str, case: UUID, find: Callable[[], T]) -> T:
    """What is found out of a case once in an act that only reads it; anew each time in one that holds it alone."""
    if (HELD, case) in act.kept:
        return find()
    if (what, case) not in act.kept:
        act.kept[what, case] = find()
    return cast("T", act.kept[what, case])


def take_part(act: Act, case: UUID) -> None:
    """Refuse whoever took part in a case and left it, by the rule, and any step of a case that another one took over.

    Raises:
        AgainstRules: by rule 9, or the case goes on in another one.
    """
    if has_left(act, case):
        raise breach(9, "your part in this case has ended")
    after = Case.unscoped.filter(scopes.cases(act.actor), id=case).values_list("successor", flat=True).first()
    if after is not None:
        seen = Case.unscoped.filter(scopes.cases(act.actor), id=after).exists()
        raise AgainstRules(
            "nothing more happens in this case: another one took this one's place",
            code="case.continued",
            advice=f"go on in {public_id('CAS', after)}" if seen else "agree to the terms that you were offered first",
        )


def state_of(case: Case, now: datetime) -> Embargo:
    """Where the embargo stands at an instant: an end that has passed has ended it."""
    state = Embargo(case.embargo)
    over = state in {Embargo.ACTIVE, Embargo.REVISE} and case.embargo_end <= now
    return Embargo.EXITED if over else state


def world_of(case: Case) -> frozenset[Event]:
    """What has happened in the world, as its owner accepted it."""
    return facts(case.world).happened if case.world else frozenset()


def by_link(seat: Participant) -> bool:
    """Whoever came in by a link has nothing to sign in to: no letter tells it of things; its owner sends a new link."""
    return seat.capacity == Capacity.VENDOR and bool(seat.consented_by)


def keep_hidden_of(act: Act, case: UUID, **texts: str) -> None:
    """Refuse a text, named by its field, that repeats what was hidden in the case's findings as personal data."""
    findings = Report.unscoped.filter(scopes.of_cases(act.actor), case=case).values_list("finding", flat=True)
    keep_hidden(act, findings, **texts)


def in_no_case(act: Act, findings: Iterable[UUID]) -> None:
    """Refuse to put findings into a case while one of them is in another one that goes on and that the actor sees."""
    reports = Report.unscoped.filter(scopes.of_cases(act.actor), finding__in=list(findings)).values("case")
    there = Case.unscoped.filter(scopes.cases(act.actor), id__in=reports, successor=None).order_by("opened_at").first()
    if there is not None:
        raise Conflict(f"this finding is in {public_id('CAS', there.id)} already", place="finding")


def one_line(place: str, text: str) -> str:
    """A name or a subject without blanks around it; BadInput, naming its field, for what is no line or too long."""
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise BadInput(f"one line of at most {LONGEST_LINE} characters", place=place)
    return " ".join(text.split())
