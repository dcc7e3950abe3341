"""The runner's process: gives everything up, hears one job, answers, ends."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from levee.platform.runner import confinement, wire
from levee.platform.sandbox.launch import Walls
from levee.platform.sandbox.slots import Slots
from levee.platform.sandbox.start import open_sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from levee.platform.sandbox.port import Sandbox

    Handler = Callable[[dict[str, Any], dict[str, bytes], Sandbox], tuple[dict[str, Any], dict[str, bytes]]]

_SCRATCH = Path("/tmp")  # noqa: S108 - of this process alone: see `confinement`


def main(order: dict[str, Any]) -> None:
    """Serve one job as ordered on the command line by the dispatcher."""
    requests, answers = _take_pipes()
    slots = Slots(first=order["first"], count=order["count"], runtime=Path(order["runtime"]))
    watches = confinement.enter(
        confinement.Confinement(
            slots=slots,
            **{name: _paths(order[name]) for name in ("groups", "joined", "code", "hidden")},
        )
    )
    os.umask(0o022)
    sandbox = open_sandbox(
        data_folder=_SCRATCH,
        slots=slots.count,
        first_user=slots.first,
        runtime=slots.runtime,
        walls=Walls(**order["walls"]),
        watches=watches,
        held_already=not order["test"],
    )
    if order["test"]:
        wire.write(wire.Message(header={"held": True}), answers)
        return
    sys.path += order["code"]
    handlers = {kind: _load(name) for kind, name in order["handlers"].items()}
    _serve(handlers, requests, answers, sandbox)


def _serve(
    handlers: Mapping[str, Handler],
    requests: Callable[[int], bytes],
    answers: Callable[[bytes], None],
    sandbox: Sandbox,
) -> None:
    _silence(2)
    message = wire.read(requests)
    if message is None:
        return
    handle = handlers[message.header["kind"]]
    try:
        header, attachments = handle(dict(message.header["job"]), dict(message.attachments), sandbox)
    except Exception as error:  # noqa: BLE001 - whatever it is, the dispatcher is told the kind and the place
        wire.write(wire.Message(header={"failed": _named(error)}), answers)
    else:
        wire.write(wire.Message(header={"answer": header}, attachments=attachments), answers)


def _named(error: Exception) -> str:
    """The kind of an error and where it arose, but none of its words: they may hold what was handed in."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


def _paths(names: list[str]) -> tuple[Path, ...]:
    return tuple(Path(name) for name in names)


def _load(name: str) -> Handler:
    module, _, attribute = name.partition(":")
    handler: Handler = getattr(importlib.import_module(module), attribute)
    return handler


def _take_pipes() -> tuple[Callable[[int], bytes], Callable[[bytes], None]]:
    """Keep the dispatcher's pipes away from whatever prints or reads."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    _silence(0, 1)

    def send(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[answers.write(view) :]

    return requests.read, send


def _silence(*descriptors: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in descriptors:
        os.dup2(null, descriptor)
    os.close(null)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
