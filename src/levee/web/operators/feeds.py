"""Feeds: how old what everything rests on is, what was refused, and a file from somewhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.feeds import selectors, services
from levee.feeds.types import CameBy, Kind, LoadState
from levee.kernel.errors import LeveeError
from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.web.refusals import beside
from levee.web.signed_in import actor_in
from levee.web.tables import Cell, Column, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from levee.feeds.types import Feed, Load
    from levee.policy.actors import Actor

SHOWN = 100
_TONES = {
    LoadState.LOADED: Tone.GOOD,
    LoadState.UNCHANGED: Tone.PLAIN,
    LoadState.WAITING: Tone.INFO,
    LoadState.RUNNING: Tone.INFO,
    LoadState.KEPT_OUT: Tone.STOP,
    LoadState.FAILED: Tone.WARN,
}


CAME: dict[str, str] = {CameBy.NETWORK: "fetched", CameBy.FOLDER: "from a file", CameBy.HOUSE: "from another house"}
HOLDS = {
    Kind.OSV: "Advisories about packages (OSV)",
    Kind.CSAF: "Advisories of makers (CSAF)",
    Kind.KEV: "Flaws known to be exploited (KEV)",
    Kind.EPSS: "How likely attacks are (EPSS)",
    Kind.SSVC: "Answers about flaws: exploitation, automation, impact (SSVC)",
    Kind.WEAPONS: "Where working exploits are public",
    Kind.LEVEE: "What another house of Levee publishes",
}


class AddForm(forms.Form):
    """A source to follow."""

    name = forms.CharField(
        max_length=40, help_text="A known one, such as kev, epss, ssvc, cisa-csaf or osv-debian; or a new short name."
    )
    url = forms.CharField(required=False, label="Address", help_text="Only for a new name. It begins with https://.")
    kind = forms.ChoiceField(
        required=False,
        label="What it holds",
        choices=[("", "As its name says"), *((each, HOLDS[each]) for each in Kind)],
    )
    root = forms.FileField(
        required=False,
        label="Its root of trust",
        help_text="Only for another house of Levee: the file root.json, handed over by its people.",
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )


class LoadForm(forms.Form):
    """A file that somebody brought."""

    file = forms.FileField(help_text="The feed's own file, or a zip or tar of its records; at most 64 MiB.")
    accept = forms.BooleanField(
        required=False, label="Take it although it shrank or is older. I looked at it and know why."
    )


class RemoveForm(forms.Form):
    """That somebody means it."""

    sure = forms.BooleanField(
        label="Yes, take back all that it said", error_messages={"required": "Tick this to say that you mean it."}
    )


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Every feed with its age."""
    return _listed(request, AddForm())


def _listed(request: HttpRequest, form: AddForm) -> HttpResponse:
    actor = actor_in(request)
    return render(
        request,
        "levee/operators/feeds.html",
        {
            "title": "Feeds",
            "lead": "What dates and matches rest on, and how old it is.",
            "table": _table(selectors.feeds(actor)),
            "form": form if _chooses(actor) else None,
        },
        status=400 if form.errors else 200,
    )


@require_POST
def add(request: HttpRequest) -> HttpResponse:
    """Follow a source."""
    form = AddForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            added = services.add(
                actor_in(request),
                given["name"].strip(),
                urls=[given["url"].strip()] if given["url"].strip() else [],
                kind=Kind(given["kind"]) if given["kind"] else None,
                root=given["root"].read() if given["root"] else b"",
            )
        except LeveeError as error:
            beside(form, error, {"urls": "url"})
        else:
            messages.success(request, f"{added.title} is followed from now on. Its first pull is on its way.")
            return redirect("operators:feeds")
    return _listed(request, form)


@require_GET
def one(request: HttpRequest, name: str) -> HttpResponse:
    """One feed: its age, its latest loads, what they refused."""
    return _one(request, name, LoadForm())


def _one(request: HttpRequest, name: str, form: LoadForm, remove: RemoveForm | None = None) -> HttpResponse:
    actor = actor_in(request)
    detail = selectors.feed(actor, name)
    last = next((each for each in detail.loads if each.refused), None)
    return render(
        request,
        "levee/operators/feed.html",
        {
            "title": detail.feed.title,
            "crumbs": [("Feeds", "/feeds/"), (detail.feed.name, "")],
            "feed": detail.feed,
            "loads": _loads(detail.loads),
            "refused": last,
            "shown": SHOWN,
            "held": "records held" if detail.feed.kind.holds_records else "answers held",
            "form": form if _chooses(actor) else None,
            "remove": remove or RemoveForm(),
        },
        status=400 if form.errors or remove else 200,
    )


@require_POST
def pull(request: HttpRequest, name: str) -> HttpResponse:
    """Pull a feed now; taken although it shrank, where somebody looked and says so."""
    services.ask_pull(actor_in(request), name, accept="accept" in request.POST)
    messages.success(request, "It is pulled now. How it ended stands below in a moment.")
    return redirect("operators:feed", name=name)


