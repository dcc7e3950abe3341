"""What scanners said of an operator's assets, as it is on record, beside what advisories say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.exposure import library
from levee.exposure.priority.lifecycle import noticed
from levee.exposure.scanners.hits import joined
from levee.inventory import selectors as inventory
from levee.inventory.types import SUPPORT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from levee.exposure.matching.engine import Found
    from levee.exposure.scanners.hits import Said
    from levee.inventory.types import Finding
    from levee.platform.database.acting import Act
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


def said(act: Act, findings: Sequence[Finding], examined: Sequence[Found]) -> Said:
    """Everything that holds by advisories and scanners together.

    Args:
        act: a run for the operator.
        findings: what scanners say of the packages that are looked at.
        examined: the matches by advisories about these packages.
    """
    findings = [each for each in findings if each.subject.ecosystem != SUPPORT or noticed(each.support_ends, act.now)]
    names = {name for each in findings for name in each.vulnerabilities}
    return joined(findings, examined, library.signals_named(act.actor, names) if names else {})
