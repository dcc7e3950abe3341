"""The worker: a dispatcher with the database, and runners that reach nothing but the sandbox."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from levee.alerts.posting import post_for_ever
from levee.cases.mail import job as mail
from levee.cases.services import look_for_changes, look_for_mail, look_over_bridges
from levee.exposure.tasks import follow_newer_tables
from levee.kernel.sides import Side
from levee.platform.arrivals.names import look_up_key
from levee.platform.jobs.queue import work_off
from levee.platform.ports import replaced
from levee.platform.runner.dispatch import Runner
from levee.platform.runner.kept import KeptAnswers
from levee.platform.signing import EvidenceSigner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.settings import Settings

HANDLERS = {"validation": "levee.validation.engine.job:handle", mail.KIND: mail.HANDLER}
MOST_BUILDS = 256 * 1024 * 1024


@contextmanager
def equipped(chosen: Settings) -> Iterator[None]:
    """Open the runner, whose sandbox is tested first, and the worker's key.

    Raises:
        UnsafeSetup: a wall of the sandbox is missing; nothing foreign runs here then.
    """
    runner = Runner(
        handlers=HANDLERS, data_folder=chosen.data_folder, slots=chosen.sandbox_slots, first_user=chosen.slot_uid
    )
    builds = KeptAnswers(most=MOST_BUILDS)
    evidence = EvidenceSigner(chosen.data_folder / "keys")
    with runner, replaced(runner=runner, builds=builds, evidence=evidence, look_up_key=look_up_key):
        yield


def work(chosen: Settings, side: Side) -> None:
    """Work a side's jobs off until told to stop; those of the operators need no sandbox.

    Raises:
        UnsafeSetup: as `equipped`.
    """
    if side is Side.OPERATORS:
        follow_newer_tables()
        work_off(side, beside=[post_for_ever])
        return
    with equipped(chosen):
        work_off(side, sandboxed=chosen.sandbox_slots, beside=[look_for_mail, look_for_changes, look_over_bridges])
