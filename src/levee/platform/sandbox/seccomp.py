"""The system-call filter: a list of calls that end the run, and a few that answer as if they did not exist.

Source of the list: the kernel's attack surface that no proof needs; each entry is probed by the contract suite.
"""

from __future__ import annotations

import errno
import functools
import importlib
import os
import tempfile
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

KILLED = frozenset(
    (  # noqa: SIM905 - a list of words reads better than seventy quoted lines
        "bpf keyctl add_key request_key io_uring_setup io_uring_enter io_uring_register userfaultfd perf_event_open "
        "mount umount umount2 move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr pivot_root chroot "
        "setns unshare ptrace process_vm_readv process_vm_writev process_madvise pidfd_getfd kcmp "
        "open_by_handle_at name_to_handle_at fanotify_init fanotify_mark "
        "init_module finit_module delete_module create_module query_module kexec_load kexec_file_load swapon swapoff "
        "quotactl quotactl_fd reboot settimeofday clock_settime clock_adjtime adjtimex stime "
        "syslog iopl ioperm modify_ldt mbind set_mempolicy get_mempolicy migrate_pages move_pages "
        "set_mempolicy_home_node mknod mknodat execveat acct vhangup lookup_dcookie nfsservctl uselib _sysctl"
    ).split()
)
"""Calls that end the run as a hostile act."""

# Calls younger than the library's table, by number (the same on every machine since 424): mount queries and settings,
# file attributes by path, security-module settings.
_KILLED_NUMBERS = (457, 458, 459, 460, 461, 467)
_UNKNOWN_FROM, _UNKNOWN_TO = 451, 550
_NAMESPACE_FLAGS = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
_PTRACE_FLAG = 0x00002000
_FAMILIES = (1, 2, 10)  # unix, inet, inet6: the others reach past a network namespace (vsock) or are surface (alg)
_TERMINAL_REQUESTS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: typing into the terminal of somebody else


@functools.cache
def program() -> bytes:
    """The filter as BPF, ready for `bwrap --seccomp`.

    Raises:
        UnsafeSetup: the library libseccomp is absent.
    """
    library = _library()
    built = library.SyscallFilter(library.ALLOW)
    built.set_attr(library.Attr.ACT_BADARCH, library.KILL_PROCESS)
    _calls(library, built.add_rule)
    _arguments(library, built.add_rule)
    with tempfile.TemporaryFile() as output:
        built.export_bpf(output)
        return os.pread(output.fileno(), 1 << 20, 0)


def _library() -> ModuleType:
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError) as error:
        raise UnsafeSetup(
            "the system-call filter cannot be built", advice="Install libseccomp2 (Debian: apt install libseccomp2)."
        ) from error


def _calls(library: ModuleType, add_rule: Callable[..., None]) -> None:
    known = {_number(library, name) for name in KILLED}
    for number in sorted(known | set(_KILLED_NUMBERS)):
        if number >= 0:
            add_rule(library.KILL_PROCESS, number)
    for number in range(_UNKNOWN_FROM, _UNKNOWN_TO):
        if number not in known and number not in _KILLED_NUMBERS:
            add_rule(library.ERRNO(errno.ENOSYS), number)


def _number(library: ModuleType, name: str) -> int:
    try:
        return int(library.resolve_syscall(library.Arch.NATIVE, name))
    except (ValueError, OSError):
        return -1  # not on this machine


def _arguments(library: ModuleType, add_rule: Callable[..., None]) -> None:
    kill = library.KILL_PROCESS
    add_rule(library.ERRNO(errno.ENOSYS), "clone3")
    for flag in (*_NAMESPACE_FLAGS, _PTRACE_FLAG):
        add_rule(kill, "clone", library.Arg(0, library.MASKED_EQ, flag, flag))
    add_rule(kill, "socket", library.Arg(0, library.GT, max(_FAMILIES)))
    for family in range(max(_FAMILIES)):
        if family not in _FAMILIES:
            add_rule(kill, "socket", library.Arg(0, library.EQ, family))
    for request in _TERMINAL_REQUESTS:
        add_rule(library.ERRNO(errno.EPERM), "ioctl", library.Arg(1, library.MASKED_EQ, 0xFFFFFFFF, request))
