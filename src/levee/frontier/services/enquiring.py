"""Whether a model is covered: its developer may ask, and is told in words; nothing waits on the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.selectors import clearinghouse
from levee.access.services import demand
from levee.frontier import scopes
from levee.frontier.course.machines import START, By, Part, Verb, after
from levee.frontier.models import Enquiry, Release
from levee.frontier.services.rows import enquiry_state, note
from levee.frontier.statements import handle_named
from levee.kernel.errors import BadInput, NotFound
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor

LONGEST = 4000


def ask(actor: Actor, *, model: str, question: str) -> UUID:
    """Ask the government's side, in words, whether a model of one's own is covered; its developer's coordinators may.

    Raises:
        BadInput: no question. AgainstRules: one about this model is not answered yet.
    """
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_AGREE, of=actor.party)
        named = handle_named(model, "model")
        rows = Enquiry.unscoped.filter(scopes.enquiries(actor), developer=actor.party, model=named)
        newest = rows.order_by("-asked_at", "-id").first()
        state = {**START, Part.ENQUIRY: "none" if newest is None else enquiry_state(newest)}
        after(state, Verb.ASK, By.DEVELOPER, Part.ENQUIRY)
        row = Enquiry(
            id=act.new_id(),
            developer=actor.party,
            asked_of=clearinghouse(),
            model=named,
            question=_words(question, "question"),
            asked_at=act.now,
        )
        Enquiry.unscoped.bulk_create([row])
        note(act, Action.FRAMEWORK_AGREE, row.id, what="ask", model=named)
    return row.id


def answer(actor: Actor, key: UUID, *, text: str) -> None:
    """Answer an enquiry, as the clearinghouse: in words for people to read, which open and close nothing.

    Raises:
        BadInput: no words. NotFound: there is no such enquiry. AgainstRules: it was answered.
    """
    with acting(actor) as act:
        demand(act, Action.ENQUIRY_ANSWER, of=clearinghouse())
        row = Enquiry.unscoped.filter(scopes.enquiries(actor), id=key).select_for_update().first()
        if row is None:
            raise NotFound("there is no such enquiry")
        after({**START, Part.ENQUIRY: enquiry_state(row)}, Verb.ANSWER, By.GOVERNMENT, Part.ENQUIRY)
        row.answer, row.answered_at = _words(text, "answer"), act.now
        row.save(update_fields=["answer", "answered_at"])
        note(act, Action.ENQUIRY_ANSWER, key)


def note_release(actor: Actor, *, model: str) -> None:
    """Note that a model of one's own is released; nobody else learns of it, and nothing came before it.

    Raises:
        BadInput: no handle. AgainstRules: it was noted before.
    """
    with acting(actor) as act:
        demand(act, Action.FRAMEWORK_AGREE, of=actor.party)
        named = handle_named(model, "model")
        noted = Release.unscoped.filter(scopes.releases(actor), model=named).exists()
        state = {**START, Part.RELEASE: "released" if noted else "not yet"}
        after(state, Verb.RELEASE, By.DEVELOPER, Part.RELEASE)
        row = Release(id=act.new_id(), developer=actor.party, model=named, at=act.now)
        Release.unscoped.bulk_create([row])
        note(act, Action.FRAMEWORK_AGREE, row.id, what="release", model=named)


def _words(text: str, place: str) -> str:
    said = text.strip()
    if not 1 <= len(said) <= LONGEST:
        raise BadInput(f"from 1 to {LONGEST} characters", place=place)
    return said
