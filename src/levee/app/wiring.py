"""Ports, events and jobs of one process, put in place once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories import services as advisories
from levee.advisories.events import AdvisoryPublished
from levee.advisories.selectors import by_key
from levee.alerts import planning
from levee.alerts import services as alerts
from levee.cases import services as cases
from levee.cases.events import CaseOpened, EmbargoEnded
from levee.clustering import services as clustering
from levee.clustering import tasks as clusters
from levee.clustering.events import ClusterFormed, ClusterGrew
from levee.exposure import feeding
from levee.exposure import tasks as exposure
from levee.exposure.events import (
    ExceptionEndsSoon,
    ForensicClockRanOut,
    ForensicsBegun,
    NewActions,
    PolicyChanged,
    StandDown,
    StatementsChanged,
)
from levee.exposure.types import KnownAdvisory, Source
from levee.feeds import tasks as feeds
from levee.feeds.events import CatalogueGone, CatalogueHeld, FeedAlarmed, RecordsChanged, SignalsChanged
from levee.findings.events import FindingReceived
from levee.fixes import selectors as fixes_of
from levee.fixes import services as fixes
from levee.fixes.events import FixChecked
from levee.house import services as house
from levee.house.services import alarm
from levee.identity.events import MemberLeaves
from levee.inventory import tasks as inventory
from levee.inventory.events import AssetStated, InventoryImported
from levee.kernel.clock import SystemClock
from levee.kernel.events import Events
from levee.kernel.ids import RandomIds
from levee.kernel.sides import Side
from levee.ledger.services import record_refusal
from levee.notify import services as notify
from levee.platform.arrivals import Spool
from levee.platform.blobs import FolderBlobs
from levee.platform.clock import FileClock
from levee.platform.database.acting import current_act
from levee.platform.database.roles import DbRole
from levee.platform.jobs import JobKind, enqueue, register
from levee.platform.mail import FolderMail, SmtpMail
from levee.platform.ports import Ports, install
from levee.platform.postman import FolderPost, Postman
from levee.platform.signing import OpenPgpSigner, StatementKey
from levee.validation import services as validation
from levee.validation import tasks as validating
from levee.validation.engine.proof import parse_proof
from levee.validation.events import VerdictReached

if TYPE_CHECKING:
    from uuid import UUID

    from levee.kernel.clock import Clock
    from levee.kernel.ids import Ids
    from levee.platform.mail import Mail
    from levee.platform.postman import Post
    from levee.policy.actors import Actor
    from levee.settings import Settings


def wire(chosen: Settings, role: DbRole = DbRole.WEB) -> None:
    """Put the ports in place and tell events and jobs their handlers.

    Args:
        chosen: the settings.
        role: what this process is; the public one gets no store and no key.
    """
    clock: Clock = FileClock(chosen.clock_file) if chosen.clock_file else SystemClock()
    ids = RandomIds()
    if role is DbRole.PUBLIC:
        install(Ports(clock=clock, ids=ids))
        return
    keys = chosen.data_folder / "keys"
    install(
        Ports(
            clock=clock,
            ids=ids,
            events=events(),
            on_refusal=record_refusal,
            check_proof=lambda proof: void(parse_proof(proof)),
            blobs=FolderBlobs(chosen.data_folder / "blobs", keys, ids=ids),
            mail=way_out(chosen, clock, ids),
            post=post(chosen),
            openpgp=OpenPgpSigner(keys / "openpgp"),
            statements=StatementKey(keys),
            arrivals=Spool(chosen.data_folder / "arrivals"),
            fetched=chosen.data_folder / "fetched",
        )
    )
    for kind in jobs():
        register(kind)


def void(_value: object) -> None:
    """A check is made for what it raises."""


def way_out(chosen: Settings, clock: Clock, ids: Ids) -> Mail:
    """The mail server, or the local outbox where there is none."""
    if chosen.smtp_url:
        return SmtpMail(url=chosen.smtp_url, sender=chosen.mail_from, clock=clock, ids=ids)
    return FolderMail(folder=chosen.data_folder / "outbox", sender=chosen.mail_from, clock=clock, ids=ids)


def post(chosen: Settings) -> Post:
    """The same for letters that come by the thousand, by a process that outlives this one."""
    if chosen.smtp_url:
        return Postman(folder=chosen.data_folder / "postman")
    return FolderPost(folder=chosen.data_folder / "outbox")


def events() -> Events:
    """Who hears of what: forward along the way of the data."""
    bus = Events()
    bus.wire(MemberLeaves, notify.forget, house.forget, validation.forget, cases.forget, fixes.forget)
    bus.wire(FindingReceived, validating.on_received)
    bus.wire(VerdictReached, clusters.on_verdict)
    bus.wire(ClusterFormed)
    bus.wire(ClusterGrew)
    bus.wire(FixChecked, look_at_turns)
    bus.wire(InventoryImported, exposure.on_inventory_imported)
    bus.wire(AssetStated, exposure.on_inventory_changed)
    bus.wire(NewActions, alerts.on_news)
    bus.wire(CaseOpened)
    bus.wire(EmbargoEnded)
    bus.wire(AdvisoryPublished, learn_of)
    bus.wire(RecordsChanged, feeding.on_records_changed)
    bus.wire(SignalsChanged, feeding.on_signals_changed)
    bus.wire(CatalogueHeld, feeding.on_catalogue_changed)
    bus.wire(CatalogueGone, feeding.on_catalogue_changed)
    bus.wire(FeedAlarmed, tell_of_feed)
    bus.wire(StandDown, alerts.on_news)
    bus.wire(PolicyChanged, exposure.on_policy_changed)
    bus.wire(StatementsChanged, exposure.on_statements_changed)
    bus.wire(ExceptionEndsSoon, tell_operator)
    bus.wire(ForensicsBegun, alerts.on_forensics)
    bus.wire(ForensicClockRanOut, alerts.on_forensics)
    return bus


def tell_operator(event: ExceptionEndsSoon) -> None:
    """An exception of an operator ends soon: one letter at the next tick."""
    notify.tell(current_act(), event.subject, page="/exceptions/")


def tell_of_feed(_event: FeedAlarmed) -> None:
    """A feed was kept out: a letter to whoever runs the house."""
    act = current_act()
    alarm(act, act.actor.party, page="/feeds/", side=Side.OPERATORS)


def learn_of(event: AdvisoryPublished) -> None:
    """A publication is matched against inventories, in a job of the operators' side that reads what was published."""
    act = current_act()
    enqueue(act, exposure.LEARN, subject=event.subject, party=act.actor.party)


