"""Writing to the ledger: `record` in an act's own transaction, everything else as the role `ledger`."""

from levee.ledger.services.anchor import commit_hour
from levee.ledger.services.erase import erase
from levee.ledger.services.record import record, record_each, record_refusal
from levee.ledger.services.run import run_sequencer, sequence_once
from levee.ledger.services.sequence import sequence
from levee.ledger.services.shred import shred

__all__ = [
    "commit_hour",
    "erase",
    "record",
    "record_each",
    "record_refusal",
    "run_sequencer",
    "sequence",
    "sequence_once",
    "shred",
]
