from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from levee.access.scopes import NOTHING, subjects
from levee.ledger.models import Log
from levee.policy.actors import Capacity, OrganisationKind, PrincipalKind, Role

if TYPE_CHECKING:
    from levee.policy.actors import Actor

PARTICIPANTS = (Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.OBSERVER)


def logs(actor: Actor) -> Q:
    """The public log, the own organisation's, those of cases taken part in; to auditors, every log's proofs."""
    if audits(actor):
        return Q()
    return readable(actor)


def readable(actor: Actor) -> Q:
    """Logs whose fields the actor may read, which to an auditor are no more than to anyone of its organisation."""
    if not actor.live:
        return Q(kind="public")
    return (
        Q(kind="public")
        | Q(kind="organisation", key=actor.party)
        | Q(kind="case", key__in=subjects(actor, *PARTICIPANTS))
    )


def entries(actor: Actor) -> Q:
    """Entries of the logs that the actor sees."""
    return Q(log__in=Log.unscoped.filter(logs(actor)).values("id"))


def openings(actor: Actor) -> Q:
    """Openings of entries of the logs whose fields the actor may read."""
    return Q(log__in=Log.unscoped.filter(readable(actor)).values("id"))


def internal(actor: Actor) -> Q:
    """The internal log and what opens the hours' commitments, for auditors alone."""
    return Q() if audits(actor) else NOTHING


def audits(actor: Actor) -> bool:
    """Whether the actor is a live person who audits the clearinghouse."""
    return (
        actor.live
        and actor.kind is PrincipalKind.PERSON
        and actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
        and Role.AUDITOR in actor.roles
    )
