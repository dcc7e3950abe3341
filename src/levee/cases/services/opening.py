from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.access.services import demand, grant
from levee.cases import keeping, scopes
from levee.cases.course.proposing import opened
from levee.cases.events import CaseOpened
from levee.cases.models import Case, Participant, Report, Thread
from levee.cases.projects.naming import project_of
from levee.cases.projects.policies import Bound, check_opening, keeps_no_secret
from levee.cases.rules.embargo import Consent, Embargo, check_end
from levee.cases.rules.threads import Audience
from levee.cases.services.asked import ask_for
from levee.cases.services.course import course_of
from levee.clustering.selectors import cluster as cluster_of
from levee.findings.selectors import found_by_ai
from levee.findings.services import forward, keep_hidden
from levee.findings.types import Purpose
from levee.identity.selectors import names
from levee.kernel.errors import BadInput, Forbidden
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a case is opened with: see `open_case`."""

    title: str
    summary: str
    embargo_end: datetime | None
    because: str = ""


def open_case(
    actor: Actor, *, cluster: UUID, title: str, summary: str, embargo_end: datetime | None, because: str = ""
) -> UUID:
    """Open a case for a cluster; its finders take part from the start, for they hold the secret already.

    The policy of the project that is in force now holds for this case from here on.

    Args:
        actor: a coordinator of the clearinghouse.
        cluster: the confirmed, grouped findings that the case is about.
        title: one line, as participants see it.
        summary: what it is, in the coordinator's words.
        embargo_end: the exact instant, with zone, at most 90 days ahead; None where there is no embargo, as by the
            policy of the project.
        because: why there is an embargo that the project's policy does not want; every party reads it.

    Returns:
        The case's key.

    Raises:
        BadInput: no title, or the end is not an instant ahead.
        NotFound: there is no such cluster for this actor.
        Conflict: no finding of it may be passed on, by its finder's terms or before its personal data is hidden.
        AgainstRules: the project's policy wants no embargo and no reason is given, or none that long.
    """
    words = Words(title=title, summary=summary, embargo_end=embargo_end, because=because)
    with acting(actor) as act:
        demand(act, Action.CASE_OPEN, of=actor.party)
        found = cluster_of(actor, cluster)
        return opened_for(act, found.findings, words, target=found.target, cluster=cluster)


def opened_for(act: Act, findings: Iterable[UUID], words: Words, *, target: str, cluster: UUID | None = None) -> UUID:
    """Open a case about findings of one target, as part of an act that may."""
    actor, findings = act.actor, list(findings)
    if not words.title.strip():
        raise BadInput("a case needs a title", place="title")
    end = None if words.embargo_end is None else check_end(words.embargo_end, act.now)
    case = new_case(act, cluster=cluster, title=words.title.strip(), summary=words.summary.strip(), end=end)
    case.project, case.ai_found = project_of(target), found_by_ai(actor, findings)
    _check_policy(act, case, end, words.because)
    write_case(act, case)
    passed = forward(act, findings, purpose=Purpose.FIX)
    keep_hidden(act, findings, title=case.title, summary=case.summary, because=case.policy_because)
    Report.unscoped.bulk_create([Report(id=act.new_id(), case=case.id, finding=finding) for finding in passed])
    _seat_first(act, case, set(passed.values()) - {actor.party})
    begin(act, case, end)
    ask_for(act, case.id, passed)
    fields = {
        "embargo_end": end.isoformat() if end else "none",
        "findings": len(passed),
        "policy": str(case.policy) if case.policy else "none",
        "because": case.policy_because,
    }
    record(act, log=("case", case.id), verb=Action.CASE_OPEN, subject=case.id, fields=fields)
    act.announce(CaseOpened(subject=case.id))
    return case.id


def _seat_first(act: Act, case: Case, finders: set[UUID]) -> None:
    """The owner, and those who found it, who hold the secret already."""
    known = names(act.actor, [*finders, act.actor.party])
    seat(act, case, act.actor.party, known[act.actor.party], Capacity.OWNER, Consent.SIGNATORY)
    for finder in sorted(finders):
        seat(act, case, finder, known[finder], Capacity.FINDER, Consent.SIGNATORY)


def check_joined(act: Act) -> None:
    """Refuse a case of a member that left the terms, or limited its part: also one that comes out of another.

    Raises:
        Forbidden: it has.
    """
    if act.actor.standing is not Standing.JOINED:
        raise Forbidden(
            "your organisation has left the terms, or limits its part: it opens no case",
            code="case.not_joined",
            advice="what it runs goes on; for another case its administrator joins the terms again",
        )


def new_case(act: Act, *, cluster: UUID | None, title: str, summary: str, end: datetime | None) -> Case:
    """A case of the actor's own house, not written yet."""
    check_joined(act)
    return Case(
        id=act.new_id(),
        house=act.actor.party,
        cluster=cluster,
        title=title,
        summary=summary,
        opened_at=act.now,
        embargo=Embargo.ACTIVE if end else Embargo.NONE,
        embargo_end=end or act.now,
        everyone=act.new_id(),
        internal=act.new_id(),
    )


