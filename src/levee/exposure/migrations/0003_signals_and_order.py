from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import migrations, models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.apps.registry import Apps

OLD_NAMES = {"kev": "kev", "exposed": "exposed", "automatable": "automatable", "total": "technical_impact"}


def in_words(name: str, old: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """A yes or no as the word of its question's vocabulary."""
    if old is None:
        return None
    yes, no = ("total", "partial") if name == "technical_impact" else ("yes", "no")
    return {**old, "value": yes if old["value"] else no, "detail": ""}


def of_old(old: Mapping[str, Any]) -> dict[str, Any]:
    """The signals of a vulnerability; what nobody says is left out."""
    words = {new: in_words(new, old.get(name)) for name, new in OLD_NAMES.items()}
    return {name: each for name, each in words.items() if each is not None}


def timeline(old: Mapping[str, Any]) -> dict[str, Any]:
    """A timeline of the four inputs as one of any table."""
    days, held_by = old["band"]["days"], old["held_by"]
    return {
        **old,
        "title": "BOD 26-04",
        "result": "upgrade" if days is None else "timed",
        "inputs": of_old(old["inputs"]),
        "held_by": "" if held_by is None else f"row {held_by} of {old['edition']}",
    }


def convert(apps: Apps, _editor: object) -> None:
    for row in apps.get_model("exposure", "Known").unscoped.iterator():
        row.signals = of_old(row.signals)
        row.save(update_fields=["signals"])
    for name in ("Match", "Todo"):
        for row in apps.get_model("exposure", name).unscoped.iterator():
            row.timeline = timeline(row.timeline)
            row.save(update_fields=["timeline"])


class Migration(migrations.Migration):
    dependencies = [("exposure", "0002_ranges")]

    operations = [
        migrations.AddField("step", "timeline", models.JSONField(null=True)),
        migrations.AddField("todo", "weaponised", models.BooleanField(default=False)),
        migrations.AddField("todo", "ransomware", models.BooleanField(default=False)),
        migrations.AddField("todo", "epss", models.FloatField(default=0)),
        migrations.AddField("todo", "signals", models.JSONField(default=dict)),
        migrations.AddField("todo", "criticality", models.TextField(default="unknown")),
        migrations.RunPython(convert, migrations.RunPython.noop),
    ]
