from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.shortcuts import render

from levee.kernel.errors import Forbidden

if TYPE_CHECKING:
    from typing import NoReturn

    from allauth.socialaccount.models import SocialLogin
    from django.contrib.auth.models import AbstractUser
    from django.http import HttpRequest


class NoOpenSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People come in by a link from an administrator of their organisation, never by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        del request
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Single sign-on opens accounts that are here already, and makes none.

    The first time, the account is found by an e-mail address that the issuer says it verified, and linked; from then
    on by the issuer's own name for the person alone, whatever becomes of addresses there.
    """

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[AbstractUser, str] | None:
        """The account with a verified address, unless it is linked to somebody else at the issuer."""
        sociallogin.email_addresses = [each for each in sociallogin.email_addresses if each.verified is True]
        found: tuple[AbstractUser, str] | None = super().authenticate_by_email(sociallogin)
        # allow manager: the sign-in library's own model
        if found and SocialAccount.objects.filter(user_id=found[0].pk, provider=sociallogin.account.provider).exists():
            return None
        return found

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Nobody signs up: says so, the same to all."""
        del sociallogin
        problem = Forbidden(
            "nobody here is known by this sign-in",
            advice="ask an administrator of your organisation for a sign-in link, and set up your account with the "
            "e-mail address that your single sign-on knows and has verified",
        )
        answer = render(request, "levee/problem.html", {"problem": problem, "title": "Problem"}, status=problem.status)
        raise ImmediateHttpResponse(answer)
