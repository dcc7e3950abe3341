"""The threads of a case: who reads each stands above the field to write in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.cases.rules.threads import Audience
from levee.identity.selectors import names
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.policy.actors import Capacity
from levee.web.cases.acts import act
from levee.web.cases.forms import OpenThread, OpenThreadFor, Send
from levee.web.paging import page_of
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case, Thread
    from levee.policy.actors import Actor

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, case: str, thread: str) -> HttpResponse:
    """What was said in a thread, who reads it, and a field to write in."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    about = selectors.thread(actor, found.id, parse_public_id("THR", thread))
    form = Send(request.POST or None)
    if request.method == "POST" and form.is_valid() and _sent(actor, found, about, form):
        messages.success(request, f"Sent to {len(about.readers)} part{'y' if len(about.readers) == 1 else 'ies'}.")
        return redirect("cases:thread", case=found.public_id, thread=about.public_id)
    page = page_of(request, total=about.messages, size=PER_PAGE)
    context = {
        "title": about.subject,
        "lead": found.title,
        "case": found,
        "thread": about,
        "messages_here": selectors.messages(actor, found.id, thread=about.id, offset=page.offset, limit=PER_PAGE),
        "page": page,
        "form": form,
        "writes": found.capacity is not Capacity.OBSERVER,
    }
    return render(request, "levee/cases/thread.html", context, status=400 if form.errors else 200)


def _sent(actor: Actor, case: Case, thread: Thread, form: Send) -> bool:
    author = names(actor, [actor.party]).get(actor.party, "")
    try:
        services.send(actor, case.id, thread=thread.id, text=form.cleaned_data["text"], author=author)
    except LeveeError as error:
        if error.status not in {400, 409, 413}:
            raise
        form.add_error(error.place if error.place in form.fields else None, f"{error.message} {error.advice()}")
        return False
    return True


@require_http_methods(["GET", "POST"])
def open_thread(request: HttpRequest, case: str) -> HttpResponse:
    """Open a thread for some of the parties."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        key = services.open_thread(
            actor,
            found.id,
            audience=Audience.PRODUCT if data.get("product") else Audience.PARTY,
            subject=data["subject"],
            product=data.get("product", ""),
            participants=[parse_public_id("PAR", each) for each in data.get("participants", ())],
        )
        opened = selectors.thread(actor, found.id, key)
        return f"The thread is open, and read by {', '.join(opened.readers)}. You find it among the threads."

    return act(request, case, "Open a thread", "Open it", _form(request, case), doing)


def _form(request: HttpRequest, case: str) -> OpenThread:
    actor, key = actor_in(request), parse_public_id("CAS", case)
    if selectors.get(actor, key).capacity is not Capacity.OWNER:
        return OpenThread(request.POST or None)
    seats = [each for each in selectors.participants(actor, key) if each.party != actor.party]
    return OpenThreadFor(request.POST or None, parties=[(each.public_id, each.name) for each in seats])
