"""A small water utility: 12 PCs and 30 controllers and operator panels, most of them kept by an integrator."""

from __future__ import annotations

import random

from samples.worlds.shelf import ALPINE, DEBIAN, DEBIAN_BEHIND, MADE, NPM, PYPI, WINDOWS
from samples.worlds.world import Asset, World, hit, packages, some, together

INTEGRATOR = "Weirside Controls"
MAKER = "Perrin Automation"
SITES = ("intake", "treatment", "reservoir", "pump house 1", "pump house 2", "pump house 3")


def water(seed: int) -> World:
    """The utility; the same for the same seed."""
    rng = random.Random(f"water/{seed}")
    assets = [*_computers(rng), *_panels(rng), *_controllers(rng)]
    return World(name="water", title="Low Fell Water District", sector="water", assets=tuple(assets))


def _computers(rng: random.Random) -> list[Asset]:
    carried = {
        1: ("scada-1", "yes", "high", [hit("pypi", "PyYAML"), hit("npm", "ini"), hit("npm", "lodash")]),
        2: (
            "historian-1",
            "unknown",
            "high",
            [hit("pypi", "sqlparse"), hit("pypi", "Django"), hit("generic", "tidepack")],
        ),
        3: ("billing-1", "yes", "medium", [hit("npm", "adm-zip"), hit("npm", "minimist"), *DEBIAN_BEHIND]),
    }
    computers = []
    for number in range(1, 13):
        name, exposed, weight, inside = carried.get(number, (f"pc-{number:02}", "no", "low", []))
        base = some(rng, DEBIAN, 5, 8) if number in carried else some(rng, WINDOWS, 4, 8)
        more = together(some(rng, NPM, 2, 4), some(rng, PYPI, 2, 4)) if number in carried else ()
        computers.append(
            Asset(
                name=name,
                kind="server" if number in carried else "workstation",
                owner="vendor" if number == 1 else "us",
                owner_name=INTEGRATOR if number == 1 else "",
                environment="control room" if number < 3 else "office",
                exposed=exposed,
                criticality=weight,
                packages=together(inside, base, more),
            )
        )
    return computers


def _panels(rng: random.Random) -> list[Asset]:
    panels = []
    for number in range(1, 11):
        inside = [hit("npm", "y18n"), hit("npm", "macaddress")] if number <= 3 else []
        gauge = [hit("generic", "tidepack")] if number % 5 == 0 else []
        panels.append(
            Asset(
                name=f"hmi-{number:02}",
                kind="hmi",
                owner="vendor",
                owner_name=INTEGRATOR,
                environment=SITES[number % len(SITES)],
                exposed="unknown" if number in {2, 7} else "no",
                criticality="high",
                packages=together([MADE["perrin-panel-os"]], inside, gauge, ALPINE if number == 4 else some(rng, DEBIAN, 2, 4)),
            )
        )
    return panels


def _controllers(rng: random.Random) -> list[Asset]:
    return [
        Asset(
            name=f"plc-{number:02}",
            kind="plc",
            owner="manufacturer",
            owner_name=MAKER,
            environment=SITES[number % len(SITES)],
            exposed="unknown" if rng.random() < 0.1 else "no",
            criticality="high",
            packages=packages("generic", f"perrin-plc-firmware@{rng.choice(('3.1.0', '3.2.4', '3.2.5'))}", maker=MAKER),
        )
        for number in range(1, 21)
    ]
