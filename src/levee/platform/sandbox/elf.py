"""Tiny static programs, written as bytes: a list of system calls and nothing else.

The canary and the probes of the start-up self-test are such programs, so neither needs a compiler or anything from the
root file system. Machine: x86-64. Source: System V ABI, AMD64 supplement, sections 3.2.3, A.2.1; ELF-64 object format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_BASE = 0x400000
_HEADERS = 64 + 2 * 56
_MEMORY = 0x600000
_RESULTS_SIZE = 0x4000
_MEMORY_SIZE = 0x10000
_SET = (b"\x48\xbf", b"\x48\xbe", b"\x48\xba", b"\x49\xba", b"\x49\xb8", b"\x49\xb9")
"""movabs of an immediate into rdi, rsi, rdx, r10, r8, r9."""
_LOAD = (
    b"\x48\x8b\x3c\x25",
    b"\x48\x8b\x34\x25",
    b"\x48\x8b\x14\x25",
    b"\x4c\x8b\x14\x25",
    b"\x4c\x8b\x04\x25",
    b"\x4c\x8b\x0c\x25",
)
"""mov of the word at an absolute address into the same registers."""
_EXIT_GROUP, _WRITE = 231, 1


@dataclass(frozen=True, slots=True)
class Result:
    """The result of an earlier step (counted from 0), as an argument."""

    step: int


@dataclass(frozen=True, slots=True)
class Buffer:
    """An address in 48 KiB of empty memory, as an argument."""

    offset: int = 0


Argument = int | bytes | Result | Buffer
"""A number, bytes (their address; a NUL follows), an earlier result, or memory to write to."""


@dataclass(frozen=True, slots=True)
class Step:
    """One system call: its x86-64 number and up to six arguments."""

    number: int
    arguments: tuple[Argument, ...] = ()


def step(number: int, *arguments: Argument) -> Step:
    """One system call."""
    return Step(number, arguments)


def program(steps: list[Step], *, report_to: int | None = None) -> bytes:
    """A static ELF program that makes the calls in order and exits with 0.

    Args:
        steps: at most 2,000.
        report_to: a descriptor that receives each result at once, as a signed 64-bit little-endian number.
    """
    constants = bytearray()
    code = bytearray()
    for place, one in enumerate(steps):
        for register, argument in enumerate(one.arguments):
            code += _argument(register, argument, constants)
        code += _call(one.number)
        code += b"\x48\x89\x04\x25" + struct.pack("<I", _slot(place))  # mov [slot], rax
        if report_to is not None:
            code += _call(_WRITE, report_to, _slot(place), 8)
    code += _call(_EXIT_GROUP, 0)
    return _image(bytes(constants), bytes(code))


def _argument(register: int, argument: Argument, constants: bytearray) -> bytes:
    if isinstance(argument, Result):
        return _LOAD[register] + struct.pack("<I", _slot(argument.step))
    if isinstance(argument, Buffer):
        return _set(register, _MEMORY + _RESULTS_SIZE + argument.offset)
    if isinstance(argument, bytes):
        address = _BASE + _HEADERS + len(constants)
        constants += argument + b"\0"
        return _set(register, address)
    return _set(register, argument)


def _set(register: int, value: int) -> bytes:
    return _SET[register] + struct.pack("<Q", value & (1 << 64) - 1)


def _call(number: int, *arguments: int) -> bytes:
    registers = b"".join(_set(register, value) for register, value in enumerate(arguments))
    return registers + b"\xb8" + struct.pack("<I", number) + b"\x0f\x05"  # mov eax, number; syscall


def _slot(place: int) -> int:
    return _MEMORY + 8 * place


def _image(constants: bytes, code: bytes) -> bytes:
    """Constants before code, so that their addresses are known while the code is written."""
    size = _HEADERS + len(constants) + len(code)
    entry = _BASE + _HEADERS + len(constants)
    identity = b"\x7fELF\x02\x01\x01" + bytes(9)
    header = struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, entry, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    text = struct.pack("<IIQQQQQQ", 1, 5, 0, _BASE, _BASE, size, size, 0x1000)
    memory = struct.pack("<IIQQQQQQ", 1, 6, 0, _MEMORY, _MEMORY, 0, _MEMORY_SIZE, 0x1000)
    return identity + header + text + memory + constants + code
