from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from levee.cases.projects.policies import MOST_A_WEEK
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.embargo import LONGEST
from levee.web.projects.wording import AI_FOUND, AI_PATCH, COUNTS, TAKES

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMPONENT = "Its package URL without version, such as pkg:npm/minimist."
_PRODUCT = f"{_COMPONENT} A product without one by its CPE name, such as cpe:2.3:a:vendor:product."
KEEPS = {Keeps.MAKES: "Makes it", Keeps.SHIPS: "Ships it in products of its own", Keeps.RUNS: "Runs it"}


class StateUpkeep(forms.Form):
    """What an organisation makes or ships."""

    component = forms.CharField(label="Component", max_length=300, help_text=_PRODUCT)
    keeps = forms.ChoiceField(label="What it does", choices=[(each.value, says) for each, says in KEEPS.items()])
    because = forms.CharField(label="Where it can be seen", max_length=500)
    organisation = forms.ChoiceField(label="Organisation", required=False)

    def __init__(self, *given: Any, organisations: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        choices = [*organisations]
        if choices:
            self.fields["organisation"].choices = choices  # type: ignore[attr-defined]  # it is the choice above
        else:
            del self.fields["organisation"]


class StateShipped(forms.Form):
    """A bill of materials of a product."""

    because = forms.CharField(label="Which product it is of", max_length=500)
    file = forms.FileField(label="Bill of materials", help_text="CycloneDX or SPDX, as JSON.")


class SetPolicy(forms.Form):
    """How a project takes reports."""

    project = forms.CharField(label="Project", max_length=300, help_text=_COMPONENT)
    embargo = forms.ChoiceField(
        label="The longest embargo counts", choices=[(each.value, says) for each, says in COUNTS.items()]
    )
    longest_days = forms.IntegerField(
        label="Its days", required=False, help_text=f"From 1 to {LONGEST.days}; empty where the project sets none."
    )
    ai_found = forms.ChoiceField(
        label="What AI found is handled", choices=[(each.value, says) for each, says in AI_FOUND.items()]
    )
    ai_patch = forms.ChoiceField(
        label="Patches that AI wrote", choices=[(each.value, says) for each, says in AI_PATCH.items()]
    )
    per_week = forms.IntegerField(
        label="New items in any seven days", required=False, help_text=f"From 1 to {MOST_A_WEEK}; empty for any number."
    )
    takes = forms.ChoiceField(label="Which items", choices=[(each.value, says) for each, says in TAKES.items()])
    source = forms.CharField(
        label="Source", max_length=500, help_text="Where it is published, such as the address of a SECURITY.md."
    )
