"""What one import of an inventory changes against the one before; pure."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from levee.inventory.types import Changed, Diff, Line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from levee.inventory.types import Identity

    Package = tuple[str, str, str]


def diff(
    before: Iterable[Identity],
    after: Iterable[Identity],
    *,
    assets_before: Iterable[str],
    assets_after: Iterable[str],
) -> Diff:
    """Compare two states of one inventory.

    Args:
        before: the components present until now, by what makes each the same in the next import.
        after: those that the new file states.
        assets_before: names of the assets present until now.
        assets_after: names of those that the new file states.

    Returns:
        Every component of either state exactly once: unchanged, changed (another version of the same package on the
        same asset), added or removed.
    """
    old, new = Counter(before), Counter(after)
    gone, come = old - new, new - old
    changed, removed, added = _paired(gone, come)
    names_before, names_after = set(assets_before), set(assets_after)
    return Diff(
        added=tuple(added),
        removed=tuple(removed),
        changed=tuple(changed),
        unchanged=sum((old & new).values()),
        new_assets=tuple(sorted(names_after - names_before)),
        gone_assets=tuple(sorted(names_before - names_after)),
    )


def _paired(gone: Counter[Identity], come: Counter[Identity]) -> tuple[list[Changed], list[Line], list[Line]]:
    """Another version of the same package on the same asset is a change, not a removal beside an addition."""
    packages = {each[:3] for each in gone}
    packages = {each[:3] for each in come if each[:3] in packages}
    before, after = _versions(gone, packages), _versions(come, packages)
    changed = [
        Changed(asset=asset, name=name, before=old, after=new)
        for asset, ecosystem, name in sorted(packages)
        for old, new in zip(before[asset, ecosystem, name], after[asset, ecosystem, name], strict=False)
    ]
    left = _lines(gone, packages, {each: versions[len(after[each]) :] for each, versions in before.items()})
    right = _lines(come, packages, {each: versions[len(before[each]) :] for each, versions in after.items()})
    return changed, left, right


def _versions(counted: Counter[Identity], packages: Collection[Package]) -> Mapping[Package, list[str]]:
    """Those of some packages, in order."""
    grouped: dict[Package, list[str]] = {each: [] for each in packages}
    for each in counted.elements():
        if each[:3] in grouped:
            grouped[each[:3]].append(each[3])
    for versions in grouped.values():
        versions.sort()
    return grouped


def _lines(
    counted: Counter[Identity], packages: Collection[Package], unpaired: Mapping[Package, Iterable[str]]
) -> list[Line]:
    """What has no counterpart: of other packages everything, of these the versions that are left over."""
    others = (each for each in counted.elements() if each[:3] not in packages)
    over = ((*package, version) for package, versions in unpaired.items() for version in versions)
    return [
        Line(asset=asset, name=name, version=version) for asset, _, name, version, *_ in sorted(chain(others, over))
    ]
