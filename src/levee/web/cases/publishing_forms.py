from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

if TYPE_CHECKING:
    from levee.advisories.types import Alone

DECISIONS = {"agree": "Agree: exactly this text goes out now", "refuse": "Refuse: it does not go out"}
FOUND = {"right": "It was right to publish alone", "wrong": "It was wrong: a second person should have been asked"}


class Publish(forms.Form):
    """An advisory to publish; where one person may, a choice whether a second one is asked."""

    title = forms.CharField(label="Title", max_length=300)
    summary = forms.CharField(label="Summary", widget=forms.Textarea, help_text="What an operator must know.")
    details = forms.CharField(label="Details", widget=forms.Textarea, required=False)
    package = forms.CharField(label="Package", help_text="npm:NAME, pypi:NAME or source:NAME")
    introduced = forms.CharField(label="First affected version", initial="0")
    fixed = forms.CharField(label="Fixed in", required=False)
    cve = forms.CharField(label="CVE", required=False)
    cwe = forms.CharField(label="CWE", required=False)
    credits = forms.CharField(label="Credits", required=False, help_text="Names, parted by commas.")
    alone = forms.BooleanField(label="Publish now, without a second person", required=False)
    because = forms.CharField(
        label="Why nobody else is asked", max_length=500, required=False, help_text="Only where you publish alone."
    )

    urgent = forms.CharField(label="Why it may not wait", max_length=500, required=False)

    def __init__(self, *given: Any, alone: Alone | None, closed: str, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        _only_where(self, "urgent", closed if alone is not None else "")
        if alone is None:
            del self.fields["alone"], self.fields["because"]
        else:
            self.fields["alone"].help_text = f"You may, because {alone.says}. Somebody else looks at it afterwards."


def _only_where(form: forms.Form, field: str, closed: str) -> None:
    """Ask why it may not wait where the house publishes nothing now, and say so; else not."""
    if closed:
        form.fields[field].help_text = f"The house publishes nothing now: {closed}"
    else:
        del form.fields[field]


class Settle(forms.Form):
    """What a second person says to a publication that waits; the digest is that of the text on the page."""

    verb = forms.ChoiceField(label="Decision", choices=[*DECISIONS.items()], widget=forms.RadioSelect)
    because = forms.CharField(label="Why", max_length=500)
    urgent = forms.CharField(label="Why it may not wait", max_length=500, required=False)
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *given: Any, closed: str, **named: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **named)
        _only_where(self, "urgent", closed)


class TakeBack(forms.Form):
    """What who asked may do alone: take it back."""

    because = forms.CharField(label="Why you take it back", max_length=500)


class Review(forms.Form):
    """What a second person says afterwards to what one published alone."""

    verb = forms.ChoiceField(label="What you found", choices=[*FOUND.items()], widget=forms.RadioSelect)
    because = forms.CharField(label="Why", max_length=500)
