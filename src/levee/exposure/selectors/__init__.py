from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC
from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import F, Max, Q
from django.db.models.functions import TruncDate

from levee.exposure import rows, scopes, types
from levee.exposure.actions import commands, wording
from levee.exposure.actions.states import DUE, STANDING, State
from levee.exposure.brief.content import Brief, Source, compose
from levee.exposure.models import ForensicCase, ForensicEntry, Known, Leave, Match, Step, Todo
from levee.exposure.priority import keeping
from levee.exposure.priority.questions import FACTS, Dated, worth_asking
from levee.exposure.regime import in_force
from levee.exposure.selectors import clients, decisions, figures
from levee.exposure.selectors.sight import NOTHING_THERE
from levee.exposure.selectors.sight import seen as _seen
from levee.exposure.selectors.statements import put_aside as put_aside
from levee.exposure.selectors.statements import vex as vex
from levee.exposure.selectors.statements import vex_document as vex_document
from levee.exposure.selectors.statements import vex_offered as vex_offered
from levee.feeds import selectors as feeds
from levee.identity import selectors as identity
from levee.inventory import selectors as inventory
from levee.kernel.errors import NotFound
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actors import OrganisationKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from levee.inventory.types import MaintenanceWindow
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

AT_ONCE = 10
MOST_FEEDS = 8
QUESTIONS = 5


def actions(
    actor: Actor, *, states: Collection[State] = (State.OPEN,), limit: int = AT_ONCE, offset: int = 0
) -> Sequence[types.Action]:
    """The operator's actions, the most pressing first.

    Args:
        actor: the reader.
        states: those that stand there.
        limit: at most so many; ten are shown at once.
        offset: from there.
    """
    with acting(actor) as act:
        mine = Todo.unscoped.filter(_seen(actor), state__in=list(states)).annotate(day=TruncDate("due_at", tzinfo=UTC))
        found = mine.order_by(
            F("day").asc(nulls_last=True),
            "strictness",
            "-exploited",
            "-weaponised",
            "-ransomware",
            "-epss",
            "weight",
            "-hits",
            "package",
            "version",
            "ecosystem",
            "owner",
            "owner_name",
            "-certain",
        )[offset : offset + limit]
        return [rows.action(row, now=act.now, bound=_bound(actor)) for row in found]


def on_asset(actor: Actor, asset: UUID) -> types.OnAsset:
    """What stands on one asset; nothing on one that is not this reader's.

    Args:
        actor: the reader.
        asset: its key in the inventory.
    """
    with acting(actor) as act:
        found = list(
            Match.unscoped.filter(_seen(actor), asset=asset).order_by(
                F("ended_at").desc(nulls_first=True), "package", "vulnerability", "id"
            )
        )
        keys = {match.action for match in found if match.action and match.ended_at is None and match.excuse is None}
        todo = Todo.unscoped.filter(_seen(actor), id__in=keys, state__in=STANDING)
        ranked = todo.order_by(F("due_at").asc(nulls_last=True), "strictness", "package", "id")
        actions = tuple(rows.action(row, now=act.now, bound=_bound(actor)) for row in ranked)
    return types.OnAsset(actions=actions, matches=tuple(rows.handed_out(match) for match in found))


