from __future__ import annotations

from uuid import UUID

from levee.cases import scopes
from levee.cases.models import (
    Adoption,
    Answer,
    Arrival,
    Attachment,
    Bridge,
    Call,
    Case,
    Change,
    Channel,
    Claim,
    ClockMark,
    Conflict,
    Contact,
    Entry,
    Filter,
    HandOver,
    Hook,
    Message,
    Opening,
    Outcome,
    Participant,
    Position,
    ProjectPolicy,
    Reminder,
    Report,
    Succession,
    Thread,
    Transfer,
    Turn,
    Upkeep,
)
from levee.policy.actions import Action
from levee.policy.actors import Capacity, PrincipalKind, Role
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner, person, sight
from policy.worlds import HOUSE, THEN


def plant(world):
    Case.unscoped.bulk_create(
        Case(
            id=subject,
            house=world.owners[subject],
            cluster=world.key(),
            title="t",
            summary="",
            opened_at=THEN,
            embargo="active",
            embargo_end=THEN,
            everyone=subject,
            internal=world.key(),
            policy=subject,
        )
        for subject in world.subjects
    )


def plant_reports(world):
    Report.unscoped.bulk_create(Report(id=world.key(), case=each, finding=report_in(each)) for each in world.subjects)


def report_in(case):
    return UUID(int=case.int ^ 1)


def beside(world, subject):
    """Another subject of the world."""
    return world.subjects[world.subjects.index(subject) - 1]


def plant_participants(world):
    Participant.unscoped.bulk_create(
        Participant(
            id=world.key(),
            case=subject,
            party=party,
            name="n",
            capacity=capacity,
            consent="signatory",
            since=THEN,
        )
        for (party, subject), capacity in world.grants.items()
    )


def plant_threads(world):
    Thread.unscoped.bulk_create(
        Thread(id=each, case=world.key(), audience="everyone", party=world.owners[each], at=THEN)
        for each in world.subjects
    )


def plant_messages(world):
    Message.unscoped.bulk_create(
        Message(
            id=world.key(), case=each, thread=each, number=1, party=world.owners[each], author="a", text="t", at=THEN
        )
        for each in world.subjects
    )


def plant_changes(world):
    """Of every subject one change, of a clock for every third party, some of them the owner's and some of nobody's."""
    Change.unscoped.bulk_create(
        Change(id=each, case=world.key(), subject=each, what=_changed(world, each), by=_whose(world, each), at=THEN)
        for each in world.subjects
    )


def _changed(world, subject):
    return "message" if list(world.subjects).index(subject) % 3 else "clock"


def _whose(world, subject):
    return world.owners[subject] if subject.int % 4 else world.key()


def told_of(world, actor, subject):
    return sight(actor) and world.capacity(actor, subject) in scopes.PARTIES and _his(world, actor, subject)


def _his(world, actor, subject):
    own = subject.int % 4 and world.owners[subject] == actor.party
    return _changed(world, subject) != "clock" or own


def plant_filters(world):
    Filter.unscoped.bulk_create(
        Filter(id=each, principal=_reader(world, each).id, name=str(each), show="all", sort="newest", since=THEN)
        for each in world.subjects
    )


def keeps(world, actor, subject):
    return Facts(self_only=_reader(world, subject).id == actor.id)


def keep_filter(world, actor, _subject):
    return (
        "insert into cases_filter (id, principal, name, show, part, project, party, text, sort, since) "
        "values (%s, %s, 'n', 'all', '', '', '', '', 'newest', %s)",
        [world.key(), actor.id, THEN],
    )


def keep_anothers_filter(world, actor, subject):
    statement, values = keep_filter(world, actor, subject)
    return statement, [values[0], world.key(), values[2]]


def change_filter(_world, _actor, subject):
    return "update cases_filter set name = 'm' where id = %s", [subject]


def delete_filter(_world, _actor, subject):
    return "delete from cases_filter where id = %s", [subject]


def itself(_world, _actor, _subject):
    return Facts(self_only=True)


def plant_channels(world):
    Channel.unscoped.bulk_create(
        Channel(id=each, house=owner, kind="github", name="n", base="b", token=world.key(), token_size=1, since=THEN)
        for each, owner in world.owners.items()
    )


def plant_bridges(world):
    Bridge.unscoped.bulk_create(
        Bridge(
            id=each,
            case=each,
            channel=world.key(),
            project="p",
            organisation=world.key(),
            principal=world.key(),
            name="n",
            state="waiting",
            asked_at=THEN,
        )
        for each in world.subjects
    )


def add_channel(world, actor, _subject):
    return (
        "insert into cases_channel (id, house, kind, name, base, token, token_size, since) "
        "values (%s, %s, 'github', 'n', 'b', %s, 1, %s)",
        [world.key(), actor.party, world.key(), THEN],
    )


def add_anothers_channel(world, actor, subject):
    statement, values = add_channel(world, actor, subject)
    return statement, [values[0], world.key(), *values[2:]]


def end_channel(_world, _actor, subject):
    return "update cases_channel set ended_at = now() where id = %s", [subject]


def add_bridge(world, _actor, subject):
    return (
        'insert into cases_bridge (id, "case", channel, project, organisation, principal, name, state, remote, url, '
        "remote_state, etags, sent, problem, detail, attempts, asked_at) "
        "values (%s, %s, %s, 'p', %s, %s, 'n', 'waiting', '', '', '', '{}', 0, '', '', 0, %s)",
        [world.key(), subject, world.key(), world.key(), world.key(), THEN],
    )


def cross_bridge(_world, _actor, subject):
    return "update cases_bridge set remote = 'r' where id = %s", [subject]


