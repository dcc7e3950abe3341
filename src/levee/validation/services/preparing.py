from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from levee.access.services import demand
from levee.kernel.errors import BadInput, Conflict, TooLarge
from levee.kernel.hashing import sha256
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.validation import models, scopes, sources
from levee.validation.engine.build import source_target
from levee.validation.engine.fetching import MOST_SOURCE
from levee.validation.engine.kinds import Form
from levee.validation.engine.proof import parse_proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from levee.policy.actors import Actor


def add_target(actor: Actor, name: str, packed: bytes, *, open_to: Iterable[UUID] = ()) -> str:
    """Register a source target: a tar archive with a `levee-target.json`; tests and programs come with it.

    Args:
        actor: a coordinator, in person.
        name: what findings call it, `source:NAME`; the manifest must say the same.
        packed: the archive, not compressed, at most 128 MiB; nothing of it runs outside of the sandbox.
        open_to: organisations that may hand in findings on it, where it is not for every member; to all others it is
            as if there were none.

    Returns:
        Its spec, `source:NAME@VERSION`; the same archive again changes nothing.

    Raises:
        BadInput: no readable archive or manifest, or another name. TooLarge: over the limit.
        Conflict: other bytes are registered under this version.
    """
    if len(packed) > MOST_SOURCE:
        raise TooLarge("the source has more than 128 MiB", code="target.source")
    with acting(actor) as act:
        demand(act, Action.TARGET_ADD)
        target = source_target(f"source:{name}", packed)
        if target.name != name:
            raise BadInput(f"the manifest names it {target.name}", code="target.name", place="name")
        digest = sha256(packed).hex()
        known = models.Target.unscoped.filter(scopes.of_house(actor), name=name, version=target.version).first()
        if known is not None:
            if known.digest != digest:
                raise Conflict(
                    f"other bytes are registered as {name} {target.version}",
                    code="target.version",
                    advice="give the manifest a new version",
                )
            if known.open_to != sorted(set(open_to)):
                raise Conflict(f"{name} {target.version} is registered for others", code="target.open_to")
            return f"source:{name}@{target.version}"
        kept = blobs().put(packed, holder=actor.party)
        row = models.Target(
            id=act.new_id(),
            name=name,
            version=target.version,
            digest=digest,
            archive=kept.id,
            archive_size=kept.size,
            added_by=actor.id,
            added_at=act.now,
            open_to=sorted(set(open_to)),
        )
        with _once():
            models.Target.unscoped.bulk_create([row])
        spec = f"source:{name}@{target.version}"
        record(
            act,
            log=("organisation", actor.party),
            verb=Action.TARGET_ADD,
            subject=row.id,
            fields={"target": spec, "digest": digest},
        )
    return spec


def add_control(actor: Actor, target: str, proof: bytes) -> None:
    """Keep a control proof for a target: of something that an honest, narrow patch leaves alone.

    Args:
        actor: a coordinator, in person.
        target: its spec with a version.
        proof: of form calls or bytes; the same one again changes nothing.

    Raises:
        BadInput, TooLarge: it is no such proof.
    """
    read = parse_proof(proof)
    if read.form is Form.GENERATOR:
        raise BadInput("a control proof is of form calls or bytes", place="/form")
    if target.startswith(sources.SOURCE):
        sources.named(target)
    with acting(actor) as act:
        demand(act, Action.TARGET_ADD)
        known = models.Control.unscoped.filter(scopes.of_house(actor), target=target, digest=read.digest)
        if known.exists():
            return
        kept = blobs().put(proof, holder=actor.party)
        row = models.Control(
            id=act.new_id(),
            target=target,
            digest=read.digest,
            proof=kept.id,
            proof_size=kept.size,
            added_by=actor.id,
            added_at=act.now,
        )
        with _once():
            models.Control.unscoped.bulk_create([row])


@contextmanager
def _once() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict("the same is being registered at this moment", code="target.racing") from error
