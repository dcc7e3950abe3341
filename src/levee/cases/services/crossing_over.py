"""What crosses a bridge: the report and replies out, comments and states in, as messages and never more.

Whatever goes out is read as the project's own party, so that it is what that party may see: the embargo that it has not
agreed to, words that were hidden, a part that ended hold it back here as anywhere. Whatever comes in is sent by that
party into its thread, under the same rules as any message.
"""

from __future__ import annotations

import logging
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Q

from levee.access.selectors import actor_of, clearinghouse
from levee.access.services import demand
from levee.cases import lineage, scopes, threads
from levee.cases.bridges.github import GitHub
from levee.cases.bridges.gitlab import GitLab
from levee.cases.bridges.port import FINAL, Kind, Known, Problem, Remote, Report, Trouble
from levee.cases.models import Bridge, Case, Channel, Message, Thread
from levee.cases.models import Report as Finding
from levee.cases.rules.crossing import HOLDING
from levee.cases.rules.mail import Label
from levee.cases.rules.threads import Audience
from levee.cases.services.bridging import seated
from levee.cases.services.course import course_of
from levee.cases.services.messages import LONGEST, send
from levee.cases.services.rows import case_for, state_of
from levee.cases.services.threads import open_thread
from levee.cases.types import BridgeState
from levee.findings.selectors import get as finding_of
from levee.findings.selectors import hidden_words
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.jobs import enqueue
from levee.platform.jobs.work import standing_run
from levee.platform.ports import blobs, ports
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from levee.cases.bridges.port import Channel as Port
    from levee.cases.bridges.port import Said
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LOOK_OVER = "cases.look_over_bridges"
CROSS = "cases.cross_bridge"
LOOK_SECONDS = 5.0
EVERY = timedelta(minutes=5)
LEASE = timedelta(minutes=10)
A_MOMENT, FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=6)
AT_A_TIME = 50
ADAPTERS: Mapping[Kind, Callable[[str, str, str, Callable[[], datetime], Collection[str]], Port]] = {
    Kind.GITHUB: GitHub,
    Kind.GITLAB: GitLab,
}
AS_THE_PROJECT = frozenset(
    {Action.CASE_SEE, Action.FINDING_SEE, Action.THREAD_OPEN, Action.MESSAGE_SEE, Action.MESSAGE_SEND}
)
OURS = re.compile(r"\A[^\n]{1,200}:\n\n.*\n\n<!-- levee:(MSG-[0-9A-Z]{26}) -->\s*\Z", re.DOTALL)
"""A whole comment of ours, so that it is known again where its answer was lost; one that quotes it is not ours."""
LONGEST_COMMENT = LONGEST // 4

_log = logging.getLogger(__name__)


def look_over_bridges(stop: Callable[[], bool]) -> None:
    """Give every bridge whose time has come a job, until told to stop.

    Args:
        stop: whether to.
    """
    try:
        with standing_run(LOOK_OVER, party=clearinghouse()) as actor:
            while not stop():
                try:
                    look_over_bridges_once(actor)
                except Exception:  # noqa: BLE001 - it is looked again, whatever went wrong
                    _log.warning("bridges could not be looked at", exc_info=True)
                    connection.close()
                time.sleep(LOOK_SECONDS)
    finally:
        connection.close()


def look_over_bridges_once(actor: Actor) -> int:
    """Give each of them a job.

    Args:
        actor: a run of the clearinghouse.

    Returns:
        How many got one.
    """
    with acting(actor) as act:
        over = Case.unscoped.filter(scopes.cases(actor), successor__isnull=False)
        to_follow = Q(case__in=over.values("id")) & (Q(look_at=None) | Q(look_at__lte=act.now + EVERY))
        due = Bridge.unscoped.filter(scopes.bridges(actor), Q(look_at__lte=act.now) | to_follow)
        due = due.exclude(problem=Problem.ANOTHERS)
        keys = list(due.select_for_update(skip_locked=True).values_list("id", flat=True)[:AT_A_TIME])
        Bridge.unscoped.filter(scopes.bridges(actor), id__in=keys).update(look_at=act.now + LEASE)
        for key in keys:
            enqueue(act, CROSS, subject=key, party=actor.party)
    return len(keys)


def cross(actor: Actor, key: UUID) -> None:
    """Do what is to be done at one bridge: hand in, take in what is new, send replies.

    Args:
        actor: a run for the owner of the case.
        key: the bridge.
    """
    with acting(actor) as act:
        row = Bridge.unscoped.filter(scopes.bridges(actor), id=key).first()
        if row is None:
            return
        demand(act, Action.BRIDGE_CROSS, subject=row.case)
        stays = _follow(act, row)
        may = seated(act, row)
    if not stays:
        _troubled(actor, row, Trouble(Problem.ANOTHERS))
        return
    if not may and not row.remote:
        _later(actor, row)
        return
    try:
        crossing = Crossing(actor, row)
        crossing.hand_in()
        crossing.take_in()
        crossing.send_replies()
    except Trouble as trouble:
        _troubled(actor, row, trouble)
    else:
        _later(actor, row, problem=crossing.left, detail="", attempts=0)


