"""The mechanism of the log that cannot be rewritten unseen: a Merkle tree and signed checkpoints.

Pure functions over leaf hashes; where the leaves are kept is the caller's.
"""

from certs.ledger.checkpoint import Checkpoint, NoteSigner, NoteVerifier, open_checkpoint
from certs.ledger.tree import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "CompactRange",
    "NoteSigner",
    "NoteVerifier",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "open_checkpoint",
    "root_hash",
    "verify_consistency",
    "verify_inclusion",
]
