from __future__ import annotations

from django.db import models


class Setting(models.Model):
    """What a house chose; nothing is changed, and the newest of a name holds."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    name = models.TextField()
    value = models.TextField()
    because = models.TextField()
    by = models.UUIDField()
    at = models.DateTimeField()

    unscoped = models.Manager["Setting"]()

    class Meta:
        db_table = "house_setting"
        indexes = [models.Index(fields=["house", "name", "at"], name="house_setting_newest")]


class Closing(models.Model):
    """A time in which the house publishes nothing, until somebody ends it."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    kind = models.TextField()
    zone = models.TextField()
    because = models.TextField()
    weekday = models.IntegerField(null=True)
    day = models.DateField(null=True)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    by = models.UUIDField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Closing"]()

    class Meta:
        db_table = "house_closing"


class Shift(models.Model):
    """Somebody of the house is on call, until its end or until somebody ends it."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    person = models.UUIDField()
    address = models.TextField(default="")
    start = models.DateTimeField()
    end = models.DateTimeField()
    by = models.UUIDField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Shift"]()

    class Meta:
        db_table = "house_shift"
        indexes = [models.Index(fields=["house", "start"], name="house_shift_in_order")]


class Handover(models.Model):
    """What somebody left for whoever is on call next; `cursor` is the last change in cases that it knew."""

    id = models.UUIDField(primary_key=True)
    house = models.UUIDField()
    by = models.UUIDField()
    note = models.TextField()
    cursor = models.TextField(default="")
    at = models.DateTimeField()

    unscoped = models.Manager["Handover"]()

    class Meta:
        db_table = "house_handover"
        indexes = [models.Index(fields=["house", "at"], name="house_handover_in_order")]
