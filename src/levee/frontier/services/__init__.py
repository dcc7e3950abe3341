"""Verbs of the voluntary framework: nothing in them licenses, approves or holds up anything."""

from levee.frontier.services.agreeing import decline, name_client, offer, reword, sign
from levee.frontier.services.certifying import certify
from levee.frontier.services.enquiring import answer, ask, note_release
from levee.frontier.services.evaluating import MOST_RUNS, begin, determine, finish, plan, stop
from levee.frontier.services.granting import give, house_key, report_use, statements, token
from levee.frontier.services.handing_off import hand_off
from levee.frontier.services.partnering import decide_partner, flag_conflict, propose
from levee.frontier.services.withdrawing import withdraw, withdraw_all

__all__ = [
    "MOST_RUNS",
    "answer",
    "ask",
    "begin",
    "certify",
    "decide_partner",
    "decline",
    "determine",
    "finish",
    "flag_conflict",
    "give",
    "hand_off",
    "house_key",
    "name_client",
    "note_release",
    "offer",
    "plan",
    "propose",
    "report_use",
    "reword",
    "sign",
    "statements",
    "stop",
    "token",
    "withdraw",
    "withdraw_all",
]
