"""Each step of the way is reached through services, API, command line and pages: one table, held against all four."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter

import pytest
import typer
from django.urls import URLPattern, get_resolver

from levee.api import api
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind
from levee.policy.decide import RULES
from levee.policy.token_scopes import IN_PERSON, OF_RUNS, TOKEN_SCOPES


@dataclass(frozen=True)
class Step:
    """What can be done, and its entry on each face; empty only with a reason why there is none."""

    does: str
    service: str
    api: str
    command: str
    page: str
    because: str = ""


BROWSER = "a browser's own business"
HOST = "done on the host, by whoever runs the house"
LOCAL = "one operator's own machine; every other face has the service by its own name"
SCRIPT = "on this machine alone, without a server"
ASKED_BY_GATEWAYS = "a gateway says and asks this, on a timer"
GATEWAY = "on the developer's own host, which no house reaches into"
CERTIFICATES = "frontier.deletion.certificates"

STEPS = (
    # findings and their verdicts
    Step("submit", "findings.services.submit_batch", "findings_hand_in", "findings submit", "findings:hand-in"),
    Step("list findings", "findings.selectors.listed", "findings_listed", "findings list", "findings:list"),
    Step("see a finding", "findings.selectors.get", "findings_one", "findings show", "findings:one"),
    Step(
        "see the original", "findings.selectors.original", "findings_original", "findings original", "findings:original"
    ),
    Step("redact", "findings.services.redact", "findings_redact", "findings redact", "findings:redact"),
    Step(
        "see the original",
        "findings.selectors.original",
        "findings_original",
        "findings original",
        "findings:original",
    ),
    Step("validate", "validation.services.validate", "", "validation run", "", "follows intake; the command is local"),
    Step("verdict", "validation.selectors.verdict", "validation_verdict", "validation verdict", "findings:one"),
    Step(
        "evidence", "validation.selectors.evidence", "validation_evidence", "findings evidence", "validation:evidence"
    ),
    Step("queue", "validation.selectors.waiting", "validation_queue", "validation queue", "validation:queue"),
    Step("accept on evidence", "validation.services.judge", "validation_judge", "validation judge", "validation:judge"),
    Step("accuracy", "validation.selectors.accuracy", "validation_accuracy", "validation accuracy", "validation:judge"),
    Step("targets", "validation.selectors.targets", "validation_targets", "targets list", "validation:targets"),
    Step(
        "add a target", "validation.services.add_target", "validation_add_target", "targets add", "validation:targets"
    ),
    Step(
        "keep a control proof",
        "validation.services.add_control",
        "validation_add_control",
        "targets control",
        "",
        "comes with a target's source, which is on its maker's machine",
    ),
    # clusters
    Step("list clusters", "clustering.selectors.listed", "clustering_listed", "clusters list", "clusters:list"),
    Step("see a cluster", "clustering.selectors.cluster", "clustering_one", "clusters show", "clusters:one"),
    Step(
        "finders' own cases about it",
        "cases.selectors.own_cases",
        "clustering_own_cases",
        "clusters show",
        "clusters:one",
    ),
    Step("join", "clustering.services.compare", "", "", "", "by execution alone, never by a person"),
    Step("undo a join", "clustering.services.undo_merge", "clustering_undo", "clusters undo", "clusters:undo"),
    Step("take out", "clustering.services.take_out", "clustering_take_out", "clusters take-out", "clusters:take-out"),
    Step("put back", "clustering.services.put_back", "clustering_put_back", "clusters put-back", "clusters:put-back"),
    # cases
    Step("open a case, set its embargo", "cases.services.open_case", "cases_open_case", "cases open", "cases:open"),
    Step("open a case of one's own", "cases.services.open_own", "cases_open_case", "cases open", "cases:open-own"),
    Step("list cases", "cases.selectors.listed", "cases_listed", "cases list", "cases:list"),
    Step("see a case", "cases.selectors.get", "cases_one", "cases show", "cases:one"),
    Step("participants", "cases.selectors.participants", "cases_participants", "cases show", "cases:one"),
    Step(
        "invite a member", "cases.services.invite", "cases_invite_member", "cases invite-member", "cases:invite-member"
    ),
    Step(
        "invite a maintainer by e-mail",
        "cases.services.invite_maintainer",
        "cases_invite_maintainer",
        "cases invite-maintainer",
        "cases:invite",
    ),
    Step("renew a link", "cases.services.new_link", "cases_renew_link", "cases renew-link", "cases:new-link"),
    Step("come in by a letter", "cases.services.enter", "", "", "cases:contact", "its letter leads to a page"),
    Step("accept the terms", "cases.services.accept", "", "", "cases:terms", "its letter leads to a page"),
    Step("see who is silent", "cases.selectors.silences", "case_silence_silences", "cases silence list", "cases:one"),
    Step("chase a vendor", "cases.services.chase", "case_silence_chase", "cases silence chase", "cases:chase"),
    Step(
        "propose what is done about silence",
        "cases.services.propose_outcome",
        "case_silence_propose_outcome",
        "cases silence propose",
        "cases:decide-silence",
    ),
    Step(
        "decide about silence",
        "cases.services.settle_outcome",
        "case_silence_settle_outcome",
        "cases silence decide",
        "cases:decide-silence",
    ),
    Step("find a contact", "cases.selectors.contacts", "case_contacts_contacts", "cases contacts", "cases:contacts"),
    Step("see what came by mail", "cases.selectors.arrivals", "case_mail_arrivals", "cases mail", "cases:one"),
    Step("see the threads of a case", "cases.selectors.threads", "case_threads_threads", "cases show", "cases:one"),
    Step("the same alone", "cases.selectors.threads", "case_threads_threads", "cases threads list", "cases:one"),
    Step(
        "see who reads a thread", "cases.selectors.thread", "case_threads_thread", "cases threads show", "cases:thread"
    ),
    Step(
        "read a thread",
        "cases.selectors.messages",
        "case_threads_thread_messages",
        "cases threads show",
        "cases:thread",
    ),
    Step(
        "read all messages", "cases.selectors.messages", "case_threads_messages", "cases threads show", "cases:thread"
    ),
    Step(
        "open a thread",
        "cases.services.open_thread",
        "case_threads_open_thread",
        "cases threads open",
        "cases:open-thread",
    ),
    Step(
        "keep how far one has read",
        "cases.services.mark_read",
        "case_threads_mark_read",
        "cases threads mark-read",
        "cases:read-thread",
    ),
    Step("send a file", "cases.services.send", "case_threads_attach", "cases threads attach", "cases:thread"),
    Step(
        "save a file that was sent",
        "cases.selectors.attachment",
        "case_threads_attachment",
        "cases threads save",
        "cases:attachment",
    ),
    Step("search messages", "cases.selectors.search", "case_threads_search", "cases threads search", "cases:search"),
    Step("send a message", "cases.services.send", "case_threads_send", "cases send", "cases:thread"),
    Step(
        "conflicts of interest",
        "cases.selectors.conflicts",
        "case_conflicts_conflicts",
        "cases conflicts list",
        "cases:one",
    ),
    Step(
        "say that there is one",
        "cases.services.say_conflict",
        "case_conflicts_say",
        "cases conflicts say",
        "cases:say-conflict",
    ),
    Step(
        "settle it",
        "cases.services.settle_conflict",
        "case_conflicts_settle",
        "cases conflicts settle",
        "cases:settle-conflict",
    ),
    Step("hand a case over", "cases.services.hand_over", "exchange_hand_over", "cases hand-over", "cases:hand-over"),
    Step("who took it", "cases.selectors.hand_overs", "exchange_hand_overs", "cases hand-overs", "cases:hand-over"),
    Step("take a case in", "findings.services.take_in", "exchange_take_in", "cases receive", "cases:receive"),
    Step(
        "where one came from", "findings.selectors.origins", "exchange_of_finding", "findings origins", "findings:one"
    ),
    Step("where it came from", "findings.selectors.origins", "exchange_of_case", "cases origins", "cases:one"),
    Step("answer as vendor", "cases.services.answer", "cases_answer", "cases answer", "cases:answer"),
    Step("read the answers", "cases.selectors.answers", "cases_answers", "cases answers", "cases:one"),
    Step("say what one did with a report", "cases.services.handle", "cases_handle", "cases handle", "cases:handle"),
    Step(
        "put on record that a vendor knows",
        "cases.services.note_awareness",
        "cases_note_awareness",
        "cases note-awareness",
        "cases:note-awareness",
    ),
    Step("consent", "cases.services.consent", "cases_consent", "cases consent", "cases:consent"),
    Step(
        "propose another end",
        "cases.services.propose_embargo",
        "cases_propose",
        "cases propose-embargo",
        "cases:propose-embargo",
    ),
    Step("ends that were proposed", "cases.selectors.proposals", "cases_proposals", "cases proposals", "cases:one"),
    Step(
        "decide on a proposed end",
        "cases.services.decide_proposal",
        "cases_decide_proposal",
        "cases decide-proposal",
        "cases:decide-proposal",
    ),
    Step("what happened in a case", "cases.selectors.history", "cases_history", "cases history", "cases:one"),
    Step(
        "shorten the embargo",
        "cases.services.shorten_embargo",
        "cases_shorten",
        "cases shorten-embargo",
        "cases:shorten-embargo",
    ),
    Step(
        "end the embargo",
        "cases.services.end_embargo",
        "cases_end_embargo",
        "cases end-embargo",
        "cases:end-embargo",
    ),
    Step("see the clocks of a case", "cases.selectors.timing", "case_clocks_clocks", "cases clocks show", "cases:one"),
    Step(
        "take them to a calendar",
        "cases.clocks.calendar_file.calendar_file",
        "case_clocks_calendar",
        "cases clocks calendar",
        "cases:calendar",
    ),
    Step(
        "keep a policy with time limits",
        "cases.services.keep_policy",
        "case_clocks_keep",
        "cases clocks keep",
        "cases:keep-policy",
    ),
    Step("drop a policy", "cases.services.drop_policy", "case_clocks_drop", "cases clocks drop", "cases:drop-policy"),
    Step(
        "state what starts or stops clocks",
        "cases.services.state_moment",
        "case_clocks_mark",
        "cases clocks mark",
        "cases:mark-clock",
    ),
    Step("who makes and ships what", "cases.selectors.upkeep", "projects_upkeep", "projects upkeep", "projects:list"),
    Step("say so", "cases.services.state_upkeep", "projects_state", "projects state", "projects:state"),
    Step(
        "say what a product ships",
        "cases.services.state_shipped",
        "projects_state_shipped",
        "projects ship",
        "projects:ship",
    ),
    Step("who must be told", "cases.selectors.suggestions", "projects_suggestions", "cases suggestions", "cases:one"),
    Step("take it back", "cases.services.end_upkeep", "projects_end", "projects end", "projects:end"),
    Step("policies of projects", "cases.selectors.policies", "projects_policies", "projects policies", "projects:list"),
    Step("set one", "cases.services.set_policy", "projects_set_policy", "projects set-policy", "projects:set-policy"),
    Step("what waits for its turn", "cases.selectors.turns", "projects_turns", "cases turns", "projects:turns"),
    Step(
        "let in ahead of its turn",
        "cases.services.let_in_now",
        "projects_let_in_now",
        "cases let-in-now",
        "projects:let-in-now",
    ),
    Step(
        "take out of the line",
        "cases.services.withdraw_turn",
        "projects_withdraw",
        "cases withdraw-turn",
        "projects:withdraw-turn",
    ),
    Step("choose the zone of clocks", "", "", "", "cases:clock-zone", "the others name it with each question"),
    Step("see what happens meanwhile", "", "", "", "cases:live", "the others ask again, by `since` or by the command"),
    Step("say what happened", "cases.services.claim", "cases_claim", "cases claim", "cases:claim"),
    Step("what was said to have happened", "cases.selectors.claims", "cases_claims", "cases claims", "cases:one"),
    Step(
        "decide on what was said",
        "cases.services.decide_claim",
        "cases_decide_claim",
        "cases decide-claim",
        "cases:decide-claim",
    ),
    Step(
        "follow what changes in your cases",
        "cases.selectors.changes",
        "case_changes_changes",
        "cases changes",
        "cases:changes",
    ),
    Step(
        "filters of the list", "cases.selectors.filters", "case_filters_filters", "cases filters list", "cases:filters"
    ),
    Step(
        "keep a filter",
        "cases.services.save_filter",
        "case_filters_save_filter",
        "cases filters save",
        "cases:save-filter",
    ),
    Step(
        "rename a filter",
        "cases.services.change_filter",
        "case_filters_change_filter",
        "cases filters rename",
        "cases:change-filter",
    ),
    Step(
        "delete a filter",
        "cases.services.delete_filter",
        "case_filters_delete_filter",
        "cases filters delete",
        "cases:change-filter",
    ),
    Step(
        "private channels of projects",
        "cases.selectors.channels",
        "case_bridges_channels",
        "cases channels list",
        "cases:channels",
    ),
    Step(
        "keep a token for one",
        "cases.services.add_channel",
        "case_bridges_add_channel",
        "cases channels add",
        "cases:channels",
    ),
    Step(
        "give it another token",
        "cases.services.renew_token",
        "case_bridges_renew_token",
        "cases channels renew-token",
        "cases:change-channel",
    ),
    Step(
        "use it no more",
        "cases.services.end_channel",
        "case_bridges_end_channel",
        "cases channels end",
        "cases:change-channel",
    ),
    Step(
        "where a report was handed in",
        "cases.selectors.bridges",
        "case_bridges_bridges",
        "cases bridges list",
        "cases:one",
    ),
    Step(
        "hand a report in at a private channel",
        "cases.services.bridge",
        "case_bridges_bridge",
        "cases bridges hand-in",
        "cases:bridge",
    ),
    Step(
        "look at a private channel now",
        "cases.services.look_at_bridge",
        "case_bridges_look_again",
        "cases bridges again",
        "cases:look-again",
    ),
    Step("webhooks for cases", "cases.selectors.hooks", "case_webhooks_hooks", "cases webhooks list", "cases:webhooks"),
    Step(
        "what they were called for",
        "cases.selectors.calls",
        "case_webhooks_calls",
        "cases webhooks log",
        "cases:webhooks",
    ),
    Step(
        "add a webhook for cases",
        "cases.services.add_hook",
        "case_webhooks_add_hook",
        "cases webhooks add",
        "cases:webhooks",
    ),
    Step(
        "call one again",
        "cases.services.resume_hook",
        "case_webhooks_resume_hook",
        "cases webhooks resume",
        "cases:change-webhook",
    ),
    Step(
        "give it another secret",
        "cases.services.renew_secret",
        "case_webhooks_renew_secret",
        "cases webhooks renew-secret",
        "cases:change-webhook",
    ),
    Step(
        "call it once as a test",
        "cases.services.test_hook",
        "case_webhooks_test_hook",
        "cases webhooks test",
        "cases:change-webhook",
    ),
    Step(
        "call it no more",
        "cases.services.remove_hook",
        "case_webhooks_remove_hook",
        "cases webhooks remove",
        "cases:change-webhook",
    ),
    Step(
        "see what waits for you in your cases",
        "cases.selectors.waiting",
        "cases_waiting",
        "cases waiting",
        "cases:waiting",
    ),
    Step(
        "see who found the same flaw again",
        "cases.selectors.rediscoveries",
        "cases_rediscoveries",
        "cases rediscoveries",
        "cases:one",
    ),
    Step(
        "take a second finder's report into a case",
        "cases.services.take_in",
        "cases_take_in",
        "cases take-in",
        "cases:take-in",
    ),
    Step(
        "say that a claim was accepted by mistake",
        "cases.services.doubt_claim",
        "cases_doubt_claim",
        "cases doubt-claim",
        "cases:doubt-claim",
    ),
    Step(
        "correct a claim that is doubted",
        "cases.services.settle_doubt",
        "cases_settle_doubt",
        "cases settle-doubt",
        "cases:settle-doubt",
    ),
    Step(
        "see where a case went on",
        "cases.selectors.went_on",
        "case_lineage_went_on",
        "cases went-on",
        "cases:one",
    ),
    Step(
        "see what a merge would do",
        "cases.services.merge_plan",
        "case_lineage_merge_plan",
        "cases merge",
        "cases:merge",
    ),
    Step(
        "merge a case into another one",
        "cases.services.merge",
        "case_lineage_merge",
        "cases merge",
        "cases:merge",
    ),
    Step(
        "see what a split would do",
        "cases.services.split_plan",
        "case_lineage_split_plan",
        "cases split",
        "cases:split",
    ),
    Step(
        "split a case",
        "cases.services.split",
        "case_lineage_split",
        "cases split",
        "cases:split",
    ),
    Step(
        "see what a new opening would do",
        "cases.services.reopen_plan",
        "case_lineage_reopen_plan",
        "cases reopen",
        "cases:reopen",
    ),
    Step(
        "take up again what is over",
        "cases.services.reopen",
        "case_lineage_reopen",
        "cases reopen",
        "cases:reopen",
    ),
    Step(
        "offer a case to another owner",
        "cases.services.transfer",
        "case_lineage_transfer",
        "cases transfer",
        "cases:transfer",
    ),
    Step(
        "take back what was offered to another owner",
        "cases.services.withdraw_transfer",
        "case_lineage_withdraw_transfer",
        "cases withdraw-transfer",
        "cases:withdraw-transfer",
    ),
    Step(
        "see to which owners a case was offered",
        "cases.selectors.transfers",
        "case_lineage_transfers",
        "cases transfers",
        "cases:one",
    ),
    Step(
        "see what taking a case over would do",
        "cases.services.transfer_plan",
        "case_lineage_transfer_plan",
        "cases answer-transfer",
        "cases:answer-transfer",
    ),
    Step(
        "take a case over that is offered",
        "cases.services.answer_transfer",
        "case_lineage_answer_transfer",
        "cases answer-transfer",
        "cases:answer-transfer",
    ),
    Step(
        "see the parts that one is offered",
        "cases.selectors.offers",
        "case_lineage_offers",
        "cases offers",
        "cases:offers",
    ),
    Step(
        "take part on the terms that are offered",
        "cases.services.answer_offer",
        "case_lineage_answer_offer",
        "cases answer-offer",
        "cases:answer-offer",
    ),
    # fixes and publication
    Step("attach a fix", "fixes.services.attach", "fixes_attach", "fixes attach", "cases:attach-fix"),
    Step("list fixes", "fixes.selectors.of_case", "fixes_of_case", "fixes list", "cases:one"),
    Step("see a fix", "fixes.selectors.get", "fixes_one", "fixes show", "fixes:one"),
    Step("see a patch", "fixes.selectors.patch", "fixes_patch", "fixes patch", "fixes:patch"),
    Step(
        "ask a second person to publish",
        "advisories.services.ask",
        "advisories_ask",
        "cases ask-publication",
        "cases:publish",
    ),
    Step(
        "read what waits to be published",
        "advisories.selectors.publications",
        "advisories_publications",
        "cases publications",
        "cases:publication",
    ),
    Step(
        "agree to a publication",
        "advisories.services.settle",
        "advisories_settle",
        "cases decide-publication",
        "cases:publication",
    ),
    Step("publish alone", "advisories.services.publish", "advisories_publish", "cases publish", "cases:publish"),
    Step(
        "review what one published",
        "advisories.services.review",
        "advisories_review",
        "cases review-publication",
        "cases:review-publication",
    ),
    Step("how the house works", "house.selectors.settings", "house_rules_settings", "house settings", "house:one"),
    Step(
        "when nothing is published",
        "house.selectors.closings",
        "house_rules_closings",
        "house calendar",
        "house:calendar",
    ),
    Step(
        "whether something can be published",
        "house.selectors.look_at",
        "house_rules_look",
        "house closed-at",
        "house:calendar",
    ),
    Step("publish nothing in a time", "house.services.close", "house_rules_close", "house close", "house:close"),
    Step(
        "publish again in it",
        "house.services.end_closing",
        "house_rules_end_closing",
        "house open",
        "house:end-closing",
    ),
    Step("who is on call", "house.selectors.on_call", "duty_on_call", "house duty", "house:duty"),
    Step("who comes next", "house.selectors.shifts", "duty_shifts", "house duty", "house:duty"),
    Step(
        "put somebody on call", "house.services.plan_shift", "duty_plan_shift", "house plan-shift", "house:plan-shift"
    ),
    Step("end a shift", "house.services.end_shift", "duty_end_shift", "house end-shift", "house:end-shift"),
    Step(
        "hand the duty over",
        "house.services.hand_over_duty",
        "duty_hand_over",
        "house hand-over",
        "house:hand-over-duty",
    ),
    Step("what was left", "house.selectors.hand_overs", "duty_hand_overs", "house hand-overs", "house:duty"),
    Step(
        "who runs the component",
        "cases.selectors.who_runs",
        "mitigations_suggestions",
        "cases notices suggestions",
        "cases:warn",
    ),
    Step(
        "give operators a mitigation",
        "advisories.services.warn",
        "mitigations_warn",
        "cases notices send",
        "cases:warn",
    ),
    Step(
        "what operators were told",
        "advisories.selectors.mitigations",
        "mitigations_mitigations",
        "cases notices list",
        "cases:notices",
    ),
    Step("read notices", "notices.selectors.received", "notices_received", "notices", "operators:notices"),
    Step("choose how it works", "house.services.choose", "house_rules_choose", "house choose", "house:choose"),
    Step("see the advisory", "advisories.selectors.of_case", "advisories_of_case", "cases advisory", "cases:one"),
    # operators
    Step("look at a file", "inventory.services.preview", "inventory_preview", "inventory preview", "operators:preview"),
    Step("see how far it is", "", "", "", "operators:progress", "the others wait with a line of progress of their own"),
    Step("import", "inventory.services.import_file", "inventory_import_file", "inventory import", "operators:import"),
    Step(
        "an import", "inventory.selectors.import_", "inventory_one_import", "inventory imported", "operators:imported"
    ),
    Step(
        "a long list of an import",
        "inventory.selectors.changes",
        "inventory_changes",
        "inventory changes",
        "operators:changes",
    ),
    Step(
        "send a large file", "inventory.services.send", "inventory_import_file", "inventory import", "operators:import"
    ),
    Step(
        "large files on their way",
        "inventory.selectors.intakes",
        "inventory_intakes",
        "inventory intakes",
        "operators:inventories",
    ),
    Step(
        "how far one is",
        "inventory.selectors.intake",
        "inventory_one_intake",
        "inventory intake",
        "operators:intake",
    ),
    Step(
        "take one up again",
        "inventory.services.again",
        "inventory_again",
        "inventory again",
        "operators:intake-again",
    ),
    Step("forget one", "inventory.services.drop", "inventory_drop", "inventory drop", "operators:intake-drop"),
    Step(
        "inventories", "inventory.selectors.inventories", "inventory_listed", "inventory list", "operators:inventories"
    ),
    Step("an inventory", "inventory.selectors.inventory", "inventory_one", "inventory show", "operators:inventory"),
    Step("its assets", "inventory.selectors.assets", "inventory_assets", "inventory show", "operators:inventory"),
    Step("its imports", "inventory.selectors.imports", "inventory_imports", "inventory show", "operators:inventory"),
    Step(
        "what scanners say",
        "inventory.selectors.findings",
        "inventory_findings",
        "inventory findings",
        "operators:asset",
    ),
    Step("an asset", "inventory.selectors.asset", "inventory_asset", "inventory asset", "operators:asset"),
    Step(
        "what stands on an asset",
        "exposure.selectors.on_asset",
        "exposure_on_asset",
        "inventory asset",
        "operators:asset",
    ),
    Step("facts", "inventory.services.state_asset", "inventory_state_facts", "inventory facts", "operators:facts"),
    Step("match a file", "exposure.scan.running.scan", "", "exposure scan", "", SCRIPT),
    Step("hold versions against their order", "formats.versions.check.check_lines", "", "versions compare", "", SCRIPT),
    Step(
        "see agreements",
        "frontier.selectors.agreements",
        "frontier_agreements",
        "frontier access list",
        "frontier:list",
    ),
    Step(
        "see an agreement", "frontier.selectors.agreement", "frontier_agreement", "frontier access show", "frontier:one"
    ),
    Step(
        "fetch a signed agreement",
        "frontier.selectors.envelope",
        "frontier_agreement_file",
        "frontier access fetch",
        "frontier:file",
    ),
    Step("offer an agreement", "frontier.services.offer", "frontier_offer", "frontier access offer", "frontier:offer"),
    Step(
        "sign an offered agreement", "frontier.services.sign", "frontier_sign", "frontier access sign", "frontier:step"
    ),
    Step(
        "decline an agreement",
        "frontier.services.decline",
        "frontier_decline",
        "frontier access decline",
        "frontier:step",
    ),
    Step("offer other words", "frontier.services.reword", "frontier_reword", "frontier access reword", "frontier:step"),
    Step(
        "name a client",
        "frontier.services.name_client",
        "frontier_name_client",
        "frontier access client",
        "frontier:step",
    ),
    Step("give access", "frontier.services.give", "frontier_give", "frontier access give", "frontier:step"),
    Step(
        "a token for the client", "frontier.services.token", "frontier_token", "frontier access token", "frontier:token"
    ),
    Step(
        "what a gateway has to know",
        "frontier.services.statements",
        "frontier_statements",
        "frontier access statements",
        "",
        ASKED_BY_GATEWAYS,
    ),
    Step(
        "say what was used",
        "frontier.services.report_use",
        "frontier_report_use",
        "frontier access use",
        "",
        ASKED_BY_GATEWAYS,
    ),
    Step("name a plan", "frontier.services.plan", "frontier_plan", "frontier access plan", "frontier:step"),
    Step("say that it runs", "frontier.services.begin", "frontier_begin", "frontier access begin", "frontier:step"),
    Step(
        "say that it was ended early",
        "frontier.services.stop",
        "frontier_stop",
        "frontier access stop",
        "frontier:step",
    ),
    Step(
        "say that it is done", "frontier.services.finish", "frontier_finish", "frontier access finish", "frontier:step"
    ),
    Step(
        "say what came of it",
        "frontier.services.determine",
        "frontier_determine",
        "frontier access determine",
        "frontier:step",
    ),
    Step(
        "take everything back",
        "frontier.services.withdraw",
        "frontier_withdraw",
        "frontier access withdraw",
        "frontier:step",
    ),
    Step(
        "take back all access",
        "frontier.services.withdraw_all",
        "frontier_withdraw_all",
        "frontier access withdraw-all",
        "frontier:withdraw-all",
    ),
    Step(
        "hand in a certificate of deletion",
        "frontier.services.certify",
        "frontier_certify",
        "frontier access certify",
        "frontier:step",
    ),
    Step(
        "read a certificate of deletion",
        "frontier.selectors.certificate",
        "frontier_certificate",
        "frontier access certificate",
        "frontier:certificate",
    ),
    Step("see partners", "frontier.selectors.partners", "frontier_partners", "frontier partners list", "frontier:one"),
    Step(
        "propose a partner",
        "frontier.services.propose",
        "frontier_propose",
        "frontier partners propose",
        "frontier:propose",
    ),
    Step(
        "decide on a partner",
        "frontier.services.decide_partner",
        "frontier_decide_partner",
        "frontier partners decide",
        "frontier:decide-partner",
    ),
    Step(
        "flag a conflict of a partner",
        "frontier.services.flag_conflict",
        "frontier_flag_conflict",
        "frontier partners conflict",
        "frontier:flag-conflict",
    ),
    Step(
        "say where a finding came up",
        "frontier.services.hand_off",
        "frontier_hand_off",
        "frontier access hand-off",
        "frontier:step",
    ),
    Step(
        "see what was handed off",
        "frontier.selectors.handed_off",
        "frontier_handed_off",
        "frontier access findings",
        "frontier:one",
    ),
    Step(
        "see enquiries",
        "frontier.selectors.enquiries",
        "frontier_enquiries",
        "frontier enquiries list",
        "frontier:enquiries",
    ),
    Step(
        "ask whether a model is covered",
        "frontier.services.ask",
        "frontier_ask",
        "frontier enquiries ask",
        "frontier:ask",
    ),
    Step(
        "answer an enquiry",
        "frontier.services.answer",
        "frontier_answer",
        "frontier enquiries answer",
        "frontier:answer",
    ),
    Step(
        "see releases",
        "frontier.selectors.releases",
        "frontier_releases",
        "frontier enquiries released",
        "frontier:enquiries",
    ),
    Step(
        "note a release",
        "frontier.services.note_release",
        "frontier_note_release",
        "frontier enquiries release",
        "frontier:release",
    ),
    Step("templates", "frontier.agreements.templates.shipped", "", "frontier agreement templates", "", SCRIPT),
    Step(
        "read an agreement",
        "frontier.agreements.terms.read_agreement",
        "",
        "frontier agreement read",
        "frontier:draft",
        SCRIPT,
    ),
    Step("sign an agreement", "frontier.agreements.signing.countersign", "", "frontier agreement sign", "", SCRIPT),
    Step("a key to sign with", "frontier.envelopes.name_of", "", "frontier agreement key", "", SCRIPT),
    Step("sign results", "frontier.bundles.writing.bundle", "", "frontier bundle", "", SCRIPT),
    Step("check results", "frontier.bundles.checking.check", "", "frontier verify", "frontier:results", SCRIPT),
    Step("show some results", "frontier.bundles.redacting.view", "", "frontier redact", "", SCRIPT),
    Step("look for cheating", "frontier.integrity.judging.judged", "", "frontier cheats", "", SCRIPT),
    Step("make a pack", "frontier.packs.generating.generate_pack", "", "frontier pack make", "", SCRIPT),
    Step("import a pack", "frontier.packs.importing.intercode.read_intercode", "", "frontier pack import", "", SCRIPT),
    Step("read a pack", "frontier.packs.reading.read", "", "frontier pack read", "", SCRIPT),
    Step("check a pack", "frontier.packs.reading.read", "", "frontier pack check", "", SCRIPT),
    Step("go the whole way once", "cli.rehearsal.rehearse", "", "frontier rehearse", "", SCRIPT),
    Step("explore the framework", "frontier.course.exploring.explore", "", "frontier check", "", SCRIPT),
    Step("open transcripts", "frontier.transcripts.check", "", "frontier open", "", SCRIPT),
    Step("fetch transcripts", "frontier.gateway.client.fetched", "", "frontier fetch", "", SCRIPT),
    Step("delete", "frontier.deletion.deleting.delete", "", "frontier delete", "", SCRIPT),
    Step("certify", f"{CERTIFICATES}.certificate", "", "frontier certificate make", "", SCRIPT),
    Step(
        "sign a certificate",
        "frontier.deletion.certificates.countersigned",
        "",
        "frontier certificate sign",
        "",
        SCRIPT,
    ),
    Step(
        "read a certificate",
        "frontier.deletion.certificates.read_certificate",
        "",
        "frontier certificate read",
        "",
        SCRIPT,
    ),
    Step("check a plan", "frontier.determination.plan.read_plan", "", "frontier plan", "", SCRIPT),
    Step("run a pack", "frontier.evaluations.starting.evaluate", "", "frontier run", "", SCRIPT),
    Step("read runs", "frontier.evaluations.folder.Folder", "", "frontier runs", "", SCRIPT),
    Step("determine", "frontier.determination.telling.determination", "", "frontier determine", "", SCRIPT),
    Step("hear a house", "frontier.gateway.store.Store.trust", "", "gateway trust", "", GATEWAY),
    Step("enter an agreement", "frontier.gateway.store.Store.agree", "", "gateway agree", "", GATEWAY),
    Step("take statements in", "frontier.gateway.store.Store.take", "", "gateway take", "", GATEWAY),
    Step("follow a house", "cli.following.follow_once", "", "gateway follow", "", GATEWAY),
    Step("withdraw", "frontier.gateway.store.Store.withdraw", "", "gateway withdraw", "", GATEWAY),
    Step("see what is granted and spent", "frontier.gateway.store.Store.uses", "", "gateway show", "", GATEWAY),
    Step("write transcripts", "frontier.transcripts.lines", "", "gateway transcripts", "", GATEWAY),
    Step("back a gateway up", "frontier.gateway.backups.back_up", "", "gateway backup", "", GATEWAY),
    Step("serve a model", "frontier.gateway.app.Gateway", "", "gateway serve", "", GATEWAY),
    Step("the rules of a case", "cases.rules.crossing.joint_states", "", "cases rules", "", SCRIPT),
    Step("Vultron's vocabulary", "formats.vultron.message_of", "", "cases rules vultron", "", SCRIPT),
    Step("check a history", "cases.rules.histories.walk", "", "cases rules check", "", SCRIPT),
    Step("policies with time limits", "cases.clocks.policies.offered", "", "cases clocks policies", "", SCRIPT),
    Step("work dates out", "cases.clocks.running.running", "", "cases clocks compute", "", SCRIPT),
    Step("look a case up", "exposure.priority.tables.Table", "", "priority decide", "", SCRIPT),
    Step("policy tables", "exposure.priority.shipped.shipped", "", "priority tables", "", SCRIPT),
    Step("check a table of one's own", "exposure.priority.reading.read_rows", "", "priority check", "", SCRIPT),
    Step("list actions", "exposure.selectors.actions", "exposure_listed", "actions list", "operators:actions"),
    Step("count actions", "exposure.selectors.counts", "exposure_counts", "actions counts", "operators:actions"),
    Step("the board", "exposure.selectors.board", "exposure_board", "actions board", "operators:actions"),
    Step("see an action", "exposure.selectors.action", "exposure_one", "actions show", "operators:action"),
    Step("the brief", "exposure.selectors.brief", "brief_brief", "brief", "operators:brief"),
    Step("the brief on paper", "exposure.selectors.brief", "brief_document", "brief", "operators:brief-pdf"),
    Step("the brief as text", "exposure.selectors.brief", "brief_document", "brief", "operators:brief-text"),
    Step("list alerts", "alerts.selectors.alerts", "alerts_listed", "alerts list", "operators:alerts"),
    Step("what was sent", "alerts.selectors.log", "alerts_log", "alerts log", "operators:alerts"),
    Step(
        "how to be told", "alerts.selectors.preferences", "alerts_preferences", "alerts preferences", "operators:alerts"
    ),
    Step("say how to be told", "alerts.services.prefer", "alerts_prefer", "alerts prefer", "operators:alerts-prefer"),
    Step("test alerts", "alerts.services.test", "alerts_test", "alerts test", "operators:alerts-test"),
    Step("webhooks", "alerts.selectors.hooks", "alerts_hooks", "alerts webhooks", "operators:alerts"),
    Step(
        "add a webhook",
        "alerts.services.add_hook",
        "alerts_add_hook",
        "alerts add-webhook",
        "operators:alerts-add-hook",
    ),
    Step(
        "call a webhook again",
        "alerts.services.resume_hook",
        "alerts_resume_hook",
        "alerts resume-webhook",
        "operators:alerts-hook",
    ),
    Step(
        "remove a webhook",
        "alerts.services.remove_hook",
        "alerts_remove_hook",
        "alerts remove-webhook",
        "operators:alerts-hook",
    ),
    Step("feeds", "alerts.selectors.feed_tokens", "alerts_feed_tokens", "alerts feeds", "operators:alerts"),
    Step(
        "add a feed",
        "alerts.services.add_feed_token",
        "alerts_add_feed_token",
        "alerts add-feed",
        "operators:alerts-add-feed",
    ),
    Step(
        "revoke a feed",
        "alerts.services.revoke_feed_token",
        "alerts_revoke_feed_token",
        "alerts revoke-feed",
        "operators:alerts-revoke-feed",
    ),
    Step("read a feed", "alerts.selectors.feed_as_atom", "", "", "operators:feed-atom", "for feed readers"),
    Step("read a feed as JSON", "alerts.selectors.feed_as_json", "", "", "operators:feed-json", "for feed readers"),
    Step("claim", "exposure.services.claim", "exposure_claim", "actions claim", "operators:claim"),
    Step("take back", "exposure.services.take_back", "exposure_take_back", "actions take-back", "operators:take-back"),
    # feeds
    Step("feeds and their age", "feeds.selectors.feeds", "feeds_listed", "feeds list", "operators:feeds"),
    Step("a feed and what was refused", "feeds.selectors.feed", "feeds_one", "feeds show", "operators:feed"),
    Step("follow a source", "feeds.services.add", "feeds_add", "feeds add", "operators:add-feed"),
    Step("pull a feed", "feeds.services.ask_pull", "feeds_pull", "feeds pull", "operators:pull-feed"),
    Step("load a feed", "feeds.services.ask_load", "feeds_load", "feeds load", "operators:load-feed"),
    Step("stop a feed", "feeds.services.stop", "feeds_stop", "feeds stop", "operators:stop-feed"),
    Step("start it again", "feeds.services.start", "feeds_start", "feeds start", "operators:start-feed"),
    Step("remove a feed", "feeds.services.remove", "feeds_remove", "feeds remove", "operators:remove-feed"),
    Step("hand feeds on", "feeds.services.publish", "", "feeds publish", "", HOST),
    Step("make a root to sign under", "feeds.services.found_root", "", "feeds root", "", HOST),
    Step(
        "what dates follow from", "exposure.selectors.policy", "priority_policy", "priority show", "operators:priority"
    ),
    Step("choose", "exposure.services.choose", "priority_choose", "priority choose", "operators:choose"),
    Step(
        "a table of one's own",
        "exposure.services.add_table",
        "priority_add_table",
        "priority add",
        "operators:add-table",
    ),
    Step("questions", "exposure.selectors.questions", "priority_questions", "actions questions", "operators:actions"),
    Step(
        "exceptions", "exposure.selectors.exceptions", "priority_exceptions", "exceptions list", "operators:exceptions"
    ),
    Step(
        "ask for an exception",
        "exposure.services.request_exception",
        "priority_request_exception",
        "exceptions request",
        "operators:request-exception",
    ),
    Step(
        "approve", "exposure.services.approve_exception", "priority_approve", "exceptions approve", "operators:approve"
    ),
    Step("refuse", "exposure.services.refuse_exception", "priority_refuse", "exceptions refuse", "operators:refuse"),
    Step(
        "withdraw",
        "exposure.services.withdraw_exception",
        "priority_withdraw",
        "exceptions withdraw",
        "operators:withdraw",
    ),
    Step("rely on a statement", "exposure.services.rely_on_vex", "vex_rely", "exposure vex add", "operators:rely"),
    Step(
        "what an import says of its flaws",
        "exposure.selectors.vex_offered",
        "vex_offered",
        "exposure vex offered",
        "operators:imported",
    ),
    Step(
        "rely on that",
        "exposure.services.rely_on_import",
        "vex_rely_on_import",
        "exposure vex add",
        "operators:rely-on-import",
    ),
    Step("statements relied on", "exposure.selectors.vex", "vex_listed", "exposure vex list", "operators:vex"),
    Step("one of them", "exposure.selectors.vex_document", "vex_one", "exposure vex show", "operators:vex-document"),
    Step("what is put aside", "exposure.selectors.put_aside", "vex_aside", "exposure vex aside", "operators:vex"),
    Step(
        "rely on it no more",
        "exposure.services.withdraw_vex",
        "vex_withdraw",
        "exposure vex withdraw",
        "operators:vex-withdraw",
    ),
    Step(
        "forensic cases", "exposure.selectors.forensic_cases", "priority_cases", "forensics list", "operators:forensics"
    ),
    Step(
        "a forensic case", "exposure.selectors.forensic_case", "priority_case", "forensics show", "operators:forensic"
    ),
    Step("write it down", "exposure.services.add_entry", "priority_add_entry", "forensics write", "operators:write"),
    Step("keep evidence", "exposure.services.add_entry", "priority_add_file", "forensics keep", "operators:write"),
    Step(
        "open evidence", "exposure.selectors.evidence", "priority_evidence", "forensics evidence", "operators:evidence"
    ),
    Step(
        "verdict", "exposure.services.give_verdict", "priority_give_verdict", "forensics verdict", "operators:verdict"
    ),
    # one operator on one machine: the same services, without a server or an account
    *(
        Step(does, "", "", f"operator {name}", "", LOCAL)
        for name, does in {
            "init": "set this machine up",
            "pull": "get the news of flaws",
            "match": "match now",
            "confirm": "take in what there is",
            "list": "see what to do",
            "show": "see one thing to do",
            "questions": "see what is worth saying",
            "answer": "say what is known of a machine",
            "done": "note that it is done",
            "excuse": "rely on what makers say does no harm",
            "brief": "see it on one page",
            "report": "write evidence",
            "share": "hand an inventory to a clearinghouse",
            "up": "look at the pages",
        }.items()
    ),
    # those who serve operators
    Step(
        "consent to be served",
        "identity.services.give_consent",
        "intermediaries_give",
        "consents give",
        "intermediaries:consents",
    ),
    Step(
        "withdraw it",
        "identity.services.withdraw_consent",
        "intermediaries_withdraw",
        "consents withdraw",
        "intermediaries:withdraw",
    ),
    Step(
        "consents",
        "identity.selectors.consents",
        "intermediaries_consents",
        "consents list",
        "intermediaries:consents",
    ),
    Step(
        "what was done in our name",
        "identity.selectors.done_for",
        "intermediaries_done",
        "consents done",
        "intermediaries:consents",
    ),
    Step(
        "clients",
        "exposure.selectors.client_boards",
        "intermediaries_clients",
        "clients list",
        "intermediaries:clients",
    ),
    Step(
        "act for a client",
        "identity.selectors.standing_in",
        "",
        "",
        "intermediaries:enter",
        "scripts name the client in each request",
    ),
    Step("back to all clients", "", "", "", "intermediaries:leave", BROWSER),
    # the house and its people
    Step("outbox", "notify.selectors.outbox", "notify_outbox", "outbox", "people:outbox"),
    Step("who may do what", "policy.told.told", "identity_policy", "policy", "governance"),
    Step("how cases went", "measures.selectors.coordination", "measures_of_cases", "cases measures", "coordination"),
    Step(
        "the same as a table",
        "measures.selectors.coordination_csv",
        "measures_of_cases_csv",
        "cases measures",
        "coordination-csv",
    ),
    Step("measures", "measures.selectors.figures", "measures_measures", "measures", "measures"),
    Step(
        "organisations",
        "identity.selectors.listed",
        "identity_organisations",
        "organisations list",
        "people:organisation",
    ),
    Step(
        "let an organisation in",
        "identity.services.let_in",
        "identity_add_organisation",
        "organisations add",
        "people:new-organisation",
    ),
    Step("members", "identity.selectors.members", "identity_members", "members list", "people:organisation"),
    Step("let a member in", "identity.services.add_member", "identity_add_member", "members add", "people:new-member"),
    Step("link a member", "identity.services.make_link", "identity_link_member", "members link", "people:new-link"),
    Step("end a member", "identity.services.end_member", "identity_end_member", "members end", "people:end-member"),
    Step("forget a member", "identity.services.forget", "identity_forget_member", "members forget", "people:forget"),
    Step("tokens", "identity.selectors.tokens", "identity_tokens", "tokens list", "people:organisation"),
    Step("issue a token", "identity.services.issue_token", "identity_issue", "tokens issue", "people:new-token"),
    Step(
        "issue a machine's token",
        "identity.services.issue_token",
        "identity_issue_for",
        "tokens issue",
        "people:new-token-of",
    ),
    Step("revoke a token", "identity.services.revoke_token", "identity_revoke", "tokens revoke", "people:revoke-token"),
    Step("the terms", "identity.terms.terms", "identity_current_terms", "terms show", "people:organisation"),
    Step("answer the terms", "identity.services.answer_terms", "identity_answer_terms", "terms answer", "people:terms"),
    Step("sign in by a link", "identity.services.use_link", "", "sign-in", "people:link", "a session is no API answer"),
    Step("sign out", "", "", "sign-out", "people:sign-out", "the same"),
    Step("set up an account", "identity.services.set_up_account", "", "", "people:welcome", BROWSER),
    Step("act for another of one's organisations", "", "", "", "people:act-as", BROWSER),
    Step("a first page", "", "", "", "people:overview", BROWSER),
    Step("a forgotten password", "", "", "", "accounts/password/reset/", BROWSER),
    Step("see whether the house is well", "", "", "", "health", "for whoever watches the process"),
    Step("verify the ledger", "ledger.selectors.verify", "", "ledger verify", "", HOST),
    Step("export a log", "ledger.selectors.export", "", "ledger export", "", HOST),
    Step("what could have been read", "ledger.selectors.radius_of_token", "", "ledger radius", "", HOST),
    *(
        Step(name, "", "", name, "", HOST)
        for name in ("up", "migrate", "serve", "worker", "sequencer", "receiver", "backup", "restore", "demo")
    ),
)


def operations():
    schema = api.get_openapi_schema()
    return {operation["operationId"] for path in schema["paths"].values() for operation in path.values()}


def commands(command=None, before=()):
    command = command or typer.main.get_command(import_module("levee.cli.main").app)
    if not hasattr(command, "commands"):
        return {" ".join(before)}
    by_itself = {" ".join(before)} if before and command.invoke_without_command else set()
    return by_itself.union(*(commands(each, (*before, name)) for name, each in command.commands.items()))


def pages(patterns=None, spaces=()):
    """The pages of Levee's own; those of the sign-in library are its own concern."""
    found = set()
    for each in get_resolver("levee.app.urls").url_patterns if patterns is None else patterns:
        if isinstance(each, URLPattern):
            if each.callback.__module__.startswith("levee."):
                found.add(":".join((*spaces, each.name or str(each.pattern))))
        elif each.namespace != "api-1":
            found |= pages(each.url_patterns, (*spaces, *filter(None, [each.namespace])))
    return found


