"""What an organisation answers to the terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.models import Party
from levee.access.services import demand
from levee.identity.models import Organisation, TermsAnswer
from levee.identity.terms import newest, terms
from levee.kernel.errors import BadInput
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import Standing

if TYPE_CHECKING:
    from levee.policy.actors import Actor


def answer_terms(actor: Actor, *, version: str, answer: str) -> None:
    """Join the terms, limit one's part, or leave: each in one call, undone as easily, with no penalty.

    Args:
        actor: an administrator of the organisation.
        version: the version of the terms that is answered; only the newest can be joined.
        answer: `join`, `limit` or `leave`.

    Raises:
        BadInput: no such answer, or a version that is joined no more. NotFound: no such version.
    """
    standing = {"join": Standing.JOINED, "limit": Standing.LIMITED, "leave": Standing.LEFT}.get(answer)
    if standing is None:
        raise BadInput("answer join, limit or leave", place="answer")
    if terms(version) != newest() and standing is Standing.JOINED:
        raise BadInput(
            f"the terms of {version} are joined no more", place="version", advice="read and answer the newest"
        )
    with acting(actor) as act:
        demand(act, Action.TERMS_ANSWER, of=actor.party)
        TermsAnswer.unscoped.bulk_create(
            [TermsAnswer(id=act.new_id(), organisation=actor.party, version=version, answer=answer, at=act.now)]
        )
        Party.unscoped.filter(id=actor.party).update(standing=standing, joined_until=None)
        Organisation.unscoped.filter(id=actor.party).update(terms_version=version)
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.TERMS_ANSWER,
            subject=actor.party,
            fields={"version": version, "answer": answer},
        )
