"""Sources of binary packages, for a list that names none: learnt from the operator's other lists, where all agree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import connection
from msgspec import structs

from levee.formats.package_identity import identity_of
from levee.formats.purl import Purl, parse_purl
from levee.inventory.types import NotUnderstood
from levee.inventory.understanding import understand

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from levee.inventory.types import Reading, StatedComponent

WITHOUT_SOURCES = frozenset({"dpkg", "dpkg-query", "apt"})
LEARNT = "{count} packages are taken to be built from the sources that other lists of yours name for them"
_TOLD = """
select distinct purl from inventory_component
where organisation = %s and ecosystem = any(%s) and purl like '%%upstream=%%' and split_part(purl, '@', 1) = any(%s)
"""
Package = tuple[str, str]  # without its version; the distribution with its release


def with_sources(party: UUID, reading: Reading) -> Reading:
    """A list of binary packages with the sources that are known for them; any other reading as it is.

    Args:
        party: whose lists are asked.
        reading: the file.
    """
    if reading.kind not in WITHOUT_SOURCES or any("upstream=" in each.purl for each in reading.components):
        return reading
    asked = [(each, parse_purl(each.purl)) for each in reading.components if each.purl]
    known = _known(party, {str(purl.without_version()) for _, purl in asked})
    found = {
        each.place: told
        for each, purl in asked
        if (told := _with_source(each, purl, known.get(_package(purl), {}))) is not None
    }
    if not found:
        return reading
    said = NotUnderstood(place="the whole list", stated=reading.format, reason=LEARNT.format(count=len(found)))
    components = tuple(found.get(each.place, each) for each in reading.components)
    return replace(reading, components=components, remarks=(*reading.remarks, said))


def _known(party: UUID, packages: Iterable[str]) -> Mapping[Package, Mapping[str, set[str]]]:
    """What the operator's lists name as the source of packages.

    By the package's own version where the source has another one, which is known for that version alone; else by "".
    """
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [party, ["Debian", "Ubuntu"], sorted(packages)])
        told = [parse_purl(text) for (text,) in cursor.fetchall()]
    known: dict[Package, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for purl in told:
        source = purl.qualifier("upstream")
        known[_package(purl)][purl.version if "@" in source else ""].add(source)
    return known


def _package(purl: Purl) -> Package:
    identity = identity_of(purl)
    return str(purl.without_version()), identity.ecosystem if identity else ""


def _with_source(component: StatedComponent, purl: Purl, told: Mapping[str, set[str]]) -> StatedComponent | None:
    """A component by its source; None where none is known, or lists differ on it."""
    names = {source.partition("@")[0] for each in told.values() for source in each}
    sources = told.get(purl.version) or (told[""] if told.keys() == {""} else set())
    if len(names) != 1 or len(sources) != 1:
        return None
    qualifiers = tuple(sorted((*purl.qualifiers, ("upstream", *sources))))
    return understand(structs.replace(component, purl=str(structs.replace(purl, qualifiers=qualifiers))))