def look_at_bridge(_world, _actor, subject):
    return "update cases_bridge set look_at = now() where id = %s", [subject]


def crosses_or_steers(world, actor, subject):
    run = actor.kind is PrincipalKind.SERVICE and actor.live
    return (run or person(actor, Role.COORDINATOR)) and world.capacity(actor, subject) is Capacity.OWNER


def plant_hooks(world):
    Hook.unscoped.bulk_create(
        Hook(id=each, organisation=owner, url="u", generation=world.key(), after=THEN, created_at=THEN)
        for each, owner in world.owners.items()
    )


def plant_calls(world):
    Call.unscoped.bulk_create(
        Call(
            id=each,
            organisation=owner,
            hook=each,
            url="u",
            change=each,
            state="waiting",
            queued_at=THEN,
            not_before=THEN,
        )
        for each, owner in world.owners.items()
    )


def add_hook(world, actor, _subject):
    return (
        "insert into cases_hook (id, organisation, url, generation, after, created_at, paused) "
        "values (%s, %s, 'u', %s, %s, %s, false)",
        [world.key(), actor.party, world.key(), THEN, THEN],
    )


def add_anothers_hook(world, actor, subject):
    statement, values = add_hook(world, actor, subject)
    return statement, [values[0], world.key(), *values[2:]]


def pause_hook(_world, _actor, subject):
    return "update cases_hook set paused = true where id = %s", [subject]


def plan_call(what):
    def attempt(world, actor, _subject):
        return (
            "insert into cases_call (id, organisation, hook, url, change, what, state, queued_at, not_before, "
            "attempts, answer) values (%s, %s, %s, 'u', %s, '', 'waiting', %s, %s, 0, '')",
            [world.key(), actor.party, world.key(), world.key() if what == "change" else None, THEN, THEN],
        )

    return attempt


def plan_anothers_call(world, actor, subject):
    statement, values = plan_call("change")(world, actor, subject)
    return statement, [values[0], world.key(), *values[2:]]


def end_call(_world, _actor, subject):
    return "update cases_call set state = 'sent' where id = %s", [subject]


def owns_and_works(world, actor, subject):
    """People and runs of the organisation, of whom each does its part."""
    works = actor.kind is PrincipalKind.SERVICE or person(actor, Role.MEMBER, Role.COORDINATOR)
    return actor.live and works and world.owners[subject] == actor.party


def plant_attachments(world):
    Attachment.unscoped.bulk_create(
        Attachment(
            id=world.key(),
            case=each,
            thread=each,
            message=world.key(),
            party=world.owners[each],
            name="n",
            size=1,
            blob=world.key(),
            address=b"",
            at=THEN,
        )
        for each in world.subjects
    )


def attach(world, actor, subject):
    return (
        'insert into cases_attachment (id, "case", thread, message, party, name, size, blob, address, at) '
        "values (%s, %s, %s, %s, %s, 'n', 1, %s, '', %s)",
        [world.key(), subject, subject, world.key(), actor.party, world.key(), THEN],
    )


def plant_positions(world):
    """One reader's place in each thread, so that whoever sees another's is found out."""
    Position.unscoped.bulk_create(
        Position(id=world.key(), principal=_reader(world, each).id, case=each, thread=each, number=1)
        for each in world.subjects
    )


def _reader(world, subject):
    return world.actors[list(world.subjects).index(subject) % len(world.actors)]


def has_place(world, actor, subject):
    return reads(world, actor, subject) and _reader(world, subject).id == actor.id


def reads(world, actor, subject):
    people = actor.kind is not PrincipalKind.SERVICE
    return people and sight(actor) and world.capacity(actor, subject) in scopes.PARTIES


def keep_place(world, actor, subject):
    return (
        'insert into cases_position (id, principal, "case", thread, number) values (%s, %s, %s, %s, 1)',
        [world.key(), actor.id, subject, subject],
    )


def move_place(_world, actor, subject):
    return "update cases_position set number = 2 where thread = %s and principal = %s", [subject, actor.id]


def move_anothers_place(_world, actor, subject):
    return "update cases_position set number = 2 where thread = %s and principal <> %s", [subject, actor.id]


def plant_openings(world):
    Opening.unscoped.bulk_create(
        Opening(id=world.key(), contact=world.key(), case=each, at=THEN, opened=True) for each in world.subjects
    )


def open_case(world, actor, _subject):
    return (
        "insert into cases_case (id, house, cluster, title, summary, opened_at, embargo, embargo_end, "
        "embargo_end_reason, everyone, internal) values (%s, %s, %s, 't', '', %s, 'active', %s, '', %s, %s)",
        [world.key(), actor.party, world.key(), THEN, THEN, world.key(), world.key()],
    )


def invite(world, _actor, subject):
    return (
        'insert into cases_participant (id, "case", party, name, capacity, consent, consented_by, since) '
        "values (%s, %s, %s, 'n', 'vendor', 'signatory', '', %s)",
        [world.key(), subject, world.key(), THEN],
    )


def plant_answers(world):
    Answer.unscoped.bulk_create(
        Answer(id=world.key(), case=each, participant=world.key(), answer="seen", by="a", at=THEN)
        for each in world.subjects
    )


def _answer(world, party, subject):
    return (
        'insert into cases_answer (id, "case", participant, product, version, answer, justification, "by", at) '
        "select %s, \"case\", id, '', '', 'seen', '', 'a', %s from cases_participant where \"case\" = %s and party"
        + party,
        [world.key(), THEN, subject],
    )


def answer(world, actor, subject):
    statement, values = _answer(world, " = %s", subject)
    return statement, [*values, actor.party]


