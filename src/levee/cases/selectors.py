from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.selectors import capacities
from levee.access.services import demand
from levee.cases import answers as answered
from levee.cases import beside, changing, keeping, lineage, lining, measuring, scopes, silence, telling, types
from levee.cases import channels as channelling
from levee.cases import hooks as hooking
from levee.cases import threads as threading
from levee.cases import timing as clocktime
from levee.cases import waiting as waits
from levee.cases.beside import of_case
from levee.cases.course.handling import open_to
from levee.cases.finder import contacts_in, document_of
from levee.cases.listing import chosen, embargoes, reads
from levee.cases.mail.refusals import Why
from levee.cases.models import (
    Arrival,
    Attachment,
    Bridge,
    Call,
    Case,
    Channel,
    Claim,
    Conflict,
    Contact,
    Filter,
    HandOver,
    Hook,
    Opening,
    Participant,
    ProjectPolicy,
    Report,
    Transfer,
    Turn,
    Upkeep,
)
from levee.cases.projects.naming import project_of
from levee.cases.projects.policies import began, latest_end
from levee.cases.projects.sharing import circles, label_of
from levee.cases.projects.told import reason
from levee.cases.projects.upkeep import HANDS_ON, Keeps
from levee.cases.rules.answers import overall
from levee.cases.rules.claims import Claim as ClaimState
from levee.cases.rules.embargo import Embargo, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.mail import Label, Outcome
from levee.cases.rules.reports import REPORT
from levee.cases.services.course import COURSE, course_of
from levee.cases.services.merging import credited
from levee.cases.services.rows import case_for, kept, world_of
from levee.findings.selectors import found_by_ai, hidden_words
from levee.identity.selectors import member_names, names
from levee.kernel.errors import BadInput, NotFound
from levee.kernel.errors import Conflict as StateConflict
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.database.asking import ask
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.policy.actors import Capacity
from levee.policy.decide import SIGHT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.cases.course.replay import Standing
    from levee.cases.finder import Found
    from levee.cases.models import Thread
    from levee.cases.rules.reports import ReportVerb
    from levee.cases.services.course import Course
    from levee.findings.types import HiddenWords
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

MOST_WORDS = 8
"""So many words of a search are looked for."""


def get(actor: Actor, case: UUID) -> types.Case:
    """One case.

    Raises:
        NotFound: there is none, or the actor takes no part in it.
    """
    with acting(actor) as act:
        return _cases(act, [_seen(act, case)])[0]


def look(actor: Actor, case: UUID) -> None:
    """Find out in one question what stands beside a case, for a page that shows it all within one act.

    Raises:
        NotFound: there is none, or the actor takes no part in it.
    """
    with acting(actor) as act:
        beside.look(act, _seen(act, case).id)


def listed(
    actor: Actor,
    *,
    show: types.Show = types.Show.ALL,
    part: Capacity | None = None,
    project: str = "",
    party: str = "",
    text: str = "",
    order: types.Order = types.Order.NEWEST,
    limit: int = 200,
    offset: int = 0,
) -> Sequence[types.Case]:
    """The cases that the actor takes part in, narrowed and ordered as `types.Narrowed` says.

    Args:
        actor: who looks.
        show: what they have in common.
        part: in what capacity the actor's party takes part; None for any.
        project: a part of the project's package URL.
        party: a part of the name of somebody who takes part.
        text: words that the title or the summary holds, each of them.
        order: in what order.
        limit: how many at most.
        offset: how many to leave out.
    """
    by = types.Narrowed(show=show, part=part, project=project, party=party, text=text, order=order)
    with acting(actor) as act:
        if not actor.permits(Action.CASE_SEE):
            return ()
        return _cases(act, _narrowed(act, by)[offset : offset + limit])


def count(
    actor: Actor,
    *,
    show: types.Show = types.Show.ALL,
    part: Capacity | None = None,
    project: str = "",
    party: str = "",
    text: str = "",
) -> int:
    """How many of these cases there are."""
    by = types.Narrowed(show=show, part=part, project=project, party=party, text=text)
    with acting(actor) as act:
        if not actor.permits(Action.CASE_SEE):
            return 0
        # row-level security looks into each of those that are counted: of all together, one function counts instead
        if by == types.Narrowed() and actor.live and actor.roles & SIGHT:
            return int(ask("select levee_cases_counted()", [])[0][0])
        found = _narrowed(act, by)
        return len(found) if isinstance(found, list) else found.count()


