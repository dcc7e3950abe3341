from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from levee.api.bodies import In
from levee.api.house import actor_of
from levee.house import selectors, services, types

router = Router(tags=["house"])


class SettingOut(Schema):
    """What holds in the house; `at` is null where it is the default."""

    name: str
    says: str
    value: str
    because: str
    at: datetime | None


class SettingIn(In):
    """What is chosen from now on, and why."""

    value: str
    because: str


@router.get("/house/settings", response=list[SettingOut], summary="How the clearinghouse works")
def settings(request: HttpRequest) -> Sequence[types.Choice]:
    """What it has chosen, for its own people."""
    return selectors.settings(actor_of(request))


@router.post("/house/settings/{setting}", response=list[SettingOut], summary="Choose how the clearinghouse works")
def choose(request: HttpRequest, setting: str, body: SettingIn) -> Sequence[types.Choice]:
    """By an administrator in person; it holds from now on."""
    services.choose(actor_of(request), types.named(setting), value=body.value, because=body.because)
    return settings(request)