def answer_for_another(world, actor, subject):
    statement, values = _answer(world, " <> %s order by party limit 1", subject)
    return statement, [*values, actor.party]


def agree_anew(_world, actor, subject):
    return (
        "update cases_participant set consent = 'lapsed' where \"case\" = %s and party = %s",
        [subject, actor.party],
    )


def agree_for_another(_world, actor, subject):
    return (
        "update cases_participant set consent = 'lapsed' where \"case\" = %s and party = "
        '(select party from cases_participant where "case" = %s and party <> %s order by party limit 1)',
        [subject, subject, actor.party],
    )


def answer_anew(_world, _actor, subject):
    return "update cases_answer set answer = 'fixed' where \"case\" = %s", [subject]


def set_embargo(_world, _actor, subject):
    return "update cases_case set embargo_end = embargo_end where id = %s", [subject]


def send(world, actor, subject):
    return (
        'insert into cases_message (id, "case", thread, party, author, text, at, number, mentions, by_mail) '
        "values (%s, %s, %s, %s, 'a', 't', %s, 7, '{}', '')",
        [world.key(), subject, subject, actor.party, THEN],
    )


def open_thread(audience):
    def attempt(world, actor, subject):
        return (
            'insert into cases_thread (id, "case", audience, subject, product, party, at) '
            "values (%s, %s, %s, 's', '', %s, %s)",
            [subject, subject, audience, actor.party, THEN],
        )

    return attempt


def open_thread_without_being_in_it(world, actor, subject):
    statement, values = open_thread("party")(world, actor, subject)
    return statement, [world.key(), *values[1:]]


def leads(world, actor, subject):
    """Only the owner opens threads with others."""
    people = actor.kind is not PrincipalKind.SERVICE
    return people and sight(actor) and world.capacity(actor, subject) is Capacity.OWNER


def opening(_world, _actor, _subject):
    """A case is opened in one's own house, whatever else there is."""
    return Facts(own=True)


def plant_contacts(world):
    Contact.unscoped.bulk_create(
        Contact(
            id=world.key(),
            case=each,
            participant=world.key(),
            principal=world.key(),
            address="a",
            code_digest=b"",
            code_until=THEN,
            tries_left=5,
            since=THEN,
        )
        for each in world.subjects
    )
    Opening.unscoped.bulk_create(
        Opening(id=world.key(), contact=world.key(), case=each, at=THEN, opened=True) for each in world.subjects
    )


def owned(world, actor, subject):
    people = actor.kind is not PrincipalKind.SERVICE
    return people and sight(actor) and world.capacity(actor, subject) is Capacity.OWNER


def add_contact(world, _actor, subject):
    return (
        'insert into cases_contact (id, "case", participant, principal, address, code_digest, code_until, tries_left, '
        "since, renewals) values (%s, %s, %s, %s, 'a', '', %s, 5, %s, 0)",
        [world.key(), subject, world.key(), world.key(), THEN, THEN],
    )


def end_contact(_world, _actor, subject):
    return 'update cases_contact set ended_at = now() where "case" = %s', [subject]


def add_report(finding):
    def attempt(world, _actor, subject):
        statement = 'insert into cases_report (id, "case", finding) values (%s, %s, %s)'
        return statement, [world.key(), subject, finding(world, subject)]

    return attempt


def adds_what_it_found(world, actor, subject):
    found = world.capacity(actor, beside(world, subject)) in {Capacity.OWNER, Capacity.FINDER}
    return runs_it(world, actor, subject) and found


def adds_what_it_holds(world, actor, subject):
    return runs_it(world, actor, subject) and world.capacity(actor, beside(world, subject)) is Capacity.OWNER


def runs_it(world, actor, subject):
    return person(actor, Role.COORDINATOR) and world.capacity(actor, subject) is Capacity.OWNER


def open_elsewhere(world, actor, subject):
    statement, values = open_case(world, actor, subject)
    return statement, [values[0], world.key(), *values[2:]]


def send_as_another(world, actor, subject):
    statement, values = send(world, actor, subject)
    return statement, [*values[:3], world.key(), *values[4:]]


def plant_claims(world):
    Claim.unscoped.bulk_create(
        Claim(id=world.key(), case=each, party=world.owners[each], event="P", evidence="e", at=THEN, state="asserted")
        for each in world.subjects
    )


def claim(world, actor, subject):
    return (
        'insert into cases_claim (id, "case", party, event, evidence, at, state, because) '
        "values (%s, %s, %s, 'P', 'e', %s, 'asserted', '')",
        [world.key(), subject, actor.party, THEN],
    )


def claim_as_another(world, actor, subject):
    statement, values = claim(world, actor, subject)
    return statement, [*values[:2], world.key(), *values[3:]]


def claim_as_decided(world, actor, subject):
    statement, values = claim(world, actor, subject)
    return statement.replace("'asserted'", "'accepted'"), values


def decide_claim(_world, _actor, subject):
    return "update cases_claim set state = 'accepted' where \"case\" = %s", [subject]


def plant_entries(world):
    Entry.unscoped.bulk_create(
        Entry(id=world.key(), case=each, number=1, at=THEN, moves="EM", verb="propose", by=world.owners[each])
        for each in world.subjects
    )


def add_entry(moves, verb):
    def attempt(world, actor, subject):
        return (
            'insert into cases_entry (id, "case", number, at, moves, verb, by, because) '
            "values (%s, %s, 7, %s, %s, %s, %s, '')",
            [world.key(), subject, THEN, moves, verb, actor.party],
        )

    return attempt


