"""Jobs: advisories and signals that feeds brought, from their batch to the operators whom they concern."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, cast
from uuid import uuid5

from levee.exposure import services
from levee.exposure.tasks import MATCH_ALL, learn_many_and_spread
from levee.exposure.types import KnownAdvisory, Source
from levee.feeds import selectors as feeds
from levee.feeds.types import Kind
from levee.formats.csaf_read import csaf_records
from levee.formats.vex import csaf_statements
from levee.kernel.errors import LeveeError
from levee.platform.database.acting import acting, current_act
from levee.platform.jobs import AFTER_ALL_ELSE, enqueue, enqueue_each

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from levee.feeds.events import CatalogueGone, CatalogueHeld, RecordsChanged, SignalsChanged
    from levee.feeds.types import Record
    from levee.formats.strict_json import Json
    from levee.formats.vex import Statement
    from levee.policy.actors import Actor

LEARN_BATCH = "exposure.learn_batch"
HEED = "exposure.heed"
HEED_ALL = "exposure.heed_all"
MATCH_BATCH = "exposure.match_batch"
A_FLOOD = 2000
"""Changed signals of so many vulnerabilities are a new score for everything; a new listing must not wait behind it."""


def on_records_changed(event: RecordsChanged) -> None:
    """The handler of changed advisories: learn them in a job of the clearinghouse."""
    act = current_act()
    enqueue(act, LEARN_BATCH, subject=event.subject, party=act.actor.party)


def on_signals_changed(event: SignalsChanged) -> None:
    """The handler of changed signals: find whom they concern in a job of the clearinghouse."""
    act = current_act()
    enqueue(act, HEED, subject=event.subject, party=act.actor.party)


def on_catalogue_changed(event: CatalogueHeld | CatalogueGone) -> None:
    """The handler of a catalogue that is new or gone: what it does not list is a no from now on, or no longer one."""
    act = current_act()
    enqueue(act, HEED_ALL, subject=event.subject, party=act.actor.party)


def heed_all(actor: Actor, _feed: UUID) -> None:
    """The handler of `HEED_ALL`: let every operator with a match be matched by a run of its own."""
    with acting(actor) as act:
        enqueue_each(act, MATCH_ALL, [(operator, operator) for operator in services.standing(actor)])


def learn_batch(actor: Actor, batch: UUID) -> None:
    """The handler of `LEARN_BATCH`: note the advisories of a batch, and let operators be matched."""
    learn_records(actor, feeds.changed_records(actor, batch))


def learn_records(actor: Actor, records: Sequence[Record]) -> None:
    """Note advisories of feeds, and that what a document held before and no longer does is withdrawn."""
    found = [advisory for each in records for advisory in known(each)]
    with acting(actor):
        learn_many_and_spread(actor, [*found, *services.vanished(actor, found)])


def known(record: Record) -> Sequence[KnownAdvisory]:
    """As exposure knows it; what a feed no longer holds counts as withdrawn.

    A CSAF document is one advisory for each of its vulnerabilities, under a key that every revision gives it again.
    """
    withdrawn = {"withdrawn": record.gone_at.isoformat()} if record.gone_at else {}
    source = Source(name=record.title, place=record.feed, batch=str(record.batch), digest=record.digest)
    if record.kind is Kind.OSV:
        osv = {**record.document, **withdrawn}
        return [KnownAdvisory(id=record.id, osv=osv, source=source, removed=record.removed)]
    if record.kind is not Kind.CSAF:
        return []
    document = cast("Mapping[str, Json]", record.document)
    try:
        parts = csaf_records(document)
    except LeveeError:  # learning refuses it by its name, and goes on; what was known of it stands
        return [KnownAdvisory(id=record.id, osv={"id": record.name})]
    said = {} if record.gone_at else _said(document)
    return [
        KnownAdvisory(
            id=uuid5(record.id, next(iter(each["aliases"]), str(number))),
            osv={**each, **withdrawn},
            statements=said.get(number, ()),
            document=record.id,
            source=source,
            removed=record.removed,
        )
        for number, each in enumerate(parts)
    ]


def _said(document: Mapping[str, Json]) -> Mapping[int, Sequence[Statement]]:
    """What a CSAF document states, by the number of the vulnerability; nothing where nobody can be held to it."""
    try:
        statements = csaf_statements(document).statements
    except LeveeError:
        return {}
    said: dict[int, list[Statement]] = defaultdict(list)
    for each in statements:
        if not each.apart:  # what it is a part of is not named so that an inventory could show it
            said[int(each.place.split("/")[2])].append(each)
    return said


def heed(actor: Actor, batch: UUID) -> None:
    """The handler of `HEED`: let every operator that a batch of signals concerns be matched by a run of its own."""
    with acting(actor) as act:
        vulnerabilities = feeds.changed_vulnerabilities(actor, batch)
        priority = AFTER_ALL_ELSE if len(vulnerabilities) > A_FLOOD else 0
        concerned = services.concerned(actor, vulnerabilities)
        enqueue_each(act, MATCH_BATCH, [(operator, batch) for operator in concerned], priority=priority)


def match_batch(actor: Actor, batch: UUID) -> None:
    """The handler of `MATCH_BATCH`: one operator against what a batch of signals says."""
    with acting(actor):
        services.match_vulnerabilities(actor, feeds.changed_vulnerabilities(actor, batch))
