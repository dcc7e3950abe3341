from __future__ import annotations

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models


class UserManager(BaseUserManager["User"]):
    """People sign in by e-mail address."""

    def create_user(self, email: str, password: str | None = None) -> User:
        """Make a user; without a password it signs in by link or passkey only."""
        user = self.model(email=self.normalize_email(email))
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who signs in. What it may do comes from its members, never from this row."""

    username = None  # type: ignore[assignment]  # the e-mail address takes its place
    email = models.EmailField(unique=True)
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[assignment,misc]  # the inherited manager makes users by username


class Organisation(models.Model):
    """An organisation; its kind and standing live in `access`, which decides by them."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()
    sector = models.TextField(default="")
    terms_version = models.TextField(default="")
    contact = models.TextField(default="")

    unscoped = models.Manager["Organisation"]()

    class Meta:
        db_table = "identity_organisation"


class Member(models.Model):
    """A principal's name; the row that is erased when a person asks to be forgotten."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.TextField()

    unscoped = models.Manager["Member"]()

    class Meta:
        db_table = "identity_member"


class Token(models.Model):
    """An API token: the digest of its secret, what it may do, until when."""

    id = models.UUIDField(primary_key=True)
    principal = models.UUIDField()
    name = models.TextField()
    digest = models.BinaryField()
    scopes = ArrayField(models.TextField())
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    unscoped = models.Manager["Token"]()

    class Meta:
        db_table = "identity_token"
        indexes = [models.Index(fields=["digest"], name="identity_token_digest")]


class SignInLink(models.Model):
    """A link that signs one principal in once."""

    id = models.UUIDField(primary_key=True)
    principal = models.UUIDField()
    digest = models.BinaryField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    unscoped = models.Manager["SignInLink"]()

    class Meta:
        db_table = "identity_link"


class TermsAnswer(models.Model):
    """What an organisation answered to a version of the terms, and when."""

    id = models.UUIDField(primary_key=True)
    organisation = models.UUIDField()
    version = models.TextField()
    answer = models.TextField()
    at = models.DateTimeField()

    unscoped = models.Manager["TermsAnswer"]()

    class Meta:
        db_table = "identity_terms_answer"
