"""What can be read of a thousand calls before and after a deletion; run as `script/bench deletion [CALLS]`.

Each call carries a canary of its own through a gateway that runs. The stores are the gateway's folder, its log,
yesterday's backup and log, and the keys of both holders. The same sweep looks at all of them, with every key that it
finds, before the withdrawal, after it, and after the keys of the transcripts were destroyed. *backup* is the same for
yesterday's backup and log alone, with the holders' keys and, before, the wraps.

Prints one JSON line. The host is a script: nothing here is of a model.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx

from gateway import CHAT, CLIENT, DIGEST, Bench, asking, running, token_of
from levee.frontier.deletion.canaries import new_canary
from levee.frontier.deletion.deleting import Deletion, delete, let_go, wraps_at_gateway
from levee.frontier.deletion.sweeping import Swept, sweep
from levee.frontier.gateway.backups import back_up
from levee.frontier.gateway.client import Proving
from levee.frontier.gateway.store import Store
from levee.frontier.gateway.transcripts import WRAPS, Transcripts
from levee.frontier.seals import new_pair
from levee.frontier.statements import Scope


def main(calls: int) -> None:
    """Seed, read, take back, destroy, and read again."""
    holders = [new_pair(), new_pair()]
    with running(seals=tuple(seal for seal, _ in holders)) as bench:
        root = bench.folder.parent
        (root / "keys").write_text("\n".join(secret for _, secret in holders))
        canaries = seeded(bench, calls)
        list(back_up(bench.folder, root / "yesterday"))
        shutil.copy(root / "log", root / "log.yesterday")
        old = (root / "yesterday", root / "log.yesterday", root / "keys")
        before, took = swept((root,), canaries)
        backup_before, _ = swept((*old, bench.folder / WRAPS), canaries)
        began = time.perf_counter()
        store = Store(bench.folder)
        store.withdraw(Scope.ALL, "")
        store.close()
        withdrawn_ms = (time.perf_counter() - began) * 1000
        withdrawn, _ = swept((root,), canaries)
        began = time.perf_counter()
        deleted(bench)
        destroyed_ms = (time.perf_counter() - began) * 1000
        after, _ = swept((root,), canaries)
        backup_after, _ = swept(old, canaries)
    looks = {"before": before, "withdrawn": withdrawn, "after": after}
    told = {
        "calls": calls,
        "stores_mb": round(sum(place.bytes for place in before.places) / 1e6, 1),
        "sweep_s": round(took, 1),
        "withdraw_ms": round(withdrawn_ms, 1),
        "destroy_ms": round(destroyed_ms, 1),
        "canaries": {name: len(each.canaries) for name, each in looks.items()},
        "backup": {"before": len(backup_before.canaries), "after": len(backup_after.canaries)},
        "keys_tried": {"before": len(before.keys), "after": len(after.keys)},
        "sealed_pieces": {"before": before.sealed, "after": after.sealed, "opened_after": after.opened},
    }
    print(json.dumps(told))


def seeded(bench: Bench, calls: int) -> frozenset[bytes]:
    """Calls with a canary each, all of them sealed."""
    canaries = [new_canary() for _ in range(calls)]
    auth = Proving(token_of("GRT-turns"), CLIENT)
    with httpx.Client(base_url=f"http://127.0.0.1:{bench.port}", auth=auth) as client:
        for each in canaries:
            assert client.post(CHAT, json=asking(f"look for {each}", stream=True)).status_code == 200
    kept = Transcripts(bench.folder)
    while kept.head("GRT-turns", 0).size < calls:
        time.sleep(0.1)
    kept.close()
    return frozenset(each.encode() for each in canaries)


def swept(places: Sequence[Path], canaries: frozenset[bytes]) -> tuple[Swept, float]:
    """What can be read there, and how many seconds it took to look."""
    began = time.perf_counter()
    return sweep(places, canaries=canaries), time.perf_counter() - began


def deleted(bench: Bench) -> None:
    """The keys of everything under the agreement, and what was sealed to them in the gateway's own file."""
    now = datetime.now(UTC)
    wraps = wraps_at_gateway(bench.folder, DIGEST, int(now.timestamp()))
    delete(Deletion(agreement=DIGEST, side="developer", wraps=wraps), now, lambda _: None)
    let_go(bench.folder, wraps)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