def _narrowed(act: Act, by: types.Narrowed) -> QuerySet[Case] | list[Case]:
    """What a list shows; where it is narrowed by words, each row was looked at for what is hidden in it."""
    found, words = chosen(act.actor, by, act.now), by.kept()["text"].split()
    if not words:
        return found
    rows = list(found)
    hidden = _hidden_in(act.actor, [row.id for row in rows])
    return [row for row in rows if reads(row, words, hidden)]


def filters(actor: Actor) -> Sequence[types.SavedFilter]:
    """The filters of the list of cases that the actor keeps, by name."""
    with acting(actor) as act:
        demand(act, Action.FILTER_KEEP, of=actor.id)
        return [_saved(row) for row in Filter.unscoped.filter(scopes.filters(actor)).order_by("name")]


def filter_of(actor: Actor, key: UUID) -> types.SavedFilter:
    """One of them.

    Raises:
        NotFound: the actor keeps no such one.
    """
    with acting(actor) as act:
        demand(act, Action.FILTER_KEEP, of=actor.id)
        row = Filter.unscoped.filter(scopes.filters(actor), id=key).first()
        if row is None:
            raise NotFound("there is no such filter")
        return _saved(row)


def _saved(row: Filter) -> types.SavedFilter:
    by = types.Narrowed(
        show=types.Show(row.show),
        part=Capacity(row.part) if row.part else None,
        project=row.project,
        party=row.party,
        text=row.text,
        order=types.Order(row.sort),
    )
    return types.SavedFilter(id=row.id, name=row.name, by=by, since=row.since)


def waiting(
    actor: Actor, *, beside: Iterable[types.Waiting] = (), limit: int = 200, offset: int = 0
) -> Sequence[types.Task]:
    """What waits for the actor in its cases, the most urgent first.

    Args:
        actor: whom it waits for.
        beside: what waits for it by what comes after cases, such as publications.
        limit: how many at most.
        offset: how many are passed over.
    """
    with acting(actor) as act:
        if not actor.permits(Action.CASE_SEE):
            return ()
        found = waits.waiting(act, beside)[offset : offset + limit]
        called = titles(actor, {each.about for each in found if each.what.in_case})
        return [
            types.Task(
                about=each.about,
                title=called[each.about] if each.what.in_case else f"A case of {each.who}",
                what=each.what,
                at=each.at,
                who=each.who,
            )
            for each in found
        ]


def count_waiting(actor: Actor, *, beside: Iterable[types.Waiting] = ()) -> int:
    """How many things wait for the actor in its cases."""
    with acting(actor) as act:
        return len(waits.waiting(act, beside)) if actor.permits(Action.CASE_SEE) else 0


def changes(actor: Actor, *, since: str = "", limit: int = 100) -> Sequence[types.Change]:
    """What changed in the actor's cases after a change that it knows, in an order that stays.

    A change is told once it stands, and never before one that was told already: who asks again and again for those
    after the last one that it got misses none and gets none twice. What happened in a case before the actor came in,
    or while it had not agreed to the embargo, is not told anew: its coming in and its consent are changes themselves.

    Args:
        actor: who asks.
        since: the cursor of the last change that is known; empty for the first.
        limit: how many at most, from 1 to 500.

    Raises:
        BadInput: there is no such cursor, or no such limit.
    """
    if not 1 <= limit <= changing.MOST:
        raise BadInput(f"from 1 to {changing.MOST} changes at a time", place="limit")
    with acting(actor) as act:
        return changing.after(act, since, limit) if actor.permits(Action.CASE_SEE) else ()


def hooks(actor: Actor) -> Sequence[types.Hook]:
    """The organisation's webhooks for cases: those that are called, and those that were given up."""
    with acting(actor) as act:
        demand(act, Action.WEBHOOK_SEE, of=actor.party)
        rows = Hook.unscoped.filter(scopes.webhooks(actor), ended_at=None).order_by("created_at", "id")
        return [hooking.hook(row) for row in rows]


def calls(actor: Actor, *, limit: int = 50) -> Sequence[types.Call]:
    """What its webhooks were called for, or are to be, and how it ended; the newest first."""
    with acting(actor) as act:
        demand(act, Action.WEBHOOK_SEE, of=actor.party)
        rows = Call.unscoped.filter(scopes.webhooks(actor)).order_by("-queued_at", "-id")[:limit]
        return [hooking.call(row) for row in rows]


def channels(actor: Actor) -> Sequence[types.Channel]:
    """The clearinghouse's access to private channels of projects, for its people; none for anybody else."""
    with acting(actor) as act:
        demand(act, Action.CHANNEL_SEE, of=actor.party)
        rows = Channel.unscoped.filter(scopes.channels(actor), ended_at=None).order_by("since", "id")
        return [channelling.channel(row) for row in rows]


