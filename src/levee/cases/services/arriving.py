"""Mail that answers a letter: a message in its sender's name at most, and never a step of anything.

Two acts. A run of the case's owner finds out whom the letter's address belongs to, has it read in a runner, and keeps
what came of it. Then the contact itself, narrowed to sending messages, says what it wrote, under every rule for that.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.selectors import actor_of, clearinghouse
from levee.access.services import demand
from levee.cases import scopes
from levee.cases.mail import job
from levee.cases.mail.refusals import NotTaken, Why
from levee.cases.models import Arrival
from levee.cases.rules.mail import Label, Outcome
from levee.cases.services.messages import send
from levee.house.services import alarm
from levee.kernel.errors import BadInput, Conflict, Forbidden, LeveeError, NotFound
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.jobs.work import standing_run
from levee.platform.ports import arrivals, ports, runner
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from levee.platform.arrivals import Arrived
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LOOK = "cases.look_for_mail"
TAKE_MAIL = "cases.take_mail"
PAGE = "/cases/"
MOST_AN_HOUR = 20
LOOK_SECONDS = 1.0
ONLY_WRITES = frozenset({Action.MESSAGE_SEND})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contact:
    """Whose letter was answered.

    Attributes:
        stands: its link has not ended.
        takes_part: it accepted the terms, and has not left.
        left: it took part once.
    """

    id: UUID
    case: UUID
    house: UUID
    participant: UUID
    principal: UUID
    name: str
    address: str
    stands: bool
    takes_part: bool
    left: bool

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2].lower()


def look_for_mail(stop: Callable[[], bool]) -> None:
    """Give every letter that arrives a job, until told to stop.

    Args:
        stop: whether to.
    """
    try:
        with standing_run(LOOK, party=clearinghouse()) as actor:
            while not stop():
                try:
                    look_once(actor)
                except Exception:  # noqa: BLE001 - it is looked again, whatever went wrong
                    _log.warning("letters that arrived could not be handed over", exc_info=True)
                    connection.close()
                time.sleep(LOOK_SECONDS)
    finally:
        connection.close()


def look_once(actor: Actor) -> int:
    """Give each letter that waits a job, by a run for the owner of its case; one that answers nothing goes.

    Args:
        actor: a run of the clearinghouse.

    Returns:
        How many got one.
    """
    given = 0
    for arrived in arrivals().waiting():
        with acting(actor) as act:
            contact = _contact(act, arrived)
            if contact is not None:
                enqueue(act, TAKE_MAIL, subject=arrived.id, party=contact.house)
        if contact is None:
            _log.warning("a letter arrived that answers none of ours")
            arrivals().drop(arrived.id)
            continue
        arrivals().hand_over(arrived)
        given += 1
    return given


def take_mail(actor: Actor, mail: UUID) -> None:
    """Take a letter in.

    Args:
        actor: a run for the owner of the case.
        mail: its arrival.

    Raises:
        Unavailable: no runner read it; it is tried again.
    """
    found = arrivals().find(mail)
    if found is None:
        return
    arrived, raw = found
    with acting(actor) as act:
        contact = _contact(act, arrived)
        done = Arrival.unscoped.filter(scopes.arrivals(actor), id=mail).exists()
    if contact is not None and not done:
        _take(actor, contact, arrived, raw)
    arrivals().drop(mail)


def could_not_take(actor: Actor, mail: UUID, _failure: str) -> None:
    """After the last try: what no runner could read is refused."""
    found = arrivals().find(mail)
    if found is None:
        return
    with acting(actor) as act:
        contact = _contact(act, found[0])
    if contact is not None:
        _refused(actor, contact, mail, Why.UNREADABLE)
    arrivals().drop(mail)


def _contact(act: Act, arrived: Arrived) -> _Contact | None:
    with connection.cursor() as cursor:
        cursor.execute("select * from levee_mail_contact(%s, %s)", [arrived.answers, act.now])
        row = cursor.fetchone()
    return None if row is None else _Contact(**dict(zip(_Contact.__slots__, row, strict=True)))


def _take(actor: Actor, contact: _Contact, arrived: Arrived, raw: bytes) -> None:
    try:
        _check_contact(contact)
        letter, label = _read(contact, arrived, raw)
        _check_run(actor, contact, letter)
    except NotTaken as refusal:
        _refused(actor, contact, arrived.id, refusal.why)
        return
    if not contact.takes_part:
        _keep(actor, contact, arrived.id, letter, label, Outcome.OWNER, text=letter.text)
        return
    try:
        message = _say(contact, arrived.id, letter, label)
    except BadInput:
        _refused(actor, contact, arrived.id, Why.HIDDEN_WORDS)
        return
    except (Conflict, Forbidden, NotFound):
        _refused(actor, contact, arrived.id, Why.LEFT)
        return
    _keep(actor, contact, arrived.id, letter, label, Outcome.MESSAGE, message=message)


def _check_contact(contact: _Contact) -> None:
    if not contact.stands:
        raise NotTaken(Why.ENDED)
    if contact.left:
        raise NotTaken(Why.LEFT)


def _read(contact: _Contact, arrived: Arrived, raw: bytes) -> tuple[job.Told, Label]:
    """What a runner reads of it, and what it finds of its signatures.

    A letter is signed where it comes from the very address that ours went to, and that address's domain signed it.
    """
    house = settings().mail_from.rpartition("@")[2]
    asked = {"job": "read", "no_sender": arrived.no_sender, "house": house, "domain": contact.domain}
    answer = runner().run(job.KIND, asked, {"mail": raw}, seconds=job.SECONDS)
    letter, names = job.letter_in(answer, contact.domain)
    if letter.sender != contact.address.lower() or not names:
        return letter, Label.UNVERIFIED
    keys = {name: key for name in names if (key := ports().look_up_key(name))}
    if not keys:
        return letter, Label.UNVERIFIED
    checked = runner().run(job.KIND, *job.checking(contact.domain, raw, keys), seconds=job.SECONDS)
    return letter, Label.SIGNED if job.signed_in(checked) else Label.UNVERIFIED


def _check_run(actor: Actor, contact: _Contact, letter: job.Told) -> None:
    """Refuse what came before, and what comes too often."""
    with acting(actor) as act:
        before = Arrival.unscoped.filter(scopes.arrivals(actor), case=contact.case, participant=contact.participant)
        if before.filter(digest=letter.digest).exists():
            raise NotTaken(Why.REPEATED)
        if before.filter(at__gt=act.now - timedelta(hours=1)).count() >= MOST_AN_HOUR:
            raise NotTaken(Why.TOO_OFTEN)


def _say(contact: _Contact, mail: UUID, letter: job.Told, label: Label) -> UUID:
    """Send what it wrote as the contact itself, which can do nothing else here."""
    sender = actor_of(contact.principal, scopes=ONLY_WRITES)
    if sender is None:
        raise NotFound("there is no such contact")
    left_out = f"\n\n[{letter.attachments} attached to the letter: not taken in]" if letter.attachments else ""
    return send(sender, contact.case, text=letter.text + left_out, author=contact.name, by_mail=label, key=mail)


def _refused(actor: Actor, contact: _Contact, mail: UUID, why: Why) -> None:
    """Keep that a letter came and why it was not taken, for the case's owner and in the log of who sent it."""
    sender = actor_of(contact.principal)
    if sender is not None:
        ports().on_refusal(sender, LeveeError(f"a letter was not taken: {why.says}", code=f"mail.{why}"))
    with acting(actor) as act:
        _write(act, contact, mail, outcome=Outcome.REFUSED, why=why)


def _keep(  # noqa: PLR0917 - what came of a letter
    actor: Actor,
    contact: _Contact,
    mail: UUID,
    letter: job.Told,
    label: Label,
    outcome: Outcome,
    *,
    message: UUID | None = None,
    text: str = "",
) -> None:
    with acting(actor) as act:
        _write(act, contact, mail, outcome=outcome, label=label, digest=letter.digest, message=message, text=text)
        alarm(act, contact.house, page=PAGE)


def _write(act: Act, contact: _Contact, mail: UUID, **more: object) -> None:
    demand(act, Action.MAIL_TAKE, subject=contact.case)
    row = Arrival(id=mail, case=contact.case, participant=contact.participant, at=act.now, **more)
    Arrival.unscoped.bulk_create([row])
