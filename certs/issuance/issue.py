"""Prepare, record, sign, compare: the only way to a certificate.

`prepare` lints the twin and answers a `Linted`. `issue` takes nothing else, once, from the same
issuer. It records the application durably before the key is touched and stores the certificate
after an independent look at it, so that at every moment of a crash there is a record by which the
certificate, if it exists, can be revoked.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature

from certs.base import der
from certs.base.digest import sha256
from certs.base.effects import Entropy
from certs.base.errors import IssuanceError, RegisterError
from certs.base.once import Once
from certs.issuance import lints, twin
from certs.issuance.request import CertificateRequest, Issuer, Repository
from certs.issuance.rules import Inspected
from certs.keys.envelope import signed
from certs.register.model import CertificateStatus, IssuedCertificate, Register

_SERIAL_BYTES: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Linted:
    """Proof that exactly these bytes passed the lints, for one issuer, for one signature."""

    tbs: bytes
    serial: int
    profile: str
    issuer: Issuer
    subject: str
    not_before: datetime
    not_after: datetime
    warnings: tuple[lints.Finding, ...]
    _once: Once = field(default_factory=Once, init=False, repr=False, compare=False)

    def take(self) -> bool:
        """Use the proof up; True once."""
        return self._once.take()


def draw_serial(entropy: Entropy) -> int:
    """Draw a serial number of 16 random bytes, positive, never short (RFC 5280 §4.1.2.2).

    The highest bit is cleared so that it stays 16 bytes in DER, the next is set so that the
    length never tells one from another: 126 random bits.
    """
    drawn = int.from_bytes(entropy(_SERIAL_BYTES), "big")
    return drawn & ((1 << 127) - 1) | 1 << 126


def prepare(
    request: CertificateRequest,
    issuer: Issuer,
    repository: Repository,
    *,
    now: datetime,
    entropy: Entropy,
) -> Linted:
    """Build the twin and lint it.

    Raises `IssuanceError` (`lint`, with the ids of the broken rules).
    """
    serial = draw_serial(entropy)
    built = twin.build(request, issuer, repository, serial=serial, now=now, entropy=entropy)
    findings = lints.run(
        Inspected(
            twin=built,
            profile=request.profile,
            issuer=issuer.certificate,
            algorithm=issuer.signer.algorithm,
            repository=repository,
        )
    )
    broken = [finding.id for finding in findings if finding.severity is lints.Severity.ERROR]
    if broken:
        raise IssuanceError("lint", ", ".join(broken))
    return Linted(
        tbs=built.tbs_certificate_bytes,
        serial=serial,
        profile=request.profile.name,
        issuer=issuer,
        subject=built.subject.rfc4514_string(),
        not_before=built.not_valid_before_utc,
        not_after=built.not_valid_after_utc,
        warnings=findings,
    )


def issue(
    linted: Linted, issuer: Issuer, register: Register, *, now: datetime
) -> IssuedCertificate:
    """Record, sign, compare, store. The certificate comes back `issued`, not yet accepted.

    Raises `IssuanceError` (`proof_used`, `other_issuer`, `changed`, `bad_signature`) and
    `RegisterError` (`serial_taken`, `not_applied`).
    """
    if linted.issuer is not issuer:
        raise IssuanceError("other_issuer", issuer.name)
    if not linted.take():
        raise IssuanceError("proof_used", f"{linted.serial:x}")
    register.apply(_application(linted, now))
    encoded = signed(linted.tbs, issuer.signer)
    _compare(encoded, linted)
    if not register.mark_issued(linted.serial, encoded, now):
        raise RegisterError("not_applied", f"{linted.serial:x}")
    record = register.find(linted.serial)
    assert record is not None
    return record


def _application(linted: Linted, now: datetime) -> IssuedCertificate:
    return IssuedCertificate(
        serial=linted.serial,
        issuer=linted.issuer.name,
        profile=linted.profile,
        subject=linted.subject,
        status=CertificateStatus.APPLIED,
        not_before=linted.not_before,
        not_after=linted.not_after,
        tbs_sha256=sha256(linted.tbs).value,
        applied_at=now,
        changed_at=now,
    )


def _compare(encoded: bytes, linted: Linted) -> None:
    """Look at the result as a stranger would, before anybody sees it."""
    certificate = der.certificate_from_der(encoded)
    same = certificate.tbs_certificate_bytes == linted.tbs
    if not same or certificate.serial_number != linted.serial:
        raise IssuanceError("changed", f"{linted.serial:x}")
    issuer = linted.issuer.certificate or certificate
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise IssuanceError("bad_signature", f"{linted.serial:x}") from error
