"""A page with one form, whose words are put on record: shown, or done and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render

from levee.kernel.errors import LeveeError
from levee.web.refusals import beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django import forms
    from django.http import HttpRequest, HttpResponse


def page(
    request: HttpRequest, title: str, form: forms.Form, doing: Callable[[Mapping[str, Any]], str], *, back: str
) -> HttpResponse:
    """A form: shown, or done and back, with what was wrong beside its field.

    Args:
        request: with the form's fields, where it is handed in.
        title: of the page.
        form: bound to them.
        doing: what to do with what was given; returns what to say of it.
        back: the name of the page to go back to.
    """
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, doing(form.cleaned_data))
            return redirect(back)
        except LeveeError as error:
            beside(form, error)
    context = {"title": title, "form": form, "verb": "Put on record", "back": back}
    return render(request, "levee/stating.html", context, status=400 if form.errors else 200)
