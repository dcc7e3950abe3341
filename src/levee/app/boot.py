"""Bringing a process up: database, Django, ports, in that order."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import django
from django.apps import apps

from levee.app import logs
from levee.platform.database import config, outside
from levee.platform.database.roles import DbRole
from levee.platform.database.server import open_server
from levee.settings import settings

if TYPE_CHECKING:
    from levee.platform.database.server import Server


def boot(role: DbRole, *, pool: int = 0) -> Server:
    """Bring this process up as one database role.

    Args:
        role: what it connects as; the owner migrates and founds, and never serves.
        pool: connections it keeps.

    Returns:
        The database server in use; close it on leaving.
    """
    logs.configure()
    server = open_server(settings())
    if role is DbRole.OWNER and server.embedded is None:
        outside.prepare(server.run_time, server.owner, server.secrets)
    config.choose(server.address(role), pool=pool)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levee.app.django")
    os.environ["LEVEE_ROLE"] = role
    if not apps.ready:
        django.setup()
    from levee.app.wiring import wire  # noqa: PLC0415 - needs Django's models to be loaded

    wire(settings(), role)
    gc.freeze()  # what is loaded stays: a collection that walks it each time costs a large import a quarter of its time
    return server
