"""The closed vocabulary of proofs: forms, kinds, languages and the slots that each kind fills with nonces.

Source: the rules of the calls form and the table of oracles that Levee's proofs are judged by (docs/proofs.md).
"""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """How a proof is written down."""

    CALLS = "calls"
    BYTES = "bytes"
    GENERATOR = "generator"


class Language(StrEnum):
    """What the target's code is written in, as far as a driver of the harness exists for it."""

    JAVASCRIPT = "javascript"
    PYTHON = "python"


class Kind(StrEnum):
    """The effect that a proof claims to show."""

    PROTOTYPE_POLLUTION = "prototype_pollution"
    COMMAND = "command"
    FILE_OUTSIDE = "file_outside"
    GROWTH = "growth"
    REQUEST = "request"
    MEMORY = "memory"
    EXCEPTION = "exception"


class Slot(StrEnum):
    """A place in a proof's data that the harness fills anew for every run."""

    KEY = "K"
    VALUE = "V"
    CANARY = "CANARY"
    TOKEN = "TOKEN"  # noqa: S105 (the name of a slot)
    INSIDE = "INSIDE"
    OUTREL = "OUTREL"
    OUTABS = "OUTABS"
    URL = "URL"


REQUIRED_SLOTS: dict[Kind, tuple[frozenset[Slot], ...]] = {
    # every group needs at least one of its slots
    Kind.PROTOTYPE_POLLUTION: (frozenset({Slot.KEY}), frozenset({Slot.VALUE})),
    Kind.COMMAND: (frozenset({Slot.CANARY}), frozenset({Slot.TOKEN})),
    Kind.FILE_OUTSIDE: (frozenset({Slot.TOKEN}), frozenset({Slot.OUTREL, Slot.OUTABS}), frozenset({Slot.INSIDE})),
    Kind.GROWTH: (),
    Kind.REQUEST: (frozenset({Slot.URL}),),
    Kind.MEMORY: (),
    Kind.EXCEPTION: (),
}

ALLOWED_SLOTS: dict[Kind, frozenset[Slot]] = {
    kind: frozenset().union(*groups) if groups else frozenset() for kind, groups in REQUIRED_SLOTS.items()
}

TRUSTED_SLOTS = frozenset({Slot.INSIDE})
"""Slots that may stand in an argument marked trusted; no other argument may hold them."""

KINDS_OF_FORM: dict[Form, frozenset[Kind]] = {
    Form.CALLS: frozenset(Kind) - {Kind.MEMORY},
    Form.BYTES: frozenset({Kind.MEMORY}),
    Form.GENERATOR: frozenset(Kind),
}

KINDS_OF_LANGUAGE: dict[Language, frozenset[Kind]] = {
    Language.JAVASCRIPT: frozenset(Kind) - {Kind.MEMORY},
    Language.PYTHON: frozenset(Kind) - {Kind.MEMORY, Kind.PROTOTYPE_POLLUTION},
}

CRASH_CLASSES: dict[Language, frozenset[str]] = {
    # what no library raises to say "your input is wrong": the machine ran out, or the code lost its own footing
    Language.JAVASCRIPT: frozenset({"RangeError"}),
    Language.PYTHON: frozenset({"MemoryError", "RecursionError", "SystemError", "UnboundLocalError"}),
}

ENGINE_RANGE_MESSAGES = (
    "Maximum call stack size exceeded",
    "Invalid string length",
    "Invalid array length",
    "Array buffer allocation failed",
)
"""V8's own messages: a RangeError with another text was thrown by the package, to say that an input is refused."""

RUNS: dict[Form, int] = {Form.CALLS: 3, Form.BYTES: 5}
"""How often the target and the contrast are run."""

NEEDED: dict[Form, int] = {Form.CALLS: 3, Form.BYTES: 5}
"""In how many of those runs the effect must show: in all; what shows in some is flaky, and for people."""

CONTRACTS: dict[Kind, str] = {
    Kind.PROTOTYPE_POLLUTION: "plain data handed to a function leaves the language's own objects as they were",
    Kind.COMMAND: "data handed to a function that is not documented to run programs runs none",
    Kind.FILE_OUTSIDE: "names inside data do not lead a write out of the folder that the caller allowed",
    Kind.GROWTH: "the cost of reading text stays near its length",
    Kind.REQUEST: "data from an untrusted party does not choose whom the process connects to",
    Kind.MEMORY: "no input makes a program read or write memory that it does not own",
    Kind.EXCEPTION: "input of the documented type does not exhaust the machine or break the code's own footing",
}
"""The row of the contract table that each kind appeals to."""
