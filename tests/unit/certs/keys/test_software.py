import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from certs.base.digest import digest, sha256
from certs.base.errors import AlgorithmError, KeyFileError
from certs.keys.possession import ProofOfPossession, prove, proves
from certs.keys.quality import check_public_key
from certs.keys.software import (
    SoftwareSigner,
    ensure_signer,
    generate_key,
    load_signer,
    save_key,
)

PASSPHRASE = b"a passphrase for tests"
Entropy = Callable[[int], bytes]


@pytest.mark.parametrize(
    ("curve", "algorithm", "hash_name"),
    [("secp256r1", "ES256", "sha256"), ("secp384r1", "ES384", "sha384")],
)
def test_a_saved_key_signs_after_loading(
    tmp_path: Path, entropy: Entropy, curve: str, algorithm: str, hash_name: str
) -> None:
    path = tmp_path / "key.pem"
    key = generate_key(curve, entropy)
    save_key(path, key, PASSPHRASE)
    signer = load_signer(path, PASSPHRASE)
    assert signer.algorithm == algorithm
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    signature = signer.sign_digest(digest(hash_name, b"text"))
    function = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384()}[hash_name]
    key.public_key().verify(signature, b"text", ec.ECDSA(function))
    assert b"PRIVATE" not in repr(signer).encode()


def test_a_signer_takes_its_own_hash_only(entropy: Entropy) -> None:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    with pytest.raises(AlgorithmError, match="wrong_hash"):
        signer.sign_digest(digest("sha384", b"text"))


def test_key_files_are_not_overwritten_nor_left_open(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "key.pem"
    key = generate_key("secp256r1", entropy)
    with pytest.raises(KeyFileError, match="passphrase_too_short"):
        save_key(path, key, b"short")
    save_key(path, key, PASSPHRASE)
    with pytest.raises(KeyFileError, match="exists"):
        save_key(path, key, PASSPHRASE)
    with pytest.raises(KeyFileError, match="locked"):
        load_signer(path, PASSPHRASE + b"!")
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="readable_by_others"):
        load_signer(path, PASSPHRASE)


def test_a_key_that_is_not_encrypted_is_refused(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        generate_key("secp256r1", entropy).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="not_encrypted"):
        load_signer(path, PASSPHRASE)


def test_a_key_of_another_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(
        ed25519.Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(PASSPHRASE),
        )
    )
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match="wrong_type"):
        load_signer(path, PASSPHRASE)


def test_ensure_makes_a_key_once(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "key.pem"
    first = ensure_signer(path, "secp256r1", PASSPHRASE, entropy)
    second = ensure_signer(path, "secp256r1", PASSPHRASE, entropy)
    assert first.public_key.public_numbers() == second.public_key.public_numbers()


def test_extreme_draws_still_give_a_key() -> None:
    """FIPS 186-5 §A.2.1: the result lies in [1, n-1] whatever was drawn."""
    for octet in (b"\x00", b"\xff"):
        key = generate_key("secp256r1", lambda size, octet=octet: octet * size)
        value = key.private_numbers().private_value
        assert 1 <= value < key.curve.group_order
    with pytest.raises(AlgorithmError, match="curve_not_allowed"):
        generate_key("secp256k1", lambda size: b"\x01" * size)


def test_weak_keys_are_refused() -> None:
    with pytest.raises(AlgorithmError, match="rsa_too_short"):
        check_public_key(rsa.generate_private_key(65537, 1024).public_key())
    with pytest.raises(AlgorithmError, match="rsa_exponent"):
        check_public_key(rsa.generate_private_key(3, 2048).public_key())
    with pytest.raises(AlgorithmError, match="curve_not_allowed"):
        check_public_key(ec.generate_private_key(ec.SECP256K1()).public_key())
    with pytest.raises(AlgorithmError, match="key_type_not_allowed"):
        check_public_key(ed25519.Ed25519PrivateKey.generate().public_key())
    check_public_key(rsa.generate_private_key(65537, 2048).public_key())


def test_a_proof_belongs_to_one_key_and_one_applicant(entropy: Entropy) -> None:
    signer = SoftwareSigner(generate_key("secp256r1", entropy))
    other = SoftwareSigner(generate_key("secp256r1", entropy))
    proof = prove(signer, "somebody")
    assert proves(proof, signer.public_key, "somebody")
    assert not proves(proof, signer.public_key, "somebody else")
    assert not proves(proof, other.public_key, "somebody")
    plain = ProofOfPossession(signature=signer.sign_digest(sha256(b"somebody")))
    assert not proves(plain, signer.public_key, "somebody")
    assert not proves(ProofOfPossession(signature=b"junk"), signer.public_key, "somebody")
