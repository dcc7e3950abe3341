"""Every action that anyone can ask for, as `subject:verb`."""

from __future__ import annotations

from enum import StrEnum


class Action(StrEnum):
    """One thing that an actor may or may not do."""

    ORGANISATION_SEE = "organisation:see"
    ORGANISATION_ADD = "organisation:add"
    MEMBER_SEE = "member:see"
    MEMBER_MANAGE = "member:manage"
    MEMBER_LEAVE = "member:leave"
    TERMS_ANSWER = "terms:answer"
    CONSENT_SEE = "consent:see"
    CONSENT_GIVE = "consent:give"
    TOKEN_SEE = "token:see"  # noqa: S105 - an action's name, not a secret
    TOKEN_MANAGE = "token:manage"  # noqa: S105 - the same

    LEDGER_SEE_CASE = "ledger:see_case"
    LEDGER_SEE_ORGANISATION = "ledger:see_organisation"
    LEDGER_SEE_INTERNAL = "ledger:see_internal"

    OUTBOX_SEE = "outbox:see"

    SETTING_SEE = "setting:see"
    SETTING_CHANGE = "setting:change"
    CALENDAR_SEE = "calendar:see"
    CALENDAR_KEEP = "calendar:keep"
    DUTY_SEE = "duty:see"
    DUTY_KEEP = "duty:keep"

    FINDING_SUBMIT = "finding:submit"
    FINDING_SEE = "finding:see"
    FINDING_SEE_ORIGINAL = "finding:see_original"
    FINDING_REDACT = "finding:redact"
    FINDING_TAKE_IN = "finding:take_in"

    VERDICT_SEE = "verdict:see"
    VERDICT_RECORD = "verdict:record"
    VERDICT_ACCEPT = "verdict:accept_on_evidence"
    TARGET_SEE = "target:see"
    TARGET_ADD = "target:add"

    CLUSTER_SEE = "cluster:see"
    CLUSTER_JOIN = "cluster:join"
    CLUSTER_UNDO = "cluster:undo"

    CASE_OPEN = "case:open"
    CASE_SEE = "case:see"
    CASE_INVITE = "case:invite"
    CASE_ANSWER = "case:answer"
    CASE_HAND_OVER = "case:hand_over"
    CASE_MERGE = "case:merge"
    CASE_JOIN = "case:join"
    EMBARGO_PROPOSE = "embargo:propose"
    EMBARGO_CONSENT = "embargo:consent"
    EMBARGO_SET = "embargo:set"
    EMBARGO_END = "embargo:end"
    FACT_CLAIM = "fact:claim"
    FACT_DECIDE = "fact:decide"
    SILENCE_DECIDE = "silence:decide"
    CLOCK_KEEP = "clock:keep"
    CLOCK_REMIND = "clock:remind"
    THREAD_OPEN = "thread:open"
    MAIL_TAKE = "mail:take"
    TURN_SEE = "turn:see"
    TURN_RELEASE = "turn:release"
    PROJECT_SEE = "project:see"
    PROJECT_STATE = "project:state"
    PROJECT_KEEP = "project:keep"
    CONFLICT_SAY = "conflict:say"
    CONFLICT_SETTLE = "conflict:settle"
    MESSAGE_SEE = "message:see"
    MESSAGE_SEND = "message:send"
    FILTER_KEEP = "filter:keep"
    CHANNEL_SEE = "channel:see"
    CHANNEL_MANAGE = "channel:manage"
    BRIDGE_CROSS = "bridge:cross"
    WEBHOOK_SEE = "webhook:see"
    WEBHOOK_MANAGE = "webhook:manage"
    WEBHOOK_CALL = "webhook:call"

    FIX_SEE = "fix:see"
    FIX_ATTACH = "fix:attach"
    FIX_RECORD = "fix:record"

    ADVISORY_SEE = "advisory:see"
    ADVISORY_PUBLISH = "advisory:publish"

    FEED_SEE = "feed:see"
    FEED_MANAGE = "feed:manage"
    FEED_RECORD = "feed:record"

    INVENTORY_SEE = "inventory:see"
    INVENTORY_IMPORT = "inventory:import"
    EXPOSURE_SEE = "exposure:see"
    EXPOSURE_RECORD = "exposure:record"
    ACTION_CLAIM = "action:claim"
    ALERT_SEE = "alert:see"
    ALERT_MANAGE = "alert:manage"
    PRIORITY_CHOOSE = "priority:choose"
    EXCEPTION_REQUEST = "exception:request"
    EXCEPTION_APPROVE = "exception:approve"
    FORENSICS_RECORD = "forensics:record"
    VEX_RELY = "vex:rely"
