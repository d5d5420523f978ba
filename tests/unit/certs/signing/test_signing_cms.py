import hashlib

import pytest
from asn1crypto import cms as asn1_cms
from cryptography.hazmat.primitives.serialization import Encoding

from certs.base import der, oids
from certs.base.digest import Digest, sha256
from certs.signing import SigningError, cms
from tests.world.pki import Pki

PKI = Pki()
ME = PKI.leaf()


def container() -> asn1_cms.SignedData:
    attributes = cms.signed_attributes(sha256(b"document"), ME.certificate, "ES256")
    signature = ME.signer.sign_digest(attributes.to_be_signed())
    chain = (PKI.issuing.certificate, PKI.root.certificate)
    encoded = cms.signed_data(
        attributes,
        signature,
        certificate=ME.certificate,
        chain=chain,
        timestamp_token=PKI.timestamp(sha256(signature)),
    )
    der.check_strict(encoded, max_bytes=20_000)
    return asn1_cms.ContentInfo.load(encoded, strict=True)["content"]


def test_one_signer_detached_with_three_attributes_and_no_signing_time() -> None:
    signed = container()
    (signer,) = signed["signer_infos"]
    attributes = {a["type"].dotted: a["values"] for a in signer["signed_attrs"]}
    assert set(attributes) == {oids.CONTENT_TYPE, oids.MESSAGE_DIGEST, oids.SIGNING_CERTIFICATE_V2}
    assert attributes[oids.MESSAGE_DIGEST][0].native == sha256(b"document").value
    named = attributes[oids.SIGNING_CERTIFICATE_V2][0]["certs"][0]
    encoded = ME.certificate.public_bytes(Encoding.DER)
    assert named["cert_hash"].native == hashlib.sha256(encoded).digest()
    assert signed["encap_content_info"]["content"].native is None
    assert [a["type"].dotted for a in signer["unsigned_attrs"]] == [oids.TIME_STAMP_TOKEN]


def test_sets_are_in_order_and_anchors_are_left_out() -> None:
    signed = container()
    held = [choice.chosen.dump() for choice in signed["certificates"]]
    assert held == sorted(held)
    assert PKI.root.certificate.public_bytes(Encoding.DER) not in held
    assert len(held) == 2


def test_the_key_signs_what_comes_out_as_attributes() -> None:
    attributes = cms.signed_attributes(sha256(b"document"), ME.certificate, "ES256")
    assert attributes.to_be_signed() == sha256(attributes.encoded)
    assert attributes.encoded[0] == 0x31


def test_a_digest_of_another_hash_function_is_refused() -> None:
    with pytest.raises(SigningError) as caught:
        cms.signed_attributes(sha256(b""), ME.certificate, "ES384")
    assert caught.value.code == "algorithm_mismatch"


def test_a_token_is_taken_out_of_a_response() -> None:
    token = PKI.timestamp(Digest("sha256", bytes(32)))
    granted = der.sequence(der.sequence(der.integer(0)), token)
    assert cms.token_of(granted) == token
    assert cms.token_of(token) == token


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (der.sequence(der.sequence(der.integer(2))), "timestamp_refused"),
        (der.sequence(der.sequence(der.integer(0))), "timestamp_refused"),
        (b"", "timestamp_malformed"),
        (b"<html>", "timestamp_malformed"),
        (der.sequence(), "timestamp_malformed"),
        (bytes(40_000), "timestamp_malformed"),
    ],
)
def test_what_is_no_token_is_refused(response: bytes, code: str) -> None:
    with pytest.raises(SigningError) as caught:
        cms.token_of(response)
    assert caught.value.code == code
