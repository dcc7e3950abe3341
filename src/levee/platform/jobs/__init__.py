"""Jobs: enqueued in the act's own transaction, carried out later by the dispatcher as the service actor of one run."""

from levee.platform.jobs.enqueue import enqueue
from levee.platform.jobs.work import JobKind, carry_out, pending, register, registered, run_pending

__all__ = ["JobKind", "carry_out", "enqueue", "pending", "register", "registered", "run_pending"]
