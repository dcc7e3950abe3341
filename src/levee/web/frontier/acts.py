"""What a side does with an agreement: one form each, and back to its page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.formats.strict_json import read_json
from levee.frontier import selectors, services
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.agreements.wording import clauses
from levee.kernel.errors import BadInput, LeveeError, NotFound
from levee.kernel.hashing import canonical_json
from levee.kernel.ids import parse_public_id, public_id
from levee.policy.actions import Action
from levee.policy.actors import PrincipalKind, Role
from levee.web.frontier import forms
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any
    from uuid import UUID

    from django import forms as django_forms
    from django.http import HttpRequest

    from levee.policy.actors import Actor

    Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step that a page offers.

    Attributes:
        of: the step of the table, as `verb part`. signs: a coordinator alone does it.
        lead: what it brings with it, in a sentence.
    """

    of: str
    title: str
    verb: str
    doing: Callable[[Actor, UUID, Data], object]
    form: type[django_forms.Form] = forms.Nothing
    signs: bool = False
    lead: str = ""


FOR_GOOD = (
    "The access and whatever runs end now, for good. No reason is asked, nobody has to agree, and nobody but the two "
    "sides learns of it. A gateway hears it when it next asks the house; its developer can end it there at once."
)
STEPS: Mapping[str, Step] = {
    "withdraw": Step(
        of="withdraw agreement",
        title="Take everything back?",
        verb="Take it back",
        doing=lambda actor, key, _: services.withdraw(actor, key),
        lead=FOR_GOOD,
    ),
    "sign": Step(
        of="sign agreement",
        title="Sign the agreement?",
        verb="Hand it in",
        form=forms.SignedFile,
        doing=lambda actor, key, data: services.sign(actor, key, data["file"]),
        signs=True,
        lead="Fetch the file, sign it with your key (levee frontier agreement sign), and hand in what it wrote.",
    ),
    "decline": Step(
        of="decline agreement",
        title="Decline the agreement?",
        verb="Decline",
        doing=lambda actor, key, _: services.decline(actor, key),
        signs=True,
        lead="No reason is asked, and nothing else comes of it.",
    ),
    "offer-again": Step(
        of="offer agreement",
        title="Offer other words?",
        verb="Offer",
        form=forms.SignedFile,
        doing=lambda actor, key, data: services.reword(actor, key, data["file"]),
        signs=True,
    ),
    "amend": Step(
        of="amend agreement",
        title="Amend the agreement?",
        verb="Offer",
        form=forms.SignedFile,
        doing=lambda actor, key, data: services.reword(actor, key, data["file"]),
        signs=True,
        lead=(
            "Nothing is in force until both have signed the new words: offering them ends the signed ones now. Fetch "
            "that file first. The new one names its digest in “amends”."
        ),
    ),
    "client": Step(
        of="",
        title="Whose key calls the model?",
        verb="Name it",
        form=forms.Client,
        doing=lambda actor, key, data: services.name_client(actor, key, data["client"]),
        lead="Before access is given; without it, the key that signed the agreement.",
    ),
    "give": Step(
        of="give grant",
        title="Give the access?",
        verb="Give it",
        form=forms.Give,
        doing=lambda actor, key, data: services.give(
            actor, key, tokens=data["tokens"], calls=data["calls"], ends=data["ends"]
        ),
        signs=True,
        lead="All that was agreed on, or less of it.",
    ),
    "plan": Step(
        of="plan evaluation",
        title="Name the plan",
        verb="Name it",
        form=forms.Plan,
        doing=lambda actor, key, data: services.plan(actor, key, data["digest"]),
        lead="What is decided on later is what this digest stands for.",
    ),
    "begin": Step(
        of="run evaluation",
        title="Say that the evaluation runs",
        verb="It runs",
        doing=lambda actor, key, _: services.begin(actor, key),
    ),
    "stop": Step(
        of="stop evaluation",
        title="Say that the evaluation was ended early",
        verb="It ended",
        form=forms.Runs,
        doing=lambda actor, key, data: services.stop(actor, key, runs=data["runs"]),
    ),
    "finish": Step(
        of="finish evaluation",
        title="Say that the evaluation is done",
        verb="It is done",
        form=forms.Runs,
        doing=lambda actor, key, data: services.finish(actor, key, runs=data["runs"]),
    ),
    "determine": Step(
        of="determine determination",
        title="Say what came of it",
        verb="Hand it in",
        form=forms.SignedResults,
        doing=lambda actor, key, data: services.determine(actor, key, head_of(data["file"])),
        lead="The signed bundle: its head is read and kept by its digest, and no run of it.",
    ),
    "hand-off": Step(
        of="",
        title="Say where a finding came up",
        verb="Put on record",
        form=forms.HandOff,
        doing=lambda actor, key, data: services.hand_off(
            actor, key, finding=parse_public_id("FND", data["finding"].strip()), leaf=data["leaf"].strip()
        ),
        lead="Hand it in first, as every finding: it names no developer. The developer learns of the exchange alone.",
    ),
    "certify": Step(
        of="certify deletion",
        title="Hand in the certificate of deletion",
        verb="Hand it in",
        form=forms.SignedFile,
        doing=lambda actor, key, data: services.certify(actor, key, data["file"]),
        lead="Both signed what was done, and what that cannot prove.",
    ),
}
"""What an agreement's page offers, in this order."""


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, agreement: str, step: str) -> HttpResponse:
    """One step, where this side can take it."""
    actor, taken = actor_in(request), STEPS.get(step)
    if step == "withdraw" and request.method == "POST":  # whether or not the signed file can be read any more
        services.withdraw(actor, key_of(agreement))
        messages.success(request, "It is taken back.")
        return redirect("frontier:list")
    found = selectors.agreement(actor, key_of(agreement))
    if taken is None:
        raise NotFound("there is no such step")
    form = taken.form(request.POST or None, request.FILES or None)
    if request.method == "POST" and (form.is_valid() or taken.form is forms.Nothing):
        try:
            taken.doing(actor, found.id, form.cleaned_data if form.is_bound else {})
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "It is done.")
            return redirect("frontier:one", agreement=found.public_id)
    context = {"title": taken.title, "lead": taken.lead, "form": form, "verb": taken.verb, "found": found}
    return render(request, "levee/frontier/step.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """An agreement that one's own side signed, to another member."""
    actor = actor_in(request)
    form = forms.Offer(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            other = parse_public_id("ORG", form.cleaned_data["other"].strip())
            key = services.offer(actor, form.cleaned_data["file"], other=other)
        except NotFound as error:
            form.add_error("other", f"{error.message[:1].upper()}{error.message[1:]}.")
        except LeveeError as error:
            beside(form, error)
        else:
            messages.success(request, "It is offered; the other side sees it now, and nobody else does.")
            return redirect("frontier:one", agreement=public_id("AGR", key))
    selectors.agreements(actor)
    lead = "Write it, sign it with your key (levee frontier agreement sign), and hand in what it wrote."
    context = {"title": "Offer an agreement", "lead": lead, "form": form, "verb": "Offer"}
    return render(request, "levee/frontier/step.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Write an agreement: read in plain words here, and signed elsewhere with one's own key."""
    selectors.agreements(actor_in(request))
    form, found = forms.Draft(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            found = read_agreement(_told(form.cleaned_data))
        except BadInput as error:
            beside(form, error, FIELDS)
    if found is not None and "download" in request.POST:
        return HttpResponse(
            canonical_json(found.told()),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="agreement.json"', "Cache-Control": "no-store"},
        )
    context = {
        "title": "Write an agreement",
        "lead": "Nothing here is kept: read it in plain words, take the file, and sign it with your own key.",
        "form": form,
        "clauses": list(clauses(found)) if found is not None else [],
        "digest": found.digest if found is not None else "",
    }
    return render(request, "levee/frontier/draft.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw_all(request: HttpRequest) -> HttpResponse:
    """Take back all access, or all to one model."""
    actor, form = actor_in(request), forms.WithdrawAll(request.POST or None)
    selectors.releases(actor)  # whoever may see them; what was signed need not be readable any more to be taken back
    if request.method == "POST" and form.is_valid():
        model = form.cleaned_data["model"]
        ended = services.withdraw_all(actor, model=model or None)
        if ended:
            messages.success(request, f"{ended} ended.")
        else:
            messages.warning(request, f"No agreement {f'about {model} ' if model else ''}was open: nothing ended.")
        return redirect("frontier:list")
    context = {"title": "Take back all access?", "lead": FOR_GOOD, "form": form, "verb": "Take it back"}
    return render(request, "levee/frontier/step.html", context, status=400 if form.errors else 200)


def agrees(actor: Actor) -> bool:
    """Whether a page offers somebody to sign and to give: a coordinator, in person."""
    person = actor.kind is PrincipalKind.PERSON and Role.COORDINATOR in actor.roles
    return person and actor.permits(Action.FRAMEWORK_AGREE)


def key_of(agreement: str) -> UUID:
    """The agreement that an address names."""
    return parse_public_id("AGR", agreement)


def head_of(bundle: bytes) -> bytes:
    """What an evaluator signed at the head of a bundle; BadInput where there is nothing like it."""
    told = read_json(bundle, max_bytes=len(bundle))
    if not isinstance(told, dict) or "manifest" not in told:
        raise BadInput("this is no bundle", place="file")
    try:
        return canonical_json(told["manifest"])
    except TypeError as error:
        raise BadInput("this is no bundle", place="file") from error


FIELDS = {
    f"/{side}/{name}": f"{side}_{name}" for side in ("developer", "evaluator") for name in ("name", "key", "seal")
}


def _told(given: Data) -> dict[str, object]:
    plain = {name: value for name, value in given.items() if not name.startswith(("developer_", "evaluator_"))}
    sides = {
        side: {name: given[f"{side}_{name}"] for name in ("name", "key", "seal")} for side in ("developer", "evaluator")
    }
    window = {name: f"{given[name]:%Y-%m-%dT%H:%M:%SZ}" for name in ("begins", "ends")}
    return {**json.loads(json.dumps(plain, default=str)), **sides, **window, "operations": ["chat", "responses"]}