class Crossing:
    """One visit to a channel.

    Attributes:
        left: a problem that stays though the visit ended well; empty where there is none.
    """

    def __init__(self, actor: Actor, row: Bridge) -> None:
        self._actor, self._row, self.left = actor, row, ""
        project = actor_of(row.principal, scopes=AS_THE_PROJECT)
        with acting(actor):
            channel = Channel.unscoped.filter(scopes.channels(actor), id=row.channel, ended_at=None).first()
        if channel is None or project is None or not _takes_part(project, row.case):
            raise Trouble(Problem.ENDED)
        self._project = project
        token = blobs().get(BlobRef(id=channel.token, size=channel.token_size)).decode()
        adapter, self._kind = ADAPTERS[Kind(channel.kind)], Kind(channel.kind)
        self._port: Port = adapter(channel.base, token, row.project, ports().clock.now, settings().trusted_bridge_hosts)

    def hand_in(self) -> None:
        """Hand the report in, once: a visit that broke off in the middle leaves it to a person to look."""
        row = self._row
        if row.remote:
            return
        if row.state == BridgeState.LEAVING:
            raise Trouble(Problem.UNSURE)
        report = _report(self._project, row)
        _keep(self._actor, row, state=BridgeState.LEAVING)
        try:
            remote = self._port.hand_in(report)
        except Trouble as trouble:
            if trouble.problem is not Problem.DOWN:
                _keep(self._actor, row, state=BridgeState.WAITING)
                raise
            raise Trouble(Problem.UNSURE, trouble.detail) from trouble
        with acting(self._actor) as act:
            now = act.now
        _keep(
            self._actor,
            row,
            state=BridgeState.OPEN,
            remote=remote.id,
            url=remote.url,
            remote_state=remote.state,
            remote_at=now,
        )

    def take_in(self) -> None:
        """Comments and states, each a message of the project's in its thread, once."""
        row = self._row
        news = self._port.news(row.remote, Known(etags=row.etags, since=row.since))
        if not news.comments:
            self.left = Problem.NO_COMMENTS
        ours = {said.key: found for said in news.said if (found := OURS.match(said.text.replace("\r\n", "\n")))}
        for found in ours.values():
            self._arrived(parse_public_id("MSG", found[1]))
        self._leave_thread()
        for said in news.said:
            if said.key not in ours:
                self._comment(said)
        if news.remote is not None and news.remote.state != row.remote_state:
            self._state(news.remote)
        _keep(self._actor, row, etags=dict(news.known.etags), since=news.known.since)

    def _comment(self, said: Said) -> None:
        self._say(f"comment {said.key}", said.text, f"{said.author}, {self._row.name}")

    def _arrived(self, message: UUID) -> None:
        """A reply of ours is there: it is not sent again, though its answer was lost."""
        thread = self._row.thread
        if thread is None:
            return
        with acting(self._project):
            rows = Message.unscoped.filter(scopes.messages(self._project), id=message, thread=thread)
            number = rows.values_list("number", flat=True).first()
        if number is not None and number > self._row.sent:
            _keep(self._actor, self._row, sent=number)

    def _leave_thread(self) -> None:
        """Where the case took another one's place: what was written for the project there goes out before the rest."""
        thread = self._row.thread
        if thread is None:
            return
        with acting(self._project):
            rows = Thread.unscoped.filter(scopes.threads(self._project), id=thread)
            before = rows.values_list("case", flat=True).first()
        if before == self._row.case:
            return
        if before is not None:
            self._send_written(before, thread)
        _keep(self._actor, self._row, thread=None, sent=0)

    def _state(self, remote: Remote) -> None:
        with acting(self._actor) as act:
            now = act.now
        before, since = self._row.remote_state, self._row.remote_at
        self._say(f"state {remote.state} after {before} of {since}", self._tells(remote, before), self._row.name)
        _keep(self._actor, self._row, remote_state=remote.state, remote_at=now)

    def _tells(self, remote: Remote, before: str) -> str:
        claim = " That is its word: look at it, nothing of the case follows from it." if remote.state in FINAL else ""
        return f"{self._kind.says} {remote.id} is now {remote.state!r}, before {before!r}.{claim}"

    def _say(self, key: str, text: str, author: str) -> None:
        shown = text.strip() or "(empty)"
        if len(shown) > LONGEST_COMMENT:
            shown = f"{shown[:LONGEST_COMMENT]}\n\n(cut off here; the whole is at {self._row.url})"
        try:
            self._send(key, shown, author)
        except BadInput:  # it repeats what was hidden here as personal data
            self._send(key, f"A comment that is not shown, since it repeats what was hidden: {self._row.url}", author)

    def _send(self, key: str, text: str, author: str) -> None:
        send(
            self._project,
            self._row.case,
            text=text,
            author=author[:200],
            thread=self._thread(),
            by_mail=Label.CHANNEL,
            key=uuid5(self._row.id, key),
        )

    def _thread(self) -> UUID:
        if self._row.thread is None:
            subject = f"{self._kind.says} at {self._row.project}"
            thread = open_thread(self._project, self._row.case, audience=Audience.PARTY, subject=subject[:200])
            _keep(self._actor, self._row, thread=thread)
            return thread
        return self._row.thread

    def send_replies(self) -> None:
        """What others wrote in the project's thread since, one comment each."""
        self._send_written(self._row.case, self._thread())

    def _send_written(self, case: UUID, thread: UUID) -> None:
        with acting(self._project) as act:
            course = course_of(act, case)
            rows = threads.messages(act, course).filter(thread=thread, number__gt=self._row.sent)
            rows = rows.exclude(party=self._project.party).order_by("number")
            hidden = hidden_words(self._project, _findings(self._project, case))
            told = [(each.number, each.author, hidden.over(each.text), each.id) for each in rows]
        if self.left:
            return
        for number, author, text, message in told:
            try:
                self._port.reply(self._row.remote, f"{author}:\n\n{text}\n\n{_mark('MSG', message)}")
            except Trouble as trouble:
                if trouble.problem is not Problem.NO_COMMENTS:
                    raise
                self.left = Problem.NO_COMMENTS
                return
            _keep(self._actor, self._row, sent=number)


