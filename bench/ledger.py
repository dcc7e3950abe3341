"""How fast the ledger takes acts in, places them and is checked. Prints one line of JSON.

    script/bench ledger [LEAVES]

A house of its own is made in a temporary folder (embedded PostgreSQL, syncing as in service) and removed afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.policy.actors import Actor

WRITERS = 4


def main(leaves: int) -> None:
    """Measure with so many entries and print the line."""
    folder = Path(tempfile.mkdtemp(prefix="levee-bench-", dir="/var/tmp"))
    folder.chmod(0o711)
    os.environ["LEVEE_DATA_FOLDER"] = str(folder)
    try:
        print(json.dumps(_measure(leaves)))
    finally:
        shutil.rmtree(folder)


def _measure(leaves: int) -> dict[str, object]:
    from levee.app import boot
    from levee.platform.database.roles import DbRole

    server = boot(DbRole.OWNER)
    try:
        from levee.app.migrate import migrate

        migrate()
        actors = [_actor() for _ in range(WRITERS)]
        _become(server, DbRole.WEB)
        writing = _timed(lambda: _write(actors, leaves))
        _become(server, DbRole.LEDGER)
        return {"bench": "ledger", "leaves": leaves, "writers": WRITERS, **_place_and_check(leaves, writing)}
    finally:
        from django.db import connection

        connection.close()
        server.close()


def _place_and_check(leaves: int, writing: float) -> dict[str, object]:
    from levee.ledger import reading, selectors
    from levee.ledger.core.verify import verify_export
    from levee.ledger.services import sequence
    from levee.ledger.signing import open_signer
    from levee.ledger.types import INTERNAL
    from levee.platform.ports import ports
    from levee.settings import settings

    signer = open_signer(settings().data_folder / "keys", settings().site)
    placing = _timed(lambda: sequence(signer))
    from levee.ledger.services import commit_hour

    committing = _timed(lambda: commit_hour(ports().clock.now(), signer))
    lines = list(reading.export_lines(INTERNAL))
    offline = _timed(lambda: verify_export(lines))
    whole = _timed(lambda: list(selectors.verify()))
    assert verify_export(lines).sound
    return {
        "acts_per_s": round(leaves / writing),
        "sequenced_leaves_per_s": round(leaves / placing),
        "commit_hour_ms": round(committing * 1000, 1),
        "offline_verified_leaves_per_s": round(leaves / offline),
        "database_verified_leaves_per_s": round(leaves / whole),
    }


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def _write(actors: list[Actor], leaves: int) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda actor: _write_as(actor, leaves // WRITERS), actors))


def _write_as(actor: Actor, number: int) -> None:
    from django.db import connection

    from levee.ledger.services import record
    from levee.platform.database.acting import acting

    try:
        for _ in range(number):
            with acting(actor) as act:
                record(
                    act,
                    log=("organisation", actor.party),
                    verb="finding:submit",
                    subject=uuid4(),
                    fields={"target": "pkg:generic/example", "proof": True},
                )
    finally:
        connection.close()


def _actor() -> Actor:
    from django.utils import timezone

    from levee.access.models import Party, Principal
    from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Role, Standing

    party, key = uuid4(), uuid4()
    Party.unscoped.create(id=party, kind=OrganisationKind.FINDER, standing=Standing.JOINED)
    Principal.unscoped.create(id=key, party=party, kind=PrincipalKind.AGENT, roles=["member"], since=timezone.now())
    return Actor(
        id=key,
        kind=PrincipalKind.AGENT,
        party=party,
        organisation_kind=OrganisationKind.FINDER,
        standing=Standing.JOINED,
        roles=frozenset({Role.MEMBER}),
    )


def _become(server: object, role: str) -> None:
    from django.db import connections

    address = server.address(role)  # type: ignore[attr-defined]
    connections["default"].close()
    connections["default"].settings_dict.update(USER=address.user, PASSWORD=address.password)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
