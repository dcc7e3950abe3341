from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password

from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, PrincipalKind, Role

TOKEN_SCOPES = (
    (Action.FINDING_SUBMIT, "Hand findings in"),
    (Action.FINDING_SEE, "See findings"),
    (Action.VERDICT_SEE, "See verdicts"),
    (Action.CASE_SEE, "See cases"),
    (Action.MESSAGE_SEE, "Read messages"),
    (Action.MESSAGE_SEND, "Send messages"),
    (Action.CASE_ANSWER, "Answer as a vendor"),
    (Action.FIX_ATTACH, "Attach fixes"),
    (Action.INVENTORY_IMPORT, "Import inventories"),
    (Action.INVENTORY_SEE, "See the inventory"),
    (Action.EXPOSURE_SEE, "See what there is to do"),
)


class Account(forms.Form):
    """How a person will sign in from now on."""

    email = forms.EmailField(
        label="E-mail address",
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A passkey or an authenticator can be added afterwards.",
    )

    def clean_password(self) -> str:
        """Refuse short and common passwords."""
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class NewMember(forms.Form):
    """A person or a machine agent to let in."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=[(PrincipalKind.PERSON, "Person"), (PrincipalKind.AGENT, "Machine")])
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[(role, role.capitalize()) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        initial=[Role.MEMBER],
    )


class NewOrganisation(forms.Form):
    """An organisation to let in."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(
        label="Kind",
        choices=[
            (kind, kind.replace("_", " ").capitalize())
            for kind in OrganisationKind
            if kind is not OrganisationKind.CLEARINGHOUSE
        ],
    )
    sector = forms.CharField(label="Sector", max_length=100, required=False)
    administrator = forms.CharField(label="Name of its first administrator", max_length=200)


class NewToken(forms.Form):
    """An API token to issue."""

    name = forms.CharField(label="What it is for", max_length=200)
    days = forms.IntegerField(label="Days until it expires", min_value=1, max_value=366, initial=90)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=TOKEN_SCOPES, widget=forms.CheckboxSelectMultiple
    )
