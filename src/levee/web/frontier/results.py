"""What signed results say, in pictures: the file is checked and scored again, drawn, and not kept."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from levee.frontier import selectors
from levee.kernel.errors import BadInput, LeveeError, Unavailable
from levee.web.charts import Range, range_chart
from levee.web.frontier import forms
from levee.web.frontier.acts import key_of
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from levee.frontier.bundles.checking import Checked
    from levee.frontier.types import Agreement
    from levee.web.charts import RangeChart

UNIT = "rate of success"
BY_95 = "The bar is where it lies with 95 % confidence; the line is the threshold."


@require_http_methods(["GET", "POST"])
def shown(request: HttpRequest, agreement: str) -> HttpResponse:
    """Draw a bundle, or a view of one, that the evaluator of this agreement signed."""
    found = selectors.agreement(actor_in(request), key_of(agreement))
    form = forms.SignedResults(request.POST or None, request.FILES or None)
    told: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            told = _drawn(_checked(found, form.cleaned_data["file"]))
        except (KeyError, TypeError, ValueError):
            form.add_error("file", "This is signed, and no determination that can be drawn.")
        except LeveeError as error:
            beside(form, error)
    context = {
        "title": "What results say",
        "lead": "The file is checked here, a whole one is scored again, and nothing of it is kept.",
        "form": form,
        "verb": "Draw it",
        "found": found,
        **told,
    }
    return render(request, "levee/frontier/results.html", context, status=400 if form.errors else 200)


def _checked(found: Agreement, data: bytes) -> Checked:
    if find_spec("scipy") is None:
        raise Unavailable("this house scores nothing", advice="check the file elsewhere: levee frontier verify")
    from levee.frontier.bundles.checking import check  # noqa: PLC0415 - needs an extra, asked for above

    checked = check(data, [found.terms.evaluator.key])
    if checked.manifest.get("agreement") != found.digest:
        raise BadInput("these results are of another agreement", place="file")
    return checked


def _drawn(checked: Checked) -> dict[str, Any]:
    said = checked.determination
    threshold = float(said["plan"]["threshold"])
    looks = [_range(each, f"after {each['tasks']} tasks", str(each["outcome"])) for each in said["looks"]]
    return {
        "outcome": said["outcome"],
        "says": said["says"],
        "whole": checked.whole,
        "runs": len(checked.runs),
        "charts": [
            _chart("At each look", looks, threshold),
            _chart("If cheating counts otherwise", _otherwise(said["if_cheating"]), threshold),
            _chart("With so many tokens a run", _curve(said["over_tokens"], "tokens"), threshold),
            _chart("With so many tries at a task", _curve(said["over_tries"], "tries"), threshold),
        ],
    }


def _chart(title: str, ranges: Iterable[Range], threshold: float) -> RangeChart:
    return range_chart(title=title, description=BY_95, ranges=list(ranges), unit=UNIT, begins=0, line=threshold)


def _otherwise(told: Mapping[str, Mapping[str, Any]]) -> list[Range]:
    names = {"fail": "as failed", "drop": "not at all", "count": "as it ended"}
    return [_range(each, names.get(name, name), str(each["outcome"])) for name, each in told.items()]


def _curve(points: Iterable[Mapping[str, Any]], what: str) -> list[Range]:
    return [_range(each, f"{int(each['at']):,} {what}") for each in points]


def _range(told: Mapping[str, Any], label: str, note: str = "") -> Range:
    low, value, high = (min(1.0, max(0.0, float(told[name]))) for name in ("low", "rate", "high"))
    return Range(label=label, low=low, value=value, high=high, note=note)