def action(actor: Actor, key: UUID) -> types.Detail:
    """One action with everything behind it.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor) as act:
        row = Todo.unscoped.filter(_seen(actor), id=key).first()
        if row is None:
            raise NotFound(NOTHING_THERE)
        found = list(Match.unscoped.filter(_seen(actor), action=key).order_by("asset_name", "vulnerability", "id"))
        steps = list(Step.unscoped.filter(_seen(actor), action=key).order_by("at", "id"))
        told = rows.action(row, now=act.now, bound=_bound(actor))
        last = Leave.unscoped.filter(_seen(actor), action=key).order_by("-requested_at")[:1]
        exemption = decisions.exemptions(act, last)
        cases = decisions.cases(act, _cases(actor).filter(vulnerability__in=told.vulnerabilities))
        windows = _windows(act, {match.asset for match in found if match.ended_at is None and match.excuse is None})
    matches = tuple(rows.handed_out(match) for match in found)
    return types.Detail(
        action=told,
        exemption=exemption[0] if exemption else None,
        cases=cases,
        windows=windows,
        steps=wording.steps(
            told.remedy,
            assets=told.assets,
            old_version=_old_version(matches),
            inputs=told.timeline.inputs,
            forensics=told.timeline.band.forensics,
            installed=commands.installed(match.explanation.purl for match in matches if match.counts),
        ),
        letter=wording.letter(
            told.remedy,
            assets=told.assets,
            vulnerabilities=told.vulnerabilities,
            due=_by(told),
            exploited=told.exploited,
            forensics=told.timeline.band.forensics,
            windows=[each.words for each in windows if each.opens_at is not None],
        ),
        matches=matches,
        history=tuple(rows.history(step) for step in steps),
    )


def questions(actor: Actor, *, limit: int = QUESTIONS) -> Sequence[types.Question]:
    """What to ask: facts of assets that nobody states, those first whose mildest answer gives the most time.

    Args:
        actor: the reader.
        limit: at most so many; only what is missing is asked.
    """
    with acting(actor):
        force = in_force(actor).regime
        due = frozenset(Todo.unscoped.filter(_seen(actor), state__in=DUE).values_list("id", flat=True))
        mine = Match.unscoped.filter(_seen(actor), ended_at=None, excuse__isnull=True)
        # One list each: joined in one statement, a table without fresh figures is looped through for every row.
        resting = due & frozenset(mine.filter(_rests_on_silence()).values_list("action", flat=True))
        standing = mine.filter(action__in=list(resting)).values_list("asset", "asset_name", "action", "timeline")
        dated = (
            Dated(asset=asset, asset_name=name, action=action, timeline=keeping.timeline(kept))
            for asset, name, action, kept in standing
            if action
        )
        tables = {table.edition: table for table in (force.table, force.plant_table)}
        return [
            types.Question(
                asset=each.asset,
                asset_name=each.asset_name,
                fact=each.fact,
                assumed=each.assumed,
                days=each.days,
                matches=each.matches,
            )
            for each in worth_asking(dated, tables, limit=limit)
        ]


def exceptions(actor: Actor, *, running: bool = True) -> Sequence[types.Exemption]:
    """The operator's exceptions, those that end first at the top.

    Args:
        actor: the reader.
        running: only those that are asked for or approved.
    """
    with acting(actor) as act:
        found = Leave.unscoped.filter(_seen(actor)).order_by("until", "id")
        return decisions.exemptions(act, found.filter(ended_at=None) if running else found)


def forensic_cases(actor: Actor, *, everything: bool = False) -> Sequence[types.ForensicCase]:
    """The operator's forensic cases, the oldest open one first.

    Args:
        actor: the reader.
        everything: those with a verdict too.
    """
    with acting(actor) as act:
        found = _cases(actor)
        return decisions.cases(act, found if everything else found.filter(verdict=""))


def forensic_case(actor: Actor, key: UUID) -> types.ForensicCase:
    """One forensic case.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor) as act:
        found = decisions.cases(act, _cases(actor).filter(id=key))
        if not found:
            raise NotFound("there is no such forensic case")
        return found[0]


def evidence(actor: Actor, entry: UUID) -> tuple[str, bytes]:
    """A file that is kept in a forensic case: its name and its bytes.

    Raises:
        NotFound: there is none, or none for this reader.
    """
    with acting(actor):
        row = ForensicEntry.unscoped.filter(_seen(actor), id=entry).first()
    if row is None or row.kept is None or row.size is None:
        raise NotFound("there is no such file")
    return row.filename or "evidence", blobs().get(BlobRef(id=row.kept, size=row.size))


def policy(actor: Actor) -> types.PolicyInForce:
    """What the operator's dates follow from: tables and assumptions."""
    with acting(actor):
        _seen(actor)
        return decisions.policy(actor)


