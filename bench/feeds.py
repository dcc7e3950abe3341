"""Loading all advisories of the public data, end to end: from the archives to what matching asks, in PostgreSQL.

Usage: `script/bench feeds`. Needs the public data: `LEVEE_DATA`. A house of its own, on an empty folder. Seconds for
reading, checking and keeping each archive; for learning all of it (the intervals that alerts are matched by); for
loading the same archives again, when nothing changed; and for the signals. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import psycopg

from _house import fresh_folder
from levee.platform.database.roles import DbRole

OSV = ("almalinux", "bitnami", "go", "pypa", "rustsec")
SIGNALS = {
    "kev": "kev/known_exploited_vulnerabilities.json.gz",
    "ssvc": "ssvc/vulnrichment-2024-10-24.csv.gz",
    "weapons": "signals/patchthis-2025-07-05.csv.gz",
}
ADD = """
insert into feeds_feed (id, name, title, kind, urls, hours, added_at, known, cursor, held, edition, version, came_by,
    place, note, alarm, failure)
values (%s, %s, %s, %s, '{}', 24, now(), '{}', '', 0, '', '', '', '', '', '', '')
"""


def main() -> None:
    """Found a house, load everything, and say how long it took."""
    data = Path(os.environ.get("LEVEE_DATA", "../shared/data")).resolve()
    paths = {name: data / "osv" / f"{name}.tar.gz" for name in OSV}
    with fresh_folder():
        subprocess.run([sys.executable, "-m", "levee.cli", "migrate"], check=True, stdout=subprocess.DEVNULL)
        from levee.app import boot

        server = boot(DbRole.MATCHER)
        try:
            with psycopg.connect(server.owner.conninfo()) as owner:
                for name in OSV:
                    owner.execute(ADD, [uuid4(), name, name, "osv"])
                for name in SIGNALS:
                    owner.execute(ADD, [uuid4(), name, name, name])
            print(json.dumps(measured(paths, {name: data / path for name, path in SIGNALS.items()})))
        finally:
            server.close()


def measured(advisories: dict[str, Path], signals: dict[str, Path]) -> dict[str, object]:
    """All figures."""
    from levee.platform.jobs import run_pending

    first = {name: load(name, path) for name, path in advisories.items()}
    began = time.perf_counter()
    run_pending()
    learnt = time.perf_counter() - began
    again = sum(load(name, path)["seconds"] for name, path in advisories.items())
    said = {name: load(name, path) for name, path in signals.items()}
    held = sum(each["seconds"] for each in first.values())
    return {
        "records": sum(each["read"] for each in first.values()),
        "refused": sum(each["refused"] for each in first.values()),
        "seconds_held": round(held, 1),
        "seconds_learnt": round(learnt, 1),
        "seconds_end_to_end": round(held + learnt, 1),
        "seconds_again": round(again, 1),
        "signals": said,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def load(name: str, path: Path) -> dict[str, float]:
    """Load one archive as the command does."""
    from levee.feeds import services

    began = time.perf_counter()
    with services.by_hand() as actor:
        done = services.load(actor, services.by_name(actor, name), path)
    return {"read": done.read, "refused": done.refused, "seconds": round(time.perf_counter() - began, 2)}


if __name__ == "__main__":
    main()
