"""A member opens a case of its own, about what it handed in, and chooses who takes part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases.services.opening import Words, opened_for
from levee.cases.services.rows import in_no_case
from levee.findings.selectors import listed
from levee.kernel.errors import AgainstRules, BadInput, NotFound
from levee.kernel.ids import public_id
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind
from levee.validation.selectors import verdicts

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from levee.policy.actors import Actor


def open_own(
    actor: Actor,
    *,
    findings: Collection[UUID],
    title: str,
    summary: str,
    embargo_end: datetime | None,
    because: str = "",
) -> UUID:
    """Open a case about findings that the actor's own organisation handed in; nobody else takes part yet.

    The clearinghouse's people see that their finder runs a case about them, and nothing of the case.

    Args:
        actor: a coordinator of a member.
        findings: confirmed ones of one target.
        title: one line, as participants see it.
        summary: what it is, in the coordinator's words.
        embargo_end: the exact instant, with zone, at most 90 days ahead; None where there is no embargo.
        because: why there is an embargo that the project's policy does not want; every party reads it.

    Returns:
        The case's key.

    Raises:
        BadInput: no finding, findings of two targets, no title, or the end is not an instant ahead.
        NotFound: the actor's organisation handed in no such finding.
        AgainstRules: one is not confirmed, or the project's policy wants no embargo and no reason is given.
        Conflict: one is in a case already; or none may be passed on, by its terms or until its personal data is hidden.
    """
    words = Words(title=title, summary=summary, embargo_end=embargo_end, because=because)
    chosen = list(dict.fromkeys(findings))
    with acting(actor) as act:
        demand(act, Action.CASE_OPEN, of=actor.party)
        if actor.organisation_kind is OrganisationKind.CLEARINGHOUSE:
            raise BadInput("the clearinghouse opens a case for a cluster", place="findings", advice="name its cluster")
        target = _target_of(actor, chosen)
        _check_confirmed(actor, chosen)
        in_no_case(act, chosen)
        return opened_for(act, chosen, words, target=target)


def _target_of(actor: Actor, findings: list[UUID]) -> str:
    if not findings:
        raise BadInput("a case is about at least one finding", place="findings")
    own = [each for each in listed(actor, only=findings, limit=len(findings)) if each.organisation == actor.party]
    if len(own) < len(findings):
        raise NotFound("your organisation handed in no such finding", place="findings")
    targets = {each.target for each in own}
    if len(targets) > 1:
        raise BadInput(
            "these findings are of different targets",
            place="findings",
            advice="open a case for each; one flaw is in one target",
        )
    return targets.pop()


def _check_confirmed(actor: Actor, findings: list[UUID]) -> None:
    found = verdicts(actor, findings)
    for finding in findings:
        if finding not in found or not found[finding].settled:
            raise AgainstRules(
                f"{public_id('FND', finding)} is not confirmed: nobody is asked to look at what was not reproduced",
                code="case.not_confirmed",
                place="findings",
                advice="wait for its verdict, or hand it in again with a proof that reproduces",
            )