def add_as_another(world, actor, subject):
    statement, values = add_entry("EM", "propose")(world, actor, subject)
    return statement, [*values[:-1], world.key()]


def rewrite(_world, _actor, subject):
    return "update cases_entry set verb = 'accept' where \"case\" = %s", [subject]


def plant_adoptions(world):
    Adoption.unscoped.bulk_create(
        Adoption(id=world.key(), case=subject, party=party, policy="eu:cra", version=1, at=THEN, because="b")
        for party in world.parties
        for subject in world.subjects
    )


def plant_marks(world):
    ClockMark.unscoped.bulk_create(
        ClockMark(
            id=world.key(),
            case=each,
            party=world.owners[each],
            moment="list_told",
            at=THEN,
            evidence="e",
            stated_at=THEN,
        )
        for each in world.subjects
    )


def plant_reminders(world):
    Reminder.unscoped.bulk_create(
        Reminder(id=world.key(), organisation=owner, case=each, clock="c", due=THEN, hours_before=1, at=THEN)
        for each, owner in world.owners.items()
    )


def reminded(world, actor, subject):
    takes_part = world.capacity(actor, subject) in scopes.PARTIES
    return sight(actor) and takes_part and world.owners[subject] == actor.party


def plant_arrivals(world):
    Arrival.unscoped.bulk_create(
        Arrival(id=world.key(), case=each, participant=world.key(), at=THEN, outcome="refused", why="loop")
        for each in world.subjects
    )


def owns(world, actor, subject):
    return sight(actor) and world.capacity(actor, subject) is Capacity.OWNER


def plant_outcomes(world):
    Outcome.unscoped.bulk_create(
        Outcome(
            id=world.key(),
            case=each,
            participant=world.key(),
            way="hold",
            because="b",
            proposed_by=world.key(),
            proposed_at=THEN,
        )
        for each in world.subjects
    )


def propose_outcome(world, actor, subject):
    return (
        'insert into cases_outcome (id, "case", participant, way, because, proposed_by, proposed_at, settlement) '
        "values (%s, %s, %s, 'hold', 'b', %s, %s, '')",
        [world.key(), subject, world.key(), actor.id, THEN],
    )


def propose_as_another(world, actor, subject):
    statement, values = propose_outcome(world, actor, subject)
    return statement, [*values[:3], world.key(), values[4]]


def refuse_outcome(_world, actor, subject):
    return (
        'update cases_outcome set agreed = false, settled_at = now(), settled_by = %s where "case" = %s',
        [actor.id, subject],
    )


def agree_alone(_world, _actor, subject):
    return (
        'update cases_outcome set agreed = true, settled_at = now(), settled_by = proposed_by where "case" = %s',
        [subject],
    )


def keep_arrival(world, _actor, subject):
    return (
        'insert into cases_arrival (id, "case", participant, at, outcome, why, label, digest, text) '
        "values (%s, %s, %s, %s, 'refused', 'loop', '', '', '')",
        [world.key(), subject, world.key(), THEN],
    )


def adopt(world, actor, subject):
    return (
        'insert into cases_adoption (id, "case", party, policy, version, at, because) '
        "values (%s, %s, %s, 'eu:cra', 1, %s, 'b')",
        [world.key(), subject, actor.party, THEN],
    )


def drop_own(_world, actor, subject):
    return 'update cases_adoption set dropped_at = now() where "case" = %s and party = %s', [subject, actor.party]


def drop_anothers(_world, actor, subject):
    return (
        'update cases_adoption set dropped_at = now() where "case" = %s and party = '
        '(select party from cases_adoption where "case" = %s and party <> %s order by party limit 1)',
        [subject, subject, actor.party],
    )


def mark(world, actor, subject):
    return (
        'insert into cases_clock_mark (id, "case", party, moment, at, evidence, stated_at) '
        "values (%s, %s, %s, 'list_told', %s, 'e', %s)",
        [world.key(), subject, actor.party, THEN, THEN],
    )


def remind(world, actor, subject):
    return (
        'insert into cases_reminder (id, organisation, "case", clock, due, hours_before, at) '
        "values (%s, %s, %s, 'd', %s, 1, %s)",
        [world.key(), actor.party, subject, THEN, THEN],
    )


def as_another(attempt, place):
    """The same with somebody else's organisation in its place."""

    def attempted(world, actor, subject):
        statement, values = attempt(world, actor, subject)
        return statement, [*values[:place], world.key(), *values[place + 1 :]]

    return attempted


def say_of_clocks(world, actor, subject):
    return (
        'insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because) '
        "select %s, %s, 8, %s, 'CLK', 'keep eu:cra:1', p.id, %s, '' from cases_participant p "
        'where p."case" = %s and p.party = %s',
        [world.key(), subject, THEN, actor.party, subject, actor.party],
    )


def _kept(world, what, *, said_by=HOUSE, keeps="makes", ended_at=None):
    Upkeep.unscoped.bulk_create(
        Upkeep(
            id=world.key(),
            organisation=owner,
            component=f"{what} {subject}",
            keeps=keeps,
            said_by=said_by,
            because="b",
            at=THEN,
            ended_at=ended_at,
        )
        for subject, owner in world.owners.items()
    )


def plant_upkeep(world):
    Upkeep.unscoped.bulk_create(
        Upkeep(id=each, organisation=owner, component="c", keeps="ships", said_by=owner, because="b", at=THEN)
        for each, owner in world.owners.items()
    )


def plant_confirmed(world):
    _kept(world, "made")


def plant_shipped(world):
    _kept(world, "shipped", keeps="ships")


def plant_unconfirmed(world):
    _kept(world, "unconfirmed", said_by=UUID(int=2))


