from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, granted, own, sight
from levee.access.selectors import clearinghouse
from levee.cases.models import Case
from levee.policy.actors import Capacity, OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from levee.policy.actors import Actor

PARTIES = (Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.OBSERVER)


def cases(actor: Actor) -> Q:
    """Cases that the actor's party takes part in."""
    return granted(actor, "id", *PARTIES)


def cases_as(actor: Actor, *capacities: Capacity) -> Q:
    """Those of the cases in which the actor's party takes part in one of these capacities."""
    return granted(actor, "id", *capacities)


def of_cases(actor: Actor) -> Q:
    """Rows that belong to those cases: reports, participants."""
    return granted(actor, "case", *PARTIES)


def successions(actor: Actor) -> Q:
    """Which case went on in which, of those that the actor's party takes part in one of."""
    return granted(actor, "before", *PARTIES) | granted(actor, "after", *PARTIES)


def threads(actor: Actor) -> Q:
    """Threads that the actor's party was let in to."""
    return granted(actor, "id", *PARTIES)


def messages(actor: Actor) -> Q:
    """Messages of those threads."""
    return granted(actor, "thread", *PARTIES)


def attachments(actor: Actor) -> Q:
    """Files beside those messages; for people and agents, and for no run."""
    return messages(actor) if actor.kind is not PrincipalKind.SERVICE else NOTHING


def positions(actor: Actor) -> Q:
    """How far the actor itself has read in the threads that its party was let in to."""
    return messages(actor) & Q(principal=actor.id) if actor.kind is not PrincipalKind.SERVICE else NOTHING


def filters(actor: Actor) -> Q:
    """Filters of the list of cases that the actor itself keeps."""
    return Q(principal=actor.id) if sight(actor) and actor.kind is not PrincipalKind.SERVICE else NOTHING


def reminders(actor: Actor) -> Q:
    """Reminders that went to the actor's own organisation, of cases that it takes part in."""
    return of_cases(actor) & Q(organisation=actor.party)


def changes(actor: Actor) -> Q:
    """What changed in the cases, and in the threads of them, that the actor's party was let in to; clocks, its own."""
    return granted(actor, "subject", *PARTIES) & (~Q(what="clock") | Q(by=actor.party))


def webhooks(actor: Actor) -> Q:
    """Webhooks of the actor's own organisation, and the calls that are made to them."""
    return own(actor, "organisation")


def channels(actor: Actor) -> Q:
    """Access to private channels: the clearinghouse's own people and runs see it."""
    of_the_house = actor.kind is PrincipalKind.SERVICE or actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    return own(actor, "house") if of_the_house else NOTHING


def bridges(actor: Actor) -> Q:
    """Reports at private channels: seen by the case's owner, and by its runs."""
    return granted(actor, "case", Capacity.OWNER)


def arrivals(actor: Actor) -> Q:
    """Letters that came by mail: read by the case's owner, and by its runs."""
    return granted(actor, "case", Capacity.OWNER)


def outcomes(actor: Actor) -> Q:
    """What is proposed about silent vendors: read by the people of the case's owner."""
    return granted(actor, "case", Capacity.OWNER) if actor.kind is not PrincipalKind.SERVICE else NOTHING


def contacts(actor: Actor) -> Q:
    """Ways in for those without an account: seen by the people of the case's owner alone, and by no run."""
    return granted(actor, "case", Capacity.OWNER) if actor.kind is not PrincipalKind.SERVICE else NOTHING


def turns(actor: Actor) -> Q:
    """What waits for its turn: seen by coordinators of the case's owner, and by its runs."""
    sees = actor.kind is PrincipalKind.SERVICE or Role.COORDINATOR in actor.roles
    return granted(actor, "case", Capacity.OWNER) if sees else NOTHING


def upkeep(actor: Actor) -> Q:
    """What the actor's own organisation makes and ships; the clearinghouse sees that of all."""
    return Q() if _of_the_house(actor) else own(actor, "organisation")


def policies(actor: Actor) -> Q:
    """Policies of the actor's own organisation, and those of cases that it takes part in; to the clearinghouse, all."""
    if _of_the_house(actor):
        return Q()
    return own(actor, "organisation") | Q(id__in=Case.unscoped.filter(cases(actor)).values("policy"))


def _of_the_house(actor: Actor) -> bool:
    return sight(actor) and actor.party == clearinghouse()
