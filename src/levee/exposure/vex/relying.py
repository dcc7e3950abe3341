"""The statements that count for an operator: those that it relies on, and those that publishers make to everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from levee.exposure.vex import keeping
from levee.exposure.vex.deciding import Relied, Surroundings, by_vulnerability, deciding, names
from levee.inventory import selectors as inventory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from levee.exposure.matching.engine import Found
    from levee.inventory.types import Component
    from levee.policy.actors import Actor


_ABOUT = """
select s.id, s.inventory, s.said from exposure_vex_statement s
where s.organisation = (select levee_party()) and s.withdrawn_at is null and s.vulnerabilities && %(names)s
union all
select null, null, t.said from exposure_known k cross join lateral jsonb_array_elements(k.statements) as t (said)
where not k.withdrawn and k.id in (select n.known from exposure_said n where n.vulnerability = any(%(names)s))
"""


def excuses(actor: Actor, found: Sequence[Found], components: Sequence[Component]) -> Sequence[Relied | None]:
    """For each match the statement that puts it aside, or none.

    Args:
        actor: a run for the operator, in an act that has begun.
        found: its matches.
        components: those at hand; what else a statement asks for is looked up.
    """
    statements = _about({name for each in found for name in names(each)}) if found else ()
    if not statements:
        return [None] * len(found)
    wholes = {
        (each.statement.within.ecosystem.partition(":")[0], each.statement.within.name)
        for each in statements
        if each.statement.within
    }
    around = Surroundings([*components, *(inventory.present(actor, wholes) if wholes else ())])
    named = by_vulnerability(statements)
    decided = (deciding(each, named, around) for each in found)
    return [each if each and each.statement.excuses else None for each in decided]


def _about(vulnerabilities: Collection[str]) -> Sequence[Relied]:
    """The statements about vulnerabilities under any of their names."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"names": sorted(vulnerabilities)})
        return [
            Relied(statement=keeping.kept_text(said), inventory=where, by=by) for by, where, said in cursor.fetchall()
        ]
