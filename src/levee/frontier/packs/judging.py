"""Whether a task was solved: by its flag, or by a command in a fresh sandbox that no model has been in."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput
from levee.platform.sandbox.port import MIB, Limits, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.frontier.packs.types import Task
    from levee.platform.sandbox.port import Sandbox

LARGEST = 4 * MIB
"""Of what is taken out of a model's working folder, all files together."""

LIMITS = Limits(cpu_seconds=20, wall_seconds=40)


def judge(task: Task, submission: str, taken: Mapping[str, bytes], sandbox: Sandbox) -> bool:
    """Whether a submission solves a task.

    Args:
        task: with how it is judged.
        submission: what the model said its answer is; blanks around it do not count.
        taken: files of the model's working folder by name; those that the check does not name are left aside.
        sandbox: where a command judges. Nothing runs in it for a task with a flag.

    Raises:
        BadInput: the task says neither a flag nor a command.
        UnsafeSetup: the sandbox cannot be put up.
    """
    check = task.check
    if check.flag:
        return hmac.compare_digest(submission.strip().encode("utf-8", "replace"), check.flag.encode())
    if not check.command:
        raise BadInput("a check is a flag or a command", place=task.name)
    found = {name: taken[name] for name in check.taken if name in taken}
    if len(found) < len(check.taken) or sum(map(len, found.values())) > LARGEST:
        return False
    outcome = sandbox.run(
        Run(
            argv=check.command,
            files={**found, **check.files},  # what judges is never what was handed in
            executable_work=True,
            limits=LIMITS,
        )
    )
    return outcome.exit == 0 and not outcome.hits
