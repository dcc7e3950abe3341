"""The tags of Levee's pages: `{% load levee %}`."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms, template

from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from levee.web.charts import BarChart, ColumnChart, RangeChart
    from levee.web.lanes import LaneChart
    from levee.web.tables import Table

register = template.Library()

CONTROLS = (
    (forms.Textarea, "text", "usa-textarea"),
    (forms.CheckboxSelectMultiple, "choices", "usa-checkbox"),
    (forms.RadioSelect, "choices", "usa-radio"),
    (forms.CheckboxInput, "check", "usa-checkbox__input"),
    (forms.Select, "text", "usa-select"),
    (forms.FileInput, "text", "levee-file"),  # USWDS' own draws a picture from a data address, which the policy refuses
    (forms.Widget, "text", "usa-input"),
)


class FormError(NamedTuple):
    """One line of the summary above a form: the field it leads to, or none for the form as a whole."""

    label: str
    id: str
    error: str


@register.inclusion_tag("levee/partials/status.html")
def status(text: str, tone: str = Tone.PLAIN) -> dict[str, str]:
    """A state in its colour: `{% status "Confirmed" "good" %}`; tones are those of `Tone`."""
    return {"text": text, "tone": Tone(tone).value}


@register.filter
def words(value: str) -> str:
    """The name of a state as words: `not_affected` as `not affected`."""
    return value.replace("_", " ")


@register.filter
def utc(at: datetime) -> str:
    """An instant for people, to the minute: `{{ case.opened_at|utc }}` as `2026-12-01 05:30 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@register.filter
def iso(at: datetime) -> str:
    """The same for programs, whole: `<time datetime="{{ case.opened_at|iso }}">`."""
    return at.astimezone(UTC).isoformat()


@register.inclusion_tag("levee/partials/icon.html")
def icon(name: str) -> dict[str, str]:
    """An icon of USWDS's sprite beside words that say the same: `{% icon "warning" %}`."""
    return {"name": name}


@register.inclusion_tag("levee/partials/table.html")
def table(table: Table) -> dict[str, Any]:
    """A table, or its empty state."""
    return {"table": table, "rows": table.cells()}


@register.inclusion_tag("levee/partials/bars.html")
def bars(chart: BarChart) -> dict[str, BarChart]:
    """A bar chart of `levee.web.charts.bar_chart`."""
    return {"chart": chart}


@register.inclusion_tag("levee/partials/ranges.html")
def ranges(chart: RangeChart) -> dict[str, RangeChart]:
    """A chart of ranges of `levee.web.charts.range_chart`."""
    return {"chart": chart}


@register.inclusion_tag("levee/partials/lanes.html")
def lanes(chart: LaneChart) -> dict[str, LaneChart]:
    """Lanes over time of `levee.web.lanes.lane_chart`."""
    return {"chart": chart}


@register.inclusion_tag("levee/partials/columns.html")
def columns(chart: ColumnChart) -> dict[str, ColumnChart]:
    """A column chart of `levee.web.charts.column_chart`."""
    return {"chart": chart}


@register.inclusion_tag("levee/partials/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, list[FormError]]:
    """Every error of a form in one place, each leading to its field; nothing where there is none."""
    fields = (
        FormError(str(bound.label), bound.id_for_label, str(error))
        for bound in form.visible_fields()
        for error in bound.errors
    )
    return {"errors": [*(FormError("", "", str(error)) for error in form.non_field_errors()), *fields]}


@register.inclusion_tag("levee/partials/fields.html")
def fields(form: forms.BaseForm) -> dict[str, Iterable[forms.BoundField]]:
    """Every field of a form, in its order."""
    return {"fields": list(form)}


@register.inclusion_tag("levee/partials/field.html")
def field(bound: forms.BoundField) -> dict[str, Any]:
    """One field with label, hint and error, tied together for screen readers."""
    widget = bound.field.widget
    kind, css = next((kind, css) for known, kind, css in CONTROLS if isinstance(widget, known))
    parts = {"hint": bool(bound.help_text), "error": bool(bound.errors)}
    described_by = " ".join(f"{bound.id_for_label}-{part}" for part, there in parts.items() if there)
    attributes: dict[str, str | bool] = {
        "class": f"{css} usa-input--error" if bound.errors and css == "usa-input" else css
    }
    if described_by:
        attributes["aria-describedby"] = described_by
    return {
        "hidden": bound.is_hidden,
        "kind": kind,
        "control": bound.as_widget(attrs=attributes),
        "options": _options(bound, css) if kind == "choices" else [],
        "option_class": css,
        "id": bound.id_for_label,
        "label": bound.label,
        "hint": bound.help_text,
        "errors": bound.errors,
        "required": bound.field.required,
        "described_by": described_by,
    }


def _options(bound: forms.BoundField, css: str) -> list[Any]:
    """The single boxes or buttons, with the class that USWDS draws them by."""
    bound.field.widget.attrs["class"] = f"{css}__input"
    return list(bound.subwidgets)
