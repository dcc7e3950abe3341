"""Builds of targets, each made once by a runner that sees no proof, and handed to the jobs that run proofs on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, TooLarge, Unavailable
from levee.platform.ports import ports, runner
from levee.validation import answers
from levee.validation.engine.build import SealedBuild, build_key
from levee.validation.engine.job import SEALED, build_job

if TYPE_CHECKING:
    from levee.platform.runner.wire import Message
    from levee.validation.engine.build import Patch
    from levee.validation.engine.targets import FetchedTarget

HANDLER = "validation"
SECONDS = 1200.0
LARGEST = 64 * 1024 * 1024
"""Two of them and what they were made of fit into one message to a runner."""


def sealed(target: FetchedTarget, patch: Patch | None = None) -> tuple[SealedBuild, ...]:
    """The build of a target; none where there is none to hand over, and then the job that wants it builds it itself.

    A runner that was taken over by a target can spoil the builds of that target alone: their key holds every byte that
    the build saw, and what is laid out from them is sealed anew wherever it is used.
    """
    kept = ports().builds
    if kept is None:
        return ()
    key = build_key(target, patch)
    try:
        message = kept.get(key, lambda: _built(target, patch))
        answer = answers.read_answer(message, answers.BuildAnswer)
    except (Unavailable, BadInput, TooLarge):
        return ()
    packed = message.attachments.get(SEALED, b"")
    if isinstance(answer, answers.Refused) or not answer.builds or not 0 < len(packed) <= LARGEST:
        return ()
    return (SealedBuild(key=key, packed=packed, log=answer.log),)


def _built(target: FetchedTarget, patch: Patch | None) -> Message:
    header, attachments = build_job(target, patch.diff if patch else None)
    return runner().run(HANDLER, header, attachments, seconds=SECONDS)
