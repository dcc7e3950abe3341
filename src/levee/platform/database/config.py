"""What Django is told about the database; chosen by `levee.app.boot` before Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from levee.platform.database.roles import Address

_chosen: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "NAME": "levee"}


def choose(address: Address, *, pool: int = 0, set_role: str = "") -> None:
    """Choose the connection of this process.

    Args:
        address: where and as whom.
        pool: connections kept by this process; 0 opens one per thread.
        set_role: a role taken on after connecting; tests sign in once and change roles.
    """
    options: dict[str, Any] = dict(address.further)
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 5}
    if set_role:
        options["assume_role"] = set_role
    _chosen.clear()
    _chosen.update(
        ENGINE="django.db.backends.postgresql",
        HOST=address.host,
        PORT=str(address.port),
        NAME=address.database,
        USER=address.user,
        PASSWORD=address.password,
        OPTIONS=options,
    )


def entry() -> dict[str, Any]:
    """The entry for `DATABASES["default"]`; a placeholder where nothing was chosen (type checkers import settings)."""
    return dict(_chosen)
