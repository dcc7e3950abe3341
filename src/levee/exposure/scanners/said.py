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
    from levee.policy.actors import Actor

Package = tuple[str, str]


def widened(actor: Actor, packages: Collection[Package]) -> frozenset[Package]:
    """The packages, and all else that has to be looked at with them because one action may be about both."""
    wanted = frozenset(packages)
    for _ in range(2):  # from a package to the advice about it, and from that to the other packages that it is about
        found = inventory.findings_about(actor, wanted, wanted)
        subjects = {each.subject[:2] for each in found}
        more = subjects | {(each.ecosystem, each.name) for each in found if each.ecosystem and each.name}
        if more <= wanted:
            break
        wanted |= more
    return wanted


def said(actor: Actor, packages: Collection[Package], examined: Sequence[Found]) -> Said:
    """Everything that holds by advisories and scanners together.

    Args:
        actor: a run for the operator.
        packages: what is looked at, `widened`.
        examined: the matches by advisories about these packages.
    """
    findings = inventory.findings_about(actor, packages, packages)
    names = {name for each in findings for name in each.vulnerabilities}
    return joined(findings, examined, library.signals_named(actor, names) if names else {})
