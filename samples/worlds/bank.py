"""A community bank of 60 hosts: one office, five branches, an internet portal that its core provider keeps."""

from __future__ import annotations

import random

from samples.worlds.shelf import ALPINE, DEBIAN, DEBIAN_BEHIND, MADE, NPM, PYPI, RED_HAT, UBUNTU, WINDOWS
from samples.worlds.world import Asset, World, hit, some, together

CORE = "Merrow Core Services"
BRANCHES = ("main", "north", "mill", "station", "harbour")


def bank(seed: int) -> World:
    """The bank; the same for the same seed."""
    rng = random.Random(f"bank/{seed}")
    assets = [*_portal(rng), *_servers(rng), *_desks(rng), *_machines(rng)]
    return World(name="bank", title="Quillbrook Community Bank", sector="financial services", assets=tuple(assets))


def _asset(name: str, kind: str, place: str, exposed: str, weight: str, *groups: object, owner: str = "us") -> Asset:
    return Asset(
        name=name,
        kind=kind,
        owner=owner,
        owner_name=CORE if owner == "vendor" else "",
        environment=place,
        exposed=exposed,
        criticality=weight,
        packages=together(*groups),  # type: ignore[arg-type]
    )


def _portal(rng: random.Random) -> list[Asset]:
    web = [hit("npm", "lodash"), hit("npm", "minimist"), hit("pypi", "Django"), hit("pypi", "sqlparse")]
    portal = [
        _asset(
            f"netbank-{n}",
            "server",
            "dmz",
            "yes",
            "high",
            web,
            some(rng, DEBIAN, 6, 9),
            some(rng, NPM, 5, 9),
            owner="vendor",
        )
        for n in (1, 2)
    ]
    upload = [hit("npm", "adm-zip"), hit("npm", "ini")]
    portal.append(
        _asset("loan-upload-1", "server", "dmz", "yes", "high", upload, some(rng, DEBIAN, 5, 8), some(rng, NPM, 4, 8))
    )
    portal.append(_asset("mail-1", "server", "dmz", "yes", "medium", DEBIAN_BEHIND, DEBIAN))
    portal.append(_asset("edge-1", "gateway", "dmz", "yes", "high", [MADE["brackwater-edgegate-os"]]))
    return portal


def _servers(rng: random.Random) -> list[Asset]:
    reports = [hit("pypi", "PyYAML"), hit("pypi", "sqlparse")]
    fraud = [hit("pypi", "Django"), hit("pypi", "PyYAML")]
    return [
        _asset(
            "core-link-1",
            "server",
            "server room",
            "no",
            "high",
            some(rng, DEBIAN, 6, 9),
            [hit("npm", "y18n")],
            owner="vendor",
        ),
        _asset(
            "reports-1",
            "server",
            "server room",
            "no",
            "medium",
            reports,
            some(rng, DEBIAN, 6, 9),
            some(rng, PYPI, 4, 8),
        ),
        _asset(
            "fraud-1", "server", "server room", "unknown", "high", fraud, some(rng, DEBIAN, 6, 9), some(rng, PYPI, 4, 8)
        ),
        _asset("files-1", "server", "server room", "no", "medium", UBUNTU),
        _asset("backup-1", "server", "server room", "no", "high", RED_HAT, some(rng, PYPI, 2, 4)),
        _asset("domain-1", "server", "server room", "no", "high", some(rng, WINDOWS, 2, 3)),
        _asset(
            "watch-1",
            "server",
            "server room",
            "no",
            "low",
            [hit("npm", "macaddress")],
            ALPINE,
            some(rng, NPM, 3, 6),
        ),
    ]


def _desks(rng: random.Random) -> list[Asset]:
    desks = []
    for number in range(40):
        branch = BRANCHES[number % len(BRANCHES)]
        tools = [hit("npm", "minimist")] if number in {3, 17} else []
        tools += [MADE["merrow-teller"]] if number % 4 == 0 else []
        desks.append(
            _asset(
                f"desk-{branch}-{number + 1:02}",
                "workstation",
                f"branch {branch}",
                "no",
                "low",
                tools,
                some(rng, WINDOWS, 4, 8),
            )
        )
    return desks


def _machines(rng: random.Random) -> list[Asset]:
    return [
        _asset(
            f"atm-{n:02}",
            "atm",
            "branches",
            "unknown" if n == 8 else "no",
            "high",
            some(rng, WINDOWS, 1, 2),
            owner="vendor",
        )
        for n in range(1, 9)
    ]
