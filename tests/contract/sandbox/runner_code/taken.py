"""A runner that was taken over: whatever it reaches for, it says whether it got there."""

import ctypes
import os
import socket
import subprocess
from pathlib import Path

import levee

_libc = ctypes.CDLL(None, use_errno=True)


def take_over(header, _attachments, _sandbox):
    told = {}
    for name, attempt in _attempts(header).items():
        try:
            attempt()
        except Exception as error:  # noqa: BLE001 - whatever stopped it, it was stopped
            told[name] = f"refused: {type(error).__name__}: {error}"
        else:
            told[name] = "reached"
    return told, {}


def mark(header, _attachments, _sandbox):
    """Leave a mark wherever that works, and say which marks of others are there."""
    places = [Path(place) for place in ("/tmp", "/dev/shm", "/run/levee-sandbox", *header["places"])]
    found = [str(path) for place in places if place.is_dir() for path in place.glob("mark-*")]
    left = 0
    for place in places:
        try:
            (place / f"mark-{header['name']}").touch()
            left += 1
        except OSError:
            continue
    return {"found": found, "left": left, "environment": sorted(os.environ)}, {}


def _attempts(header):
    house = Path(header["house"])
    return {
        "file of the house": (house / "secret").read_text,
        "folder of the house": (house / "new").touch,
        "socket of the house": lambda: _connect(socket.AF_UNIX, str(house / "socket")),
        "named socket": lambda: _connect(socket.AF_UNIX, f"\0{header['name']}"),
        "port of the host": lambda: _connect(socket.AF_INET, ("127.0.0.1", header["port"])),
        "environment of the dispatcher": lambda: Path(f"/proc/{header['process']}/environ").read_bytes(),
        "memory of the dispatcher": lambda: os.close(os.open(f"/proc/{header['process']}/mem", os.O_RDWR)),
        "signal to the dispatcher": lambda: os.kill(header["process"], 0),
        "Levee's own code": lambda: os.close(os.open(levee.__file__, os.O_WRONLY)),
        "core_pattern": lambda: os.close(os.open("/proc/sys/kernel/core_pattern", os.O_WRONLY)),
        "shadow": lambda: Path("/etc/shadow").read_bytes(),
        "device files": lambda: _mount("devtmpfs"),
        "a device of its own": _device,
        "control groups of the dispatcher": lambda: Path(header["group"], "cgroup.procs").write_text("0"),
        "another user": lambda: _as_user(1000),
        "program maps of the kernel": lambda: _call(321, 0, (ctypes.c_uint32 * 18)(2, 4, 4, 1), 72),
        "the mount under the root": lambda: _under("/usr"),
    }


def _connect(family, address):
    with socket.socket(family) as one:
        one.settimeout(5)
        one.connect(address)


def _mount(kind):
    target = Path("/tmp/mounted")
    target.mkdir(exist_ok=True)
    if _libc.mount(b"x", bytes(target), kind.encode(), 0, None):
        raise OSError(ctypes.get_errno(), kind)
    if not (target / "null").exists():
        raise FileNotFoundError(target)


def _device():
    path = Path("/tmp/null-device")
    os.mknod(path, 0o20600, os.makedev(1, 3))
    path.unlink()


def _as_user(user):
    subprocess.run(["/usr/bin/true"], check=True, user=user)


def _call(*words):
    if _libc.syscall(*words) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _under(place):
    """Take a mount of the confinement away, to see what it covers. Without confinement, one of its own."""
    if not os.path.ismount(place) and _libc.mount(b"x", place.encode(), b"tmpfs", 0, None):
        raise OSError(ctypes.get_errno(), "mount")
    if _libc.umount2(place.encode(), 2):
        raise OSError(ctypes.get_errno(), "umount")
