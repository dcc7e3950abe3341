from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.cases.selectors import of_finding
from levee.findings import selectors, services
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import parse_public_id, public_id
from levee.web.paging import page_of
from levee.web.signed_in import actor_in
from levee.web.validation.part import opens_own, verdict_part

if TYPE_CHECKING:
    from django.http import HttpRequest

PER_PAGE = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The findings that the reader may see."""
    actor = actor_in(request)
    page = page_of(request, total=selectors.count(actor), size=PER_PAGE)
    found = selectors.listed(actor, limit=PER_PAGE, offset=page.offset)
    return render(request, "levee/findings/list.html", {"title": "Findings", "findings": found, "page": page})


@require_http_methods(["GET", "POST"])
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in a file of findings; shows what was taken and, line by line, what was not."""
    actor = actor_in(request)
    context: dict[str, object] = {"title": "Hand findings in"}
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            data = upload.read() if upload else request.POST.get("text", "").encode()
            if not data.strip():
                raise BadInput("choose a file or paste JSON", place="file")
            context["batch"] = services.submit_batch(actor, data)
        except LeveeError as error:
            if error.status not in {400, 409, 413}:
                raise
            context["problem"] = error
    return render(request, "levee/findings/hand_in.html", context, status=400 if "problem" in context else 200)


@require_GET
def one(request: HttpRequest, finding: str) -> HttpResponse:
    """One finding with what is known of it."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("FND", finding))
    context = {"title": found.title, "finding": found, **verdict_part(actor, found.id)}
    context["origins"] = selectors.origins(actor, [found.id])
    context["case"] = of_finding(actor, found.id)
    context["opens_own"] = found.organisation == actor.party and opens_own(actor)
    context["has_original"] = selectors.opens_original(actor, found.id)
    return render(request, "levee/findings/one.html", context)


@require_GET
def original(request: HttpRequest, finding: str) -> HttpResponse:
    """The bytes that a finding came in with, to be saved."""
    key = parse_public_id("FND", finding)
    found = selectors.original(actor_in(request), key)
    headers = {
        "Content-Disposition": f'attachment; filename="{public_id("FND", key)}.{found.ending}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(found.data, content_type=found.media_type, headers=headers)


@require_POST
def redact(request: HttpRequest, finding: str) -> HttpResponse:
    """Hide passages, one on each line, from all but the finder's organisation; no line says that there is nothing."""
    lines = request.POST.get("passages", "").splitlines()
    passages = [line.strip() for line in lines if line.strip()]
    try:
        hidden = services.redact(
            actor_in(request),
            parse_public_id("FND", finding),
            passages=passages,
            reason=request.POST.get("reason", ""),
        )
    except BadInput as error:
        messages.error(request, f"Nothing was hidden: {error.message}. {error.advice()}".strip())
        return redirect("findings:one", finding=finding)
    told = f"{hidden} place{'s' if hidden != 1 else ''} hidden." if passages else "Recorded: there is nothing to hide."
    messages.success(request, told)
    return redirect("findings:one", finding=finding)
