"""A 25-bed rural hospital: 180 hosts and 40 medical devices, which only their makers may change."""

from __future__ import annotations

import random
from collections.abc import Iterable

from samples.worlds.shelf import DEBIAN, NPM, PYPI, WINDOWS
from samples.worlds.world import Asset, Package, World, hit, packages, some, together

RECORDS = "Alder Health Records"
WARDS = ("emergency", "ward a", "ward b", "theatre", "radiology", "laboratory", "pharmacy", "office")
DEVICES = (
    # name, maker, how many, firmware, what of the demo's packages it carries
    ("infusion-pump", "Corvane Medical", 14, "corvane-pump-firmware@4.2.1", ()),
    ("patient-monitor", "Halden Bioscope", 12, "halden-monitor-os@7.1", ("npm/macaddress",)),
    ("ventilator", "Corvane Medical", 4, "corvane-vent-firmware@2.9.0", ()),
    ("ultrasound", "Ostrel Imaging", 3, "ostrel-us-suite@11.3", ("npm/lodash", "npm/ini")),
    ("x-ray", "Ostrel Imaging", 2, "ostrel-dr-console@5.6", ("pypi/PyYAML",)),
    ("ct", "Ostrel Imaging", 1, "ostrel-ct-console@8.0", ("pypi/PyYAML", "pypi/sqlparse")),
    ("lab-analyser", "Tarn Diagnostics", 4, "tarn-analyser@3.3", ("npm/adm-zip",)),
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
        _host("vpn-1", "dmz", "yes", "high", some(rng, DEBIAN, 5, 7)),
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
        _host(f"server-{number:02}", "server room", "no", "medium", some(rng, DEBIAN, 6, 10), some(rng, PYPI, 0, 3))
        for number in range(1, 14)
    ]
    return named + more


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
                    packages=together(packages("generic", firmware), inside),
                )
            )
    return devices
