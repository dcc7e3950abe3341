from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.clustering import scopes
from levee.clustering.models import Offer
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor
    from levee.validation.types import Change


def offer_fix(actor: Actor, cluster: UUID, *, fix: UUID, provider: UUID, change: Change) -> None:
    """Take a fix that was verified to level 3 as evidence about other clusters of the same target.

    Args:
        actor: a service of the clearinghouse.
        cluster: whose fix it is.
        fix: its key; offering it again changes nothing.
        provider: the organisation that wrote it.
        change: the patch or upgrade.
    """
    with acting(actor) as act:
        demand(act, Action.CLUSTER_JOIN, subject=cluster)
        if Offer.unscoped.filter(scopes.of_clusters(actor), cluster=cluster, fix=fix).exists():
            return
        kept = blobs().put(change.patch, holder=actor.party) if change.patch else None
        Offer.unscoped.bulk_create(
            [
                Offer(
                    id=act.new_id(),
                    cluster=cluster,
                    fix=fix,
                    provider=provider,
                    patch=kept.id if kept else None,
                    patch_size=kept.size if kept else 0,
                    upgrade=change.upgrade,
                    since=act.now,
                )
            ]
        )
