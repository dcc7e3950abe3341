"""Jobs: enqueued in the act's own transaction, carried out later by the dispatcher as the service actor of one run."""

from levee.platform.jobs.enqueue import AFTER_ALL_ELSE, enqueue, enqueue_each
from levee.platform.jobs.work import JobKind, carry_out, failed, pending, register, registered, run_pending, unfinished

__all__ = [
    "AFTER_ALL_ELSE",
    "JobKind",
    "carry_out",
    "enqueue",
    "enqueue_each",
    "failed",
    "pending",
    "register",
    "registered",
    "run_pending",
    "unfinished",
]
