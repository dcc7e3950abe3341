"""The results of an evaluation in one signed file, which anyone scores again without the database.

Canonical JSON, so that no byte of it is free. The signed manifest names the digests of the plan and of the
determination, and the root of a Merkle tree over all runs (RFC 9162), each under a salt of its own, so that a view can
show some runs and give nothing away of the others.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict
from importlib.resources import files
from typing import TYPE_CHECKING

from levee.formats.strict_json import read_json
from levee.frontier.bundles.manifest import KIND
from levee.frontier.determination.plan import digest_of, spelt
from levee.frontier.determination.telling import determination
from levee.frontier.envelopes import sealed
from levee.kernel.hashing import canonical_json, sha256
from levee.ledger.core.leaves import SALT, commit
from levee.ledger.core.merkle import leaf_hash, root_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.frontier.determination.plan import Plan
    from levee.frontier.determination.runs import Run


def bundle(
    plan: Plan,
    runs: Sequence[Run],
    *,
    agreement: str,
    tools: Mapping[str, str],
    made_at: datetime,
    key: Ed25519PrivateKey,
    salt: Callable[[], bytes] = lambda: secrets.token_bytes(SALT),
) -> bytes:
    """Everything that was planned and run, what it says, and the evaluator's signature.

    Args:
        plan: as its digest was named before the first run.
        runs: all of them, in the order in which the tasks were begun.
        agreement: the digest of the agreement that it was done under, `sha256:…`.
        tools: name and version of what it was run with.
        made_at: when, with zone.
        key: the evaluator's.
        salt: makes 16 bytes for each run.

    Raises:
        BadInput: the runs are not those of the plan.
    """
    said = spelt(determination(plan, runs))
    salted = [(salt(), run.told()) for run in runs]
    manifest = {
        "agreement": agreement,
        "analysis": analysis(),
        "determination": digest_of(said),
        "made_at": f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
        "outcome": str(said["outcome"]),
        "pack": plan.pack,
        "plan": plan.digest,
        "root": root_of(leaf(by, run) for by, run in salted).hex(),
        "runs": len(salted),
        "tools": dict(tools),
    }
    envelope = read_json(sealed(KIND, manifest, key))
    told = [[by.hex(), run] for by, run in salted]
    return canonical_json({"determination": said, "manifest": envelope, "plan": spelt(asdict(plan)), "runs": told})


def leaf(salt: bytes, run: object) -> bytes:
    """The leaf of one run: the hash of its salted commitment."""
    return leaf_hash(bytes.fromhex(commit(salt, run)))


def analysis() -> str:
    """The digest of the code that scores, `sha256:…`."""
    folder = files("levee.frontier.determination")
    parts = sorted(
        (path.name, sha256(path.read_bytes()).hex()) for path in folder.iterdir() if path.name.endswith(".py")
    )
    return digest_of([list(each) for each in parts])
