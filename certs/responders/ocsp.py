"""An OCSP responder (RFC 6960) with a delegated signer; assembled as DER.

What it says:

- `good` for a certificate that was issued and is neither suspended nor revoked.
- `revoked` for a revoked one, and with reason certificateHold for a suspended one.
- `revoked`, certificateHold, 1 January 1970, with the extended-revoke extension, for a serial
  number that this CA has never issued (§2.2, §4.4.8). A stranger's certificate with our name on it
  must not look merely unknown: clients take that for "ask somebody else". An application that is
  recorded but not yet signed counts as never issued.
- `unknown` for an issuer that this responder does not speak for (§2.2).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base import der, oids
from certs.base.errors import EncodingError
from certs.keys.envelope import signed
from certs.keys.signer import Signer
from certs.register.model import REASON_NUMBERS, CertificateStatus, IssuedCertificate
from certs.responders.crl import withdrawal_reason

MAX_REQUEST_BYTES: Final = 4096
MAX_QUESTIONS: Final = 8
VALIDITY: Final = timedelta(hours=8)
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)

_MALFORMED: Final = 1
_CERT_ID_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    # only an index, not a security property: SHA-1 is what clients send (§4.3)
    oids.SHA1: hashes.SHA1(),  # noqa: S303
    oids.SHA256: hashes.SHA256(),
    oids.SHA384: hashes.SHA384(),
    oids.SHA512: hashes.SHA512(),
}
_GOOD: Final = b"\x80\x00"
_UNKNOWN: Final = b"\x82\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One certificate that is asked about; `cert_id` as it came, to be echoed."""

    cert_id: bytes
    issuer: tuple[str, bytes, bytes]
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A request as read: its questions and its nonce, if any (RFC 9654)."""

    questions: tuple[Question, ...]
    nonce: bytes | None


class OcspResponder:
    """Answers for one issuing CA with the responder certificate that this CA has issued."""

    def __init__(
        self,
        *,
        issuer: x509.Certificate,
        certificate: x509.Certificate,
        signer: Signer,
        find: Callable[[int], IssuedCertificate | None],
    ) -> None:
        self._signer: Final = signer
        self._find: Final = find
        self._issuers: Final = _issuer_ids(issuer)
        encoded = certificate.public_bytes(serialization.Encoding.DER)
        self._certificates: Final = der.explicit(0, der.sequence(encoded))
        key_id = x509.SubjectKeyIdentifier.from_public_key(signer.public_key).digest
        self._responder_id: Final = der.explicit(2, der.octet_string(key_id))

    def respond(self, request: bytes, now: datetime) -> bytes:
        """Answer a request (§2.1, §4.2). A request that is not one gets `malformedRequest`."""
        try:
            inquiry = read_request(request)
        except EncodingError:
            return der.sequence(der.enumerated(_MALFORMED))
        answers = [self._answer(question, now) for question in inquiry.questions]
        parts = [
            self._responder_id,
            der.generalized_time(now),
            der.sequence(*(answer for answer, _ in answers)),
        ]
        extensions = []
        if inquiry.nonce is not None:
            extensions.append(_extension(oids.OCSP_NONCE, der.octet_string(inquiry.nonce)))
        if any(never_issued for _, never_issued in answers):
            extensions.append(_extension(oids.OCSP_EXTENDED_REVOKE, der.NULL))
        if extensions:
            parts.append(der.explicit(1, der.sequence(*extensions)))
        basic = signed(der.sequence(*parts), self._signer, self._certificates)
        body = der.sequence(der.object_identifier(oids.OCSP_BASIC), der.octet_string(basic))
        return der.sequence(der.enumerated(0), der.explicit(0, body))

    def _answer(self, question: Question, now: datetime) -> tuple[bytes, bool]:
        """Answer one question, and whether it was about a certificate that was never issued."""
        status, never_issued = _UNKNOWN, False
        if question.issuer in self._issuers:
            status, never_issued = _status(self._find(question.serial))
        single = der.sequence(
            question.cert_id,
            status,
            der.generalized_time(now),
            der.explicit(0, der.generalized_time(now + VALIDITY)),
        )
        return single, never_issued


def read_request(data: bytes) -> Inquiry:
    """Read an OCSPRequest (§4.1.1); a signature on it is ignored (§4.1.2: optional).

    Raises `EncodingError`.
    """
    der.check_strict(data, max_bytes=MAX_REQUEST_BYTES)
    outer = _parts(der.read_one(data, max_bytes=MAX_REQUEST_BYTES))
    if not outer or len(outer) > 2:
        raise EncodingError("not_an_ocsp_request")
    by_tag = {part.tag: part for part in _parts(outer[0])}
    if not set(by_tag) <= {0xA0, 0xA1, der.SEQUENCE, 0xA2} or der.SEQUENCE not in by_tag:
        raise EncodingError("not_an_ocsp_request")
    rows = by_tag[der.SEQUENCE].children()
    if not 1 <= len(rows) <= MAX_QUESTIONS:
        raise EncodingError("too_many_questions", str(len(rows)))
    extensions = by_tag.get(0xA2)
    return Inquiry(
        questions=tuple(_question(row) for row in rows),
        nonce=None if extensions is None else _nonce(extensions),
    )


def _question(row: der.Element) -> Question:
    cert_id = _parts(row)[0]
    parts = _parts(cert_id)
    if len(parts) != 4 or {parts[1].tag, parts[2].tag} != {der.OCTET_STRING}:
        raise EncodingError("not_a_cert_id")
    names = _parts(parts[0])
    if [parameter.encoded for parameter in names[1:]] not in ([], [der.NULL]):
        raise EncodingError("bad_hash_parameters")
    algorithm = der.read_object_identifier(names[0])
    return Question(
        cert_id=cert_id.encoded,
        issuer=(algorithm, parts[1].content, parts[2].content),
        serial=der.read_integer(parts[3]),
    )


def _nonce(extensions: der.Element) -> bytes | None:
    """Find the nonce; other extensions are ignored, critical ones refused (§4.4)."""
    found: bytes | None = None
    for row in _parts(der.read_one(extensions.content, max_bytes=MAX_REQUEST_BYTES)):
        parts = _parts(row)
        if der.read_object_identifier(parts[0]) != oids.OCSP_NONCE:
            if len(parts) == 3:
                raise EncodingError("critical_extension")
            continue
        value = der.read_one(parts[-1].content, max_bytes=MAX_REQUEST_BYTES)
        # RFC 9654 §2.1: 1 to 128 octets
        if found is not None or value.tag != der.OCTET_STRING or not 1 <= len(value.content) <= 128:
            raise EncodingError("bad_nonce")
        found = value.content
    return found


def _parts(element: der.Element) -> tuple[der.Element, ...]:
    if element.tag != der.SEQUENCE or not element.content:
        raise EncodingError("not_a_sequence")
    return element.children()


def _status(record: IssuedCertificate | None) -> tuple[bytes, bool]:
    if record is None or record.status is CertificateStatus.APPLIED:
        hold = der.explicit(0, der.enumerated(6))
        return der.tlv(0xA1, der.generalized_time(NEVER) + hold), True
    if record.status in {CertificateStatus.SUSPENDED, CertificateStatus.REVOKED}:
        reason = withdrawal_reason(record)
        coded = b"" if reason is None else der.explicit(0, der.enumerated(REASON_NUMBERS[reason]))
        return der.tlv(0xA1, der.generalized_time(record.changed_at) + coded), False
    return _GOOD, False


def _issuer_ids(issuer: x509.Certificate) -> frozenset[tuple[str, bytes, bytes]]:
    """Hash the issuer's name and key with every function that a request may use."""
    key = issuer.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    name = issuer.subject.public_bytes()
    return frozenset(
        (oid, _hash(function, name), _hash(function, point))
        for oid, function in _CERT_ID_HASHES.items()
    )


def _hash(function: hashes.HashAlgorithm, data: bytes) -> bytes:
    state = hashes.Hash(function)
    state.update(data)
    return state.finalize()


def _extension(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.octet_string(value))
