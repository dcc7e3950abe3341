"""Ways out of a sandbox, each tried by one command that says `escaped` where it got somewhere.

Eighteen classes. What a sandbox of this kind does not have is tried all the same where a command can; what no command
can try is listed, so that nobody takes silence for a wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ESCAPED = "levee-escaped"
TRIED = "levee-tried"
"""Said where a command got somewhere, and at its end; put together by the shell, so that its text does not hold it."""
_MORE = "grep -v -E '^(PATH=/usr/bin|HOME=/w|PWD=/w|SHLVL=[0-9]|_=/usr/bin/.*)$' | grep -q ."
_SAY, _END = 'echo "levee-""escaped"', 'echo "levee-""tried"'


class Held(StrEnum):
    """What became of a class."""

    HELD = "held"
    ESCAPED = "escaped"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One class of escapes.

    Attributes:
        name: of the class. command: for a shell inside; empty where no command can try it.
    """

    name: str
    command: str = ""


def _probe(name: str, attempt: str, needs: str = "") -> Probe:
    """`needs`: programs without which it cannot be tried."""
    there = f"type -P {needs} >/dev/null || exit 0; " if needs else ""
    return Probe(name=name, command=f"{there}( {attempt} ) 2>/dev/null && {_SAY}; {_END}")


PROBES = (
    _probe("network: an interface besides loopback", "grep -v -e '|' -e ' lo:' /proc/net/dev | grep -q .", "grep"),
    _probe(
        "network: somebody listens on loopback",
        "for port in 22 80 443 2375 5432 8000 8400 8080; do (: <>/dev/tcp/127.0.0.1/$port) && exit 0; done; exit 1",
    ),
    _probe(
        "network: the metadata service of a cloud",
        "timeout 1 bash -c ': <>/dev/tcp/169.254.169.254/80'",
        "timeout bash",
    ),
    _probe("network: sockets of the host by name", "grep -q '@' /proc/net/unix", "grep"),
    _probe("environment: more than a shell needs", f"env | {_MORE}", "env grep"),
    _probe(
        "processes: any that is not of this run",
        "test \"$(cat /proc/[0-9]*/comm | sort -u | grep -c -v -E '^(bash|cat|grep|sort|bwrap)$')\" -gt 0",
        "cat sort grep",
    ),
    _probe("processes: the environment of the one above", f"tr '\\0' '\\n' </proc/1/environ | {_MORE}", "tr grep"),
    _probe("files: of the host's accounts", "cat /etc/shadow || ls /root/. || ls /home/.", "cat ls"),
    _probe("files: of the harness and of other runs", "ls /run/. || ls /var/. || ls /srv/. || ls /opt/.", "ls"),
    _probe(
        "files: programs and settings that can be changed",
        "touch /usr/bin/levee-probe || touch /lib/x || touch /x",
        "touch",
    ),
    _probe("kernel: settings", ": >>/proc/sys/kernel/core_pattern || : >>/proc/sysrq-trigger"),
    _probe(
        "kernel: a user namespace of one's own", "unshare -Ur true || unshare -n true || unshare -m true", "unshare"
    ),
    _probe(
        "kernel: devices",
        "head -c 1 /dev/mem || head -c 1 /dev/sda || head -c 1 /dev/kmsg || mknod /w/d b 8 0",
        "head mknod",
    ),
    _probe("kernel: control groups", "mkdir /sys/fs/cgroup/x || echo /w/x >/sys/fs/cgroup/release_agent", "mkdir"),
    _probe(
        "rights: capabilities",
        "grep -E '^Cap(Eff|Prm|Bnd|Amb):' /proc/self/status | grep -v -q 0000000000000000",
        "grep",
    ),
    _probe(
        "rights: programs that give them",
        "su -c true || sudo -n true || mount -t tmpfs x /w || /usr/sbin/chroot / true",
        "mount",
    ),
    _probe(
        "engine: a container engine or orchestrator",
        "ls /var/run/docker.sock /run/containerd/containerd.sock /run/podman /var/run/secrets/kubernetes.io",
        "ls",
    ),
    _probe(
        "harness: a link in the working folder that it would follow",
        "ln -s /etc/shadow /w/link && ln -s / /w/root && test -s /w/link",
        "ln",
    ),
)
UNSUPPORTED = (
    Probe(name="flaws of the kernel that is shared with the host"),
    Probe(name="a hypervisor: there is none"),
    Probe(name="side channels of the processor"),
)
"""What is not tried here, and so not held either."""


def report(outputs: Mapping[str, str]) -> dict[str, Held]:
    """What became of each class, by what its command printed; `outputs` are by command."""
    told = {each.name: _became(outputs.get(each.command)) for each in PROBES}
    return told | {each.name: Held.NOT_TRIED for each in UNSUPPORTED}


def escaped(told: Mapping[str, Held]) -> Iterable[str]:
    """The classes that got somewhere."""
    return [name for name, became in told.items() if became is Held.ESCAPED]


def _became(output: str | None) -> Held:
    """One that did not come to its end, or had no program to try it with, was not tried."""
    if output is None or (ESCAPED not in output and TRIED not in output):
        return Held.NOT_TRIED
    return Held.ESCAPED if ESCAPED in output else Held.HELD
