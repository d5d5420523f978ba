"""The facade: an authority that was founded by a ceremony, opened and ready to answer.

It wires the rooms together and decides nothing itself. Its root key stays locked except while a
root CRL is due.
"""

import itertools
import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certs.base.effects import Clock, Entropy
from certs.base.errors import CeremonyError, IssuanceError, RegisterError
from certs.base.files import write_atomically
from certs.issuance.folder import AuthorityFolder
from certs.issuance.issue import issue, prepare
from certs.issuance.names import CitizenSubject, seal_attributes
from certs.issuance.request import CertificateRequest, Issuer, checked_request
from certs.issuance.settings import CeremonySettings
from certs.keys.possession import ProofOfPossession, prove
from certs.keys.signer import Signer
from certs.keys.software import ensure_signer, load_signer
from certs.profiles.profile import builtin
from certs.profiles.terms import CRL_TERMS
from certs.register.model import (
    CertificateStatus,
    IssuedCertificate,
    RevocationReason,
    final_reason,
)
from certs.register.sqlite import SqliteRegister
from certs.responders.ocsp import OcspResponder
from certs.responders.publication import CrlPublisher
from certs.responders.tsa import TimeStampAuthority
from certs.trustlist import TrustList, load, publish


class Authority:
    """Everything that the rest of the system asks of the PKI. Safe to share between threads."""

    def __init__(
        self,
        folder: AuthorityFolder,
        passphrase: bytes,
        settings: CeremonySettings,
        *,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        self._folder: Final = folder
        self._passphrase: Final = passphrase
        self._settings: Final = settings
        self._clock: Final = clock
        self._entropy: Final = entropy
        self._lock: Final = threading.Lock()
        issuing, root = folder.load_certificate("issuing"), folder.load_certificate("root")
        self.ca_chain: Final = (issuing, root)
        # every key is opened before the register, so that a refusal leaves nothing open
        keys = {name: self._signer(name) for name in ("issuing", "ocsp", "tsa")}
        self._issuing: Final = Issuer(name="issuing", certificate=issuing, signer=keys["issuing"])
        self._register: Final = SqliteRegister(folder.register)
        self._ocsp: Final = OcspResponder(
            issuer=issuing,
            certificate=folder.load_certificate("ocsp"),
            signer=keys["ocsp"],
            find=self._register.find,
        )
        self._crls: Final = {
            name: CrlPublisher(
                name=name,
                issuer=folder.load_certificate(name),
                open_signer=partial(self._signer, name),
                register=self._register,
                terms=terms,
            )
            for name, terms in CRL_TERMS.items()
        }
        # a block that no other process has drawn, and a count within it: unique for ever
        block = self._register.next_number("time stamps")
        serials = itertools.count(block << 64)
        self._tsa: Final = TimeStampAuthority(
            certificate=folder.load_certificate("tsa"),
            chain=(issuing,),
            signer=keys["tsa"],
            next_serial=lambda: next(serials),
        )

    @classmethod
    def open(cls, folder: Path, passphrase: bytes, *, clock: Clock, entropy: Entropy) -> Self:
        """Open the authority that a ceremony has made in `folder`.

        Raises `CeremonyError` (`not_held`, `damaged`), `KeyFileError` (`locked`,
        `readable_by_others`, …), `RegisterError` (`pragma_refused`).
        """
        place = AuthorityFolder(path=folder)
        if not place.settings.is_file():
            raise CeremonyError("not_held", folder.name)
        settings = CeremonySettings.from_json(place.settings.read_text(encoding="utf-8"))
        return cls(place, passphrase, settings, clock=clock, entropy=entropy)

    def close(self) -> None:
        """Close the register."""
        self._register.close()

    def issue_citizen(
        self,
        *,
        subject: CitizenSubject,
        public_key: ec.EllipticCurvePublicKey,
        proof_of_possession: ProofOfPossession,
        minor: bool,
    ) -> IssuedCertificate:
        """Issue a resident's signing certificate. It is `issued`; `accept` makes it `active`.

        The proof was made for `subject.pseudonym` as applicant.
        Raises `IssuanceError` (`no_possession`, `bad_name`, `lint`, …), `AlgorithmError`.
        """
        request = checked_request(
            builtin("minor" if minor else "citizen"),
            subject.attributes(),
            public_key,
            proof_of_possession,
            applicant=subject.pseudonym,
        )
        return self._issue(request)

    def issue_seal(self, name: str, organisation: str) -> IssuedCertificate:
        """Make a department's seal: a key in a file, and its certificate, `active` at once.

        Raises `IssuanceError` (`seal_exists`, `bad_name`).
        """
        attributes = seal_attributes(name, organisation)
        seal, profile = f"seal-{name}", builtin("seal")
        with self._lock:
            if self._folder.certificate(seal).exists():
                raise IssuanceError("seal_exists", name)
            path = self._folder.key(seal)
            signer = ensure_signer(path, profile.curve, self._passphrase, self._entropy)
            request = checked_request(
                profile, attributes, signer.public_key, prove(signer, seal), applicant=seal
            )
            record = self._issue(request)
            self.accept(record.serial)
            assert record.der is not None
            write_atomically(self._folder.certificate(seal), record.der)
        return self._require(record.serial)

    def ensure_seal(self, name: str, organisation: str) -> None:
        """Make a department's seal unless it has one. Raises `IssuanceError` (`bad_name`)."""
        try:
            self.issue_seal(name, organisation)
        except IssuanceError as error:
            if error.code != "seal_exists":
                raise

    def accept(self, serial: int) -> None:
        """Record that the subscriber has seen and accepted the contents (Cap. 553 s. 2).

        Raises `RegisterError` (`unknown_serial`, `wrong_status`).
        """
        self._mark(serial, CertificateStatus.ISSUED, CertificateStatus.ACTIVE)

    def revoke(self, serial: int, reason: str = "unspecified") -> None:
        """Revoke for ever, whatever the status was; `reason` by its name in RFC 5280 §5.3.1.

        Raises `RegisterError` (`unknown_serial`, `already_revoked`, `bad_reason`).
        """
        given = final_reason(reason)
        revoked = CertificateStatus.REVOKED
        while (status := self._require(serial).status) is not revoked:
            if self._register.mark(serial, status, revoked, self._clock(), reason=given):
                return
        raise RegisterError("already_revoked", f"{serial:x}")

    def suspend(self, serial: int) -> None:
        """Put an active certificate on hold. Raises `RegisterError` (`wrong_status`, …)."""
        hold = RevocationReason.CERTIFICATE_HOLD
        self._mark(serial, CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, hold)

    def resume(self, serial: int) -> None:
        """Lift a hold. Raises `RegisterError` (`wrong_status`, …)."""
        self._mark(serial, CertificateStatus.SUSPENDED, CertificateStatus.ACTIVE)

    def status(self, serial: int) -> CertificateStatus:
        """Answer the status now. Raises `RegisterError` (`unknown_serial`)."""
        return self._require(serial).status_at(self._clock())

    def find(self, serial: int) -> IssuedCertificate | None:
        """Find the record of a certificate."""
        return self._register.find(serial)

    def records(self) -> Sequence[IssuedCertificate]:
        """List every record, the oldest first."""
        return self._register.everything()

    def crl_der(self, issuer: str = "issuing") -> bytes:
        """Answer the current CRL of `issuing` or `root`: a new one after a change or when due.

        Raises `RegisterError` (`unknown_issuer`).
        """
        publisher = self._crls.get(issuer)
        if publisher is None:
            raise RegisterError("unknown_issuer", issuer)
        with self._lock:
            return publisher.current(self._clock())

    def ocsp_response(self, request_der: bytes) -> bytes:
        """Answer an OCSP request (RFC 6960) about certificates of the issuing CA."""
        return self._ocsp.respond(request_der, self._clock())

    def timestamp_response(self, request_der: bytes) -> bytes:
        """Answer a time-stamp request (RFC 3161)."""
        return self._tsa.respond(request_der, self._clock())

    def seal_signer(self, name: str) -> tuple[Signer, x509.Certificate]:
        """Answer a department's seal, ready to sign.

        Raises `IssuanceError` (`no_such_seal`, `seal_not_active`).
        """
        seal = f"seal-{name}"
        if not self._folder.certificate(seal).is_file():
            raise IssuanceError("no_such_seal", name)
        certificate = self._folder.load_certificate(seal)
        if self.status(certificate.serial_number) is not CertificateStatus.ACTIVE:
            raise IssuanceError("seal_not_active", name)
        return self._signer(seal), certificate

    @property
    def seal_names(self) -> tuple[str, ...]:
        """Name the departments that have a seal."""
        return self._folder.seal_names()

    @property
    def base_url(self) -> str:
        """Where the repository is published."""
        return self._settings.base_url

    @property
    def trust_list_json(self) -> bytes:
        """The trust list as published, signed by the issuing CA's key."""
        return self._folder.trust_list.read_bytes()

    def publish_trust_list(self, trust_list: TrustList) -> None:
        """Sign and publish a new list. Raises `TrustListError` (`rollback`)."""
        with self._lock:
            current = load(self.trust_list_json, pinned_key=self._issuing.signer.public_key)
            data = publish(trust_list, sign=self._issuing.signer.sign_digest)
            load(data, not_before_sequence=current.sequence + 1)
            write_atomically(self._folder.trust_list, data)

    @property
    def practice_statement(self) -> str:
        """The practice statement, in Markdown."""
        return self._folder.practice_statement.read_text(encoding="utf-8")

    @property
    def transcript(self) -> str:
        """The transcript of the ceremony, in Markdown."""
        return self._folder.transcript.read_text(encoding="utf-8")

    def _issue(self, request: CertificateRequest) -> IssuedCertificate:
        now = self._clock()
        linted = prepare(
            request, self._issuing, self._settings.repository, now=now, entropy=self._entropy
        )
        return issue(linted, self._issuing, self._register, now=now)

    def _mark(
        self,
        serial: int,
        from_: CertificateStatus,
        to: CertificateStatus,
        reason: RevocationReason | None = None,
    ) -> None:
        if not self._register.mark(serial, from_, to, self._clock(), reason=reason):
            raise RegisterError("wrong_status", f"{serial:x} is {self._require(serial).status}")

    def _require(self, serial: int) -> IssuedCertificate:
        record = self._register.find(serial)
        if record is None:
            raise RegisterError("unknown_serial", f"{serial:x}")
        return record

    def _signer(self, name: str) -> Signer:
        return load_signer(self._folder.key(name), self._passphrase)
