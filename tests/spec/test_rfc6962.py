"""RFC 6962, Certificate Transparency: the tree, against the vectors of its first implementation."""

import pytest

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

ENTRIES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
FOUR = ("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",)


def test_section_2_1_the_empty_tree() -> None:
    """§2.1: the hash of an empty list is the hash of an empty string."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_hash([]) == CompactRange().root() == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_section_2_1_tree_heads(size: int) -> None:
    """§2.1: Merkle tree hashes of the eight known entries."""
    assert root_hash(LEAVES[:size]).hex() == ROOTS[size - 1]


def test_section_2_1_1_audit_path() -> None:
    """§2.1.1: the path of leaf 0 in the tree of eight is its sister, then larger subtrees."""
    proof = inclusion_proof(LEAVES, 0)
    assert [value.hex() for value in proof] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert verify_inclusion(LEAVES[0], 0, 8, proof, bytes.fromhex(ROOTS[7]))


def test_section_2_1_2_consistency_proof() -> None:
    """§2.1.2: from six to eight entries."""
    proof = consistency_proof(LEAVES, 6)
    assert [value.hex() for value in proof] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        *FOUR,
    ]
    assert verify_consistency(6, 8, bytes.fromhex(ROOTS[5]), bytes.fromhex(ROOTS[7]), proof)


def test_section_2_1_3_example_of_seven() -> None:
    """§2.1.3: with seven leaves, PATH(6) is [i, k] and PROOF(3) is [c, d, g, l]."""
    leaves = LEAVES[:7]
    assert inclusion_proof(leaves, 6) == [root_hash(LEAVES[4:6]), root_hash(LEAVES[:4])]
    assert consistency_proof(leaves, 3) == [
        LEAVES[2],
        LEAVES[3],
        root_hash(LEAVES[:2]),
        root_hash(LEAVES[4:7]),
    ]
