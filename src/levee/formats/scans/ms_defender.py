"""Microsoft Defender: an archive of the API's answers on machines and their vulnerabilities, or one such answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.scans import words
from levee.formats.scans.draft import Draft
from levee.formats.scans.opening import json_in
from levee.formats.scans.packages import Package
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.formats.scans.nodes import Node
    from levee.formats.scans.types import Scan

Member = tuple[str, bytes]


def claims(report: Node) -> bool:
    """Whether it is the API's list of vulnerabilities."""
    first = next(report.each("value"), None)
    return first is not None and first.has("cveId", "productName")


def read(report: Node, alone: str) -> Scan:
    """Read a list without its machines: they go by their keys."""
    draft = Draft("Microsoft Defender JSON", "Microsoft Defender", alone=alone)
    _vulnerabilities(draft, report, {}, "")
    return draft.scan()


def claims_members(members: Sequence[Member]) -> bool:
    """Whether an archive holds such lists."""
    return any("vulnerabilities/" in name for name, _ in members)


def read_members(members: Sequence[Member], alone: str) -> Scan:
    """Read the archive; a member that cannot be read is a fault, and takes no other with it."""
    draft = Draft("Microsoft Defender archive", "Microsoft Defender", alone=alone)
    machines: dict[str, Node] = {}
    for _, report in _readable(draft, members, "machines/"):
        machines |= {each.text("id"): each for each in report.each("value") if each.text("id")}
    for each in machines.values():
        draft.host(_name(each), addresses=_addresses(each), seen_at=words.moment(each.text("lastSeen")))
    for name, report in _readable(draft, members, "vulnerabilities/"):
        _vulnerabilities(draft, report, machines, name)
    return draft.scan()


def _readable(draft: Draft, members: Sequence[Member], folder: str) -> list[tuple[str, Node]]:
    found = []
    for name, data in members:
        if folder in name:
            try:
                found.append((name, json_in(data)))
            except BadInput as error:
                draft.fault(name, "", str(error))
    return found


def _vulnerabilities(draft: Draft, report: Node, machines: dict[str, Node], member: str) -> None:
    for found in draft.objects(report, "value"):
        machine = machines.get(found.text("machineId"))
        name, fix = found.text("cveId"), found.text("fixingKbId")
        vendor, product = found.text("productVendor"), found.text("productName")
        stated = f"{vendor} {product}".strip().replace("_", " ")
        draft.finding(
            f"{member}{found.place}",
            _name(machine) if machine else found.text("machineId"),
            rule=name or found.text("id"),
            severity=words.severity(found.text("severity")),
            names=(name,),
            package=Package(stated=stated, version=found.text("productVersion")),
            fixed=f"KB{fix}" if fix else "",
            seen_at=words.moment(machine.text("lastSeen")) if machine else None,
        )


def _name(machine: Node) -> str:
    return machine.text("computerDnsName") or machine.text("lastIpAddress") or machine.text("id")


def _addresses(machine: Node) -> list[str]:
    return [machine.text("lastIpAddress"), machine.text("lastExternalIpAddress"), machine.text("id")]
