from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from django import forms

from levee.cases.rules.answers import JUSTIFICATIONS, Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.cases.rules.facts import Event
from levee.cases.rules.reports import ReportVerb

if TYPE_CHECKING:
    from collections.abc import Iterable

CONSENTS = {
    ConsentVerb.ACCEPT: "Accept the embargo",
    ConsentVerb.DECLINE: "Decline the embargo; once it is in force without you, you see nothing more of the case",
    ConsentVerb.REVISE: "Withdraw consent, and see nothing more of the case",
}

HANDLING: dict[ReportVerb | Event, str] = {
    ReportVerb.VALIDATE: "Found it valid: the report is right",
    ReportVerb.INVALIDATE: "Found it invalid: the report is wrong, or not about our products",
    ReportVerb.ACCEPT: "Took it up: we work on it",
    ReportVerb.DEFER: "Set it aside: right, but not worked on now",
    ReportVerb.CLOSE: "Closed it: nothing more will be done",
    Event.FIX_READY: "Made a fix: it is ready",
    Event.FIX_DEPLOYED: "Deployed the fix where we run the product",
}

CLAIMS = {
    Event.PUBLIC_AWARE: "The flaw is publicly known",
    Event.EXPLOIT_PUBLIC: "An exploit is public",
    Event.ATTACKS_OBSERVED: "Attacks were seen",
}
DECISIONS = {
    ClaimVerb.ACCEPT: "Accept: it is so, and the embargo ends as the rules say",
    ClaimVerb.REFUSE: "Refuse: the evidence does not show it",
}
SETTLEMENTS = {
    ClaimVerb.CORRECT: "Correct it: a case with the same parties and terms takes this one's place",
    ClaimVerb.UPHOLD: "Uphold it: it was right",
}


PROPOSALS = {
    EmbargoVerb.ACCEPT: "Agree: this end is in force from now on",
    EmbargoVerb.REJECT: "Decline: what was agreed before stays so",
}


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()


def _end(*, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label="End of the embargo, UTC",
        required=required,
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help_text="An exact instant, such as 2026-12-01 12:00, at most 90 days ahead.",
    )


