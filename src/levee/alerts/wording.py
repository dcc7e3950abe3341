"""What a mail, a webhook and a feed say of alerts. Pure."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

from levee.alerts.types import AlertKind
from levee.kernel.ids import public_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from uuid import UUID

    from levee.alerts.types import Alert

COLUMNS = 78
_LONGEST_SUBJECT = 120
SOMETHING: Final = "There is something for you in Levee"
TEST_SUBJECT: Final = "Levee: this is a test"
HEADINGS: Final[Mapping[AlertKind, str]] = {
    AlertKind.CLOCK: "A clock has run out",
    AlertKind.FORENSICS: "Somebody may have been in",
    AlertKind.NEW: "New",
    AlertKind.STRICTER: "More pressing than before",
    AlertKind.AGAIN: "Back again",
    AlertKind.STAND_DOWN: "No longer needed",
}


def subject(alerts: Sequence[Alert]) -> str:
    """The subject of a mail about alerts, the most pressing first."""
    first = alerts[0]
    begins = (
        f"no longer needed: {first.title}" if first.kind is AlertKind.STAND_DOWN else f"{first.title} ({first.band})"
    )
    more = f" and {len(alerts) - 1} more" if len(alerts) > 1 else ""
    line = " ".join(f"Levee: {begins}{more}".split())
    return line if len(line) <= _LONGEST_SUBJECT else f"{line[: _LONGEST_SUBJECT - 1]}…"


def letter(alerts: Sequence[Alert], lines: Mapping[UUID, Sequence[str]], *, site: str) -> str:
    """The text of a mail that gives the reason.

    Args:
        alerts: what it tells, the most pressing first.
        lines: for each, what to do in plain sentences.
        site: address of the operator's pages.
    """
    return "\n".join(_lines(alerts, lines, site)) + "\n"


def _lines(alerts: Sequence[Alert], lines: Mapping[UUID, Sequence[str]], site: str) -> Iterator[str]:
    for kind, heading in HEADINGS.items():
        told = [each for each in alerts if each.kind is kind]
        if not told:
            continue
        yield from (heading.upper(), "")
        for each in told:
            by = "" if kind is AlertKind.STAND_DOWN else f" ({each.band})"
            yield from textwrap.wrap(f"* {each.title}{by}", COLUMNS, subsequent_indent="  ")
            for text in (" ".join(filter(None, lines[each.id])), f"Why you: {each.reason}"):
                yield from textwrap.wrap(text, COLUMNS, initial_indent="  ", subsequent_indent="  ")
            yield from (f"  {site}{each.page}", "")
    yield f"All there is to do: {site}/actions/"
    yield f"How and when to be told: {site}/alerts/"


def something(*, site: str) -> str:
    """The text of a mail that says no more than that there is something; the same for everyone."""
    return f"{SOMETHING}.\n\n  {site}/actions/\n\nSign in to see it.\n"


def test_letter(*, site: str) -> str:
    """The text of a test."""
    return f"Somebody pressed the test button. Alerts will come this way.\n\n  {site}/alerts/\n"


def call(delivery: UUID, organisation: UUID, alerts: Sequence[Alert], *, site: str) -> str:
    """The body of a webhook's call."""
    body = {
        "type": "alerts" if alerts else "test",
        "delivery": public_id("DLV", delivery),
        "organisation": public_id("ORG", organisation),
        "alerts": [document(each, site=site) for each in alerts],
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def document(alert: Alert, *, site: str) -> dict[str, Any]:
    """An alert as JSON."""
    return {
        "id": public_id("ALR", alert.id),
        "at": alert.at.isoformat(),
        "kind": alert.kind.value,
        "action": alert.action_id,
        "forensic": alert.forensic_id,
        "title": alert.title,
        "reason": alert.reason,
        "band": alert.band,
        "due_at": None if alert.due_at is None else alert.due_at.isoformat(),
        "urgent": alert.urgent,
        "url": f"{site}{alert.page}",
    }
