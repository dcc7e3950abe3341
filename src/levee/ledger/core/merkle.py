"""Merkle trees of RFC 9162 section 2.1: roots, growth, proofs and their verification; SHA-256 throughout.

A tree of n leaves is held as its right edge: the roots of the perfect subtrees that the binary digits of n name,
largest first. A proof is a list of spans of leaves whose roots the verifier needs; the holder of the tree finds them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

EMPTY_ROOT = sha256(b"")
DIGEST = 32


class Node(NamedTuple):
    """A perfect subtree: its leaves are ``place * 2**level`` up to, without, ``(place + 1) * 2**level``."""

    level: int
    place: int


class Span(NamedTuple):
    """Leaves from ``start`` up to, without, ``end``."""

    start: int
    end: int


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of one leaf, H(0x00 || data)."""
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node, H(0x01 || left || right)."""
    return sha256(b"\x01" + left + right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A tree as its size and right edge; enough to append and to know the root."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an edge whose peaks are not those of its size."""
        if len(self.peaks) != self.size.bit_count() or any(len(peak) != DIGEST for peak in self.peaks):
            message = "the peaks of a tree are the one-bits of its size, 32 bytes each"
            raise ValueError(message)

    def extend(self, leaves: Iterable[bytes], seen: Callable[[Node, bytes], None] | None = None) -> Edge:
        """The tree with leaf hashes added at its right.

        Args:
            leaves: 32-byte leaf hashes.
            seen: told of every perfect subtree of level 1 or more when its last leaf arrives.
        """
        peaks = list(self.peaks)
        size = self.size
        for leaf in leaves:
            node, number, level = leaf, size, 0
            while number & 1:
                node = node_hash(peaks.pop(), node)
                number >>= 1
                level += 1
                if seen is not None:
                    seen(Node(level, number), node)
            peaks.append(node)
            size += 1
        return Edge(size=size, peaks=tuple(peaks))

    def root(self) -> bytes:
        """The 32-byte root; of no leaves, H() (RFC 9162 section 2.1.1)."""
        return _fold(self.peaks) if self.peaks else EMPTY_ROOT


def _fold(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that stand side by side, largest first."""
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    return Edge().extend(leaves).root()


@dataclass(frozen=True, slots=True)
class Leaves:
    """A tree held in memory, leaf by leaf."""

    hashes: Sequence[bytes] = field(default_factory=tuple)

    def __call__(self, node: Node) -> bytes:
        """The root of a perfect subtree."""
        return root_of(self.hashes[node.place << node.level : (node.place + 1) << node.level])


def perfect(span: Span) -> tuple[Node, ...]:
    """The perfect subtrees, largest first, that a span of a proof is made of."""
    nodes = []
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(Node(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def span_root(span: Span, subroot: Callable[[Node], bytes]) -> bytes:
    """The root over a span of a proof, from the roots of its perfect subtrees."""
    return _fold([subroot(node) for node in perfect(span)])


def inclusion_spans(position: int, size: int) -> tuple[Span, ...]:
    """Which spans prove that the leaf at ``position`` (from 0) is in the tree of ``size`` leaves (section 2.1.3.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= position < size:
        message = "an inclusion proof needs a position below the size"
        raise ValueError(message)
    spans = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _left(end - start)
        if position < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(first: int, second: int) -> tuple[Span, ...]:
    """Which spans prove that the tree of ``second`` leaves begins with the tree of ``first`` (section 2.1.4.1).

    Raises:
        ValueError: unless 0 < first <= second.
    """
    if not 0 < first <= second:
        message = "a consistency proof needs 0 < first <= second"
        raise ValueError(message)
    spans = []
    start, end, whole = 0, second, True
    while first != end:
        middle = start + _left(end - start)
        if first <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, whole = middle, False
    if not whole:
        spans.append(Span(start, end))
    return tuple(reversed(spans))


def _left(width: int) -> int:
    """The largest power of two below a width of at least 2."""
    return 1 << ((width - 1).bit_length() - 1)


def inclusion_proof(position: int, size: int, subroot: Callable[[Node], bytes]) -> tuple[bytes, ...]:
    """The inclusion proof of one leaf, nearest sibling first. Raises ValueError as `inclusion_spans` does."""
    return tuple(span_root(span, subroot) for span in inclusion_spans(position, size))


def consistency_proof(first: int, second: int, subroot: Callable[[Node], bytes]) -> tuple[bytes, ...]:
    """The consistency proof of two sizes. Raises ValueError as `consistency_spans` does."""
    return tuple(span_root(span, subroot) for span in consistency_spans(first, second))


def verify_inclusion(leaf: bytes, position: int, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows this leaf hash at this position of the tree with this root (section 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    place, last, node = position, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the second tree begins with the first (section 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    path = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root
