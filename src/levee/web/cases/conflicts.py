"""Conflicts of interest: what is said of somebody, and how it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.views.decorators.http import require_http_methods

from levee.cases import selectors, services
from levee.identity.selectors import members
from levee.kernel.errors import NotFound
from levee.kernel.ids import parse_public_id
from levee.policy.actors import Capacity, PrincipalKind
from levee.web.cases.acts import act
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse

    from levee.cases.types import Case
    from levee.policy.actors import Actor


class SayConflict(forms.Form):
    """Who has an interest of its own, and why."""

    of = forms.ChoiceField(
        label="A person of yours",
        required=False,
        help_text="Decides nothing in this case until it is settled. Leave it empty where it is about another party.",
    )
    because = forms.CharField(
        label="Who it is, and why", max_length=500, help_text="What there is to gain or to lose. Every party reads it."
    )

    def __init__(self, *given: Any, people: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["of"].choices = [("", "—"), *people]  # type: ignore[attr-defined]  # it is the choice above


class SettleConflict(forms.Form):
    """Why it is settled."""

    because = forms.CharField(label="Why it is settled", max_length=500, help_text="Every party reads it.")


@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, case: str) -> HttpResponse:
    """Say that somebody has a conflict of interest."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        of = parse_public_id("PER", data["of"]) if data["of"] else None
        services.say_conflict(actor, found.id, because=data["because"], of=of)
        return "It stands. Whoever is named decides nothing in this case until it is settled." if of else "It stands."

    actor = actor_in(request)
    owns = selectors.get(actor, parse_public_id("CAS", case)).capacity is Capacity.OWNER
    own = members(actor) if owns else ()
    people = [(each.public_id, each.name) for each in own if each.live and each.kind is PrincipalKind.PERSON]
    form = SayConflict(request.POST or None, people=people)
    if not people:
        form.fields["of"].widget = form.fields["of"].hidden_widget()
    return act(request, case, "Say that somebody has a conflict of interest", "Say so", form, doing)


@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, case: str, conflict: str) -> HttpResponse:
    """Settle what was said."""

    def doing(actor: Actor, found: Case, data: Mapping[str, Any]) -> str:
        services.settle_conflict(actor, found.id, key, because=data["because"])
        return "It is settled."

    key = parse_public_id("COI", conflict)
    known = selectors.conflicts(actor_in(request), parse_public_id("CAS", case))
    if not any(each.id == key and each.settled_at is None for each in known):
        raise NotFound("nothing such stands in this case")
    return act(request, case, "Settle a conflict of interest", "Settle it", SettleConflict(request.POST or None), doing)