@require_POST
def load(request: HttpRequest, name: str) -> HttpResponse:
    """Take a feed from a file."""
    form = LoadForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            services.ask_load(
                actor_in(request),
                name,
                upload.read(),
                filename=upload.name,
                accept=form.cleaned_data["accept"],
            )
        except LeveeError as error:
            beside(form, error, within="file")
        else:
            messages.success(request, "It is loaded now. How it ended stands below in a moment.")
            return redirect("operators:feed", name=name)
    return _one(request, name, form)


@require_POST
def stop(request: HttpRequest, name: str) -> HttpResponse:
    """Look at its source no more."""
    services.stop(actor_in(request), name)
    messages.success(request, "It is stopped in a moment. What is held stays, and its age grows.")
    return redirect("operators:feed", name=name)


@require_POST
def start(request: HttpRequest, name: str) -> HttpResponse:
    """Look at its source again."""
    services.start(actor_in(request), name)
    messages.success(request, "It is followed again in a moment.")
    return redirect("operators:feed", name=name)


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Take back all that it said."""
    form = RemoveForm(request.POST)
    if not form.is_valid():
        return _one(request, name, LoadForm(), form)
    services.remove(actor_in(request), name)
    messages.success(request, "It is removed. Everything that rests on it is taken back within minutes.")
    return redirect("operators:feeds")


def _chooses(actor: Actor) -> bool:
    """Whether choosing feeds is offered; the policy decides again when it is done."""
    house = actor.organisation_kind is OrganisationKind.CLEARINGHOUSE and actor.kind is PrincipalKind.PERSON
    return house and Role.COORDINATOR in actor.roles


def _table(feeds: Sequence[Feed]) -> Table:
    return Table(
        caption="Feeds and their age",
        columns=(
            Column(label="Feed"),
            Column(label="Age"),
            Column(label="State"),
            Column(label="Holds", numeric=True),
            Column(label="Came from"),
        ),
        rows=tuple(_row(each) for each in feeds),
        empty="No feed is followed yet",
        empty_text="Dates rest on what the clearinghouse itself publishes, until a coordinator follows a source.",
    )


def _row(feed: Feed) -> tuple[Cell | str, ...]:
    looked = f"last looked at {feed.checked_at:%Y-%m-%d %H:%M} UTC" if feed.checked_at else ""
    came = f"{CAME[feed.came_by]}, {feed.fetched_at:%Y-%m-%d %H:%M} UTC" if feed.fetched_at else ""
    return (
        Cell(text=feed.title, url=f"/feeds/{feed.name}/", detail=feed.version),
        Cell(text=feed.age.capitalize(), detail=looked),
        state(feed),
        f"{feed.held:,}",
        Cell(text=feed.place or next(iter(feed.urls), "files only"), detail=came),
    )


def state(feed: Feed) -> Cell:
    """How a feed stands, the worst first."""
    if feed.alarm:
        return Cell(text="Kept out", tone=Tone.STOP, detail=f"Newer data were not taken: {feed.alarm}")
    if feed.stopped_at:
        return Cell(text="Stopped", tone=Tone.WARN, detail=f"not looked at since {feed.stopped_at:%Y-%m-%d %H:%M} UTC")
    if feed.failure:
        return Cell(text="Could not be fetched", tone=Tone.WARN, detail=feed.failure)
    if feed.stale:
        looks = f"not looked at for three times its {feed.hours} hours" if feed.urls else "load a newer file"
        return Cell(text="Stale", tone=Tone.WARN, detail=feed.note or looks)
    if feed.fetched_at is None:
        return Cell(text="Nothing yet", tone=Tone.INFO, detail=feed.note)
    return Cell(
        text="Look at the clock" if feed.note else "Fine", tone=Tone.WARN if feed.note else Tone.GOOD, detail=feed.note
    )


def _loads(loads: Sequence[Load]) -> Table:
    return Table(
        caption="Latest loads",
        columns=(
            Column(label="When", whole=True),
            Column(label="Ended as"),
            Column(label="Read", numeric=True),
            Column(label="Changed", numeric=True),
            Column(label="Gone", numeric=True),
            Column(label="Refused", numeric=True),
            Column(label="From"),
        ),
        rows=tuple(
            (
                f"{each.asked_at:%Y-%m-%d %H:%M} UTC",
                Cell(text=each.state.capitalize(), tone=_TONES[each.state], detail=each.why),
                f"{each.read:,}",
                f"{each.changed:,}",
                f"{each.gone:,}",
                f"{each.refused:,}",
                Cell(text=each.place, detail=CAME[each.came_by]),
            )
            for each in loads
        ),
        empty="Nothing was loaded yet",
        empty_text="The first pull is on its way, or a file can be loaded below.",
    )
