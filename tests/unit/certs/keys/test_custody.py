import copy
import dataclasses
import pickle
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.digest import Digest, sha256
from certs.base.errors import CustodyError, KeyFileError
from certs.keys import custody
from certs.keys.software import SoftwareSigner, generate_key

Entropy = Callable[[int], bytes]
DOCUMENT = sha256(b"document")
DTBS = sha256(b"to be signed")


@pytest.fixture
def kek(entropy: Entropy) -> custody.KeyEncryptionKey:
    return custody.KeyEncryptionKey(entropy(32))


@pytest.fixture
def key(kek: custody.KeyEncryptionKey, entropy: Entropy) -> custody.GeneratedKey:
    return custody.generate(kek, entropy, key_id="key-1", applicant="somebody")


@pytest.fixture
def activation(now: datetime) -> custody.Activation:
    return custody.Activation(
        document_digest=DOCUMENT,
        key_id="key-1",
        approval_id="approval-1",
        expires_at=now + timedelta(minutes=2),
    )


def test_an_activation_gives_one_signature(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    activation: custody.Activation,
    now: datetime,
) -> None:
    with custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=now) as signer:
        signature = signer.sign_digest(DTBS)
        with pytest.raises(CustodyError, match="used"):
            signer.sign_digest(DTBS)
    key.public_key.verify(signature, b"to be signed", ec.ECDSA(hashes.SHA256()))
    with pytest.raises(CustodyError, match="used"):
        signer.sign_digest(DTBS)


def test_a_signer_forgets_when_it_is_closed_unused(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    activation: custody.Activation,
    now: datetime,
) -> None:
    with custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=now) as signer:
        assert signer.algorithm == "ES256"
    with pytest.raises(CustodyError, match="used"):
        signer.sign_digest(DTBS)


def test_an_activation_works_once_even_if_nothing_was_signed(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    activation: custody.Activation,
    now: datetime,
) -> None:
    with custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=now):
        pass
    with (
        pytest.raises(CustodyError, match="used"),
        custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=now),
    ):
        pass


def test_of_many_threads_one_signs(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    activation: custody.Activation,
    now: datetime,
) -> None:
    outcomes: list[str] = []

    def attempt() -> None:
        try:
            with custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=now) as signer:
                signer.sign_digest(DTBS)
                outcomes.append("signed")
        except CustodyError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["signed"] + ["used"] * 7


def test_another_document_is_refused(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    activation: custody.Activation,
    now: datetime,
) -> None:
    with (
        pytest.raises(CustodyError, match="other_document"),
        custody.open_key(kek, key.wrapped, activation, sha256(b"another"), now=now),
    ):
        pass


def test_a_late_activation_is_refused(
    kek: custody.KeyEncryptionKey, key: custody.GeneratedKey, activation: custody.Activation
) -> None:
    with (
        pytest.raises(CustodyError, match="expired"),
        custody.open_key(kek, key.wrapped, activation, DOCUMENT, now=activation.expires_at),
    ):
        pass


def test_another_citizens_key_is_refused(
    kek: custody.KeyEncryptionKey,
    key: custody.GeneratedKey,
    entropy: Entropy,
    activation: custody.Activation,
    now: datetime,
) -> None:
    """Somebody who can write the database puts one blob in the place of another."""
    other = custody.generate(kek, entropy, key_id="key-2", applicant="somebody else")
    swapped = dataclasses.replace(other.wrapped, key_id="key-1")
    with (
        pytest.raises(CustodyError, match="other_key"),
        custody.open_key(kek, swapped, activation, DOCUMENT, now=now),
    ):
        pass
    with (
        pytest.raises(CustodyError, match="other_key"),
        custody.open_key(kek, other.wrapped, activation, DOCUMENT, now=now),
    ):
        pass


def test_a_blob_that_was_changed_is_refused(
    kek: custody.KeyEncryptionKey, key: custody.GeneratedKey, now: datetime
) -> None:
    for position in range(len(key.wrapped.blob)):
        blob = bytearray(key.wrapped.blob)
        blob[position] ^= 1
        fresh = custody.Activation(
            document_digest=DOCUMENT,
            key_id="key-1",
            approval_id="approval-1",
            expires_at=now + timedelta(minutes=2),
        )
        wrapped = dataclasses.replace(key.wrapped, blob=bytes(blob))
        with (
            pytest.raises(CustodyError, match="damaged"),
            custody.open_key(kek, wrapped, fresh, DOCUMENT, now=now),
        ):
            pass


def test_another_kek_is_refused(
    key: custody.GeneratedKey, entropy: Entropy, activation: custody.Activation, now: datetime
) -> None:
    other = custody.KeyEncryptionKey(entropy(32))
    with (
        pytest.raises(CustodyError, match="other_kek"),
        custody.open_key(other, key.wrapped, activation, DOCUMENT, now=now),
    ):
        pass


def test_an_activation_cannot_be_copied_or_changed(activation: custody.Activation) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        activation.key_id = "key-2"
    with pytest.raises(TypeError):
        copy.deepcopy(activation)
    with pytest.raises(TypeError):
        pickle.dumps(activation)


def test_secrets_do_not_show(kek: custody.KeyEncryptionKey, key: custody.GeneratedKey) -> None:
    assert key.wrapped.blob.hex() not in repr(key.wrapped)
    assert repr(kek) == f"KeyEncryptionKey({kek.name})"
    with pytest.raises(CustodyError):
        pickle.dumps(kek)


def test_a_kek_file_is_private_and_made_once(tmp_path: Path, entropy: Entropy) -> None:
    path = tmp_path / "kek"
    made = custody.create_kek(path, entropy)
    assert custody.load_kek(path).name == made.name
    with pytest.raises(KeyFileError, match="exists"):
        custody.create_kek(path, entropy)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="readable_by_others"):
        custody.load_kek(path)
    path.chmod(0o600)
    for damaged in (b"junk", path.read_bytes()[:-10], path.read_bytes()[:-2] + b"zz"):
        path.write_bytes(damaged)
        with pytest.raises(KeyFileError):
            custody.load_kek(path)


def test_a_signature_in_the_middle_of_a_signature_is_refused(entropy: Entropy) -> None:
    """The second caller comes while the first is still signing."""

    class Slow(SoftwareSigner):
        __slots__ = ("again",)

        def sign_digest(self, digest: Digest) -> bytes:
            with pytest.raises(CustodyError, match="used"):
                self.again.sign_digest(digest)
            return super().sign_digest(digest)

    slow = Slow(generate_key("secp256r1", entropy))
    slow.again = custody.OneSignature(slow)
    assert slow.again.sign_digest(DTBS)
