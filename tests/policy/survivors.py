"""Changes of one form that no question can tell, each with the reason why it opens nothing."""

from __future__ import annotations

import re

LEVEL = "row-level security "
REASONS = {
    # Two walls: the other one still stands.
    rf"{LEVEL}\w+_change: without \(access_grant\.(until|party) .*": "an update finds only rows that may be seen",
    rf"{LEVEL}(access_principal|identity_member|identity_token)_change: without \(\w+ = .*": "the same",
    rf"{LEVEL}platform_run_change(_operators)?: without \(\w+ = .*": "the same",
    rf"{LEVEL}(inventory_\w+|exposure_\w+|alerts_\w+)_change: without \(organisation = .*": "the same",
    rf"{LEVEL}cases_report_remove: without \(access_grant\.(until|party) .*": "a delete finds only such rows, too",
    rf"{LEVEL}inventory_intake_remove: without \(organisation = .*": "a delete finds only rows that may be seen, too",
    rf"{LEVEL}(platform_run|notify_letter)_change_operators: true": "the same",
    rf"{LEVEL}(platform_run|notify_letter|clustering_offer|exposure_match|inventory_\w+)_change: true": (
        "the same, and what people and runs may not do here they have no privilege for"
    ),
    rf"{LEVEL}alerts_(alert|delivery)_change: true": "the same",
    rf"{LEVEL}\w+_(add|change): without \( SELECT levee_is\(ARRAY\['person'::text, 'agent'::text\]\).*": (
        "runs come by a worker, whose role has no privilege to write here: tests/contract/catalogue"
    ),
    rf"{LEVEL}cases_(attachment|filter|outcome|position)_see: without \( SELECT levee_is\(ARRAY\['person'::text, .*": (
        "the same, nor to read there"
    ),
    rf"{LEVEL}house_shift_change: without \(house = .*": "an update finds only rows that may be seen",
    rf"{LEVEL}house_handover_see: without \( SELECT levee_is\(.*": "the same",
    rf"{LEVEL}advisories_(publication|mitigation|recipient)_see: without \( SELECT levee_is\(.*": "the same",
    rf"{LEVEL}frontier_\w+_see: without \( SELECT levee_is\(.*": "a worker's role has no privilege to read there",
    rf"{LEVEL}frontier_(agreement|partner)_change: (true|without \((developer|evaluator) = .*)": (
        "an update finds only rows that may be seen"
    ),
    rf"{LEVEL}frontier_enquiry_change: without .*levee_kind.*": "the clearinghouse alone is ever asked",
    r"policy enquiry:answer: own=False": "the same: every enquiry is asked of it",
    rf"{LEVEL}cases_position_change: (true|without \(principal = .*)": "an update finds only rows that may be seen",
    rf"{LEVEL}cases_(call|channel|hook)_change: (true|without \((organisation|house) = .*)": "the same",
    rf"{LEVEL}cases_channel_change: without .*levee_kind.*": "the same",
    rf"{LEVEL}cases_filter_(change|remove): (true|without .*)": "the same, and a delete too",
    rf"{LEVEL}\w+_(add|change|release): without \( SELECT levee_is\(ARRAY\['service'::text\]\).*": (
        "people come by pages, whose role has no privilege to write here: tests/contract/catalogue"
    ),
    rf"{LEVEL}cases_\w+_release: without \(access_grant\.(until|party) .*": (
        "the invitation that waits is seen by its case's owner alone"
    ),
    rf"{LEVEL}cases_project_policy_see: without \(access_grant\.(until|party) .*": (
        "the case that was opened under it is seen by its parties alone"
    ),
    rf"{LEVEL}advisories_advisory_add: without \(access_grant\.(until|party) .*": (
        "what was agreed to is seen by its case's owner alone"
    ),
    rf"{LEVEL}cases_turn_change: without \( SELECT levee_has\(.*": "an update finds only rows that may be seen",
    rf"{LEVEL}cases_turn_see: without 'service'::text": "a run passes for every role",
    rf"{LEVEL}(identity_link|ledger_(pending|erasure))_see: (true|dropped)": (
        "no role that serves members may select here"
    ),
    # What holds for everyone cannot be widened.
    rf"{LEVEL}(platform_run_add|ledger_key_see): true": "it is so already",
    rf"{LEVEL}alerts_(hook|delivery)_(see|change): .*platform_run.*": (
        "the run that posts is of one kind, which no world holds: tests/subsystems/alerts"
    ),
    rf"{LEVEL}notify_letter_add: true": "whoever acts may queue a letter; these questions all come from an actor",
    # What the worlds cannot hold.
    r"policy (organisation:add|outbox:see|ledger:see_internal|target:\w+): standings -(left|limited)": (
        "the clearinghouse itself has always joined"
    ),
    r"policy (feed:manage|finding:take_in|(project|calendar|duty):keep): standings -(left|limited)": "the same",
    r"policy (setting|channel):\w+: standings -(left|limited)": "the same",
    r"policy enquiry:answer: standings -(left|limited)": "the same",
    r"policy (advisory:publish|notice:send): standings -(left|limited)": "the same",
    r"policy (token:\w+|member:leave): principals \+service": "a run has no tokens, and is nobody's member",
    r"scope levee\.cases\.scopes: cases_as shows (everything|nothing)": (
        "it is asked with capacities, which no world gives it: tests/subsystems/cases/test_listing"
    ),
    r"scope levee\.notices\.scopes: visible shows (everything|nothing)": (
        "only the operators' pages read there: tests/subsystems/advisories/test_mitigations.py"
    ),
    r"scope levee\.ledger\.scopes: without kind='\w+'": "keys of logs are random: one names a single log of one kind",
}


def reason_of(name: str) -> str | None:
    """Why a change goes unnoticed; None where it should not."""
    return next((reason for pattern, reason in REASONS.items() if re.fullmatch(pattern, name)), None)
