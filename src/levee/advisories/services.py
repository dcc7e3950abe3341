from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.advisories import scopes
from levee.advisories.events import AdvisoryPublished
from levee.advisories.models import Advisory, Published, PublishedKey
from levee.advisories.types import State
from levee.advisories.weaknesses import title_of
from levee.advisories.writing import content_of, outputs
from levee.cases.selectors import findings as findings_of
from levee.cases.selectors import get as case_of
from levee.cases.services import published
from levee.clustering.selectors import cluster as cluster_of
from levee.findings.services import forward, keep_hidden
from levee.findings.types import Purpose
from levee.formats.advisory import Publisher
from levee.identity.selectors import organisation
from levee.kernel.errors import Conflict
from levee.kernel.ids import ALPHABET
from levee.ledger.services import record
from levee.ledger.types import PUBLIC
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.ports import openpgp
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.advisories.types import Draft
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

PUBLISH = "advisories.publish"
NAME_LENGTH = 8


def publish(actor: Actor, case: UUID, draft: Draft) -> UUID:
    """Decide to publish: the outputs are written and validated now, signed and shown by the worker in a moment.

    It is on record from now on that the flaw is public, and an embargo that still runs ends with it.

    Args:
        actor: a coordinator of the case.
        case: the case; one advisory each.
        draft: what to say.

    Returns:
        The advisory's key.

    Raises:
        BadInput: a field is wrong, or a validator finds fault with an output.
        Conflict: the case has its advisory already, or no finder of its cause lets it be published.
    """
    with acting(actor) as act:
        demand(act, Action.ADVISORY_PUBLISH, subject=case)
        if Advisory.unscoped.filter(scopes.visible(actor), case=case).exists():
            raise Conflict("this case has its advisory already", code="advisory.exists")
        _may_be_published(act, case, draft)
        row = _write(act, case, draft)
        published(actor, case, advisory=row.name)
        record(act, log=("case", case), verb=Action.ADVISORY_PUBLISH, subject=row.id, fields={"name": row.name})
        enqueue(act, PUBLISH, subject=row.id, party=clearinghouse())
    return row.id


def _may_be_published(act: Act, case: UUID, draft: Draft) -> None:
    """A cause may be published when one of those who found it lets it be; what was hidden stays hidden in any case."""
    grouped = cluster_of(act.actor, case_of(act.actor, case).cluster).findings
    findings = {*findings_of(act.actor, case), *grouped}
    keep_hidden(
        act,
        findings,
        title=draft.title,
        summary=draft.summary,
        details=draft.details,
        package=draft.package,
        credits=", ".join(draft.credits),
    )
    forward(act, findings, purpose=Purpose.PUBLISH)


def _write(act: Act, case: UUID, draft: Draft) -> Advisory:
    house = organisation(act.actor, act.actor.party)
    name = f"LVE-{act.now.year}-{''.join(secrets.choice(ALPHABET) for _ in range(NAME_LENGTH))}"
    publisher = Publisher(name=house.name, namespace=settings().public_site)
    content = content_of(draft, name=name, publisher=publisher, at=act.now, weakness=title_of(draft.cwe))
    osv, csaf = outputs(content)
    row = Advisory(
        id=act.new_id(),
        case=case,
        name=name,
        title=content.title,
        summary=content.summary,
        osv=osv.decode(),
        csaf=csaf.decode(),
        state=State.PUBLISHING,
        decided_at=act.now,
    )
    Advisory.unscoped.bulk_create([row])
    return row


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