def bridges(actor: Actor, case: UUID) -> Sequence[types.Bridge]:
    """Where the case's report was handed in at private channels; told to the case's owner alone."""
    with acting(actor) as act:
        _seen(act, case)
        rows = list(of_case(act, Bridge.unscoped.filter(scopes.bridges(actor)), case).order_by("asked_at", "id"))
        found = Channel.unscoped.filter(scopes.channels(actor), id__in=[row.channel for row in rows])
        kinds = dict(found.values_list("id", "kind"))
        return [channelling.bridge(row, kinds[row.channel]) for row in rows if row.channel in kinds]


def changes_since(actor: Actor, cursor: str) -> Sequence[types.Change]:
    """All that changed in the actor's cases after a change that it knows, however much; see `changes`."""
    found: list[types.Change] = []
    while page := changes(actor, since=found[-1].cursor if found else cursor, limit=changing.MOST):
        found += page
    return found


def last_change(actor: Actor) -> str:
    """The cursor of the last change that the actor sees; empty where nothing changed yet."""
    found = changes_since(actor, "")
    return found[-1].cursor if found else ""


def titles(actor: Actor, cases: Iterable[UUID]) -> Mapping[UUID, str]:
    """What those of these cases are called that the actor takes part in."""
    keys = list(cases)
    with acting(actor):
        if not actor.permits(Action.CASE_SEE):
            return {}
        found, hidden = Case.unscoped.filter(scopes.cases(actor), id__in=keys), _hidden_in(actor, keys)
        return {key: hidden.over(title) for key, title in found.values_list("id", "title")}


def of_cluster(actor: Actor, cluster: UUID) -> types.Case | None:
    """The case that was opened for a cluster, if the actor takes part in one."""
    return _where_it_goes_on(actor, Q(cluster=cluster))


def of_finding(actor: Actor, finding: UUID) -> types.Case | None:
    """The case that a finding is in, or that this one went on in, if the actor takes part in one."""
    with acting(actor):
        reports = Report.unscoped.filter(scopes.of_cases(actor), finding=finding)
        return _where_it_goes_on(actor, Q(id__in=reports.values("case")))


def _where_it_goes_on(actor: Actor, which: Q) -> types.Case | None:
    with acting(actor) as act:
        if not actor.permits(Action.CASE_SEE):
            return None
        rows = list(Case.unscoped.filter(scopes.cases(actor), which).order_by("opened_at", "id"))
        found = next((there for row in rows if (there := lineage.last(act, row)) is not None), None)
        return None if found is None else _cases(act, [found])[0]


def findings(actor: Actor, case: UUID) -> Sequence[UUID]:
    """Keys of the findings that the case is about."""
    with acting(actor) as act:
        _seen(act, case)
        return _reports(act, case)


def _reports(act: Act, case: UUID) -> Sequence[UUID]:
    rows = Report.unscoped.filter(scopes.of_cases(act.actor), case=case)
    return kept(act, "reports", case, lambda: list(rows.values_list("finding", flat=True)))


def rediscoveries(actor: Actor, case: UUID) -> Sequence[UUID]:
    """Keys of the findings of the same cause that are not in the case yet; for its owner, and none for anybody else."""
    with acting(actor) as act:
        row = _seen(act, case)
        if not actor.permits(Action.CLUSTER_SEE) or not _owns(act, case):
            return ()
        causes = lineage.causes(act, row)
        going_on = Case.unscoped.filter(scopes.cases(actor), successor=None).values("id")
        there = Report.unscoped.filter(scopes.of_cases(actor), Q(case=case) | Q(case__in=going_on), finding__in=causes)
        return sorted(causes.difference(there.values_list("finding", flat=True)))


def went_on(actor: Actor, case: UUID) -> Sequence[types.Succession]:
    """Where the case went on and where it came from: merged, split, corrected, opened again; oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        return lineage.told(act, case, _hidden(act, case))


def transfers(actor: Actor, case: UUID) -> Sequence[types.Transfer]:
    """To which other owners the case was offered, and what came of it, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        course, hidden = course_of(act, case), _hidden(act, case)
        called = {seat.party: seat.name for seat in course.seats.values()}
        rows = of_case(act, Transfer.unscoped.filter(scopes.of_cases(actor)), case).order_by("at", "id")
        held = course.held_from(actor.party)
        if held is not None:
            rows = rows.filter(at__lt=held)
        return [
            types.Transfer(
                to=called.get(row.party, ""),
                because=hidden.over(row.because),
                at=row.at,
                yours=row.party == actor.party,
                settled_at=row.settled_at,
                settlement=types.Settlement(row.settlement) if row.settlement else None,
            )
            for row in rows
        ]


