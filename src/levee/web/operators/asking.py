"""The form that asks to set an action aside."""

from __future__ import annotations

from django import forms

LONGEST = 2000


class AskForm(forms.Form):
    """Why an action cannot be done in time, what protects meanwhile, and until when."""

    reason = forms.CharField(label="Why it cannot be done in time", max_length=LONGEST)
    mitigation = forms.CharField(label="What protects in the meantime", max_length=LONGEST, widget=forms.Textarea)
    responsible = forms.CharField(label="Who keeps that up", max_length=LONGEST)
    until = forms.DateField(
        label="Until",
        help_text="A day within a year, written like 2026-12-24. It ends at midnight UTC.",
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "This is no day. Write it like 2026-12-24."},
        widget=forms.DateInput(attrs={"placeholder": "YYYY-MM-DD", "maxlength": "10"}),
    )
