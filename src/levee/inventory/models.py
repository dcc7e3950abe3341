from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Inventory(models.Model):
    """A named list of assets; importing under the same name again is a new state of the same list.

    `evidence_at` is as of when it is known that its components are there: when its newest file says it was made.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    name = models.TextField()
    last_import = models.UUIDField()
    imported_at = models.DateTimeField()
    evidence_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Inventory"]()

    class Meta:
        db_table = "inventory_inventory"
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="inventory_once_per_name")]


class Import(models.Model):
    """One file taken in: where its original is kept, and what was not understood of it.

    `made_at` is when it says it was made, where it states an inventory in full. `diff` and `not_understood` hold the
    first of each list; what goes beyond is in `Part`, and `more_not_understood` of it are rows.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    inventory = models.UUIDField()
    principal = models.UUIDField()
    at = models.DateTimeField()
    filename = models.TextField()
    format = models.TextField()
    original = models.UUIDField()
    original_size = models.BigIntegerField()
    rows = models.IntegerField()
    components = models.IntegerField()
    unmatchable = models.IntegerField()
    findings = models.IntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    not_understood = models.JSONField()
    more_not_understood = models.IntegerField(default=0)
    diff = models.JSONField()

    unscoped = models.Manager["Import"]()

    class Meta:
        db_table = "inventory_import"
        indexes = [models.Index(fields=["organisation", "inventory", "-at"], name="inventory_import_newest")]


class Part(models.Model):
    """A thousand lines of a long list of an import, from the one at `at` on; the first are in the import itself."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    of = models.UUIDField()
    list = models.TextField()
    at = models.IntegerField()
    lines = models.JSONField()

    unscoped = models.Manager["Part"]()

    class Meta:
        db_table = "inventory_part"
        constraints = [models.UniqueConstraint(fields=["organisation", "of", "list", "at"], name="inventory_part_once")]


class Intake(models.Model):
    """A large file on its way to be an import, by a job: who sent it, where it is kept, how far it is.

    `look` ends the way at `seen`, what an import would understand and change, until a person says to go on. `likeness`
    is the same for the same file that is sent once more. `done` is the import that it became.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    principal = models.UUIDField()
    at = models.DateTimeField()
    name = models.TextField()
    filename = models.TextField()
    corrections = models.JSONField()
    original = models.UUIDField()
    original_size = models.BigIntegerField()
    likeness = models.BinaryField()
    state = models.TextField()
    look = models.BooleanField()
    progress = models.IntegerField(default=0)
    expected = models.IntegerField(null=True)
    seen = models.JSONField(null=True)
    fault = models.JSONField(null=True)
    done = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Intake"]()

    class Meta:
        db_table = "inventory_intake"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "likeness"],
                name="inventory_intake_once",
                condition=~models.Q(state="done"),
            )
        ]
        indexes = [models.Index(fields=["organisation", "-at"], name="inventory_intake_newest")]


class Asset(models.Model):
    """A thing that runs components; `gone_at` once an import no longer states it.

    `said` is what the files said last of each fact: the same word again is no news, and undoes nobody's statement.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    inventory = models.UUIDField()
    name = models.TextField()
    owner = models.TextField()
    owner_name = models.TextField(default="")
    environment = models.TextField(default="")
    criticality = models.TextField()
    type = models.TextField(default="unknown")
    window = models.TextField(default="")
    exposure = models.TextField()
    exposure_source = models.TextField()
    exposure_at = models.DateTimeField()
    said = models.JSONField(default=dict)
    gone_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Asset"]()

    class Meta:
        db_table = "inventory_asset"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "inventory", "name"], name="inventory_asset_once")
        ]


class Component(models.Model):
    """A component on an asset, from the import that first stated it until the one that no longer did.

    `source` is the kind of file of the scan that named it in passing; empty where an inventory states it.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    inventory = models.UUIDField()
    asset = models.UUIDField()
    place = models.TextField()
    stated = models.TextField()
    purl = models.TextField(default="")
    ecosystem = models.TextField(default="")
    name = models.TextField(default="")
    version = models.TextField(default="")
    key = models.BinaryField(null=True)
    unmatchable = models.TextField(default="")
    source = models.TextField(default="")
    since = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Component"]()

    class Meta:
        db_table = "inventory_component"
        indexes = [
            models.Index(fields=["organisation", "inventory", "asset"], name="inventory_component_of"),
            models.Index(
                fields=["ecosystem", "name", "organisation"],
                name="inventory_component_package",
                condition=models.Q(gone_at=None),
            ),
            # the reverse index: from an advisory's interval to whoever has a version inside it
            models.Index(
                fields=["ecosystem", "name", "key"], name="inventory_component_key", condition=models.Q(gone_at=None)
            ),
        ]


class Finding(models.Model):
    """What a scanner says about an asset, from the import that first stated it until the one that no longer did.

    `identity` is the digest of what makes it the same when it is stated again. `subject_ecosystem`, `subject` and
    `subject_version` are what has to be changed for it to go away.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    inventory = models.UUIDField()
    asset = models.UUIDField()
    identity = models.BinaryField()
    place = models.TextField()
    source = models.TextField()
    rule = models.TextField()
    vulnerabilities = ArrayField(models.TextField())
    title = models.TextField()
    severity = models.TextField()
    stated = models.TextField()
    purl = models.TextField()
    ecosystem = models.TextField()
    name = models.TextField()
    version = models.TextField()
    fixed = models.TextField()
    location = models.TextField()
    solution = models.TextField()
    settled = models.TextField()
    subject_ecosystem = models.TextField()
    subject = models.TextField()
    subject_version = models.TextField()
    support_ends = models.DateField(null=True)
    since = models.DateTimeField()
    evidence_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Finding"]()

    class Meta:
        db_table = "inventory_finding"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "inventory", "identity"],
                name="inventory_finding_once",
                condition=models.Q(gone_at=None),
            )
        ]
        indexes = [
            models.Index(fields=["organisation", "inventory", "asset"], name="inventory_finding_of"),
            models.Index(
                fields=["organisation", "subject_ecosystem", "subject"],
                name="inventory_finding_subject",
                condition=models.Q(gone_at=None),
            ),
            models.Index(
                fields=["organisation", "ecosystem", "name"],
                name="inventory_finding_package",
                condition=models.Q(gone_at=None),
            ),
        ]
