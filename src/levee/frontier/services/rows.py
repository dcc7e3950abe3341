from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.frontier import scopes
from levee.frontier.agreements.signing import read_signed
from levee.frontier.course.machines import START, By, Part, Verb, after
from levee.frontier.models import Agreement, Enquiry, Partner, Release
from levee.kernel.errors import NotFound
from levee.ledger.services import record
from levee.notify.services import queue
from levee.platform.database.asking import ask
from levee.settings import settings

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.frontier.agreements.terms import Agreement as Terms
    from levee.frontier.course.machines import State
    from levee.platform.database.acting import Act
    from levee.policy.actions import Action

COLUMNS = (Part.AGREEMENT, Part.GRANT, Part.EVALUATION, Part.DETERMINATION, Part.DELETION)
"""The parts whose states stand in an agreement's own row."""


def held(act: Act, key: UUID, action: Action) -> Agreement:
    """An agreement of the actor's organisation, held until the act ends, with what the clock ended by now.

    Raises:
        NotFound: there is no such one. Forbidden: the actor may not do this.
    """
    demand(act, action, of=act.actor.party)
    row = Agreement.unscoped.filter(scopes.both_sides(act.actor), id=key).select_for_update().first()
    if row is None:
        raise NotFound("there is no such agreement")
    lapse(row, act.now)
    return row


def lapse(row: Agreement, now: datetime) -> None:
    """End in a row what the clock has ended."""
    over = row.agreement == "signed" and now >= row.ends
    if row.grant == "given" and (over or (row.grant_ends is not None and now >= row.grant_ends)):
        move(row, after(of_row(row), Verb.EXPIRE, By.CLOCK, Part.GRANT))
    if over:
        move(row, after(of_row(row), Verb.EXPIRE, By.CLOCK, Part.AGREEMENT))


def of_row(row: Agreement) -> dict[Part, str]:
    """The state as far as an agreement's own row says it."""
    return {**START, **{part: getattr(row, part.value) for part in COLUMNS}}


def standing(act: Act, row: Agreement, partner: Partner | None = None) -> dict[Part, str]:
    """The state as far as the actor's side can know it: a developer's enquiries and releases are its own."""
    state = of_row(row)
    if partner is not None:
        state[Part.PARTNER] = partner.state
    asked = Enquiry.unscoped.filter(scopes.enquiries(act.actor), developer=row.developer, model=row.model)
    newest = asked.order_by("-asked_at", "-id").first()
    if newest is not None:
        state[Part.ENQUIRY] = enquiry_state(newest)
    if Release.unscoped.filter(scopes.releases(act.actor), developer=row.developer, model=row.model).exists():
        state[Part.RELEASE] = "released"
    return state


def enquiry_state(row: Enquiry) -> str:
    """Where an enquiry stands."""
    return "asked" if row.answered_at is None else "answered"


def side_of(act: Act, row: Agreement | Partner) -> By:
    """Which side the actor is on."""
    return By.DEVELOPER if row.developer == act.actor.party else By.EVALUATOR


def take(act: Act, row: Agreement, verb: Verb, part: Part, *, to: str | None = None) -> None:
    """Take a step of the table in a row, for the actor's side; `to` says where, of a verb that leads to several.

    Raises:
        AgainstRules: that side does not take it from there.
    """
    move(row, after(standing(act, row), verb, side_of(act, row), part, to=to))


def move(row: Agreement, state: State) -> None:
    """Write a state into a row."""
    for part in COLUMNS:
        setattr(row, part.value, state[part])


def terms_of(row: Agreement) -> Terms:
    """What the agreement says."""
    return read_signed(bytes(row.envelope))


def note(act: Act, verb: Action, subject: UUID, **fields: object) -> None:
    """Write into the actor's own organisation's log what it did; the other side has a log of its own."""
    record(act, log=("organisation", act.actor.party), verb=verb, subject=subject, fields=fields)


def tell_other(act: Act, row: Agreement | Partner) -> None:
    """Let the other side know by letter that there is something to look at; the letter says not what, or where."""
    of = row.id if isinstance(row, Agreement) else row.of
    for (contact,) in ask("select levee_other_side(%s)", [of]):
        if contact:
            queue(act, address=contact, locator=f"{settings().site}/")
