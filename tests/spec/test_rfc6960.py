"""RFC 6960 (OCSP) with RFC 9654 (nonce): our answers, read by another library."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.ocsp import OCSPCertStatus, OCSPResponseStatus
from cryptography.x509.oid import ExtendedKeyUsageOID
from world.authority import START, Founded

from certs.base import der, oids
from certs.register.model import IssuedCertificate

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
EXTENDED_REVOKE = x509.ObjectIdentifier(oids.OCSP_EXTENDED_REVOKE)


@pytest.fixture
def founded(tmp_path: Path, entropy: Callable[[int], bytes]) -> Iterator[Founded]:
    made = Founded(tmp_path, entropy)
    yield made
    made.authority.close()


@pytest.fixture
def record(founded: Founded) -> IssuedCertificate:
    return founded.citizen()


def request(founded: Founded, serial: int, *, nonce: bytes | None = None, algorithm=None) -> bytes:
    issuing = founded.authority.ca_chain[0]
    algorithm = algorithm or hashes.SHA1()
    key = issuing.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        _hash(algorithm, issuing.subject.public_bytes()),
        _hash(algorithm, key),
        serial,
        algorithm,
    )
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(serialization.Encoding.DER)


def ask(founded: Founded, serial: int, **options) -> ocsp.OCSPResponse:
    data = founded.authority.ocsp_response(request(founded, serial, **options))
    assert asn1.OCSPResponse.load(data, strict=True).dump(force=True) == data
    return ocsp.load_der_ocsp_response(data)


def _hash(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    state = hashes.Hash(algorithm)
    state.update(data)
    return state.finalize()


def test_section_2_2_good(founded: Founded, record: IssuedCertificate) -> None:
    """§2.2: good for a certificate that was issued and not withdrawn."""
    answer = ask(founded, record.serial)
    assert answer.response_status is OCSPResponseStatus.SUCCESSFUL
    assert answer.certificate_status is OCSPCertStatus.GOOD
    assert answer.serial_number == record.serial


def test_section_2_2_revoked(founded: Founded, record: IssuedCertificate) -> None:
    """§2.2: revoked, with time and reason."""
    founded.clock.advance(minutes=3)
    founded.authority.revoke(record.serial, "keyCompromise")
    answer = ask(founded, record.serial)
    assert answer.certificate_status is OCSPCertStatus.REVOKED
    assert answer.revocation_time_utc == START + timedelta(minutes=3)
    assert answer.revocation_reason is x509.ReasonFlags.key_compromise


def test_section_2_2_hold_and_release(founded: Founded, record: IssuedCertificate) -> None:
    """§2.2: revoked covers a temporary hold."""
    founded.authority.suspend(record.serial)
    answer = ask(founded, record.serial)
    assert answer.certificate_status is OCSPCertStatus.REVOKED
    assert answer.revocation_reason is x509.ReasonFlags.certificate_hold
    founded.authority.resume(record.serial)
    assert ask(founded, record.serial).certificate_status is OCSPCertStatus.GOOD


@pytest.mark.parametrize("serial", [1, (1 << 126) + 1, (1 << 159) - 1])
def test_section_4_4_8_a_serial_that_was_never_issued(founded: Founded, serial: int) -> None:
    """§2.2, §4.4.8: never good; revoked on hold since 1970, with the extended-revoke extension."""
    answer = ask(founded, serial)
    assert answer.certificate_status is OCSPCertStatus.REVOKED
    assert answer.revocation_time_utc == NEVER
    assert answer.revocation_reason is x509.ReasonFlags.certificate_hold
    assert answer.extensions.get_extension_for_oid(EXTENDED_REVOKE)


def test_section_2_2_an_application_is_not_good(founded: Founded) -> None:
    """§2.2: recorded but not signed counts as never issued."""
    from certs.register.model import CertificateStatus

    serial = (1 << 126) + 77
    founded.authority._register.apply(
        IssuedCertificate(
            serial=serial,
            issuer="issuing",
            profile="citizen",
            subject="CN=x",
            status=CertificateStatus.APPLIED,
            not_before=START,
            not_after=START + timedelta(days=1),
            tbs_sha256=b"t" * 32,
            applied_at=START,
            changed_at=START,
        )
    )
    assert ask(founded, serial).revocation_time_utc == NEVER
    mark = founded.authority._register.mark
    assert mark(serial, CertificateStatus.APPLIED, CertificateStatus.REVOKED, START)
    assert ask(founded, serial).certificate_status is OCSPCertStatus.REVOKED


def test_section_2_2_unknown_issuer(founded: Founded, record: IssuedCertificate) -> None:
    """§2.2: unknown for an issuer that is not ours, even with one of our serials."""
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        b"n" * 20, b"k" * 20, record.serial, hashes.SHA1()
    )
    data = builder.build().public_bytes(serialization.Encoding.DER)
    answer = ocsp.load_der_ocsp_response(founded.authority.ocsp_response(data))
    assert answer.certificate_status is OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("algorithm", [hashes.SHA1(), hashes.SHA256(), hashes.SHA384()])
def test_section_4_1_1_cert_id_is_echoed(
    founded: Founded, record: IssuedCertificate, algorithm: hashes.HashAlgorithm
) -> None:
    """§4.1.1, §4.2.1: any hash of the table identifies the issuer; the CertID comes back."""
    answer = ask(founded, record.serial, algorithm=algorithm)
    assert answer.certificate_status is OCSPCertStatus.GOOD
    assert type(answer.hash_algorithm) is type(algorithm)


def test_section_4_2_2_2_delegated_responder(founded: Founded, record: IssuedCertificate) -> None:
    """§4.2.2.2: the responder's certificate is issued directly by the CA asked about."""
    answer = ask(founded, record.serial)
    (responder,) = answer.certificates
    responder.verify_directly_issued_by(founded.authority.ca_chain[0])
    usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    assert responder.extensions.get_extension_for_class(x509.OCSPNoCheck)
    public_key = responder.public_key()
    assert isinstance(public_key, ec.EllipticCurvePublicKey)
    public_key.verify(
        answer.signature, answer.tbs_response_bytes, ec.ECDSA(answer.signature_hash_algorithm)
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public_key).digest
    assert answer.responder_key_hash == identifier


