"""A 25-bed rural hospital: 180 hosts and 40 medical devices, which only their makers may change."""

from __future__ import annotations

import random
from collections.abc import Iterable

from samples.worlds.shelf import DEBIAN, DEBIAN_BEHIND, MADE, NPM, PYPI, RED_HAT, UBUNTU, WINDOWS
from samples.worlds.world import Asset, Package, World, hit, some, together

RECORDS = "Alder Health Records"
WARDS = ("emergency", "ward a", "ward b", "theatre", "radiology", "laboratory", "pharmacy", "office")
DEVICES = (
    # name, maker, how many, firmware, what of the demo's packages it carries
    ("infusion-pump", "Corvane Medical", 14, "corvane-pump-firmware", ()),
    ("patient-monitor", "Halden Bioscope", 12, "halden-monitor-os", ("npm/macaddress",)),
    ("ventilator", "Corvane Medical", 4, "corvane-vent-firmware", ()),
    ("ultrasound", "Ostrel Imaging", 3, "ostrel-us-suite", ("npm/lodash", "npm/ini")),
    ("x-ray", "Ostrel Imaging", 2, "ostrel-dr-console", ("pypi/PyYAML",)),
    ("ct", "Ostrel Imaging", 1, "ostrel-ct-console", ("pypi/PyYAML", "pypi/sqlparse")),
    ("lab-analyser", "Tarn Diagnostics", 4, "tarn-analyser", ("npm/adm-zip",)),
)


def hospital(seed: int) -> World:
    """The hospital; the same for the same seed."""
    rng = random.Random(f"hospital/{seed}")
    assets = [*_servers(rng), *_desks(rng), *_devices(rng)]
    return World(name="hospital", title="Stillwater Valley Hospital", sector="healthcare", assets=tuple(assets))


def _host(name: str, place: str, exposed: str, weight: str, *groups: Iterable[Package], owner_name: str = "") -> Asset:
    return Asset(
        name=name,
        kind="server" if weight != "low" else "workstation",
        owner="vendor" if owner_name else "us",
        owner_name=owner_name,
        environment=place,
        exposed=exposed,
        criticality=weight,
        packages=together(*groups),
    )


def _servers(rng: random.Random) -> list[Asset]:
    portal = [hit("pypi", "Django"), hit("pypi", "sqlparse"), hit("npm", "lodash"), hit("npm", "y18n")]
    pictures = [hit("npm", "adm-zip"), hit("npm", "minimist")]
    named = [
        _host("patient-portal-1", "dmz", "yes", "high", portal, some(rng, DEBIAN, 6, 9), owner_name=RECORDS),
        _host("patient-portal-2", "dmz", "yes", "high", portal, some(rng, DEBIAN, 6, 9), owner_name=RECORDS),
        _host("records-db-1", "server room", "no", "high", some(rng, DEBIAN, 7, 10), owner_name=RECORDS),
        _host("pictures-1", "server room", "unknown", "high", pictures, some(rng, DEBIAN, 6, 9), some(rng, NPM, 4, 8)),
        _host(
            "interface-1",
            "server room",
            "no",
            "high",
            [hit("pypi", "PyYAML"), hit("npm", "ini")],
            some(rng, DEBIAN, 6, 9),
        ),
        _host("vpn-1", "dmz", "yes", "high", [MADE["brackwater-edgegate-os"]]),
        _host("mail-1", "dmz", "yes", "medium", DEBIAN_BEHIND, DEBIAN),
        _host("scheduling-1", "server room", "no", "medium", RED_HAT),
        _host(
            "pharmacy-stock-1",
            "server room",
            "no",
            "medium",
            [hit("pypi", "Django")],
            some(rng, PYPI, 4, 7),
            some(rng, DEBIAN, 5, 8),
        ),
    ]
    more = [
        _host(f"server-{number:02}", "server room", "no", "medium", *_base(rng, number), some(rng, PYPI, 0, 3))
        for number in range(1, 12)
    ]
    return named + more


def _base(rng: random.Random, number: int) -> Iterable[Iterable[Package]]:
    """What a server stands on: every fourth is one of the vendor's choice, and one in five is behind."""
    if number % 4 == 0:
        return [UBUNTU]
    return [some(rng, DEBIAN_BEHIND, 1, 2) if number % 5 == 0 else [], some(rng, DEBIAN, 6, 10)]


def _desks(rng: random.Random) -> list[Asset]:
    desks = []
    for number in range(160):
        ward = WARDS[number % len(WARDS)]
        carried = [hit("npm", "minimist")] if number % 53 == 7 else []
        desks.append(_host(f"ws-{number + 1:03}", ward, "no", "low", carried, some(rng, WINDOWS, 4, 8)))
    return desks


def _devices(rng: random.Random) -> list[Asset]:
    devices = []
    for name, maker, count, firmware, carried in DEVICES:
        inside = [hit(*word.split("/")) for word in carried]
        for number in range(1, count + 1):
            devices.append(
                Asset(
                    name=f"{name}-{number:02}",
                    kind="medical device",
                    owner="manufacturer",
                    owner_name=maker,
                    environment=rng.choice(WARDS[:6]),
                    exposed=rng.choices(("no", "unknown"), (3, 1))[0],
                    criticality="high",
                    packages=together([MADE[firmware]], inside),
                )
            )
    return devices
