"""The Merkle tree of RFC 6962 §2.1, over SHA-256.

Makers (`root_hash`, `inclusion_proof`, `consistency_proof`) follow the recursive definitions;
checkers (`verify_…`) follow the iterative algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2. The two
share nothing but the hash of a node, so that one mistake cannot hide itself.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certs.base.errors import LedgerError

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry: SHA-256(0x00 || entry) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes: SHA-256(0x01 || left || right) (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactRange:
    """A tree as its log of perfect subtrees, largest first: all that appending needs.

    Raises `LedgerError` (`bad_range`) if the number of hashes does not fit the size.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        fits = self.size >= 0 and len(self.hashes) == self.size.bit_count()
        if not fits or any(len(value) != HASH_SIZE for value in self.hashes):
            raise LedgerError("bad_range", str(self.size))

    def append(self, leaf: bytes) -> "CompactRange":
        """Answer the tree with one more leaf hash."""
        hashes, node, size = list(self.hashes), leaf, self.size
        while size & 1:
            node = node_hash(hashes.pop(), node)
            size >>= 1
        return CompactRange(size=self.size + 1, hashes=(*hashes, node))

    def root(self) -> bytes:
        """Answer the root hash."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def root_hash(leaves: Sequence[bytes]) -> bytes:
    """Answer MTH of leaf hashes (RFC 6962 §2.1)."""
    return _root(leaves, 0, len(leaves)) if leaves else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Answer PATH(index, leaves), the proof that a leaf is in the tree (RFC 6962 §2.1.1).

    Raises `LedgerError` (`bad_index`).
    """
    if not 0 <= index < len(leaves):
        raise LedgerError("bad_index", str(index))
    proof: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_root(leaves, middle, end))
            end = middle
        else:
            proof.append(_root(leaves, start, middle))
            start = middle
    proof.reverse()
    return proof


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Answer PROOF(old_size, leaves): nothing was changed since (RFC 6962 §2.1.2).

    Raises `LedgerError` (`bad_size`).
    """
    if not 0 < old_size <= len(leaves):
        raise LedgerError("bad_size", str(old_size))
    proof: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(_root(leaves, middle, end))
            end = middle
        else:
            proof.append(_root(leaves, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(_root(leaves, start, end))
    proof.reverse()
    return proof


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Decide whether a leaf hash is at `index` of the tree with this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or not _hashes(leaf, root, *proof):
        return False
    fn, sn, node = index, size - 1, leaf
    for value in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(value, node)
            fn, sn = _climb(fn, sn)
        else:
            node = node_hash(node, value)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hmac.compare_digest(node, root)


def verify_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Decide whether the new tree only adds to the old one (RFC 9162 §2.1.4.2).

    Every tree adds to the empty one, and a tree to itself, with an empty proof.
    """
    if not 0 <= old_size <= new_size or not _hashes(old_root, new_root, *proof):
        return False
    if old_size in {0, new_size}:
        expected = new_root if old_size == new_size else EMPTY_ROOT
        return not proof and hmac.compare_digest(old_root, expected)
    power_of_two = old_size & (old_size - 1) == 0
    path = (old_root, *proof) if power_of_two else tuple(proof)
    if not path:
        return False
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for value in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(value, old), node_hash(value, new)
            fn, sn = _climb(fn, sn)
        else:
            new = node_hash(new, value)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hmac.compare_digest(old, old_root) and hmac.compare_digest(new, new_root)


def _climb(fn: int, sn: int) -> tuple[int, int]:
    """Go up to where the node is a right child (RFC 9162 §2.1.3.2, step 4.b.ii)."""
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn


def _split(size: int) -> int:
    """Answer the largest power of two smaller than `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def _root(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    if end - start == 1:
        return leaves[start]
    middle = start + _split(end - start)
    return node_hash(_root(leaves, start, middle), _root(leaves, middle, end))


def _hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_SIZE for value in values)