def offers(actor: Actor) -> Sequence[types.Offer]:
    """The parts in cases that the actor's organisation is offered, oldest first: the terms alone."""
    with acting(actor) as act:
        return lineage.offered(act) if actor.permits(Action.CASE_SEE) else ()


def finders(actor: Actor, case: UUID) -> Sequence[str]:
    """The organisations that found what the case is about, by name, for whoever credits them; to its owner alone."""
    with acting(actor) as act:
        _seen(act, case)
        if not _owns(act, case):
            return ()
        found = Report.unscoped.filter(scopes.of_cases(actor), case=case).values_list("finding", flat=True)
        return credited(act, found)


def participants(actor: Actor, case: UUID) -> Sequence[types.Participant]:
    """The parties to the case, in the order in which they came in."""
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        given = answered.standing(_answers(act, course))
        earlier = _answered_before(act, case)
        rows = sorted(course.seats.values(), key=lambda row: (row.since, row.id))
        return [_participant(row, course.standing, given.get(row.id, ()), earlier.get(row.party, ())) for row in rows]


def _answered_before(act: Act, case: UUID) -> Mapping[UUID, Sequence[types.Earlier]]:
    """By party, where it stood in those cases that went on in this one that the actor takes part in, oldest first."""
    found: dict[UUID, list[types.Earlier]] = defaultdict(list)
    rows = Case.unscoped.filter(scopes.cases(act.actor), id__in=lineage.befores(act, case)).order_by("opened_at", "id")
    for before in rows.values_list("id", flat=True):
        course = course_of(act, before)
        given = answered.standing(_answers(act, course))
        for seat, said in given.items():
            earlier = types.Earlier(case=before, answer=overall(each.answer for each in said))
            found[course.seats[seat].party].append(earlier)
    return found


def _answers(act: Act, course: Course) -> Mapping[UUID, Sequence[types.Answered]]:
    return kept(act, "answers", course.case, lambda: answered.told(act, course))


def answers(actor: Actor, case: UUID) -> Sequence[types.Answered]:
    """Everything that the vendors answered, oldest first, what no longer stands among it."""
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        given = _answers(act, course)
        return sorted((each for told in given.values() for each in told), key=lambda each: (each.at, each.id))


def open_steps(actor: Actor, case: UUID) -> Sequence[ReportVerb | Event]:
    """What the actor, a vendor, can say now that it did with the report, in the order of its work."""
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        return open_to(course.standing, course.seat_of(actor.party), act.now)


def threads(actor: Actor, case: UUID) -> Sequence[types.Thread]:
    """The threads of the case that the actor is in, oldest first; who is not in one learns nothing of it."""
    with acting(actor) as act:
        _seen(act, case)
        if not actor.permits(Action.MESSAGE_SEE):
            return ()
        course = course_of(act, case)
        return _told(act, course, threading.rows(act, course))


def _told(act: Act, course: Course, found: Iterable[Thread]) -> Sequence[types.Thread]:
    by = _said(act, {course.case: course.held_from(act.actor.party)})[course.case]
    return threading.told(act, course, found, _hidden(act, course.case), by)


def _said(act: Act, held: Mapping[UUID, datetime | None]) -> Mapping[UUID, Mapping[UUID, threading.Said]]:
    """How much was said in the threads of some cases; of one alone, counted once."""
    if len(held) != 1:
        return threading.said(act.actor, held)
    (case,) = held
    return {case: kept(act, "said", case, lambda: threading.said(act.actor, held)[case])}


def thread(actor: Actor, case: UUID, thread: UUID) -> types.Thread:
    """One thread.

    Raises:
        NotFound: there is none, or the actor is not in it.
    """
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        found = threading.rows(act, course).filter(id=thread)
        if not actor.permits(Action.MESSAGE_SEE) or not found:
            raise NotFound("there is no such thread")
        return _told(act, course, found)[0]


def messages(
    actor: Actor, case: UUID, *, thread: UUID | None = None, since: int = 0, offset: int = 0, limit: int | None = None
) -> Sequence[types.Message]:
    """The messages of the case that the actor sees, oldest first.

    Args:
        actor: a participant.
        case: the case.
        thread: one thread's alone.
        since: in that thread, the number of the last message that is known already.
        offset: how many to leave out at the beginning.
        limit: how many at most; None for all.
    """
    with acting(actor) as act:
        _seen(act, case)
        if not actor.permits(Action.MESSAGE_SEE):
            return ()
        course = course_of(act, case)
        found = threading.messages(act, course)
        if thread is not None:
            found = found.filter(thread=thread, number__gt=since)
        found = found.order_by(*(("at", "id") if thread is None else ("number",)))
        found = found[offset : None if limit is None else offset + limit]
        return threading.read(act, course, found, _hidden(act, case))


