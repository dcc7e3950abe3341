"""That what was kept is deleted: both sign what was done, and one of them hands it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.course.machines import Part, Verb
from levee.frontier.deletion.certificates import read_certificate, signers
from levee.frontier.services.rows import held, note, take, tell_other, terms_of
from levee.kernel.errors import BadInput
from levee.platform.database.acting import acting
from levee.policy.actions import Action

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def certify(actor: Actor, key: UUID, certificate: bytes) -> None:
    """Hand in the certificate that both sides signed, after an end.

    Raises:
        BadInput: not both signed it, or it is of another agreement. AgainstRules: the agreement has not ended.
    """
    with acting(actor) as act:
        row = held(act, key, Action.FRAMEWORK_WITHDRAW)
        take(act, row, Verb.CERTIFY, Part.DELETION)
        terms = terms_of(row)
        read_certificate(certificate, terms)
        if signers(certificate, terms) != (terms.developer, terms.evaluator):
            raise BadInput("not both sides have signed it", code="certificate.unsigned", place="/signatures")
        row.certificate = certificate
        row.save(update_fields=["certificate", "deletion", "agreement", "grant"])
        note(act, Action.FRAMEWORK_WITHDRAW, key, what="certify")
        tell_other(act, row)
