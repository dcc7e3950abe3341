from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from levee.advisories import selectors as advisories
from levee.cases import selectors
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.cases.types import Show
from levee.findings import selectors as findings
from levee.fixes import selectors as fixes
from levee.kernel.hashing import sha256
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.platform.ports import ports
from levee.policy.actions import Action
from levee.policy.actors import Capacity, OrganisationKind, Role
from levee.policy.decide import SIGHT
from levee.web.cases import timeline as happened
from levee.web.cases.clocks import faces, zone_in
from levee.web.cases.closed import closed_at
from levee.web.cases.filters import NameForm, address, form_of, links, narrowed_by
from levee.web.cases.lanes import lanes_of
from levee.web.cases.parties import answers_of, most_pressing
from levee.web.paging import page_of
from levee.web.projects.wording import in_short
from levee.web.signed_in import actor_in
from levee.web.validation.part import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any
    from uuid import UUID

    from django.http import HttpRequest

    from levee.policy.actors import Actor

LATEST = 50
"""So many of the things that happened stand on a case's page; the rest a click away."""
PER_PAGE = 50


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """The cases that the reader takes part in."""
    actor = actor_in(request)
    with acting(actor):  # one transaction for all that is asked
        context = _list(request, actor)
    return render(request, "levee/cases/list.html", context)