def attachment(actor: Actor, case: UUID, attachment: UUID) -> types.File:
    """A file beside a message, to be saved.

    Raises:
        NotFound: there is none, or the actor does not see the message.
        Conflict: words that it holds were hidden after it was sent, and it is another party's.
    """
    with acting(actor) as act:
        _seen(act, case)
        row = Attachment.unscoped.filter(scopes.attachments(actor), case=case, id=attachment).first()
        seen = row and threading.messages(act, course_of(act, case)).filter(id=row.message).exists()
        if row is None or not seen or not actor.permits(Action.MESSAGE_SEE):
            raise NotFound("there is no such attachment")
        data, hidden = blobs().get(BlobRef(id=row.blob, size=row.size)), _hidden(act, case)
        if row.party != actor.party and hidden.in_document(data):
            raise StateConflict(
                "this file holds personal data that was hidden after it was sent",
                code="redaction.repeated",
                advice="ask who sent it for one without it",
            )
        return types.File(name=threading.attachment(act, row, hidden).name, data=data)


def search(actor: Actor, case: UUID, words: str, *, limit: int = 50) -> Sequence[types.Message]:
    """The messages that the actor sees and that hold each of these words, newest first.

    What was hidden in the case's findings is not found, though it may stand in a message of before.

    Args:
        actor: a participant.
        case: the case.
        words: parted by blanks; whole or parts of words, in any case.
        limit: how many at most.
    """
    wanted = words.replace("\0", " ").split()[:MOST_WORDS]
    with acting(actor) as act:
        _seen(act, case)
        if not actor.permits(Action.MESSAGE_SEE) or not wanted:
            return ()
        course = course_of(act, case)
        found, hidden = threading.holding(threading.messages(act, course), wanted), _hidden(act, case)
        seen = threading.read(act, course, found if hidden.passages else found[:limit], hidden)
        return [each for each in seen if not hidden.passages or _holds(each.text, wanted)][:limit]


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether what is shown holds the words: they may stand under what was hidden."""
    return all(word.casefold() in text.casefold() for word in words)


def proposals(actor: Actor, case: UUID) -> Sequence[types.Proposal]:
    """The ends that were proposed for the embargo, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        return telling.proposals(course_of(act, case), _hidden(act, case))


def history(actor: Actor, case: UUID, *, since: int = 0) -> Sequence[types.Step]:
    """Every step of the case's machines, oldest first: those of the clock in their place.

    Args:
        actor: a participant.
        case: the case.
        since: the number of the last step that is known already.
    """
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        told = telling.told(course, _hidden(act, case), held=course.held_from(actor.party), reader=actor.party)
        return list(told)[max(0, since) :]


def timing(actor: Actor, case: UUID) -> types.Timing:
    """The clocks of the case, the policies that they come from, and what was stated about them."""
    with acting(actor) as act:
        _seen(act, case)
        return clocktime.told(act, course_of(act, case), _hidden(act, case))


def held_since(actor: Actor, case: UUID) -> datetime | None:
    """Since when the actor's party is told nothing new: an embargo holds that it has not agreed to."""
    with acting(actor) as act:
        return course_of(act, case).held_from(actor.party)


def claims(actor: Actor, case: UUID) -> Sequence[types.Claim]:
    """What was said to have happened in the world, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        called = {seat.party: seat.name for seat in course_of(act, case).seats.values()}
        hidden = _hidden(act, case)
        rows = of_case(act, Claim.unscoped.filter(scopes.of_cases(actor)), case).order_by("at", "id")
        held = held_since(actor, case)
        if held is not None:
            rows = rows.filter(Q(at__lt=held) | Q(party=actor.party))
        return [_claim(row, called.get(row.party, ""), hidden, actor) for row in rows]


def conflicts(actor: Actor, case: UUID) -> Sequence[types.Conflict]:
    """What was said of somebody's interest in the case, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        course, hidden = course_of(act, case), _hidden(act, case)
        called = {seat.party: seat.name for seat in course.seats.values()}
        rows = of_case(act, Conflict.unscoped.filter(scopes.of_cases(actor)), case).order_by("at", "id")
        held = course.held_from(actor.party)
        if held is not None:
            rows = rows.filter(Q(at__lt=held) | Q(party=actor.party))
        people = member_names(actor)
        return [
            types.Conflict(
                id=row.id,
                by=called.get(row.party, ""),
                of=row.of,
                whom=people.get(row.of, "") if row.of else "",
                because=hidden.over(row.because),
                at=row.at,
                settled_at=row.settled_at,
                settlement=hidden.over(row.settlement),
                yours=row.party == actor.party,
            )
            for row in rows
        ]


