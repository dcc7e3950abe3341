"""From what happened to an operator's actions to alerts, and to what leaves, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.alerts import forensics, rows, scopes, timing, wording
from levee.alerts.models import Alert, Delivery, Hook
from levee.alerts.types import AlertKind, Channel, DeliveryState, Purpose, Says
from levee.exposure import selectors as exposure
from levee.exposure.actions.states import TAKEN_BACK, Verb
from levee.exposure.brief.content import item, named
from levee.exposure.events import ForensicClockRanOut
from levee.platform.database.acting import current_act
from levee.platform.database.adding import add
from levee.platform.database.asking import ask, together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.alerts.types import Preferences
    from levee.exposure.events import ForensicsBegun, NewActions, StandDown
    from levee.exposure.types import News
    from levee.platform.database.acting import Act

CALLS = 10
"""So many calls of a webhook may leave in an hour for each mail that may."""

_WAY = """
select (select to_jsonb(p) from alerts_preference p where p.organisation = %(party)s),
    (select o.contact from identity_organisation o where o.id = %(party)s),
    (select array_agg(d.queued_at) from alerts_delivery d where d.organisation = %(party)s and d.queued_at > %(since)s
        and d.purpose = 'alert' and d.hook is null),
    exists (select from alerts_hook h where h.organisation = %(party)s and h.ended_at is null and not h.paused)
"""
"""All that is asked of an operator before it is told something, in one question: ten thousand are told at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How an operator is told.

    Attributes:
        address: where its mail goes; empty for nowhere.
        lately: when the mails of the last hour were queued that told something at once.
        hooked: whether it has webhooks that are called.
    """

    preferences: Preferences
    address: str
    lately: tuple[datetime, ...] = ()
    hooked: bool = False


def on_news(event: NewActions | StandDown) -> None:
    """The handler of both events of exposure: note an alert for each step, and what is to leave."""
    act = current_act()
    _tell(act, [_alert(act, each) for each in event.news])


def on_forensics(event: ForensicsBegun | ForensicClockRanOut) -> None:
    """The handler of both: a 2 h clock waits for no morning, so it leaves at once, whatever hours are quiet."""
    act = current_act()
    found = [exposure.forensic_case(act.actor, key) for key in event.cases]
    _tell(act, [forensics.alert(act, each, ran_out=isinstance(event, ForensicClockRanOut)) for each in found])


def way_of(act: Act) -> Way:
    """How the actor's organisation is told."""
    ((chosen, contact, lately, hooked),) = ask(_WAY, {"party": act.actor.party, "since": act.now - timing.HOUR})
    preferences = rows.chosen(chosen)
    address = preferences.address or contact or "" if preferences.mail else ""
    return Way(preferences=preferences, address=address, lately=tuple(lately or ()), hooked=bool(hooked))


def _alert(act: Act, news: News) -> Alert:
    action = news.action
    stand_down = news.verb in TAKEN_BACK
    written = item(action, act.now)
    return Alert(
        id=news.step,
        organisation=act.actor.party,
        at=news.at,
        kind=_kind(news),
        action=action.id,
        title=action.title,
        lines=["You need not act on it any more."] if stand_down else list(written.sentences),
        reason=_reason(news),
        band=written.due if action.due_at else action.timeline.band.label,
        due_at=action.due_at,
        urgent=timing.is_urgent(action.timeline.band.days),
        waits=False,
    )


def _kind(news: News) -> AlertKind:
    if news.verb in TAKEN_BACK:
        return AlertKind.STAND_DOWN
    if news.verb is Verb.RAISE:
        return AlertKind.NEW if news.first else AlertKind.STRICTER
    return AlertKind.AGAIN


def _reason(news: News) -> str:
    action = news.action
    if news.verb is Verb.RETRACT:
        return f"{news.note}, and it was the reason for this."
    if news.verb is Verb.EXCUSE:
        return f"{news.note[:1].upper()}{news.note[1:].rstrip('.')}."
    about = f"{named(action.vulnerabilities)} is about {action.remedy.package}, which your list shows on "
    why = f"{about}{named(action.assets)}."
    return why if news.first else f"{why} {news.note[:1].upper()}{news.note[1:]}."


def _tell(act: Act, alerts: Sequence[Alert]) -> None:
    way = way_of(act)
    by_mail = _worth_a_mail(act, alerts) if way.address else []
    deliveries = [*(_calls(act, way, alerts) if way.hooked else ()), *_mails(act, way, by_mail)]
    with together():
        add(alerts)
        # The key of what is held is its hour: what waits for the same hour waits together.
        add(deliveries, unless_there=True)


def _worth_a_mail(act: Act, alerts: Sequence[Alert]) -> Sequence[Alert]:
    """Those that a mail tells: a later step overtakes what waits, and what nobody heard of needs no stand-down."""
    later = {each.action for each in alerts if each.action and each.kind is not AlertKind.NEW}
    if not later:
        return alerts
    mine = Alert.unscoped.filter(scopes.visible(act.actor), action__in=later)
    mine.filter(waits=True).update(waits=False, taken_back=True)
    told = set(mine.exclude(told=None).values_list("action", flat=True))
    return [each for each in alerts if each.kind is not AlertKind.STAND_DOWN or _heard(each, told)]


