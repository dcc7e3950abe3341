"""What everyone can read. This process reads the schema of publications and nothing else, and sets no cookie."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from levee.advisories import selectors
from levee.formats.csaf import file_name
from levee.kernel.errors import NotFound
from levee.web.paging import page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpRequest

    from levee.advisories.types import Published

PER_PAGE = 50
FILES: dict[str, tuple[str, Callable[[Published], str]]] = {
    "osv.json": ("application/json", lambda each: each.osv),
    "osv.json.asc": ("application/pgp-signature", lambda each: each.osv_signature),
    "csaf.json": ("application/json", lambda each: each.csaf),
    "csaf.json.asc": ("application/pgp-signature", lambda each: each.csaf_signature),
    "csaf.json.sha256": ("text/plain", lambda each: _digest_line("sha256", each)),
    "csaf.json.sha512": ("text/plain", lambda each: _digest_line("sha512", each)),
}
TOLD = {
    "osv.json": "for dependency scanners (OSV)",
    "osv.json.asc": "its signature",
    "csaf.json": "for asset management (CSAF)",
    "csaf.json.asc": "its signature",
    "csaf.json.sha256": "its digest",
    "csaf.json.sha512": "its digest",
}


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All advisories, newest first."""
    page = page_of(request, total=selectors.count_published(), size=PER_PAGE)
    found = selectors.published(limit=PER_PAGE, offset=page.offset)
    return render(request, "levee/public/index.html", {"title": "Advisories", "advisories": found, "page": page})


@require_safe
def advisory(request: HttpRequest, name: str) -> HttpResponse:
    """One advisory as a page."""
    found = _found(name)
    record = found.osv_document()
    context = {
        "title": found.title,
        "lead": found.name,
        "advisory": found,
        "record": record,
        "upgrades": _upgrades(record),
        "files": list(TOLD.items()),
    }
    return render(request, "levee/public/advisory.html", context)


@require_safe
def file(_request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """One advisory as OSV or CSAF, its signatures and digests."""
    if kind not in FILES:
        raise Http404
    content_type, part = FILES[kind]
    response = HttpResponse(part(_found(name)), content_type=f"{content_type}; charset=utf-8")
    response["Cache-Control"] = "public, max-age=300"
    return response


@require_safe
def all_osv(_request: HttpRequest) -> HttpResponse:
    """Where each record stands, for those who pull: name, when modified, address."""
    entries = [
        {"id": each.name, "modified": each.modified_at.isoformat(), "path": f"/advisories/{each.name}/osv.json"}
        for each in selectors.published(limit=10_000)
    ]
    return JsonResponse({"advisories": entries})


@require_safe
def key(_request: HttpRequest) -> HttpResponse:
    """The certificates that signatures are made with."""
    return HttpResponse("\n".join(selectors.certificates()), content_type="application/pgp-keys")


def _upgrades(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (part["package"]["name"], event["fixed"])
        for part in record["affected"]
        for span in part.get("ranges", [])
        for event in span["events"]
        if "fixed" in event
    ]


def _found(name: str) -> Published:
    try:
        return selectors.by_name(name)
    except NotFound as error:
        raise Http404 from error


def _digest_line(algorithm: str, each: Published) -> str:
    return f"{hashlib.new(algorithm, each.csaf.encode()).hexdigest()}  {file_name(each.name)}\n"
