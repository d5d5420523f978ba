import dataclasses

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certs.base import der, oids
from certs.base.digest import sha256
from certs.signing import cms as maker
from certs.verification import cms, crypto
from certs.verification.cms import Container, Scheme
from certs.verification.codes import Reason
from certs.verification.signer import find_signer
from tests.world.pki import Pki

PKI = Pki()
ME = PKI.leaf()


def made() -> bytes:
    attributes = maker.signed_attributes(sha256(b"document"), ME.certificate, "ES256")
    return maker.signed_data(
        attributes,
        ME.signer.sign_digest(attributes.to_be_signed()),
        certificate=ME.certificate,
        chain=(PKI.issuing.certificate,),
        timestamp_token=None,
    )


def read() -> Container:
    found = cms.read(made())
    assert isinstance(found, Container)
    return found


def test_a_container_becomes_plain_values() -> None:
    found = read()
    assert found.scheme == Scheme(oid=oids.ECDSA_SHA256, family="ecdsa", hash_name="sha256")
    assert found.message_digest == sha256(b"document").value
    assert found.content is None
    assert found.timestamps == ()
    assert find_signer(found) == ME.certificate


def test_padding_of_zeros_may_follow_and_nothing_else() -> None:
    assert isinstance(cms.read(made() + bytes(100)), Container)
    assert cms.read(made() + bytes(9) + b"x") is Reason.CONTAINER_MALFORMED


@pytest.mark.parametrize("data", [b"", b"\x30\x00", bytes(50), made()[:100], b"\x30\x80" * 50])
def test_what_is_no_container_is_named(data: bytes) -> None:
    assert cms.read(data) is Reason.CONTAINER_MALFORMED


def test_an_attribute_twice_is_malformed() -> None:
    """RFC 5652 §5.3: at most one instance of each attribute."""
    one = maker._attribute(oids.CONTENT_TYPE, der.object_identifier(maker.DATA))
    digest = maker._attribute(oids.MESSAGE_DIGEST, der.octet_string(bytes(32)))
    attributes = maker.SignedAttributes(algorithm="ES256", encoded=der.set_of((one, digest, one)))
    twice = maker.signed_data(
        attributes, b"", certificate=ME.certificate, chain=(), timestamp_token=None
    )
    assert cms.read(twice) is Reason.CONTAINER_MALFORMED


def test_attributes_that_must_be_there() -> None:
    one = maker._attribute(oids.CONTENT_TYPE, der.object_identifier(maker.DATA))
    attributes = maker.SignedAttributes(algorithm="ES256", encoded=der.set_of((one,)))
    bare = maker.signed_data(
        attributes, b"", certificate=ME.certificate, chain=(), timestamp_token=None
    )
    assert cms.read(bare) is Reason.ATTRIBUTES_MISSING


def check(container: Container, **change: object) -> Reason | None:
    changed = dataclasses.replace(container, **change)
    return crypto.check_value(
        ME.certificate,
        changed.signature,
        changed.signed_attributes,
        changed.scheme,
        changed.digest_name,
    )


def test_the_value_fits_the_key_and_nothing_else() -> None:
    container = read()
    assert check(container) is None
    assert check(container, signed_attributes=b"other") is Reason.VALUE_MISMATCH
    assert check(container, signature=b"") is Reason.VALUE_MISMATCH


def test_two_hash_functions_in_one_signature_are_refused() -> None:
    assert check(read(), digest_name="sha384") is Reason.ALGORITHM_UNKNOWN


@pytest.mark.parametrize("family", ["rsa", "rsa_pss", "hmac", "ed25519", ""])
def test_the_family_must_be_the_keys(family: str) -> None:
    scheme = Scheme(oid="1.2.3", family=family, hash_name="sha256")
    assert check(read(), scheme=scheme) is Reason.ALGORITHM_UNKNOWN


def test_rsa_is_verified_and_short_keys_are_weak() -> None:
    """Other people's certificates are RSA; we make none and check them all the same."""
    key = rsa.generate_private_key(65537, 2048)
    holder = PKI.issue(ME.certificate.subject, issuer=PKI.issuing, key=key)  # type: ignore[arg-type]
    for scheme, pad in (
        (Scheme(oid="x", family="rsa", hash_name=None), padding.PKCS1v15()),
        (
            Scheme(oid="x", family="rsa_pss", hash_name="sha256", salt_length=32),
            padding.PSS(padding.MGF1(hashes.SHA256()), 32),
        ),
    ):
        value = key.sign(b"data", pad, hashes.SHA256())
        assert crypto.check_value(holder.certificate, value, b"data", scheme, "sha256") is None
        wrong = crypto.check_value(holder.certificate, value, b"atad", scheme, "sha256")
        assert wrong is Reason.VALUE_MISMATCH
    assert not crypto.weak_key(holder.certificate)
    short = rsa.generate_private_key(65537, 1024)
    weak = PKI.issue(ME.certificate.subject, issuer=PKI.issuing, key=short)  # type: ignore[arg-type]
    assert crypto.weak_key(weak.certificate)