def test_section_4_2_2_1_times(founded: Founded, record: IssuedCertificate) -> None:
    """§4.2.2.1: producedAt and thisUpdate are now, nextUpdate later."""
    answer = ask(founded, record.serial)
    assert answer.produced_at_utc == answer.this_update_utc == START
    assert answer.next_update_utc == START + timedelta(hours=8)


@pytest.mark.parametrize("size", [1, 32, 128])
def test_section_4_4_1_nonce_is_echoed(
    founded: Founded, record: IssuedCertificate, size: int
) -> None:
    """§4.4.1, RFC 9654 §2.1."""
    answer = ask(founded, record.serial, nonce=b"n" * size)
    nonce = answer.extensions.get_extension_for_class(x509.OCSPNonce).value
    assert nonce.nonce == b"n" * size


@pytest.mark.parametrize("size", [0, 129])
def test_rfc9654_section_2_1_nonce_of_a_wrong_size(founded: Founded, size: int) -> None:
    """RFC 9654 §2.1: 1 to 128 octets, else malformedRequest."""
    answer = ask(founded, 1, nonce=b"n" * size)
    assert answer.response_status is OCSPResponseStatus.MALFORMED_REQUEST


def test_section_4_1_1_several_questions(founded: Founded, record: IssuedCertificate) -> None:
    """§4.1.1: a request may hold several; each is answered, in order."""
    one = der.read_one(request(founded, record.serial), max_bytes=4096)
    row = one.children()[0].children()[0].children()[0].encoded
    for count, wanted in ((3, OCSPResponseStatus.SUCCESSFUL), (9, None)):
        data = der.sequence(der.sequence(der.sequence(*[row] * count)))
        answer = ocsp.load_der_ocsp_response(founded.authority.ocsp_response(data))
        if wanted is None:
            assert answer.response_status is OCSPResponseStatus.MALFORMED_REQUEST
        else:
            assert len(list(answer.responses)) == count


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        b"0\x00",
        b"0\x020\x00",
        b"0" * 5000,
        der.sequence(der.sequence(der.sequence())),
        der.sequence(der.sequence(der.sequence(der.sequence(der.integer(1))))),
        der.sequence(der.sequence(der.explicit(2, b""), der.sequence(der.NULL))),
    ],
)
def test_section_2_3_malformed_requests(founded: Founded, data: bytes) -> None:
    """§2.3: malformedRequest, unsigned."""
    answer = ocsp.load_der_ocsp_response(founded.authority.ocsp_response(data))
    assert answer.response_status is OCSPResponseStatus.MALFORMED_REQUEST


def test_every_cut_and_every_flip_of_a_request_gets_an_answer(
    founded: Founded, record: IssuedCertificate
) -> None:
    """Whatever comes in, an OCSPResponse goes out."""
    data = request(founded, record.serial, nonce=b"n" * 16)
    broken = [data[:size] for size in range(len(data))]
    broken += [
        data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :] for place in range(len(data))
    ]
    for attempt in broken:
        ocsp.load_der_ocsp_response(founded.authority.ocsp_response(attempt))