def paces(actor: Actor, *, limit: int) -> Sequence[types.Pace]:
    """When what happened in the newest cases of the actor: of each vendor to an owner, and to itself."""
    with acting(actor) as act:
        return measuring.paces(act, limit=limit) if actor.permits(Action.CASE_SEE) else ()


def hand_overs(actor: Actor, case: UUID) -> Sequence[types.HandOver]:
    """Who took the case as a document, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        course = course_of(act, case)
        called = {seat.party: seat.name for seat in course.seats.values()}
        rows = of_case(act, HandOver.unscoped.filter(scopes.of_cases(actor)), case).order_by("at", "id")
        held = course.held_from(actor.party)
        if held is not None:
            rows = rows.filter(Q(at__lt=held) | Q(party=actor.party))
        return [
            types.HandOver(
                by=called.get(row.party, ""), version=row.version, tlp=row.tlp, digest=bytes(row.digest), at=row.at
            )
            for row in rows
        ]


def openings(actor: Actor, case: UUID) -> Sequence[types.Opening]:
    """When somebody typed a code at a contact's page, oldest first."""
    with acting(actor) as act:
        _seen(act, case)
        rows = of_case(act, Opening.unscoped.filter(scopes.of_cases(actor)), case).order_by("at", "id")
        return [types.Opening(at=row.at, opened=row.opened) for row in rows]


def arrivals(actor: Actor, case: UUID, *, limit: int = 200) -> Sequence[types.Arrival]:
    """The newest letters that came by mail, oldest first, and what became of each; told to the case's owner alone."""
    with acting(actor) as act:
        _seen(act, case)
        rows = of_case(act, Arrival.unscoped.filter(scopes.arrivals(actor)), case).order_by("-at", "-id")[:limit]
        seats, hidden = course_of(act, case).seats, _hidden(act, case)
        return [
            types.Arrival(
                id=row.id,
                party=seats[row.participant].name if row.participant in seats else "",
                at=row.at,
                outcome=Outcome(row.outcome),
                why=Why(row.why).says if row.why else "",
                label=Label(row.label),
                text=hidden.over(row.text),
            )
            for row in reversed(list(rows))
        ]


def contacts(actor: Actor, case: UUID, documents: Iterable[tuple[str, bytes, str]]) -> Sequence[Found]:
    """Whom documents name to write to, for whoever lets parties in; nothing is kept of them.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        documents: the name of each, its bytes, and where it was got from or nothing.

    Raises:
        BadInput: one is of no kind that is read, or cannot be read. TooLarge: one is over 4 MiB.
    """
    with acting(actor) as act:
        _seen(act, case)
        demand(act, Action.CASE_INVITE, subject=case)
        return contacts_in(document_of(name, data, now=act.now, url=url) for name, data, url in documents)


def silences(actor: Actor, case: UUID) -> Sequence[types.Silence]:
    """The vendors that have not answered, and how far each was followed; told to the people of the case's owner."""
    with acting(actor) as act:
        _seen(act, case)
        if not _owns(act, case):
            return ()
        return silence.told(act, course_of(act, case), _hidden(act, case))


def linked(actor: Actor, case: UUID) -> frozenset[UUID]:
    """Participants that were let in by a link; known to the case's owner alone."""
    with acting(actor) as act:
        rows = of_case(act, Contact.unscoped.filter(scopes.contacts(actor)), case)
        return frozenset(rows.values_list("participant", flat=True))


def upkeep(actor: Actor) -> Sequence[types.Upkeep]:
    """What the actor's organisation makes and ships, by component; to the clearinghouse, what any organisation does."""
    with acting(actor) as act:
        demand(act, Action.PROJECT_SEE, of=actor.party)
        rows = Upkeep.unscoped.filter(scopes.upkeep(actor), ended_at=None).order_by("component", "at", "id")
        return [keeping.upkeep(row) for row in rows]


def policies(actor: Actor) -> Sequence[types.ProjectPolicy]:
    """Policies of projects, by project, the newest first: its own, those of its cases; to the clearinghouse, all."""
    with acting(actor) as act:
        demand(act, Action.PROJECT_SEE, of=actor.party)
        rows = ProjectPolicy.unscoped.filter(scopes.policies(actor)).order_by("project", "-at", "-version")
        return [keeping.policy(row) for row in rows]


