from __future__ import annotations

from typing import TYPE_CHECKING

from levee.cases import keeping, scopes
from levee.cases.course.taking_part import invited_anew
from levee.cases.models import Contact, Participant, Turn
from levee.cases.projects.sharing import Label, label_of
from levee.cases.projects.told import check_told
from levee.cases.services.course import course_of
from levee.cases.services.impartial import decide
from levee.cases.services.links import end_links, send_link
from levee.cases.services.rows import case_for, keep_hidden_of, state_of, take_part, world_of
from levee.cases.services.turns import ask
from levee.identity.selectors import organisation
from levee.identity.services import add_maintainer, add_maintainer_anew
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.models import Case
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor


def invite(actor: Actor, case: UUID, *, party: UUID, name: str, because: str) -> UUID | None:
    """Let a member organisation in as vendor of the flawed code, by recorded decision and without waiting for consent.

    Where its project takes so many new items a week, or in a certain form, it waits for its turn.

    Args:
        actor: a coordinator of the case.
        case: the case.
        party: the vendor's organisation.
        name: what the case calls it.
        because: why it must know; recorded.

    Returns:
        The participant's key; None where it waits.

    Raises:
        Conflict: it takes part already, or waits. BadInput: no reason is given. NotFound: no such organisation.
        AgainstRules: it only runs software, and the flaw is not public.
    """
    with acting(actor) as act:
        row = _may_invite(act, case, because)
        check_told(
            organisation(actor, party).kind,
            keeping.kept(act, row.project, party),
            public=label_of(state_of(row, act.now), world_of(row)) is Label.CLEAR,
        )
        return ask(act, row, _turn(act, row, party, name=name, because=because)).participant


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
        member = add_maintainer(act, name=name.strip(), address=address)
        turn = _turn(act, row, member.organisation, name=member.name, because=because)
        turn.principal, turn.address = member.id, address
        return ask(act, row, turn).locator


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
