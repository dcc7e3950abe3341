from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories import scopes
from levee.advisories.events import AdvisoryPublished
from levee.advisories.models import Advisory, Published, PublishedKey
from levee.advisories.types import State
from levee.ledger.services import record
from levee.ledger.types import PUBLIC
from levee.platform.database.acting import acting
from levee.platform.ports import openpgp
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

PUBLISH = "advisories.publish"


def show(actor: Actor, advisory: UUID) -> None:
    """Sign an advisory and put it into the public schema. Job; safe to run twice.

    Args:
        actor: a service of the clearinghouse.
        advisory: one that was decided on.
    """
    with acting(actor) as act:
        row = Advisory.unscoped.filter(scopes.visible(actor), id=advisory).select_for_update().first()
        if row is None or row.state == State.PUBLISHED:
            return
        signer = openpgp()
        PublishedKey.everyone.update_or_create(
            fingerprint=signer.fingerprint,
            defaults={"certificate": signer.public_certificate()},
            create_defaults={"certificate": signer.public_certificate(), "since": act.now},
        )
        Published.everyone.create(
            id=row.id,
            name=row.name,
            title=row.title,
            summary=row.summary,
            published_at=row.decided_at,
            modified_at=row.decided_at,
            revision=1,
            osv=row.osv,
            osv_signature=signer.sign_detached(row.osv.encode()),
            csaf=row.csaf,
            csaf_signature=signer.sign_detached(row.csaf.encode()),
        )
        Advisory.unscoped.filter(id=row.id).update(state=State.PUBLISHED, published_at=act.now)
        record(act, log=PUBLIC, verb=Action.ADVISORY_PUBLISH, subject=row.id, fields={"name": row.name})
        act.announce(AdvisoryPublished(subject=row.id))
