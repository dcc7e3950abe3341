"""The threads of a case: who reads each stands above the field to write in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from levee.cases import selectors, services
from levee.cases.rules.threads import Audience
from levee.cases.types import File
from levee.identity.selectors import names
from levee.kernel.errors import BadInput, LeveeError
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.platform.downloads import saved_as
from levee.policy.actors import Capacity
from levee.web.cases.acts import act
from levee.web.cases.forms import OpenThread, OpenThreadFor, Send
from levee.web.paging import page_of
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from django.http import HttpRequest

    from levee.cases.types import Case, Thread
    from levee.policy.actors import Actor

PER_PAGE = 50
LONGEST_NUMBER = 9


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, case: str, thread: str) -> HttpResponse:
    """What was said in a thread, from the first that is new on; who reads it, and a field to write in."""
    actor = actor_in(request)
    keys = parse_public_id("CAS", case), parse_public_id("THR", thread)
    with acting(actor):  # what happened in the case is gone through once for the whole page
        found, about = selectors.get(actor, keys[0]), selectors.thread(actor, *keys)
        page = page_of(request, total=about.messages, size=PER_PAGE, otherwise=_page(about.messages - about.unread + 1))
        said = selectors.messages(actor, found.id, thread=about.id, offset=page.offset, limit=PER_PAGE)
    form = Send(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _sent(actor, found, about, form):
        messages.success(request, f"Sent to {len(about.readers)} part{'y' if len(about.readers) == 1 else 'ies'}.")
        return redirect("cases:thread", case=found.public_id, thread=about.public_id)
    context = {
        "title": about.subject,
        "lead": found.title,
        "case": found,
        "thread": about,
        "named": zip(about.readers, about.handles, strict=True),
        "said": said,
        "first_new": next((each.number for each in said if each.number > about.read), None),
        "page": page,
        "form": form,
        "writes": found.goes_on and found.capacity is not Capacity.OBSERVER,
    }
    return render(request, "levee/cases/thread.html", context, status=400 if form.errors else 200)


def _page(place: int) -> int:
    """On which page a message stands, by its place; the last page where none is there yet."""
    return -(-place // PER_PAGE)


def _sent(actor: Actor, case: Case, thread: Thread, form: Send) -> bool:
    author = names(actor, [actor.party]).get(actor.party, "")
    data, file = form.cleaned_data, form.cleaned_data["file"]
    try:
        services.send(
            actor,
            case.id,
            thread=thread.id,
            text=data["text"],
            author=author,
            mentions=data["mentions"].split(),
            file=File(name=file.name, data=file.read()) if file else None,
        )
    except LeveeError as error:
        if error.status not in {400, 409, 413}:
            raise
        place = "file" if error.place == "filename" else error.place
        form.add_error(place if place in form.fields else None, f"{error.message} {error.advice()}")
        return False
    return True


@require_GET
def attachment(request: HttpRequest, case: str, attachment: str) -> HttpResponse:
    """A file beside a message, to be saved and never shown."""
    key = parse_public_id("ATT", attachment)
    found = selectors.attachment(actor_in(request), parse_public_id("CAS", case), key)
    return HttpResponse(found.data, headers=saved_as(found.name))


@require_POST
def mark_read(request: HttpRequest, case: str, thread: str) -> HttpResponse:
    """Keep up to where a thread was read."""
    number = request.POST.get("number", "")
    if not number.isdecimal() or len(number) > LONGEST_NUMBER:
        raise BadInput("messages are numbered from 1 on", place="number")
    key = parse_public_id("CAS", case)
    services.mark_read(actor_in(request), key, parse_public_id("THR", thread), number=int(number))
    return redirect("cases:thread", case=case, thread=thread)


@require_GET
def search(request: HttpRequest, case: str) -> HttpResponse:
    """The messages of a case that hold words."""
    actor, words = actor_in(request), request.GET.get("words", "")
    with acting(actor):  # as above
        found = selectors.get(actor, parse_public_id("CAS", case))
        subjects = {each.id: each for each in selectors.threads(actor, found.id)}
        hits = [
            (subjects[each.thread], each, _page(each.number))
            for each in selectors.search(actor, found.id, words, limit=PER_PAGE)
        ]
    context = {"title": "Search", "lead": found.title, "case": found, "words": words, "hits": hits, "most": PER_PAGE}
    return render(request, "levee/cases/search.html", context)


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