def _check_policy(act: Act, case: Case, end: datetime | None, because: str) -> None:
    """Bind a case that is not written yet to the project's policy; a reason is kept only where one is needed."""
    row = keeping.in_force(case.project)
    if row is None:
        return
    case.policy = row.id
    bound = Bound(named=keeping.policy(row).named, terms=keeping.terms(row), ai_found=case.ai_found)
    check_opening(bound, end, because, act.now)
    if end is not None and keeps_no_secret(bound.terms, ai_found=bound.ai_found):
        case.policy_because = because.strip()


def write_case(act: Act, case: Case) -> None:
    """Write a new case, with nobody in it yet, as part of an act that may."""
    for subject in (case.id, case.everyone, case.internal):
        grant(act, subject=subject, party=act.actor.party, capacity=Capacity.OWNER)
    Case.unscoped.bulk_create([case])
    Thread.unscoped.bulk_create(
        Thread(id=key, case=case.id, audience=audience, party=act.actor.party, at=act.now)
        for key, audience in ((case.everyone, Audience.EVERYONE), (case.internal, Audience.INTERNAL))
    )


def begin(act: Act, case: Case, end: datetime | None) -> None:
    """Begin the history of a case, once its first seats are taken: under embargo, or free of one."""
    course = course_of(act, case.id, alone=True)
    if end is not None:
        owner = course.seat_of(act.actor.party)
        at = min(end, act.now)  # what is over already was agreed no later than it ended
        course.add(act, opened(course.seats.keys() - {owner}, owner, end, act.new_id(), at))


def seat(act: Act, case: Case, party: UUID, name: str, capacity: Capacity, consent: Consent) -> Participant:  # noqa: PLR0917 - a seat has these
    """Give a party its seat; content is granted only to a signatory."""
    participant = Participant(
        id=act.new_id(),
        case=case.id,
        party=party,
        name=name,
        capacity=capacity,
        consent=consent,
        since=act.now,
    )
    Participant.unscoped.bulk_create([participant])
    if consent is Consent.SIGNATORY and capacity is not Capacity.OWNER:
        let_in(act, case, party, capacity)
    return participant


def let_in(act: Act, case: Case, party: UUID, capacity: Capacity) -> None:
    """Let a party see the case and its common thread, and a vendor the reports themselves."""
    grant(act, subject=case.id, party=party, capacity=capacity)
    grant(act, subject=case.everyone, party=party, capacity=capacity)
    if capacity is Capacity.VENDOR:
        reports = Report.unscoped.filter(scopes.of_cases(act.actor), case=case.id)
        for finding in forward(act, reports.values_list("finding", flat=True), purpose=Purpose.FIX):
            grant(act, subject=finding, party=party, capacity=Capacity.VENDOR)
