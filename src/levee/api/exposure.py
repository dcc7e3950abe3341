from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.api.matches import MatchOut, TimelineOut
from levee.api.priority import ExceptionOut, ForensicCaseOut
from levee.api.resting import Resting
from levee.exposure import selectors, services, types
from levee.exposure.actions.states import State
from levee.inventory import selectors as inventory
from levee.kernel.ids import parse_public_id

router = Router(tags=["actions"])
MOST = 200


class RemedyOut(Schema):
    """What is to be changed, and by whom."""

    owner: str
    owner_name: str
    ecosystem: str
    package: str
    version: str
    certain: bool


class ActionOut(Schema):
    """One thing to do."""

    public_id: str
    title: str
    remedy: RemedyOut
    state: State
    assets: list[str]
    vulnerabilities: list[str]
    due_at: datetime | None
    overdue: bool
    standing: str
    exploited: bool
    reasons: list[str]
    timeline: TimelineOut
    opened_at: datetime
    state_at: datetime
    reopened: int


class StepsOut(Schema):
    """The action in plain words."""

    first: str
    what: str
    cannot: str
    check: str
    undo: str
    upgrade: str
    show: str
    back: str


class StepOut(Schema):
    """Something that happened to the action."""

    at: datetime
    what: str
    note: str
    timeline: TimelineOut | None


class WindowOut(Schema):
    """When assets may be changed; `opens_at` where it can be known."""

    asset_names: list[str]
    words: str
    opens_at: datetime | None


class DetailOut(Resting):
    """An action with everything behind it."""

    action: ActionOut
    exemption: ExceptionOut | None
    cases: list[ForensicCaseOut]
    windows: list[WindowOut]
    steps: StepsOut
    letter: str
    matches: list[MatchOut]
    history: list[StepOut]


class CountsOut(Schema):
    """How many actions stand where."""

    open: int
    claimed: int
    excepted: int
    confirmed: int
    overdue: int
    retracted: int
    replaced: int


class DueOut(Schema):
    """How many actions stand in one band; no days: with the next upgrade."""

    days: int | None
    forensics: bool
    count: int
    overdue: int


class WeekOut(Schema):
    """How many actions stood where when a week ended."""

    ends_at: datetime
    open: int
    claimed: int
    confirmed: int


class ShareOut(Schema):
    """How many actions belong to somebody or rest on something; no name: your own organisation."""

    name: str
    count: int


class BoardOut(Resting):
    """What an operator sees at one glance."""

    due: list[DueOut]
    weeks: list[WeekOut]
    owners: list[ShareOut]
    sources: list[ShareOut]
    learnt_at: datetime | None


class ActionsOut(Resting):
    """Things to do, the most pressing first."""

    actions: list[ActionOut]


class OnAssetOut(Resting):
    """What stands on one asset."""

    actions: list[ActionOut]
    matches: list[MatchOut]


class NoteIn(In):
    """A remark for the record."""

    note: str = ""


@router.get("/actions", response=ActionsOut, summary="What to do, the most pressing first")
def listed(
    request: HttpRequest, state: State = State.OPEN, limit: int = 10, offset: int = 0
) -> dict[str, Sequence[types.Action]]:
    """Ten at once, unless more are asked for; at most 200."""
    few = max(1, min(limit, MOST))
    return {"actions": selectors.actions(actor_of(request), states=(state,), limit=few, offset=max(0, offset))}


@router.get("/actions/counts", response=CountsOut, summary="How many actions stand where")
def counts(request: HttpRequest) -> types.Counts:
    """Of your own organisation."""
    return selectors.counts(actor_of(request))


@router.get("/actions/board", response=BoardOut, summary="What is due, week by week, by whom and by source")
def board(request: HttpRequest) -> types.Board:
    """Of your own organisation."""
    return selectors.board(actor_of(request))


@router.get("/actions/{action}", response=DetailOut, summary="One action")
def one(request: HttpRequest, action: str) -> types.Detail:
    """With plain steps, every match explained, and what happened so far."""
    return selectors.action(actor_of(request), parse_public_id("ACT", action))


@router.get("/inventory/assets/{asset}/actions", response=OnAssetOut, summary="What stands on one asset")
def on_asset(request: HttpRequest, asset: str) -> types.OnAsset:
    """Its actions, the most pressing first, and every match with its reason."""
    actor = actor_of(request)
    return selectors.on_asset(actor, inventory.asset(actor, parse_public_id("AST", asset)).id)


@router.post("/actions/{action}/claim", response=DetailOut, summary="Report an action as done")
def claim(request: HttpRequest, action: str, body: NoteIn) -> types.Detail:
    """It stays a claim until a newer inventory shows that it is true."""
    key = parse_public_id("ACT", action)
    services.claim(actor_of(request), key, note=body.note)
    return selectors.action(actor_of(request), key)


@router.post("/actions/{action}/take-back", response=DetailOut, summary="Take a claim back")
def take_back(request: HttpRequest, action: str, body: NoteIn) -> types.Detail:
    """The action is open again."""
    key = parse_public_id("ACT", action)
    services.take_back(actor_of(request), key, note=body.note)
    return selectors.action(actor_of(request), key)
