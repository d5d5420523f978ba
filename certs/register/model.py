"""What a register keeps of each certificate, which changes of status there are, and its verbs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from cryptography import x509

from certs.base.der import certificate_from_der
from certs.base.errors import RegisterError


class CertificateStatus(StrEnum):
    """Where a certificate stands.

    `applied`: recorded, not yet signed. `issued`: signed, not yet accepted by its subscriber
    (Cap. 553 s. 2 "accept"). `active`: accepted. `suspended`: on hold (RFC 5280 certificateHold).
    `revoked`: for ever. `expired`: never stored; what the others become after `not_after`.
    """

    APPLIED = "applied"
    ISSUED = "issued"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    EXPIRED = "expired"


TRANSITIONS: Final = frozenset(
    {
        (CertificateStatus.APPLIED, CertificateStatus.ISSUED),
        (CertificateStatus.APPLIED, CertificateStatus.REVOKED),
        (CertificateStatus.ISSUED, CertificateStatus.ACTIVE),
        (CertificateStatus.ISSUED, CertificateStatus.REVOKED),
        (CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED),
        (CertificateStatus.ACTIVE, CertificateStatus.REVOKED),
        (CertificateStatus.SUSPENDED, CertificateStatus.ACTIVE),
        (CertificateStatus.SUSPENDED, CertificateStatus.REVOKED),
    }
)
"""Every change of status there is; what is not listed does not happen."""


class RevocationReason(StrEnum):
    """Reasons of RFC 5280 §5.3.1 that are given here, by their names there."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "keyCompromise"
    CA_COMPROMISE = "cACompromise"
    AFFILIATION_CHANGED = "affiliationChanged"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessationOfOperation"
    CERTIFICATE_HOLD = "certificateHold"
    PRIVILEGE_WITHDRAWN = "privilegeWithdrawn"


REASON_NUMBERS: Final = {
    RevocationReason.UNSPECIFIED: 0,
    RevocationReason.KEY_COMPROMISE: 1,
    RevocationReason.CA_COMPROMISE: 2,
    RevocationReason.AFFILIATION_CHANGED: 3,
    RevocationReason.SUPERSEDED: 4,
    RevocationReason.CESSATION_OF_OPERATION: 5,
    RevocationReason.CERTIFICATE_HOLD: 6,
    RevocationReason.PRIVILEGE_WITHDRAWN: 9,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCertificate:
    """One record of the register. `der` is None while the status is `applied`.

    `changed_at` and `reason` belong to the last change of status; for a revoked or suspended
    certificate they are the revocation date and reason.
    """

    serial: int
    issuer: str
    profile: str
    subject: str
    status: CertificateStatus
    not_before: datetime
    not_after: datetime
    tbs_sha256: bytes
    applied_at: datetime
    changed_at: datetime
    reason: RevocationReason | None = None
    der: bytes | None = None

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate itself. Raises `RegisterError` (`not_issued`) while there is none."""
        if self.der is None:
            raise RegisterError("not_issued", f"{self.serial:x}")
        return certificate_from_der(self.der)

    def status_at(self, now: datetime) -> CertificateStatus:
        """Answer the status at `now`: past its validity, all but revoked is `expired`."""
        if self.status is not CertificateStatus.REVOKED and now > self.not_after:
            return CertificateStatus.EXPIRED
        return self.status


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCrl:
    """A CRL as it went out: its number, the register's revision it shows, and its dates."""

    issuer: str
    number: int
    revision: int
    this_update: datetime
    next_update: datetime
    der: bytes


class Register(Protocol):
    """The verbs that issuing and status need; every change of status is a swap."""

    def apply(self, record: IssuedCertificate) -> None:
        """Record an application durably. Raises `RegisterError` (`serial_taken`)."""
        ...

    def mark_issued(self, serial: int, der: bytes, now: datetime) -> bool:
        """Store the signed certificate: `applied` becomes `issued`. False if it was not so."""
        ...

    def mark(
        self,
        serial: int,
        from_: CertificateStatus,
        to: CertificateStatus,
        now: datetime,
        *,
        reason: RevocationReason | None = None,
    ) -> bool:
        """Change a status if it still is `from_`; False if somebody else was faster.

        Raises `RegisterError` (`no_such_transition`) for a change that is not in `TRANSITIONS`.
        """
        ...

    def find(self, serial: int) -> IssuedCertificate | None:
        """Find a record by serial number."""
        ...

    def withdrawn(self, issuer: str) -> Sequence[IssuedCertificate]:
        """List what belongs on the issuer's CRL: suspended and revoked, by serial number."""
        ...

    def unsigned(self) -> Sequence[IssuedCertificate]:
        """List applications without a certificate: what a crash has left behind."""
        ...

    def revision(self, issuer: str) -> int:
        """Answer a number that rises with every change of what `withdrawn` lists."""
        ...

    def next_number(self, name: str) -> int:
        """Draw the next number of a named sequence, durably; the first is 1."""
        ...

    def current_crl(self, issuer: str) -> PublishedCrl | None:
        """Answer the CRL that was published last."""
        ...

    def publish_crl(self, crl: PublishedCrl) -> bool:
        """Store a CRL if its number is higher than the stored one's; False if it is not."""
        ...


def check_transition(from_: CertificateStatus, to: CertificateStatus) -> None:
    """Refuse a change of status that is not in the table.

    Raises `RegisterError` (`no_such_transition`).
    """
    if (from_, to) not in TRANSITIONS:
        raise RegisterError("no_such_transition", f"{from_} to {to}")


def final_reason(name: str) -> RevocationReason:
    """Read a reason for a revocation, which a hold is not.

    Raises `RegisterError` (`bad_reason`).
    """
    if name not in set(RevocationReason) - {RevocationReason.CERTIFICATE_HOLD}:
        raise RegisterError("bad_reason", name)
    return RevocationReason(name)
