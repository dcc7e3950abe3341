from __future__ import annotations

from levee.exposure import scopes
from levee.exposure.models import (
    ForensicCase,
    ForensicEntry,
    Known,
    KnownPackage,
    KnownRange,
    KnownSaid,
    Leave,
    Match,
    OwnTable,
    Policy,
    Step,
    Todo,
    Vex,
    VexStatement,
)
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind
from levee.policy.decide import Facts
from policy.witnesses.kind import Do, See, by_owner, sight
from policy.worlds import THEN


def matches(world):
    Match.unscoped.bulk_create(
        Match(
            id=each,
            organisation=world.owners[each],
            component=each,
            asset=each,
            asset_name="a",
            ecosystem="npm",
            package="p",
            version="1",
            known=each,
            vulnerability="v",
            certain=True,
            action=each,
            detected_at=THEN,
            explanation={},
            timeline={},
        )
        for each in world.subjects
    )


def actions(world):
    Todo.unscoped.bulk_create(
        Todo(
            id=each,
            organisation=world.owners[each],
            owner="us",
            owner_name="",
            ecosystem="npm",
            package=str(each),
            version="2",
            certain=True,
            state="open",
            opened_at=THEN,
            state_at=THEN,
            strictness=1,
            timeline={},
            exploited=False,
            weight=1,
            hits=1,
            assets=[],
            vulnerabilities=[],
        )
        for each in world.subjects
    )


def steps(world):
    Step.unscoped.bulk_create(
        Step(id=each, organisation=world.owners[each], action=each, at=THEN, verb="raise", principal=each)
        for each in world.subjects
    )


def step(verb):
    def attempt(world, actor, subject):
        return (
            "insert into exposure_step (id, organisation, action, at, verb, principal, note) "
            "values (%s, %s, %s, %s, %s, %s, '')",
            [world.key(), world.owners[subject], subject, THEN, verb, actor.id],
        )

    return attempt


def add_match(world, _actor, subject):
    return (
        "insert into exposure_match (id, organisation, component, asset, asset_name, ecosystem, package, version, "
        'known, vulnerability, certain, "action", detected_at, explanation, timeline, ended_because) '
        "values (%s, %s, %s, %s, 'a', 'npm', 'p', '1', %s, 'v', true, %s, %s, '{}', '{}', '')",
        [world.key(), world.owners[subject], world.key(), subject, subject, subject, THEN],
    )


def add_action(world, _actor, subject):
    return (
        "insert into exposure_action (id, organisation, owner, owner_name, ecosystem, package, version, certain, "
        "state, opened_at, state_at, reopened, strictness, timeline, exploited, weight, hits, assets, vulnerabilities) "
        "values (%s, %s, 'us', '', 'npm', 'q', '2', true, 'open', %s, %s, 0, 1, '{}', false, 1, 1, '{}', '{}')",
        [world.key(), world.owners[subject], THEN, THEN],
    )


def end_match(_world, _actor, subject):
    return "update exposure_match set ended_at = now() where id = %s", [subject]


def confirm(_world, _actor, subject):
    return "update exposure_action set state = 'confirmed' where id = %s", [subject]


def advisories(world):
    Known.unscoped.bulk_create(
        Known(id=each, name="n", aliases=[], revision="", withdrawn=False, record={}, signals={}, learnt_at=THEN)
        for each in world.subjects
    )


def packages(world):
    KnownPackage.unscoped.bulk_create(
        KnownPackage(id=each, known=each, ecosystem="npm", name="p") for each in world.subjects
    )


def ranges(world):
    KnownRange.unscoped.bulk_create(
        KnownRange(id=each, known=each, ecosystem="npm", name="p", releases="", lo=b"", hi=b"\xff", certain=True)
        for each in world.subjects
    )


def learn_range(world, _actor, subject):
    return (
        "insert into exposure_range (id, known, ecosystem, name, releases, lo, hi, certain) "
        "values (%s, %s, 'npm', 'q', '', '', '', true)",
        [world.key(), subject],
    )


def stated(world):
    KnownSaid.unscoped.bulk_create(KnownSaid(id=each, known=each, vulnerability="v") for each in world.subjects)


def learn_stated(world, _actor, subject):
    return "insert into exposure_said (id, known, vulnerability) values (%s, %s, 'v')", [world.key(), subject]


def forget_stated(_world, _actor, subject):
    return "delete from exposure_said where id = %s", [subject]


def forget_range(_world, _actor, subject):
    return "delete from exposure_range where id = %s", [subject]


def everyones(_world, _actor, _subject):
    """What is published belongs to everyone."""
    return Facts(own=True)