@pytest.mark.parametrize(
    ("face", "there", "named"),
    [
        ("the API", operations, lambda step: step.api and f"levee_api_{step.api}"),
        ("the command line", commands, lambda step: step.command),
        ("the pages", pages, lambda step: step.page),
    ],
)
def test_a_face_has_what_the_table_says_and_nothing_else(face, there, named):
    told = {named(step) for step in STEPS} - {""}
    assert told - there() == set(), f"{face} lacks these"
    assert there() - told == set(), f"the table lacks these of {face}"


def test_each_step_is_a_service_or_a_question_of_a_subsystem():
    for step in STEPS:
        if step.service:
            module, name = step.service.rsplit(".", 2 if ".Store." in step.service else 1)[0], step.service
            assert callable(attrgetter(name.removeprefix(f"{module}."))(import_module(f"levee.{module}"))), name


def test_a_step_that_a_face_lacks_says_why():
    for step in STEPS:
        assert all((step.service, step.api, step.command, step.page)) or step.because, step.does


def test_every_action_may_be_given_to_a_token_or_is_declared_as_one_that_may_not():
    assert TOKEN_SCOPES.keys() | IN_PERSON | OF_RUNS == set(Action)
    assert not TOKEN_SCOPES.keys() & (IN_PERSON | OF_RUNS)
    assert not IN_PERSON & OF_RUNS
    assert {action for action, rule in RULES.items() if rule.principals == {PrincipalKind.SERVICE}} == OF_RUNS
    assert len(set(TOKEN_SCOPES.values())) == len(TOKEN_SCOPES)
