"""What reaches an outsider without being asked for: lines of logs, letters, and what becomes of its jobs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

from levee.access.selectors import clearinghouse
from levee.cases import selectors
from levee.cases import services as cases
from levee.cases.services.calling import LOOK_FOR_CHANGES, look_for_changes_once
from levee.exposure import selectors as exposure
from levee.findings import selectors as findings
from levee.inventory import services as inventory
from levee.kernel.ids import parse_public_id
from levee.ledger import selectors as ledger
from levee.ledger import services as sequencing
from levee.ledger.signing import open_signer
from levee.ledger.types import LogName
from levee.platform.database.roles import DbRole
from levee.platform.jobs.work import standing_run
from levee.platform.ports import ports, replaced
from levee.policy.actors import Actor
from levee.validation import selectors as validation
from support.database import as_role, by_default
from support.running import hand_in, work
from two_worlds.asking import undone
from two_worlds.building import OFFICE, SAME, House, SeededIds
from two_worlds.declared import without_declared

MORE = OFFICE + b"portal-2,minimist,0.0.8,npm,yes,us\n"


def logs(house: House, folder: Path, outsiders: Iterable[str]) -> dict[str, bytes]:
    """Exports of the outsiders' own logs, and the public log, after the sequencer has been at work."""
    with undone(), replaced(ids=SeededIds("logs")):
        with as_role(DbRole.LEDGER):
            signer = open_signer(folder / "keys", "https://levee.example")
            sequencing.sequence(signer)
            sequencing.commit_hour(ports().clock.now(), signer)
        told = {}
        for name in outsiders:
            actor = house.outsiders[name].actor
            assert actor is not None
            lines = ledger.export(actor, LogName("organisation", actor.party))
            told[name] = without_declared(b"\n".join(lines))
        with as_role(DbRole.PUBLIC):
            told["everyone"] = without_declared(b"\n".join(ledger.public_log()))
        return told


def outcome(house: House, outsider: str) -> bytes:
    """What an outsider sees after its own jobs have run: verdicts, actions, letters to it."""
    actor = house.outsiders[outsider].actor
    assert actor is not None
    with undone(), replaced(ids=SeededIds("jobs")):
        if outsider == "operator":
            with as_role(DbRole.OPERATOR):
                inventory.import_file(actor, MORE, filename="office.csv", name="office")
                work()
                seen = [repr(each) for each in exposure.actions(actor)]
        else:
            hand_in(actor, None, key="anew", **SAME)
            work()
            mine = findings.listed(actor)
            seen = [repr(each) for each in mine]
            seen += [repr(validation.verdict(actor, each.id)) for each in mine]
            seen.append(repr(validation.accuracy(actor, actor.party)))
            seen += _called_for(actor, house.outsiders[outsider].own["case"])
        return "\n".join([*seen, json.dumps(_letters(house, outsider))]).encode()


def _called_for(actor: Actor, case: str) -> list[str]:
    """What a webhook of the outsider's is called for, where nobody answers, after something happens in its own case."""
    cases.add_hook(actor, "https://hooks.invalid/levee")
    cases.send(actor, parse_public_id("CAS", case), text="a word", author="Ada")
    with by_default(DbRole.WORKER), standing_run(LOOK_FOR_CHANGES, party=clearinghouse()) as run:
        while look_for_changes_once(run):
            work()
    return [f"{each.case_id} {each.what} {each.state} {each.attempts}" for each in selectors.calls(actor)]


def _letters(house: House, outsider: str) -> list[list[str]]:
    actor = house.outsiders[outsider].actor
    assert actor is not None
    with as_role(house.world.owner_role), connection.cursor() as cursor:
        cursor.execute(
            "select l.locator from notify_letter l join identity_organisation o on o.contact = l.address "
            "where o.id = %s order by l.queued_at, l.id",
            [actor.party],
        )
        return [list(row) for row in cursor.fetchall()]
