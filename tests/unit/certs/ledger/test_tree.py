import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.base.errors import LedgerError
from certs.ledger import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

LIMIT = 130
LEAVES = [leaf_hash(str(number).encode()) for number in range(LIMIT)]
ROOTS = [root_hash(LEAVES[:size]) for size in range(LIMIT + 1)]


def test_appending_and_the_definition_agree() -> None:
    tree = CompactRange()
    for size in range(LIMIT + 1):
        assert tree.root() == ROOTS[size]
        assert tree.size == size
        if size < LIMIT:
            tree = tree.append(LEAVES[size])


@pytest.mark.parametrize("size", range(1, LIMIT + 1))
def test_every_leaf_of_every_size_is_proved(size: int) -> None:
    leaves = LEAVES[:size]
    for index in range(size):
        proof = inclusion_proof(leaves, index)
        assert verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
        assert not verify_inclusion(LEAVES[index - 1], index, size, proof, ROOTS[size]) or size == 1
        assert not verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])


@pytest.mark.parametrize("new", range(1, LIMIT + 1))
def test_every_older_size_is_proved(new: int) -> None:
    for old in range(1, new + 1):
        proof = consistency_proof(LEAVES[:new], old)
        assert verify_consistency(old, new, ROOTS[old], ROOTS[new], proof)
        if old < new:
            assert not verify_consistency(old, new, ROOTS[old - 1], ROOTS[new], proof)
            assert not verify_consistency(old, new, ROOTS[old], ROOTS[new - 1], proof)


@given(st.data())
def test_a_proof_that_was_changed_proves_nothing(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, LIMIT))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(LEAVES[:size], index)
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = [*proof]
    flipped[place] = bytes([flipped[place][0] ^ 1]) + flipped[place][1:]
    for wrong in (flipped, proof[:-1], [*proof, LEAVES[0]], [*proof[:place], b"short"]):
        assert not verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])
    other = data.draw(st.integers(0, size - 1).filter(lambda value: value != index))
    assert not verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])


@given(st.data())
def test_a_consistency_proof_that_was_changed_proves_nothing(data: st.DataObject) -> None:
    new = data.draw(st.integers(2, LIMIT))
    old = data.draw(st.integers(1, new - 1))
    proof = consistency_proof(LEAVES[:new], old)
    place = data.draw(st.integers(0, len(proof) - 1))
    flipped = [*proof]
    flipped[place] = bytes([flipped[place][0] ^ 1]) + flipped[place][1:]
    for wrong in (flipped, proof[:-1], [*proof, LEAVES[0]]):
        assert not verify_consistency(old, new, ROOTS[old], ROOTS[new], wrong)


@given(st.data())
def test_a_rewritten_history_is_not_consistent(data: st.DataObject) -> None:
    """A log that changes one old entry cannot prove that it only grew."""
    new = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = LEAVES[:new]
    forged[changed] = leaf_hash(b"forged")
    proof = consistency_proof(forged, old)
    assert not verify_consistency(old, new, ROOTS[old], root_hash(forged), proof)


def test_the_edges() -> None:
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
    assert verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [])
    assert not verify_consistency(0, 5, ROOTS[1], ROOTS[5], [])
    assert not verify_consistency(0, 5, EMPTY_ROOT, ROOTS[5], [LEAVES[0]])
    assert not verify_consistency(5, 4, ROOTS[5], ROOTS[4], [])
    assert not verify_consistency(5, 5, ROOTS[5], ROOTS[4], [])
    assert not verify_consistency(3, 5, ROOTS[3], ROOTS[5], [])
    assert not verify_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)
    assert not verify_inclusion(LEAVES[0], -1, 1, [], ROOTS[1])
    for call in (
        lambda: inclusion_proof(LEAVES[:3], 3),
        lambda: inclusion_proof([], 0),
        lambda: consistency_proof(LEAVES[:3], 4),
        lambda: consistency_proof(LEAVES[:3], 0),
        lambda: CompactRange(size=3, hashes=(LEAVES[0],)),
        lambda: CompactRange(size=1, hashes=(b"short",)),
    ):
        with pytest.raises(LedgerError):
            call()


def test_a_leaf_cannot_be_taken_for_a_node() -> None:
    """RFC 6962 §2.1: domain separation, against a second preimage."""
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != root_hash([left, right])
    assert root_hash([left, right]) == hashlib.sha256(b"\x01" + left + right).digest()
