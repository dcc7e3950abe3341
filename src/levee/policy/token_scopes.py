"""What an API token may be given, in the words of whoever issues it; the policy still decides each request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.policy.actions import Action

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_SCOPES: Mapping[Action, str] = {
    Action.FINDING_SUBMIT: "Hand findings in",
    Action.FINDING_SEE: "See findings",
    Action.FINDING_SEE_ORIGINAL: "Open originals of findings",
    Action.FINDING_REDACT: "Redact findings",
    Action.FINDING_TAKE_IN: "Take in cases from other clearinghouses",
    Action.VERDICT_SEE: "See verdicts",
    Action.VERDICT_ACCEPT: "Judge findings in your name",
    Action.TARGET_SEE: "See source targets",
    Action.TARGET_ADD: "Register source targets",
    Action.CLUSTER_SEE: "See clusters",
    Action.CLUSTER_UNDO: "Undo joins and groupings",
    Action.CASE_SEE: "See cases",
    Action.CASE_OPEN: "Open cases",
    Action.CASE_INVITE: "Let parties in to cases",
    Action.CASE_ANSWER: "Answer as a vendor",
    Action.CASE_HAND_OVER: "Hand cases over as documents",
    Action.CASE_MERGE: "Merge cases, split them and open them again",
    Action.CASE_JOIN: "Say whether you take part in a case on its terms",
    Action.CASE_OFFER: "Offer cases to another owner, and take such an offer back",
    Action.CASE_TAKE_OVER: "Take over cases that are offered, or decline",
    Action.EMBARGO_PROPOSE: "Propose another end of an embargo",
    Action.EMBARGO_CONSENT: "Agree to an embargo, decline it or withdraw",
    Action.EMBARGO_SET: "Decide on the end of an embargo",
    Action.EMBARGO_END: "End an embargo",
    Action.FACT_CLAIM: "Say that a flaw is public, exploited or attacked",
    Action.FACT_DECIDE: "Decide whether a flaw is public, exploited or attacked",
    Action.SILENCE_DECIDE: "Decide about vendors that stay silent",
    Action.CLOCK_KEEP: "Keep clocks in cases",
    Action.THREAD_OPEN: "Open threads in cases",
    Action.TURN_SEE: "See what waits for its turn",
    Action.TURN_RELEASE: "Let somebody in ahead of its turn, or take it out of the line",
    Action.PROJECT_SEE: "See policies of projects, and who makes and ships what",
    Action.PROJECT_STATE: "Say what you make and ship, and how your projects take reports",
    Action.PROJECT_KEEP: "Keep what is known of projects",
    Action.CONFLICT_SAY: "Say that somebody has a conflict of interest",
    Action.CONFLICT_SETTLE: "Settle what was said of a conflict of interest",
    Action.MESSAGE_SEE: "Read messages",
    Action.MESSAGE_SEND: "Send messages",
    Action.FILTER_KEEP: "Keep filters of the list of cases",
    Action.CHANNEL_SEE: "See which private channels reports are handed in at",
    Action.CHANNEL_MANAGE: "Keep tokens for private channels",
    Action.WEBHOOK_SEE: "See webhooks for cases, and their calls",
    Action.WEBHOOK_MANAGE: "Have webhooks called when cases change",
    Action.FIX_SEE: "See fixes",
    Action.FIX_ATTACH: "Attach fixes",
    Action.ADVISORY_SEE: "See advisories before they are out",
    Action.ADVISORY_PUBLISH: "Publish",
    Action.NOTICE_SEND: "Give operators a mitigation before a flaw is public",
    Action.NOTICE_SEE: "Read notices of the clearinghouse",
    Action.FEED_SEE: "See feeds and their age",
    Action.FEED_MANAGE: "Choose feeds and load them",
    Action.INVENTORY_SEE: "See the inventory",
    Action.INVENTORY_IMPORT: "Import inventories",
    Action.EXPOSURE_SEE: "See what there is to do",
    Action.ACTION_CLAIM: "Report things as done",
    Action.ALERT_SEE: "See alerts and how they are sent",
    Action.ALERT_MANAGE: "Change how alerts are sent",
    Action.PRIORITY_CHOOSE: "Choose what due dates follow from",
    Action.EXCEPTION_REQUEST: "Ask for exceptions",
    Action.EXCEPTION_APPROVE: "Decide about exceptions",
    Action.FORENSICS_RECORD: "Write in forensic cases",
    Action.VEX_RELY: "Rely on statements of makers (VEX)",
    Action.FRAMEWORK_SEE: "See agreements about early access to models",
    Action.FRAMEWORK_AGREE: "Offer, sign and carry out agreements about early access to models",
    Action.FRAMEWORK_EVALUATE: "Report evaluations of models",
    Action.FRAMEWORK_WITHDRAW: "Take back access to models",
    Action.ENQUIRY_SEE: "See enquiries about models",
    Action.ENQUIRY_ANSWER: "Answer enquiries about models",
    Action.ORGANISATION_SEE: "See organisations",
    Action.MEMBER_SEE: "See the members of your organisation",
    Action.CONSENT_SEE: "See who may act for you, and for whom you may",
    Action.TOKEN_SEE: "See your API tokens",
    Action.OUTBOX_SEE: "Read the outbox",
    Action.SETTING_SEE: "See how the clearinghouse works",
    Action.CALENDAR_SEE: "See when the clearinghouse publishes nothing",
    Action.DUTY_SEE: "See who is on call",
    Action.DUTY_KEEP: "Plan who is on call, and hand over",
    Action.CALENDAR_KEEP: "Keep the days and hours without publications",
    Action.LEDGER_SEE_CASE: "Read the log of a case",
    Action.LEDGER_SEE_ORGANISATION: "Read the log of your organisation",
    Action.LEDGER_SEE_INTERNAL: "Audit the internal log",
}
IN_PERSON = frozenset(
    {
        Action.ORGANISATION_ADD,
        Action.MEMBER_MANAGE,
        Action.MEMBER_LEAVE,
        Action.TOKEN_MANAGE,
        Action.TERMS_ANSWER,
        Action.CONSENT_GIVE,
        Action.SETTING_CHANGE,
    }
)
"""A token never does these: a stolen one could make itself permanent, or take its organisation in or out."""

OF_RUNS = frozenset(
    {
        Action.VERDICT_RECORD,
        Action.CLUSTER_JOIN,
        Action.FIX_RECORD,
        Action.FEED_RECORD,
        Action.EXPOSURE_RECORD,
        Action.CLOCK_REMIND,
        Action.MAIL_TAKE,
        Action.WEBHOOK_CALL,
        Action.BRIDGE_CROSS,
    }
)
"""Done by runs of jobs alone, which hold no token."""
