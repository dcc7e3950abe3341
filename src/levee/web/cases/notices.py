"""A mitigation for operators before a flaw is public: written, shown in full, and then given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from levee.advisories import selectors as advisories
from levee.advisories import services
from levee.advisories.types import LABELS
from levee.cases import selectors
from levee.cases.projects.sharing import Label
from levee.cases.projects.told import NOT_BEFORE
from levee.identity import selectors as identity
from levee.kernel.errors import LeveeError
from levee.kernel.hashing import canonical_json, sha256
from levee.kernel.ids import parse_public_id
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


class Warn(forms.Form):
    """What operators are told, and who."""

    product = forms.CharField(label="Product", max_length=100, help_text="As its maker calls it.")
    text = forms.CharField(
        label="What to do",
        widget=forms.Textarea,
        max_length=2000,
        help_text="In your own words: none of them may stand in what describes the flaw.",
    )
    label = forms.ChoiceField(label="Handling", choices=[(each.value, each.value) for each in LABELS])
    recipients = forms.MultipleChoiceField(label="Whom", widget=forms.CheckboxSelectMultiple)
    because = forms.CharField(label="Why, and why these", max_length=500, help_text="For the house's log.")

    def __init__(self, *given: Any, operators: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["recipients"].choices = [*operators]  # type: ignore[attr-defined]  # it is the choice above


@require_GET
def listed(request: HttpRequest, case: str) -> HttpResponse:
    """What operators were told of a case, and who."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    context = {"title": "What operators were told", "lead": found.title, "case": found}
    return render(request, "levee/cases/notices.html", context | {"told": advisories.mitigations(actor, found.id)})


@require_http_methods(["GET", "POST"])
def warn(request: HttpRequest, case: str) -> HttpResponse:
    """Write a notice; look at what each will read; give it."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    operators = _operators(actor, found)
    form = Warn(request.POST or None, operators=operators)
    ready = request.method == "POST" and form.is_valid()
    shown = _digest(form.cleaned_data) if ready else ""
    if ready and "send" in request.POST and request.POST.get("shown") == shown:
        try:
            _give(actor, found, form.cleaned_data)
            messages.success(request, "Given. A letter to each says which page to open, and no more.")
            return redirect("cases:notices", case=found.public_id)
        except LeveeError as error:
            beside(form, error)
            ready = False
    context = {"title": "Give operators a mitigation", "lead": found.title, "case": found, "form": form}
    if ready:
        names = dict(operators)
        context |= {
            "shown": shown,
            "ready": form.cleaned_data,
            "whom": [names[each] for each in form.cleaned_data["recipients"]],
        }
    return render(request, "levee/cases/warn.html", context, status=400 if form.errors else 200)


def _digest(data: dict[str, Any]) -> str:
    """Of what each would read and who would: what was changed since it was shown is shown again."""
    told = [data[name] for name in ("product", "text", "label", "recipients")]
    return sha256(canonical_json(told)).hex()


def _give(actor: Actor, found: Case, data: dict[str, Any]) -> None:
    recipients = [parse_public_id("ORG", each) for each in data["recipients"]]
    words = {name: data[name] for name in ("product", "text", "because")}
    services.warn(actor, found.id, label=Label(data["label"]), recipients=recipients, **words)


def _operators(actor: Actor, found: Case) -> list[tuple[str, str]]:
    """Those who run the component first, each with the reason, then every other operator."""
    known = selectors.who_runs(actor, found.id)
    runs = [(each.public_id, f"{each.name}: {each.reason}, {each.because}") for each in known]
    named = {key for key, _ in runs}
    others = [each for each in identity.organisations(actor) if each.kind in NOT_BEFORE]
    return runs + [(each.public_id, each.name) for each in others if each.public_id not in named]
