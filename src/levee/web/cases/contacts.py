"""Finding whom to write to in a document, and inviting whoever was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from levee.cases import selectors
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from levee.cases.finder import Found

NAMES = ("security.txt", "SECURITY.md", "package.json")
"""Kinds of documents by the name that they are read under."""


class FindContacts(forms.Form):
    """A document to look into."""

    kind = forms.ChoiceField(
        label="Document",
        choices=[(NAMES[0], "security.txt"), (NAMES[1], "SECURITY.md"), (NAMES[2], "What npm or PyPI gives, as JSON")],
    )
    text = forms.CharField(label="What it says", widget=forms.Textarea)
    url = forms.CharField(
        label="Where it was got from", required=False, max_length=400, help_text="Of a security.txt: its address."
    )


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest, case: str) -> HttpResponse:
    """Look for contacts in a document; each that has a mailbox can be invited at once."""
    actor = actor_in(request)
    found = selectors.get(actor, parse_public_id("CAS", case))
    selectors.contacts(actor, found.id, [])
    form = FindContacts(request.POST or None)
    contacts: Sequence[Found] | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            contacts = selectors.contacts(actor, found.id, [(data["kind"], data["text"].encode(), data["url"])])
        except LeveeError as error:
            if error.status not in {400, 413}:
                raise
            form.add_error("text", f"{error.message} {error.place}")
    context = {"title": "Find a contact", "lead": found.title, "form": form, "case": found, "contacts": contacts}
    return render(request, "levee/cases/contacts.html", context, status=400 if form.errors else 200)
