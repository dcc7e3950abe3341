"""The tables of the logs. Web and worker only add to `Pending`; the role `ledger` writes the rest."""

from __future__ import annotations

from django.db import models


class Pending(models.Model):
    """An act as its own transaction wrote it, waiting for the sequencer.

    The table has two further columns that PostgreSQL fills: ``xid``, the writing transaction, and ``written``, the
    order within it.
    """

    id = models.UUIDField(primary_key=True)
    log_kind = models.TextField()
    log_key = models.UUIDField()
    actor = models.UUIDField()
    fields = models.TextField()  # canonical JSON, kept as text: what was committed to must come back byte for byte
    salts = models.BinaryField()  # 16 bytes per field, in order of the fields' names

    unscoped = models.Manager["Pending"]()

    class Meta:
        db_table = "ledger_pending"


class Erasure(models.Model):
    """A person to be forgotten: every field that names it is to be shredded, and then this row."""

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField()

    unscoped = models.Manager["Erasure"]()

    class Meta:
        db_table = "ledger_erasure"


class Log(models.Model):
    """One log and the right edge of its tree."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    key = models.UUIDField()
    size = models.BigIntegerField(default=0)
    peaks = models.BinaryField(default=b"")
    link = models.BinaryField()

    unscoped = models.Manager["Log"]()

    class Meta:
        db_table = "ledger_log"
        constraints = [models.UniqueConstraint(fields=("kind", "key"), name="ledger_log_once")]


class Entry(models.Model):
    """One entry in its own log; never changed."""

    id = models.UUIDField(primary_key=True)
    log = models.UUIDField()
    position = models.BigIntegerField()
    commitments = models.JSONField()
    leaf = models.BinaryField()
    link = models.BinaryField()

    unscoped = models.Manager["Entry"]()

    class Meta:
        db_table = "ledger_entry"
        constraints = [models.UniqueConstraint(fields=("log", "position"), name="ledger_entry_once")]


class Opening(models.Model):
    """What opens an entry's commitments; shredding empties fields of it, and of nothing else."""

    entry = models.UUIDField(primary_key=True)
    log = models.UUIDField()
    fields = models.TextField()  # canonical JSON of field to salt and value

    unscoped = models.Manager["Opening"]()

    class Meta:
        db_table = "ledger_opening"


class Internal(models.Model):
    """One entry in the internal log, which covers all logs; for auditors."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.UUIDField(unique=True)
    leaf = models.BinaryField()
    link = models.BinaryField()

    unscoped = models.Manager["Internal"]()

    class Meta:
        db_table = "ledger_internal"


class Subtree(models.Model):
    """The root of a perfect subtree of 256 leaves or more, so that a proof reads few rows of any log."""

    pk = models.CompositePrimaryKey("log", "level", "place")
    log = models.UUIDField()
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    root = models.BinaryField()

    unscoped = models.Manager["Subtree"]()

    class Meta:
        db_table = "ledger_subtree"


class Checkpoint(models.Model):
    """A signed statement of a log's size and root."""

    id = models.UUIDField(primary_key=True)
    log = models.UUIDField()
    size = models.BigIntegerField()
    at = models.DateTimeField()
    note = models.TextField()

    unscoped = models.Manager["Checkpoint"]()

    class Meta:
        db_table = "ledger_checkpoint"
        indexes = [models.Index(fields=["log", "size"], name="ledger_checkpoint_by_size")]


class Anchor(models.Model):
    """What opens the public commitment of one hour; for auditors."""

    hour = models.DateTimeField(primary_key=True)
    nonce = models.BinaryField()
    size = models.BigIntegerField()
    root = models.BinaryField()

    unscoped = models.Manager["Anchor"]()

    class Meta:
        db_table = "ledger_anchor"


class Key(models.Model):
    """The public key that checkpoints are signed with, as ``name+id+base64``."""

    text = models.TextField(primary_key=True)
    since = models.DateTimeField()

    unscoped = models.Manager["Key"]()

    class Meta:
        db_table = "ledger_key"
