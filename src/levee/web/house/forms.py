from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from levee.house.calendar import WEEKDAYS, ClosedOn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.house.types import Choice


KINDS = {
    ClosedOn.WEEKDAY: "Every week on one day",
    ClosedOn.DAY: "On one day, such as a public holiday",
    ClosedOn.HOURS: "Outside of some hours of each day",
    ClosedOn.FREEZE: "In a window, such as a freeze at the end of the year",
}
INSTANTS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]


class Close(forms.Form):
    """A time in which nothing is published; what its kind does not need stays empty."""

    kind = forms.ChoiceField(
        label="What kind of time",
        choices=[(each.value, says) for each, says in KINDS.items()],
        widget=forms.RadioSelect,
    )
    zone = forms.CharField(label="Time zone of its days and hours", max_length=60, help_text="Such as Europe/Berlin.")
    because = forms.CharField(label="Why", max_length=500, help_text="Everyone who takes part reads it.")
    weekday = forms.TypedChoiceField(
        label="Day of the week",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((str(number), name) for number, name in enumerate(WEEKDAYS))],
    )
    day = forms.DateField(label="The day", required=False, input_formats=["%Y-%m-%d"], help_text="Such as 2026-12-25.")
    opens = forms.TimeField(label="Opens", required=False, input_formats=["%H:%M"], help_text="Such as 09:00.")
    closes = forms.TimeField(label="Closes", required=False, input_formats=["%H:%M"], help_text="Such as 17:00.")
    start = forms.DateTimeField(label="Window from, UTC", required=False, input_formats=INSTANTS)
    end = forms.DateTimeField(label="Window until, UTC", required=False, input_formats=INSTANTS)


class EndClosing(forms.Form):
    """Why a time is open from now on."""

    because = forms.CharField(label="Why", max_length=500)


class PlanShift(forms.Form):
    """Somebody is on call for a time."""

    person = forms.ChoiceField(label="Who")
    start = forms.DateTimeField(label="From, UTC", input_formats=INSTANTS, help_text="Such as 2026-12-07 08:00.")
    end = forms.DateTimeField(label="Until, UTC", input_formats=INSTANTS)
    address = forms.EmailField(
        label="Where letters go meanwhile", required=False, help_text="They say which page to open, and no more."
    )

    def __init__(self, *given: Any, people: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["person"].choices = [*people]  # type: ignore[attr-defined]  # it is the choice above


class HandOver(forms.Form):
    """What the next one must know."""

    note = forms.CharField(label="What the next one must know", widget=forms.Textarea, max_length=4000)


class Choose(forms.Form):
    """What holds in the house from now on."""

    value = forms.ChoiceField(label="From now on", widget=forms.RadioSelect)
    because = forms.CharField(label="Why", max_length=500)

    def __init__(self, *given: Any, choice: Choice) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["value"].initial = choice.value
        values = [(each, each.capitalize()) for each in choice.name.values]
        self.fields["value"].choices = values  # type: ignore[attr-defined]  # it is the choice above
