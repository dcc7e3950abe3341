from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Contact, Participant
from levee.cases.rules.embargo import Consent
from levee.cases.services.opening import seat
from levee.cases.services.rows import case_for, keep_hidden_of
from levee.identity.services import add_maintainer
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.kernel.hashing import sha256
from levee.kernel.ids import ALPHABET, public_id
from levee.ledger.services import record
from levee.notify.services import queue
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

CODE_LASTS = timedelta(hours=72)
CODE_LENGTH = 10
TRIES = 5


def invite(actor: Actor, case: UUID, *, party: UUID, name: str, because: str) -> UUID:
    """Let a member organisation in as vendor of the flawed code, by recorded decision and without waiting for consent.

    Args:
        actor: a coordinator of the case.
        case: the case.
        party: the vendor's organisation.
        name: what the case calls it.
        because: why it must know; recorded.

    Returns:
        The participant's key.

    Raises:
        Conflict: it takes part already. BadInput: no reason is given.
    """
    with acting(actor) as act:
        participant = _seat_vendor(act, case, party, name, because)
    return participant.id


def _seat_vendor(act: Act, case: UUID, party: UUID, name: str, because: str) -> Participant:
    demand(act, Action.CASE_INVITE, subject=case)
    if not because.strip():
        raise BadInput("say why this party must know", place="because")
    row = case_for(act, case)
    keep_hidden_of(act, case, because=because)
    if Participant.unscoped.filter(case=case, party=party).exists():
        raise Conflict("this party takes part already", code="participant.known")
    participant = seat(act, row, party, name, Capacity.VENDOR, Consent.SIGNATORY)
    record(
        act,
        log=("case", case),
        verb=Action.CASE_INVITE,
        subject=participant.id,
        fields={"because": because.strip(), "capacity": Capacity.VENDOR},
    )
    return participant


def invite_maintainer(actor: Actor, case: UUID, *, name: str, address: str, because: str) -> str:
    """Let a maintainer in who has no account: a letter with a locator and a one-time code goes to the address.

    Args:
        actor: a coordinator of the case.
        case: the case.
        name: the project or maintainer, as the case calls it.
        address: its e-mail address.
        because: why it must know; recorded.

    Returns:
        The locator, which is no secret.
    """
    if not name.strip() or "@" not in address:
        raise BadInput("a maintainer has a name and an e-mail address", place="address")
    with acting(actor) as act:
        demand(act, Action.CASE_INVITE, subject=case)
        member = add_maintainer(act, name=name.strip(), address=address)
        participant = _seat_vendor(act, case, member.organisation, member.name, because)
        return _send_link(act, case, participant=participant.id, principal=member.id, address=address)


def new_link(actor: Actor, case: UUID, *, participant: UUID) -> str:
    """Send a maintainer without an account a new letter; the link before it ends.

    Args:
        actor: a coordinator of the case.
        case: the case.
        participant: one that was let in by a link.

    Returns:
        The new locator.

    Raises:
        NotFound: there is no such participant, or it never had a link.
    """
    with acting(actor) as act:
        demand(act, Action.CASE_INVITE, subject=case)
        links = Contact.unscoped.filter(scopes.contacts(actor), case=case, participant=participant)
        before = links.first()
        if before is None:
            raise NotFound("nobody was let in by a link here")
        links.filter(ended_at=None).update(ended_at=act.now)
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=participant, fields={"link": "new"})
        return _send_link(act, case, participant=participant, principal=before.principal, address=before.address)


def _send_link(act: Act, case: UUID, *, participant: UUID, principal: UUID, address: str) -> str:
    code, digest = fresh_code()
    contact = Contact(
        id=act.new_id(),
        case=case,
        participant=participant,
        principal=principal,
        address=address,
        code_digest=digest,
        code_until=act.now + CODE_LASTS,
        tries_left=TRIES,
    )
    Contact.unscoped.bulk_create([contact])
    locator = locator_of(contact.id)
    queue(act, address=address, locator=locator, code=code)
    return locator


def fresh_code() -> tuple[str, bytes]:
    """A code of ten characters (50 random bits) and the digest that is kept of it."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return code, digest_of(code)


def digest_of(code: str) -> bytes:
    """The digest of a code as typed: case and blanks do not matter."""
    return sha256(_plain(code).encode())


def could_be_code(code: str) -> bool:
    """Whether it has the shape of a code; what has not is no try."""
    return len(_plain(code)) == CODE_LENGTH and set(_plain(code)) <= set(ALPHABET)


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def locator_of(contact: UUID) -> str:
    """The address of the page where the code is typed."""
    return f"{settings().site}/contact/{public_id('CON', contact)}/"
