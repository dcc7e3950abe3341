"""What one import of an inventory changes against the one before; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from levee.inventory.types import Changed, Diff, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from levee.inventory.types import Identity


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
    left, right = _versions(gone), _versions(come)
    changed: list[Changed] = []
    removed: list[Line] = []
    added: list[Line] = []
    for package in sorted({*left, *right}):
        asset, _, name = package
        before, after = left.get(package, []), right.get(package, [])
        pairs = min(len(before), len(after))
        changed += [
            Changed(asset=asset, name=name, before=old, after=new)
            for old, new in zip(before[:pairs], after[:pairs], strict=True)
        ]
        removed += [Line(asset=asset, name=name, version=version) for version in before[pairs:]]
        added += [Line(asset=asset, name=name, version=version) for version in after[pairs:]]
    return changed, removed, added


def _versions(counted: Counter[Identity]) -> Mapping[tuple[str, str, str], list[str]]:
    """By package, in order."""
    grouped: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for asset, ecosystem, name, version, _ in counted.elements():
        grouped[asset, ecosystem, name].append(version)
    for versions in grouped.values():
        versions.sort()
    return grouped