def of_the_house(world, actor, _subject):
    """What is noted as published belongs to the clearinghouse."""
    return Facts(own=world.parties[actor.party][0] is OrganisationKind.CLEARINGHOUSE)


def learn(world, _actor, _subject):
    return (
        "insert into exposure_known (id, name, aliases, revision, withdrawn, record, signals, learnt_at) "
        "values (%s, 'n', '{}', '', false, '{}', '{}', %s)",
        [world.key(), THEN],
    )


def learn_package(world, _actor, subject):
    return (
        "insert into exposure_known_package (id, known, ecosystem, name) values (%s, %s, 'npm', 'q')",
        [world.key(), subject],
    )


def learn_anew(_world, _actor, subject):
    return "update exposure_known set revision = 'x' where id = %s", [subject]


def own_tables(world):
    OwnTable.unscoped.bulk_create(
        OwnTable(id=each, organisation=world.owners[each], name=str(each), version=1, csv="", principal=each, at=THEN)
        for each in world.subjects
    )


def chosen(world):
    Policy.unscoped.bulk_create(
        Policy(
            id=each,
            organisation=world.owners[each],
            table="t",
            plant_table="t",
            assumed={},
            active_as_kev=True,
            principal=each,
            at=THEN,
        )
        for each in world.subjects
    )


def leaves(world):
    Leave.unscoped.bulk_create(
        Leave(
            id=each,
            organisation=world.owners[each],
            action=each,
            state="requested",
            reason="r",
            mitigation="m",
            responsible="p",
            until=THEN,
            requested_by=each,
            requested_at=THEN,
        )
        for each in world.subjects
    )


def forensic_cases(world):
    ForensicCase.unscoped.bulk_create(
        ForensicCase(
            id=each,
            organisation=world.owners[each],
            vulnerability=str(each),
            assets=[],
            row="",
            listed_at=THEN,
            listed_by="",
            started_at=THEN,
            opened_at=THEN,
        )
        for each in world.subjects
    )


def entries(world):
    ForensicEntry.unscoped.bulk_create(
        ForensicEntry(
            id=each, organisation=world.owners[each], case=each, at=THEN, principal=each, step="note", text="t"
        )
        for each in world.subjects
    )


def choose(world, _actor, subject):
    return (
        'insert into exposure_policy (id, organisation, "table", plant_table, assumed, active_as_kev, principal, at) '
        "values (%s, %s, 't', 't', '{}', true, %s, %s)",
        [world.key(), world.owners[subject], subject, THEN],
    )


def add_table(world, _actor, subject):
    return (
        "insert into exposure_own_table (id, organisation, name, version, csv, principal, at) "
        "values (%s, %s, 'n', 7, '', %s, %s)",
        [world.key(), world.owners[subject], subject, THEN],
    )


def ask_leave(world, _actor, subject):
    return (
        "insert into exposure_exception (id, organisation, action, state, reason, mitigation, responsible, until, "
        "requested_by, requested_at, note) values (%s, %s, %s, 'requested', 'r', 'm', 'p', %s, %s, %s, '')",
        [world.key(), world.owners[subject], world.key(), THEN, subject, THEN],
    )


def decide_leave(_world, _actor, subject):
    return "update exposure_exception set state = 'approved' where id = %s", [subject]


def expire_leave(_world, _actor, subject):
    return "update exposure_exception set state = 'expired' where id = %s", [subject]


def add_forensic_case(world, _actor, subject):
    return (
        "insert into exposure_forensic_case (id, organisation, vulnerability, assets, row, listed_at, listed_by, "
        "started_at, opened_at, verdict, verdict_text, alarmed) "
        "values (%s, %s, 'CVE-1', '{}', '', %s, '', %s, %s, '', '', 0)",
        [world.key(), world.owners[subject], THEN, THEN, THEN],
    )


def note_patch(_world, _actor, subject):
    return "update exposure_forensic_case set patched_at = now() where id = %s", [subject]


def judge(_world, _actor, subject):
    return "update exposure_forensic_case set verdict = 'v' where id = %s", [subject]


def add_entry(world, _actor, subject):
    return (
        'insert into exposure_forensic_entry (id, organisation, "case", at, principal, step, text, filename, sha256) '
        "values (%s, %s, %s, %s, %s, 'note', 't', '', '')",
        [world.key(), world.owners[subject], subject, THEN, subject],
    )


def set_aside(_world, _actor, subject):
    return "update exposure_action set state = 'excepted' where id = %s", [subject]


