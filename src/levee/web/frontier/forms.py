from __future__ import annotations

from django import forms

from levee.frontier.agreements.templates import shipped
from levee.frontier.agreements.terms import Evidence, Keeps, Published, Sandbox

INSTANTS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]


class Nothing(forms.Form):
    """A step that asks for nothing."""


class SignedFile(forms.Form):
    """A signed file.

    Attributes:
        largest: bytes at most.
    """

    largest = 64 * 1024
    file = forms.FileField(label="The signed file", help_text="As levee frontier wrote it.")

    def clean_file(self) -> bytes:
        """Its bytes."""
        given = self.cleaned_data["file"]
        if given.size > self.largest:
            raise forms.ValidationError(f"At most {self.largest // 1024:,} KiB.")
        data: bytes = given.read()
        return data


class SignedResults(SignedFile):
    """A bundle, or a view of one."""

    largest = 16 * 1024 * 1024
    file = forms.FileField(label="Signed results", help_text="As levee frontier bundle or redact wrote them.")


class Offer(SignedFile):
    """An agreement, and whom it is offered to."""

    other = forms.CharField(
        label="Number of the other side", max_length=40, help_text="ORG-…; the other side reads it on its own page."
    )
    field_order = ("other", "file")


class Client(forms.Form):
    """Whose key calls the model."""

    client = forms.CharField(label="Public key of the client", max_length=80, help_text="ed25519:…")


class Give(forms.Form):
    """How much of what was agreed; all of it where a field is empty."""

    tokens = forms.IntegerField(label="Tokens in all", required=False, min_value=1, max_value=2**53 - 1)
    calls = forms.IntegerField(label="Calls a minute", required=False, min_value=1, max_value=2**31 - 1)
    ends = forms.DateTimeField(label="Until, UTC", required=False, input_formats=INSTANTS)


class Plan(forms.Form):
    """The digest of a plan."""

    digest = forms.CharField(
        label="Digest of the plan", max_length=80, help_text="sha256:…, as `levee frontier plan` prints it."
    )


class HandOff(forms.Form):
    """A finding, and the exchange that it came up in."""

    finding = forms.CharField(label="The finding", max_length=40, help_text="FND-…, as it was handed in.")
    leaf = forms.CharField(
        label="Leaf of the exchange", max_length=80, help_text="sha256:…, in the log of transcripts."
    )


class Runs(forms.Form):
    """How many runs there were."""

    runs = forms.IntegerField(label="How many runs there were", min_value=0, max_value=10**9)


class WithdrawAll(forms.Form):
    """One model, or all of them."""

    model = forms.CharField(label="Model", required=False, max_length=64, help_text="Empty: every model.")


class Partner(forms.Form):
    """Whom a model would go to next."""

    name = forms.CharField(label="Whom", max_length=200)
    criteria = forms.CharField(label="What it was chosen by", widget=forms.Textarea, max_length=2000)
    conflicts = forms.CharField(
        label="What interests of its own it may have", required=False, widget=forms.Textarea, max_length=2000
    )


class Decide(forms.Form):
    """How this side stands to a partner."""

    verb = forms.ChoiceField(label="Your decision", widget=forms.RadioSelect)
    because = forms.CharField(label="Why", max_length=2000, help_text="The other side reads it.")


class Conflict(forms.Form):
    """A conflict of interest."""

    conflicts = forms.CharField(label="What interests of its own it may have", widget=forms.Textarea, max_length=2000)


class Ask(forms.Form):
    """Whether a model is covered."""

    model = forms.CharField(label="Your handle for the model", max_length=64)
    question = forms.CharField(label="Your question", widget=forms.Textarea, max_length=4000)


class Answer(forms.Form):
    """An answer in words."""

    text = forms.CharField(label="The answer", widget=forms.Textarea, max_length=4000)


class Release(forms.Form):
    """A model that is released."""

    model = forms.CharField(label="Your handle for the model", max_length=64)


def _choices(words: type[Keeps | Evidence | Published | Sandbox]) -> list[tuple[str, str]]:
    return [(each.value, each.value.capitalize()) for each in words]


class Draft(forms.Form):
    """What an agreement says, before anybody signs it."""

    template = forms.ChoiceField(label="Template")
    developer_name = forms.CharField(label="Developer", max_length=200)
    developer_key = forms.CharField(label="Key of the developer", max_length=80, help_text="ed25519:…")
    developer_seal = forms.CharField(label="What transcripts are sealed to for it", max_length=80, help_text="age1…")
    evaluator_name = forms.CharField(label="Evaluator", max_length=200)
    evaluator_key = forms.CharField(label="Key of the evaluator", max_length=80, help_text="ed25519:…")
    evaluator_seal = forms.CharField(label="What transcripts are sealed to for it", max_length=80, help_text="age1…")
    model = forms.CharField(label="The handle that both use for the model", max_length=64)
    access = forms.ChoiceField(label="Level of access", choices=[(each, each) for each in ("AL1", "AL2", "AL3")])
    purpose = forms.CharField(label="Purpose, in one word", max_length=64, initial="cyber-evaluation")
    about = forms.CharField(label="The same in a sentence", widget=forms.Textarea, max_length=2000)
    begins = forms.DateTimeField(label="From, UTC", input_formats=INSTANTS, help_text="Such as 2026-12-07 00:00.")
    ends = forms.DateTimeField(label="Until, UTC", input_formats=INSTANTS)
    tokens = forms.IntegerField(label="Tokens in all", min_value=1, initial=50_000_000)
    calls = forms.IntegerField(label="Calls a minute", min_value=1, initial=120)
    days = forms.IntegerField(label="Days that sealed transcripts are kept after the end", min_value=0, initial=90)
    keeps = forms.ChoiceField(label="What the developer keeps of a call", choices=_choices(Keeps))
    evidence = forms.ChoiceField(label="What stands behind that", choices=_choices(Evidence))
    publication = forms.ChoiceField(label="What comes of it is published", choices=_choices(Published))
    sandbox = forms.ChoiceField(label="Tools run in", choices=_choices(Sandbox))

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]  # Django's own
        self.fields["template"].choices = [(each.name, each.title) for each in shipped().values()]  # type: ignore[attr-defined]  # it is the choice above
