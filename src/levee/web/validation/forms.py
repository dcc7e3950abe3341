from __future__ import annotations

from django import forms

from levee.validation.types import Judgement

WORDS = {
    Judgement.ACCEPTED: "Accept on evidence: no sandbox can show it, and this does",
    Judgement.CONTRACT: "State the contract: the effect that was shown breaks it",
    Judgement.OWN: "Its finder publishes or owns the package: it stays as it is and counts neither way",
    Judgement.DECLINED: "Decline",
    Judgement.FORGED: "Call it forged",
}


class Judge(forms.Form):
    """What a person says about a finding, in its own name."""

    judgement = forms.ChoiceField(
        label="Judgement", choices=[(each.value, WORDS[each]) for each in Judgement], widget=forms.RadioSelect
    )
    statement = forms.CharField(
        label="On what it rests",
        max_length=4000,
        widget=forms.Textarea,
        help_text="Shown with your name to everyone who may see the verdict.",
    )


class AddTarget(forms.Form):
    """A source target to register."""

    name = forms.CharField(label="Name", max_length=64, help_text="As findings call it after source:")
    archive = forms.FileField(label="Archive", help_text="A plain tar file with a levee-target.json at its root.")
    only_for = forms.CharField(
        label="Only for",
        required=False,
        help_text="ORG-… ids, parted by commas; empty for every member. To others it is as if there were none.",
    )
