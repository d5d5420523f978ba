"""The status of one certificate at one moment, from CRLs and OCSP responses that we read ourselves.

RFC 5280 §6.3 and RFC 6960 §3.2, at a time that may lie in the past. An answer counts when it is
signed by whom it must be and *speaks about* the moment: it was made after it, or its period
covers it. One sound "revoked" outweighs any number of "good".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import CRLEntryExtensionOID, ExtensionOID

from certs.base import oids
from certs.verification.evidence import Store
from certs.verification.path import certificate as gate
from certs.verification.path.chain import in_period

CLOCK_SKEW: Final = timedelta(seconds=60)
COMPROMISE: Final = frozenset(
    {
        x509.ReasonFlags.key_compromise,
        x509.ReasonFlags.ca_compromise,
        x509.ReasonFlags.aa_compromise,
        x509.ReasonFlags.unspecified,
    }
)
"""Reasons after which nothing the key ever signed can be told apart; no reason counts as one."""
_CRL_EXTENSIONS: Final = frozenset({ExtensionOID.ISSUING_DISTRIBUTION_POINT})


class Standing(StrEnum):
    """What is known of a certificate at the moment asked about."""

    GOOD = "good"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"
    STALE = "stale"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFinding:
    """The answer; `revoked_at` is also set where it is later than the moment asked about."""

    standing: Standing
    source: str = ""
    produced_at: datetime | None = None
    revoked_at: datetime | None = None
    compromised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    source: str
    this_update: datetime
    next_update: datetime | None
    revoked_at: datetime | None = None
    reason: x509.ReasonFlags | None = None


def status_at(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    store: Store,
    when: datetime,
    now: datetime,
    *,
    made_after: bool = False,
) -> StatusFinding:
    """Decide the status of `certificate` at `when`, with what is known at `now`.

    With `made_after` only an answer made after `when` says good: one from before cannot know of
    a revocation in between, and whoever stole the key chooses which answer to bring along.
    A certificate that says it will never be revoked (RFC 9608) needs no answer.
    """
    if gate.has(certificate, gate.NO_REV_AVAIL):
        return StatusFinding(standing=Standing.NOT_NEEDED)
    answers = [*_from_crls(certificate, issuer, store), *_from_ocsps(certificate, issuer, store)]
    answers = [a for a in answers if a.this_update <= now + CLOCK_SKEW]
    revoked = [a for a in answers if a.revoked_at is not None]
    if revoked:
        return _judge_revoked(min(revoked, key=lambda a: _rank(a, when)), when)
    speaking = [a for a in answers if _speaks_about(a, certificate, when, made_after=made_after)]
    if speaking:
        best = max(speaking, key=lambda a: (a.this_update, a.source))
        return StatusFinding(
            standing=Standing.GOOD, source=best.source, produced_at=best.this_update
        )
    return StatusFinding(standing=Standing.STALE if answers else Standing.UNKNOWN)


def _rank(answer: _Answer, when: datetime) -> tuple[bool, bool, datetime, str]:
    """Worst first: revoked by then, for good, earliest as anybody sound has stated it."""
    assert answer.revoked_at is not None
    on_hold = answer.reason is x509.ReasonFlags.certificate_hold
    return answer.revoked_at > when, on_hold, answer.revoked_at, answer.source


def _judge_revoked(answer: _Answer, when: datetime) -> StatusFinding:
    assert answer.revoked_at is not None
    standing = Standing.GOOD
    if answer.revoked_at <= when:
        on_hold = answer.reason is x509.ReasonFlags.certificate_hold
        standing = Standing.ON_HOLD if on_hold else Standing.REVOKED
    return StatusFinding(
        standing=standing,
        source=answer.source,
        produced_at=answer.this_update,
        revoked_at=answer.revoked_at,
        compromised=answer.reason is None or answer.reason in COMPROMISE,
    )


def _speaks_about(
    answer: _Answer, certificate: x509.Certificate, when: datetime, *, made_after: bool
) -> bool:
    if answer.this_update > certificate.not_valid_after_utc:
        return False  # RFC 5280 §3.3: expired certificates may have dropped off the list
    if answer.this_update >= when - CLOCK_SKEW:
        return True
    return not made_after and answer.next_update is not None and when <= answer.next_update


# --- CRLs (RFC 5280 §6.3.3) -------------------------------------------------------------------
def _from_crls(
    certificate: x509.Certificate, issuer: x509.Certificate, store: Store
) -> Iterator[_Answer]:
    usage = gate.key_usage(issuer)
    if usage is None or not usage.crl_sign:
        return
    for crl in store.crls:
        try:
            if not _crl_usable(crl, certificate, issuer):
                continue
            entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
            yield _Answer(
                source="crl",
                this_update=crl.last_update_utc,
                next_update=crl.next_update_utc,
                revoked_at=entry.revocation_date_utc if entry is not None else None,
                reason=_entry_reason(entry) if entry is not None else None,
            )
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
            continue  # a list that cannot be read says nothing


def _crl_usable(
    crl: x509.CertificateRevocationList, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    if crl.issuer.public_bytes() != issuer.subject.public_bytes():
        return False
    if any(e.critical and e.oid not in _CRL_EXTENSIONS for e in crl.extensions):
        return False
    return _scope_fits(crl, certificate) and crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]


def _scope_fits(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """§6.3.3 (b): the list's issuingDistributionPoint must cover this certificate."""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    if point.indirect_crl or point.only_contains_attribute_certs or point.only_some_reasons:
        return False
    ca = gate.is_ca(certificate)
    if (ca and point.only_contains_user_certs) or (not ca and point.only_contains_ca_certs):
        return False
    if point.full_name is None:
        return point.relative_name is None
    try:
        pointers = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return False
    names = {name for entry in pointers for name in entry.full_name or ()}
    return bool(names & set(point.full_name))


