"""Operators get a mitigation without detail before the flaw is public: only where it is exploited, and only a few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.advisories import scopes
from levee.advisories.leaking import leaks
from levee.advisories.models import Advisory, Mitigation, Recipient
from levee.advisories.services.writing import may_go_out
from levee.advisories.types import LABELS
from levee.cases.projects.told import NOT_BEFORE
from levee.cases.rules.facts import Event
from levee.cases.selectors import findings as findings_of
from levee.cases.selectors import get as case_of
from levee.cases.selectors import participants, who_runs
from levee.cases.services import keep_hidden_of
from levee.findings.selectors import listed
from levee.house.selectors import chosen
from levee.house.types import Name
from levee.identity.selectors import organisations
from levee.kernel.errors import AgainstRules, BadInput
from levee.ledger.services import record, record_each
from levee.notices.services import give
from levee.platform.database.acting import acting
from levee.platform.database.locks import hold
from levee.policy.actions import Action
from levee.policy.actors import Capacity, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from levee.cases.projects.sharing import Label
    from levee.cases.types import Case
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST_PRODUCT, LONGEST_TEXT = 100, 2000


def warn(
    actor: Actor, case: UUID, *, product: str, text: str, label: Label, recipients: Sequence[UUID], because: str
) -> UUID:
    """Give some operators a mitigation that tells nothing of the flaw, by recorded decision of the case's owner.

    Args:
        actor: a coordinator of the case's owner.
        case: one in which attacks are on record, and nothing else is out.
        product: what it is about, as its maker calls it.
        text: what to do, in the owner's own words.
        label: how it is to be handled.
        recipients: organisations that run software; in all notices of a case no more than the house allows.
        because: why, and why these; for the house's log.

    Returns:
        The decision.

    Raises:
        BadInput: a field is wrong, names somebody who is no operator, or tells something of the flaw, word by word.
        AgainstRules: no attacks are on record, the flaw is public, the case is published, there are too many, or a
            conflict of interest stands against the actor.
    """
    _check(product, text, label, because)
    with acting(actor) as act:
        may_go_out(act, Action.NOTICE_SEND, case)
        hold(f"notices {case}")
        found = case_of(actor, case)
        _may_be_told(act, found)
        keep_hidden_of(act, case, product=product, text=text)
        tells_nothing(act, found, product=product, text=text)
        reasons = _recipients(act, found, recipients)
        row = Mitigation(
            id=act.new_id(),
            case=case,
            product=product.strip(),
            text=text.strip(),
            label=label,
            because=because.strip(),
            by=actor.id,
            at=act.now,
        )
        Mitigation.unscoped.bulk_create([row])
        _hand_out(act, row, reasons)
    return row.id


def tells_nothing(act: Act, case: Case, *, product: str, text: str) -> None:
    """Refuse a notice that shares a word with what describes the flaw, beyond the name of the product.

    Raises:
        BadInput: with the field, and the words.
    """
    findings = listed(act.actor, only=findings_of(act.actor, case.id), limit=1000)
    secret = [
        case.title,
        case.summary,
        *(words for each in findings for words in (each.title, each.description, each.cwe, each.target, each.contrast)),
    ]
    known = [
        case.project,
        *(each.name for each in participants(act.actor, case.id) if each.capacity is Capacity.VENDOR),
    ]
    for place, told, free in (("product", product, known), ("text", text, [*known, product])):
        if found := leaks(told, secret=secret, free=free):
            raise BadInput(
                f"these words stand in what describes the flaw: {', '.join(found)}",
                code="notice.tells",
                place=place,
                advice="say what to do in other words; a notice tells nothing of the flaw",
            )


def _check(product: str, text: str, label: Label, because: str) -> None:
    for place, told, most in (("product", product, LONGEST_PRODUCT), ("text", text, LONGEST_TEXT)):
        if not told.strip() or len(told) > most:
            raise BadInput(f"from 1 to {most} characters", place=place)
    if not product.isprintable():
        raise BadInput("one line", place="product")
    if label not in LABELS:
        raise BadInput(f"one of {', '.join(LABELS)}", place="label")
    if not because.strip():
        raise BadInput("say why, and why these", place="because")


def _may_be_told(act: Act, case: Case) -> None:
    out = {Event.PUBLIC_AWARE, Event.EXPLOIT_PUBLIC} & {*case.world}
    if out or Advisory.unscoped.filter(scopes.visible(act.actor), case=case.id).exists():
        raise AgainstRules(
            "the flaw is public: everyone is told",
            code="notice.public",
            advice="publish the advisory; it reaches every operator that is affected",
        )
    if Event.ATTACKS_OBSERVED not in case.world:
        raise AgainstRules(
            "before a flaw is public, operators are told only where it is attacked",
            code="notice.not_attacked",
            advice="accept first that attacks were seen, with the evidence",
        )


def _recipients(act: Act, case: Case, recipients: Sequence[UUID]) -> dict[UUID, str]:
    """Whom, each with the reason: what is known of what it runs, or that the owner chose it."""
    chosen_ones = dict.fromkeys(recipients)
    if not chosen_ones:
        raise BadInput("name somebody", place="recipients")
    known = {each.id: each for each in organisations(act.actor, only=chosen_ones)}
    seated = {each.party for each in participants(act.actor, case.id)}
    for key in chosen_ones:
        each = known.get(key)
        if each is None or each.kind not in NOT_BEFORE or each.standing is Standing.LEFT:
            raise BadInput("only organisations that run software, and take part", place="recipients")
        if key in seated:
            raise BadInput(f"{each.name} takes part in the case already", place="recipients")
    rows = Recipient.unscoped.filter(scopes.publications(act.actor), case=case.id)
    before = set(rows.values_list("organisation", flat=True))
    most = int(chosen(act, Name.NOTICE_CAP).value)
    if len(before | chosen_ones.keys()) > most:
        raise AgainstRules(
            f"at most {most} operators are told of one case before its flaw is public, and {len(before)} are",
            code="notice.too_many",
            place="recipients",
            advice="choose those who need it most, or publish",
        )
    reasons = {each.organisation: f"{each.reason}: {each.because}" for each in who_runs(act.actor, case.id)}
    return {key: reasons.get(key, "the owner chose it") for key in chosen_ones}


def _hand_out(act: Act, row: Mitigation, reasons: dict[UUID, str]) -> None:
    Recipient.unscoped.bulk_create(
        [
            Recipient(id=act.new_id(), case=row.case, mitigation=row.id, organisation=key, reason=reason)
            for key, reason in reasons.items()
        ]
    )
    for key in reasons:
        give(act, key, product=row.product, text=row.text, label=row.label)
    fields = {"label": row.label, "recipients": len(reasons)}  # every party reads this log, so no reason is in it
    record(act, log=("case", row.case), verb=Action.NOTICE_SEND, subject=row.id, fields=fields)
    own = {"notice": str(row.id), "because": row.because}
    told = [(key, {**own, "reason": reason}) for key, reason in reasons.items()]
    record_each(act, log=("organisation", act.actor.party), verb=Action.NOTICE_SEND, told=told)
