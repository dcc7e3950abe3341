"""Whether an advisory concerns a package at a version, by the format's words alone (OSV schema, "Evaluation").

Of `affected`, `unknown` and None. Several pairs of events are read as the intervals that they write down; where those
make no sense, by the format's own walk over the sorted events.
"""

from __future__ import annotations

import functools
import re

from conformance.reference.orders import ORDERS, SEMVER, NoOrder

NO_VERSION = {("introduced", "0"), ("limit", "*")}
EPOCH = re.compile(r"(?:(\d{1,10}):)?[^\s:-]+(?:-[^\s:-]+)?")


def same_name(ecosystem, one, other):
    """Whether two names are one package to its ecosystem, or to package URLs, which know no capitals there."""
    if ecosystem == "PyPI":
        one, other = (re.sub("[-_.]+", "-", name) for name in (one, other))
    if ecosystem in {"PyPI", "Go", "npm", "Bitnami"}:
        one, other = one.lower(), other.lower()
    return one == other


def concerns(advisory, ecosystem, name, release, version, *, epochs=True):
    """With `epochs` false, an RPM's version leaves its epoch out: it is one of those that the block names."""
    if advisory.withdrawn:
        return None
    answers = set()
    for block in advisory.blocks:
        base, _, releases = block["package"]["ecosystem"].partition(":")
        if base != ecosystem or not same_name(base, block["package"]["name"], name):
            continue
        if releases and release and release not in releases.split(":"):
            continue
        if advisory.cargo is not None:
            found = _cargo(advisory.cargo, version)
        elif epochs or not version:
            found = _block(block, base, version)
        else:
            found = _at_each_epoch(block, base, version)
        answers.add("unknown" if found and releases and not release else found)
    return "affected" if "affected" in answers else "unknown" if "unknown" in answers else None


def _at_each_epoch(block, ecosystem, version):
    named = [*(block.get("versions") or [])]
    for part in block.get("ranges") or []:
        if part["type"] != "GIT":
            named += [at for event in part["events"] for kind, at in event.items() if (kind, at) not in NO_VERSION]
    epochs = {int(found[1] or 0) if (found := EPOCH.fullmatch(at)) else 0 for at in named} or {0}
    told = {_block(block, ecosystem, f"{epoch}:{version}" if epoch else version) for epoch in epochs}
    return told.pop() if len(told) == 1 else "unknown"


def _block(block, ecosystem, version):
    if not version:
        return "unknown"
    order = ORDERS[ecosystem]
    listed, ranges = block.get("versions") or [], block.get("ranges") or []
    if version in listed or any(_equal(order, version, each) for each in listed):
        return "affected"
    told = {_range(part, order, version) for part in ranges if part["type"] != "GIT"}
    if not listed and not told:
        return "unknown"
    return "affected" if "affected" in told else "unknown" if "unknown" in told else None


def _equal(order, one, other):
    try:
        return order.compare(one, other) == 0
    except NoOrder:
        return False


def _range(part, order, version):
    order = SEMVER if part["type"] == "SEMVER" else order
    events = [(kind, at) for event in part["events"] for kind, at in event.items()]
    try:
        for _, at in events:
            if at != "0":
                order.compare(at, version)
        return "affected" if _inside(events, order, version) else None
    except NoOrder:
        return "unknown"


def _compare(order, one, other):
    """As `order`, with 0 below everything."""
    if "0" in (one, other):
        return (one != "0") - (other != "0")
    return order.compare(one, other)


def _reached(order, event, version):
    kind, at = event
    answer = 1 if kind == "introduced" and at == "0" else order.compare(version, at)
    return answer > 0 or (answer == 0 and kind != "last_affected")


def _inside(events, order, version):
    pairs = [events[at : at + 2] for at in range(0, len(events), 2)]
    sensible = all(
        pair[0][0] == "introduced"
        and (len(pair) == 1 or (pair[1][0] != "introduced" and _compare(order, pair[0][1], pair[1][1]) <= 0))
        for pair in pairs
    )
    if sensible:
        return any(
            _reached(order, pair[0], version) and (len(pair) == 1 or not _reached(order, pair[1], version))
            for pair in pairs
        )
    inside = False
    for event in sorted(events, key=functools.cmp_to_key(lambda a, b: _compare(order, a[1], b[1]))):
        if _reached(order, event, version):
            inside = event[0] == "introduced"
    return inside


def _cargo(safe, version):
    """RustSec: whatever is neither patched nor unaffected is affected."""
    if not version:
        return "unknown"
    if not safe:
        return "affected"
    try:
        SEMVER.compare(version, "0.0.0")
        held = any(all(_holds(sign, at, version) for part in each for sign, at in part) for each in safe)
    except NoOrder:
        return "unknown"
    return None if held else "affected"


def _holds(sign, at, version):
    answer = SEMVER.compare(version, at)
    return {"<": answer < 0, "<=": answer <= 0, "=": answer == 0, ">=": answer >= 0, ">": answer > 0}[sign]