def _list(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    by = narrowed_by(request, actor)
    narrowed = {name: value for name, value in asdict(by).items() if name != "order"}
    page = page_of(request, total=selectors.count(actor, **narrowed), size=PER_PAGE)
    sees = bool(actor.roles & SIGHT)
    return {
        "title": "Cases",
        "cases": selectors.listed(actor, **asdict(by), limit=PER_PAGE, offset=page.offset),
        "page": page,
        "show": by.show,
        "shown": [(each, address(replace(by, show=each))) for each in Show],
        "keep": f"{urlencode(by.asked)}&" if by.asked else "",
        "by": by,
        "form": form_of(by),
        "name_form": NameForm(),
        "filters": links(list(selectors.filters(actor))) if sees and actor.permits(Action.FILTER_KEEP) else [],
        "waiting": selectors.count_waiting(actor, beside=advisories.waiting(actor)),
        "sees": sees,
        "takes_in": coordinates(actor),
        "offered": len(selectors.offers(actor)),
    }


@require_GET
def one(request: HttpRequest, case: str) -> HttpResponse:
    """One case: who takes part, what they answer, what was said, what fixes it."""
    return render(request, "levee/cases/one.html", _context(request, case))


@require_GET
def live(request: HttpRequest, case: str) -> HttpResponse:
    """The same for a page that is open: nothing while it is as it was, and what takes its place once it is not.

    What asks swaps nothing by itself, so that whatever else comes back, such as a page to sign in, changes nothing.
    """
    context = _context(request, case)
    if request.GET.get("seen") == context["mark"]:
        return HttpResponse(status=204)
    answer = render(request, "levee/cases/one.html", context)
    answer["HX-Reswap"], answer["HX-Reselect"] = "outerHTML", "#live"
    return answer


def _context(request: HttpRequest, case: str) -> dict[str, Any]:
    actor = actor_in(request)
    with acting(actor):  # what happened is gone through once for the whole page
        return _page(request, actor, parse_public_id("CAS", case))


def _page(request: HttpRequest, actor: Actor, case: UUID) -> dict[str, Any]:
    selectors.look(actor, case)
    participants = selectors.participants(actor, case)  # first, since the case's own row is told from the same course
    found = selectors.get(actor, case)
    candidates = fixes.of_case(actor, found.id)
    advisory, publications = advisories.of_case(actor, found.id), advisories.publications(actor, found.id)
    claims, history = selectors.claims(actor, found.id), selectors.history(actor, found.id)
    timing, zone = selectors.timing(actor, found.id), zone_in(request)
    transfers = selectors.transfers(actor, found.id)
    offered = next((each for each in transfers if each.settlement is None), None) if found.goes_on else None
    whole = [each for each in ("parties", "happened") if request.GET.get(each) == "all"]
    goes_on, house = found.goes_on, actor.organisation_kind is OrganisationKind.CLEARINGHOUSE
    context: dict[str, Any] = {
        "title": found.title,
        "case": found,
        "policy_says": in_short(found.policy.terms) if found.policy else "",
        "policy_end": selectors.policy_end(actor, found.id),
        "suggestions": selectors.suggestions(actor, found.id),
        "waits": selectors.turns(actor, fixes.verified, case=found.id),
        "timing": timing,
        "zone": zone,
        "faces": faces(timing, zone, ports().clock.now()),
        "drops": any(each.yours for each in timing.policies),
        "participants": participants,
        "parties": participants if "parties" in whole else most_pressing(participants),
        "keep": urlencode(dict.fromkeys(whole, "all")),
        "answered": answers_of(participants),
        "claims": claims,
        "proposals": [(each, closed_at(request, each.end)) for each in selectors.proposals(actor, found.id)],
        "end_closed": closed_at(request, found.embargo_end) if found.embargo_end else "",
        "held": selectors.held_since(actor, found.id),
        "undecided": any(each.decided_at is None for each in claims),
        "threads": selectors.threads(actor, found.id),
        "fixes": candidates,
        "advisory": advisory,
        "publications": publications,
        "findings": findings.listed(actor, only=selectors.findings(actor, found.id)),
        "conflicts": selectors.conflicts(actor, found.id),
        "origins": findings.origins(actor, selectors.findings(actor, found.id)),
        "went_on": selectors.went_on(actor, found.id),
        "offered": offered,
        "takes": offered is not None and offered.yours and Role.COORDINATOR in actor.roles,
        "rediscovered": len(selectors.rediscoveries(actor, found.id)) if goes_on else 0,
        "of_the_house": house,
        "warns": goes_on and house and found.capacity is Capacity.OWNER and Event.ATTACKS_OBSERVED in found.world,
        "steers": goes_on and found.capacity is Capacity.OWNER,
        "proposes": goes_on and found.capacity is not Capacity.OBSERVER and found.embargo is not Embargo.EXITED,
        "consents": goes_on
        and found.capacity in {Capacity.FINDER, Capacity.VENDOR}
        and found.embargo is not Embargo.NONE,
        "answers": goes_on and found.capacity is Capacity.VENDOR,
        "writes": goes_on and found.capacity is not Capacity.OBSERVER,
        "course": lanes_of(found, participants, history, ports().clock.now()),
        "bridges": selectors.bridges(actor, found.id),
        "silences": selectors.silences(actor, found.id),
        "mail": selectors.arrivals(actor, found.id, limit=PER_PAGE),
        "linked": selectors.linked(actor, found.id),
        "events": happened.timeline(
            happened.of_case(found, advisory),
            happened.of_publications(publications),
            happened.of_participants(found, participants),
            happened.of_answers(selectors.answers(actor, found.id)),
            happened.of_handling(history),
            happened.of_proposals(history),
            happened.of_clocks(history),
            happened.of_silence(history),
            happened.of_claims(claims),
            happened.of_fixes(candidates),
            happened.of_hand_overs(selectors.hand_overs(actor, found.id)),
            happened.of_transfers(transfers),
            happened.of_openings(selectors.openings(actor, found.id)),
        ),
    }
    told = len(context["events"]) if "happened" in whole else LATEST
    return context | {"mark": _mark(context), "latest": context["events"][:told]}


def _mark(context: Mapping[str, Any]) -> str:
    """Changes with whatever the reader sees of the case, and not with the hour."""
    told = [
        context[each]
        for each in ("case", "claims", "proposals", "threads", "fixes", "advisory", "events", "went_on", "bridges")
    ]
    seats = [(each.name, each.consent, each.report, each.answer, each.earlier) for each in context["participants"]]
    return sha256(repr([told, seats, context["rediscovered"]]).encode()).hex()[:16]
