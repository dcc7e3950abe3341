"""One asset: what is known of it, what stands on it, what is on it, and the form to say more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from levee.exposure import selectors as exposure
from levee.inventory import selectors, services
from levee.inventory.types import AssetType, Criticality, Exposure, Owner
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.platform.database.acting import acting
from levee.web.operators import tables
from levee.web.refusals import beside
from levee.web.signed_in import actor_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from levee.inventory.types import Asset

COMPONENTS = 2000
FINDINGS = 200
KINDS = {"exposure": Exposure, "owner": Owner, "type": AssetType, "criticality": Criticality}


class FactsForm(forms.Form):
    """What somebody states about an asset."""

    exposure = forms.ChoiceField(
        choices=[(Exposure.YES, "Yes"), (Exposure.NO, "No"), (Exposure.UNKNOWN, "Nobody knows")],
        label="Reachable from the internet",
    )
    owner = forms.ChoiceField(
        choices=[(Owner.US, "We do"), (Owner.VENDOR, "A vendor"), (Owner.MANUFACTURER, "The maker of the device")],
        label="Who can change it",
    )
    owner_name = forms.CharField(required=False, label="Name of that vendor or maker")
    type = forms.ChoiceField(
        choices=[
            (AssetType.IT, "Office IT: a server, a PC, a network device"),
            (AssetType.OT, "OT: it controls or measures something in the world"),
            (AssetType.MEDICAL, "A medical device"),
            (AssetType.VENDOR_SERVICE, "A service that a vendor runs"),
            (AssetType.UNKNOWN, "Nobody knows"),
        ],
        label="What it is",
    )
    window = forms.CharField(
        required=False,
        label="When it may be changed and restarted",
        help_text="Such as: Sat, Sun 22:00-04:00 America/Chicago. Or: only the maker. Empty: nobody knows.",
    )
    criticality = forms.ChoiceField(
        choices=[(each, each.capitalize()) for each in Criticality], label="How much depends on it"
    )
    environment = forms.CharField(required=False, label="Where it stands")
    source = forms.CharField(
        label="How do you know", help_text="Such as: firewall rules, asked the vendor. It is shown beside each date."
    )


@require_GET
def one(request: HttpRequest, asset: str) -> HttpResponse:
    """An asset with everything that is known of it."""
    return _page(request, asset)


def _page(request: HttpRequest, asset: str, refused: FactsForm | None = None) -> HttpResponse:
    """The page; with the form as it was handed in and refused, if it was."""
    actor, key = actor_in(request), parse_public_id("AST", asset)
    with acting(actor):
        found = selectors.asset(actor, key)
        inventory = selectors.inventory(actor, found.inventory)
        components = selectors.components(actor, inventory.id, asset=key, limit=COMPONENTS)
        findings = selectors.findings(actor, inventory.id, asset=key, limit=FINDINGS)
        stands = exposure.on_asset(actor, key)
    return render(
        request,
        "levee/operators/asset.html",
        {
            "title": found.name,
            "crumbs": [
                ("Inventory", "/inventory/"),
                (inventory.name, f"/inventory/{inventory.public_id}/"),
                (found.name, ""),
            ],
            "asset": found,
            "inventory": inventory,
            "actions": [tables.shown(each) for each in stands.actions],
            "matches": tables.matches_on_asset(stands.matches),
            "matched": bool(stands.matches),
            "aside": tables.put_aside(stands.matches),
            "components": tables.components(components),
            "findings": tables.findings(findings) if findings else None,
            "form": refused or FactsForm(initial=_known(found)),
        },
        status=400 if refused else 200,
    )


def _known(asset: Asset) -> dict[str, str]:
    return {
        "exposure": asset.exposure,
        "owner": asset.owner,
        "owner_name": asset.owner_name,
        "criticality": asset.criticality,
        "environment": asset.environment,
        "type": asset.type,
        "window": str(asset.window or ""),
    }


@require_POST
def state_facts(request: HttpRequest, asset: str) -> HttpResponse:
    """Note what a person states about an asset; the short form of the to-do list asks for one fact alone."""
    actor, key = actor_in(request), parse_public_id("AST", asset)
    form = FactsForm(_known(selectors.asset(actor, key)) | request.POST.dict())
    if form.is_valid():
        stated: dict[str, Any] = {
            name: KINDS.get(name, str)(text) for name, text in form.cleaned_data.items() if name in request.POST
        }
        try:
            found = services.state_asset(actor, key, **stated)
        except LeveeError as error:
            beside(form, error, {"maintenance_window": "window"})
        else:
            messages.success(request, f"Noted for {found.name}. Dates that rest on it follow within a minute.")
            if request.POST.get("back") == "actions":
                return redirect("operators:actions")
            return redirect("operators:asset", asset=found.public_id)
    return _page(request, asset, form)
