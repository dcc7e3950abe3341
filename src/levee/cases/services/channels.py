"""The clearinghouse's access to private channels of projects: whose API, at what address, by which token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.access.services import demand
from levee.cases import scopes
from levee.cases.models import Channel
from levee.cases.services.rows import one_line
from levee.kernel.errors import BadInput, NotFound
from levee.ledger.services import record
from levee.platform import calls
from levee.platform.blobs import BlobRef
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.bridges.port import Kind
    from levee.platform.database.acting import Act
    from levee.policy.actors import Actor

LONGEST_TOKEN = 500


def add_channel(actor: Actor, *, kind: Kind, name: str, token: str, base: str = "") -> UUID:
    """Keep a token that reports are handed in with.

    Args:
        actor: a coordinator of the clearinghouse.
        kind: whose API.
        name: what the clearinghouse calls it, such as "GitHub, as levee-bot".
        token: kept encrypted outside the database, and shown to nobody again.
        base: the beginning of the API's addresses; empty for the public one.

    Raises:
        BadInput: no name, a token that cannot be one, or no such address.
    """
    named, secret = one_line("name", name), _token(token)
    if not named:
        raise BadInput("a channel has a name", place="name")
    address = calls.checked(base or kind.base, trusted=settings().trusted_bridge_hosts)
    with acting(actor) as act:
        demand(act, Action.CHANNEL_MANAGE, of=actor.party)
        ref = blobs().put(secret.encode(), holder=actor.party)
        try:
            row = Channel(
                id=act.new_id(),
                house=actor.party,
                kind=kind,
                name=named,
                base=address,
                token=ref.id,
                token_size=ref.size,
                since=act.now,
            )
            Channel.unscoped.bulk_create([row])
            _note(act, "add", row.id)
        except BaseException:
            blobs().shred(ref)
            raise
    return row.id


def renew_token(actor: Actor, key: UUID, *, token: str) -> None:
    """Give a channel another token; the one before is destroyed.

    Raises:
        BadInput: it cannot be one. NotFound: there is no such channel.
    """
    secret = _token(token)
    with acting(actor) as act:
        row = _own(act, key)
        ref = blobs().put(secret.encode(), holder=actor.party)
        Channel.unscoped.filter(scopes.channels(actor), id=key).update(token=ref.id, token_size=ref.size)
        _note(act, "renew", key)
    blobs().shred(BlobRef(id=row.token, size=row.token_size))


def end_channel(actor: Actor, key: UUID) -> None:
    """Use a channel no more, and destroy its token; what was handed in there stays there.

    Raises:
        NotFound: there is no such channel.
    """
    with acting(actor) as act:
        row = _own(act, key)
        Channel.unscoped.filter(scopes.channels(actor), id=key).update(ended_at=act.now)
        _note(act, "end", key)
    blobs().shred(BlobRef(id=row.token, size=row.token_size))


def _own(act: Act, key: UUID) -> Channel:
    demand(act, Action.CHANNEL_MANAGE, of=act.actor.party)
    row = Channel.unscoped.filter(scopes.channels(act.actor), id=key, ended_at=None).first()
    if row is None:
        raise NotFound("there is nothing here by that name")
    return row


def _token(token: str) -> str:
    told = token.strip()
    if not told or len(told) > LONGEST_TOKEN or not told.isascii() or not told.isprintable() or " " in told:
        raise BadInput("this is no token", place="token", advice="Paste it as the channel's settings showed it.")
    return told


def _note(act: Act, what: str, key: UUID) -> None:
    record(act, log=("organisation", act.actor.party), verb=Action.CHANNEL_MANAGE, subject=key, fields={"what": what})
