"""The import wizard's fields: the file, and what a person says where the guess was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

from levee.formats.inventory_table import UnknownColumns
from levee.inventory import services
from levee.inventory.reading import KINDS, WHOSE, corrections
from levee.inventory.types import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from levee.inventory.types import Corrections, Intake, Seen
    from levee.kernel.errors import LeveeError

COLUMNS = {
    "asset": "Name of the machine",
    "name": "Name of the software",
    "version": "Version",
    "purl": "Package URL",
    "ecosystem": "Package manager or distribution",
    "exposed": "Reachable from the internet",
    "owner": "Who can change it",
    "owner_name": "Name of that vendor or maker",
    "type": "What the machine is",
    "window": "When it may be changed",
    "environment": "Where it stands",
    "criticality": "How much depends on it",
    "release": "Operating system",
    "support": "End of support",
}


class ImportForm(forms.Form):
    """A file and the name of the inventory that it states."""

    file = forms.FileField(
        help_text="An SBOM, a spreadsheet, a package list or a scanner's export. Nothing leaves this server."
    )
    name = forms.CharField(
        max_length=services.LONGEST_NAME,
        label="Name of the inventory",
        help_text="A new name is a new inventory. The same name again shows what changed.",
    )
    watch = forms.UUIDField(required=False)


class ToldForm(forms.Form):
    """What a person says about the file; every field starts as it was recognised."""

    kind = forms.ChoiceField(required=False, label="What kind of file it is")
    asset = forms.CharField(required=False, label="Machine that a list is from", max_length=200)
    system = forms.CharField(
        required=False, label="Its operating system", max_length=100, help_text="Such as: Debian 12, AlmaLinux 9.4"
    )

    def __init__(self, headings: Iterable[str], initial: Mapping[str, str], *, is_table: bool, is_list: bool) -> None:
        super().__init__(initial=dict(initial))
        self.fields["kind"].choices = [("", "As recognised"), *KINDS]  # type: ignore[attr-defined]  # a choice field
        if not is_list:
            del self.fields["system"]
        if is_table:
            choices = [("", "No column"), *((each, each) for each in dict.fromkeys(headings))]
            for name, label in COLUMNS.items():
                self.fields[f"column-{name}"] = forms.ChoiceField(required=False, label=label, choices=choices)
        for field in self.fields.values():
            field.widget.attrs["form"] = "import-form"


def told_by(given: Mapping[str, str]) -> Corrections:
    """The corrections that a posted wizard says; BadInput where one of them is none."""
    columns = [f"{field}={given[f'column-{field}']}" for field in COLUMNS if f"column-{field}" in given]
    return corrections(
        kind=given.get("kind", ""), asset=given.get("asset", ""), system=given.get("system", ""), columns=columns
    )


def told_form(seen: Seen | None, problem: LeveeError | Fault | None, given: Mapping[str, str]) -> ToldForm | None:
    """The fields to correct a reading by, or a refusal that a person's word can mend; None where none can."""
    chosen = {name: given[name] for name in given if name in {"kind", "asset", "system"} or name.startswith("column-")}
    if seen is not None:
        columns = {f"column-{field}": heading for table in seen.tables for field, heading in table.fields}
        headings = [heading for table in seen.tables for heading in table.headings]
        initial = {"system": seen.system, **columns, **chosen}
        is_list = bool(seen.system) or any(each.reason == WHOSE for each in seen.reasons)
        return ToldForm(headings, initial, is_table=bool(seen.tables), is_list=is_list)
    if isinstance(problem, UnknownColumns | Fault) and problem.headings:
        return ToldForm(problem.headings, chosen, is_table=True, is_list=False)
    if problem is not None and problem.code == "inventory.kind":
        return ToldForm((), chosen, is_table=False, is_list=False)
    return None


def said_of(sent: Intake) -> Mapping[str, str]:
    """What a person said of a file that was handed in, as the wizard's fields say it."""
    said = sent.corrections
    columns = {f"column-{field}": heading for field, heading in said.columns.items()}
    return {"kind": said.kind, "asset": said.asset, **({"system": said.system} if said.system else {}), **columns}