def _follow(act: Act, row: Bridge) -> bool:
    """Go on in the case that took this one's place, whether the project takes part there or not.

    Returns:
        Whether that is the same owner's; another one has no part in the channel.
    """
    after = lineage.last(act, case_for(act, row.case))
    if after is not None and after.id == row.case:
        return True
    if after is None or after.house != act.actor.party:
        return False
    demand(act, Action.BRIDGE_CROSS, subject=after.id)
    Bridge.unscoped.filter(scopes.bridges(act.actor), id=row.id).update(case=after.id)
    row.case = after.id
    return True


def _takes_part(project: Actor, case: UUID) -> bool:
    with acting(project):
        return Case.unscoped.filter(scopes.cases(project), id=case).exists()


def _findings(project: Actor, case: UUID) -> list[UUID]:
    return list(Finding.unscoped.filter(scopes.of_cases(project), case=case).values_list("finding", flat=True))


def _report(project: Actor, row: Bridge) -> Report:
    """What the project's party sees of the case, as a text."""
    with acting(project) as act:
        case, keys = case_for(act, row.case), _findings(project, row.case)
        hidden, end = hidden_words(project, keys), case.embargo_end
        holds = state_of(case, act.now) in HOLDING
    findings = []
    for key in keys:
        try:
            findings.append(finding_of(project, key))
        except LeveeError:
            continue  # its finder does not let it be passed on
    until = f"An embargo holds until {end:%Y-%m-%d %H:%M} UTC: please keep this private until then." if holds else ""
    parts = [
        hidden.over(case.summary),
        *(f"## {each.title}\n\n{each.target}\n\n{each.description}" for each in findings),
        until,
        f"Sent by a clearinghouse, case {public_id('CAS', case.id)}. Answers here reach its coordinators.",
        _mark("BRI", row.id),
    ]
    return Report(title=hidden.over(case.title), text="\n\n".join(filter(None, parts)), package=case.project)


def _mark(prefix: str, key: UUID) -> str:
    return f"<!-- levee:{public_id(prefix, key)} -->"


def _keep(actor: Actor, row: Bridge, **told: object) -> None:
    """Keep what was learned, at once: what comes after it may fail."""
    with acting(actor):
        Bridge.unscoped.filter(scopes.bridges(actor), id=row.id).update(**told)
    for name, value in told.items():
        setattr(row, name, value)


def _later(actor: Actor, row: Bridge, **told: object) -> None:
    """Keep the rest at the end of a visit, and look again after a while."""
    with acting(actor) as act:
        now = act.now
    _keep(actor, row, looked_at=now, look_at=now + EVERY, **told)


def _troubled(actor: Actor, row: Bridge, trouble: Trouble) -> None:
    """Note a problem; what may pass is tried again, later each time, and the rest once somebody says so."""
    attempts = row.attempts + 1
    with acting(actor) as act:
        now = act.now
    again: datetime | None = None
    if trouble.problem.passes:
        again = now + min(FIRST_WAIT * (1 << min(attempts - 1, 16)), LONGEST_WAIT)
    if trouble.problem.passes and trouble.until is not None:
        again = max(trouble.until, now + A_MOMENT)
    _keep(
        actor,
        row,
        problem=trouble.problem,
        detail=trouble.detail,
        attempts=attempts,
        looked_at=now,
        look_at=again,
    )
