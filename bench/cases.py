"""How long the pages of a large case take, and the list of many; run as `python bench/cases.py [REQUESTS]`.

One case has 200 vendors that have all answered, 2,000 messages in 21 threads and 1,000 files beside them; 10,000 other
cases stand beside it. Prints one JSON line: milliseconds at the median and the 95th percentile, asked through the real
server by the case's owner and by one of the vendors, and the load of the machine before and after.

With `--small` everything is a tenth, to try the program itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import httpx
import psycopg

from _house import house_and_database
from pages import finding, sign_in, timed

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

VENDORS, MESSAGES, CASES = 200, 2000, 10_000
THREADS = 20
BATCH = 500
STEPS = (("PEC", "accept"), ("RM", "receive"), ("CS", "V"), ("RM", "validate"), ("RM", "accept"))
"""What a vendor that has answered went through."""
EMBARGO = timedelta(days=60)
WORDS = ("overflow", "reproduces", "release", "branch", "mitigation", "timeline", "regression")


def main(requests: int, share: float) -> None:
    """Build the cases, then ask for each page in turn."""
    vendors, messages, cases = (int(each * share) for each in (VENDORS, MESSAGES, CASES))
    with house_and_database() as (cast, server):
        from levee.identity.services import make_link
        from levee.kernel.ids import public_id
        from levee.settings import settings

        began = time.perf_counter()
        plain_cases(cast.coordinator, cases)
        (case,) = plain_cases(cast.coordinator, 1)
        report(cast.coordinator, case, cast.tokens["Lab One"], server.owner.conninfo())
        parties = let_in(cast.coordinator, case, vendors)
        threads = speak(cast.coordinator, case, parties, messages)
        figures: dict[str, object] = {
            "vendors": vendors,
            "messages": messages,
            "attachments": files(cast.coordinator, case, threads),
            "cases": cases,
            "built_in_s": round(time.perf_counter() - began),
            "load_before": os.getloadavg()[0],
        }
        base = f"/cases/{public_id('CAS', case)}"
        pages = {
            "case": f"{base}/",
            "thread of all, at what is new": f"{base}/threads/{public_id('THR', threads[0])}/",
            "thread of all, its last page": f"{base}/threads/{public_id('THR', threads[0])}/?page=9999",
            "search, a common word": f"{base}/search/?words=patch",
            "search, what is nowhere": f"{base}/search/?words=nowhere",
            "list": "/cases/",
        }
        for name, actor in (("owner", cast.coordinator), ("vendor", parties[0])):
            with httpx.Client(base_url=settings().site, timeout=120) as client:
                sign_in(client, make_link(actor, actor.id))
                figures[f"{name}_ms"] = {page: timed(client, path, requests) for page, path in pages.items()}
        figures["load_after"] = os.getloadavg()[0]
    print(json.dumps(figures))


def files(owner: Actor, case: UUID, threads: list[UUID]) -> int:
    """How many files stand beside the messages."""
    from levee.cases import selectors

    return sum(len(each.attachments) for key in threads for each in selectors.messages(owner, case, thread=key))


def plain_cases(owner: Actor, count: int) -> list[UUID]:
    """Cases under embargo with their owner alone, one message in each."""
    from levee.platform.database.acting import acting

    keys: list[UUID] = []
    while len(keys) < count:
        with acting(owner) as act:
            keys += _written(act, min(BATCH, count - len(keys)))
    return keys


def _written(act, count: int) -> list[UUID]:  # noqa: ANN001 - the house's modules are there once it runs
    from levee.access.models import Grant
    from levee.cases.models import Case, Entry, Message, Participant, Thread

    made = [
        Case(
            id=act.new_id(),
            house=act.actor.party,
            cluster=act.new_id(),
            title=f"Case {number}",
            summary="words " * 40,
            opened_at=act.now,
            embargo="active",
            embargo_end=act.now + EMBARGO,
            everyone=act.new_id(),
            internal=act.new_id(),
        )
        for number in range(count)
    ]
    own = {"party": act.actor.party}
    Grant.unscoped.bulk_create(
        Grant(id=act.new_id(), subject=key, capacity="owner", since=act.now, **own)
        for each in made
        for key in (each.id, each.everyone, each.internal)
    )
    Case.unscoped.bulk_create(made)
    Thread.unscoped.bulk_create(
        Thread(id=key, case=each.id, audience=audience, at=act.now, **own)
        for each in made
        for key, audience in ((each.everyone, "everyone"), (each.internal, "internal"))
    )
    Participant.unscoped.bulk_create(
        Participant(
            id=act.new_id(), case=each.id, name="House", capacity="owner", consent="signatory", since=act.now, **own
        )
        for each in made
    )
    Entry.unscoped.bulk_create(
        Entry(
            id=act.new_id(),
            case=each.id,
            number=number,
            at=act.now,
            moves="EM",
            verb=verb,
            by=act.actor.party,
            proposal=each.cluster,
            end=each.embargo_end,
        )
        for each in made
        for number, verb in ((1, "propose"), (2, "accept"))
    )
    Message.unscoped.bulk_create(
        Message(
            id=act.new_id(), case=each.id, thread=each.everyone, number=1, author="A", text="Opened.", at=act.now, **own
        )
        for each in made
    )
    return [each.id for each in made]


def report(owner: Actor, case: UUID, token: str, database: str) -> None:
    """One finding that the case is about, with the cluster it stands in."""
    from levee.access.services import grant
    from levee.cases.models import Case, Report
    from levee.kernel.ids import parse_public_id
    from levee.platform.database.acting import acting
    from levee.policy.actors import Capacity
    from levee.settings import settings

    answer = httpx.post(
        f"{settings().site}/api/v1/findings",
        content=json.dumps({"findings": [finding(1)]}).encode(),
        headers={"Authorization": f"Bearer {token}"},
        timeout=300,
    )
    key = parse_public_id("FND", answer.json()["accepted"][0]["public_id"])
    with acting(owner) as act:
        cluster = Case.unscoped.get(id=case).cluster
        grant(act, subject=cluster, party=owner.party, capacity=Capacity.OWNER)
        Report.unscoped.bulk_create([Report(id=act.new_id(), case=case, finding=key)])
    with psycopg.connect(database) as rows:  # a cluster is formed by a worker alone
        rows.execute(
            "insert into clustering_cluster (id, house, target, kind, signature, formed_at)"
            " values (%s, %s, 'pkg:pypi/widget@1.0', 'source', %s, now())",
            (cluster, owner.party, f"alone:{key}"),
        )
        rows.execute(
            "insert into clustering_member"
            " (id, cluster, finding, proof_digest, evidence, explanation, since, ended_as, because)"
            " values (%s, %s, %s, '', 'first', 'the first', now(), '', '')",
            (uuid4(), cluster, key),
        )


def let_in(owner: Actor, case: UUID, vendors: int) -> list[Actor]:
    """So many vendors that got the report, agreed, found it valid, and have answered; each row by who may add it."""
    from levee.access.services import grant
    from levee.cases.models import Answer, Case, Entry, Participant
    from levee.cli.demo.cast import _let_in
    from levee.platform.database.acting import acting
    from levee.policy.actors import Capacity, OrganisationKind

    parties = [_let_in(owner, f"Vendor {number}", OrganisationKind.VENDOR) for number in range(vendors)]
    with acting(owner) as act:
        everyone = Case.unscoped.get(id=case).everyone
        seats = [
            Participant(
                id=act.new_id(),
                case=case,
                party=vendor.party,
                name=f"Vendor {number}",
                capacity="vendor",
                consent="signatory",
                since=act.now,
            )
            for number, vendor in enumerate(parties)
        ]
        Participant.unscoped.bulk_create(seats)
        for vendor in parties:
            for subject in (case, everyone):
                grant(act, subject=subject, party=vendor.party, capacity=Capacity.VENDOR)
        steps = [(seat, *step) for seat in seats for step in STEPS]
        Entry.unscoped.bulk_create(
            Entry(
                id=act.new_id(),
                case=case,
                number=3 + number,
                at=act.now,
                moves=moves,
                verb=verb,
                participant=seat.id,
                by=owner.party,
            )
            for number, (seat, moves, verb) in enumerate(steps)
        )
    for vendor, seat in zip(parties, seats, strict=True):
        with acting(vendor) as act:
            answer = {"answer": "affected", "by": "Ada", "product": "Widget", "version": "2.x"}
            Answer.unscoped.bulk_create([Answer(id=act.new_id(), case=case, participant=seat.id, at=act.now, **answer)])
    return parties


def speak(owner: Actor, case: UUID, parties: list[Actor], messages: int) -> list[UUID]:
    """Messages of each party: most to all parties, some of the owner's to a product's; beside every second a file."""
    from levee.cases import selectors, services
    from levee.cases.rules.threads import Audience

    seats = {each.party: each.id for each in selectors.participants(owner, case)}
    threads = [selectors.threads(owner, case)[0].id]
    share = max(1, len(parties) // THREADS)
    for number in range(THREADS):
        some = parties[number * share : (number + 1) * share] or parties[:1]
        threads.append(
            services.open_thread(
                owner,
                case,
                audience=Audience.PRODUCT,
                subject=f"Widget {number}",
                product=f"Widget {number}",
                participants=[seats[each.party] for each in some],
            )
        )
    each = messages // (len(parties) + THREADS)
    for number, writer in enumerate(parties):
        written(writer, case, threads[0], 2 + number * each, each)
    for thread in threads[1:]:
        written(owner, case, thread, 1, each)
    written(owner, case, threads[0], 2 + len(parties) * each, messages - each * (len(parties) + THREADS))
    return threads


def written(writer: Actor, case: UUID, thread: UUID, first: int, count: int) -> None:
    """Messages from a number on, with their files."""
    from levee.cases.models import Attachment, Message
    from levee.platform.database.acting import acting
    from levee.platform.ports import blobs

    with acting(writer) as act:
        at = {"case": case, "thread": thread, "party": writer.party, "at": act.now}
        made = [
            Message(id=act.new_id(), number=number, author="A", text=text(number), **at)
            for number in range(first, first + count)
        ]
        Message.unscoped.bulk_create(made)
        with_file = made[1::2] if first % 2 else made[::2]
        for message in with_file:
            data = f"{message.id} ".encode() * 100
            kept, address = blobs().put(data, holder=writer.party), blobs().address(data, holder=writer.party)
            name = f"log-{message.number}.txt"
            Attachment.unscoped.bulk_create(
                [
                    Attachment(
                        id=act.new_id(),
                        message=message.id,
                        name=name,
                        size=kept.size,
                        blob=kept.id,
                        address=address,
                        **at,
                    )
                ]
            )


def text(number: int) -> str:
    """Some sixty words, of which one is in every message."""
    return f"{number} patch " + " ".join(WORDS[(number + each) % len(WORDS)] for each in range(5)) + "\nwords" * 50


if __name__ == "__main__":
    given = [each for each in sys.argv[1:] if each != "--small"]
    main(int(given[0]) if given else 40, 0.1 if "--small" in sys.argv else 1)