def look_at_turns(event: FixChecked) -> None:
    """A fix was checked: a project that takes items with a fix alone may take this one now."""
    act = current_act()
    enqueue(act, cases.RELEASE, subject=fixes_of.get(act.actor, event.subject).case, party=act.actor.party)


def known(_actor: Actor, advisory: UUID) -> KnownAdvisory:
    """A publication, as exposure wants to know it."""
    osv = by_key(advisory).osv_document()
    return KnownAdvisory(id=advisory, osv=osv, source=Source(name="Published by this clearinghouse"))


def jobs() -> tuple[JobKind, ...]:
    """Every kind of job."""
    return (
        *(JobKind(name=name, handler=notify.deliver, on=side) for side, name in notify.DELIVER.items()),
        JobKind(name=validation.VALIDATE, handler=validation.validate, gave_up=validation.give_up, sandboxed=True),
        JobKind(name=clustering.PLACE, handler=clustering.place),
        JobKind(name=clustering.COMPARE, handler=clustering.compare, sandboxed=True),
        JobKind(name=cases.CLOSE_LINKS, handler=cases.close_links),
        JobKind(name=cases.WATCH_CLOCKS, handler=cases.watch_clocks, gave_up=cases.look_again),
        JobKind(name=cases.TAKE_MAIL, handler=cases.take_mail, gave_up=cases.could_not_take, sandboxed=True),
        JobKind(name=cases.REMIND, handler=cases.remind, gave_up=cases.look_again),
        JobKind(name=cases.RELEASE, handler=cases.release_with(fixes_of.verified), gave_up=cases.wait_on),
        JobKind(name=cases.TELL_MENTIONED, handler=cases.tell_mentioned),
        JobKind(name=cases.CROSS, handler=cases.cross, slow=True),
        JobKind(name=cases.CALL_WEBHOOK, handler=cases.call_webhook, slow=True),
        JobKind(name=fixes.VERIFY, handler=fixes.verify, gave_up=fixes.give_up, sandboxed=True),
        JobKind(name=advisories.PUBLISH, handler=advisories.show),
        JobKind(name=planning.WRITE, handler=planning.write),
        JobKind(name=feeds.PULL, handler=feeds.pull, gave_up=feeds.gave_up, slow=True),
        JobKind(name=feeds.TAKE, handler=feeds.take, slow=True),
        JobKind(name=feeds.STOP, handler=feeds.carry_out_stop),
        JobKind(name=feeds.START, handler=feeds.carry_out_start),
        JobKind(name=feeds.REMOVE, handler=feeds.carry_out_removal, slow=True),
        JobKind(name=feeding.LEARN_BATCH, handler=feeding.learn_batch),
        JobKind(name=feeding.HEED, handler=feeding.heed),
        JobKind(name=feeding.HEED_ALL, handler=feeding.heed_all),
        JobKind(name=feeding.MATCH_BATCH, handler=feeding.match_batch),
        JobKind(name=inventory.TAKE, handler=inventory.take, gave_up=inventory.gave_up, slow=True),
        JobKind(name=exposure.LEARN, handler=exposure.learn_from(known)),
        JobKind(name=exposure.MATCH, handler=exposure.match),
        JobKind(name=exposure.MATCH_INVENTORY, handler=exposure.match_inventory),
        JobKind(name=exposure.CLOCKS, handler=exposure.run_clocks),
        JobKind(name=exposure.MATCH_ALL, handler=exposure.match_all),
        JobKind(name=exposure.NEWER_TABLES, handler=exposure.newer_tables),
        JobKind(name=exposure.MATCH_STATEMENTS, handler=exposure.match_statements),
    )
