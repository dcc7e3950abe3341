"""What scanners said of an operator's assets, as it is on record, beside what advisories say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.exposure import library
from levee.exposure.scanners.hits import joined
from levee.inventory import selectors as inventory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from levee.exposure.matching.engine import Found
    from levee.exposure.scanners.hits import Said
    from levee.inventory.types import Finding
    from levee.policy.actors import Actor

Package = tuple[str, str]


def widened(actor: Actor, packages: Collection[Package]) -> tuple[frozenset[Package], Sequence[Finding]]:
    """The packages, and all else that has to be looked at with them because one action may be about both.

    Returns:
        What is to be looked at, and everything that scanners say of it.
    """
    wanted = frozenset(packages)
    found = inventory.findings_about(actor, wanted, wanted)
    for _ in range(2):  # from a package to the advice about it, and from that to the other packages that it is about
        subjects = {each.subject[:2] for each in found}
        more = subjects | {(each.ecosystem, each.name) for each in found if each.ecosystem and each.name}
        if more <= wanted:
            break
        wanted |= more
        found = inventory.findings_about(actor, wanted, wanted)
    return wanted, found


def said(actor: Actor, findings: Sequence[Finding], examined: Sequence[Found]) -> Said:
    """Everything that holds by advisories and scanners together.

    Args:
        actor: a run for the operator.
        findings: what scanners say of the packages that are looked at.
        examined: the matches by advisories about these packages.
    """
    names = {name for each in findings for name in each.vulnerabilities}
    return joined(findings, examined, library.signals_named(actor, names) if names else {})
