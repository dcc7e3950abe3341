"""What a tool says went wrong, under one name per kind."""

from __future__ import annotations

import re

# Words of UndefinedBehaviorSanitizer's messages, first match counts (compiler-rt, ubsan_handlers.cpp).
UNDEFINED: tuple[tuple[str, str], ...] = (
    ("control flow integrity check", "bad-cast"),
    ("which does not point to an object of type", "bad-cast"),
    ("upcast of null pointer", "upcast-of-null-pointer"),
    ("through pointer to incorrect function type", "incorrect-function-pointer-type"),
    ("with insufficient space for an object", "object-size"),
    ("load of null pointer", "null-dereference READ"),
    ("store to null pointer", "null-dereference WRITE"),
    ("null pointer passed as argument", "invalid-null-argument"),
    ("null pointer returned from function", "invalid-null-return"),
    ("applying non-zero offset", "pointer-overflow"),
    ("applying zero offset", "pointer-overflow"),
    ("null pointer", "null-dereference"),
    ("misaligned address", "misaligned-address"),
    ("assumption of", "alignment-assumption"),
    ("signed integer overflow", "integer-overflow"),
    ("unsigned integer overflow", "unsigned-integer-overflow"),
    ("negation of", "integer-overflow"),
    ("division by zero", "divide-by-zero"),
    ("division of", "integer-overflow"),
    ("shift exponent", "undefined-shift"),
    ("left shift of", "undefined-shift"),
    ("out of bounds for type", "index-out-of-bounds"),
    ("is outside the range of representable values", "float-cast-overflow"),
    ("implicit conversion", "implicit-conversion"),
    ("which is not a valid value for type 'bool'", "invalid-bool-value"),
    ("which is not a valid value for type", "invalid-enum-value"),
    ("execution reached an unreachable program point", "unreachable code"),
    ("execution reached the end of a value-returning function", "no-return-value"),
    ("variable length array bound", "non-positive-vla-bound-value"),
    ("assumption is violated", "assumption-violation"),
    ("passing zero to", "invalid-builtin-use"),
    ("overflowed to", "pointer-overflow"),
    ("pointer index expression", "pointer-overflow"),
)
SIGNALS = {
    "segv": "segv", "bus": "bus", "abrt": "abrt", "fpe": "floating-point-exception", "ill": "ill",
    "trap": "trap", "access-violation": "segv", "illegal-instruction": "ill",
    "breakpoint": "breakpoint", "stack-overflow": "stack-overflow", "unknown-crash": "segv",
}  # fmt: skip
_SPACES = re.compile(r"[\s_]+")


def of_undefined(message: str) -> str:
    """The kind for one message of UndefinedBehaviorSanitizer; `undefined-behavior` for an unknown one."""
    return next((kind for words, kind in UNDEFINED if words in message), "undefined-behavior")


def of_sanitizer(words: str) -> str:
    """The kind for what follows `ERROR: AddressSanitizer:` and its like: `heap-use-after-free`, `segv`, ..."""
    kind = _SPACES.sub("-", words.strip().lower()).strip("-:")
    if kind.startswith("attempting-double-free"):
        return "double-free"
    if kind.startswith(("attempting-free", "attempting-to-free")):
        return "invalid-free"
    if kind.startswith("requested-allocation-size"):
        return "allocation-size-too-big"
    if kind.startswith(("allocator-is-out-of-memory", "out-of-memory", "rss-limit", "hard-rss-limit")):
        return "out-of-memory"
    return SIGNALS.get(kind, kind)
