"""What due dates follow from: the tables in force, what is assumed, and the form to choose otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors, services
from levee.exposure.priority.regimes import PRESETS, Choice
from levee.formats.signals import VALUES
from levee.kernel.errors import LeveeError
from levee.web.operators.tables import QUESTIONS
from levee.web.refusals import beside
from levee.web.signed_in import actor_in
from levee.web.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from levee.exposure.priority.tables import Table as PolicyTable
    from levee.exposure.types import PolicyInForce

OWN = "own"


def choice_form(force: PolicyInForce, data: Mapping[str, Any] | None = None) -> forms.Form:
    """The form that offers every table, with what is chosen now."""
    listed = [(table.key, f"{table.title}, version {table.version}") for table in force.tables]
    now = preset_of(force.choice)
    presets = [(name, preset.title) for name, preset in PRESETS.items()]
    own = [(OWN, "As it is now, answer by answer")] if now == OWN else []

    class ChoiceForm(forms.Form):
        """What is chosen."""

        table = forms.ChoiceField(choices=listed, label="For computers")
        plant_table = forms.ChoiceField(choices=listed, label="For plants, devices and medical equipment")
        preset = forms.ChoiceField(choices=[*presets, *own], label="Where nobody says")
        active_as_kev = forms.BooleanField(
            required=False, label="Treat a flaw that is actively exploited like one in the list of known exploited ones"
        )

    initial = {
        "table": force.choice.table,
        "plant_table": force.choice.plant_table,
        "preset": now,
        "active_as_kev": force.choice.active_as_kev,
    }
    return ChoiceForm(data, initial=initial)


class OwnForm(forms.Form):
    """A table of the organisation's own."""

    name = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{0,39}$",
        label="Name",
        help_text="Small letters, digits and hyphens, such as: our-clinic.",
        error_messages={"invalid": "A name has small letters, digits and hyphens, at most 40."},
    )
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


def preset_of(choice: Choice) -> str:
    """The published reading that a choice follows."""
    return next((name for name, preset in PRESETS.items() if dict(preset.assumed) == dict(choice.assumed)), OWN)


@require_GET
def shown(request: HttpRequest) -> HttpResponse:
    """The tables in force with their rows, and the form."""
    force = selectors.policy(actor_in(request))
    return _page(request, force, choice_form(force))


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose otherwise."""
    actor = actor_in(request)
    force = selectors.policy(actor)
    form = choice_form(force, request.POST)
    if not form.is_valid():
        return _page(request, force, form)
    preset = form.cleaned_data["preset"]
    services.choose(
        actor,
        Choice(
            table=form.cleaned_data["table"],
            plant_table=form.cleaned_data["plant_table"],
            assumed=force.choice.assumed if preset == OWN else PRESETS[preset].assumed,
            active_as_kev=form.cleaned_data["active_as_kev"],
        ),
    )
    messages.success(request, "Noted. Every date follows within a minute.")
    return redirect("operators:priority")


@require_POST
def add_table(request: HttpRequest) -> HttpResponse:
    """Add a table of the organisation's own."""
    actor = actor_in(request)
    own = OwnForm(request.POST, request.FILES, auto_id="own-%s")
    if own.is_valid():
        try:
            table = services.add_table(actor, own.cleaned_data["file"].read(), name=own.cleaned_data["name"])
        except LeveeError as error:
            beside(own, error, within="file")
        else:
            messages.success(
                request, f"Added {table.name}, version {table.version}. Choose it above to put it in force."
            )
            for each in table.oddities():
                messages.warning(request, f"Worth a look: {each}.")
            return redirect("operators:priority")
    force = selectors.policy(actor)
    return _page(request, force, choice_form(force), own)


def _page(request: HttpRequest, force: PolicyInForce, form: forms.Form, own: OwnForm | None = None) -> HttpResponse:
    both = {table.key: table for table in (force.table, force.plant_table)}
    return render(
        request,
        "levee/operators/priority.html",
        {
            "title": "What due dates follow from",
            "crumbs": [("To do", "/actions/"), ("Due dates", "")],
            "force": force,
            "form": form,
            "own": own or OwnForm(auto_id="own-%s"),
            "questions": [(name, QUESTIONS[name], answers) for name, answers in VALUES.items()],
            "assumed": [
                (QUESTIONS[name], force.assumption(name), name in force.choice.assumed) for name in force.asked
            ],
            "in_force": [_rows(table) for table in both.values()],
        },
        status=400 if form.errors or own else 200,
    )


def _rows(table: PolicyTable) -> tuple[PolicyTable, Table]:
    questions = [name.replace("_", " ").capitalize() for name in table.inputs]
    return table, Table(
        caption=f"All {len(table.rows)} rows of {table.edition}",
        columns=tuple(Column(label=label) for label in ("Row", *questions, "How long")),
        rows=tuple((str(row.number), *row.when, row.band.label.capitalize()) for row in table.rows),
    )
