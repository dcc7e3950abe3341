"""Verbs: handing in, taking in from elsewhere, redacting, and asking whether findings may be passed on."""

from levee.findings.services.batches import LARGEST_BATCH, submit_batch
from levee.findings.services.forwarding import forward, keep_hidden
from levee.findings.services.redacting import redact
from levee.findings.services.submitting import submit
from levee.findings.services.taking_in import take_in

__all__ = ["LARGEST_BATCH", "forward", "keep_hidden", "redact", "submit", "submit_batch", "take_in"]