def documents(world):
    Vex.unscoped.bulk_create(
        Vex(
            id=each,
            organisation=world.owners[each],
            filename="",
            format="",
            name="",
            author="",
            sha256="",
            not_understood=[],
            principal=each,
            added_at=THEN,
        )
        for each in world.subjects
    )


def said(world):
    VexStatement.unscoped.bulk_create(
        VexStatement(id=each, organisation=world.owners[each], vex=each, number=0, vulnerabilities=[], said={})
        for each in world.subjects
    )


def rely(world, _actor, subject):
    return (
        "insert into exposure_vex (id, organisation, filename, format, name, author, sha256, not_understood, "
        "principal, added_at, note) values (%s, %s, '', '', '', '', '', '[]', %s, %s, '')",
        [world.key(), world.owners[subject], subject, THEN],
    )


def rely_on_one(world, _actor, subject):
    return (
        "insert into exposure_vex_statement (id, organisation, vex, number, vulnerabilities, said, note) "
        "values (%s, %s, %s, 0, '{}', '{}', '')",
        [world.key(), world.owners[subject], subject],
    )


def no_longer(table):
    def withdraw(_world, _actor, subject):
        return f"update {table} set withdrawn_at = now() where id = %s", [subject]

    return withdraw


def nothing_yet(_world):
    """The rows that are tried need no others."""


def mark(_world, _actor, subject):
    return "update exposure_action set state = 'claimed' where id = %s", [subject]


def by_person_or_run(world, actor, subject):
    """A person claims and takes back, and a run concludes; a machine of the operator's does neither."""
    able = actor.kind is not PrincipalKind.AGENT
    return able and sight(actor) and world.owners[subject] == actor.party


WITNESSES = (
    Do(plant=actions, attempt=mark, says=by_person_or_run),
    *(
        See(action=Action.EXPOSURE_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in ((Match, matches), (Todo, actions), (Step, steps))
    ),
    *(
        See(action=Action.EXPOSURE_SEE, model=model, plant=plant, scope=scopes.known, facts=everyones)
        for model, plant in ((Known, advisories), (KnownPackage, packages), (KnownRange, ranges), (KnownSaid, stated))
    ),
    *(
        Do(action=Action.EXPOSURE_RECORD, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (nothing_yet, step("confirm")),
            (nothing_yet, add_match),
            (nothing_yet, add_action),
            (matches, end_match),
            (actions, confirm),
        )
    ),
    *(
        Do(action=Action.EXPOSURE_RECORD, plant=plant, attempt=attempt, facts=of_the_house)
        for plant, attempt in (
            (nothing_yet, learn),
            (nothing_yet, learn_package),
            (advisories, learn_anew),
            (nothing_yet, learn_range),
            (ranges, forget_range),
            (nothing_yet, learn_stated),
            (stated, forget_stated),
        )
    ),
    Do(action=Action.ACTION_CLAIM, attempt=step("claim"), facts=by_owner),
    *(
        See(action=Action.EXPOSURE_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in (
            (OwnTable, own_tables),
            (Policy, chosen),
            (Leave, leaves),
            (ForensicCase, forensic_cases),
            (ForensicEntry, entries),
        )
    ),
    *(Do(action=Action.PRIORITY_CHOOSE, attempt=attempt, facts=by_owner) for attempt in (choose, add_table)),
    *(
        Do(action=Action.EXCEPTION_REQUEST, attempt=attempt, facts=by_owner)
        for attempt in (ask_leave, step("request"), step("resume"))
    ),
    *(Do(action=Action.EXCEPTION_APPROVE, attempt=step(verb), facts=by_owner) for verb in ("except", "refuse")),
    Do(plant=leaves, attempt=decide_leave, says=by_person_or_run),
    Do(plant=actions, attempt=set_aside, says=by_person_or_run),
    *(
        See(action=Action.EXPOSURE_SEE, model=model, plant=plant, scope=scopes.visible, facts=by_owner)
        for model, plant in ((Vex, documents), (VexStatement, said))
    ),
    *(
        Do(action=Action.VEX_RELY, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (nothing_yet, rely),
            (nothing_yet, rely_on_one),
            (documents, no_longer("exposure_vex")),
            (said, no_longer("exposure_vex_statement")),
        )
    ),
    Do(action=Action.FORENSICS_RECORD, attempt=add_entry, facts=by_owner),
    Do(action=Action.FORENSICS_RECORD, plant=forensic_cases, attempt=judge, facts=by_owner),
    *(
        Do(action=Action.EXPOSURE_RECORD, plant=plant, attempt=attempt, facts=by_owner)
        for plant, attempt in (
            (leaves, expire_leave),
            (nothing_yet, add_forensic_case),
            (forensic_cases, note_patch),
        )
    ),
)
