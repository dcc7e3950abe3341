"""Evidence for an examiner or an insurer: what was open, done and confirmed, with dates and the ledger's proof."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from levee.app.house import command
from levee.cli.operator.telling import plain_json
from levee.exposure import selectors
from levee.exposure.actions.states import State
from levee.identity import selectors as identity
from levee.inventory import selectors as inventory
from levee.kernel.errors import BadInput
from levee.kernel.hashing import sha256
from levee.kernel.ids import public_id
from levee.platform.ports import ports

if TYPE_CHECKING:
    from levee.exposure.types import Detail
    from levee.policy.actors import Actor

MOST = 100_000


def write(actor: Actor, folder: Path) -> tuple[Path, ...]:
    """Write `report.txt`, `report.json` and `ledger.jsonl`.

    Args:
        actor: of the operator.
        folder: made where it is not there.

    Returns:
        The files.

    Raises:
        LeveeError: the ledger has nothing to export yet. BadInput: the folder cannot be written.
    """
    proof = _exported(actor)
    found = [selectors.action(actor, each.id) for each in selectors.actions(actor, states=tuple(State), limit=MOST)]
    document = _document(actor, found, proof)
    files = {
        "report.txt": _text(document, found).encode(),
        "report.json": plain_json(document).encode() + b"\n",
        "ledger.jsonl": proof,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", place=str(folder)) from error
    return tuple(folder / name for name in files)


def _document(actor: Actor, found: list[Detail], proof: bytes) -> dict[str, object]:
    placed = _placed(proof)
    return {
        "organisation": identity.organisation(actor, actor.party).name,
        "made_at": ports().clock.now(),
        "ledger": {"file": "ledger.jsonl", "sha256": sha256(proof).hex(), "log": public_id("ORG", actor.party)},
        "counts": asdict(selectors.counts(actor)),
        "inventories": [
            {
                "name": each.name,
                "imports": [
                    {"import": done.public_id, "at": done.at, "file": done.filename, "components": done.components}
                    for done in inventory.imports(actor, each.id)
                ],
            }
            for each in inventory.inventories(actor)
        ],
        "actions": [
            {
                "action": each.action.public_id,
                "title": each.action.title,
                "state": each.action.state,
                "assets": each.action.assets,
                "vulnerabilities": each.action.vulnerabilities,
                "due_at": each.action.due_at,
                "policy": f"{each.action.timeline.edition}, row {each.action.timeline.row}",
                "history": [asdict(step) for step in each.history],
                "ledger_positions": placed.get(str(each.action.id), []),
            }
            for each in found
        ],
    }


def _exported(actor: Actor) -> bytes:
    """The operator's log in its order, with its proof: by the processes that hold the ledger's key and may read it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.jsonl"
        command("sequencer", "--once")
        command("ledger", "export", public_id("ORG", actor.party), "--out", str(file))
        return file.read_bytes()


def _placed(proof: bytes) -> dict[str, list[int]]:
    """Where the ledger speaks of each subject, by its key as text."""
    found: dict[str, list[int]] = {}
    for line in map(json.loads, proof.splitlines()):
        subject = line.get("opened", {}).get("subject", {}).get("value")
        if subject is not None:
            found.setdefault(str(subject), []).append(line["position"])
    return found


def _text(document: dict[str, object], found: list[Detail]) -> str:
    lines = [
        f"What {document['organisation']} had to do and did",
        f"Written {document['made_at']:%Y-%m-%d %H:%M} UTC, as all dates here. Confirmed: a later inventory shows it.",
        "",
    ]
    for each in found:
        told = each.action
        due = f"due {told.due_at:%Y-%m-%d}" if told.due_at else told.timeline.band.label
        lines.append(f"{told.state.upper()}  {told.title} ({due}; {told.standing})")
        lines.append(f"  on {', '.join(told.assets)}; {', '.join(told.vulnerabilities)}")
        lines += [f"  {step.at:%Y-%m-%d %H:%M} {step.what} {step.note}".rstrip() for step in each.history]
        lines.append("")
    lines.append("Each step stands in ledger.jsonl, which anybody can check: levee ledger verify --export ledger.jsonl")
    return "\n".join(lines) + "\n"
