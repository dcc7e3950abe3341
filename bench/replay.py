"""How early each rule would have caught what came to be exploited later; run as `script/bench replay`.

Everything is frozen at a day: SSVC's answers as of 2024-10-24, public exploits and EPSS as of the day asked for, KEV as
it was on that day. The positives are the vulnerabilities that KEV took in after it. *Effort* is the share of all
vulnerabilities that a rule picks (or that are worked off in an order), *coverage* the share of the positives among
them. The order is the one that the product uses; nothing in it was chosen by looking at these figures.

Needs the public data: `LEVEE_DATA`. Prints one JSON line.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from levee.exposure.actions.folding import Hit, Plan, Remedy, standing
from levee.exposure.priority.shipped import BOD_26_04, named, shipped
from levee.exposure.priority.tables import Table
from levee.exposure.priority.timelines import Timeline, timeline
from levee.formats.signals import Signal, Signals, read_answer
from levee.inventory.types import Owner

FIRST, SECOND = "2024-10-24", "2025-07-05"
EFFORTS = (0.01, 0.02, 0.05, 0.10, 0.20)
NOBODY = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """A vulnerability as it stood on the day.

    Attributes:
        score: CVSS 3.1 base score; None where the data has no vector. listed_later: KEV took it in after the day.
    """

    name: str
    signals: Signals
    score: float | None
    listed_later: bool


def main(days: Sequence[str]) -> None:
    """Replay each day."""
    data = Path(os.environ.get("LEVEE_DATA", "../shared/data"))
    print(json.dumps({day: replay(data, day) for day in days}))


def replay(data: Path, day: str) -> dict[str, object]:
    """Every rule and every order on one day."""
    flaws = read(data, day)
    return {
        "vulnerabilities": len(flaws),
        "listed_later": sum(flaw.listed_later for flaw in flaws),
        "with_a_cvss_vector": sum(flaw.score is not None for flaw in flaws),
        "rules": {name: picked(flaws, rule) for name, rule in rules().items()},
        "orders": {name: worked_off(flaws, key) for name, key in orders().items()},
    }


def read(data: Path, day: str) -> list[Flaw]:
    """All vulnerabilities with SSVC's answers that were not in KEV on that day."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC)
    listed = {each["cveID"]: each["dateAdded"] for each in _kev(data)}
    public = {line["CVE"]: line for line in _lines(data / f"signals/patchthis-{day}.csv.gz")}
    return [
        Flaw(
            name=line["cve"],
            signals=_signals(line, public.get(line["cve"]), at),
            score=base_score(line["cvssV3_1"]),
            listed_later=line["cve"] in listed,
        )
        for line in _lines(data / "ssvc/vulnrichment-2024-10-24.csv.gz")
        if listed.get(line["cve"], "9999") > day
    ]


def _kev(data: Path) -> list[dict[str, str]]:
    with gzip.open(data / "kev/known_exploited_vulnerabilities.json.gz", "rt", encoding="utf-8") as file:
        found: list[dict[str, str]] = json.load(file)["vulnerabilities"]
    return found