def plant_taken_back(world):
    _kept(world, "taken back", ended_at=THEN)


def plant_policies(world):
    ProjectPolicy.unscoped.bulk_create(
        ProjectPolicy(
            id=each,
            organisation=owner,
            project=str(each),
            version=1,
            ai_found="private",
            embargo="report",
            ai_patch="ask",
            takes="all",
            source="s",
            at=THEN,
        )
        for each, owner in world.owners.items()
    )


WAITS, SEATED, RELEASED, WITHDRAWN = 1, 2, 4, 8


def _awaited(subject, how):
    """The party that an invitation of a case is for, and its principal and seat."""
    return UUID(int=subject.int ^ how)


def plant_turns(world):
    """In each case: who waits, who is just taking its seat, who was let in, who was taken out of the line."""
    Turn.unscoped.bulk_create(
        Turn(
            id=world.key(),
            case=each,
            project="p",
            organisation=_awaited(each, how),
            principal=_awaited(each, how),
            name="n",
            because="b",
            asked_at=THEN,
            released_at=THEN if how == RELEASED else None,
            withdrawn_at=THEN if how == WITHDRAWN else None,
        )
        for each in world.subjects
        for how in (WAITS, SEATED, RELEASED, WITHDRAWN)
    )
    Participant.unscoped.bulk_create(
        Participant(
            id=_awaited(each, how),
            case=each,
            party=_awaited(each, how),
            name="n",
            capacity="vendor",
            consent="invited",
            since=THEN,
        )
        for each in world.subjects
        for how in (SEATED, RELEASED, WITHDRAWN)
    )


def line_up(world, _actor, subject):
    return (
        'insert into cases_turn (id, "case", project, organisation, name, address, because, asked_at, urgent, '
        "withdrawn) values (%s, %s, 'p', %s, 'n', '', 'b', %s, '', '')",
        [world.key(), subject, world.key(), THEN],
    )


def release(_world, _actor, subject):
    return (
        'update cases_turn set released_at = now() where "case" = %s and organisation = %s',
        [subject, _awaited(subject, WAITS)],
    )


def seat(how, capacity="vendor"):
    def attempt(world, _actor, subject):
        return (
            'insert into cases_participant (id, "case", party, name, capacity, consent, consented_by, since) '
            "values (%s, %s, %s, 'n', %s, 'invited', '', %s)",
            [world.key(), subject, _awaited(subject, how), capacity, THEN],
        )

    return attempt


def link(how):
    def attempt(world, actor, subject):
        statement, values = add_contact(world, actor, subject)
        return statement, [*values[:3], _awaited(subject, how), *values[4:]]

    return attempt


def step(how, moves="RM", verb="receive"):
    def attempt(world, actor, subject):
        return (
            'insert into cases_entry (id, "case", number, at, moves, verb, participant, by, because) '
            "values (%s, %s, 9, %s, %s, %s, %s, %s, '')",
            [world.key(), subject, THEN, moves, verb, _awaited(subject, how), actor.party],
        )

    return attempt


def own_or_of_the_house(world, actor, subject):
    return Facts(own=actor.party in {world.owners[subject], HOUSE})


def sees_policy(world, actor, subject):
    known = actor.party in {world.owners[subject], HOUSE} or world.capacity(actor, subject) in scopes.PARTIES
    return sight(actor) and known


def anybody(_world, _actor, _subject):
    return Facts(own=True)


def say_upkeep(world, actor, _subject):
    return (
        "insert into cases_upkeep (id, organisation, component, keeps, said_by, because, at) "
        "values (%s, %s, 'd', 'ships', %s, 'b', %s)",
        [world.key(), actor.party, actor.party, THEN],
    )


def say_of_another(world, actor, _subject):
    statement, values = say_upkeep(world, actor, _subject)
    return statement, [values[0], world.key(), *values[2:]]


def end_upkeep(_world, _actor, subject):
    return "update cases_upkeep set ended_at = now() where id = %s", [subject]


def end_confirmed(_world, _actor, subject):
    return "update cases_upkeep set ended_at = now() where component = %s", [f"made {subject}"]


def steers(actor):
    return actor.party == HOUSE and person(actor, Role.COORDINATOR)


def ends_confirmed(world, actor, subject):
    own = world.owners[subject] == actor.party == HOUSE
    return steers(actor) or (own and person(actor, Role.MEMBER))


def set_policy(what):
    def attempt(world, actor, subject):
        return (
            "insert into cases_project_policy "
            "(id, organisation, project, version, ai_found, embargo, ai_patch, takes, source, at) "
            "values (%s, %s, %s, 7, 'private', 'report', 'ask', 'all', 's', %s)",
            [world.key(), actor.party, f"{what} {subject}", THEN],
        )

    return attempt


def sets_policy(world, actor, subject):
    own = world.owners[subject] == actor.party
    return steers(actor) or (own and person(actor, Role.MEMBER, Role.COORDINATOR))


def only_the_house(_world, actor, _subject):
    return steers(actor)


def plant_conflicts(world):
    """One of each subject's owner or finder or vendor, of nobody that could be held."""
    Conflict.unscoped.bulk_create(
        Conflict(id=world.key(), case=subject, party=party, because="b", at=THEN)
        for (party, subject), capacity in world.grants.items()
        if capacity in {Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR}
    )


def plant_said(world):
    """What somebody else says, of nobody that could be held."""
    Conflict.unscoped.bulk_create(
        Conflict(id=world.key(), case=each, party=world.key(), because="said", at=THEN) for each in world.subjects
    )