def policy_end(actor: Actor, case: UUID) -> datetime | None:
    """The last instant that an embargo of the case may end at by the project's policy; None where none counts yet."""
    with acting(actor) as act:
        bound = keeping.bound_by(act, _seen(act, case))
        if bound is None:
            return None
        course = course_of(act, case)
        vendors = [key for key, seat in course.seats.items() if seat.capacity == Capacity.VENDOR]
        happened = began(course.told, vendors)
        return latest_end(bound.terms, happened, act.now) if bound.terms.embargo in happened else None


def turns(actor: Actor, fixed: lining.Fixed, *, case: UUID | None = None) -> Sequence[types.Turn]:
    """What waits at each project, in the order in which it goes; none to anybody but a coordinator.

    Args:
        actor: the reader.
        fixed: tells which of some cases have a verified fix.
        case: of this one alone.
    """
    with acting(actor) as act:
        if not actor.permits(Action.TURN_SEE):
            return ()
        rows = Turn.unscoped.filter(scopes.turns(actor), released_at=None, withdrawn_at=None)
        if case is not None:
            rows = of_case(act, rows, case)
        projects = sorted(set(rows.values_list("project", flat=True)))
        told = [each for project in projects for each in lining.told(act, lining.line_of(act, project, fixed))]
        return [each for each in told if case in {None, each.case}]


def suggestions(actor: Actor, case: UUID) -> Sequence[types.Suggestion]:
    """Who is to be told and neither takes part nor waits, makers first, each with its best reason; for the owner."""
    with acting(actor) as act:
        row = _seen(act, case)
        if not row.project or not actor.permits(Action.PROJECT_SEE) or not _owns(act, case):
            return ()
        seated = (seat.party for seat in course_of(act, case).seats.values())
        turns = Turn.unscoped.filter(scopes.turns(actor), released_at=None, withdrawn_at=None)
        known = {*seated, *of_case(act, turns, case).values_list("organisation", flat=True)}
        return _suggested(act, row.project, HANDS_ON, but=known)


def who_runs(actor: Actor, case: UUID) -> Sequence[types.Suggestion]:
    """Who runs what a case is about and takes no part in it, each with its best reason; for the owner."""
    with acting(actor) as act:
        row = _seen(act, case)
        if not actor.permits(Action.PROJECT_SEE) or not _owns(act, case):
            return ()
        seated = {seat.party for seat in course_of(act, case).seats.values()}
        return _suggested(act, row.project, {Keeps.RUNS}, but=seated)


def _suggested(
    act: Act, project: str, among: AbstractSet[Keeps], *, but: AbstractSet[UUID]
) -> Sequence[types.Suggestion]:
    """Who stands so to a project, each with the best reason."""
    best: dict[UUID, Upkeep] = {}
    for each in keeping.who_keeps(act, project):
        if each.keeps in among:
            best.setdefault(each.organisation, each)
    called = names(act.actor, best.keys() - but)
    return [
        types.Suggestion(
            organisation=key,
            name=called[key],
            reason=reason(each.component, Keeps(each.keeps), project),
            confirmed=each.said_by != each.organisation,
            because=each.because,
        )
        for key, each in best.items()
        if key in called
    ]


def policy_for(actor: Actor, target: str, findings: Collection[UUID]) -> tuple[bool, types.ProjectPolicy | None]:
    """What a case about findings of a target would be opened under: whether AI found it, and the policy in force."""
    with acting(actor):
        row = keeping.in_force(project_of(target))
        return found_by_ai(actor, findings), keeping.policy(row) if row else None


def own_cases(actor: Actor, findings: Collection[UUID]) -> Sequence[types.OwnCase]:
    """Which of these findings are in a case that their finder runs; the clearinghouse alone is told, and no more."""
    with acting(actor):
        if not actor.permits(Action.FINDING_SEE):
            return ()
        rows = ask("select finding, finder, since from levee_own_cases(%s)", [list(findings)])
        return [types.OwnCase(finding=row[0], finder=row[1], since=row[2]) for row in rows]


def _seen(act: Act, case: UUID) -> Case:
    """The case's row; NotFound too where the token in use does not cover seeing cases."""
    if not act.actor.permits(Action.CASE_SEE):
        raise NotFound("there is no such case")
    return kept(act, "case", case, lambda: case_for(act, case))


def _owns(act: Act, case: UUID) -> bool:
    return _held_as(act, [case]).get(case) is Capacity.OWNER


def _held_as(act: Act, keys: Sequence[UUID]) -> Mapping[UUID, Capacity]:
    """In what capacity the actor's party takes part in some cases; in one alone, asked once."""
    return kept(act, "capacity", keys[0], lambda: capacities(act, keys)) if len(keys) == 1 else capacities(act, keys)


