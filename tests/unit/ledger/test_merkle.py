"""Trees and proofs are those of RFC 9162, by an independent implementation's judgement as well as by our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InclusionProof, InmemoryTree
from pymerkle import verify_consistency as their_consistency
from pymerkle import verify_inclusion as their_inclusion

from levee.ledger.core.merkle import (
    EMPTY_ROOT,
    Edge,
    Leaves,
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SHA256 = ("sha256", True)  # with the prefixes against second preimages
# The eight entries and roots that implementations of Certificate Transparency hold in common.
CT_ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

entries = st.lists(st.binary(max_size=8), min_size=1, max_size=70, unique=True)


def hashes(data: list[bytes]) -> list[bytes]:
    return [leaf_hash(each) for each in data]


def theirs(data: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for each in data:
        tree.append_entry(each)
    return tree


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size):
    assert root_of(hashes([bytes.fromhex(entry) for entry in CT_ENTRIES[:size]])).hex() == CT_ROOTS[size - 1]


def test_a_tree_of_no_leaves_has_the_digest_of_nothing():
    assert root_of([]) == EMPTY_ROOT == Edge().root()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_an_edge_whose_peaks_are_not_those_of_its_size_is_refused():
    for size, peaks in [(1, ()), (2, (EMPTY_ROOT, EMPTY_ROOT)), (1, (b"short",))]:
        with pytest.raises(ValueError, match="peaks"):
            Edge(size=size, peaks=peaks)


@given(entries, st.data())
def test_growing_in_batches_gives_the_tree_of_all_leaves(data, draw):
    leaves = hashes(data)
    edge, at = Edge(), 0
    while at < len(leaves):
        upto = draw.draw(st.integers(at + 1, len(leaves)))
        edge = edge.extend(leaves[at:upto])
        at = upto
        assert edge.root() == root_of(leaves[:at])
    assert edge.root() == theirs(data).get_root()


@given(entries)
def test_every_perfect_subtree_is_seen_once_as_it_fills(data):
    leaves, seen = hashes(data), {}
    Edge().extend(leaves, seen.__setitem__)
    levels = range(1, len(leaves).bit_length())
    assert seen == {
        Node(level, at): Leaves(leaves)(Node(level, at)) for level in levels for at in range(len(leaves) >> level)
    }


@given(entries, st.data())
def test_inclusion_proofs_are_accepted_by_both_verifiers_and_only_for_their_leaf(data, draw):
    leaves = hashes(data)
    size = draw.draw(st.integers(1, len(leaves)))
    at = draw.draw(st.integers(0, size - 1))
    proof = inclusion_proof(at, size, Leaves(leaves))
    root = root_of(leaves[:size])
    assert verify_inclusion(leaves[at], at, size, root, proof)
    reference = theirs(data).prove_inclusion(at + 1, size)
    assert [leaves[at], *proof] == reference.path
    mine = InclusionProof(*SHA256, size, at + 1, reference.rule, [leaves[at], *proof])
    their_inclusion(leaves[at], root, mine, index=at + 1, size=size)
    assert not verify_inclusion(leaf_hash(b"another entry"), at, size, root, proof)
    assert not any(
        verify_inclusion(leaves[at], other, size, root, proof) for other in range(-1, size + 1) if other != at
    )
    assert not verify_inclusion(leaves[at], at, size, root, [*proof, EMPTY_ROOT])
    assert not proof or not verify_inclusion(leaves[at], at, size, root, proof[:-1])


@given(entries, st.data())
def test_consistency_proofs_are_accepted_by_both_verifiers(data, draw):
    leaves = hashes(data)
    second = draw.draw(st.integers(1, len(leaves)))
    first = draw.draw(st.integers(1, second))
    old, new = root_of(leaves[:first]), root_of(leaves[:second])
    proof = consistency_proof(first, second, Leaves(leaves))
    assert verify_consistency(first, second, old, new, proof)
    reference = theirs(data).prove_consistency(first, second)
    # pymerkle cuts the later tree into other spans than RFC 9162, so each checks its own proof of the same roots.
    their_consistency(old, new, reference, prior_size=first, later_size=second)


def test_the_proofs_are_those_of_the_worked_example_of_rfc_9162():
    leaves = hashes([bytes([number]) for number in range(7)])
    a, b, c, d, e, f, j = leaves
    g, h, i, last = node_hash(a, b), node_hash(c, d), node_hash(e, f), node_hash(node_hash(e, f), j)
    k = node_hash(g, h)
    tree = Leaves(leaves)
    assert root_of(leaves) == node_hash(k, last)
    assert inclusion_proof(0, 7, tree) == (b, h, last)
    assert inclusion_proof(3, 7, tree) == (c, g, last)
    assert inclusion_proof(4, 7, tree) == (f, j, k)
    assert inclusion_proof(6, 7, tree) == (i, k)
    assert consistency_proof(3, 7, tree) == (c, d, g, last)
    assert consistency_proof(4, 7, tree) == (last,)
    assert consistency_proof(6, 7, tree) == (i, j, k)


@given(entries, st.data())
def test_no_consistency_is_shown_with_a_history_that_was_rewritten(data, draw):
    leaves = hashes(data)
    first = draw.draw(st.integers(1, len(leaves)))
    changed = draw.draw(st.integers(0, first - 1))
    proof = consistency_proof(first, len(leaves), Leaves(leaves))
    old = root_of(leaves[:first])
    rewritten = [leaf_hash(b"rewritten, and longer") if at == changed else leaf for at, leaf in enumerate(leaves)]
    assert not verify_consistency(first, len(leaves), old, root_of(rewritten), proof)
    assert not verify_consistency(
        first, len(leaves), old, root_of(rewritten), consistency_proof(first, len(leaves), Leaves(rewritten))
    )
    assert not verify_consistency(first, len(leaves), old, root_of(leaves), [*proof, EMPTY_ROOT])


def test_proofs_of_what_cannot_be_are_refused():
    tree = Leaves(hashes([b"a", b"b", b"c"]))
    for at, size in [(-1, 3), (3, 3), (0, 0)]:
        with pytest.raises(ValueError, match="position"):
            inclusion_proof(at, size, tree)
    for first, second in [(0, 3), (3, 2)]:
        with pytest.raises(ValueError, match="first"):
            consistency_proof(first, second, tree)
        assert not verify_consistency(first, second, EMPTY_ROOT, EMPTY_ROOT, [])
    assert not verify_consistency(3, 4, EMPTY_ROOT, EMPTY_ROOT, [])
