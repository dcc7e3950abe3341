"""The processes that serve: gunicorn threads, one worker process, booted after the fork."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from levee.app.boot import boot
from levee.platform.database.roles import DbRole
from levee.settings import settings

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


COLLECTIONS = (10_000, 20, 20)
"""How seldom garbage is looked for: a page drops nearly all that it made, and one in seven of a large case waited up to
80 ms for a look at everything."""


class Serving(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """One gunicorn that serves one face as one database role."""

    def __init__(self, role: DbRole, options: dict[str, Any]) -> None:
        self._role = role
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        """Called by gunicorn in the worker: locks and pools are never inherited over a fork."""
        boot(self._role, pool=settings().threads + 2)
        from django.urls import get_resolver  # noqa: PLC0415 - needs Django to be set up

        from levee.app.wsgi import application  # noqa: PLC0415 - the same

        len(get_resolver().url_patterns)  # loads every page now, as the first one that is asked for would
        gc.freeze()
        gc.set_threshold(*COLLECTIONS)
        return application


def serve(role: DbRole) -> None:
    """Serve the pages of the members (role web), the operators or the public until told to stop."""
    chosen = settings()
    ports = {DbRole.PUBLIC: chosen.public_port, DbRole.OPERATOR: chosen.operators_port}
    port = ports.get(role, chosen.port)
    Serving(
        role,
        {
            "bind": f"{chosen.host}:{port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": chosen.threads,
            "proc_name": f"levee {role}",
            "loglevel": "warning",
            "limit_request_line": 4094,
            "timeout": 120,
            "graceful_timeout": 3,
            "control_socket_disable": True,
        },
    ).run()
