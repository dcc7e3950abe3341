"""A person's own account, and whom it may act as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.identity.models import User
from levee.kernel.errors import Conflict
from levee.platform.database.acting import acting

if TYPE_CHECKING:
    from uuid import UUID

    from levee.policy.actors import Actor


def principals_of(user: User) -> tuple[UUID, ...]:
    """The principals that a signed-in person may act as, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute("select * from levee_principals_of(%s)", [user.pk])
        return tuple(row[0] for row in cursor.fetchall())


def set_up_account(actor: Actor, *, email: str, password: str) -> User:
    """Give the actor, who came by a one-time link, a way to sign in again.

    Raises:
        Conflict: the address is taken, or the actor has an account already.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise Conflict("this address cannot be used", place="email", advice="sign in with it, or choose another")
    with acting(actor):
        user = User.objects.create_user(email, password)
        with connection.cursor() as cursor:
            cursor.execute("select levee_bind_user(%s, %s)", [actor.id, user.pk])
            row = cursor.fetchone()
        if not row or not row[0]:
            raise Conflict("this member has an account already", code="account.exists")
    return user