def counts(actor: Actor) -> types.Counts:
    """How many actions stand where; for the operator's own page and for measures."""
    with acting(actor) as act:
        found = Counter(Todo.unscoped.filter(_seen(actor)).values_list("state", flat=True))
        overdue = Todo.unscoped.filter(_seen(actor), state__in=DUE, due_at__lt=act.now).count()
    return types.Counts(
        open=found[State.OPEN],
        claimed=found[State.CLAIMED],
        excepted=found[State.EXCEPTED],
        confirmed=found[State.CONFIRMED],
        retracted=found[State.RETRACTED],
        replaced=found[State.REPLACED],
        overdue=overdue,
    )


def client_boards(actor: Actor) -> Sequence[types.ClientBoard]:
    """What stands with each operator that the actor's intermediary serves, the most overdue first."""
    return clients.boards(actor, lambda stand_in: actions(stand_in, limit=1))


def board(actor: Actor) -> types.Board:
    """What is due, how it went week by week, who has to act and who says so."""
    with acting(actor) as act:
        _seen(actor)
        return figures.figures(actor, act.now)


def brief(actor: Actor) -> Brief:
    """What to do on one page: today, this week, through a vendor, and what can wait.

    Args:
        actor: a member of the operator, or a run for it.
    """
    with acting(actor) as act:
        found = actions(actor)
        counted = counts(actor)
        return compose(
            found,
            organisation=identity.name_of(act, actor.party),
            now=act.now,
            rests_on=_sources(actor),
            total=counted.open,
            claimed=counted.claimed,
        )


def standing(actor: Actor, actions: Collection[UUID]) -> frozenset[UUID]:
    """Those of the actions that are still to be done, or reported done and not confirmed."""
    with acting(actor):
        mine = Todo.unscoped.filter(_seen(actor), id__in=list(actions), state__in=STANDING)
        return frozenset(mine.values_list("id", flat=True))


def _sources(actor: Actor) -> list[Source]:
    learnt = Known.unscoped.filter(scopes.known(actor)).aggregate(at=Max("learnt_at"))["at"]
    lists = [Source(name=f"Your list {each.name}", at=each.imported_at) for each in inventory.inventories(actor)]
    followed = feeds.ages(actor) or ()
    news_of = [Source(name=each.title, at=each.data_at or each.fetched_at) for each in followed[:MOST_FEEDS]]
    return [*lists, Source(name="News of flaws", at=learnt), *news_of]


def _rests_on_silence() -> Q:
    """Matches whose date rests on an answer that a person could give, and nobody gave."""
    found = Q()
    for name in chain.from_iterable(FACTS.values()):
        found |= Q(**{f"timeline__inputs__{name}__assumed": True})
    return found


def _cases(actor: Actor) -> QuerySet[ForensicCase]:
    return ForensicCase.unscoped.filter(_seen(actor)).order_by("started_at", "vulnerability")


def _windows(act: Act, assets: Collection[UUID]) -> tuple[types.Window, ...]:
    """When assets may be changed, those with the same window together, the next opening first."""
    found: dict[MaintenanceWindow | None, list[str]] = defaultdict(list)
    for each in inventory.assets_named(act.actor, assets):
        found[each.window].append(each.name)
    listed = [
        types.Window(
            asset_names=tuple(sorted(set(names))),
            words=str(window or ""),
            opens_at=window.next_opening(act.now) if window else None,
        )
        for window, names in found.items()
    ]
    return tuple(sorted(listed, key=lambda each: (each.opens_at is None, each.opens_at or act.now, not each.words)))


def _bound(actor: Actor) -> bool:
    return actor.organisation_kind is OrganisationKind.AGENCY


def _old_version(matches: Sequence[types.Match]) -> str:
    """The version to go back to, where all assets have the same one."""
    versions = {match.version for match in matches if match.counts}
    return versions.pop() if len(versions) == 1 else ""


def _by(action: types.Action) -> str:
    if action.due_at is None:
        return "with the next upgrade"
    day = f"by {action.due_at.day} {action.due_at:%B %Y}"
    return f"now: it was due {day}" if action.overdue else day
