from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.cases import keeping, lining, scopes
from levee.cases.course.taking_part import invited_anew
from levee.cases.models import Contact, Participant, Turn
from levee.cases.projects.sharing import Label, label_of
from levee.cases.projects.told import check_told
from levee.cases.rules.embargo import Consent
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.links import end_links, send_link
from levee.cases.services.rows import case_for, keep_hidden_of, state_of, take_part, world_of
from levee.cases.services.seating import take_seat
from levee.cases.services.succeeding import CASES, tell_offered
from levee.cases.services.turns import ask
from levee.identity.selectors import known_member, organisation
from levee.identity.services import add_maintainer, add_maintainer_anew
from levee.kernel.errors import AgainstRules, BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Capacity, OrganisationKind

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.models import Case
    from levee.identity.types import KnownMember, Organisation
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def invite(actor: Actor, case: UUID, *, party: UUID, because: str, name: str = "") -> UUID | None:
    """Let a member organisation in as vendor of the flawed code.

    The clearinghouse lets it in by recorded decision, without waiting for consent; where its project takes so many new
    items a week, or in a certain form, it waits for its turn. In a case of its own, a member offers others a part: they
    see the terms, and nothing else before they agree. The clearinghouse takes part there as an observer.

    Args:
        actor: a coordinator of the case's owner.
        case: the case.
        party: the vendor's organisation.
        because: why it must know; recorded.
        name: what the case calls it; by its own name where not given.

    Returns:
        The participant's key; None where it waits.

    Raises:
        Conflict: it takes part already, or waits. BadInput: no reason is given. NotFound: no such organisation.
        AgainstRules: it only runs software, and the flaw is not public; or a member offers a part to the people of a
            project that takes so many new items a week.
    """
    with acting(actor) as act:
        row = _may_invite(act, case, because)
        public = label_of(state_of(row, act.now), world_of(row)) is Label.CLEAR
        asked = _asked(actor, party)
        check_told(asked.kind, keeping.kept(act, row.project, party), public=public)
        turn = _turn(act, row, party, name=name or asked.name, because=because)
        return ask(act, row, turn).participant if _of_the_house(actor) else _offered(act, row, turn)


def _asked(actor: Actor, party: UUID) -> Organisation | KnownMember:
    if _of_the_house(actor):
        return organisation(actor, party)
    found = known_member(actor, party)
    if found is None:
        raise NotFound("there is no such member", place="organisation", advice="ask it for its number, ORG-…")
    return found


def _of_the_house(actor: Actor) -> bool:
    return actor.organisation_kind is OrganisationKind.CLEARINGHOUSE


def _offered(act: Act, case: Case, turn: Turn) -> UUID:
    """A member's case: whom it wants to take part is offered the terms first, and no project is asked too often."""
    house = turn.organisation == clearinghouse()
    if not house and lining.has_to_wait(act, case, turn.organisation):
        raise AgainstRules(
            "this project takes so many new items a week, or in a certain form, over all who find something",
            code="case.pacing",
            place="organisation",
            advice="hand the case to the clearinghouse, which lines it up",
        )
    seat = take_seat(
        act,
        case,
        turn.organisation,
        turn.name,
        turn.because,
        Consent.INVITED,
        capacity=Capacity.OBSERVER if house else Capacity.VENDOR,
    )
    tell_offered(act, turn.organisation, page=CASES)
    return seat


def invite_maintainer(actor: Actor, case: UUID, *, name: str, address: str, because: str) -> str | None:
    """Invite a maintainer who has no account: a letter with a locator and a one-time code goes to the address.

    It sees the terms of the embargo and nothing of the case until it has accepted them. Where its project takes so
    many new items a week, or in a certain form, the letter waits for its turn.

    Args:
        actor: a coordinator of the case.
        case: the case.
        name: the project or maintainer, as the case calls it.
        address: its e-mail address.
        because: why it must know; recorded.

    Returns:
        The locator, which is no secret; None where it waits.
    """
    if not name.strip() or "@" not in address:
        raise BadInput("a maintainer has a name and an e-mail address", place="address")
    with acting(actor) as act:
        row = _may_invite(act, case, because)
        by_the_house(actor)
        member = add_maintainer(act, name=name.strip(), address=address)
        turn = _turn(act, row, member.organisation, name=member.name, because=because)
        turn.principal, turn.address = member.id, address
        return ask(act, row, turn).locator


def by_the_house(actor: Actor) -> None:
    """Refuse a member that would write to somebody who has no account.

    Raises:
        AgainstRules: the clearinghouse alone does, so that a maintainer hears of flaws from one place, at its pace.
    """
    if not _of_the_house(actor):
        raise AgainstRules(
            "the clearinghouse alone writes to those without an account",
            code="case.by_the_house",
            place="address",
            advice="hand the case to the clearinghouse, or offer a part to a member",
        )


def _may_invite(act: Act, case: UUID, because: str) -> Case:
    take_part(act, case)
    decide(act, Action.CASE_INVITE, case)
    if not because.strip():
        raise BadInput("say why this party must know", place="because")
    row = case_for(act, case)
    keep_hidden_of(act, case, because=because)
    return row


def _turn(act: Act, case: Case, party: UUID, *, name: str, because: str) -> Turn:
    if Participant.unscoped.filter(scopes.of_cases(act.actor), case=case.id, party=party).exists():
        raise Conflict("this party takes part already", code="participant.known")
    waiting = Turn.unscoped.filter(
        scopes.turns(act.actor), case=case.id, organisation=party, released_at=None, withdrawn_at=None
    )
    if waiting.exists():
        raise Conflict("this party waits for its turn already", code="participant.waits")
    return Turn(
        id=act.new_id(),
        case=case.id,
        project=case.project,
        organisation=party,
        name=name,
        because=because.strip(),
        asked_at=act.now,
    )


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
        decide(act, Action.CASE_INVITE, case)
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