def _lines(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _signals(line: Mapping[str, str], public: Mapping[str, str] | None, at: datetime) -> Signals:
    def said(name: str, value: str) -> Signal:
        return Signal(value=value if name == "epss" else read_answer(name, value), source="replay", at=at)

    by = public["Source"] if public else ""
    return Signals(
        kev=said("kev", "no"),
        exploitation=said("exploitation", line["exploitation"]),
        automatable=said("automatable", line["automatable"]),
        technical_impact=said("technical_impact", line["technical_impact"]),
        weaponised=said("weaponised", "yes" if "Nuclei" in by or "Metasploit" in by else "no"),
        epss=said("epss", public["EPSS"]) if public and public["EPSS"] else None,
    )


def rules() -> Mapping[str, Callable[[Flaw], bool]]:
    """The rules of the published comparison, each a yes or no for one vulnerability on an exposed asset."""
    table = shipped()[BOD_26_04]

    def within(days: int) -> Callable[[Flaw], bool]:
        return lambda flaw: (_dated(table, flaw).band.days or days + 1) <= days

    def exploit(flaw: Flaw) -> bool:
        return flaw.signals.weaponised is not None and flaw.signals.weaponised.yes

    return {
        "CVSS 3.1 of 7 and more": lambda flaw: (flaw.score or 0) >= 7,
        "CVSS 3.1 of 9 and more": lambda flaw: (flaw.score or 0) >= 9,
        "SSVC exploitation: PoC and more": lambda flaw: flaw.signals.known()["exploitation"].value != "none",
        "BOD 26-04: 3 days if exposed": within(3),
        "BOD 26-04: 14 days and less if exposed": within(14),
        "a Nuclei or Metasploit module exists": exploit,
        "that, or 3 days if exposed": lambda flaw: exploit(flaw) or within(3)(flaw),
    }


def _dated(table: Table, flaw: Flaw) -> Timeline:
    known = flaw.signals.known()
    exposed = Signal(value="yes", source="replay", at=known["kev"].at)
    inputs = {name: exposed if name == "exposed" else known[name] for name in table.inputs}
    return timeline(table, inputs, detected_at=exposed.at, now=exposed.at)


def orders() -> Mapping[str, Callable[[Flaw], object]]:
    """The order of the product under two of its tables, and one that is not in use, for comparison."""
    tables = shipped().values()

    def under(table: Table) -> Callable[[Flaw], object]:
        def key(flaw: Flaw) -> object:
            remedy = Remedy(owner=Owner.US, owner_name="", ecosystem="", package="", version="")
            hit = Hit(
                match=NOBODY,
                asset=NOBODY,
                vulnerability=flaw.name,
                remedy=remedy,
                timeline=_dated(table, flaw),
                signals=flaw.signals,
            )
            return standing(Plan(remedy=remedy, hits=(hit,)))

        return key

    bod, weaponised = (under(named(tables, name)) for name in ("bod-26-04", "weaponised"))

    def exploit_first(flaw: Flaw) -> object:
        return (not flaw.signals.known()["weaponised"].yes, bod(flaw))

    return {
        "Levee, BOD 26-04": bod,
        "Levee, BOD 26-04 and public exploits": weaponised,
        "not in use: public exploits before any band": exploit_first,
    }


def picked(flaws: Sequence[Flaw], rule: Callable[[Flaw], bool]) -> dict[str, object]:
    """Effort and coverage of a rule."""
    chosen = [flaw for flaw in flaws if rule(flaw)]
    return _figures(len(chosen) / len(flaws), sum(flaw.listed_later for flaw in chosen), flaws)


def worked_off(flaws: Sequence[Flaw], key: Callable[[Flaw], object]) -> dict[str, object]:
    """Coverage of an order at each effort; those that stand alike are taken in a random order, on average."""
    groups: dict[object, list[bool]] = {}
    for flaw in flaws:
        groups.setdefault(key(flaw), []).append(flaw.listed_later)
    ordered = [groups[each] for each in sorted(groups)]
    return {f"{effort:.0%}": _figures(effort, _caught(ordered, effort * len(flaws)), flaws) for effort in EFFORTS}


def _caught(groups: Iterable[Sequence[bool]], budget: float) -> float:
    caught = 0.0
    for group in groups:
        share = min(1.0, budget / len(group))
        caught += share * sum(group)
        budget -= share * len(group)
        if budget <= 0:
            break
    return caught


def _figures(effort: float, caught: float, flaws: Sequence[Flaw]) -> dict[str, object]:
    positives = sum(flaw.listed_later for flaw in flaws)
    low, high = wilson(caught, positives)
    return {
        "effort": round(effort, 4),
        "caught": round(caught, 1),
        "coverage": round(caught / positives, 3),
        "interval": [round(low, 3), round(high, 3)],
    }


def wilson(successes: float, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share at 95 %."""
    share, extra = successes / trials, z * z / trials
    middle = (share + extra / 2) / (1 + extra)
    half = z * math.sqrt(share * (1 - share) / trials + extra / (4 * trials)) / (1 + extra)
    return max(0.0, middle - half), min(1.0, middle + half)


def base_score(vector: str) -> float | None:
    """The base score of a CVSS 3.1 vector (FIRST, specification, section 7.1); None for the empty text."""
    if not vector:
        return None
    part = dict(each.split(":") for each in vector.split("/")[1:])
    changed = part["S"] == "C"
    attack = {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2}[part["AV"]]
    attack *= {"L": 0.77, "H": 0.44}[part["AC"]] * {"N": 0.85, "R": 0.62}[part["UI"]]
    attack *= {"N": 0.85, "L": 0.68 if changed else 0.62, "H": 0.5 if changed else 0.27}[part["PR"]]
    lost = 1 - math.prod(1 - {"H": 0.56, "L": 0.22, "N": 0}[part[each]] for each in "CIA")
    impact = 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 if changed else 6.42 * lost
    if impact <= 0:
        return 0.0
    total = impact + 8.22 * attack
    return math.ceil(round(min(10, total * 1.08 if changed else total) * 100_000) / 10_000) / 10


if __name__ == "__main__":
    main(sys.argv[1:] or [FIRST, SECOND])
