"""Opening the sandbox of this host, or refusing to run anything foreign on it."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup
from levee.platform.sandbox import hierarchies, launch, linux
from levee.platform.sandbox.bubblewrap import BubblewrapSandbox
from levee.platform.sandbox.slots import FIRST_USER, RUNTIME, Slots

if TYPE_CHECKING:
    from levee.platform.sandbox.port import Sandbox, SelfTest

_ALL_WALLS = launch.Walls()


def open_sandbox(
    *,
    data_folder: Path,
    slots: int = 2,
    first_user: int = FIRST_USER,
    runtime: Path = RUNTIME,
    walls: launch.Walls = _ALL_WALLS,
    watches: tuple[int, ...] = (),
    held_already: bool = False,
) -> Sandbox:
    """The sandbox of this host, after its start-up self-test held.

    The self-test is kept in `data_folder` and asked again after a boot or a change of a program it rests on.

    Args:
        data_folder: Levee's own folder, which only the worker's owner may write.
        slots: runs at the same time on this host, each under a host user of its own.
        first_user: the first of those users; they must not be in the password file.
        runtime: where the slots' locks and mounts are; the same for all installations of a host.
        walls: for tests only: start-up refuses with any of them taken away.
        watches: see `BubblewrapSandbox`; for a runner in a user namespace of its own.
        held_already: the self-test has held in this very setting, for another runner of the same dispatcher.

    Raises:
        UnsafeSetup: a wall is missing; the advice names it.
    """
    _check_host()
    pool = Slots(first=first_user, count=slots, runtime=runtime)
    pool.prepare()
    linux.adopt_orphans()
    sandbox = BubblewrapSandbox(slots=pool, hierarchies=hierarchies.find(), walls=walls, watches=watches)
    if held_already:
        return sandbox
    held = _held_before(data_folder, walls)
    if held is None or not held.exists():
        _must_hold(sandbox.self_test())
        if held is not None:
            held.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            held.write_text("held\n")
    return sandbox


def _check_host() -> None:
    if os.geteuid() != 0:
        raise UnsafeSetup(
            "foreign code needs a host user of its own, and only root can give it one",
            advice="Start the worker as root; it gives up what it does not need. Nothing else of Levee needs root.",
        )
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise UnsafeSetup("the bubblewrap sandbox needs Linux on x86-64", advice="Run the worker on such a host.")
    missing = launch.missing_programs()
    if missing:
        raise UnsafeSetup(
            f"the sandbox needs {', '.join(missing)}", advice="Install it (Debian: apt install bubblewrap util-linux)."
        )


def _held_before(data_folder: Path, walls: launch.Walls) -> Path | None:
    """The file that says that the self-test held in this very setting; None where that is not to be kept."""
    if walls != _ALL_WALLS:
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text()
    programs = [Path(program) for program in (launch.SHELL, launch.SETPRIV, launch.BUBBLEWRAP)]
    sources = sorted(Path(__file__).parent.glob("*.py"))
    digests = [hashlib.sha256(file.read_bytes()).hexdigest() for file in (*programs, *sources)]
    parts = [boot, platform.release(), Path("/proc/self/cgroup").read_text(), *digests]
    return data_folder / "sandbox" / f"{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:32]}.held"


def _must_hold(test: SelfTest) -> None:
    broken = [probe for probe in test.probes if not probe.held]
    if broken or not test.held:
        told = "; ".join(f"{probe.name}: {probe.detail}" for probe in broken)
        raise UnsafeSetup(
            f"the sandbox of this host does not hold ({told})",
            advice="Nothing foreign runs here until every wall holds: slot user, control group, namespaces, filter.",
        )
