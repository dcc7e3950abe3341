"""How an advisory comes out: what is asked for, its whole text for a second person, and a look at it afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.advisories import selectors as advisories
from levee.advisories import services
from levee.advisories.types import Draft
from levee.cases import selectors
from levee.findings import selectors as findings
from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.ids import parse_public_id
from levee.policy.actors import Capacity
from levee.web.cases.acts import act
from levee.web.cases.closed import closed_now
from levee.web.cases.publishing_forms import Publish, Review, Settle, TakeBack
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from levee.advisories.types import Publication
    from levee.cases.types import Case
    from levee.policy.actors import Actor

WRITTEN = ("title", "summary", "details", "package", "introduced", "fixed", "cve", "cwe")


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest, case: str) -> HttpResponse:
    """Write the advisory, and ask a second person; or publish it alone, where that may be."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        credits_ = tuple(name.strip() for name in data["credits"].split(",") if name.strip())
        draft = Draft(**{name: data[name] for name in WRITTEN}, credits=credits_)
        if data.get("alone"):
            services.publish(actor, found.id, draft, because=data["because"], urgent=data.get("urgent", ""))
            return "Decided. It is signed and shown in a moment."
        services.ask(actor, found.id, draft)
        return "Asked. It goes out once another coordinator has read it and agrees."

    key = parse_public_id("CAS", case)
    form = Publish(
        request.POST or None,
        alone=advisories.may_alone(actor_in(request), key),
        closed=closed_now(request),
        initial=_proposed(request, case),
    )
    return act(request, case, "Publish", "Publish" if form.fields.get("alone") else "Ask a second person", form, doing)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, case: str) -> HttpResponse:
    """The whole text of what waits or went out; a second person agrees to it here, or refuses it."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    newest = _newest(actor, found)
    form = _form(request, newest)
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            messages.success(request, _settled(actor, found, form.cleaned_data))
            return redirect("cases:one", case=found.public_id)
        except LeveeError as error:
            beside(form, error)
    context = {
        "title": "Publication",
        "lead": found.title,
        "case": found,
        "found": newest,
        "earlier": advisories.publications(actor, found.id)[1:],
        "form": form,
        "reviews": newest.to_review and not newest.yours,
    }
    return render(request, "levee/cases/publication.html", context, status=400 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, case: str) -> HttpResponse:
    """Say whether it was right that one person published this alone."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.review(actor, found.id, stands=data["verb"] == "right", because=data["because"])
        return "It is on record."

    actor = actor_in(request)
    newest = _newest(actor, selectors.get(actor, parse_public_id("CAS", case)))
    title = f"Was it right that {newest.by} published this alone?"
    return act(request, case, title, "Put it on record", Review(request.POST or None), doing)


def _newest(actor: Actor, found: Case) -> Publication:
    asked = advisories.publications(actor, found.id)
    if not asked:
        raise NotFound("nothing was asked to be published in this case")
    return asked[0]


def _form(request: HttpRequest, newest: Publication) -> forms.Form | None:
    if not newest.waits:
        return None
    if newest.yours:
        return TakeBack(request.POST or None)
    return Settle(request.POST or None, closed=closed_now(request), initial={"digest": newest.digest})


def _settled(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
    agree = data.get("verb") == "agree"
    words = {"digest": data.get("digest", ""), "because": data["because"], "urgent": data.get("urgent", "")}
    services.settle(actor, found.id, agree=agree, **words)
    return "Agreed. It is signed and shown in a moment." if agree else "It does not go out."


def _proposed(request: HttpRequest, case: str) -> dict[str, str]:
    """What the form begins with: the text that waits, or else what the case says."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    asked = advisories.publications(actor, found.id)
    if asked and not asked[0].agreed:
        draft = asked[0].draft
        return {name: getattr(draft, name) for name in WRITTEN} | {"credits": ", ".join(draft.credits)}
    proposed = {"title": found.title, "summary": found.summary}
    if found.capacity is Capacity.OWNER:
        proposed["credits"] = ", ".join(selectors.finders(actor, found.id))
        (first, *_) = findings.listed(actor, only=selectors.findings(actor, found.id), limit=1)
        proposed["package"] = first.target.rpartition("@")[0]
    return proposed
