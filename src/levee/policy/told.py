"""The policy table in words: who may do what, in which role and capacity, rule by rule from the table itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.policy.actions import Action
from levee.policy.actors import Capacity, OrganisationKind, PrincipalKind, Role, Standing
from levee.policy.decide import ALL_KINDS, RULES
from levee.policy.token_scopes import IN_PERSON, TOKEN_SCOPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from levee.policy.decide import Rule

SAYS: Mapping[Action, str] = {
    **TOKEN_SCOPES,
    Action.ORGANISATION_ADD: "Let an organisation in",
    Action.MEMBER_MANAGE: "Let members in, and end them",
    Action.MEMBER_LEAVE: "Leave one's organisation",
    Action.TERMS_ANSWER: "Answer the terms: join, limit one's part, leave",
    Action.CONSENT_GIVE: "Let another organisation act for one's own",
    Action.TOKEN_MANAGE: "Issue and revoke one's tokens",
    Action.SETTING_CHANGE: "Choose how the clearinghouse works",
    Action.VERDICT_RECORD: "Record what the sandbox showed",
    Action.CLUSTER_JOIN: "Join findings of one cause",
    Action.FIX_RECORD: "Record what the check of a fix showed",
    Action.FEED_RECORD: "Record what a feed says",
    Action.EXPOSURE_RECORD: "Work out what there is to do",
    Action.CLOCK_REMIND: "Remind of clocks",
    Action.WEBHOOK_CALL: "Call webhooks",
    Action.BRIDGE_CROSS: "Hand reports in at private channels of projects",
    Action.MAIL_TAKE: "Take in mail that answers a letter",
}
"""Each action in the words of whoever does it."""
OF_PEOPLE, OF_LOGS, OF_FINDINGS = "Organisations and members", "Logs and letters", "Findings and verdicts"
OF_THE_HOUSE = "How the clearinghouse works"
OF_CASES, OF_FIXES = "Cases and embargoes", "Fixes and advisories"
OF_OPERATORS = "Feeds, inventories and exposure"
OF_MODELS = "Early access to AI models"
SUBJECTS: Mapping[str, Sequence[str]] = {
    OF_PEOPLE: ("organisation", "member", "terms", "consent", "token"),
    OF_LOGS: ("ledger", "outbox"),
    OF_THE_HOUSE: ("setting", "calendar", "duty"),
    OF_FINDINGS: ("finding", "verdict", "target", "cluster"),
    OF_CASES: (),
    OF_FIXES: ("fix", "advisory", "notice"),
    OF_OPERATORS: (
        *("feed", "inventory", "exposure", "action", "alert"),
        *("priority", "exception", "forensics", "vex"),
    ),
    OF_MODELS: ("framework", "enquiry"),
}
"""What stands under which heading; all else is about cases."""
WHO = {PrincipalKind.PERSON: "people", PrincipalKind.AGENT: "machines", PrincipalKind.SERVICE: "jobs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule, told.

    Attributes:
        subject: what it is about, under which it stands on the page.
        action: its name, `subject:verb`. says: what may be done.
        who: people, machines or jobs. roles: any of these inside the organisation.
        of: which organisations. part: in what part they stand to the thing.
        otherwise: what is told to others.
        in_person: no token does it, whoever holds it.
    """

    subject: str
    action: Action
    says: str
    who: str
    roles: str
    of: str
    part: str
    otherwise: str
    in_person: bool


def told(rules: Mapping[Action, Rule] = RULES) -> tuple[Line, ...]:
    """Every rule, in the order of the subjects and of the table."""
    lines = [_line(action, rule) for action, rule in rules.items()]
    order = list(SUBJECTS)
    return tuple(sorted(lines, key=lambda line: order.index(line.subject)))


def _line(action: Action, rule: Rule) -> Line:
    by_runs_alone = rule.principals == {PrincipalKind.SERVICE}
    return Line(
        subject=_subject(action),
        action=action,
        says=SAYS.get(action, action.value),  # a test holds that each has words
        who=_listed(WHO[kind] for kind in PrincipalKind if kind in rule.principals),
        roles="—" if by_runs_alone else _listed((role.value for role in Role if role in rule.roles), "or"),
        of=_organisations(rule),
        part=_part(rule),
        otherwise="nothing, unless they may see it" if rule.see is not None else "nothing",
        in_person=action in IN_PERSON,
    )


def _subject(action: Action) -> str:
    about = action.value.partition(":")[0]
    return next((heading for heading, names in SUBJECTS.items() if about in names), OF_CASES)


def _organisations(rule: Rule) -> str:
    kinds = (
        "any" if rule.kinds == ALL_KINDS else _listed((_words(k) for k in OrganisationKind if k in rule.kinds), "or")
    )
    if rule.standings == frozenset(Standing):
        return kinds
    return f"{kinds} that has {_listed((each.value for each in Standing if each in rule.standings), 'or')}"


def _part(rule: Rule) -> str:
    parts = [each.value for each in Capacity if each in rule.capacities and each is not Capacity.SERVICE]
    if rule.capacities == {Capacity.SERVICE}:
        parts = ["the job's own"]
    if rule.own:
        parts.append("its own")
    if rule.self_only:
        parts.append("oneself")
    return _listed(parts, "or") or "any"


def _listed(words: Iterable[str], last: str = "and") -> str:
    told = list(words)
    return f" {last} ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))


def _words(value: str) -> str:
    return value.replace("_", " ")
