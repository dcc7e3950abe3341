"""What can be done in a case, one verb or two per file."""

from levee.cases.services.answering import answer
from levee.cases.services.arriving import TAKE_MAIL, could_not_take, look_for_mail, take_mail
from levee.cases.services.bridging import bridge
from levee.cases.services.bridging import look_again as look_at_bridge
from levee.cases.services.calling import CALL_WEBHOOK, call_webhook, look_for_changes
from levee.cases.services.channels import add_channel, end_channel, renew_token
from levee.cases.services.chasing import chase, propose_outcome, settle_outcome
from levee.cases.services.claiming import claim, decide_claim
from levee.cases.services.consenting import consent
from levee.cases.services.contacts import (
    accept,
    decline,
    enter,
    invitation,
    needs_code,
    renew_code,
    renew_terms_code,
    terms,
)
from levee.cases.services.correcting import doubt_claim, settle_doubt
from levee.cases.services.crossing_over import CROSS, cross, look_over_bridges
from levee.cases.services.embargo import end_embargo, published
from levee.cases.services.filtering import change_filter, delete_filter, save_filter
from levee.cases.services.forgetting import forget
from levee.cases.services.handing_over import hand_over
from levee.cases.services.handling import handle, note_awareness
from levee.cases.services.hooking import add_hook, remove_hook, renew_secret, resume_hook, test_hook
from levee.cases.services.impartial import impartial, say_conflict, settle_conflict
from levee.cases.services.inviting import invite, invite_maintainer, new_link
from levee.cases.services.links import CLOSE_LINKS, close_links
from levee.cases.services.mentioning import TELL_MENTIONED, tell_mentioned
from levee.cases.services.merging import merge, merge_plan
from levee.cases.services.messages import send
from levee.cases.services.offers import answer_offer
from levee.cases.services.opening import open_case
from levee.cases.services.owning import open_own
from levee.cases.services.projects import end_upkeep, set_policy, state_shipped, state_upkeep
from levee.cases.services.proposing import decide_proposal, propose_embargo, shorten_embargo
from levee.cases.services.reading import mark_read
from levee.cases.services.rediscovery import take_in
from levee.cases.services.reminding import REMIND, look_again, remind, watch_clocks
from levee.cases.services.rows import keep_hidden_of
from levee.cases.services.splitting import reopen, reopen_plan, split, split_plan
from levee.cases.services.threads import open_thread
from levee.cases.services.timing import drop_policy, keep_policy, state_moment
from levee.cases.services.transferring import answer_transfer, transfer, transfer_plan, withdraw_transfer
from levee.cases.services.turns import RELEASE, let_in_now, release_with, wait_on, withdraw_turn
from levee.cases.services.watching import WATCH_CLOCKS

__all__ = [
    "CALL_WEBHOOK",
    "CLOSE_LINKS",
    "CROSS",
    "RELEASE",
    "REMIND",
    "TAKE_MAIL",
    "TELL_MENTIONED",
    "WATCH_CLOCKS",
    "accept",
    "add_channel",
    "add_hook",
    "answer",
    "answer_offer",
    "answer_transfer",
    "bridge",
    "call_webhook",
    "change_filter",
    "chase",
    "claim",
    "close_links",
    "consent",
    "could_not_take",
    "cross",
    "decide_claim",
    "decide_proposal",
    "decline",
    "delete_filter",
    "doubt_claim",
    "drop_policy",
    "end_channel",
    "end_embargo",
    "end_upkeep",
    "enter",
    "forget",
    "hand_over",
    "handle",
    "impartial",
    "invitation",
    "invite",
    "invite_maintainer",
    "keep_hidden_of",
    "keep_policy",
    "let_in_now",
    "look_again",
    "look_at_bridge",
    "look_for_changes",
    "look_for_mail",
    "look_over_bridges",
    "mark_read",
    "merge",
    "merge_plan",
    "needs_code",
    "new_link",
    "note_awareness",
    "open_case",
    "open_own",
    "open_thread",
    "propose_embargo",
    "propose_outcome",
    "published",
    "release_with",
    "remind",
    "remove_hook",
    "renew_code",
    "renew_secret",
    "renew_terms_code",
    "renew_token",
    "reopen",
    "reopen_plan",
    "resume_hook",
    "save_filter",
    "say_conflict",
    "send",
    "set_policy",
    "settle_conflict",
    "settle_doubt",
    "settle_outcome",
    "shorten_embargo",
    "split",
    "split_plan",
    "state_moment",
    "state_shipped",
    "state_upkeep",
    "take_in",
    "take_mail",
    "tell_mentioned",
    "terms",
    "test_hook",
    "transfer",
    "transfer_plan",
    "wait_on",
    "watch_clocks",
    "withdraw_transfer",
    "withdraw_turn",
]