def _heard(alert: Alert, told: Collection[UUID | None]) -> bool:
    alert.taken_back = alert.action not in told
    return not alert.taken_back


def _mails(act: Act, way: Way, alerts: Sequence[Alert]) -> Iterable[Delivery]:
    at_once, hours = [each for each in alerts if each.forensic], set()
    for each in alerts:
        if each.forensic:
            continue
        at = timing.leaves_at(act.now, way.preferences, urgent=each.urgent, lately=way.lately)
        if at == act.now:
            at_once.append(each)
        else:
            each.waits = True
            hours.add(at)
    if at_once and not _joined(act, way, at_once):
        yield letter(act, way, at_once, purpose=Purpose.ALERT, key=f"mail {min(each.id for each in at_once)}")
    for at in hours:
        yield held(act, at)


def _joined(act: Act, way: Way, alerts: Sequence[Alert]) -> bool:
    """Tell it in a mail that this very act has queued, if there is one: what to do and what to look for are one."""
    if not any(each.forensic for each in alerts):
        return False
    mine = Delivery.unscoped.filter(scopes.visible(act.actor), queued_at=act.now, purpose=Purpose.ALERT, hook=None)
    row = mine.filter(state=DeliveryState.WAITING).first()
    if row is None:
        return False
    before = Alert.unscoped.filter(scopes.visible(act.actor), told=row.id).order_by("-urgent", "due_at", "id")
    fill(row, letter(act, way, [*alerts, *before], purpose=Purpose.ALERT, key=row.key))
    for each in alerts:
        each.told = row.id
    return True


def fill(row: Delivery, written: Delivery) -> None:
    """Let a delivery say what was written, in the place that it has in the outbox."""
    changes = ("to", "subject", "body", "alerts", "state", "not_before")
    for name in changes:
        setattr(row, name, getattr(written, name))
    row.save(update_fields=changes)


def letter(act: Act, way: Way, alerts: Sequence[Alert], *, purpose: Purpose, key: str) -> Delivery:
    """A mail that tells these alerts now; they are marked as told by it."""
    told = [rows.alert(each) for each in alerts]
    site = rows.site()
    says_why = way.preferences.says is Says.REASON
    lines = {each.id: each.lines for each in alerts}
    made = Delivery(
        id=act.new_id(),
        organisation=act.actor.party,
        key=key,
        channel=Channel.MAIL,
        purpose=purpose,
        state=DeliveryState.WAITING,
        to=way.address,
        subject=wording.subject(told) if says_why else wording.SOMETHING,
        body=wording.letter(told, lines, site=site) if says_why else wording.something(site=site),
        alerts=[each.id for each in alerts],
        queued_at=act.now,
        not_before=act.now,
    )
    for each in alerts:
        each.waits, each.told = False, made.id
    return made


def held(act: Act, at: datetime) -> Delivery:
    """A place in the outbox for all that waits until an hour; its text is written then."""
    return Delivery(
        id=act.new_id(),
        organisation=act.actor.party,
        key=f"held {at.isoformat()}",
        channel=Channel.MAIL,
        purpose=Purpose.COLLECTED,
        state=DeliveryState.HELD,
        queued_at=act.now,
        not_before=at,
    )


def _lately(act: Act, hook: UUID) -> Sequence[datetime]:
    """When the calls of a webhook in the last hour were queued."""
    mine = Delivery.unscoped.filter(scopes.visible(act.actor), queued_at__gt=act.now - timing.HOUR)
    return list(mine.filter(hook=hook, purpose=Purpose.ALERT).values_list("queued_at", flat=True))


def _calls(act: Act, way: Way, alerts: Sequence[Alert]) -> Iterable[Delivery]:
    """A call of each webhook, at once: machines have no quiet hours, and sort by `urgent` themselves."""
    told = [rows.alert(each) for each in alerts]
    for hook in Hook.unscoped.filter(scopes.visible(act.actor), ended_at=None, paused=False):
        made = act.new_id()
        yield Delivery(
            id=made,
            organisation=act.actor.party,
            key=f"hook {hook.id} {min(each.id for each in alerts)}",
            channel=Channel.WEBHOOK,
            purpose=Purpose.ALERT,
            state=DeliveryState.WAITING,
            hook=hook.id,
            to=hook.url,
            subject=wording.subject(told),
            body=wording.call(made, act.actor.party, told, site=rows.site()),
            alerts=[each.id for each in alerts],
            queued_at=act.now,
            not_before=act.now
            if any(each.forensic for each in alerts)
            else timing.room_at(act.now, way.preferences.hourly * CALLS, _lately(act, hook.id)),
        )
