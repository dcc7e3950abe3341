"""Intermediaries: an operator consents, withdraws at any moment, and whoever stands in for it acts as its party."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.models import Consent, Party
from levee.access.services import demand
from levee.identity import types
from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor, Standing

SEEING = frozenset({Action.INVENTORY_SEE, Action.EXPOSURE_SEE, Action.FEED_SEE})  # every date shows what it rests on
ACTING = SEEING | {Action.INVENTORY_IMPORT, Action.ACTION_CLAIM, Action.VEX_RELY}


def give_consent(actor: Actor, intermediary: UUID, *, may_act: bool, until: datetime | None = None) -> types.Consent:
    """Let an intermediary see what there is to do, or act as well; takes the place of an earlier consent to it.

    Args:
        actor: an administrator of the operator.
        intermediary: its key, which it tells its clients.
        may_act: import inventories, state facts, rely on makers' statements and report things as done, too.
        until: when it ends by itself; None for until it is withdrawn.

    Raises:
        NotFound: there is no intermediary by that key. BadInput: the end lies in the past.
        Conflict: this is no operator's.
    """
    with acting(actor) as act:
        demand(act, Action.CONSENT_GIVE, of=actor.party)
        if actor.organisation_kind is OrganisationKind.INTERMEDIARY:
            raise Conflict("an intermediary is served by none", advice="operators consent to be served")
        if until is not None and until <= act.now:
            raise BadInput("this lies in the past", place="/until", advice="leave it out, or name a later instant")
        name = intermediary_name(intermediary)
        _end(actor, act.now, intermediary=intermediary)
        row = Consent(
            id=act.new_id(),
            operator=actor.party,
            intermediary=intermediary,
            may_act=may_act,
            since=act.now,
            until=until,
        )
        Consent.unscoped.bulk_create([row])
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.CONSENT_GIVE,
            subject=intermediary,
            fields={"may_act": may_act, "until": until.isoformat() if until else ""},
        )
    return _handed_out(row, name)


def withdraw_consent(actor: Actor, consent: UUID) -> None:
    """End a consent at once: the next request of the intermediary finds nothing.

    Raises:
        NotFound: there is no such consent. Conflict: it has ended.
    """
    with acting(actor) as act:
        demand(act, Action.CONSENT_GIVE, of=actor.party)
        row = Consent.unscoped.filter(id=consent, operator=actor.party).first()
        if row is None:
            raise NotFound("there is no such consent")
        if not _end(actor, act.now, id=consent):
            raise Conflict("this consent has ended")
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.CONSENT_GIVE,
            subject=row.intermediary,
            fields={"withdrawn": True},
        )


def consents(actor: Actor) -> Sequence[types.Consent]:
    """The consents that the actor's organisation gave, the newest first, those that ended as well."""
    with acting(actor) as act:
        demand(act, Action.CONSENT_SEE, of=actor.party)
        rows = list(Consent.unscoped.filter(operator=actor.party).order_by("-since", "id"))
        return [_handed_out(row, intermediary_name(row.intermediary)) for row in rows]


def standing_in(actor: Actor, operator: UUID) -> Actor:
    """The actor as it acts for an operator whose consent stands now; asked anew for every request.

    Raises:
        NotFound: there is no such consent.
    """
    with acting(actor) as act:
        row = next((row for row in _standing(act) if row.client.id == operator and not actor.stands_in), None)
    if row is None:
        raise NotFound("there is nothing here by that name")
    return _as(actor, row)


def stand_ins(actor: Actor) -> Sequence[tuple[types.Client, Actor]]:
    """The actor as it acts for each operator whose consent stands now, by the operator's name."""
    with acting(actor) as act:
        demand(act, Action.CONSENT_SEE, of=actor.party)
        return [(row.client, _as(actor, row)) for row in _standing(act)]


def done_for(actor: Actor, *, limit: int = 100) -> Sequence[types.Done]:
    """What people of intermediaries did in the name of the actor's organisation, by its own log, the newest first."""
    with acting(actor) as act, connection.cursor() as cursor:
        demand(act, Action.CONSENT_SEE, of=actor.party)
        cursor.execute("select at, verb, person, organisation from levee_done_in_our_name(%s)", [limit])
        return [
            types.Done(at=at, what=verb, person=person, organisation=organisation)
            for at, verb, person, organisation in cursor.fetchall()
        ]


def intermediary_name(key: UUID) -> str:
    """The name of an intermediary, for whoever knows its key.

    Raises:
        NotFound: it is none.
    """
    with connection.cursor() as cursor:
        cursor.execute("select levee_intermediary(%s)", [key])
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NotFound("there is no intermediary by that name", advice="ask your provider for its ORG-… name")
    return str(row[0])


@dataclass(frozen=True, slots=True)
class _Standing:
    client: types.Client
    kind: OrganisationKind
    standing: Standing


def _standing(act: Act) -> list[_Standing]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select operator, name, kind, standing, joined_until, may_act, since, until from levee_clients() "
            "order by name, operator"
        )
        rows = cursor.fetchall()
    return [
        _Standing(
            client=types.Client(id=key, name=name, may_act=may_act, since=since, until=until),
            kind=OrganisationKind(kind),
            standing=Party(standing=standing, joined_until=joined_until).standing_at(act.now),
        )
        for key, name, kind, standing, joined_until, may_act, since, until in rows
        if until is None or until > act.now
    ]


def _as(actor: Actor, row: _Standing) -> Actor:
    covered = ACTING if row.client.may_act else SEEING
    return replace(
        actor,
        party=row.client.id,
        organisation_kind=row.kind,
        standing=row.standing,
        roles=frozenset({Role.MEMBER}),
        scopes=covered if actor.scopes is None else covered & actor.scopes,
        stands_in=True,
    )


def _end(actor: Actor, at: datetime, **which: UUID) -> int:
    return Consent.unscoped.filter(operator=actor.party, ended_at=None, **which).update(ended_at=at)


def _handed_out(row: Consent, name: str) -> types.Consent:
    return types.Consent(
        id=row.id,
        intermediary=row.intermediary,
        name=name,
        may_act=row.may_act,
        since=row.since,
        until=row.until,
        ended_at=row.ended_at,
    )
