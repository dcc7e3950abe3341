"""What the house's calendar says of an instant, for a reader in its zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.house.selectors import look_at
from levee.kernel.zones import shown, zone_of
from levee.platform.ports import ports
from levee.web.cases.clocks import zone_in
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest


def closed_at(request: HttpRequest, at: datetime) -> str:
    """What closes the instant, and the next one that is open; empty where it is open itself."""
    found = look_at(actor_in(request), at)
    if found.closed is None:
        return ""
    opens = f"the next open time begins {shown(found.opens, zone_of(zone_in(request)))}" if found.opens else "for good"
    return f"{found.closed.says} ({found.closed.because}); {opens}."


def closed_now(request: HttpRequest) -> str:
    """The same of now."""
    return closed_at(request, ports().clock.now())
