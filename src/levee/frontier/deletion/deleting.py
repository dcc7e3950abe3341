"""One side's deletion: look, destroy, look again for what any key that is given or still found opens, and report both.

What was destroyed is noted as it goes, for whoever stops in between: a later deletion takes it up.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.frontier.deletion.certificates import Gone, Report, found_by
from levee.frontier.deletion.shredding import destroyed
from levee.frontier.deletion.sweeping import sweep, wraps_in
from levee.frontier.deletion.views import present
from levee.frontier.gateway.store import Store
from levee.frontier.gateway.transcripts import WRAPS, Transcripts, wrap_of
from levee.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path
    from typing import Any

    from levee.frontier.deletion.shredding import Destroyed


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
        gone, files: what an earlier deletion of this side destroyed.
    """

    agreement: str
    side: str
    wraps: tuple[Wrap, ...]
    remove: tuple[Path, ...] = ()
    places: tuple[Path, ...] = ()
    keys: tuple[str, ...] = ()
    canaries: frozenset[bytes] = frozenset()
    gone: tuple[Gone, ...] = ()
    files: tuple[Destroyed, ...] = ()


def delete(deletion: Deletion, now: datetime, noted: Callable[[Report], None]) -> Report:
    """Destroy the keys and the files of a deletion, and say what could be read before and after.

    Args:
        deletion: what, and where.
        now: an instant in UTC.
        noted: told before anything is destroyed, and again after each thing that is.

    Raises:
        BadInput: a place is not there, or something cannot be destroyed; run it again once it can be.
    """
    present(deletion.places)
    keys, files = list(deletion.gone), list(deletion.files)

    def report(before: Mapping[str, Any], after: Mapping[str, Any]) -> Report:
        return Report(
            agreement=deletion.agreement,
            side=deletion.side,
            at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            keys=tuple(dict.fromkeys(keys)),
            files=tuple(files),
            before=before,
            after=after,
        )

    noted(report({}, {}))
    before = sweep(deletion.places, keys=deletion.keys, canaries=deletion.canaries)
    first = found_by(before, len(deletion.canaries))
    for wrap in deletion.wraps:
        if wrap.path.exists():
            keys.append(Gone(grant=wrap.grant, key=wrap.key, wrap=destroyed(wrap.path).digest))
            noted(report(first, {}))
    for path in deletion.remove:
        if path.exists():
            files.append(destroyed(path))
            noted(report(first, {}))
    after = sweep(deletion.places, keys=deletion.keys, canaries=deletion.canaries, gone=before.unwrapped)
    return report(first, found_by(after, len(deletion.canaries)))


def wrap_at(path: Path) -> Wrap:
    """The wrapped key in a file that is named after its grant.

    Raises:
        BadInput: there is none, or what is there is no wrapped key.
    """
    if path.is_symlink() or not path.is_file():
        advice = "leave it out if an earlier report tells of it, and name that with --after"
        raise BadInput("there is no such file", place=str(path), advice=advice)
    data = path.read_bytes()
    if list(wraps_in(data + b"\0")) != [data]:  # with a byte after it, so that one that was cut short is none
        raise BadInput("this is no wrapped key", place=str(path), advice="name what fetch wrote with --wrap")
    return Wrap(grant=path.stem, path=path)


def wraps_at_gateway(folder: Path, agreement: str, now: int) -> tuple[Wrap, ...]:
    """The keys of all grants of an agreement at the developer's gateway.

    Raises:
        BadInput: there is no such folder. Conflict: one of the grants holds still.
    """
    present([folder])
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
