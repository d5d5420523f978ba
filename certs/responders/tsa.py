"""A time-stamp authority (RFC 3161, with ESSCertIDv2 of RFC 5816); assembled as DER.

It stamps SHA-256, SHA-384 and SHA-512 imprints and refuses the rest; it never sees a document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from certs.base import der, oids
from certs.base.algorithms import hash_allowed, hash_by_oid
from certs.base.digest import Digest, sha256
from certs.base.errors import CertsError, EncodingError
from certs.keys.envelope import algorithm_identifier, signature_over
from certs.keys.signer import Signer

MAX_REQUEST_BYTES: Final = 4096
ACCURACY_SECONDS: Final = 1

# PKIFailureInfo, RFC 3161 §2.4.2: the number of the bit
BAD_ALGORITHM: Final = 0
BAD_REQUEST: Final = 2
BAD_DATA_FORMAT: Final = 5
UNACCEPTED_POLICY: Final = 15
UNACCEPTED_EXTENSION: Final = 16

_SHA256: Final = der.sequence(der.object_identifier(oids.SHA256))


class RefusedError(CertsError):
    """A request that gets no time stamp; `bit` is its PKIFailureInfo."""

    def __init__(self, code: str, bit: int) -> None:
        super().__init__(code)
        self.bit = bit


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStampRequest:
    """A TimeStampReq as checked (§2.4.1); `imprint` is its messageImprint as it came."""

    imprint: bytes
    digest: Digest
    nonce: bytes | None
    certificates_wanted: bool


class TimeStampAuthority:
    """Stamps with one time-stamping unit. `next_serial` answers a number it never repeats."""

    def __init__(
        self,
        *,
        certificate: x509.Certificate,
        chain: tuple[x509.Certificate, ...],
        signer: Signer,
        next_serial: Callable[[], int],
    ) -> None:
        self._signer: Final = signer
        self._next_serial: Final = next_serial
        encoded = certificate.public_bytes(serialization.Encoding.DER)
        others = [c.public_bytes(serialization.Encoding.DER) for c in chain]
        members = sorted([encoded, *others])
        self._certificates: Final = der.tlv(0xA0, b"".join(members))
        issuer = certificate.issuer.public_bytes()
        serial = der.integer(certificate.serial_number)
        self._signer_id: Final = der.sequence(issuer, serial)
        self._signing_certificate: Final = _signing_certificate(encoded, issuer, serial)
        self._tsa_name: Final = der.explicit(0, der.explicit(4, certificate.subject.public_bytes()))

    def respond(self, request: bytes, now: datetime) -> bytes:
        """Answer a TimeStampReq with a TimeStampResp: granted with a token, or rejected."""
        try:
            wanted = read_request(request, now)
        except RefusedError as refusal:
            return _rejection(refusal)
        token = self._token(wanted, now)
        return der.sequence(der.sequence(der.integer(0)), token)

    def _token(self, wanted: TimeStampRequest, now: datetime) -> bytes:
        info = self._info(wanted, now)
        attributes = sorted(
            (
                _attribute(oids.CONTENT_TYPE, der.object_identifier(oids.TST_INFO)),
                _attribute(oids.MESSAGE_DIGEST, der.octet_string(sha256(info).value)),
                _attribute(oids.SIGNING_CERTIFICATE_V2, self._signing_certificate),
            )
        )
        # RFC 5652 §5.4: signed as a SET, carried as [0] IMPLICIT
        signature = signature_over(der.set_of(attributes), self._signer)
        signer_info = der.sequence(
            der.integer(1),
            self._signer_id,
            _SHA256,
            der.tlv(0xA0, b"".join(attributes)),
            algorithm_identifier(self._signer),
            der.octet_string(signature),
        )
        signed_data = der.sequence(
            der.integer(3),
            der.set_of([_SHA256]),
            der.sequence(
                der.object_identifier(oids.TST_INFO), der.explicit(0, der.octet_string(info))
            ),
            self._certificates if wanted.certificates_wanted else b"",
            der.set_of([signer_info]),
        )
        return der.sequence(der.object_identifier(oids.SIGNED_DATA), der.explicit(0, signed_data))

    def _info(self, wanted: TimeStampRequest, now: datetime) -> bytes:
        """Write the TSTInfo (§2.4.2), with milliseconds."""
        return der.sequence(
            der.integer(1),
            der.object_identifier(oids.TIMESTAMP_POLICY),
            wanted.imprint,
            der.integer(self._next_serial()),
            der.generalized_time(now, milliseconds=True),
            der.sequence(der.integer(ACCURACY_SECONDS)),
            wanted.nonce or b"",
            self._tsa_name,
        )


def read_request(data: bytes, now: datetime) -> TimeStampRequest:
    """Read and judge a TimeStampReq (§2.4.1). Raises `RefusedError`."""
    try:
        der.check_strict(data, max_bytes=MAX_REQUEST_BYTES)
        outer = der.read_one(data, max_bytes=MAX_REQUEST_BYTES)
        parts = list(outer.children())
        if outer.tag != der.SEQUENCE or der.read_integer(parts.pop(0)) != 1:
            raise RefusedError("not_version_1", BAD_REQUEST)
        imprint = parts.pop(0)
        digest = _imprint(imprint, now)
        return _options(parts, imprint.encoded, digest)
    except (EncodingError, IndexError, ValueError) as error:
        raise RefusedError("malformed", BAD_DATA_FORMAT) from error


def _imprint(imprint: der.Element, now: datetime) -> Digest:
    algorithm, value = imprint.children()
    parts = algorithm.children()
    known = hash_by_oid(der.read_object_identifier(parts[0]))
    if known is None or not hash_allowed(known.name, now):
        raise RefusedError("bad_algorithm", BAD_ALGORITHM)
    absent_or_null = [part.encoded for part in parts[1:]] in ([], [der.NULL])
    if value.tag != der.OCTET_STRING or len(value.content) != known.size or not absent_or_null:
        raise RefusedError("bad_imprint", BAD_DATA_FORMAT)
    return Digest(known.name, value.content)


def _options(parts: list[der.Element], imprint: bytes, digest: Digest) -> TimeStampRequest:
    """Read what may follow the imprint, in its order: policy, nonce, certReq, extensions."""
    nonce: bytes | None = None
    certificates_wanted = False
    policy = oids.TIMESTAMP_POLICY
    if parts and parts[0].tag == der.OBJECT_IDENTIFIER:
        policy = der.read_object_identifier(parts.pop(0))
    if policy != oids.TIMESTAMP_POLICY:
        raise RefusedError("unaccepted_policy", UNACCEPTED_POLICY)
    if parts and parts[0].tag == der.INTEGER:
        der.read_integer(parts[0])
        nonce = parts.pop(0).encoded
    if parts and parts[0].encoded == der.TRUE:
        parts.pop(0)
        certificates_wanted = True
    if parts and parts[0].tag == 0xA0:
        raise RefusedError("unaccepted_extension", UNACCEPTED_EXTENSION)
    if parts:
        raise EncodingError("unexpected_element")
    return TimeStampRequest(
        imprint=imprint, digest=digest, nonce=nonce, certificates_wanted=certificates_wanted
    )


def _rejection(refusal: RefusedError) -> bytes:
    """Write PKIStatusInfo { rejection (2), failInfo } (§2.4.2); the text is the code."""
    octets = bytearray(refusal.bit // 8 + 1)
    octets[-1] = 0x80 >> refusal.bit % 8
    info = der.bit_string(bytes(octets), unused_bits=7 - refusal.bit % 8)
    text = der.sequence(der.utf8_string(refusal.code))
    return der.sequence(der.sequence(der.integer(2), text, info))


def _signing_certificate(encoded: bytes, issuer: bytes, serial: bytes) -> bytes:
    """Write SigningCertificateV2 (RFC 5035 §3); SHA-256 is the default and is left out."""
    issuer_serial = der.sequence(der.sequence(der.explicit(4, issuer)), serial)
    cert_id = der.sequence(der.octet_string(sha256(encoded).value), issuer_serial)
    return der.sequence(der.sequence(cert_id))


def _attribute(oid: str, value: bytes) -> bytes:
    return der.sequence(der.object_identifier(oid), der.set_of([value]))