def plant_named(world):
    Conflict.unscoped.bulk_create(
        Conflict(id=world.key(), case=each, party=world.key(), of=world.key(), because="b", at=THEN)
        for each in world.subjects
    )


def say_conflict(world, actor, subject):
    return (
        'insert into cases_conflict (id, "case", party, because, at, settlement) values (%s, %s, %s, %s, %s, %s)',
        [world.key(), subject, actor.party, "b", THEN, ""],
    )


def take_conflict_back(_world, actor, subject):
    return 'update cases_conflict set settled_at = now() where "case" = %s and party = %s', [subject, actor.party]


def settle_anothers(_world, _actor, subject):
    return "update cases_conflict set settled_at = now() where \"case\" = %s and because = 'said'", [subject]


def settle_conflict(_world, _actor, subject):
    return 'update cases_conflict set settled_at = now() where "case" = %s and of is not null', [subject]


def plant_successions(world):
    Succession.unscoped.bulk_create(
        Succession(id=world.key(), before=before, after=after, kind="merged", by=world.key(), at=THEN)
        for each in world.subjects
        for before, after in ((each, world.key()), (world.key(), each))
    )


def succeed(world, actor, subject):
    return (
        "insert into cases_succession (id, before, after, kind, because, by, at) "
        "values (%s, %s, %s, 'merged', 'b', %s, %s)",
        [world.key(), subject, subject, actor.id, THEN],
    )


def remove_report(_world, _actor, subject):
    return 'delete from cases_report where "case" = %s', [subject]


def plant_offers(world):
    """A part that the subject's owner is offered, in a case that it sees nothing of."""
    for subject, owner in world.owners.items():
        case = world.key()
        Case.unscoped.create(
            id=case,
            house=HOUSE,
            cluster=world.key(),
            title="t",
            summary="",
            opened_at=THEN,
            embargo="active",
            embargo_end=THEN,
            everyone=world.key(),
            internal=world.key(),
        )
        Participant.unscoped.create(
            id=subject, case=case, party=owner, name="n", capacity="vendor", consent="invited", since=THEN
        )


def answer_offer(_world, _actor, subject):
    return "select 1 from levee_offer_answer(%s, 'declined', %s) about where about is not null", [subject, THEN]


def plant_offered(world):
    """Each case is offered to somebody else; nobody has answered."""
    Transfer.unscoped.bulk_create(
        Transfer(id=world.key(), case=each, party=world.key(), because="another", by=world.key(), at=THEN)
        for each in world.subjects
    )


def plant_transfers(world):
    """The same, to everybody who takes part in it."""
    _plant_transfers(world, because="waits")


def plant_settled_transfers(world):
    _plant_transfers(world, because="settled", settled_at=THEN, settlement="taken")


def _plant_transfers(world, **more):
    Transfer.unscoped.bulk_create(
        Transfer(id=world.key(), case=subject, party=party, by=world.key(), at=THEN, **more)
        for party, subject in world.grants
    )


def offer_case(world, actor, subject):
    return (
        'insert into cases_transfer (id, "case", party, because, by, at, settlement) '
        "values (%s, %s, %s, 'b', %s, %s, '')",
        [world.key(), subject, world.key(), actor.id, THEN],
    )


def settle_transfer(how):
    def attempt(_world, _actor, subject):
        return (
            "update cases_transfer set settled_at = now(), settlement = %s where \"case\" = %s and because = 'another'",
            [how, subject],
        )

    return attempt


def settle_own_transfer(how, *, of="waits"):
    def attempt(_world, actor, subject):
        return (
            "update cases_transfer set settled_at = now(), settlement = %s "
            'where "case" = %s and party = %s and because = %s',
            [how, subject, actor.party, of],
        )

    return attempt


def plant_hand_overs(world):
    HandOver.unscoped.bulk_create(
        HandOver(id=world.key(), case=each, party=world.key(), version="1", tlp="AMBER", digest=b"", at=THEN)
        for each in world.subjects
    )


def hand_over(world, actor, subject):
    return (
        'insert into cases_hand_over (id, "case", party, version, tlp, digest, at) '
        "values (%s, %s, %s, '1', 'AMBER', 'd', %s)",
        [world.key(), subject, actor.party, THEN],
    )


def never(_world, _actor, _subject):
    return False


