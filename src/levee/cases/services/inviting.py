from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.course.taking_part import invited_anew, let_in
from levee.cases.models import Contact, Participant
from levee.cases.rules.embargo import Consent, Embargo
from levee.cases.services.codes import CODE_LASTS, TRIES, digest_of, fresh_code
from levee.cases.services.course import course_of
from levee.cases.services.links import close_at_end, end_links
from levee.cases.services.opening import seat
from levee.cases.services.rows import case_for, keep_hidden_of, state_of, take_part
from levee.identity.services import add_maintainer, add_maintainer_anew
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.kernel.ids import public_id
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
        participant = _seat_vendor(act, case, party, name, because, Consent.SIGNATORY)
    return participant.id


def _seat_vendor(  # noqa: PLR0917 - a seat has these
    act: Act, case: UUID, party: UUID, name: str, because: str, consent: Consent
) -> Participant:
    take_part(act, case)
    demand(act, Action.CASE_INVITE, subject=case)
    if not because.strip():
        raise BadInput("say why this party must know", place="because")
    row = case_for(act, case)
    keep_hidden_of(act, case, because=because)
    if Participant.unscoped.filter(case=case, party=party).exists():
        raise Conflict("this party takes part already", code="participant.known")
    participant = seat(act, row, party, name, Capacity.VENDOR, consent)
    course = course_of(act, case, alone=True)
    course.add(act, let_in(course.standing, participant.id, course.seat_of(act.actor.party), consent, act.now))
    record(
        act,
        log=("case", case),
        verb=Action.CASE_INVITE,
        subject=participant.id,
        fields={"because": because.strip(), "capacity": Capacity.VENDOR},
    )
    return participant


def invite_maintainer(actor: Actor, case: UUID, *, name: str, address: str, because: str) -> str:
    """Invite a maintainer who has no account: a letter with a locator and a one-time code goes to the address.

    It sees the terms of the embargo and nothing of the case until it has accepted them.

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
        participant = _seat_vendor(act, case, member.organisation, member.name, because, Consent.INVITED)
        return send_link(act, case, participant=participant.id, principal=member.id, address=address)


def new_link(actor: Actor, case: UUID, *, participant: UUID) -> str:
    """Send a maintainer without an account a new letter; the link before it ends, and all that came of it.

    Whoever came in by the old link is ended with every session, password, passkey and token; who comes in by the new
    one acts for the same party. May be sent after the embargo too, when every earlier link has ended.

    Args:
        actor: a coordinator of the case.
        case: the case.
        participant: one that was let in by a link.

    Returns:
        The new locator.

    Raises:
        NotFound: there is no such participant, it never had a link, or it asked to be forgotten.
    """
    with acting(actor) as act:
        take_part(act, case)
        demand(act, Action.CASE_INVITE, subject=case)
        links = Contact.unscoped.filter(scopes.contacts(actor), case=case, participant=participant)
        before = links.exclude(address="").order_by("-since").first()
        seated = Participant.unscoped.filter(scopes.of_cases(actor), id=participant).first()
        if before is None or seated is None:
            raise NotFound("nobody was let in by a link here")
        end_links(act, case, participant=participant)
        course = course_of(act, case, alone=True)
        course.add(act, invited_anew(course.standing, participant, course.seat_of(actor.party), act.now))
        member = add_maintainer_anew(act, organisation=seated.party, name=seated.name)
        record(act, log=("case", case), verb=Action.CASE_INVITE, subject=participant, fields={"link": "new"})
        return send_link(act, case, participant=participant, principal=member.id, address=before.address)


def send_link(act: Act, case: UUID, *, participant: UUID, principal: UUID, address: str) -> str:
    """Send a letter with a locator and a one-time code, as part of an act that may; returns the locator."""
    key, code = act.new_id(), fresh_code()
    contact = Contact(
        id=key,
        case=case,
        participant=participant,
        principal=principal,
        address=address,
        code_digest=digest_of(key, code),
        code_until=act.now + CODE_LASTS,
        tries_left=TRIES,
        since=act.now,
    )
    Contact.unscoped.bulk_create([contact])
    locator = locator_of(key)
    queue(act, address=address, locator=locator, code=code, answers_to=key)
    row = case_for(act, case)
    if state_of(row, act.now) is not Embargo.EXITED:
        close_at_end(act, row.id, row.embargo_end)
    return locator


def locator_of(contact: UUID) -> str:
    """The address of the page where the code is typed."""
    return f"{settings().site}/contact/{public_id('CON', contact)}/"
