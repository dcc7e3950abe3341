"""Amazon Inspector 2's list of findings: packages, code, and ports that the internet reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.packages import Package, package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

_REACHABLE = "NETWORK_REACHABILITY"
_NAMES = (
    ("awsEc2Instance", "imageId"),
    ("awsEcrContainerImage", "repositoryName"),
    ("awsLambdaFunction", "functionName"),
)


def claims(report: Node) -> bool:
    """Whether Inspector wrote it."""
    first = next(report.each("findings"), None)
    return first is not None and first.has("findingArn")


def read(report: Node, alone: str) -> Scan:
    """Read the findings."""
    draft = Draft("Amazon Inspector JSON", "Amazon Inspector", alone=alone)
    for found in draft.objects(report, "findings"):
        resource = next(found.each("resources"), found)
        details = found.at("packageVulnerabilityDetails")
        listed = list(details.each("vulnerablePackages"))
        seen_at = words.moment(found.text("lastObservedAt"))
        asset = draft.host(
            _asset(resource),
            addresses=(resource.text("id"), *resource.texts("details", "awsEc2Instance", "ipV4Addresses")),
            seen_at=seen_at,
            exposed_by="Amazon Inspector" if found.text("type") == _REACHABLE else "",
        )
        status = found.text("status")
        draft.finding(
            found.place,
            asset,
            rule=details.text("vulnerabilityId") or found.text("title"),
            title=found.text("title"),
            severity=words.severity(found.text("severity")),
            names=(details.text("vulnerabilityId"), *details.texts("relatedVulnerabilities")),
            package=_package(listed[0], resource) if listed else Package(),
            fixed=_fixed(listed),
            where=_where(found, listed),
            solution=found.text("remediation", "recommendation", "text").replace("None Provided", ""),
            seen_at=seen_at,
            closed="" if status in {"ACTIVE", ""} else status.lower(),
        )
    return draft.scan()


def _asset(resource: Node) -> str:
    for kind, key in _NAMES:
        if name := resource.text("details", kind, key):
            tags = resource.texts("details", kind, "imageTags")
            named = resource.text("tags", "Name")
            return named or (f"{name}:{tags[0]}" if tags else name)
    return resource.text("id")


def _package(held: Node, resource: Node) -> Package:
    kind, name, version = held.text("packageManager").lower(), held.text("name"), held.text("version")
    if kind != "os":
        return package(kind, name, version)
    if held.text("release"):
        version = f"{version}-{held.text('release')}"
    if held.text("epoch") not in {"", "0"}:
        version = f"{held.text('epoch')}:{version}"
    platform = resource.text("details", "awsEcrContainerImage", "platform") or resource.text(
        "details", "awsEc2Instance", "platform"
    )
    return package(platform.lower().replace("_", " "), name, version)


def _fixed(listed: Sequence[Node]) -> str:
    fixes = [each.text("fixedInVersion").removeprefix("0:") for each in listed]
    return ", ".join(dict.fromkeys(fix for fix in fixes if fix and fix != "NotAvailable"))


def _where(found: Node, listed: Sequence[Node]) -> str:
    ports = found.at("networkReachabilityDetails", "openPortRange")
    if ports.is_object:
        return f"port {ports.text('begin')} to {ports.text('end')}"
    code = found.at("codeVulnerabilityDetails", "filePath")
    if code.is_object:
        return f"{code.text('filePath')}:{code.text('startLine')}"
    parts = [each.text("filePath") or each.text("name") for each in listed]
    return ", ".join(dict.fromkeys(parts)) if len(parts) > 1 or any(each.text("filePath") for each in listed) else ""
