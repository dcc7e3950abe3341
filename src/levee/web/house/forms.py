from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from levee.house.types import Choice


class Choose(forms.Form):
    """What holds in the house from now on."""

    value = forms.ChoiceField(label="From now on", widget=forms.RadioSelect)
    because = forms.CharField(label="Why", max_length=500)

    def __init__(self, *given: Any, choice: Choice) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["value"].initial = choice.value
        values = [(each, each.capitalize()) for each in choice.name.values]
        self.fields["value"].choices = values  # type: ignore[attr-defined]  # it is the choice above