WITNESSES = (
    See(action=Action.PROJECT_SEE, model=Upkeep, plant=plant_upkeep, scope=scopes.upkeep, facts=own_or_of_the_house),
    See(action=Action.TURN_SEE, model=Turn, plant=plant_turns, scope=scopes.turns, column="case"),
    Do(action=Action.CASE_INVITE, plant=plant_turns, attempt=line_up),
    *(
        Do(action=Action.TURN_RELEASE, plant=plant_turns, attempt=each)
        for each in (release, seat(WAITS), link(WAITS), step(SEATED), step(SEATED, "CS", "V"))
    ),
    *(
        Do(action=Action.CASE_INVITE, plant=plant_turns, attempt=each)
        for each in (
            *(make(how) for make in (link, step) for how in (RELEASED, WITHDRAWN)),
            seat(WAITS, "observer"),
            step(SEATED, "EM", "accept"),
            step(SEATED, "CLK", "keep x"),
        )
    ),
    Do(plant=plant_turns, attempt=as_another(step(SEATED), 6), says=never),
    See(model=ProjectPolicy, plant=plant_policies, scope=scopes.policies, says=sees_policy),
    Do(action=Action.PROJECT_STATE, attempt=say_upkeep, facts=anybody),
    Do(action=Action.PROJECT_KEEP, attempt=say_of_another, facts=anybody),
    Do(attempt=as_another(say_upkeep, 2), says=never),
    Do(action=Action.PROJECT_STATE, plant=plant_upkeep, attempt=end_upkeep, facts=by_owner),
    Do(plant=plant_confirmed, attempt=end_confirmed, says=ends_confirmed),
    Do(plant=plant_confirmed, attempt=set_policy("made"), says=sets_policy),
    Do(plant=plant_confirmed, attempt=as_another(set_policy("made"), 1), says=never),
    Do(plant=plant_shipped, attempt=set_policy("shipped"), says=only_the_house),
    Do(plant=plant_unconfirmed, attempt=set_policy("unconfirmed"), says=only_the_house),
    Do(plant=plant_taken_back, attempt=set_policy("taken back"), says=only_the_house),
    See(model=Contact, plant=plant_contacts, scope=scopes.contacts, column="case", says=owned),
    See(action=Action.CASE_SEE, model=Opening, plant=plant_contacts, scope=scopes.of_cases, column="case"),
    Do(action=Action.CASE_INVITE, attempt=add_contact),
    Do(action=Action.CASE_INVITE, plant=plant_contacts, attempt=end_contact),
    Do(action=Action.CASE_INVITE, attempt=add_report(lambda _world, subject: subject)),
    Do(attempt=add_report(beside), says=adds_what_it_found),
    Do(
        plant=plant_reports,
        attempt=add_report(lambda world, each: report_in(beside(world, each))),
        says=adds_what_it_holds,
    ),
    Do(attempt=add_report(lambda world, _subject: world.key()), says=never),
    Do(attempt=open_elsewhere, says=never),
    Do(attempt=send_as_another, says=never),
    Do(plant=plant_participants, attempt=answer_for_another, says=never),
    See(action=Action.CASE_SEE, model=Case, plant=plant, scope=scopes.cases),
    See(action=Action.CASE_SEE, model=Report, plant=plant_reports, scope=scopes.of_cases, column="case"),
    See(action=Action.CASE_SEE, model=Participant, plant=plant_participants, scope=scopes.of_cases, column="case"),
    See(action=Action.CASE_SEE, model=Opening, plant=plant_openings, scope=scopes.of_cases, column="case"),
    See(action=Action.MESSAGE_SEE, model=Thread, plant=plant_threads, scope=scopes.threads),
    See(action=Action.FILTER_KEEP, model=Filter, plant=plant_filters, scope=scopes.filters, facts=keeps),
    Do(action=Action.FILTER_KEEP, attempt=keep_filter, facts=itself),
    Do(attempt=keep_anothers_filter, says=never),
    Do(action=Action.FILTER_KEEP, attempt=change_filter, plant=plant_filters, facts=keeps),
    Do(action=Action.FILTER_KEEP, attempt=delete_filter, plant=plant_filters, facts=keeps),
    See(action=Action.CHANNEL_SEE, model=Channel, plant=plant_channels, scope=scopes.channels, facts=by_owner),
    Do(action=Action.CHANNEL_MANAGE, attempt=add_channel, facts=anybody),
    Do(attempt=add_anothers_channel, says=never),
    Do(action=Action.CHANNEL_MANAGE, attempt=end_channel, plant=plant_channels, facts=by_owner),
    See(model=Bridge, plant=plant_bridges, scope=scopes.bridges, column="case", says=owns),
    Do(action=Action.CASE_INVITE, attempt=add_bridge),
    Do(action=Action.BRIDGE_CROSS, attempt=cross_bridge, plant=plant_bridges),
    Do(attempt=look_at_bridge, plant=plant_bridges, says=crosses_or_steers),
    See(action=Action.WEBHOOK_SEE, model=Hook, plant=plant_hooks, scope=scopes.webhooks, facts=by_owner),
    See(action=Action.WEBHOOK_SEE, model=Call, plant=plant_calls, scope=scopes.webhooks, facts=by_owner),
    Do(action=Action.WEBHOOK_MANAGE, attempt=add_hook, facts=anybody),
    Do(attempt=add_anothers_hook, says=never),
    Do(attempt=pause_hook, plant=plant_hooks, says=owns_and_works),
    Do(action=Action.WEBHOOK_MANAGE, attempt=plan_call("test"), facts=anybody),
    Do(action=Action.WEBHOOK_CALL, attempt=plan_call("change"), facts=anybody),
    Do(attempt=plan_anothers_call, says=never),
    Do(action=Action.WEBHOOK_CALL, attempt=end_call, plant=plant_calls, facts=by_owner),
    See(model=Change, plant=plant_changes, scope=scopes.changes, says=told_of),
    See(model=Position, plant=plant_positions, scope=scopes.positions, column="thread", says=has_place),
    Do(attempt=keep_place, says=reads),
    Do(attempt=as_another(keep_place, 1), says=never),
    Do(plant=plant_positions, attempt=move_place, says=has_place),
    Do(plant=plant_positions, attempt=move_anothers_place, says=never),
    Do(action=Action.THREAD_OPEN, attempt=open_thread("party")),
    Do(attempt=open_thread("product"), says=leads),
    Do(attempt=open_thread_without_being_in_it, says=never),
    Do(attempt=as_another(open_thread("party"), 3), says=never),
    See(action=Action.MESSAGE_SEE, model=Message, plant=plant_messages, scope=scopes.messages, column="thread"),
    Do(action=Action.CASE_OPEN, attempt=open_case, facts=opening),
    Do(action=Action.CASE_INVITE, attempt=invite),
    See(action=Action.CASE_SEE, model=Answer, plant=plant_answers, scope=scopes.of_cases, column="case"),
    Do(action=Action.CASE_ANSWER, attempt=answer),
    Do(plant=plant_answers, attempt=answer_anew, says=never),
    Do(action=Action.CASE_ANSWER, attempt=agree_anew),
    Do(attempt=agree_for_another, says=never),
    See(action=Action.CASE_SEE, model=Entry, plant=plant_entries, scope=scopes.of_cases, column="case"),
    See(action=Action.CASE_SEE, model=Adoption, plant=plant_adoptions, scope=scopes.of_cases, column="case"),
    See(action=Action.CASE_SEE, model=ClockMark, plant=plant_marks, scope=scopes.of_cases, column="case"),
    See(model=Reminder, plant=plant_reminders, scope=scopes.reminders, column="case", says=reminded),
    Do(action=Action.CLOCK_KEEP, attempt=adopt),
    Do(action=Action.CLOCK_KEEP, plant=plant_adoptions, attempt=drop_own),
    Do(plant=plant_adoptions, attempt=drop_anothers, says=never),
    Do(action=Action.CLOCK_KEEP, attempt=mark),
    Do(action=Action.CLOCK_KEEP, plant=plant_participants, attempt=say_of_clocks),
    See(model=Outcome, plant=plant_outcomes, scope=scopes.outcomes, column="case", says=owned),
    Do(action=Action.SILENCE_DECIDE, attempt=propose_outcome),
    Do(action=Action.SILENCE_DECIDE, plant=plant_outcomes, attempt=refuse_outcome),
    Do(attempt=propose_as_another, says=never),
    Do(plant=plant_outcomes, attempt=agree_alone, says=never),
    See(model=Arrival, plant=plant_arrivals, scope=scopes.arrivals, column="case", says=owns),
    Do(action=Action.MAIL_TAKE, attempt=keep_arrival),
    See(action=Action.CASE_SEE, model=Conflict, plant=plant_named, scope=scopes.of_cases, column="case"),
    Do(action=Action.CONFLICT_SAY, attempt=say_conflict),
    Do(action=Action.CONFLICT_SAY, plant=plant_conflicts, attempt=take_conflict_back),
    Do(action=Action.CONFLICT_SETTLE, plant=plant_named, attempt=settle_conflict),
    Do(action=Action.CONFLICT_SETTLE, plant=plant_said, attempt=settle_anothers),
    Do(attempt=as_another(say_conflict, 2), says=never),
    See(action=Action.CASE_SEE, model=HandOver, plant=plant_hand_overs, scope=scopes.of_cases, column="case"),
    Do(action=Action.CASE_HAND_OVER, attempt=hand_over),
    *(
        See(action=Action.CASE_SEE, model=Succession, plant=plant_successions, scope=scopes.successions, column=each)
        for each in ("before", "after")
    ),
    Do(action=Action.CASE_MERGE, attempt=succeed),
    *(Do(attempt=as_another(succeed, place), says=never) for place in (1, 2)),
    Do(action=Action.CASE_MERGE, plant=plant_reports, attempt=remove_report),
    See(action=Action.CASE_SEE, model=Transfer, plant=plant_transfers, scope=scopes.of_cases, column="case"),
    Do(action=Action.CASE_OFFER, attempt=offer_case),
    Do(attempt=as_another(offer_case, 3), says=never),
    Do(action=Action.CASE_OFFER, plant=plant_offered, attempt=settle_transfer("withdrawn")),
    Do(action=Action.CASE_TAKE_OVER, plant=plant_transfers, attempt=settle_own_transfer("declined")),
    *(Do(plant=plant_offered, attempt=settle_transfer(how), says=never) for how in ("declined", "taken")),
    Do(plant=plant_transfers, attempt=settle_own_transfer("taken"), says=never),
    *(
        Do(plant=plant_settled_transfers, attempt=settle_own_transfer(how, of="settled"), says=never)
        for how in ("withdrawn", "declined")
    ),
    Do(action=Action.CASE_JOIN, plant=plant_offers, attempt=answer_offer, facts=by_owner),
    Do(attempt=as_another(hand_over, 2), says=never),
    Do(action=Action.CLOCK_REMIND, attempt=remind),
    *(Do(attempt=as_another(each, place), says=never) for each, place in ((adopt, 2), (mark, 2), (remind, 1))),
    Do(action=Action.EMBARGO_PROPOSE, attempt=add_entry("EM", "propose")),
    Do(action=Action.EMBARGO_CONSENT, attempt=add_entry("PEC", "decline")),
    Do(action=Action.EMBARGO_SET, attempt=add_entry("EM", "accept")),
    Do(action=Action.EMBARGO_END, attempt=add_entry("EM", "terminate")),
    Do(action=Action.FACT_DECIDE, attempt=add_entry("CS", "P")),
    Do(attempt=add_as_another, says=never),
    Do(plant=plant_entries, attempt=rewrite, says=never),
    Do(action=Action.EMBARGO_SET, attempt=set_embargo),
    Do(action=Action.EMBARGO_END, attempt=set_embargo),
    Do(action=Action.MESSAGE_SEND, attempt=send),
    See(model=Attachment, plant=plant_attachments, scope=scopes.attachments, column="thread", says=reads),
    Do(action=Action.MESSAGE_SEND, attempt=attach),
    Do(attempt=as_another(attach, 4), says=never),
    See(action=Action.CASE_SEE, model=Claim, plant=plant_claims, scope=scopes.of_cases, column="case"),
    Do(action=Action.FACT_CLAIM, attempt=claim),
    Do(action=Action.FACT_DECIDE, plant=plant_claims, attempt=decide_claim),
    Do(attempt=claim_as_another, says=never),
    Do(attempt=claim_as_decided, says=never),
)
