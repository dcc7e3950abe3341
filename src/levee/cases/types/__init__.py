from levee.cases.types.bridges import Bridge, BridgeState, Channel
from levee.cases.types.cases import Case, Kind, Offer, OwnCase, Plan, Succession
from levee.cases.types.changes import Change, Changed
from levee.cases.types.clocks import Clock, ClockMark, KeptPolicy, Timing
from levee.cases.types.contacts import Document, Invitation, Opening, Terms
from levee.cases.types.course import Claim, Proposal, Step
from levee.cases.types.lists import Narrowed, Order, SavedFilter, Show, Task, Waiting, Waits
from levee.cases.types.parties import (
    Answered,
    Attempt,
    Conflict,
    Earlier,
    HandOver,
    Pace,
    Participant,
    Silence,
    VendorPace,
)
from levee.cases.types.projects import ProjectPolicy, Suggestion, Turn, Upkeep
from levee.cases.types.threads import Arrival, Attachment, File, Message, Thread
from levee.cases.types.webhooks import Call, CallState, Hook, HookSecret

__all__ = [
    "Answered",
    "Arrival",
    "Attachment",
    "Attempt",
    "Bridge",
    "BridgeState",
    "Call",
    "CallState",
    "Case",
    "Change",
    "Changed",
    "Channel",
    "Claim",
    "Clock",
    "ClockMark",
    "Conflict",
    "Document",
    "Earlier",
    "File",
    "HandOver",
    "Hook",
    "HookSecret",
    "Invitation",
    "KeptPolicy",
    "Kind",
    "Message",
    "Narrowed",
    "Offer",
    "Opening",
    "Order",
    "OwnCase",
    "Pace",
    "Participant",
    "Plan",
    "ProjectPolicy",
    "Proposal",
    "SavedFilter",
    "Show",
    "Silence",
    "Step",
    "Succession",
    "Suggestion",
    "Task",
    "Terms",
    "Thread",
    "Timing",
    "Turn",
    "Upkeep",
    "VendorPace",
    "Waiting",
    "Waits",
]
