"""Jobs: learning what was published, and matching it operator by operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.exposure import services
from levee.exposure.priority.lifecycle import notice_at
from levee.inventory import selectors as inventory
from levee.platform.database.acting import acting, current_act
from levee.platform.jobs import enqueue, enqueue_each
from levee.platform.jobs.work import standing_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from levee.exposure.events import PolicyChanged, StatementsChanged
    from levee.exposure.types import KnownAdvisory, Learnt
    from levee.inventory.events import AssetStated, InventoryImported
    from levee.policy.actors import Actor

LEARN = "exposure.learn"
MATCH = "exposure.match"
MATCH_INVENTORY = "exposure.match_inventory"
CLOCKS = "exposure.clocks"
MATCH_ALL = "exposure.match_all"
NEWER_TABLES = "exposure.newer_tables"
MATCH_STATEMENTS = "exposure.match_statements"
MOST_DAYS = 100
"""Days on which something's support ends that an inventory is looked at again by itself; the next import finds more."""


def learn_from(published: Callable[[Actor, UUID], KnownAdvisory]) -> Callable[[Actor, UUID], None]:
    """The handler of `LEARN`: read what was published, note it, and put one run per touched operator into the queue.

    Args:
        published: reads a publication from the schema `published` by its key, as a run of the clearinghouse.
    """

    def learn(actor: Actor, advisory: UUID) -> None:
        learn_and_spread(actor, published(actor, advisory))

    return learn


def learn_and_spread(actor: Actor, advisory: KnownAdvisory) -> None:
    """Note an advisory and let every operator that it touches be matched by a run of its own.

    Args:
        actor: a run of the clearinghouse.
        advisory: as it is published now.
    """
    with acting(actor) as act:
        touched = services.learn(actor, advisory)
        enqueue_each(act, MATCH, [(operator, advisory.id) for operator in touched])


def learn_many_and_spread(actor: Actor, advisories: Iterable[KnownAdvisory]) -> Learnt:
    """Note many advisories and let every operator that they touch be matched by one run of its own.

    Args:
        actor: a run of the clearinghouse.
        advisories: as they are published now.
    """
    with acting(actor) as act:
        learnt = services.learn_many(actor, advisories)
        enqueue_each(act, MATCH_ALL, [(operator, operator) for operator in learnt.operators])
    return learnt


def match(actor: Actor, advisory: UUID) -> None:
    """The handler of `MATCH`: one operator against one advisory."""
    services.match_advisory(actor, advisory)


def match_inventory(actor: Actor, inventory: UUID) -> None:
    """The handler of `MATCH_INVENTORY`: one inventory against everything known."""
    services.match_inventory(actor, inventory)


def match_all(actor: Actor, _operator: UUID) -> None:
    """The handler of `MATCH_ALL`: one operator against everything known."""
    services.match_all(actor)


def on_inventory_changed(event: InventoryImported | AssetStated) -> None:
    """The handler of inventory events: match the inventory anew, in a job of the same operator."""
    act = current_act()
    enqueue(act, MATCH_INVENTORY, subject=event.subject, party=act.actor.party)


def on_inventory_imported(event: InventoryImported) -> None:
    """The handler of an import: match it now, and again when the end of something's support has come near."""
    on_inventory_changed(event)
    act = current_act()
    ahead = [at for day in inventory.support_ends(act.actor, event.subject) if (at := notice_at(day)) > act.now]
    for at in ahead[:MOST_DAYS]:
        enqueue(act, MATCH_INVENTORY, subject=event.subject, party=act.actor.party, delay=at - act.now)


def on_policy_changed(event: PolicyChanged) -> None:
    """The handler of other tables or assumptions: date everything of the operator anew, in a job of its own."""
    enqueue(current_act(), MATCH_ALL, subject=event.subject, party=event.subject)


def on_statements_changed(event: StatementsChanged) -> None:
    """The handler of other statements: match what they are about anew, in a job of the same operator."""
    act = current_act()
    enqueue(act, MATCH_STATEMENTS, subject=event.subject, party=act.actor.party)


def match_statements(actor: Actor, vex: UUID) -> None:
    """The handler of `MATCH_STATEMENTS`: one operator against what a document says, or said."""
    services.match_statements(actor, vex)


def follow_newer_tables() -> int:
    """Let every operator be dated anew whose dates an older edition of a shipped table gave: after an upgrade.

    For a process of the operators' side, as it begins; where all dates are of the present editions, it does nothing.

    Returns:
        How many operators that are.
    """
    with standing_run(NEWER_TABLES, party=clearinghouse()) as actor, acting(actor) as act:
        found = services.dated_by_older_tables(actor)
        enqueue_each(act, MATCH_ALL, [(operator, operator) for operator in found])
    return len(found)


def newer_tables(_actor: Actor, _run: UUID) -> None:
    """The handler of `NEWER_TABLES`, of which no queue holds one."""
    follow_newer_tables()


def run_clocks(actor: Actor, _operator: UUID) -> None:
    """The handler of `CLOCKS`: let everything of an operator happen whose time has come."""
    services.run_clocks(actor)
