"""GitHub's alerts: Dependabot's by GraphQL and by REST, and those of code scanning by REST."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import package

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_OPEN = {"", "open"}
_ADDRESS = re.compile(r"https?://[^/]+/([^/]+/[^/]+)")


def claims(report: Node) -> bool:
    """Whether GitHub wrote it."""
    if report.is_list:
        first = next(report.each(), None)
        return first is not None and (first.has("rule", "most_recent_instance") or first.has("security_advisory"))
    return next(_repositories(report), None) is not None


def read(report: Node, alone: str) -> Scan:
    """Read the alerts, settled ones too."""
    draft = Draft("GitHub alerts JSON", "GitHub", alone=alone)
    for repository in _repositories(report):
        asset = draft.host(_name(repository) or alone)
        for alert in draft.objects(repository, "vulnerabilityAlerts", "nodes"):
            _graphql(draft, alert, asset)
    for alert in draft.objects(report):
        asset = draft.host(_name(alert.at("repository")) or _from_address(alert.text("html_url")) or alone)
        if alert.has("rule"):
            _code(draft, alert, asset)
        else:
            _dependabot(draft, alert, asset)
    return draft.scan()


def _repositories(report: Node) -> Iterator[Node]:
    for each in (report.at("data", "repository"), *report.each("data", "search", "nodes")):
        if each.has("vulnerabilityAlerts"):
            yield each


def _name(repository: Node) -> str:
    for key in ("nameWithOwner", "full_name", "name"):
        if found := repository.text(key):
            return found
    return _from_address(repository.text("url"))


def _from_address(address: str) -> str:
    found = _ADDRESS.match(address)
    return found[1] if found else ""


def _graphql(draft: Draft, alert: Node, asset: str) -> None:
    found = alert.at("securityVulnerability")
    advisory = found.at("advisory")
    required = alert.text("vulnerableRequirements")
    state = alert.text("state").lower() or ("dismissed" if alert.text("dismissedAt") else "")
    draft.finding(
        alert.place,
        asset,
        rule=advisory.text("ghsaId") or advisory.text("identifiers") or alert.text("id"),
        title=advisory.text("summary"),
        severity=words.severity(found.text("severity")),
        names=(advisory.text("ghsaId"), *(each.text("value") for each in advisory.each("identifiers"))),
        package=package(
            found.text("package", "ecosystem"),
            found.text("package", "name"),
            required.removeprefix("=").strip() if required.startswith("= ") else "",
        ),
        fixed=found.text("firstPatchedVersion", "identifier"),
        where=alert.text("vulnerableManifestPath"),
        seen_at=words.moment(alert.text("createdAt")),
        closed="" if state in _OPEN else state.replace("_", " "),
    )


def _dependabot(draft: Draft, alert: Node, asset: str) -> None:
    found, advisory = alert.at("security_vulnerability"), alert.at("security_advisory")
    held, state = alert.at("dependency", "package"), alert.text("state").lower()
    draft.finding(
        alert.place,
        asset,
        rule=advisory.text("ghsa_id"),
        title=advisory.text("summary"),
        severity=words.severity(advisory.text("severity")),
        names=(advisory.text("cve_id"), advisory.text("ghsa_id")),
        package=package(held.text("ecosystem"), held.text("name"), ""),
        fixed=found.text("first_patched_version", "identifier"),
        where=alert.text("dependency", "manifest_path"),
        seen_at=words.moment(alert.text("updated_at")),
        closed="" if state in _OPEN else state.replace("_", " "),
    )


def _code(draft: Draft, alert: Node, asset: str) -> None:
    rule, last = alert.at("rule"), alert.at("most_recent_instance")
    place, state = last.at("location"), alert.text("state").lower()
    draft.finding(
        alert.place,
        asset,
        source=f"GitHub {alert.text('tool', 'name')}".strip(),
        rule=rule.text("id"),
        title=rule.text("description") or rule.text("name"),
        severity=words.severity(rule.text("security_severity_level") or rule.text("severity")),
        names=(rule.text("id"),),
        where=f"{place.text('path')}:{place.text('start_line')}",
        seen_at=words.moment(alert.text("updated_at")),
        closed="" if state in _OPEN else state.replace("_", " "),
    )