def _code(help_text: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code"})
    return forms.CharField(label="Second code", max_length=40, required=False, widget=widget, help_text=help_text)


class OpenCase(forms.Form):
    """A case to open."""

    title = forms.CharField(label="Title", max_length=300, help_text="What every participant will see.")
    summary = forms.CharField(label="Summary", widget=forms.Textarea, required=False)
    embargo_end = _end(required=False)
    no_embargo = forms.BooleanField(
        label="No embargo", required=False, help_text="The project works in public: its policy asks for none."
    )
    because = forms.CharField(label="Why an embargo all the same", max_length=500, required=False)

    def __init__(self, *given: Any, why: str = "") -> None:  # noqa: ANN401 - Django's own
        """`why`: why the project's policy wants no embargo."""
        super().__init__(*given)
        if why:
            self.fields["because"].help_text = f"By its policy, {why}. Every party reads your reason."
        else:
            del self.fields["because"]

    def clean_embargo_end(self) -> object:
        """Times on these pages are UTC."""
        end = self.cleaned_data["embargo_end"]
        return end.astimezone(UTC) if end else None

    def clean(self) -> dict[str, Any]:
        """An end, or none by choice."""
        data = super().clean() or self.cleaned_data
        if not self.errors and bool(data.get("embargo_end")) == data["no_embargo"]:
            self.add_error("embargo_end", "Say when the embargo ends, or choose that there is none.")
        return data


class Invite(forms.Form):
    """A maintainer to let in who has no account."""

    name = forms.CharField(label="Project or maintainer", max_length=200)
    address = forms.EmailField(label="E-mail address", help_text="Gets a letter with a locator and a one-time code.")
    because = forms.CharField(label="Why it must know", max_length=500, help_text="Recorded in the case.")


class InviteMember(forms.Form):
    """A member organisation to let in."""

    party = forms.ChoiceField(label="Organisation")
    because = forms.CharField(label="Why it must know", max_length=500, help_text="Recorded in the case.")

    def __init__(self, *given: Any, organisations: Iterable[tuple[str, str]], **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields["party"].choices = [*organisations]  # type: ignore[attr-defined]  # it is the choice above


class OfferMember(forms.Form):
    """A member to offer a part, by its number."""

    party = forms.CharField(label="Its number", max_length=40)
    because = forms.CharField(label="Why it must know", max_length=500, help_text="Recorded in the case.")

    def __init__(self, *given: Any, clearinghouse: str, **more: Any) -> None:  # noqa: ANN401 - Django's own
        """`clearinghouse`: its number, which everybody may know."""
        super().__init__(*given, **more)
        self.fields["party"].help_text = (
            f"ORG-…, as it stands on the page Organisation of a member: ask it. The clearinghouse is {clearinghouse}; "
            "it would take part as an observer."
        )


class TakeIn(forms.Form):
    """A finding of the same cause to take into the case."""

    finding = forms.ChoiceField(
        label="Finding", help_text="Its finder takes part from now on; vendors that agree to the embargo see it."
    )

    def __init__(self, *given: Any, findings: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["finding"].choices = [*findings]  # type: ignore[attr-defined]  # it is the choice above


class ChooseCase(forms.Form):
    """The case that another one may be merged into."""

    into = forms.ChoiceField(label="The case that goes on", help_text="It takes the findings of both.")

    def __init__(self, *given: Any, cases: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["into"].choices = [*cases]  # type: ignore[attr-defined]  # it is the choice above


def _because(help_text: str) -> forms.CharField:
    return forms.CharField(label="Why", widget=forms.Textarea, help_text=help_text)


class Merge(forms.Form):
    """Why two cases are one."""

    into = forms.CharField(widget=forms.HiddenInput)
    because = _because("Every party of both cases reads it.")


class Split(forms.Form):
    """Findings that become a case of their own."""

    findings = forms.MultipleChoiceField(label="Findings of the new case", widget=forms.CheckboxSelectMultiple)
    title = forms.CharField(label="Title of the new case", max_length=300)
    summary = forms.CharField(
        label="Summary of the new case", widget=forms.Textarea, required=False, help_text="If empty, that of this case."
    )
    because = _because("Why they are another flaw; every party reads it.")

    def __init__(self, *given: Any, findings: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["findings"].choices = [*findings]  # type: ignore[attr-defined]  # it is the choice above


class Reopen(forms.Form):
    """Why a case is taken up again."""

    because = _because("Every party reads it.")


class Transfer(forms.Form):
    """Who would own the case, and why."""

    to = forms.ChoiceField(
        label="Who would own it",
        help_text="Nothing changes before it takes the case. Then a case of its own takes this one's place, with the "
        "same findings, terms and parties; you take part there still. Threads, answers and fixes stay in this one. "
        "The clearinghouse alone publishes, and writes to those without an account.",
    )
    because = _because("Every party reads it.")

    def __init__(self, *given: Any, parties: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["to"].choices = [*parties]  # type: ignore[attr-defined]  # it is the choice above


class AnswerForm(forms.Form):
    """A vendor's answer."""

    answer = forms.ChoiceField(
        label="Answer", choices=[(each, _words(each)) for each in Answer if each is not Answer.NOT_SEEN]
    )
    justification = forms.ChoiceField(
        label="Why not affected",
        required=False,
        choices=[("", "—"), *((each, _words(each)) for each in sorted(JUSTIFICATIONS))],
    )
    product = forms.CharField(
        label="Product",
        max_length=200,
        required=False,
        help_text="By name or package URL. Left empty, you answer for all that you do not name elsewhere.",
    )
    version = forms.CharField(
        label="Version", max_length=200, required=False, help_text="One version of it, or a range such as 2.0 to 2.4."
    )
    by = forms.CharField(label="Your name", max_length=200, help_text="Every party to the case reads this answer.")


class AcceptTerms(forms.Form):
    """What accepting the terms of an embargo takes of somebody who came in by a link."""

    by = forms.CharField(label="Your name", max_length=200)
    code = _code("Press “Send me a code” first: a letter brings it. It confirms that the agreement is yours.")


class ConfirmedAnswer(AnswerForm):
    """An answer of somebody who came in by a link: a second code says that it is still the same person."""

    code = _code("Press “Send me a code” first: a letter brings it. It confirms that the answer is yours.")


class ConsentForm(forms.Form):
    """A vendor's consent to the embargo."""

    verb = forms.ChoiceField(label="Your consent")

    def __init__(self, *given: Any, verbs: Iterable[ConsentVerb], **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields["verb"].choices = [(each, CONSENTS[each]) for each in verbs]  # type: ignore[attr-defined]  # it is the choice above


class ConfirmedConsent(ConsentForm):
    """The same of somebody who came in by a link; agreeing takes a second code, and withdrawing none."""

    code = _code("To agree, press “Send me a code” first: a letter brings it.")


class Handling(forms.Form):
    """What a vendor did with the report."""

    step = forms.ChoiceField(label="What you did")
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it.")

    def __init__(self, *given: Any, steps: Iterable[ReportVerb | Event], **more: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given, **more)
        self.fields["step"].choices = [(str(each), HANDLING[each]) for each in steps]  # type: ignore[attr-defined]  # it is the choice above


class ConfirmedHandling(Handling):
    """The same of somebody who came in by a link."""

    code = _code("Press “Send me a code” first: a letter brings it. It confirms that these are your words.")


class Awareness(forms.Form):
    """Where it can be seen that a vendor knows of the flaw."""

    evidence = forms.CharField(
        label="Where it can be seen", max_length=500, help_text="An address, or where and when it was seen. Recorded."
    )


class ProposeEmbargo(forms.Form):
    """Another end, for everyone to agree to."""

    end = _end()
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it.")
    answer_by = forms.DateTimeField(
        label="Answer by, UTC",
        required=False,
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help_text="From then on no answer is read as no. Five days ahead where you leave it empty.",
    )


class DecideProposal(forms.Form):
    """The owner's decision about a proposal."""

    verb = forms.ChoiceField(label="Your decision", choices=[(each, PROPOSALS[each]) for each in PROPOSALS])
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it.")


class ShortenEmbargo(forms.Form):
    """An earlier end."""

    end = _end()
    because = forms.CharField(label="Why", max_length=500, help_text="Recorded in the case.")


class EndEmbargo(forms.Form):
    """The end of an embargo before its time."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[(each, _words(each)) for each in EndReason if each not in {EndReason.TIME, EndReason.PUBLISHED}],
    )
    evidence = forms.CharField(label="Evidence", max_length=500, help_text="Where it can be seen. Recorded.")


class MakeClaim(forms.Form):
    """What is said to have happened."""

    event = forms.ChoiceField(label="What happened", choices=[(each, CLAIMS[each]) for each in CLAIMS])
    evidence = forms.CharField(
        label="Where it can be seen", max_length=500, help_text="An address, or where and when it was seen. Recorded."
    )


class DecideClaim(forms.Form):
    """The owner's decision about a claim."""

    verb = forms.ChoiceField(label="Your decision", choices=[(each, DECISIONS[each]) for each in DECISIONS])
    because = forms.CharField(label="Why", max_length=500, help_text="Recorded in the case.")
    keep_embargo = forms.BooleanField(
        label="Keep the embargo although attacks were seen",
        required=False,
        help_text="It ends otherwise. What is public always ends it.",
    )


class DoubtClaim(forms.Form):
    """Why a claim was accepted by mistake."""

    because = forms.CharField(label="Why it was a mistake", max_length=500, help_text="Every party reads it.")


class SettleDoubt(forms.Form):
    """A second person's decision about a doubt."""

    verb = forms.ChoiceField(label="Your decision", choices=[(each, SETTLEMENTS[each]) for each in SETTLEMENTS])
    because = forms.CharField(label="Why", max_length=500, help_text="Every party reads it.")


class Send(forms.Form):
    """A message."""

    text = forms.CharField(label="Message", widget=forms.Textarea, required=False)
    file = forms.FileField(label="File", required=False, help_text="At most 16 MiB; kept encrypted.")
    mentions = forms.CharField(
        label="Mention",
        max_length=1000,
        required=False,
        help_text="Handles of those who read this, parted by blanks. A letter tells them that there is something.",
    )


class OpenThread(forms.Form):
    """A thread between a finder or a vendor and the owner of the case."""

    subject = forms.CharField(label="Subject", max_length=200, help_text="Who is in the thread reads it.")


class OpenThreadFor(OpenThread):
    """A thread of the owner's, for whom it chooses."""

    product = forms.CharField(
        label="Product",
        max_length=200,
        required=False,
        help_text="Left empty, the thread is for one party alone. With a product, choose all whose product it is.",
    )
    participants = forms.MultipleChoiceField(
        label="For whom",
        widget=forms.CheckboxSelectMultiple,
        help_text="They read everything in it; nobody comes in later.",
    )

    def __init__(self, *given: Any, parties: Iterable[tuple[str, str]]) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*given)
        self.fields["participants"].choices = [*parties]  # type: ignore[attr-defined]  # it is the choice above


class AttachFix(forms.Form):
    """A patch or an upgrade."""

    patch = forms.CharField(
        label="Patch", widget=forms.Textarea, required=False, help_text="A unified diff against the target's source."
    )
    upgrade = forms.CharField(label="or the release that fixes it", max_length=80, required=False)
    note = forms.CharField(label="What it does", max_length=500, required=False)
