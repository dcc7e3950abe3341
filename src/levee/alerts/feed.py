"""An operator's alerts as Atom (RFC 4287) and as JSON Feed 1.1. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from levee.alerts.types import AlertKind
from levee.alerts.wording import HEADINGS, document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from levee.alerts.types import Alert

TITLE: Final = "Alerts from Levee"
_ATOM: Final = "http://www.w3.org/2005/Atom"


def as_atom(organisation: UUID, alerts: Sequence[Alert], *, site: str, now: datetime) -> bytes:
    """The feed as Atom; `now` is its date where it is empty."""
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "id").text = f"urn:uuid:{organisation}"
    SubElement(feed, "title").text = TITLE
    SubElement(feed, "updated").text = max((each.at for each in alerts), default=now).isoformat()
    SubElement(SubElement(feed, "author"), "name").text = "Levee"
    SubElement(feed, "link", href=f"{site}/actions/")
    for each in alerts:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"urn:uuid:{each.id}"
        SubElement(entry, "title").text = _writable(_title(each))
        SubElement(entry, "updated").text = each.at.isoformat()
        SubElement(entry, "link", href=f"{site}{each.page}")
        SubElement(entry, "category", term=each.kind.value)
        SubElement(entry, "summary").text = _writable(each.reason)
    written: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def as_json(organisation: UUID, alerts: Sequence[Alert], *, site: str) -> str:
    """The feed as JSON Feed; `_levee` holds each alert as webhooks have it."""
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": TITLE,
            "home_page_url": f"{site}/actions/",
            "_levee": {"organisation": str(organisation)},
            "items": [
                {
                    "id": f"urn:uuid:{each.id}",
                    "url": f"{site}{each.page}",
                    "title": _title(each),
                    "content_text": each.reason,
                    "date_published": each.at.isoformat(),
                    "tags": [each.kind.value, *(["urgent"] if each.urgent else [])],
                    "_levee": document(each, site=site),
                }
                for each in alerts
            ],
        },
        ensure_ascii=False,
    )


def _title(alert: Alert) -> str:
    by = "" if alert.kind is AlertKind.STAND_DOWN else f" ({alert.band})"
    return f"{HEADINGS[alert.kind]}: {alert.title}{by}"


def _writable(text: str) -> str:
    """What XML 1.0 can hold."""
    return "".join(each if each in "\t\n" or each >= " " else " " for each in text)
