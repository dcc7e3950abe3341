from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import connection

from levee.access.services import demand
from levee.cases.selectors import findings as findings_of
from levee.cases.selectors import get as case_of
from levee.cases.services import keep_hidden_of
from levee.clustering.selectors import cluster as cluster_of
from levee.clustering.services import COMPARE, offer_fix
from levee.findings.selectors import listed
from levee.fixes import scopes, selectors
from levee.fixes.events import FixChecked
from levee.fixes.levels import level_of
from levee.fixes.models import Fix
from levee.fixes.types import FixKind, FixState, Level
from levee.formats.diff import read_patch
from levee.kernel.errors import BadInput, TooLarge
from levee.ledger.services import record
from levee.platform.database.acting import acting
from levee.platform.jobs import AFTER_ALL_ELSE, enqueue
from levee.platform.ports import blobs
from levee.policy.actions import Action
from levee.validation.services import try_change
from levee.validation.types import Change, ChangedTarget

if TYPE_CHECKING:
    from uuid import UUID

    from levee.identity.events import MemberLeaves
    from levee.policy.actors import Actor

VERIFY = "fixes.verify"
LARGEST_PATCH = 256 * 1024
JUDGED = {"patch.protected", "patch.check_off", "patch.new_power", "patch.invisible"}
"""What a readable patch may not do: found by the check, so that the case sees who tried what."""
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,80}")


def attach(actor: Actor, case: UUID, *, change: Change, author: str, note: str = "") -> UUID:
    """Attach a patch or an upgrade to a case; it is checked at once, in the sandbox.

    Args:
        actor: a participant who works on the case.
        case: the case.
        change: a unified diff or a version, one of the two.
        author: who wrote it, as the case shows it.
        note: what it does, in the author's words.

    Returns:
        The fix's key.

    Raises:
        BadInput: neither or both are given, or the patch is no plain unified diff within the project; with its line.
        TooLarge: the diff is over 256 KiB.
    """
    if bool(change.patch) == bool(change.upgrade):
        raise BadInput("a fix is a patch or an upgrade, one of the two", place="patch")
    if change.upgrade and not _VERSION.fullmatch(change.upgrade):
        raise BadInput("must look like a version, 4.2.15", place="upgrade")
    if len(change.patch) > LARGEST_PATCH:
        raise TooLarge("a patch has at most 256 KiB", place="patch")
    if change.patch:
        _check_readable(change.patch)
    with acting(actor) as act:
        demand(act, Action.FIX_ATTACH, subject=case)
        keep_hidden_of(act, case, patch=change.patch.decode("utf-8", "replace"), author=author, note=note)
        kept = blobs().put(change.patch, holder=actor.party) if change.patch else None
        fix = act.new_id()
        Fix.unscoped.bulk_create(
            [
                Fix(
                    id=fix,
                    case=case,
                    kind=FixKind.PATCH if change.patch else FixKind.UPGRADE,
                    patch=kept.id if kept else None,
                    patch_size=kept.size if kept else 0,
                    upgrade=change.upgrade,
                    note=note.strip(),
                    author=author.strip() or "unnamed",
                    provider=actor.party,
                    state=FixState.WAITING,
                    attached_at=act.now,
                )
            ]
        )
        record(act, log=("case", case), verb=Action.FIX_ATTACH, subject=fix, fields={"upgrade": change.upgrade})
        enqueue(act, VERIFY, subject=fix, party=case_of(actor, case).house)
    return fix


def _check_readable(patch: bytes) -> None:
    try:
        read_patch(patch)
    except BadInput as error:
        if error.code not in JUDGED:
            raise BadInput(
                error.message,
                code=error.code,
                place=f"patch, {error.place}",
                advice=error.advice() or "send the output of git diff",
            ) from error


def verify(actor: Actor, fix: UUID) -> None:
    """Check a fix: apply, build, replay all proofs of its cluster, run the tests. Job; safe to run twice.

    Args:
        actor: a service of the case's owner.
        fix: which one.
    """
    found = selectors.get(actor, fix)
    cluster, target, findings = _tried_on(actor, found.case)
    change = Change(patch=selectors.patch(actor, fix), upgrade=found.upgrade)
    seen = try_change(actor, target, change, findings)
    level, detail = level_of(seen, upgrade=bool(found.upgrade))
    _note(actor, fix, found.case, seen, level, detail)
    if cluster and level >= (Level.SILENT if found.upgrade else Level.KEEPS_TESTS):
        with acting(actor) as act:
            offer_fix(actor, cluster, fix=fix, provider=found.provider, change=change)
            enqueue(act, COMPARE, subject=cluster, party=actor.party, priority=AFTER_ALL_ELSE)


def _tried_on(actor: Actor, case: UUID) -> tuple[UUID | None, str, tuple[UUID, ...]]:
    """The case's cluster, if it has one, its target, and the findings whose proofs a fix has to silence."""
    findings, key = findings_of(actor, case), case_of(actor, case).cluster
    if key is None:
        return None, listed(actor, only=findings, limit=1)[0].target, tuple(findings)
    cluster = cluster_of(actor, key)
    return key, cluster.target, tuple(dict.fromkeys([*cluster.findings, *findings]))


def give_up(actor: Actor, fix: UUID, why: str) -> None:
    """Note that a fix could not be checked here, after the last try; it can be attached again."""
    found = selectors.get(actor, fix)
    if found.state is FixState.WAITING:
        _note(actor, fix, found.case, ChangedTarget(), Level.NONE, f"it could not be checked here: {why}")


def _note(actor: Actor, fix: UUID, case: UUID, seen: ChangedTarget, level: Level, detail: str) -> None:  # noqa: PLR0917 - what was seen
    with acting(actor) as act:
        demand(act, Action.FIX_RECORD, subject=case)
        Fix.unscoped.filter(scopes.visible(actor), id=fix).update(
            state=FixState.VERIFIED if level >= Level.SILENT and seen.keeps_tests else FixState.REFUSED,
            level=level,
            proofs_tried=len(seen.replays),
            proofs_silent=sum(replay.silent for replay in seen.replays),
            tests_before=seen.tests_before,
            tests_after=seen.tests_after,
            detail=detail,
            checked_at=act.now,
        )
        record(act, log=("case", case), verb=Action.FIX_RECORD, subject=fix, fields={"level": int(level)})
        act.announce(FixChecked(subject=fix))


def forget(event: MemberLeaves) -> None:
    """Fixes that a person attached stay; its name goes."""
    with connection.cursor() as cursor:
        cursor.execute("select levee_forget_in_fixes(%s)", [event.subject])
