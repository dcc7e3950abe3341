"""The desks of the voluntary framework: the agreements of one's own side, and each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from levee.frontier import selectors, services
from levee.frontier.agreements.wording import clauses
from levee.frontier.course.machines import By, Part, Verb
from levee.kernel.ids import public_id
from levee.web.charts import Bar, bar_chart
from levee.web.frontier.acts import STEPS, agrees, key_of
from levee.web.signed_in import actor_in
from levee.web.tables import Tone

if TYPE_CHECKING:
    from django.http import HttpRequest

    from levee.frontier.types import Agreement
    from levee.policy.actors import Actor
    from levee.web.charts import BarChart

WAY: dict[Part, tuple[str, ...]] = {
    Part.AGREEMENT: ("offered", "signed"),
    Part.GRANT: ("given", "ended"),
    Part.EVALUATION: ("planned", "running", "finished"),
    Part.DETERMINATION: ("determined",),
    Part.DELETION: ("certified",),
}
"""The way of an agreement as its page draws it, part by part."""
TONES = {"signed": Tone.GOOD, "given": Tone.GOOD, "running": Tone.INFO, "withdrawn": Tone.STOP, "declined": Tone.WARN}


class Way(NamedTuple):
    """One part of an agreement: its stations, those that were reached first, and where it stands."""

    name: str
    stations: list[tuple[str, bool]]
    state: str
    tone: Tone


class Link(NamedTuple):
    """One thing that can be done from here."""

    step: str
    label: str


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The agreements of one's own organisation."""
    actor = actor_in(request)
    found = selectors.agreements(actor)
    context = {
        "title": "Early access to models",
        "lead": "Voluntary: either side takes everything back, at any time, by one call.",
        "agreements": [(each, _spoken(each, Part.AGREEMENT), _spoken(each, Part.GRANT)) for each in found],
        "open": any(each.state[Part.AGREEMENT] != "withdrawn" for each in found),
        "number": public_id("ORG", actor.party),
        "agrees": agrees(actor),
    }
    return render(request, "levee/frontier/list.html", context)


@require_GET
def one(request: HttpRequest, agreement: str) -> HttpResponse:
    """An agreement: taking it back first, how far it is, what was used, what can be done, and what it says."""
    actor = actor_in(request)
    found = selectors.agreement(actor, key_of(agreement))
    context = {
        "title": f"{found.terms.model}: {found.terms.developer.name} and {found.terms.evaluator.name}",
        "lead": f"Your side: {found.side}.",
        "found": found,
        "ways": [_way(found, part) for part in WAY],
        "use": _use(found),
        "links": _links(found, actor),
        "withdraws": (Verb.WITHDRAW, Part.AGREEMENT) in found.possible,
        "clauses": list(clauses(found.terms)),
        "handed_off": selectors.handed_off(actor, found.id),
        "hands_off": found.side is By.EVALUATOR,
        "partners": selectors.partners(actor, found.id),
        "proposes": (Verb.PROPOSE, Part.PARTNER) in found.possible and agrees(actor),
        "takes_token": found.side is By.EVALUATOR and found.state[Part.GRANT] == "given",
        "has_certificate": found.state[Part.DELETION] == "certified",
    }
    return render(request, "levee/frontier/one.html", context)


@require_GET
def signed_file(request: HttpRequest, agreement: str) -> HttpResponse:
    """The signed file, to sign it or to keep it."""
    return _download(selectors.envelope(actor_in(request), key_of(agreement)), f"{agreement}.json")


@require_GET
def certificate_file(request: HttpRequest, agreement: str) -> HttpResponse:
    """What both signed of the deletion."""
    return _download(selectors.certificate(actor_in(request), key_of(agreement)), f"{agreement}-deletion.json")


@require_POST
def token(request: HttpRequest, agreement: str) -> HttpResponse:
    """What the client shows the gateway, as a file."""
    return _download(services.token(actor_in(request), key_of(agreement)).encode(), f"{agreement}.token", "text/plain")


def _download(data: bytes, name: str, kind: str = "application/json") -> HttpResponse:
    return HttpResponse(
        data,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


MILLION = 1_000_000
NAMES = {Part.GRANT: "access"}
REACHED = {"offered_by_developer": 1, "offered_by_evaluator": 1, "above": 1, "below": 1, "undecided": 1}


def _way(found: Agreement, part: Part) -> Way:
    state, stations = found.state[part], WAY[part]
    at = REACHED.get(state, stations.index(state) + 1 if state in stations else 0)
    shown = [(each, place < at) for place, each in enumerate(stations)]
    return Way(NAMES.get(part, part.value), shown, _spoken(found, part), TONES.get(state, Tone.PLAIN))


def _spoken(found: Agreement, part: Part) -> str:
    return found.state[part].replace("_", " ")


def _use(found: Agreement) -> BarChart | None:
    if not found.tokens:
        return None
    said = f"as the gateway said at {found.spent_at:%Y-%m-%d %H:%M} UTC" if found.spent_at else "nothing said yet"
    spent = Tone.WARN if found.spent >= found.tokens else Tone.INFO
    many = found.tokens >= MILLION
    shares = [(each / MILLION if many else each) for each in (found.spent, max(0, found.tokens - found.spent))]
    bars = [
        Bar(label=label, value=round(share, 1), tone=tone)
        for label, share, tone in zip(("Spent", "Left"), shares, (spent, Tone.PLAIN), strict=True)
    ]
    unit = "million tokens" if many else "tokens"
    return bar_chart(title="What was given", description=said, bars=bars, unit=unit)


def _links(found: Agreement, actor: Actor) -> list[Link]:
    possible = {f"{verb.value} {part.value}" for verb, part in found.possible}
    names_client = found.side is By.EVALUATOR and found.state[Part.GRANT] == "none"
    if names_client and found.state[Part.AGREEMENT] in {"offered_by_developer", "offered_by_evaluator", "signed"}:
        possible.add("")
    return [
        Link(name, step.title.rstrip("?"))
        for name, step in STEPS.items()
        if step.of in possible and (agrees(actor) or not step.signs) and name != "hand-off"
    ]