def _hidden(act: Act, case: UUID) -> HiddenWords:
    return kept(act, "hidden words", case, lambda: hidden_words(act.actor, _reports(act, case)))


def _hidden_in(actor: Actor, cases: list[UUID]) -> HiddenWords:
    """Words of the cases' findings that were hidden, maybe after somebody had used them here."""
    reports = Report.unscoped.filter(scopes.of_cases(actor), case__in=cases)
    return hidden_words(actor, reports.values_list("finding", flat=True))


def _cases(act: Act, rows: Iterable[Case]) -> list[types.Case]:
    rows = list(rows)
    keys = [row.id for row in rows]
    own = Participant.unscoped.filter(scopes.of_cases(act.actor), case__in=keys, party=act.actor.party)
    seats = {seat.id: seat for seat in own}
    hidden = _hidden(act, keys[0]) if len(keys) == 1 else _hidden_in(act.actor, keys)
    standings = _standings(act, keys, seats)
    held = {seat.case: standings[seat.case].held_since(seat.id) for seat in seats.values()}
    said = _said(act, held) if act.actor.permits(Action.MESSAGE_SEE) else {}
    held_as = _held_as(act, keys)
    after = [row.successor for row in rows if row.successor]
    known = Case.unscoped.filter(scopes.cases(act.actor), id__in=after).values_list("id", flat=True)
    seen = set(known) if after else set()
    policies = keeping.policies_of(act, rows)
    return [
        _case(
            act,
            row,
            hidden,
            standings[row.id],
            successor=row.successor if row.successor in seen else None,
            policy=policies.get(row.policy) if row.policy else None,
            held_as=held_as[row.id],
            unread=sum(each.unread for each in said.get(row.id, {}).values()),
        )
        for row in rows
    ]


def _standings(act: Act, keys: list[UUID], seats: Mapping[UUID, Participant]) -> Mapping[UUID, Standing]:
    """Where the embargoes of cases stand; of one whose whole course was gone through already, as it is there."""
    gone = [act.kept[COURSE, key] for key in keys if (COURSE, key) in act.kept]
    if len(gone) == len(keys):
        return {course.case: course.standing for course in gone}
    return embargoes(act.actor, keys, seats, act.now)


def _case(
    act: Act,
    row: Case,
    hidden: HiddenWords,
    standing: Standing,
    *,
    successor: UUID | None,
    policy: types.ProjectPolicy | None,
    held_as: Capacity,
    unread: int,
) -> types.Case:
    ended, reason = row.embargo_ended_at, row.embargo_end_reason
    if standing.embargo is Embargo.EXITED and ended is None:
        ended, reason = standing.end, EndReason.TIME
    return types.Case(
        id=row.id,
        house=row.house,
        cluster=row.cluster,
        title=hidden.over(row.title),
        summary=hidden.over(row.summary),
        opened_at=row.opened_at,
        embargo=standing.embargo,
        embargo_end=standing.end,
        embargo_ended_at=ended,
        embargo_end_reason=reason,
        world=tuple(event for event in Event if event in world_of(row)),
        project=row.project,
        ai_found=row.ai_found,
        policy=policy,
        policy_because=hidden.over(row.policy_because),
        share_with=circles(label_of(standing.embargo, world_of(row)), act.actor.organisation_kind),
        capacity=held_as,
        goes_on=row.successor is None,
        successor=successor,
        unread=unread,
    )


def _participant(
    row: Participant, standing: Standing, answers: Sequence[types.Answered], earlier: Sequence[types.Earlier]
) -> types.Participant:
    return types.Participant(
        id=row.id,
        party=row.party,
        name=row.name,
        capacity=Capacity(row.capacity),
        consent=standing.consent(row.id),
        report=standing.reports.get(row.id, REPORT.start),
        fix=standing.fixes.get(row.id, frozenset()),
        answer=overall(each.answer for each in answers),
        answers=tuple(answers),
        earlier=() if answers else tuple(earlier),
        consented_by=row.consented_by,
        consented_at=row.consented_at,
        since=row.since,
    )


def _claim(row: Claim, by: str, hidden: HiddenWords, reader: Actor) -> types.Claim:
    return types.Claim(
        id=row.id,
        by=by,
        event=Event(row.event),
        evidence=hidden.over(row.evidence),
        at=row.at,
        state=ClaimState(row.state),
        decided_at=row.decided_at,
        because=hidden.over(row.because),
        doubted_at=row.doubted_at,
        doubt=hidden.over(row.doubt),
        yours=row.doubted_by == reader.id,
        settled_at=row.settled_at,
        settlement=hidden.over(row.settlement),
    )
