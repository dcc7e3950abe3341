"""One side's deletion: look, destroy, look again with every key that was known before, and report both."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.frontier.deletion.certificates import Gone, Report, found_by
from levee.frontier.deletion.shredding import destroyed
from levee.frontier.deletion.sweeping import sweep
from levee.frontier.gateway.store import Store
from levee.frontier.gateway.transcripts import WRAPS, Transcripts, wrap_of
from levee.kernel.errors import Conflict

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """Where the wrapped key of a grant lies."""

    grant: str
    path: Path
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What one side deletes, and where it looks.

    Attributes:
        agreement: its digest. side: `developer` or `evaluator`.
        wraps: keys to destroy. remove: files and folders to destroy beside them. places: all stores to look at.
        keys: private keys to try, beside those that are found. canaries: what to look for.
    """

    agreement: str
    side: str
    wraps: tuple[Wrap, ...]
    remove: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()
    keys: tuple[str, ...] = ()
    canaries: frozenset[bytes] = frozenset()


def delete(deletion: Deletion, now: datetime) -> Report:
    """Destroy the keys and the files of a deletion, and say what could be read before and after.

    Raises:
        BadInput: something cannot be destroyed; run it again once it can be.
    """
    before = sweep(deletion.places, keys=deletion.keys, canaries=deletion.canaries)
    keys = tuple(
        Gone(grant=wrap.grant, key=wrap.key, wrap=destroyed(wrap.path).digest)
        for wrap in deletion.wraps
        if wrap.path.exists()
    )
    files = tuple(destroyed(path) for path in deletion.remove if path.exists())
    after = sweep(deletion.places, keys=deletion.keys, canaries=deletion.canaries, gone=before.unwrapped)
    return Report(
        agreement=deletion.agreement,
        side=deletion.side,
        at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
        keys=keys,
        files=files,
        before=found_by(before, len(deletion.canaries)),
        after=found_by(after, len(deletion.canaries)),
    )


def wraps_at_gateway(folder: Path, agreement: str, now: int) -> tuple[Wrap, ...]:
    """The keys of all grants of an agreement at the developer's gateway.

    Raises:
        Conflict: one of the grants holds still.
    """
    with closing(Store(folder)) as store:
        grants = [each for each in store.uses(now) if each.grant.agreement == agreement]
    for each in grants:
        if each.holds:
            raise Conflict(
                "this grant holds still", place=each.grant.id, advice="take it back first: levee gateway withdraw"
            )
    with closing(Transcripts(folder)) as kept:
        keys = kept.kept()
    return tuple(
        Wrap(grant=name, path=wrap_of(folder / WRAPS, name), key=keys[name])
        for name in sorted({each.grant.id for each in grants} & keys.keys())
    )


def let_go(folder: Path, wraps: tuple[Wrap, ...]) -> None:
    """Take what was sealed out of the gateway's own file as well, once its keys are gone."""
    with closing(Transcripts(folder)) as kept:
        for each in wraps:
            kept.drop(each.grant)
