from __future__ import annotations

from django import forms
from django.contrib.auth.password_validation import validate_password

from levee.policy.actors import OrganisationKind, PrincipalKind, Role
from levee.policy.token_scopes import TOKEN_SCOPES


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


class Forget(forms.Form):
    """The confirmation that somebody is to be forgotten."""

    sure = forms.BooleanField(label="Yes, forget this member for good")


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
    contact = forms.EmailField(
        label="E-mail address for letters",
        required=False,
        help_text="Gets a letter, without details, when something waits. Without one, only the pages tell.",
    )
    administrator = forms.CharField(label="Name of its first administrator", max_length=200)


class NewToken(forms.Form):
    """An API token to issue."""

    name = forms.CharField(label="What it is for", max_length=200)
    days = forms.IntegerField(label="Days until it expires", min_value=1, max_value=366, initial=90)
    scopes = forms.MultipleChoiceField(
        label="What it may do", choices=[*TOKEN_SCOPES.items()], widget=forms.CheckboxSelectMultiple
    )
