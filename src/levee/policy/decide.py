"""The decision: one table of rules, read by one function; what no row allows is denied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.policy.actions import Action
from levee.policy.actors import Actor, Capacity, OrganisationKind, PrincipalKind, Role, Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGHT = frozenset({Role.MEMBER, Role.COORDINATOR})
PEOPLE = frozenset({PrincipalKind.PERSON})
ALL_KINDS = frozenset(OrganisationKind)
CLEARINGHOUSE = frozenset({OrganisationKind.CLEARINGHOUSE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the decision rests on besides the actor.

    Attributes:
        capacity: in what capacity the actor's party was let in to the subject; None if it was not.
        own: the subject belongs to the actor's own organisation (its inventory, members, tokens, log), or is an
            organisation that the actor's clearinghouse let in.
        self_only: the subject is the actor itself.
    """

    capacity: Capacity | None = None
    own: bool = False
    self_only: bool = False


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, with the reason; `hidden` means that not even the subject's existence may be told."""

    reason: str
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the policy table: every condition must hold.

    Attributes:
        roles: at least one of these (services need none).
        capacities: the party's capacity on the subject is one of these.
        own: or the subject is its own organisation's.
        kinds: the organisation is of one of these kinds (services act for a party and are not asked).
        principals: who may do it at all.
        standings: how the organisation must stand to the terms.
        see: the action that makes the subject visible; its refusal hides the subject.
    """

    roles: frozenset[Role] = SIGHT
    capacities: frozenset[Capacity] = frozenset()
    own: bool = False
    self_only: bool = False
    kinds: frozenset[OrganisationKind] = ALL_KINDS
    principals: frozenset[PrincipalKind] = frozenset(PrincipalKind)
    standings: frozenset[Standing] = frozenset(Standing)
    see: Action | None = None


def _on(*capacities: Capacity) -> frozenset[Capacity]:
    return frozenset(capacities)


_JOINED = frozenset({Standing.JOINED})
_SERVICE = frozenset({PrincipalKind.SERVICE})
_NOT_SERVICE = frozenset({PrincipalKind.PERSON, PrincipalKind.AGENT})
_O, _F, _V, _B, _S = Capacity.OWNER, Capacity.FINDER, Capacity.VENDOR, Capacity.OBSERVER, Capacity.SERVICE

RULES: Mapping[Action, Rule] = {
    Action.ORGANISATION_SEE: Rule(own=True, roles=frozenset(Role)),
    Action.ORGANISATION_ADD: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.ADMIN, Role.COORDINATOR}), principals=PEOPLE
    ),
    Action.MEMBER_SEE: Rule(own=True, roles=frozenset(Role), principals=_NOT_SERVICE),
    Action.MEMBER_MANAGE: Rule(own=True, roles=frozenset({Role.ADMIN}), principals=PEOPLE, see=Action.MEMBER_SEE),
    Action.MEMBER_LEAVE: Rule(self_only=True, roles=frozenset(Role), principals=PEOPLE),
    Action.TERMS_ANSWER: Rule(own=True, roles=frozenset({Role.ADMIN}), principals=PEOPLE, see=Action.ORGANISATION_SEE),
    Action.CONSENT_SEE: Rule(own=True, roles=frozenset(Role), principals=_NOT_SERVICE),
    Action.CONSENT_GIVE: Rule(own=True, roles=frozenset({Role.ADMIN}), principals=PEOPLE, see=Action.CONSENT_SEE),
    Action.TOKEN_SEE: Rule(self_only=True, roles=frozenset(Role), principals=_NOT_SERVICE),
    Action.TOKEN_MANAGE: Rule(self_only=True, roles=frozenset(Role), principals=PEOPLE, see=Action.TOKEN_SEE),
    Action.LEDGER_SEE_CASE: Rule(capacities=_on(_O, _F, _V, _B)),
    Action.LEDGER_SEE_ORGANISATION: Rule(own=True, roles=frozenset(Role)),
    Action.LEDGER_SEE_INTERNAL: Rule(kinds=CLEARINGHOUSE, roles=frozenset({Role.AUDITOR}), principals=PEOPLE),
    Action.OUTBOX_SEE: Rule(kinds=CLEARINGHOUSE, roles=frozenset({Role.ADMIN}), principals=PEOPLE),
    Action.SETTING_SEE: Rule(own=True, roles=frozenset(Role)),
    Action.SETTING_CHANGE: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.ADMIN}), principals=PEOPLE, own=True, see=Action.SETTING_SEE
    ),
    Action.CALENDAR_SEE: Rule(),
    Action.CALENDAR_KEEP: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, own=True, see=Action.CALENDAR_SEE
    ),
    Action.DUTY_SEE: Rule(own=True),
    Action.DUTY_KEEP: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, own=True, see=Action.DUTY_SEE
    ),
    Action.FINDING_SUBMIT: Rule(own=True, standings=_JOINED, principals=_NOT_SERVICE),
    Action.FINDING_SEE: Rule(capacities=_on(_F, _O, _V, _S)),
    Action.FINDING_SEE_ORIGINAL: Rule(capacities=_on(_F, _O), principals=_NOT_SERVICE, see=Action.FINDING_SEE),
    Action.FINDING_REDACT: Rule(capacities=_on(_F, _O), principals=PEOPLE, see=Action.FINDING_SEE),
    Action.FINDING_TAKE_IN: Rule(kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, own=True),
    Action.VERDICT_SEE: Rule(capacities=_on(_F, _O, _V, _S)),
    Action.VERDICT_RECORD: Rule(capacities=_on(_S), principals=_SERVICE, see=Action.VERDICT_SEE),
    Action.VERDICT_ACCEPT: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.VERDICT_SEE
    ),
    Action.TARGET_SEE: Rule(kinds=CLEARINGHOUSE),
    Action.TARGET_ADD: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.TARGET_SEE
    ),
    Action.CLUSTER_SEE: Rule(capacities=_on(_O)),
    Action.CLUSTER_JOIN: Rule(capacities=_on(_O), principals=_SERVICE, see=Action.CLUSTER_SEE),
    Action.CLUSTER_UNDO: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CLUSTER_SEE
    ),
    Action.CASE_OPEN: Rule(roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, own=True, standings=_JOINED),
    Action.CASE_SEE: Rule(capacities=_on(_O, _F, _V, _B)),
    Action.CASE_INVITE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.CASE_ANSWER: Rule(capacities=_on(_V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.CASE_HAND_OVER: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.CASE_MERGE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.CASE_JOIN: Rule(own=True, principals=_NOT_SERVICE),
    Action.CASE_OFFER: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.CASE_TAKE_OVER: Rule(
        capacities=_on(_F, _V, _B),
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        standings=_JOINED,
        see=Action.CASE_SEE,
    ),
    Action.EMBARGO_PROPOSE: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.EMBARGO_CONSENT: Rule(capacities=_on(_F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.EMBARGO_SET: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.EMBARGO_END: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.FACT_CLAIM: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.FACT_DECIDE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.SILENCE_DECIDE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.CLOCK_KEEP: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.CLOCK_REMIND: Rule(capacities=_on(_O, _F, _V, _B), principals=_SERVICE, see=Action.CASE_SEE),
    Action.THREAD_OPEN: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.MAIL_TAKE: Rule(capacities=_on(_O), principals=_SERVICE, see=Action.CASE_SEE),
    Action.TURN_SEE: Rule(capacities=_on(_O), roles=frozenset({Role.COORDINATOR})),
    Action.TURN_RELEASE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE | _SERVICE, see=Action.TURN_SEE
    ),
    Action.PROJECT_SEE: Rule(own=True),
    Action.PROJECT_STATE: Rule(own=True, principals=PEOPLE, see=Action.PROJECT_SEE),
    Action.PROJECT_KEEP: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, own=True, see=Action.PROJECT_SEE
    ),
    Action.CONFLICT_SAY: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.CASE_SEE),
    Action.CONFLICT_SETTLE: Rule(
        capacities=_on(_O), roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.CASE_SEE
    ),
    Action.MESSAGE_SEE: Rule(capacities=_on(_O, _F, _V, _B)),
    Action.MESSAGE_SEND: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.MESSAGE_SEE),
    Action.FILTER_KEEP: Rule(self_only=True, principals=_NOT_SERVICE),
    Action.CHANNEL_SEE: Rule(kinds=CLEARINGHOUSE, own=True),
    Action.CHANNEL_MANAGE: Rule(
        kinds=CLEARINGHOUSE,
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        own=True,
        see=Action.CHANNEL_SEE,
    ),
    Action.BRIDGE_CROSS: Rule(capacities=_on(_O), principals=_SERVICE, see=Action.CASE_SEE),
    Action.WEBHOOK_SEE: Rule(own=True),
    Action.WEBHOOK_MANAGE: Rule(own=True, principals=PEOPLE, see=Action.WEBHOOK_SEE),
    Action.WEBHOOK_CALL: Rule(own=True, principals=_SERVICE, see=Action.WEBHOOK_SEE),
    Action.FIX_SEE: Rule(capacities=_on(_O, _F, _V)),
    Action.FIX_ATTACH: Rule(capacities=_on(_O, _F, _V), principals=_NOT_SERVICE, see=Action.FIX_SEE),
    Action.FIX_RECORD: Rule(capacities=_on(_O), principals=_SERVICE, see=Action.FIX_SEE),
    Action.ADVISORY_SEE: Rule(capacities=_on(_O, _V)),
    Action.ADVISORY_PUBLISH: Rule(
        kinds=CLEARINGHOUSE,
        capacities=_on(_O),
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        see=Action.ADVISORY_SEE,
    ),
    Action.NOTICE_SEND: Rule(
        kinds=CLEARINGHOUSE,
        capacities=_on(_O),
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        see=Action.ADVISORY_SEE,
    ),
    Action.NOTICE_SEE: Rule(own=True, principals=_NOT_SERVICE),
    Action.FEED_SEE: Rule(),
    Action.FEED_MANAGE: Rule(
        kinds=CLEARINGHOUSE, roles=frozenset({Role.COORDINATOR}), principals=PEOPLE, see=Action.FEED_SEE
    ),
    Action.FEED_RECORD: Rule(own=True, principals=_SERVICE, see=Action.FEED_SEE),
    Action.INVENTORY_SEE: Rule(own=True),
    Action.INVENTORY_IMPORT: Rule(own=True, see=Action.INVENTORY_SEE),
    Action.EXPOSURE_SEE: Rule(own=True),
    Action.EXPOSURE_RECORD: Rule(own=True, principals=_SERVICE, see=Action.EXPOSURE_SEE),
    Action.ACTION_CLAIM: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.ALERT_SEE: Rule(own=True),
    Action.ALERT_MANAGE: Rule(own=True, principals=PEOPLE, see=Action.ALERT_SEE),
    Action.PRIORITY_CHOOSE: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.EXCEPTION_REQUEST: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.EXCEPTION_APPROVE: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.FORENSICS_RECORD: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.VEX_RELY: Rule(own=True, principals=PEOPLE, see=Action.EXPOSURE_SEE),
    Action.FRAMEWORK_SEE: Rule(own=True, principals=_NOT_SERVICE),
    Action.FRAMEWORK_AGREE: Rule(
        own=True,
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        standings=_JOINED,
        see=Action.FRAMEWORK_SEE,
    ),
    Action.FRAMEWORK_EVALUATE: Rule(own=True, principals=_NOT_SERVICE, see=Action.FRAMEWORK_SEE),
    Action.FRAMEWORK_WITHDRAW: Rule(own=True, principals=_NOT_SERVICE, see=Action.FRAMEWORK_SEE),
    Action.ENQUIRY_SEE: Rule(own=True, principals=_NOT_SERVICE),
    Action.ENQUIRY_ANSWER: Rule(
        kinds=CLEARINGHOUSE,
        roles=frozenset({Role.COORDINATOR}),
        principals=PEOPLE,
        own=True,
        see=Action.ENQUIRY_SEE,
    ),
}


def decide(action: Action, actor: Actor, facts: Facts, rules: Mapping[Action, Rule] = RULES) -> Allow | Deny:
    """Decide one request.

    Args:
        action: what is asked for.
        actor: who asks.
        facts: what it is asked of, seen from the actor.
        rules: the policy table; another one only in tests.

    Returns:
        `Allow`, or `Deny` with the first reason that holds and whether the subject must stay hidden.
    """
    rule = rules.get(action)
    if rule is None:
        return Deny("no rule allows this", hidden=True)
    reason = _refusal(rule, action, actor, facts)
    if reason is None:
        return Allow()
    if rule.see is None:
        return Deny(reason, hidden=True)
    return Deny(reason, hidden=isinstance(decide(rule.see, actor, facts, rules), Deny))


def _refusal(rule: Rule, action: Action, actor: Actor, facts: Facts) -> str | None:
    service = actor.kind is PrincipalKind.SERVICE
    checks = (
        (actor.live, "this principal has been ended"),
        (actor.permits(action), "the token in use does not cover this"),
        (actor.kind in rule.principals, f"not for a {actor.kind.value}"),
        (service or bool(actor.roles & rule.roles), "the role is missing"),
        (service or actor.organisation_kind in rule.kinds, "not for this kind of organisation"),
        (actor.standing in rule.standings, "the organisation has not joined, or has limited its part"),
        (_reaches(rule, facts), "not a party to this"),
    )
    return next((reason for holds, reason in checks if not holds), None)


def _reaches(rule: Rule, facts: Facts) -> bool:
    if not (rule.capacities or rule.own or rule.self_only):
        return True
    return facts.capacity in rule.capacities or (rule.own and facts.own) or (rule.self_only and facts.self_only)
