"""What stands behind a publication: what it says, whether it may go out, and its row once it does."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

from levee.access.selectors import capacity, clearinghouse
from levee.advisories import scopes
from levee.advisories.models import Advisory, Publication
from levee.advisories.services.showing import PUBLISH
from levee.advisories.types import Draft, State
from levee.advisories.weaknesses import title_of
from levee.advisories.writing import content_of, outputs
from levee.cases.rules.facts import Event
from levee.cases.selectors import findings as findings_of
from levee.cases.selectors import get as case_of
from levee.cases.services import impartial, published
from levee.clustering.selectors import cluster as cluster_of
from levee.findings.services import forward, keep_hidden
from levee.findings.types import Purpose
from levee.formats.advisory import Publisher
from levee.house.selectors import looked_at
from levee.identity.selectors import organisation
from levee.kernel.errors import AgainstRules, Conflict, Forbidden
from levee.kernel.hashing import canonical_json, sha256
from levee.kernel.ids import ALPHABET
from levee.ledger.services import record
from levee.platform.jobs import enqueue
from levee.policy.actions import Action
from levee.policy.actors import Capacity, OrganisationKind
from levee.settings import settings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act

NAME_LENGTH = 8
OUT = {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC}


def may_go_out(act: Act, action: Action, case: UUID, *, beside: UUID | None = None) -> None:
    """Refuse what would go out of a case unless a coordinator of the clearinghouse decides it, impartially.

    Raises:
        NotFound, AgainstRules: as `impartial`. Forbidden: the same; a member that owns the case is told what it can do.
    """
    try:
        impartial(act, action, case, beside=beside)
    except Forbidden as refused:
        house = act.actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
        if house or capacity(act, case) is not Capacity.OWNER:
            raise
        raise Forbidden(
            "what goes out goes out in the name of the clearinghouse: its coordinators alone decide it",
            code="advisory.by_the_house",
            advice="hand it to the clearinghouse, or let the clearinghouse in and ask it",
        ) from refused


class Written(NamedTuple):
    """Both documents as they would go out at an instant."""

    title: str
    summary: str
    osv: str
    csaf: str

    @property
    def digest(self) -> str:
        """SHA-256 of the OSV document followed by the CSAF document, as 64 hexadecimal digits."""
        return sha256(self.osv.encode() + self.csaf.encode()).hex()


def new_name(act: Act) -> str:
    """A random name of the year, which tells nothing of how many there are."""
    return f"LVE-{act.now.year}-{''.join(secrets.choice(ALPHABET) for _ in range(NAME_LENGTH))}"


def write(act: Act, draft: Draft, *, name: str, at: datetime) -> Written:
    """Both documents, validated; BadInput names the field that cannot stand."""
    house = organisation(act.actor, act.actor.party)
    publisher = Publisher(name=house.name, namespace=settings().public_site)
    content = content_of(draft, name=name, publisher=publisher, at=at, weakness=title_of(draft.cwe))
    osv, csaf = outputs(content)
    return Written(content.title, content.summary, osv.decode(), csaf.decode())


def check(act: Act, case: UUID, draft: Draft) -> None:
    """Refuse what is out already, what repeats hidden words, and a cause that none of its finders lets be published."""
    if Advisory.unscoped.filter(scopes.visible(act.actor), case=case).exists():
        raise Conflict("this case has its advisory already", code="advisory.exists")
    cluster = case_of(act.actor, case).cluster
    grouped = cluster_of(act.actor, cluster).findings if cluster else ()
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


def is_out(act: Act, case: UUID) -> bool:
    """Whether it is on record that the flaw, or an exploit, is public."""
    return bool(OUT & {*case_of(act.actor, case).world})


def in_time(act: Act, case: UUID, urgent: str) -> str:
    """Why a publication does not wait for the next time that the house publishes in; empty where it need not say.

    Raises:
        AgainstRules: the house publishes nothing now, and nobody says why this may not wait.
    """
    looked = looked_at(act, act.now)
    if looked.closed is None or is_out(act, case):
        return ""
    if not urgent.strip():
        opens = f"publish from {looked.opens:%Y-%m-%d %H:%M} UTC on" if looked.opens else "open the house's calendar"
        raise AgainstRules(
            f"the house publishes nothing now: {looked.closed.says} ({looked.closed.because})",
            code="house.closed",
            place="urgent",
            advice=f"{opens}, or say why this may not wait",
        )
    return urgent.strip()


def asked(act: Act, case: UUID, draft: Draft) -> Publication:
    """The row of what the actor would publish, with its text as it stands now; not kept yet."""
    name = new_name(act)
    written = write(act, draft, name=name, at=act.now)
    return Publication(
        id=act.new_id(),
        case=case,
        name=name,
        draft=canonical_json(asdict(draft)).decode(),
        osv=written.osv,
        csaf=written.csaf,
        digest=written.digest,
        asked_by=act.actor.id,
        asked_at=act.now,
    )


def draft_in(row: Publication) -> Draft:
    """What was written, read back."""
    fields = json.loads(row.draft)
    return Draft(**{**fields, "credits": tuple(fields["credits"])})


def go_out(act: Act, row: Publication) -> UUID:
    """Put what was decided on record: the advisory is signed and shown by the worker in a moment."""
    written = write(act, draft_in(row), name=row.name, at=act.now)
    advisory = Advisory(
        id=act.new_id(),
        case=row.case,
        name=row.name,
        title=written.title,
        summary=written.summary,
        osv=written.osv,
        csaf=written.csaf,
        state=State.PUBLISHING,
        decided_at=act.now,
    )
    Advisory.unscoped.bulk_create([advisory])
    published(act.actor, row.case, advisory=row.name)
    fields = {"name": row.name, "digest": row.digest, "by": row.alone or "two", "urgent": row.urgent}
    record(act, log=("case", row.case), verb=Action.ADVISORY_PUBLISH, subject=advisory.id, fields=fields)
    enqueue(act, PUBLISH, subject=advisory.id, party=clearinghouse())
    return advisory.id


def note(act: Act, row: Publication, does: str, **fields: str) -> None:
    """Write into the log of the case what somebody did about its publication."""
    told = {"does": does, "digest": row.digest, **fields}
    record(act, log=("case", row.case), verb=Action.ADVISORY_PUBLISH, subject=row.id, fields=told)
