"""Components to ask about: versions at the boundaries of what advisories say, beside them, listed, and unreadable."""

from __future__ import annotations

import re
from urllib.parse import quote

UNREADABLE = ["latest", "", "1.0.0.Final", "a:b:c", "1 0"]
_LAST = re.compile(r"\d+(?=\D*$)")
_FOUR = re.compile(r"v?\d+\.\d+\.\d+\.\d")
_TYPES = {"Go": "golang", "crates.io": "cargo", "Bitnami": "bitnami", "PyPI": "pypi"}


def versions_of(blocks, cargo, chance, limit):
    """Versions around what the blocks of one package say; a crate never has four numbers."""
    said = {at for block in blocks for part in block.get("ranges") or [] for e in part["events"] for at in e.values()}
    said |= {at for each in cargo for part in each for _, at in part}
    listed = [version for block in blocks for version in block.get("versions") or []]
    said |= set(chance.sample(listed, min(3, len(listed))))
    said.discard("0")
    boundary = chance.sample(sorted(said), min(limit, len(said)))
    beside = {beside for version in boundary for beside in neighbours(version) if not cargo or not _FOUR.match(beside)}
    return [*boundary, *chance.sample(sorted(beside), min(limit, len(beside))), "0.0.0", "9999", *UNREADABLE]


def neighbours(version):
    """The versions next to one: a step up and down, a further part, a word behind it, a prefix."""
    last = _LAST.search(version)
    if last:
        head, tail = version[: last.start()], version[last.end() :]
        yield f"{head}{int(last[0]) + 1}{tail}"
        if int(last[0]):
            yield f"{head}{int(last[0]) - 1}{tail}"
    yield from (f"{version}.0", f"{version}.1", f"{version}-rc1", f"{version}rc1", f"v{version}", f"1:{version}")


def purl_of(ecosystem, name, release, version, *, epochs=True):
    """As an inventory would state it; without `epochs`, of a list that shows none."""
    stated = f"@{quote(version, safe='.-_~:')}" if version else ""
    if ecosystem == "AlmaLinux":
        told = [f"distro=almalinux-{release}.4"] * bool(release) + ["epoch=unknown"] * (not epochs)
        return f"pkg:rpm/almalinux/{quote(name)}{stated}" + (f"?{'&'.join(told)}" if told else "")
    return f"pkg:{_TYPES[ecosystem]}/{quote(name, safe='/')}{stated}"