def _entry_reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    for extension in entry.extensions:
        if extension.oid == CRLEntryExtensionOID.CRL_REASON:
            assert isinstance(extension.value, x509.CRLReason)
            return extension.value.reason
        if extension.critical:
            raise ValueError("unknown critical entry extension")
    return None


# --- OCSP (RFC 6960 §3.2) ---------------------------------------------------------------------
def _from_ocsps(
    certificate: x509.Certificate, issuer: x509.Certificate, store: Store
) -> Iterator[_Answer]:
    for response in store.ocsps:
        try:
            yield from _from_ocsp(certificate, issuer, response)
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
            continue


def _from_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, response: ocsp.OCSPResponse
) -> Iterator[_Answer]:
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    singles = [s for s in response.responses if _is_about(s, certificate, issuer)]
    if not singles or not _responder_entitled(response, issuer):
        return
    for single in singles:
        if single.certificate_status is ocsp.OCSPCertStatus.UNKNOWN:
            continue
        yield _Answer(
            source="ocsp",
            this_update=single.this_update_utc,
            next_update=single.next_update_utc,
            revoked_at=single.revocation_time_utc,
            reason=single.revocation_reason,
        )


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    if single.serial_number != certificate.serial_number:
        return False
    algorithm = single.hash_algorithm
    # RFC 5019 §2.1.1 names certificates by SHA-1; it identifies here, it proves nothing
    if not isinstance(algorithm, hashes.SHA1 | hashes.SHA256 | hashes.SHA384):
        return False
    return single.issuer_name_hash == _hash(
        issuer.subject.public_bytes(), algorithm
    ) and single.issuer_key_hash == _hash(_key_bits(issuer), algorithm)


def _responder_entitled(response: ocsp.OCSPResponse, issuer: x509.Certificate) -> bool:
    """RFC 6960 §4.2.2.2: the issuer itself, or one whom the issuer itself appointed."""
    produced = response.produced_at_utc
    if in_period(issuer, produced) and _signed_by(response, issuer):
        return True
    for delegate in response.certificates[:3]:
        if gate.flaw(delegate) is not None or not in_period(delegate, produced):
            continue
        purposes = gate.extended_key_usage(delegate) or frozenset()
        if oids.OCSP_SIGNING not in purposes or not gate.has(delegate, oids.OCSP_NO_CHECK):
            continue
        try:
            delegate.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError):
            continue
        if _signed_by(response, delegate):
            return True
    return False


def _signed_by(response: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    algorithm = response.signature_hash_algorithm
    if not isinstance(algorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512):
        return False
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            scheme = padding.PKCS1v15()
            key.verify(response.signature, response.tbs_response_bytes, scheme, algorithm)
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _hash(data: bytes, algorithm: hashes.HashAlgorithm) -> bytes:
    context = hashes.Hash(algorithm)
    context.update(data)
    return context.finalize()


def _key_bits(certificate: x509.Certificate) -> bytes:
    """The subjectPublicKey BIT STRING without its header (RFC 6960 §4.1.1)."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
